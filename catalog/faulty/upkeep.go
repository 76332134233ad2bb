package faulty

import (
	"context"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// Tables may fail.
func (s *Store) Tables(ctx context.Context) ([]catalog.Table, error) {
	return answer(ctx, s, Tables, func() ([]catalog.Table, error) { return s.Store.Tables(ctx) })
}

// Table may fail.
func (s *Store) Table(ctx context.Context, name string) (catalog.Table, error) {
	return answer(ctx, s, Table, func() (catalog.Table, error) { return s.Store.Table(ctx, name) })
}

// Coverage may fail.
func (s *Store) Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error) {
	return answer(ctx, s, Coverage, func() ([]catalog.Partition, error) { return s.Store.Coverage(ctx, tables, fromDay, toDay) })
}

// Throw may fail.
func (s *Store) Throw(ctx context.Context, waste []catalog.Waste) error {
	return s.call(ctx, Throw, func() error { return s.Store.Throw(ctx, waste) })
}

// Wasted may fail.
func (s *Store) Wasted(ctx context.Context) ([]catalog.Waste, error) {
	return answer(ctx, s, Wasted, func() ([]catalog.Waste, error) { return s.Store.Wasted(ctx) })
}

// Collect may fail.
func (s *Store) Collect(ctx context.Context, limit int) ([]catalog.Waste, error) {
	return answer(ctx, s, Collect, func() ([]catalog.Waste, error) { return s.Store.Collect(ctx, limit) })
}

// Forget may fail.
func (s *Store) Forget(ctx context.Context, paths []string) error {
	return s.call(ctx, Forget, func() error { return s.Store.Forget(ctx, paths) })
}

// Swap may fail.
func (s *Store) Swap(ctx context.Context, w catalog.Swap) error {
	return s.call(ctx, Swap, func() error { return s.Store.Swap(ctx, w) })
}

// Merged may fail.
func (s *Store) Merged(ctx context.Context, tables []string, limit int) ([]catalog.Merge, error) {
	return answer(ctx, s, Merged, func() ([]catalog.Merge, error) { return s.Store.Merged(ctx, tables, limit) })
}

// Policies may fail.
func (s *Store) Policies(ctx context.Context) ([]catalog.Policy, error) {
	return answer(ctx, s, Policies, func() ([]catalog.Policy, error) { return s.Store.Policies(ctx) })
}

// Holds may fail.
func (s *Store) Holds(ctx context.Context) ([]catalog.Hold, error) {
	return answer(ctx, s, Holds, func() ([]catalog.Hold, error) { return s.Store.Holds(ctx) })
}

// Expire may fail.
func (s *Store) Expire(ctx context.Context, e catalog.Expiry) error {
	return s.call(ctx, Expire, func() error { return s.Store.Expire(ctx, e) })
}

// Restore may fail.
func (s *Store) Restore(ctx context.Context, table, day string) error {
	return s.call(ctx, Restore, func() error { return s.Store.Restore(ctx, table, day) })
}

// Expired may fail.
func (s *Store) Expired(ctx context.Context) ([]catalog.Expired, error) {
	return answer(ctx, s, Expired, func() ([]catalog.Expired, error) { return s.Store.Expired(ctx) })
}

// Pace may fail.
func (s *Store) Pace(ctx context.Context, since time.Time) ([]catalog.Pace, error) {
	return answer(ctx, s, Pace, func() ([]catalog.Pace, error) { return s.Store.Pace(ctx, since) })
}
