package embedded

import (
	"context"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Expire empties a partition, in one transaction.
func (s *Store) Expire(ctx context.Context, e catalog.Expiry) error {
	return s.write(ctx, fmt.Sprintf("expire %s/%s", e.Seen.Table, e.Seen.Day), func(t session) error {
		now := millis(t.now())
		return t.change(ctx, change{
			lease: e.Lease, seen: e.Seen, now: now,
			done: func() (bool, error) { return t.hasExpired(ctx, e.Seen) },
			then: func(before catalog.Partition) error { return t.expire(ctx, e, before, now) },
		})
	})
}

// hasExpired tells whether there is nothing left to expire of a partition as it was seen.
func (s session) hasExpired(ctx context.Context, seen catalog.Partition) (bool, error) {
	now, err := s.partition(ctx, seen.Table, seen.Day)
	if err != nil || now.Version == seen.Version && now.Files == 0 {
		return err == nil, err
	}
	found, err := list(ctx, s, s.sq.Select("COUNT(*)").From("expirations").Where(sq.Eq{
		"table_name": seen.Table, "day": seen.Day, "generation": seen.Generation, "version": seen.Version}), scanInt)
	return err == nil && found[0] > 0, err
}

func (s session) expire(ctx context.Context, e catalog.Expiry, p catalog.Partition, now int64) error {
	due := millis(e.Due)
	if err := s.checkHolds(ctx, p, e.Looked); err != nil {
		return err
	}
	if err := s.discard(ctx, p, catalog.WasteExpired, p.Generation, now, due); err != nil {
		return err
	}
	_, err := s.exec(ctx, s.sq.Insert("expirations").
		Columns("table_name", "day", "generation", "version", "row_count", "size_bytes", "file_count", "expired_at", "due", "restored").
		Values(p.Table, p.Day, p.Generation, p.Version, p.Rows, p.Bytes, p.Files, now, due, false))
	return err
}

// checkHolds finds holds of a partition's events, but those of one account that the caller has looked for.
func (s session) checkHolds(ctx context.Context, p catalog.Partition, looked []catalog.Hold) error {
	found, err := list(ctx, s, s.sq.Select("h.id", "h.account", "h.set_at").Distinct().From("retention_holds h").
		Join(filesHeld, noTime).
		Where(sq.Eq{"f.table_name": p.Table, "f.day": p.Day}).OrderBy("h.id"),
		func(r row, h *catalog.Hold) error { return r.Scan(&h.ID, &h.Account, instant{&h.SetAt}) })
	if err != nil {
		return err
	}
	for _, h := range found {
		same := func(l catalog.Hold) bool { return l.ID == h.ID && l.Account == h.Account && l.SetAt.Equal(h.SetAt) }
		if h.Account == "" || !slices.ContainsFunc(looked, same) {
			return fmt.Errorf("hold %s: %w", h.ID, catalog.ErrOnHold)
		}
	}
	return nil
}
