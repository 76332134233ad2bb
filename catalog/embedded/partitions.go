package embedded

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// growPartitions adds the files' totals to their partitions and moves their versions, if none moved since it was seen.
func (s session) growPartitions(ctx context.Context, c catalog.Commit) error {
	// Always in the same order, so that two commits cannot wait for each other.
	touched := slices.SortedFunc(slices.Values(c.Touched()), func(a, b catalog.Partition) int { return strings.Compare(a.Day, b.Day) })
	conflict := &catalog.ConflictError{}
	for _, seen := range touched {
		kept, err := s.grow(ctx, seen, growth(seen, c.Files))
		if err != nil {
			return fmt.Errorf("partition %s/%s: %w", seen.Table, seen.Day, err)
		}
		if kept {
			continue
		}
		now, err := s.partition(ctx, seen.Table, seen.Day)
		if err != nil {
			return err
		}
		conflict.Moved = append(conflict.Moved, now)
	}
	if len(conflict.Moved) > 0 {
		return conflict
	}
	return nil
}

// growth sums up the files that go to a partition.
func growth(p catalog.Partition, files []catalog.File) catalog.Partition {
	g := catalog.Partition{Table: p.Table, Day: p.Day, Generation: p.Generation}
	for _, f := range files {
		if f.Day != p.Day {
			continue
		}
		if g.Files == 0 || f.MinTime.Before(g.MinTime) {
			g.MinTime = f.MinTime
		}
		if g.Files == 0 || f.MaxTime.After(g.MaxTime) {
			g.MaxTime = f.MaxTime
		}
		g.Rows, g.Bytes, g.Files = g.Rows+f.Rows, g.Bytes+f.Bytes, g.Files+1
	}
	return g
}

// grow tells whether the partition was still as seen. The check and the change are one statement, which also waits
// for another transaction that is changing the same partition and then looks at what that one left.
func (s session) grow(ctx context.Context, seen, by catalog.Partition) (bool, error) {
	first, last := millis(by.MinTime), millis(by.MaxTime)
	if seen.Version == 0 {
		n, err := s.exec(ctx, s.sq.Insert("partitions").Columns(partitionColumns...).
			Values(by.Table, by.Day, by.Generation, 1, by.Rows, by.Bytes, by.Files, first, last).
			Suffix("ON CONFLICT (table_name, day) DO NOTHING"))
		return n == 1, err
	}
	n, err := s.exec(ctx, s.sq.Update("partitions").
		Set("version", sq.Expr("version + 1")).
		Set("row_count", sq.Expr("row_count + ?", by.Rows)).
		Set("size_bytes", sq.Expr("size_bytes + ?", by.Bytes)).
		Set("file_count", sq.Expr("file_count + ?", by.Files)).
		Set("min_time", sq.Expr("CASE WHEN file_count > 0 AND min_time < ? THEN min_time ELSE ? END", first, first)).
		Set("max_time", sq.Expr("CASE WHEN file_count > 0 AND max_time > ? THEN max_time ELSE ? END", last, last)).
		Where(sq.Eq{"table_name": seen.Table, "day": seen.Day, "version": seen.Version, "generation": seen.Generation}))
	return n == 1, err
}

// Partition is one partition.
func (s *Store) Partition(ctx context.Context, table, day string) (catalog.Partition, error) {
	p, err := s.session(s.db).partition(ctx, table, day)
	if err != nil {
		return p, fmt.Errorf("read partition %s/%s: %w", table, day, err)
	}
	return p, nil
}

func (s session) partition(ctx context.Context, table, day string) (catalog.Partition, error) {
	found, err := list(ctx, s, s.sq.Select(partitionColumns...).From("partitions").
		Where(sq.Eq{"table_name": table, "day": day}), scanPartition)
	if err != nil || len(found) == 0 {
		return catalog.Partition{Table: table, Day: day, Generation: 1}, err
	}
	return found[0], nil
}

// Partitions are the partitions of a table that have files.
func (s *Store) Partitions(ctx context.Context, table, fromDay, toDay string) ([]catalog.Partition, error) {
	return s.Coverage(ctx, []string{table}, fromDay, toDay)
}

// Coverage are the partitions of several tables that have files.
func (s *Store) Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error) {
	t := s.session(s.db)
	found, err := list(ctx, t, t.sq.Select(partitionColumns...).From("partitions").
		Where(sq.Gt{"file_count": 0}).Where(inTables(tables)).Where(inDays(fromDay, toDay)).OrderBy("table_name", "day"), scanPartition)
	if err != nil {
		return nil, fmt.Errorf("list partitions: %w", err)
	}
	return found, nil
}

// Files are the files that a query selects.
func (s *Store) Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error) {
	if q.Restorable {
		return s.restorable(ctx, q)
	}
	t := s.session(s.db)
	found, err := list(ctx, t, t.files("files", q), scanFile)
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	return found, nil
}

// restorable is Files with those of expired days. Both are read at one time, since they move from one to the other.
func (s *Store) restorable(ctx context.Context, q catalog.FileQuery) (found []catalog.File, err error) {
	err = s.read(ctx, "list files", func(t session) error {
		if found, err = list(ctx, t, t.files("files", q), scanFile); err != nil {
			return err
		}
		expired, err := list(ctx, t, t.files("trash", q).Where(sq.Eq{"why": string(catalog.WasteExpired), "collected": false}), scanFile)
		found = append(found, expired...)
		return err
	})
	slices.SortFunc(found, func(a, b catalog.File) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Path, b.Path))
	})
	return found, err
}

// files selects files from where they are listed.
func (s session) files(from string, q catalog.FileQuery) sq.SelectBuilder {
	stmt := s.sq.Select(fileColumns...).From(from).
		Where(inTables(q.Tables)).Where(inDays(q.FromDay, q.ToDay)).OrderBy("table_name", "day", "path")
	if !q.FromTime.IsZero() {
		stmt = stmt.Where(sq.GtOrEq{"max_time": ceilMillis(q.FromTime)})
	}
	if !q.ToTime.IsZero() {
		stmt = stmt.Where(sq.Lt{"min_time": ceilMillis(q.ToTime)})
	}
	return stmt
}

func inTables(tables []string) sq.Sqlizer {
	if len(tables) == 0 {
		return sq.And{}
	}
	return sq.Eq{"table_name": tables}
}

func inDays(from, to string) sq.Sqlizer {
	var days sq.And
	if from != "" {
		days = append(days, sq.GtOrEq{"day": from})
	}
	if to != "" {
		days = append(days, sq.LtOrEq{"day": to})
	}
	return days
}

var (
	partitionColumns = []string{"table_name", "day", "generation", "version", "row_count", "size_bytes", "file_count", "min_time", "max_time"}
	fileColumns      = []string{"path", "table_name", "day", "generation", "batch_id", "row_count", "size_bytes", "sha256", "min_time", "max_time"}
)

func scanPartition(r row, p *catalog.Partition) error {
	return r.Scan(&p.Table, &p.Day, &p.Generation, &p.Version, &p.Rows, &p.Bytes, &p.Files, instant{&p.MinTime}, instant{&p.MaxTime})
}

func scanFile(r row, f *catalog.File) error {
	return r.Scan(&f.Path, &f.Table, &f.Day, &f.Generation, &f.Batch, &f.Rows, &f.Bytes, &f.SHA256, instant{&f.MinTime}, instant{&f.MaxTime})
}
