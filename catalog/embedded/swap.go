package embedded

import (
	"context"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Swap replaces the files of a partition, in one transaction.
func (s *Store) Swap(ctx context.Context, w catalog.Swap) error {
	if err := w.Validate(); err != nil {
		return err
	}
	return s.write(ctx, fmt.Sprintf("swap files of %s/%s by merge %s", w.Seen.Table, w.Seen.Day, w.ID), func(t session) error {
		now := millis(t.now())
		totals := growth(w.Seen, w.Files)
		return t.change(ctx, change{
			lease: w.Lease, seen: w.Seen, next: totals, now: now,
			done: func() (bool, error) { return t.merged(ctx, w) },
			then: func(before catalog.Partition) error {
				if before.Rows != totals.Rows {
					return fmt.Errorf("%d rows in files are not the %d of the partition: %w", totals.Rows, before.Rows, catalog.ErrUnbalanced)
				}
				return t.swap(ctx, w, before, totals, now)
			},
		})
	})
}

// merged tells whether the swap was done before.
func (s session) merged(ctx context.Context, w catalog.Swap) (bool, error) {
	found, err := list(ctx, s, s.selectMerges().Where(sq.Eq{"id": w.ID}), scanMerge)
	if err != nil || len(found) == 0 {
		return false, err
	}
	if m := found[0]; m.Table != w.Seen.Table || m.Day != w.Seen.Day || m.Generation != w.Seen.Generation+1 {
		return false, fmt.Errorf("merge %s has made generation %d of %s/%s", w.ID, m.Generation, m.Table, m.Day)
	}
	return true, nil
}

func (s session) swap(ctx context.Context, w catalog.Swap, before, totals catalog.Partition, now int64) error {
	if err := s.discard(ctx, before, catalog.WasteMerged, 0, now, millis(w.Due)); err != nil {
		return err
	}
	for part := range slices.Chunk(w.Files, chunk) {
		paths := make([]string, 0, len(part))
		for _, f := range part {
			paths = append(paths, f.Path)
		}
		n, err := s.exec(ctx, s.sq.Delete("trash").
			Where(sq.Eq{"path": paths, "why": string(catalog.WasteUnfinished), "collected": false}))
		if err != nil {
			return fmt.Errorf("take files out of the trash: %w", err)
		}
		if n != int64(len(part)) {
			return fmt.Errorf("%d of %d files are not in the trash, or collected: %w", int64(len(part))-n, len(part), catalog.ErrNotFound)
		}
	}
	if err := s.addFiles(ctx, w.Files); err != nil {
		return err
	}
	_, err := s.exec(ctx, s.sq.Insert("merges").Columns(mergeColumns...).Values(w.ID, before.Table, before.Day, before.Generation+1,
		totals.Rows, before.Files, totals.Files, before.Bytes, totals.Bytes, now))
	return err
}

// Merged are the swaps that were done.
func (s *Store) Merged(ctx context.Context, tables []string, limit int) ([]catalog.Merge, error) {
	t := s.session(s.db)
	stmt := t.selectMerges().Where(inTables(tables)).OrderBy("merged_at DESC", "table_name", "day", "generation DESC")
	if limit > 0 {
		stmt = stmt.Limit(uint64(limit))
	}
	found, err := list(ctx, t, stmt, scanMerge)
	if err != nil {
		return nil, fmt.Errorf("list merges: %w", err)
	}
	return found, nil
}

var mergeColumns = []string{"id", "table_name", "day", "generation", "row_count",
	"files_before", "files_now", "bytes_before", "bytes_now", "merged_at"}

func (s session) selectMerges() sq.SelectBuilder { return s.sq.Select(mergeColumns...).From("merges") }

func scanMerge(r row, m *catalog.Merge) error {
	return r.Scan(&m.ID, &m.Table, &m.Day, &m.Generation, &m.Rows, &m.FilesBefore, &m.FilesNow, &m.BytesBefore, &m.BytesNow, instant{&m.At})
}

// change begins a new generation of a partition.
type change struct {
	lease catalog.Lease
	seen  catalog.Partition
	next  catalog.Partition // its totals and times
	now   int64
	done  func() (bool, error)                 // whether it was done before
	then  func(before catalog.Partition) error // with the partition's row locked
}

// change makes a change once, if the lease is held and the partition is as it was seen.
func (s session) change(ctx context.Context, c change) error {
	if done, err := c.done(); done || err != nil {
		return err
	}
	if err := s.checkLease(ctx, c.lease, c.now); err != nil {
		return err
	}
	before, err := s.partition(ctx, c.seen.Table, c.seen.Day)
	if err != nil {
		return err
	}
	if before.Version == c.seen.Version && before.Generation == c.seen.Generation {
		moved, err := s.nextGeneration(ctx, before, c.next)
		if err != nil {
			return err
		}
		if moved {
			return c.then(before)
		}
	}
	// Another transaction that was waited for may have been this very change.
	if done, err := c.done(); done || err != nil {
		return err
	}
	after, err := s.partition(ctx, c.seen.Table, c.seen.Day)
	if err != nil {
		return err
	}
	return &catalog.ConflictError{Moved: []catalog.Partition{after}}
}

// nextGeneration tells whether the partition was still as it was.
func (s session) nextGeneration(ctx context.Context, was, next catalog.Partition) (bool, error) {
	n, err := s.exec(ctx, s.sq.Update("partitions").
		Set("generation", was.Generation+1).Set("version", was.Version+1).
		Set("row_count", next.Rows).Set("size_bytes", next.Bytes).Set("file_count", next.Files).
		Set("min_time", millis(next.MinTime)).Set("max_time", millis(next.MaxTime)).
		Where(sq.Eq{"table_name": was.Table, "day": was.Day, "version": was.Version, "generation": was.Generation}))
	return n == 1, err
}
