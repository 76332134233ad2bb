package table

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
)

// shapes are the batches that every reader must read alike.
func shapes() map[string]struct {
	fields []ecs.Field
	rows   []cells
	o      Options
} {
	type shape = struct {
		fields []ecs.Field
		rows   []cells
		o      Options
	}
	return map[string]shape{
		"no rows":                               {mixedFields(), nil, Options{}},
		"one row":                               {mixedFields(), mixedRows(1, 1), Options{}},
		"a row of nulls but for its time":       {mixedFields(), []cells{{day}}, Options{}},
		"a few rows":                            {mixedFields(), mixedRows(37, 2), Options{}},
		"several pages and groups":              {mixedFields(), mixedRows(5000, 3), Options{RowsPerGroup: 1100, RowsPerPage: 130, PageBytes: 4000}},
		"one row a page and three a group":      {mixedFields(), mixedRows(20, 4), Options{RowsPerGroup: 3, RowsPerPage: 1, PageBytes: 1}},
		"values at the ends of their types":     {extremeFields(), extremes(), Options{}},
		"a value larger than a page":            {mixedFields()[:2], []cells{{day, strings.Repeat("v", 3000)}, {day, "w"}}, Options{PageBytes: 1000}},
		"groups of the default size, 140k rows": {mixedFields(), mixedRows(140_000, 5), Options{}},
	}
}

func TestVerifyReadsEveryShapeBack(t *testing.T) {
	for name, s := range shapes() {
		t.Run(name, func(t *testing.T) {
			b := batchOf(t, s.rows, s.fields...)
			rows := order(len(s.rows))
			if err := verify(encode(t, b, rows, s.o), b, rows); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestSameRowsGiveSameBytes(t *testing.T) {
	b := batchOf(t, mixedRows(3000, 7), mixedFields()...)
	other := batchOf(t, mixedRows(500, 8), mixedFields()...)
	o := Options{RowsPerGroup: 1000, Meta: map[string]string{"a": "1", "b": "2", "c": "3", "d": "4"}}
	first := encode(t, b, order(3000), o)
	e, err := NewEncoder(o)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // an encoder that has written other files before
		var buf bytes.Buffer
		if _, err := e.Write(&buf, other, order(500)); err != nil {
			t.Fatal(err)
		}
		buf.Reset()
		info, err := e.Write(&buf, b, order(3000))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(buf.Bytes(), first) {
			t.Fatal("the same rows gave other bytes")
		}
		if sum := sha256.Sum256(first); info.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("SHA256 = %s, file has %x", info.SHA256, sum)
		}
	}
}

func TestWriteTakesRowsInTheGivenOrder(t *testing.T) {
	fields := []ecs.Field{{Name: "@timestamp", Type: ecs.Time}, {Name: "user.name", Type: ecs.String}}
	b := batchOf(t, []cells{{day + 3, "c"}, {day + 1, "a"}, {day + 2, nil}, {day + 9, "unwanted"}}, fields...)
	var buf bytes.Buffer
	info, err := Write(&buf, b, []int32{1, 2, 0}, Options{Meta: map[string]string{"k": "v"}, CreatedBy: "a test"})
	if err != nil {
		t.Fatal(err)
	}
	if info.Rows != 3 || info.MinTime != day+1 || info.MaxTime != day+3 {
		t.Errorf("info = %+v", info)
	}
	want := batchOf(t, []cells{{day + 1, "a"}, {day + 2, nil}, {day + 3, "c"}}, fields...)
	if err := verify(buf.Bytes(), want, order(3)); err != nil {
		t.Fatal(err)
	}
	f, err := openFile(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	kv := f.meta.KeyValueMetadata
	if len(kv) != 1 || kv[0].Key != "k" || kv[0].GetValue() != "v" || f.meta.GetCreatedBy() != "a test" || len(f.meta.RowGroups) != 1 {
		t.Errorf("the footer says %v", f.meta)
	}
	if names := []string{f.meta.Schema[1].Name, f.meta.Schema[2].Name}; len(f.meta.Schema) != 3 || !slices.Equal(names, []string{"timestamp", "user_name"}) {
		t.Errorf("the columns are %q", names)
	}
}

func TestWriteRefusesRowsOutOfOrder(t *testing.T) {
	fields := mixedFields()[:2]
	for name, rows := range map[string][]cells{
		"within a group":      {{day + 1, "a"}, {day, "b"}, {day + 2, "c"}},
		"between two groups":  {{day, "a"}, {day + 5, "b"}, {day + 4, "c"}},
		"a row without time":  {{day, "a"}, {nil, "b"}, {day + 1, "c"}},
		"no row has its time": {{nil, "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			var buf bytes.Buffer
			_, err := Write(&buf, batchOf(t, rows, fields...), order(len(rows)), Options{RowsPerGroup: 2})
			if !errors.Is(err, ErrUnsorted) {
				t.Fatalf("err = %v, want ErrUnsorted", err)
			}
		})
	}
}

type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestWriteReportsTheWritersError(t *testing.T) {
	b := batchOf(t, mixedRows(4000, 9), mixedFields()...)
	size := len(encode(t, b, order(4000), Options{}))
	for _, left := range []int{0, size / 2, size - 1} {
		if _, err := Write(&failing{left}, b, order(4000), Options{}); err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("with room for %d of %d bytes: err = %v", left, size, err)
		}
	}
}

func TestConstantAndNullColumnsCostNextToNothing(t *testing.T) {
	rows := make([]cells, 100_000)
	for i := range rows {
		rows[i] = cells{day, "aws", int64(7), nil, nil, []string{"one"}}
	}
	b := batchOf(t, rows, ecs.Field{Name: "@timestamp", Type: ecs.Time}, ecs.Field{Name: "event.module", Type: ecs.String},
		ecs.Field{Name: "version", Type: ecs.Int}, ecs.Field{Name: "never", Type: ecs.String},
		ecs.Field{Name: "never_listed", Type: ecs.Strings}, ecs.Field{Name: "tags", Type: ecs.Strings})
	if size := len(encode(t, b, order(len(rows)), Options{})); size > 6000 {
		t.Errorf("six columns without information take %d bytes", size)
	}
}

func TestPagesKeepTheirLimits(t *testing.T) {
	o := Options{RowsPerGroup: 1000, RowsPerPage: 150, PageBytes: 5000}
	file := encode(t, batchOf(t, mixedRows(2500, 10), mixedFields()...), order(2500), o)
	f, err := openFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	const levels = 200 // bytes of a page's levels, of 150 rows
	for i, g := range f.meta.RowGroups {
		if want := int64(min(1000, 2500-1000*i)); g.NumRows != want {
			t.Errorf("row group %d has %d rows, want %d", i, g.NumRows, want)
		}
		for _, c := range g.Columns {
			p, err := f.pages(start(c.MetaData), c.MetaData.TotalCompressedSize, c.MetaData.Codec)
			if err != nil {
				t.Fatal(err)
			}
			for {
				h, body, err := p.next()
				if err != nil {
					break
				}
				if h.DataPageHeader != nil && len(body) > o.PageBytes+levels {
					t.Errorf("column %s has a page of %d bytes", c.MetaData.PathInSchema, len(body))
				}
			}
			where, err := f.offsetIndex(c)
			if err != nil {
				t.Fatal(err)
			}
			for j := range where[1:] {
				if n := where[j+1].FirstRowIndex - where[j].FirstRowIndex; n > int64(o.RowsPerPage) {
					t.Errorf("column %s has a page of %d rows", c.MetaData.PathInSchema, n)
				}
			}
		}
	}
}
