package table

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"
	xreader "github.com/xitongsys/parquet-go/reader"
	"github.com/xitongsys/parquet-go/source"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Each reader gives the file's rows as the test wrote them.
var readers = map[string]func(t *testing.T, file []byte, fields []ecs.Field) []cells{
	"DuckDB":                readDuckDB,
	"parquet-go/parquet-go": readParquetGo,
	"xitongsys/parquet-go":  readXitongsys,
}

func TestOtherReadersSeeTheSameRows(t *testing.T) {
	for name, s := range shapes() {
		for reader, read := range readers {
			t.Run(reader+" reads "+name, func(t *testing.T) {
				if testing.Short() && len(s.rows) > 100_000 {
					t.Skip("large")
				}
				b := batchOf(t, s.rows, s.fields...)
				got := read(t, encode(t, b, order(len(s.rows)), s.o), s.fields)
				if len(got) != len(s.rows) {
					t.Fatalf("%d rows, want %d", len(got), len(s.rows))
				}
				for i, want := range s.rows {
					full := append(want[:len(want):len(want)], make(cells, len(s.fields)-len(want))...)
					if len(s.rows) > 100_000 && i%97 != 0 {
						continue
					}
					if diff := cmp.Diff(full, got[i], cmpopts.EquateEmpty()); diff != "" {
						t.Fatalf("row %d (-want +got):\n%s", i, diff)
					}
				}
			})
		}
	}
}

