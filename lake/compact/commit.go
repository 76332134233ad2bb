package compact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
)

// commit puts the files into their partitions and makes them visible. The order is what makes it safe: files first,
// under names that nobody reads yet and that the ledger has noted, and the one call that counts them in last. Should
// a partition have moved since duplicates were looked for, what was added is looked at before trying again.
func (w *worker) commit(h *held, b catalog.Batch, out *output) error {
	placed := map[string]bool{}
	for {
		expect, err := w.expect(h.Context(), b, out)
		if err != nil {
			return err
		}
		_, put := w.run.cfg.Observe.Start(h.Context(), observe.Put, observe.Count("files", len(out.files)))
		files, err := w.put(h, b, out, expect, placed)
		if put.End(err) != nil {
			return err
		}
		if err := h.Check(); err != nil {
			return err
		}
		_, commit := w.run.cfg.Observe.Start(h.Context(), observe.Commit)
		err = commit.End(w.run.cfg.Catalog.Commit(h.Context(), catalog.Commit{
			Batch: b.ID, Lease: h.Current(), Expect: partitions(expect), Files: files,
			Objects: out.objects, Quarantine: out.quarantine.rows, Release: out.release,
		}))
		var conflict *catalog.ConflictError
		if errors.As(err, &conflict) {
			continue
		}
		return err
	}
}

// expect are the partitions as they are now, once it is sure that no event of the batch has come into them since
// duplicates were looked for.
func (w *worker) expect(ctx context.Context, b catalog.Batch, out *output) (map[string]snapshot, error) {
	s, err := w.run.cfg.Sources.ByName(b.Table)
	if err != nil {
		return nil, err
	}
	now := map[string]snapshot{}
	for _, f := range out.files {
		if _, have := now[f.day]; have {
			continue
		}
		p, err := w.run.snapshot(ctx, b.Table, f.day)
		if err != nil {
			return nil, err
		}
		now[f.day] = p
	}
	if !tellsDuplicates(s, b) {
		return now, nil
	}
	for _, f := range out.files {
		for _, added := range addedSince(out.seen[f.day], now[f.day]) {
			if err := w.run.disjoint(ctx, f, added); err != nil {
				return nil, err
			}
		}
	}
	maps.Copy(out.seen, now)
	return now, nil
}

// addedSince are the files of a partition that an earlier look at it did not show. Versions do not tell: the files are
// read after the version, and one that was added in between is there already under the old version.
func addedSince(before, after snapshot) (added []catalog.File) {
	known := map[string]bool{}
	for _, f := range before.files {
		known[f.Path] = true
	}
	for _, f := range after.files {
		if !known[f.Path] {
			added = append(added, f)
		}
	}
	return added
}

// disjoint makes sure that no event of a local file is in a committed one.
func (r *run) disjoint(ctx context.Context, local localFile, committed catalog.File) error {
	if local.info.MinTime > committed.MaxTime.UnixMilli() || local.info.MaxTime < committed.MinTime.UnixMilli() {
		return nil
	}
	f, err := os.Open(local.path)
	if err != nil {
		return fmt.Errorf("look for duplicates: %w", err)
	}
	defer f.Close()
	return table.EachKeys(f, local.info.Bytes, func(keys []table.Key) error {
		found := false
		if err := r.findInLake(ctx, committed, keys, func(int) { found = true }); err != nil {
			return err
		}
		if found {
			return errDuplicates
		}
		return nil
	})
}

// put copies the batch's files into the lake: into the current generation of their partitions, under names of the batch
// and the lease, which no other worker uses: one that wakes up too late finds neither its successor's files to write over
// nor to delete. placed are those that are there already.
func (w *worker) put(h *held, b catalog.Batch, out *output, expect map[string]snapshot, placed map[string]bool) ([]catalog.File, error) {
	files := make([]catalog.File, len(out.files))
	paths, local := make([]string, 0, len(files)+1), make([]string, 0, len(files)+1)
	stem := fmt.Sprintf("%s-%d", b.ID, h.Current().Token)
	for i, f := range out.files {
		p := expect[f.day]
		files[i] = catalog.File{
			Table: b.Table, Day: f.day, Generation: p.Generation, Batch: b.ID,
			Path: fmt.Sprintf("tables/%s/day=%s/g%06d/%s-%d.parquet", b.Table, f.day, p.Generation, stem, i),
			Rows: f.info.Rows, Bytes: f.info.Bytes, SHA256: f.info.SHA256,
			MinTime: time.UnixMilli(f.info.MinTime).UTC(), MaxTime: time.UnixMilli(f.info.MaxTime).UTC(),
			Sizes: f.info.Sizes,
		}
		paths, local = append(paths, files[i].Path), append(local, f.path)
	}
	if len(out.quarantine.rows) > 0 {
		paths, local = append(paths, out.quarantine.name(stem)), append(local, out.quarantine.path)
	}
	if err := w.unstage(h, b, paths); err != nil {
		return nil, err
	}
	if err := w.run.cfg.Catalog.Stage(h.Context(), b.ID, paths); err != nil {
		return nil, fmt.Errorf("note the files to be put: %w", err)
	}
	for i, path := range paths {
		if placed[path] {
			continue
		}
		if err := w.place(h, path, local[i]); err != nil {
			return nil, err
		}
		placed[path] = true
	}
	return files, nil
}

