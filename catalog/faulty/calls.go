package faulty

import (
	"context"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// EnsureTable may fail.
func (s *Store) EnsureTable(ctx context.Context, t catalog.Table) error {
	return s.call(ctx, EnsureTable, func() error { return s.Store.EnsureTable(ctx, t) })
}

// Seen may fail.
func (s *Store) Seen(ctx context.Context, keys []string) (map[string]catalog.ObjectResult, error) {
	return answer(ctx, s, Seen, func() (map[string]catalog.ObjectResult, error) { return s.Store.Seen(ctx, keys) })
}

// Plan may fail.
func (s *Store) Plan(ctx context.Context, b catalog.Batch) error {
	return s.call(ctx, Plan, func() error { return s.Store.Plan(ctx, b) })
}

// Batch may fail.
func (s *Store) Batch(ctx context.Context, id string) (catalog.Batch, error) {
	return answer(ctx, s, Batch, func() (catalog.Batch, error) { return s.Store.Batch(ctx, id) })
}

// Unfinished may fail.
func (s *Store) Unfinished(ctx context.Context) ([]catalog.Batch, error) {
	return answer(ctx, s, Unfinished, func() ([]catalog.Batch, error) { return s.Store.Unfinished(ctx) })
}

// Stage may fail.
func (s *Store) Stage(ctx context.Context, batch string, paths []string) error {
	return s.call(ctx, Stage, func() error { return s.Store.Stage(ctx, batch, paths) })
}

// Commit may fail.
func (s *Store) Commit(ctx context.Context, c catalog.Commit) error {
	return s.call(ctx, Commit, func() error { return s.Store.Commit(ctx, c) })
}

// Undo may fail.
func (s *Store) Undo(ctx context.Context, batch string) error {
	return s.call(ctx, Undo, func() error { return s.Store.Undo(ctx, batch) })
}

// Partition may fail.
func (s *Store) Partition(ctx context.Context, table, day string) (catalog.Partition, error) {
	return answer(ctx, s, Partition, func() (catalog.Partition, error) { return s.Store.Partition(ctx, table, day) })
}

// Partitions may fail.
func (s *Store) Partitions(ctx context.Context, table, fromDay, toDay string) ([]catalog.Partition, error) {
	return answer(ctx, s, Partitions, func() ([]catalog.Partition, error) { return s.Store.Partitions(ctx, table, fromDay, toDay) })
}

// Files may fail.
func (s *Store) Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error) {
	return answer(ctx, s, Files, func() ([]catalog.File, error) { return s.Store.Files(ctx, q) })
}

// Quarantined may fail.
func (s *Store) Quarantined(ctx context.Context, f catalog.QuarantineFilter) ([]catalog.QuarantineRow, error) {
	return answer(ctx, s, Quarantined, func() ([]catalog.QuarantineRow, error) { return s.Store.Quarantined(ctx, f) })
}

// AcquireLease may fail.
func (s *Store) AcquireLease(ctx context.Context, name, owner string, ttl time.Duration) (catalog.Lease, error) {
	return answer(ctx, s, AcquireLease, func() (catalog.Lease, error) { return s.Store.AcquireLease(ctx, name, owner, ttl) })
}

// RenewLease may fail.
func (s *Store) RenewLease(ctx context.Context, l catalog.Lease, ttl time.Duration) (catalog.Lease, error) {
	return answer(ctx, s, RenewLease, func() (catalog.Lease, error) { return s.Store.RenewLease(ctx, l, ttl) })
}

// ReleaseLease may fail.
func (s *Store) ReleaseLease(ctx context.Context, l catalog.Lease) error {
	return s.call(ctx, ReleaseLease, func() error { return s.Store.ReleaseLease(ctx, l) })
}

// Claim may fail.
func (s *Store) Claim(ctx context.Context, owner string, ttl time.Duration) (b catalog.Batch, l catalog.Lease, err error) {
	err = s.call(ctx, Claim, func() (err error) {
		b, l, err = s.Store.Claim(ctx, owner, ttl)
		return err
	})
	if err != nil {
		return catalog.Batch{}, catalog.Lease{}, err
	}
	return b, l, nil
}

// Held may fail.
func (s *Store) Held(ctx context.Context, prefix string) ([]catalog.Lease, error) {
	return answer(ctx, s, Held, func() ([]catalog.Lease, error) { return s.Store.Held(ctx, prefix) })
}
