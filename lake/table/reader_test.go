package table

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
)

// readAll gives the rows of a file as documents. It reads in steps of so many rows, and resets the batch after each if
// that is wanted.
func readAll(t testing.TB, data []byte, schema *ecs.Schema, step int, reset bool) (docs []string, content Content) {
	t.Helper()
	s, err := NewReaders()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := s.Open(bytes.NewReader(data), int64(len(data)), schema)
	if err != nil {
		t.Fatal(err)
	}
	b := ecs.NewBatch(schema)
	var h Hasher
	for r.Left() > 0 {
		n := min(step, int(r.Left()))
		if err := r.Read(b, n); err != nil {
			t.Fatal(err)
		}
		if !reset && r.Left() > 0 {
			continue
		}
		if len(docs) < 10_000 { // the content tells the rest
			docs = append(docs, documents(b)...)
		}
		content = content.Add(h.Batch(b))
		b.Reset()
		s.Turn()
	}
	return docs, content
}

func documents(b *ecs.Batch) (docs []string) {
	d := ecs.NewDocuments(b)
	for row := range b.Rows() {
		docs = append(docs, string(d.Append(nil, row)))
	}
	return docs
}

func TestTheReaderReadsEveryShapeBack(t *testing.T) {
	for name, s := range shapes() {
		for _, c := range []struct {
			step  int
			reset bool
		}{{1 << 20, true}, {777, true}, {777, false}, {1, true}, {1, false}} {
			if len(s.rows) > 10_000 && c.step != 777 {
				continue
			}
			t.Run(name, func(t *testing.T) {
				b := batchOf(t, s.rows, s.fields...)
				data := encode(t, b, order(len(s.rows)), s.o)
				got, content := readAll(t, data, b.Schema(), c.step, c.reset)
				if diff := cmp.Diff(documents(b)[:len(got)], got); diff != "" || len(got) < min(len(s.rows), 10_000) {
					t.Fatalf("in steps of %d (-want +got):\n%.3000s", c.step, diff)
				}
				var h Hasher
				if want := h.Batch(b); content != want {
					t.Errorf("content %s, want %s", content, want)
				}
				if file, err := h.File(bytes.NewReader(data), int64(len(data))); err != nil || file != content {
					t.Errorf("content as decoded otherwise: %s (%v), want %s", file, err, content)
				}
			})
		}
	}
}

func TestAFileThatLacksColumnsHasNullsThere(t *testing.T) {
	rows := mixedRows(300, 9)
	for i := range rows {
		rows[i] = rows[i][:4]
	}
	old := batchOf(t, rows, mixedFields()[:4]...)
	wide := batchOf(t, rows, mixedFields()...)
	got, content := readAll(t, encode(t, old, order(300), Options{}), wide.Schema(), 100, true)
	if diff := cmp.Diff(documents(wide), got); diff != "" {
		t.Error(diff)
	}
	var h Hasher
	if want := h.Batch(old); content != want {
		t.Errorf("content %s, want %s", content, want)
	}
}

func TestNoColumnIsLost(t *testing.T) {
	b := batchOf(t, mixedRows(3, 9), mixedFields()...)
	data := encode(t, b, order(3), Options{})
	s, err := NewReaders()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other := mixedFields()
	other[3].Type = ecs.Strings
	for name, fields := range map[string][]ecs.Field{
		"the table lacks a column":  mixedFields()[:5],
		"a column has another type": other,
		"there are no times":        mixedFields()[1:],
	} {
		schema, err := ecs.NewSchema(fields...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(bytes.NewReader(data), int64(len(data)), schema); err == nil {
			t.Errorf("the file was opened though %s", name)
		}
	}
}

// Rows of equal contents count each time, the order of rows does not, and which row a value is in does.
func TestContentsTellRowsApart(t *testing.T) {
	fields := []ecs.Field{{Name: "@timestamp", Type: ecs.Time}, {Name: "user.name"}, {Name: "host.name"}, {Name: "tags", Type: ecs.Strings}}
	base := []cells{{day, "a", "b", []string{"x", "y"}}, {day, "c", "d"}}
	content := func(rows []cells) Content {
		var h Hasher
		return h.Batch(batchOf(t, rows, fields...))
	}
	want := content(base)
	if got := content([]cells{base[1], base[0]}); got != want {
		t.Errorf("in another order: %s, want %s", got, want)
	}
	for name, rows := range map[string][]cells{
		"a row twice":             {base[0], base[1], base[1]},
		"a row less":              {base[0]},
		"another row instead":     {base[0], base[0]},
		"values in other rows":    {{day, "a", "d", []string{"x", "y"}}, {day, "c", "b"}},
		"values in other columns": {{day, "b", "a", []string{"x", "y"}}, {day, "c", "d"}},
		"items in another order":  {{day, "a", "b", []string{"y", "x"}}, {day, "c", "d"}},
		"items in another row":    {{day, "a", "b"}, {day, "c", "d", []string{"x", "y"}}},
		"an empty text":           {{day, "a", "b", []string{"x", "y"}}, {day, "c", ""}},
		"another time":            {{day + 1, "a", "b", []string{"x", "y"}}, {day, "c", "d"}},
	} {
		if content(rows) == want {
			t.Errorf("%s gives the same content", name)
		}
	}
}

// However a file is damaged, it is read or refused: nothing panics.
func FuzzTheReaderTakesDamage(f *testing.F) {
	b := batchOf(f, mixedRows(60, 3), mixedFields()...)
	data := encode(f, b, order(60), Options{RowsPerGroup: 25, RowsPerPage: 10})
	f.Add(uint32(10), byte(1))
	f.Add(uint32(len(data)-20), byte(255))
	f.Fuzz(func(t *testing.T, at uint32, flip byte) {
		s, err := NewReaders()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		bad := bytes.Clone(data)
		bad[int(at)%len(bad)] ^= flip
		r, err := s.Open(bytes.NewReader(bad), int64(len(bad)), b.Schema())
		if err != nil {
			return
		}
		into := ecs.NewBatch(b.Schema())
		for r.Left() > 0 && err == nil && into.Rows() < 1000 {
			err = r.Read(into, 1)
		}
	})
}
