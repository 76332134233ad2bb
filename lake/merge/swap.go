package merge

import (
	"context"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// attempts is how often a swap is tried while others add files to the day.
const attempts = 5

var errMoved = errors.New("the day was merged or expired by another meanwhile")

// swap makes the local files the day's. The order is what makes it safe: each file is in the trash before it is put, so
// that it is deleted some day whatever happens, and the one call that exchanges the generations comes last. Files that
// were added to the day meanwhile are merged, into a file of their own, before it is tried again.
func (d *dayMerge) swap() (result, error) {
	put := 0
	for range attempts {
		local := d.catalogFiles()
		files := append(d.unloaded[:len(d.unloaded):len(d.unloaded)], local...)
		if err := d.throw(files); err != nil {
			return result{}, err
		}
		for ; put < len(local); put++ {
			if err := d.place(local[put], d.made[put].path); err != nil {
				return result{}, err
			}
		}
		err := d.hold.Check()
		if err == nil {
			err = d.cfg.Catalog.Swap(d.hold.Context(), catalog.Swap{
				ID: d.id, Lease: d.hold.Current(), Seen: d.Partition, Files: files, Due: d.cfg.Now().Add(d.cfg.Delay),
			})
		}
		var conflict *catalog.ConflictError
		if err == nil {
			return d.result(files), nil
		}
		if !errors.As(err, &conflict) {
			return result{}, fmt.Errorf("swap: %w", err)
		}
		if err := d.late(); err != nil {
			return result{}, err
		}
	}
	return result{}, fmt.Errorf("files were added to the day %d times while it was merged", attempts)
}

func (d *dayMerge) result(files []catalog.File) result {
	r := result{files: files, generation: d.Generation + 1, filesBefore: d.Files, bytesBefore: d.Bytes, groupsBefore: d.groups}
	for _, l := range d.made {
		r.groupsAfter += l.groups
	}
	r.groupsAfter += d.unloadedGroups
	r.spent = d.spent
	return r
}

// throw puts the files into the trash before they are there.
func (d *dayMerge) throw(files []catalog.File) error {
	waste, due := make([]catalog.Waste, len(files)), d.cfg.Now().Add(unfinishedDelay)
	for i, f := range files {
		waste[i] = catalog.Waste{Path: f.Path, Table: f.Table, Day: f.Day, Bytes: f.Bytes, Why: catalog.WasteUnfinished, Due: due}
	}
	if err := d.hold.Check(); err != nil {
		return err
	}
	if err := d.cfg.Catalog.Throw(d.hold.Context(), waste); err != nil {
		return fmt.Errorf("note the files to be put: %w", err)
	}
	return nil
}

// place puts one file. What has its name already was put by an earlier merge of the same files that was killed.
func (d *dayMerge) place(f catalog.File, path string) error {
	const tries = 3
	for range tries {
		if err := d.hold.Check(); err != nil {
			return err
		}
		_, err := raw.PutNewFile(d.hold.Context(), d.cfg.Lake, f.Path, path)
		if !errors.Is(err, raw.ErrExists) {
			return err
		}
		sum, err := raw.Checksum(d.hold.Context(), d.cfg.Lake, f.Path)
		if err == nil && sum == f.SHA256 {
			return nil
		}
		if err != nil && !errors.Is(err, raw.ErrNotFound) {
			return err
		}
		if err := errors.Join(d.hold.Confirm(), context.Cause(d.hold.Context())); err != nil {
			return err
		}
		if err := d.cfg.Lake.Delete(d.hold.Context(), f.Path); err != nil {
			return err
		}
	}
	return fmt.Errorf("put %s: somebody else keeps putting it", f.Path)
}

// late merges files that were added to the day since it was looked at.
func (d *dayMerge) late() error {
	now, err := d.run.snapshot(d.hold.Context(), d.Table, d.Day)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(d.files))
	for _, f := range d.files {
		known[f.Path] = true
	}
	var added []catalog.File
	for _, f := range now.files {
		if !known[f.Path] {
			added = append(added, f)
		}
	}
	if now.Generation != d.Generation || len(added) != len(now.files)-len(d.files) {
		return errMoved
	}
	d.snapshot = now
	if len(added) == 0 {
		return nil
	}
	return d.add(added)
}
