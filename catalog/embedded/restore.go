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

// Restore takes an expired partition's files back, of every time that it has expired and they are all there.
func (s *Store) Restore(ctx context.Context, table, day string) error {
	return s.write(ctx, fmt.Sprintf("restore %s/%s", table, day), func(t session) error {
		// An update that changes nothing locks the partition before its expirations are read.
		here := sq.Eq{"table_name": table, "day": day}
		if _, err := t.exec(ctx, t.sq.Update("partitions").Set("version", sq.Expr("version")).Where(here)); err != nil {
			return err
		}
		expired, err := t.expired(ctx, sq.Eq{"e.table_name": table, "e.day": day})
		if err != nil {
			return err
		}
		if len(expired) == 0 {
			return catalog.ErrNotFound
		}
		if expired[len(expired)-1].Restored {
			return nil
		}
		var files []storedFile
		for _, e := range expired {
			if e.Restored || e.Collected {
				continue
			}
			back, err := t.takeBack(ctx, e)
			if err != nil {
				return err
			}
			files = append(files, back...)
		}
		if len(files) == 0 {
			return fmt.Errorf("its files are being deleted: %w", catalog.ErrNotFound)
		}
		return t.showAgain(ctx, files)
	})
}

var returningFiles = "RETURNING " + strings.Join(storedColumns, ", ")

// takeBack takes the files of one expiration out of the trash.
func (s session) takeBack(ctx context.Context, e catalog.Expired) ([]storedFile, error) {
	files, err := list(ctx, s, s.sq.Delete("trash").Where(sq.Eq{
		"table_name": e.Table, "day": e.Day, "expired_from": e.Generation, "collected": false,
	}).Suffix(returningFiles), scanStored)
	if err != nil {
		return nil, err
	}
	if int64(len(files)) != e.Files {
		return nil, fmt.Errorf("%d of %d files are being deleted: %w", e.Files-int64(len(files)), e.Files, catalog.ErrNotFound)
	}
	_, err = s.exec(ctx, s.sq.Update("expirations").Set("restored", true).
		Where(sq.Eq{"table_name": e.Table, "day": e.Day, "generation": e.Generation}))
	return files, err
}

// showAgain adds files to their partition, whose row is locked.
func (s session) showAgain(ctx context.Context, files []storedFile) error {
	p, err := s.partition(ctx, files[0].Table, files[0].Day)
	if err != nil {
		return err
	}
	back := make([]catalog.File, len(files))
	for i, f := range files {
		back[i] = f.File
	}
	kept, err := s.grow(ctx, p, growth(p, back))
	if err != nil {
		return err
	}
	if !kept {
		return &catalog.ConflictError{Moved: []catalog.Partition{p}}
	}
	return s.insertFiles(ctx, files)
}

// Expired are the partitions that were taken out.
func (s *Store) Expired(ctx context.Context) ([]catalog.Expired, error) {
	found, err := s.session(s.db).expired(ctx, sq.Eq{})
	if err != nil {
		return nil, fmt.Errorf("list expired partitions: %w", err)
	}
	return found, nil
}

func (s session) expired(ctx context.Context, where sq.Eq) ([]catalog.Expired, error) {
	found, err := list(ctx, s, s.sq.Select("e.table_name", "e.day", "e.generation", "e.row_count", "e.size_bytes", "e.file_count",
		"e.expired_at", "e.due", "e.restored",
		"(SELECT COUNT(*) FROM trash t WHERE t.table_name = e.table_name AND t.day = e.day AND t.expired_from = e.generation AND NOT t.collected)").
		From("expirations e").Where(where), scanExpired)
	slices.SortFunc(found, func(a, b catalog.Expired) int {
		return cmp.Or(strings.Compare(a.Table, b.Table), strings.Compare(a.Day, b.Day), a.Generation-b.Generation)
	})
	return found, err
}

func scanExpired(r row, e *catalog.Expired) error {
	var left int64
	err := r.Scan(&e.Table, &e.Day, &e.Generation, &e.Rows, &e.Bytes, &e.Files, instant{&e.At}, instant{&e.Due}, &e.Restored, &left)
	e.Collected = !e.Restored && left < e.Files
	return err
}
