package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Commit makes a planned batch visible, in one transaction.
func (s *Store) Commit(ctx context.Context, c catalog.Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	return s.write(ctx, "commit batch "+c.Batch, func(t session) error {
		b, err := t.lockPlanned(ctx, c.Batch)
		if errors.Is(err, catalog.ErrCommitted) {
			return nil // done before; the answer was lost
		}
		if err != nil {
			return err
		}
		now := millis(s.now())
		for _, step := range []func() error{
			func() error { return t.checkLease(ctx, c.Lease, now) },
			func() error { return t.checkTable(ctx, b.Table, c.Files) },
			func() error { return t.growPartitions(ctx, c) },
			func() error { return t.addFiles(ctx, c.Files) },
			func() error { return t.storeResults(ctx, c) },
			func() error { return t.quarantine(ctx, b, c.Quarantine, now) },
			func() error { return t.release(ctx, c) },
			func() error { return t.finish(ctx, c, now) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s session) checkTable(ctx context.Context, table string, files []catalog.File) error {
	for _, f := range files {
		if f.Table != table {
			return fmt.Errorf("file %s is of table %s, but the batch of %s", f.Path, f.Table, table)
		}
	}
	names, err := list(ctx, s, s.sq.Select("name").From("lake_tables").Where(sq.Eq{"name": table}), scanText)
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("table %s: %w", table, catalog.ErrNotFound)
	}
	return err
}

// addFiles adds new files of one table.
func (s session) addFiles(ctx context.Context, files []catalog.File) error {
	stored, err := s.stored(ctx, files)
	if err != nil {
		return err
	}
	return s.insertFiles(ctx, stored)
}

func (s session) insertFiles(ctx context.Context, files []storedFile) error {
	for part := range slices.Chunk(files, rowChunk) {
		insert := s.sq.Insert("files").Columns(storedColumns...)
		for _, f := range part {
			insert = insert.Values(f.values()...)
		}
		if _, err := s.exec(ctx, insert); err != nil {
			return fmt.Errorf("add files: %w", err)
		}
	}
	return s.checkTrash(ctx, files)
}

// checkTrash keeps files that will be deleted from being shown.
func (s session) checkTrash(ctx context.Context, files []storedFile) error {
	for part := range slices.Chunk(files, chunk) {
		paths := make([]string, 0, len(part))
		for _, f := range part {
			paths = append(paths, f.Path)
		}
		found, err := list(ctx, s, s.sq.Select("path").From("trash").Where(sq.Eq{"path": paths}).OrderBy("path").Limit(1), scanText)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return fmt.Errorf("file %s: %w", found[0], catalog.ErrWaste)
		}
	}
	return nil
}

// storeResults gives every object of the batch its result. The objects are there: inserting them anew is a way to
// update many rows in one statement.
func (s session) storeResults(ctx context.Context, c catalog.Commit) error {
	if err := s.checkObjects(ctx, c); err != nil {
		return err
	}
	for part := range slices.Chunk(c.Objects, rowChunk) {
		insert := s.insertObjects()
		for _, o := range part {
			insert = insert.Values(objectValues(c.Batch, o)...)
		}
		_, err := s.exec(ctx, insert.Suffix("ON CONFLICT (object_key, etag) DO UPDATE SET "+
			"source = excluded.source, sha256 = excluded.sha256, raw_bytes = excluded.raw_bytes, "+
			"records_in = excluded.records_in, events_out = excluded.events_out, duplicates = excluded.duplicates, "+
			"rejected = excluded.rejected, problem = excluded.problem"))
		if err != nil {
			return fmt.Errorf("store results of objects: %w", err)
		}
	}
	return nil
}

// checkObjects makes sure that the results are those of the planned objects, one for each.
func (s session) checkObjects(ctx context.Context, c catalog.Commit) error {
	planned, err := list(ctx, s, s.sq.Select("object_key", "etag").From("objects").Where(sq.Eq{"batch_id": c.Batch}),
		func(r row, o *catalog.Object) error { return r.Scan(&o.Key, &o.ETag) })
	if err != nil {
		return err
	}
	if len(planned) != len(c.Objects) {
		return fmt.Errorf("results of %d objects for %d planned ones: %w", len(c.Objects), len(planned), catalog.ErrUnbalanced)
	}
	etags := make(map[string]string, len(planned))
	for _, o := range planned {
		etags[o.Key] = o.ETag
	}
	for _, o := range c.Objects {
		if etag, ok := etags[o.Key]; !ok || etag != o.ETag {
			return fmt.Errorf("object %s (ETag %q) is not one that was planned: %w", o.Key, o.ETag, catalog.ErrUnbalanced)
		}
	}
	return nil
}

// finish marks the batch, after all that the mark stands for, and forgets what only an unfinished batch needs.
func (s session) finish(ctx context.Context, c catalog.Commit, now int64) error {
	var rows int64
	for _, f := range c.Files {
		rows += f.Rows
	}
	for _, stmt := range []sq.Sqlizer{
		s.sq.Delete("staged_paths").Where(sq.Eq{"batch_id": c.Batch}),
		s.sq.Update("quarantine").Set("retry_batch", "").Where(sq.Eq{"retry_batch": c.Batch, "state": string(catalog.Held)}),
		s.sq.Update("batches").Set("state", string(catalog.Committed)).Set("committed_at", now).Set("events_out", rows).
			Where(sq.Eq{"id": c.Batch}),
	} {
		if _, err := s.exec(ctx, stmt); err != nil {
			return err
		}
	}
	return nil
}
