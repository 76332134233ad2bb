package merge

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/lease"
)

// dayMerge is the merge of one day.
type dayMerge struct {
	*run
	hold *lease.Taken
	snapshot
	id     string
	dir    string
	schema *ecs.Schema
	made   []localFile
	groups int64 // row groups of the files merged

	unloaded []catalog.File // that Athena has made, and put, beside those of made
	spent    engine.Stats   // for them

	unloadedGroups int64
}

// result is what became of a day.
type result struct {
	files        []catalog.File
	generation   int
	filesBefore  int64
	bytesBefore  int64
	groupsBefore int64
	groupsAfter  int64
	spent        engine.Stats
}

func (r result) bytes() (n int64) {
	for _, f := range r.files {
		n += f.Bytes
	}
	return n
}

func (r result) rows() (n int64) {
	for _, f := range r.files {
		n += f.Rows
	}
	return n
}

// merge makes files of the target size of the day's and exchanges them.
func (d *dayMerge) merge() (result, error) {
	if err := d.begin("merge"); err != nil {
		return result{}, err
	}
	defer os.RemoveAll(d.dir)
	if err := d.add(d.files); err != nil {
		return result{}, err
	}
	return d.swap()
}

// begin makes ready for what is to be done with the day.
func (d *dayMerge) begin(what string) error {
	t, err := d.cfg.Catalog.Table(d.hold.Context(), d.Table)
	if err != nil {
		return err
	}
	if d.schema, err = schemaOf(t); err != nil {
		return fmt.Errorf("columns of table %s: %w", d.Table, err)
	}
	d.id = d.name(what)
	return d.room()
}

// room makes a folder of its own for the merge, and removes what merges of the day that were killed have left.
func (d *dayMerge) room() error {
	prefix := d.Table + "-" + d.Day + "-"
	left, err := os.ReadDir(d.cfg.Work)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for what an earlier merge has left: %w", err)
	}
	for _, e := range left {
		if !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(d.cfg.Work, e.Name())); err != nil {
			return fmt.Errorf("remove what an earlier merge has left: %w", err)
		}
	}
	d.dir = filepath.Join(d.cfg.Work, fmt.Sprintf("%s%d", prefix, d.hold.Current().Token))
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return fmt.Errorf("make room for files: %w", err)
	}
	return nil
}

// name is the id of the merge: it follows from the files and the target, so that a merge that is repeated makes the same
// files under the same names.
func (d *dayMerge) name(what string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%d\n%d\n%d\n", what, d.Table, d.Day, d.Generation, d.cfg.TargetBytes, d.cfg.GroupBytes)
	for _, f := range d.files {
		fmt.Fprintf(h, "%s\n%s\n", f.Path, f.SHA256)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// add merges files into local ones.
func (d *dayMerge) add(files []catalog.File) error {
	m := d.merging()
	return d.take(m, func(s spec) ([]localFile, error) { return m.merge(files, s) })
}

func (d *dayMerge) merging() *merging {
	m := &merging{run: d.run, ctx: d.hold.Context(), dir: d.dir, schema: d.schema, done: d.progress}
	m.batches = [2]*ecs.Batch{ecs.NewBatch(d.schema), ecs.NewBatch(d.schema)}
	return m
}

// take adds the local files that a merge makes to those of the day.
func (d *dayMerge) take(m *merging, merge func(spec) ([]localFile, error)) error {
	first := len(d.made)
	made, err := merge(spec{
		name: func(i int) string { return fmt.Sprintf("%s-%d.parquet", d.id, first+i) },
	})
	if cause := d.hold.Check(); err != nil && cause != nil && errors.Is(err, d.hold.Context().Err()) {
		err = cause
	}
	d.made = append(d.made, made...)
	d.groups += m.groups
	return err
}

func (d *dayMerge) progress(rows int64) {
	d.report.progress(d.Table, d.Day, rows, d.Bytes*rows/max(d.Rows, 1))
}

// schemaOf is the columns of a table as fields. They bear their columns' names, which stand side by side whatever mappings
// came one after the other, but for those that the encoder must know.
func schemaOf(t catalog.Table) (*ecs.Schema, error) {
	fields := make([]ecs.Field, len(t.Columns))
	for i, c := range t.Columns {
		known, _ := ecs.Lookup(c.ECS)
		name := c.Name
		if c.ECS == "@timestamp" || c.ECS == "event.id" {
			name = c.ECS
		}
		fields[i] = ecs.Field{
			Name: name, Type: c.Type, JSON: c.JSON, Kind: c.Kind, Doc: c.Doc,
			Unique: c.Type == ecs.String && (c.JSON || known.Unique),
		}
	}
	return ecs.NewSchema(fields...)
}

// catalogFiles are the local files as the catalog will know them.
func (d *dayMerge) catalogFiles() []catalog.File {
	files := make([]catalog.File, len(d.made))
	for i, l := range d.made {
		files[i] = catalog.File{
			Table: d.Table, Day: d.Day, Generation: d.Generation + 1, Batch: d.id,
			Path: fmt.Sprintf("tables/%s/day=%s/g%06d/%s", d.Table, d.Day, d.Generation+1, filepath.Base(l.path)),
			Rows: l.info.Rows, Bytes: l.info.Bytes, SHA256: l.info.SHA256,
			MinTime: instant(l.info.MinTime), MaxTime: instant(l.info.MaxTime),
			Sizes: l.info.Sizes,
		}
	}
	return files
}

func instant(unixMilli int64) time.Time { return time.UnixMilli(unixMilli).UTC() }

func compareDays(a, b Day) int {
	if c := strings.Compare(b.Day, a.Day); c != 0 {
		return c
	}
	return strings.Compare(a.Table, b.Table)
}
