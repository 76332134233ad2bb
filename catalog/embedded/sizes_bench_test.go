package embedded_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/ecs"
)

// BenchmarkSizes lists the files of 400 days of ten tables, three a day, and sums up the sizes of their 150 columns.
func BenchmarkSizes(b *testing.B) {
	s, err := openStore(filepath.Join(b.TempDir(), "catalog.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	tables := fillSized(b, s)
	var files []catalog.File
	b.Run("files", func(b *testing.B) {
		for b.Loop() {
			if files, err = s.Files(b.Context(), catalog.FileQuery{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("column-bytes", func(b *testing.B) {
		for b.Loop() {
			n := len(files) / len(tables)
			for i, t := range tables {
				if got, err := s.ColumnBytes(b.Context(), t, files[i*n:(i+1)*n]); err != nil || got.UnknownOf > 0 {
					b.Fatal(got, err)
				}
			}
		}
	})
}

func fillSized(b *testing.B, s *embedded.Store) (tables []string) {
	b.Helper()
	const columns, days, daily = 150, 400, 3
	sizes := catalog.FileSizes{Columns: map[string]int64{}, Rest: 123_456}
	var wide catalog.Table
	for i := range columns {
		name := fmt.Sprintf("column_%03d", i)
		wide.Columns = append(wide.Columns, catalog.Column{Name: name, ECS: name, Type: ecs.String})
		sizes.Columns[name] = int64(35) // of nothing but nulls, as most are
		if i%3 == 0 {
			sizes.Columns[name] = int64(1) << (i % 30)
		}
	}
	for i := range 10 {
		wide.Name = fmt.Sprintf("table_%d", i)
		tables = append(tables, wide.Name)
		if err := s.EnsureTable(b.Context(), wide); err != nil {
			b.Fatal(err)
		}
		for d := range days {
			at := time.Date(2025, 1, 1+d, 12, 0, 0, 0, time.UTC)
			id := fmt.Sprintf("%032d", i*days+d)
			c := catalog.Commit{Batch: id, Expect: []catalog.Partition{{Table: wide.Name, Day: catalog.Day(at), Generation: 1}}}
			for n := range daily {
				c.Files = append(c.Files, catalog.File{
					Table: wide.Name, Day: catalog.Day(at), Generation: 1, Batch: id, Rows: 1, Bytes: 1 << 27, SHA256: fmt.Sprintf("%064d", d), MinTime: at, MaxTime: at,
					Path: fmt.Sprintf("tables/%s/day=%s/g000001/%s-1-%d.parquet", wide.Name, catalog.Day(at), id, n), Sizes: sizes,
				})
			}
			o := catalog.Object{Key: id, ETag: "e"}
			c.Objects = []catalog.ObjectResult{{Object: o, Counts: catalog.Counts{RecordsIn: daily, EventsOut: daily}}}
			if err := s.Plan(b.Context(), catalog.Batch{ID: id, Table: wide.Name, Objects: []catalog.Object{o}}); err != nil {
				b.Fatal(err)
			}
			if err := s.Commit(b.Context(), c); err != nil {
				b.Fatal(err)
			}
		}
	}
	return tables
}