// place puts one file. What has its name already was put by an earlier try under the same lease: it is either the same,
// or deleted. A file that arrives when the lease is lost is deleted too, since nobody else knows of it.
func (w *worker) place(h *held, key, path string) error {
	lake := w.run.cfg.Lake
	for range maxPlacings {
		if err := h.Check(); err != nil {
			return err
		}
		_, err := raw.PutNewFile(h.Context(), lake, key, path)
		if lost := h.Check(); lost != nil && errors.Is(lost, catalog.ErrLeaseLost) {
			return errors.Join(lost, lake.Delete(context.WithoutCancel(h.Context()), key))
		}
		if !errors.Is(err, raw.ErrExists) {
			return err
		}
		same, err := sameFile(h.Context(), lake, key, path)
		if same || err != nil && !errors.Is(err, raw.ErrNotFound) {
			return err
		}
		if err := w.remove(h, key); err != nil {
			return err
		}
	}
	return fmt.Errorf("put %s: somebody else keeps putting it", key)
}

// maxPlacings is how often a file is put whose name is taken again and again.
const maxPlacings = 5

// sameFile tells whether an object of the lake has the bytes of a local file.
func sameFile(ctx context.Context, lake raw.Bucket, key, path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return false, fmt.Errorf("read %s: %w", path, err)
	}
	there, err := raw.Checksum(ctx, lake, key)
	return there == hex.EncodeToString(sum.Sum(nil)), err
}

// remove deletes a file that no commit has made visible, once it is sure that nobody else works on its batch and may
// have committed it since.
func (w *worker) remove(h *held, key string) error {
	if err := h.Confirm(); err != nil {
		return err
	}
	return w.run.cfg.Lake.Delete(h.Context(), key)
}

// unstage deletes what earlier tries of the batch have put under names that this one does not use: those of another
// lease, of other days, since duplicates have left since, or of another generation. The commit forgets those names.
func (w *worker) unstage(h *held, b catalog.Batch, keep []string) error {
	planned, err := w.run.cfg.Catalog.Batch(h.Context(), b.ID)
	if err != nil {
		return fmt.Errorf("look for files of an earlier try: %w", err)
	}
	for _, path := range planned.Staged {
		if slices.Contains(keep, path) {
			continue
		}
		if err := w.remove(h, path); err != nil {
			return fmt.Errorf("delete a file of an earlier try: %w", err)
		}
	}
	return nil
}

func partitions(all map[string]snapshot) []catalog.Partition {
	out := make([]catalog.Partition, 0, len(all))
	for _, s := range all {
		out = append(out, s.Partition)
	}
	return out
}

// undo takes a planned batch back: first the files that it may have put, which nobody reads, then its place in the
// ledger, so that its objects are free only when nothing of it is left.
func (w *worker) undo(h *held, b catalog.Batch) error {
	planned, err := w.run.cfg.Catalog.Batch(h.Context(), b.ID)
	if errors.Is(err, catalog.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("undo batch %s: %w", b.ID, err)
	}
	for _, path := range planned.Staged {
		if err := w.remove(h, path); err != nil {
			return fmt.Errorf("undo batch %s: %w", b.ID, err)
		}
	}
	if err := h.Confirm(); err != nil {
		return fmt.Errorf("undo batch %s: %w", b.ID, err)
	}
	if err := w.run.cfg.Catalog.Undo(h.Context(), b.ID); err != nil {
		return fmt.Errorf("undo batch %s: %w", b.ID, err)
	}
	return nil
}