func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func save(t *testing.T, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.parquet")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readDuckDB(t *testing.T, file []byte, fields []ecs.Field) []cells {
	rows, err := open(t).Query("SELECT * FROM read_parquet(?)", save(t, file))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []cells
	for rows.Next() {
		row, into := make(cells, len(fields)), make([]any, len(fields))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, v := range row {
			row[i] = fromDuckDB(v)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func fromDuckDB(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UnixMilli()
	case []any:
		items := make([]string, len(v))
		for i := range v {
			items[i] = v[i].(string)
		}
		return items
	}
	return v
}

func readParquetGo(t *testing.T, file []byte, fields []ecs.Field) []cells {
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var all []cells
	for _, g := range f.RowGroups() {
		rows, buf := g.Rows(), make([]parquet.Row, 100)
		for {
			n, err := rows.ReadRows(buf)
			for _, r := range buf[:n] {
				all = append(all, fromParquetGo(r, fields))
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		rows.Close()
	}
	return all
}

func fromParquetGo(r parquet.Row, fields []ecs.Field) cells {
	row := make(cells, len(fields))
	for _, v := range r {
		if v.IsNull() {
			continue
		}
		switch col := v.Column(); fields[col].Type {
		case ecs.String:
			row[col] = string(v.ByteArray())
		case ecs.Strings:
			items, _ := row[col].([]string)
			row[col] = append(items, string(v.ByteArray()))
		case ecs.Float:
			row[col] = v.Double()
		case ecs.Bool:
			row[col] = v.Boolean()
		default:
			row[col] = v.Int64()
		}
	}
	return row
}

// memory is the file interface that xitongsys's own reader wants.
type memory struct {
	*bytes.Reader
	data []byte
}

func newMemory(data []byte) memory                       { return memory{bytes.NewReader(data), data} }
func (m memory) Open(string) (source.ParquetFile, error) { return newMemory(m.data), nil }
func (memory) Create(string) (source.ParquetFile, error) { return nil, os.ErrInvalid }
func (memory) Write([]byte) (int, error)                 { return 0, os.ErrInvalid }
func (memory) Close() error                              { return nil }

func readXitongsys(t *testing.T, file []byte, fields []ecs.Field) []cells {
	r, err := xreader.NewParquetColumnReader(newMemory(file), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.ReadStop()
	all := make([]cells, r.GetNumRows())
	for i := range all {
		all[i] = make(cells, len(fields))
	}
	if len(all) == 0 {
		return nil
	}
	for col, f := range fields {
		values, reps, _, err := r.ReadColumnByIndex(int64(col), r.GetNumRows())
		if err != nil {
			t.Fatalf("column %s: %v", f.Name, err)
		}
		row := -1
		for i, v := range values {
			if reps[i] == 0 {
				row++
			}
			if v == nil {
				continue
			}
			if f.Type == ecs.Strings {
				items, _ := all[row][col].([]string)
				all[row][col] = append(items, v.(string))
			} else {
				all[row][col] = v
			}
		}
		if row+1 != len(all) {
			t.Fatalf("column %s has %d rows", f.Name, row+1)
		}
	}
	return all
}

func TestDuckDBSkipsByBoundsAndBloomFilters(t *testing.T) {
	rows := mixedRows(4000, 21)
	path := save(t, encode(t, batchOf(t, rows, mixedFields()...), order(len(rows)), Options{RowsPerGroup: 1000}))
	db := open(t)
	id := rows[2500][1].(string)
	for value, want := range map[string]int{id: 1, "not there at all": 0} {
		var n int
		q := "SELECT count(*) FROM parquet_bloom_probe(?, 'event_id', ?) WHERE NOT bloom_filter_excludes"
		if err := db.QueryRow(q, path, value).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n != want {
			t.Errorf("%d row groups of 4 may hold %q, want %d", n, value, want)
		}
	}
	var groups, outside int
	q := `SELECT count(*), count(*) FILTER (WHERE stats_min_value::TIMESTAMPTZ > epoch_ms(?)::TIMESTAMPTZ)
		FROM parquet_metadata(?) WHERE path_in_schema = 'timestamp' AND stats_null_count = 0`
	if err := db.QueryRow(q, rows[999][0], path).Scan(&groups, &outside); err != nil {
		t.Fatal(err)
	}
	if groups != 4 || outside != 3 {
		t.Errorf("%d of %d row groups begin after the first one's end, want 3 of 4", outside, groups)
	}
	for q, want := range map[string]int{
		fmt.Sprintf("event_id = '%s'", id):                     1,
		fmt.Sprintf("epoch_ms(timestamp) > %d", rows[2999][0]): 1000,
		"error_code >= 'ü' AND error_code < 'ý'":               countIf(rows, func(r cells) bool { return r[4] == "ünïcode ✓" }),
		"list_contains(related_ip, '192.168.1.3')":             countIf(rows, func(r cells) bool { return has(r[8], "192.168.1.3") }),
	} {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM read_parquet(?) WHERE "+q, path).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n != want {
			t.Errorf("%s: %d rows, want %d", q, n, want)
		}
	}
}

func countIf(rows []cells, f func(cells) bool) (n int) {
	for _, r := range rows {
		if f(r) {
			n++
		}
	}
	return n
}

func has(list any, item string) bool {
	items, _ := list.([]string)
	for _, s := range items {
		if s == item {
			return true
		}
	}
	return false
}

// parquet-go's page index and bloom filters are a third reading of ours.
func TestParquetGoUsesPageIndexAndBloomFilters(t *testing.T) {
	rows := mixedRows(4000, 22)
	file := encode(t, batchOf(t, rows, mixedFields()...), order(len(rows)), Options{RowsPerGroup: 2000, RowsPerPage: 100, Meta: map[string]string{"mapping": "7"}})
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range f.RowGroups() {
		times := g.ColumnChunks()[0]
		index, err := times.ColumnIndex()
		if err != nil {
			t.Fatal(err)
		}
		offsets, err := times.OffsetIndex()
		if err != nil {
			t.Fatal(err)
		}
		if index.NumPages() != 20 || !index.IsAscending() {
			t.Fatalf("%d pages, ascending %t", index.NumPages(), index.IsAscending())
		}
		at := rows[2000*i+730][0].(int64)
		page := parquet.Find(index, parquet.Int64Value(at), parquet.CompareNullsLast(times.Type().Compare))
		if first := offsets.FirstRowIndex(page); first > 730 || first < 600 {
			t.Errorf("time of row 730 is looked for from row %d on", first)
		}
		filter := g.ColumnChunks()[1].BloomFilter()
		for j, r := range rows {
			ok, err := filter.Check(parquet.ByteArrayValue([]byte(r[1].(string))))
			if err != nil {
				t.Fatal(err)
			}
			if inside := j/2000 == i; inside && !ok {
				t.Fatalf("filter of group %d does not know id of row %d", i, j)
			}
		}
		if g.SortingColumns()[0].Path()[0] != "timestamp" {
			t.Errorf("sorted by %v", g.SortingColumns())
		}
	}
	if v, _ := f.Lookup("mapping"); v != "7" {
		t.Errorf("metadata says mapping %q, want 7", v)
	}
}
