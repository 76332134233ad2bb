package merge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/table"
)

// unloads is how often Athena is asked at most when the failure is its own.
const unloads = 3

// unload has Athena make the day's files, compares them with those that it merged, and exchanges them. The order is that
// of any merge: what Athena writes is in the trash before it is there, as a folder since its names are Athena's, and the
// one call that exchanges the generations comes last.
func (d *dayMerge) unload() (result, error) {
	if err := d.begin("unload"); err != nil {
		return result{}, err
	}
	defer os.RemoveAll(d.dir)
	t, err := d.cfg.Catalog.Table(d.hold.Context(), d.Table)
	if err != nil {
		return result{}, err
	}
	place, err := d.written(t.Columns)
	if err != nil {
		return result{}, err
	}
	made, err := d.swap()
	if err != nil {
		return result{}, err
	}
	// All files of the folder are shown now.
	if err := d.cfg.Catalog.Forget(d.hold.Context(), []string{place}); err != nil {
		return made, fmt.Errorf("the day is merged, but its folder could not be taken out of the trash: %w", err)
	}
	return made, nil
}

// written has the files written, and gives the folder that they lie in. An execution that a process has begun which was
// killed is waited for, not begun again. When it has failed, or its files are no good, the next has a folder of its own:
// Athena writes to empty ones alone, and takes no token twice.
func (d *dayMerge) written(columns []catalog.Column) (place string, err error) {
	m := d.merging()
	place, err = d.begun()
	if err != nil {
		return "", err
	}
	if place != "" {
		if err := d.attempt(m, columns, place); err == nil || context.Cause(d.hold.Context()) != nil {
			return place, err
		}
	}
	for try := 1; ; try++ {
		place = fmt.Sprintf("%s%s-%d-%d/", d.folder(), d.id, d.hold.Current().Token, try)
		if err := d.attempt(m, columns, place); err == nil || try == unloads || !errors.Is(err, engine.ErrPassing) {
			return place, err
		}
	}
}

// attempt has the files written to a folder, and compares them with those that they are to replace.
func (d *dayMerge) attempt(m *merging, columns []catalog.Column, place string) (err error) {
	if err := d.throwFolder(place); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(place))
	d.spent, err = d.cfg.Remote.Athena.Execute(d.hold.Context(), d.statement(columns, place), "hindcast-"+hex.EncodeToString(sum[:]))
	if err != nil {
		return fmt.Errorf("merge by Athena: %w", err)
	}
	written, err := d.readBack(m.ctx, place)
	if err != nil {
		return err
	}
	return d.compare(m, written)
}

// folder is where the next generation's files lie.
func (d *dayMerge) folder() string {
	return fmt.Sprintf("tables/%s/day=%s/g%06d/", d.Table, d.Day, d.Generation+1)
}

// begun is the folder of the execution that was begun last for the same files, empty if none was.
func (d *dayMerge) begun() (string, error) {
	waste, err := d.cfg.Catalog.Wasted(d.hold.Context())
	if err != nil {
		return "", fmt.Errorf("look for an execution that was begun: %w", err)
	}
	var last catalog.Waste
	for _, w := range waste {
		if w.Folder() && strings.HasPrefix(w.Path, d.folder()+d.id+"-") && (last.Path == "" || w.Since.After(last.Since)) {
			last = w
		}
	}
	return last.Path, nil
}

func (d *dayMerge) throwFolder(place string) error {
	if err := d.hold.Check(); err != nil {
		return err
	}
	err := d.cfg.Catalog.Throw(d.hold.Context(), []catalog.Waste{{
		Path: place, Table: d.Table, Day: d.Day, Why: catalog.WasteUnfinished, Due: d.cfg.Now().Add(unfinishedDelay),
	}})
	if err != nil {
		return fmt.Errorf("note the folder to be written: %w", err)
	}
	return nil
}

// readBack reads every file back that was written, and gives what they hold together.
func (d *dayMerge) readBack(ctx context.Context, place string) (all table.Content, err error) {
	d.unloaded, d.unloadedGroups = nil, 0
	for o, err := range d.cfg.Lake.List(ctx, place) {
		if err != nil {
			return all, fmt.Errorf("list what Athena has written: %w", err)
		}
		x, sum, err := d.inspect(ctx, o)
		if err != nil {
			return all, fmt.Errorf("read %s back: %w", o.Key, err)
		}
		all = all.Add(x.Content)
		d.unloadedGroups += x.RowGroups
		d.unloaded = append(d.unloaded, catalog.File{
			Table: d.Table, Day: d.Day, Generation: d.Generation + 1, Batch: d.id, Path: o.Key,
			Rows: x.Rows, Bytes: o.Size, SHA256: sum, MinTime: instant(x.MinTime), MaxTime: instant(x.MaxTime),
			Sizes: x.Sizes,
		})
	}
	if len(d.unloaded) == 0 {
		return all, fmt.Errorf("%w: Athena has written no file", errContent)
	}
	return all, nil
}

// inspect reads a file of Athena's to its end, by way of a local copy.
func (d *dayMerge) inspect(ctx context.Context, o catalog.Object) (x table.Inspection, sum string, err error) {
	body, err := d.cfg.Lake.Open(ctx, o.Key)
	if err != nil {
		return x, "", err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	local, err := os.CreateTemp(d.dir, "unloaded-*")
	if err != nil {
		return x, "", err
	}
	defer func() { err = errors.Join(err, local.Close(), os.Remove(local.Name())) }()
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(local, hash), body)
	if err == nil && n != o.Size {
		err = fmt.Errorf("%d bytes of %d arrived", n, o.Size)
	}
	if err != nil {
		return x, "", err
	}
	x, err = table.Inspect(stopping{ctx, local}, n, d.schema)
	return x, hex.EncodeToString(hash.Sum(nil)), err
}

// compare holds what was written against the files that were merged, which are held against their checksums.
func (d *dayMerge) compare(m *merging, written table.Content) error {
	m.content, d.groups = table.Content{}, 0
	for _, f := range d.files {
		in := &input{File: f}
		if err := errors.Join(m.measure([]*input{in}), m.check(m.ctx, in), in.close()); err != nil {
			return err
		}
		d.groups += in.shape.RowGroups
		d.progress(f.Rows)
	}
	if written != m.content {
		return fmt.Errorf("%w: those of Athena have %s, the files merged have %s", errContent, written, m.content)
	}
	return nil
}
