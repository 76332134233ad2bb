package embedded

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Claim takes a planned batch that nobody holds, and its lease.
func (s *Store) Claim(ctx context.Context, owner string, ttl time.Duration) (catalog.Batch, catalog.Lease, error) {
	var batch catalog.Batch
	var lease catalog.Lease
	err := s.write(ctx, "claim a batch", func(t session) error {
		for {
			id, err := t.unclaimed(ctx)
			if err != nil {
				return err
			}
			// Another worker may get ahead, or have finished the batch and given its lease back: look again.
			var got bool
			if lease, got, err = t.takeLease(ctx, catalog.BatchLease(id), owner, ttl); err != nil {
				return err
			}
			if !got {
				continue
			}
			found, err := t.batches(ctx, sq.Eq{"id": id, "state": string(catalog.Planned)})
			if err != nil {
				return err
			}
			if len(found) == 1 {
				batch = found[0]
				return nil
			}
			if err := t.releaseLease(ctx, lease); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return catalog.Batch{}, catalog.Lease{}, err
	}
	return batch, lease, nil
}

// unclaimed is the batch to work on next. It reads the index in its order, past those that are held.
func (s session) unclaimed(ctx context.Context) (string, error) {
	found, err := list(ctx, s, s.sq.Select("b.id").From("batches b").
		Where(sq.Eq{"b.state": string(catalog.Planned), "b.is_retry": false}).
		Where("NOT EXISTS (SELECT 1 FROM leases l WHERE l.name = ? || b.id AND l.expires_at > ?)", catalog.BatchLease(""), millis(s.now())).
		OrderBy("b.batch_rank", "b.planned_at", "b.id").Limit(1), scanText)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", catalog.ErrNotFound
	}
	return found[0], nil
}

// Held are the leases that have not expired. There are as many as there are workers: the prefix is compared here.
func (s *Store) Held(ctx context.Context, prefix string) ([]catalog.Lease, error) {
	t := s.session(s.db)
	found, err := list(ctx, t, t.selectLeases().Where(sq.Gt{"expires_at": millis(s.now())}), scanLease)
	if err != nil {
		return nil, fmt.Errorf("list leases: %w", err)
	}
	found = slices.DeleteFunc(found, func(l catalog.Lease) bool { return !strings.HasPrefix(l.Name, prefix) })
	slices.SortFunc(found, func(a, b catalog.Lease) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}

// Pace sums up what was committed since a time.
func (s *Store) Pace(ctx context.Context, since time.Time) ([]catalog.Pace, error) {
	committed := sq.And{sq.Eq{"b.state": string(catalog.Committed)}, sq.GtOrEq{"b.committed_at": ceilMillis(since)}}
	var paces []catalog.Pace
	err := s.read(ctx, "sum up what was committed", func(t session) (err error) {
		paces, err = list(ctx, t, t.sq.Select("b.table_name", "COUNT(*)", sum("b.events_out"), "MIN(b.planned_at)", "MAX(b.committed_at)").
			From("batches b").Where(committed).GroupBy("b.table_name"), func(r row, p *catalog.Pace) error {
			return r.Scan(&p.Table, &p.Batches, &p.Events, instant{&p.First}, instant{&p.Last})
		})
		if err != nil {
			return err
		}
		objects, err := list(ctx, t, t.sq.Select("b.table_name", "COUNT(*)", sum("o.size_bytes"), sum("o.raw_bytes")).
			From("batches b").Join("objects o ON o.batch_id = b.id").Where(committed).GroupBy("b.table_name"),
			func(r row, p *catalog.Pace) error { return r.Scan(&p.Table, &p.Objects, &p.Bytes, &p.RawBytes) })
		for _, o := range objects {
			i := slices.IndexFunc(paces, func(p catalog.Pace) bool { return p.Table == o.Table })
			paces[i].Objects, paces[i].Bytes, paces[i].RawBytes = o.Objects, o.Bytes, o.RawBytes
		}
		return err
	})
	slices.SortFunc(paces, func(a, b catalog.Pace) int { return strings.Compare(a.Table, b.Table) })
	return paces, err
}
