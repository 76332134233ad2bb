package merge

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/table"
)

// Rewriting makes the rows of a day anew.
type Rewriting struct {
	// Name decides the rows, together with the day's files: a rewriting that is repeated makes the same.
	Name string
	// Make writes the day's rows, as many as there were, into local files that it reads back.
	Make func(ctx context.Context, old *Rows) ([]Local, error)
}

// Rows are those of a day as they are.
type Rows struct {
	Table, Day string
	Count      int64
	Schema     *ecs.Schema // of the batches; fields bear their columns' names but for @timestamp and event.id
	Dir        string      // a local folder, removed afterwards
	m          *merging
	files      []catalog.File
}

// Local is a local file of rows sorted by time. Its columns are the table's, or some of them.
type Local struct {
	Path string
	Info table.Info
}

// Rewrite exchanges the files of a day for those of a rewriting, in the way of a merge: under the day's lease, by one
// swap. Files that others add to the day meanwhile stay as they are. *catalog.HeldError while somebody merges the day.
func Rewrite(ctx context.Context, cfg Config, tableName, day string, w Rewriting) (_ Day, err error) {
	r := &run{cfg: cfg.withDefaults(), report: newReport(nil)}
	if r.readers, err = table.NewReaders(); err != nil {
		return Day{}, err
	}
	defer r.readers.Close()
	hold, err := r.hold(ctx, catalog.PartitionLease(tableName, day))
	if err != nil {
		return Day{}, err
	}
	defer func() {
		err = hold.Blame(err)
		hold.Release()
	}()
	s, err := r.snapshot(hold.Context(), tableName, day)
	if err != nil {
		return Day{}, err
	}
	d := &dayMerge{run: r, hold: hold, snapshot: s}
	if err := d.begin("rewrite " + w.Name); err != nil {
		return Day{}, err
	}
	defer os.RemoveAll(d.dir)
	if err := d.rewrite(w); err != nil {
		return Day{}, fmt.Errorf("rewrite %s/%s: %w", tableName, day, err)
	}
	made, err := d.swap()
	if err != nil {
		return Day{}, fmt.Errorf("rewrite %s/%s: %w", tableName, day, err)
	}
	r.report.merged(job{snapshot: s}, made)
	return r.report.Days[0], nil
}

// rewrite makes the day's rows anew and puts them into files of the target size.
func (d *dayMerge) rewrite(w Rewriting) error {
	m := d.merging()
	old := &Rows{Table: d.Table, Day: d.Day, Count: d.Rows, Schema: d.schema, Dir: d.dir, m: m, files: d.files}
	locals, err := w.Make(d.hold.Context(), old)
	if err != nil {
		return err
	}
	m.content = table.Content{}
	inputs := make([]*input, len(locals))
	for i, l := range locals {
		inputs[i] = localInput(l.Path, l.Info, i)
		if err := m.contentOf(inputs[i]); err != nil {
			return err
		}
	}
	if err := m.measure(inputs); err != nil {
		return err
	}
	if m.content.Rows != d.Rows {
		return fmt.Errorf("%w: %d rows were made of %d", errContent, m.content.Rows, d.Rows)
	}
	return d.take(m, func(s spec) ([]localFile, error) { return m.from(inputs, s) })
}

// contentOf adds the content of a local file.
func (m *merging) contentOf(in *input) error {
	if err := m.open(in); err != nil {
		return err
	}
	c, err := m.hasher.File(stopping{m.ctx, in.body}, in.Bytes)
	m.content = m.content.Add(c)
	return errors.Join(err, in.close())
}

// Each gives all rows in the order of their time, some at a time: the batch and which of its rows come next. Both are
// valid during the call. Every file is held against its checksum.
func (o *Rows) Each(f func(b *ecs.Batch, rows []int32) error) error {
	m := o.m
	inputs, err := m.inputs(o.files)
	if err == nil {
		inputs, err = m.thin(inputs)
	}
	if err != nil {
		return err
	}
	return m.stream(inputs, func(b *ecs.Batch, rows []int32, _ int64) error { return f(b, rows) })
}

// Local is a new file in the folder of the day, and its name.
func (o *Rows) Local(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(o.Dir, name+".tmp"), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
}
