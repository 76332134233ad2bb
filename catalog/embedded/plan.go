package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Plan records a batch and takes its objects.
func (s *Store) Plan(ctx context.Context, b catalog.Batch) error {
	what := "plan batch " + b.ID
	if err := checkPlan(b); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return s.write(ctx, what, func(t session) error {
		added, err := t.exec(ctx, t.sq.Insert("batches").
			Columns("id", "table_name", "mapping_version", "state", "planned_at", "committed_at", "events_out", "batch_rank", "is_retry").
			Values(b.ID, b.Table, b.MappingVersion, string(catalog.Planned), millis(b.PlannedAt), 0, 0, b.Rank, len(b.Retry) > 0).
			Suffix("ON CONFLICT (id) DO NOTHING"))
		if err != nil {
			return err
		}
		if added == 0 {
			_, err := t.lockPlanned(ctx, b.ID)
			return err
		}
		if err := t.takeObjects(ctx, b); err != nil {
			return err
		}
		return t.takeRetries(ctx, b)
	})
}

func checkPlan(b catalog.Batch) error {
	if b.ID == "" || b.Table == "" {
		return errors.New("a batch needs an id and a table")
	}
	keys := make(map[string]bool, len(b.Objects))
	for _, o := range b.Objects {
		if o.Key == "" || keys[o.Key] {
			return fmt.Errorf("object %q: its key is empty or stands twice", o.Key)
		}
		keys[o.Key] = true
	}
	return nil
}

// takeObjects inserts the batch's objects, always in the same order, so that two plans cannot wait for each other.
func (s session) takeObjects(ctx context.Context, b catalog.Batch) error {
	var taken int64
	objects := slices.SortedFunc(slices.Values(b.Objects), func(x, y catalog.Object) int { return strings.Compare(x.Key, y.Key) })
	for part := range slices.Chunk(objects, rowChunk) {
		insert := s.insertObjects()
		for _, o := range part {
			insert = insert.Values(objectValues(b.ID, catalog.ObjectResult{Object: o})...)
		}
		n, err := s.exec(ctx, insert.Suffix("ON CONFLICT (object_key, etag) DO NOTHING"))
		if err != nil {
			return err
		}
		taken += n
	}
	if taken == int64(len(objects)) {
		return nil
	}
	return s.whoseObjects(ctx, b.ID, objects)
}

// whoseObjects says which of the objects belong to another batch.
func (s session) whoseObjects(ctx context.Context, batch string, objects []catalog.Object) error {
	taken := &catalog.TakenError{Batch: batch}
	for part := range slices.Chunk(objects, chunk) {
		etags := make(map[string]string, len(part))
		for _, o := range part {
			etags[o.Key] = o.ETag
		}
		keys := make([]string, 0, len(part))
		for _, o := range part {
			keys = append(keys, o.Key)
		}
		others, err := list(ctx, s, s.selectObjects().
			Where(sq.Eq{"o.object_key": keys}).Where(sq.NotEq{"o.batch_id": batch}), scanObject)
		if err != nil {
			return err
		}
		for _, o := range others {
			if etags[o.Key] == o.ETag {
				taken.Keys, taken.Count = append(taken.Keys, o.Key), taken.Count+1
			}
		}
	}
	slices.Sort(taken.Keys)
	taken.Keys = taken.Keys[:min(len(taken.Keys), 10)]
	return taken
}

// takeRetries claims held records for the batch.
func (s session) takeRetries(ctx context.Context, b catalog.Batch) error {
	for part := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(b.Retry))), chunk) {
		n, err := s.exec(ctx, s.sq.Update("quarantine").Set("retry_batch", b.ID).Where(sq.Eq{
			"id": part, "table_name": b.Table, "state": string(catalog.Held), "retry_batch": ""}))
		if err != nil {
			return err
		}
		if n == int64(len(part)) {
			continue
		}
		others, err := list(ctx, s, s.sq.Select("id").From("quarantine").Where(sq.Eq{"id": part, "state": string(catalog.Held)}).
			Where(sq.NotEq{"retry_batch": []string{"", b.ID}}).OrderBy("id"), scanText)
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return &catalog.TakenError{Batch: b.ID, Keys: others[:min(len(others), 10)], Count: len(others)}
		}
		return fmt.Errorf("%d of %d records of table %s: %w", int64(len(part))-n, len(part), b.Table, catalog.ErrNotHeld)
	}
	return nil
}

// Stage records where files of a planned batch may lie.
func (s *Store) Stage(ctx context.Context, batch string, paths []string) error {
	return s.write(ctx, "stage files of batch "+batch, func(t session) error {
		if _, err := t.lockPlanned(ctx, batch); err != nil {
			return err
		}
		for part := range slices.Chunk(paths, chunk) {
			insert := t.sq.Insert("staged_paths").Columns("batch_id", "path")
			for _, p := range part {
				insert = insert.Values(batch, p)
			}
			if _, err := t.exec(ctx, insert.Suffix("ON CONFLICT (batch_id, path) DO NOTHING")); err != nil {
				return err
			}
		}
		return nil
	})
}

// Undo forgets a planned batch.
func (s *Store) Undo(ctx context.Context, batch string) error {
	return s.write(ctx, "undo batch "+batch, func(t session) error {
		if _, err := t.lockPlanned(ctx, batch); errors.Is(err, catalog.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
		for _, stmt := range []sq.Sqlizer{
			t.sq.Delete("staged_paths").Where(sq.Eq{"batch_id": batch}),
			t.sq.Delete("objects").Where(sq.Eq{"batch_id": batch}),
			t.sq.Update("quarantine").Set("retry_batch", "").Where(sq.Eq{"retry_batch": batch}),
			t.sq.Delete("batches").Where(sq.Eq{"id": batch}),
		} {
			if _, err := t.exec(ctx, stmt); err != nil {
				return err
			}
		}
		return nil
	})
}
