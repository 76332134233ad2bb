package embedded

import (
	"context"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Seen finds those of the keys that the ledger knows. It asks in chunks, so that a million keys are thousands of
// small queries and not one that no database takes.
func (s *Store) Seen(ctx context.Context, keys []string) (map[string]catalog.ObjectResult, error) {
	seen := make(map[string]catalog.ObjectResult)
	t := s.session(s.db)
	for part := range slices.Chunk(keys, chunk) {
		// Of a key that stands twice, the one that was planned last comes last and stays.
		found, err := list(ctx, t, t.selectObjects().Where(sq.Eq{"o.object_key": part}).OrderBy("b.planned_at", "o.etag"), scanObject)
		if err != nil {
			return nil, fmt.Errorf("look up %d of %d keys in the ledger: %w", len(part), len(keys), err)
		}
		for _, o := range found {
			seen[o.Key] = o
		}
	}
	return seen, nil
}

// Batch is one batch with its objects.
func (s *Store) Batch(ctx context.Context, id string) (catalog.Batch, error) {
	var found []catalog.Batch
	err := s.read(ctx, "read batch "+id, func(t session) (err error) {
		found, err = t.batches(ctx, sq.Eq{"id": id})
		if err == nil && len(found) == 0 {
			err = catalog.ErrNotFound
		}
		return err
	})
	if err != nil {
		return catalog.Batch{}, err
	}
	return found[0], nil
}

// Unfinished are the planned batches.
func (s *Store) Unfinished(ctx context.Context) (batches []catalog.Batch, err error) {
	err = s.read(ctx, "list unfinished batches", func(t session) error {
		batches, err = t.batches(ctx, sq.Eq{"state": string(catalog.Planned)})
		return err
	})
	return batches, err
}

// batches reads batches, oldest first, with all that belongs to them.
func (s session) batches(ctx context.Context, where sq.Eq) ([]catalog.Batch, error) {
	found, err := list(ctx, s, s.selectBatches().Where(where).OrderBy("planned_at", "id"), scanBatch)
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(found, chunk) {
		if err := s.fill(ctx, part); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// fill reads what belongs to batches.
func (s session) fill(ctx context.Context, batches []catalog.Batch) error {
	ids := make([]string, 0, len(batches))
	at := make(map[string]*catalog.Batch, len(batches))
	for i := range batches {
		ids, at[batches[i].ID] = append(ids, batches[i].ID), &batches[i]
	}
	objects, err := list(ctx, s, s.sq.Select("batch_id", "object_key", "etag", "size_bytes", "mod_time").From("objects").
		Where(sq.Eq{"batch_id": ids}).OrderBy("batch_id", "object_key"), func(r row, o *batchObject) error {
		return r.Scan(&o.batch, &o.Key, &o.ETag, &o.Size, instant{&o.ModTime})
	})
	if err != nil {
		return err
	}
	for _, o := range objects {
		b := at[o.batch]
		b.Objects = append(b.Objects, o.Object)
	}
	staged, err := list(ctx, s, s.sq.Select("batch_id", "path").From("staged_paths").
		Where(sq.Eq{"batch_id": ids}).OrderBy("batch_id", "path"), scanOrigin)
	if err != nil {
		return err
	}
	for _, p := range staged {
		at[p.batch].Staged = append(at[p.batch].Staged, p.key)
	}
	retries, err := list(ctx, s, s.sq.Select("retry_batch", "id").From("quarantine").
		Where(sq.Eq{"retry_batch": ids}).OrderBy("retry_batch", "id"), scanOrigin)
	for _, r := range retries {
		at[r.batch].Retry = append(at[r.batch].Retry, r.key)
	}
	return err
}

type batchObject struct {
	batch string
	catalog.Object
}

// lockPlanned takes a batch for the rest of the transaction: nobody else can finish or undo it meanwhile.
// ErrNotFound, ErrCommitted.
func (s session) lockPlanned(ctx context.Context, id string) (catalog.Batch, error) {
	// An update that changes nothing is a lock that both databases know.
	if _, err := s.exec(ctx, s.sq.Update("batches").Set("state", sq.Expr("state")).Where(sq.Eq{"id": id})); err != nil {
		return catalog.Batch{}, err
	}
	found, err := list(ctx, s, s.selectBatches().Where(sq.Eq{"id": id}), scanBatch)
	switch {
	case err != nil:
		return catalog.Batch{}, err
	case len(found) == 0:
		return catalog.Batch{}, catalog.ErrNotFound
	case found[0].State == catalog.Committed:
		return catalog.Batch{}, catalog.ErrCommitted
	}
	return found[0], nil
}

func (s session) selectBatches() sq.SelectBuilder {
	return s.sq.Select("id", "table_name", "mapping_version", "state", "planned_at", "batch_rank").From("batches")
}

func scanBatch(r row, b *catalog.Batch) error {
	return r.Scan(&b.ID, &b.Table, &b.MappingVersion, &b.State, instant{&b.PlannedAt}, &b.Rank)
}

func (s session) selectObjects() sq.SelectBuilder {
	return s.sq.Select("o.object_key", "o.etag", "o.batch_id", "b.state", "o.size_bytes", "o.mod_time", "o.source", "o.sha256",
		"o.raw_bytes", "o.records_in", "o.events_out", "o.duplicates", "o.rejected", "o.problem").
		From("objects o").Join("batches b ON b.id = o.batch_id")
}

func scanObject(r row, o *catalog.ObjectResult) error {
	return r.Scan(&o.Key, &o.ETag, &o.Batch, &o.State, &o.Size, instant{&o.ModTime}, &o.Source, &o.SHA256,
		&o.RawBytes, &o.RecordsIn, &o.EventsOut, &o.Duplicates, &o.Rejected, &o.Problem)
}

func (s session) insertObjects() sq.InsertBuilder {
	return s.sq.Insert("objects").Columns("object_key", "etag", "batch_id", "size_bytes", "mod_time", "source", "sha256",
		"raw_bytes", "records_in", "events_out", "duplicates", "rejected", "problem")
}

func objectValues(batch string, o catalog.ObjectResult) []any {
	return []any{o.Key, o.ETag, batch, o.Size, millis(o.ModTime), o.Source, o.SHA256,
		o.RawBytes, o.RecordsIn, o.EventsOut, o.Duplicates, o.Rejected, o.Problem}
}
