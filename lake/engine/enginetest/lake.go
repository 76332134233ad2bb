// Package enginetest makes small lakes for the tests of what reads them.
package enginetest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/table"
)

// Row is an event by ECS names: string, int, float64, bool, time.Time, []string.
type Row map[string]any

// Lake is files in a folder and what a catalog knows of them.
type Lake struct {
	Dir    string
	tables []catalog.Table
	files  []catalog.File
}

// New makes an empty lake.
func New(t testing.TB) *Lake {
	t.Helper()
	return &Lake{Dir: t.TempDir()}
}

// Create makes a table.
func (l *Lake) Create(t testing.TB, name string, fields ...ecs.Field) {
	t.Helper()
	schema, err := ecs.NewSchema(fields...)
	if err != nil {
		t.Fatal(err)
	}
	described := catalog.TableOf(name, name, schema)
	if err := described.Validate(); err != nil {
		t.Fatal(err)
	}
	l.tables = append(l.tables, described)
}

// Add writes rows to a table, a file a day, with the columns of the fields, which need not be all of the table's.
func (l *Lake) Add(t testing.TB, name string, fields []ecs.Field, rows ...Row) {
	t.Helper()
	schema, err := ecs.NewSchema(fields...)
	if err != nil {
		t.Fatal(err)
	}
	days := map[string][]Row{}
	for _, r := range rows {
		at, _ := r["@timestamp"].(time.Time)
		days[catalog.Day(at)] = append(days[catalog.Day(at)], r)
	}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		l.write(t, name, day, schema, days[day])
	}
	slices.SortFunc(l.files, func(a, b catalog.File) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Path, b.Path))
	})
}

func (l *Lake) write(t testing.TB, name, day string, schema *ecs.Schema, rows []Row) {
	t.Helper()
	slices.SortStableFunc(rows, func(a, b Row) int {
		return a["@timestamp"].(time.Time).Compare(b["@timestamp"].(time.Time))
	})
	batch := ecs.NewBatch(schema)
	order := make([]int32, len(rows))
	for i, r := range rows {
		order[i] = int32(i)
		if err := fill(batch, r); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	info, err := table.Write(&file, batch, order, table.Options{RowsPerGroup: 4096})
	if err != nil {
		t.Fatal(err)
	}
	key := path.Join("tables", name, "day="+day, "g000001", fmt.Sprintf("batch-%d.parquet", len(l.files)))
	local := filepath.Join(l.Dir, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(local), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(local, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	l.files = append(l.files, catalog.File{
		Table: name, Day: day, Generation: 1, Path: key, Batch: "batch", Rows: info.Rows, Bytes: info.Bytes,
		MinTime: time.UnixMilli(info.MinTime).UTC(), MaxTime: time.UnixMilli(info.MaxTime).UTC(), Sizes: info.Sizes,
	})
}

func fill(b *ecs.Batch, r Row) error {
	for name, v := range r {
		col := b.Schema().Col(name)
		if col < 0 {
			return fmt.Errorf("the file has no field %s", name)
		}
		switch v := v.(type) {
		case string:
			b.SetString(col, []byte(v))
		case int:
			b.SetInt(col, int64(v))
		case float64:
			b.SetFloat(col, v)
		case bool:
			b.SetBool(col, v)
		case time.Time:
			b.SetTime(col, v.UnixMilli())
		case []string:
			for _, s := range v {
				b.Append(col, []byte(s))
			}
		default:
			return fmt.Errorf("field %s is a %T", name, v)
		}
	}
	b.Commit()
	return nil
}

// Tables are all tables, by name.
func (l *Lake) Tables(context.Context) ([]catalog.Table, error) {
	tables := slices.Clone(l.tables)
	slices.SortFunc(tables, func(a, b catalog.Table) int { return cmp.Compare(a.Name, b.Name) })
	return tables, nil
}

// Files are the files that the query selects, by table, day and path.
func (l *Lake) Files(_ context.Context, q catalog.FileQuery) ([]catalog.File, error) {
	var out []catalog.File
	for _, f := range l.files {
		switch {
		case len(q.Tables) > 0 && !slices.Contains(q.Tables, f.Table):
		case q.FromDay != "" && f.Day < q.FromDay, q.ToDay != "" && f.Day > q.ToDay:
		case !q.FromTime.IsZero() && f.MaxTime.Before(q.FromTime), !q.ToTime.IsZero() && !f.MinTime.Before(q.ToTime):
		default:
			out = append(out, f)
		}
	}
	return out, nil
}

// ColumnBytes sums up the sizes of files, which must be those that Files gave.
func (l *Lake) ColumnBytes(_ context.Context, _ string, files []catalog.File) (b catalog.ColumnBytes, err error) {
	b.Columns = map[string]int64{}
	for _, f := range files {
		if !f.Sizes.Known() {
			b.Unknown, b.UnknownOf = b.Unknown+f.Bytes, b.UnknownOf+1
		}
		b.Rest += f.Sizes.Rest
		for name, n := range f.Sizes.Columns {
			b.Columns[name] += n
		}
	}
	return b, nil
}

// Coverage are the partitions of the tables, by table and day.
func (l *Lake) Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error) {
	files, err := l.Files(ctx, catalog.FileQuery{Tables: tables, FromDay: fromDay, ToDay: toDay})
	if err != nil {
		return nil, err
	}
	var out []catalog.Partition
	for _, f := range files {
		if n := len(out); n == 0 || out[n-1].Table != f.Table || out[n-1].Day != f.Day {
			out = append(out, catalog.Partition{Table: f.Table, Day: f.Day, Generation: 1, Version: 1})
		}
		p := &out[len(out)-1]
		p.Rows += f.Rows
		p.Bytes += f.Bytes
		p.Files++
	}
	return out, nil
}

// Fields looks fields of ECS up by name.
func Fields(t testing.TB, names ...string) []ecs.Field {
	t.Helper()
	var out []ecs.Field
	for _, n := range names {
		f, known := ecs.Lookup(n)
		if !known {
			t.Fatalf("there is no field %s", n)
		}
		out = append(out, f)
	}
	return out
}
