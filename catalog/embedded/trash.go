package embedded

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// trashColumns are those that a file needs to come back, and then those of the trash itself.
var trashColumns = append(slices.Clone(storedColumns), "why", "since", "due", "collected", "expired_from", "left_version")

// Throw records files as waste.
func (s *Store) Throw(ctx context.Context, waste []catalog.Waste) error {
	for _, w := range waste {
		if w.Path == "" {
			return fmt.Errorf("throw a file of %s/%s: it has no path", w.Table, w.Day)
		}
	}
	return s.write(ctx, "throw files", func(t session) error {
		now := millis(t.now())
		for part := range slices.Chunk(lastByPath(waste), chunk) {
			if err := t.throw(ctx, part, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// throw inserts first and looks afterwards: a swap that is taking one of the files out of the trash is waited for by
// the insert, and then seen.
func (s session) throw(ctx context.Context, waste []catalog.Waste, now int64) error {
	insert := s.sq.Insert("trash").Columns(trashColumns...)
	paths := make([]string, 0, len(waste))
	for _, w := range waste {
		paths = append(paths, w.Path)
		insert = insert.Values(w.Path, w.Table, w.Day, 0, "", 0, w.Bytes, "", 0, 0, nil, string(w.Why), now, millis(w.Due), false, 0, w.Version)
	}
	if _, err := s.exec(ctx, insert.Suffix("ON CONFLICT (path) DO UPDATE SET due = excluded.due WHERE trash.due < excluded.due")); err != nil {
		return err
	}
	for _, c := range []struct {
		from sq.SelectBuilder
		err  error
	}{
		{s.sq.Select("path").From("files").Where(sq.Eq{"path": paths}), catalog.ErrInUse},
		{s.sq.Select("manifest AS path").From("partitions").Where("manifest <> ''").Where(sq.Eq{"manifest": paths}), catalog.ErrInUse},
		{s.sq.Select("path").From("trash").Where(sq.Eq{"path": paths, "collected": true}), catalog.ErrCollected},
	} {
		found, err := list(ctx, s, c.from.OrderBy("path").Limit(1), scanText)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return fmt.Errorf("%s: %w", found[0], c.err)
		}
	}
	return nil
}

// lastByPath keeps one of the same path, since a statement cannot change a row twice. They come in the order of their
// paths, so that two transactions cannot wait for each other.
func lastByPath(waste []catalog.Waste) []catalog.Waste {
	sorted := slices.Clone(waste)
	slices.Reverse(sorted)
	slices.SortStableFunc(sorted, compareWaste)
	return slices.CompactFunc(sorted, func(a, b catalog.Waste) bool { return a.Path == b.Path })
}

func compareWaste(a, b catalog.Waste) int { return strings.Compare(a.Path, b.Path) }

// Wasted lists what is in the trash.
func (s *Store) Wasted(ctx context.Context) ([]catalog.Waste, error) {
	t := s.session(s.db)
	found, err := list(ctx, t, t.sq.Select(wasteColumns...).From("trash"), scanWaste)
	if err != nil {
		return nil, fmt.Errorf("list trash: %w", err)
	}
	slices.SortFunc(found, compareWaste)
	return found, nil
}

// Collect gives files that are due and marks them. It returns those that it has marked, not those that it has found:
// a swap may take one back in between.
func (s *Store) Collect(ctx context.Context, limit int) ([]catalog.Waste, error) {
	var got []catalog.Waste
	err := s.write(ctx, "collect trash", func(t session) (err error) {
		due := sq.Select("path").From("trash").
			Where(sq.LtOrEq{"due": millis(t.now())}).
			Where(sq.Or{
				sq.Eq{"collected": true},
				sq.NotEq{"why": string(catalog.WasteExpired)},
				sq.Expr(trashNotHeld, noTime),
			}).
			Where(notShown).
			OrderBy("collected", "due", "path").Limit(uint64(max(limit, 0)))
		got, err = list(ctx, t, t.sq.Update("trash").Set("collected", true).Where(sq.Expr("path IN (?)", due)).
			Suffix(returningWaste), scanWaste)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(got, compareWaste)
	return got, nil
}

// Forget strikes files off.
func (s *Store) Forget(ctx context.Context, paths []string) error {
	return s.write(ctx, "forget deleted files", func(t session) error {
		for part := range slices.Chunk(slices.Sorted(slices.Values(paths)), chunk) {
			if _, err := t.exec(ctx, t.sq.Delete("trash").Where(sq.Eq{"path": part})); err != nil {
				return err
			}
		}
		return nil
	})
}

// discard moves all files of a partition, as it was before its row was changed and locked, to the trash.
func (s session) discard(ctx context.Context, p catalog.Partition, why catalog.WasteReason, expiredFrom int, now, due int64) error {
	here := sq.Eq{"table_name": p.Table, "day": p.Day}
	files := sq.Select(storedColumns...).From("files").Where(here)
	for _, c := range []sq.Sqlizer{
		sq.Expr("CAST(? AS TEXT)", string(why)), sq.Expr("CAST(? AS BIGINT)", now), sq.Expr("CAST(? AS BIGINT)", due),
		sq.Expr("FALSE"), sq.Expr("CAST(? AS BIGINT)", expiredFrom),
		sq.Expr("CAST(? AS BIGINT)", p.Version+1),
	} {
		files = files.Column(c)
	}
	if _, err := s.exec(ctx, s.sq.Insert("trash").Columns(trashColumns...).Select(files)); err != nil {
		return fmt.Errorf("throw files: %w", err)
	}
	_, err := s.exec(ctx, s.sq.Delete("files").Where(here))
	return err
}

var returningWaste = "RETURNING " + strings.Join(wasteColumns, ", ")

var wasteColumns = []string{"path", "table_name", "day", "size_bytes", "why", "since", "due"}

func scanWaste(r row, w *catalog.Waste) error {
	return r.Scan(&w.Path, &w.Table, &w.Day, &w.Bytes, &w.Why, instant{&w.Since}, instant{&w.Due})
}
