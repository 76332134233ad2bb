package embedded

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

func (s session) quarantine(ctx context.Context, b catalog.Batch, rows []catalog.QuarantineRow, now int64) error {
	for part := range slices.Chunk(rows, rowChunk) {
		insert := s.sq.Insert("quarantine").Columns("id", "batch_id", "table_name", "object_key", "record_offset", "record_length",
			"reason", "path", "state", "committed_at", "retry_batch", "is_duplicate")
		for _, q := range part {
			insert = insert.Values(q.ID, b.ID, b.Table, q.Object, q.Offset, q.Length, q.Reason, q.Path,
				string(catalog.Held), now, "", false)
		}
		if _, err := s.exec(ctx, insert); err != nil {
			return fmt.Errorf("quarantine records: %w", err)
		}
	}
	return nil
}

// release turns held records into events or duplicates, and moves the counts of the objects that they came from.
func (s session) release(ctx context.Context, c catalog.Commit) error {
	var events, duplicates []string
	for _, r := range c.Release {
		if r.Duplicate {
			duplicates = append(duplicates, r.ID)
		} else {
			events = append(events, r.ID)
		}
	}
	if err := s.releaseAs(ctx, c.Batch, events, false); err != nil {
		return err
	}
	return s.releaseAs(ctx, c.Batch, duplicates, true)
}

func (s session) releaseAs(ctx context.Context, batch string, ids []string, duplicate bool) error {
	moved := make(map[origin]int64)
	for part := range slices.Chunk(ids, chunk) {
		n, err := s.exec(ctx, s.sq.Update("quarantine").Set("state", string(catalog.Released)).Set("is_duplicate", duplicate).
			Where(sq.Eq{"id": part, "retry_batch": batch, "state": string(catalog.Held)}))
		if err != nil {
			return fmt.Errorf("release records: %w", err)
		}
		if n != int64(len(part)) {
			return fmt.Errorf("release %d records, of which the batch retries %d: %w", len(part), n, catalog.ErrNotHeld)
		}
		from, err := list(ctx, s, s.sq.Select("batch_id", "object_key").From("quarantine").Where(sq.Eq{"id": part}), scanOrigin)
		if err != nil {
			return err
		}
		for _, o := range from {
			moved[o]++
		}
	}
	to, more := "events_out", "events_out + ?"
	if duplicate {
		to, more = "duplicates", "duplicates + ?"
	}
	for _, o := range slices.SortedFunc(maps.Keys(moved), origin.compare) {
		n, err := s.exec(ctx, s.sq.Update("objects").
			Set("rejected", sq.Expr("rejected - ?", moved[o])).Set(to, sq.Expr(more, moved[o])).
			Where(sq.Eq{"batch_id": o.batch, "object_key": o.key}).Where(sq.GtOrEq{"rejected": moved[o]}))
		if err != nil {
			return fmt.Errorf("move counts of object %s: %w", o.key, err)
		}
		if n != 1 {
			return fmt.Errorf("object %s of batch %s has fewer than the %d rejected records to release: %w",
				o.key, o.batch, moved[o], catalog.ErrUnbalanced)
		}
	}
	return nil
}

// origin is the object that a quarantined record came from, or anything else of a batch that has a name.
type origin struct{ batch, key string }

func (o origin) compare(p origin) int {
	if o.batch != p.batch {
		return strings.Compare(o.batch, p.batch)
	}
	return strings.Compare(o.key, p.key)
}

func scanOrigin(r row, o *origin) error { return r.Scan(&o.batch, &o.key) }

// Quarantined are the records that a filter selects.
func (s *Store) Quarantined(ctx context.Context, f catalog.QuarantineFilter) ([]catalog.QuarantineRow, error) {
	t := s.session(s.db)
	stmt := t.sq.Select("id", "batch_id", "table_name", "object_key", "record_offset", "record_length", "reason", "path",
		"state", "committed_at", "retry_batch").From("quarantine").Where(conditions(f)).OrderBy("id")
	if f.Limit > 0 {
		stmt = stmt.Limit(uint64(f.Limit))
	}
	if len(f.IDs) == 0 {
		found, err := list(ctx, t, stmt, scanQuarantined)
		if err != nil {
			return nil, fmt.Errorf("list quarantined records: %w", err)
		}
		return found, nil
	}
	var all []catalog.QuarantineRow
	for part := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(f.IDs))), chunk) {
		found, err := list(ctx, t, stmt.Where(sq.Eq{"id": part}), scanQuarantined)
		if err != nil {
			return nil, fmt.Errorf("list quarantined records: %w", err)
		}
		all = append(all, found...)
	}
	if f.Limit > 0 {
		all = all[:min(len(all), f.Limit)]
	}
	return all, nil
}

func conditions(f catalog.QuarantineFilter) sq.And {
	var and sq.And
	for _, c := range []struct{ column, value string }{
		{"table_name", f.Table}, {"state", string(f.State)}, {"batch_id", f.Batch}, {"object_key", f.Object}, {"reason", f.Reason},
	} {
		if c.value != "" {
			and = append(and, sq.Eq{c.column: c.value})
		}
	}
	if f.After != "" {
		and = append(and, sq.Gt{"id": f.After})
	}
	return and
}

func scanQuarantined(r row, q *catalog.QuarantineRow) error {
	return r.Scan(&q.ID, &q.Batch, &q.Table, &q.Object, &q.Offset, &q.Length, &q.Reason, &q.Path, &q.State, instant{&q.At}, &q.RetryBatch)
}

// Dismiss gives up held records.
func (s *Store) Dismiss(ctx context.Context, ids []string) error {
	return s.setState(ctx, "dismiss quarantined records", ids, catalog.Dismissed)
}

// Hold takes dismissed records back.
func (s *Store) Hold(ctx context.Context, ids []string) error {
	return s.setState(ctx, "hold quarantined records", ids, catalog.Held)
}

func (s *Store) setState(ctx context.Context, what string, ids []string, to catalog.QuarantineState) error {
	from := sq.Or{sq.Eq{"state": string(to)}, sq.Eq{"state": []string{string(catalog.Held), string(catalog.Dismissed)}, "retry_batch": ""}}
	return s.write(ctx, what, func(t session) error {
		for part := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), chunk) {
			n, err := t.exec(ctx, t.sq.Update("quarantine").Set("state", string(to)).Where(sq.Eq{"id": part}).Where(from))
			if err != nil {
				return err
			}
			if n == int64(len(part)) {
				continue
			}
			known, err := list(ctx, t, t.sq.Select("COUNT(*)").From("quarantine").Where(sq.Eq{"id": part}), scanInt)
			if err != nil {
				return err
			}
			if known[0] < int64(len(part)) {
				return fmt.Errorf("%d of %d records: %w", int64(len(part))-known[0], len(part), catalog.ErrNotFound)
			}
			return fmt.Errorf("%d of %d records: %w", int64(len(part))-n, len(part), catalog.ErrNotHeld)
		}
		return nil
	})
}
