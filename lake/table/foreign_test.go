package table

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Rows as other writers store them: the columns of foreignFields, in another order of their own.
type (
	inHive struct {
		Timestamp deprecated.Int96 `parquet:"timestamp,optional"`
		hiveRest
	}
	inMicroseconds struct {
		Timestamp *int64 `parquet:"timestamp,optional,timestamp(microsecond)"`
		hiveRest
	}
	hiveRest struct {
		EventID *string   `parquet:"event_id,optional,dict"`
		Action  *string   `parquet:"event_action,optional,dict"`
		Port    *int64    `parquet:"source_port,optional"`
		Score   *float64  `parquet:"event_risk_score,optional"`
		Own     *bool     `parquet:"own,optional"`
		IPs     []*string `parquet:"related_ip,optional,list"`
	}
)

var foreignFields = []ecs.Field{
	{Name: "@timestamp", Type: ecs.Time}, {Name: "event.id"}, {Name: "event.action"}, {Name: "source.port", Type: ecs.Int},
	{Name: "event.risk_score", Type: ecs.Float}, {Name: "own", Type: ecs.Bool}, {Name: "related.ip", Type: ecs.Strings},
	{Name: "user.name"}, // which the file lacks
}

func int96(ms int64) deprecated.Int96 {
	const day = 86_400_000
	nanos := uint64(ms%day) * 1_000_000
	return deprecated.Int96{uint32(nanos), uint32(nanos >> 32), uint32(ms/day + 2_440_588)}
}

// foreignRows are rows as cells, and as other writers store them.
func foreignRows(n int) (rows []cells, hive []inHive, micro []inMicroseconds) {
	for i := range n {
		at := day + int64(i)*1000
		row := cells{at, fmt.Sprintf("id-%06d", i), nil, int64(i), nil, i%2 == 0, nil}
		rest := hiveRest{EventID: ptr(row[1].(string)), Port: ptr(int64(i)), Own: ptr(i%2 == 0)}
		if i%3 > 0 {
			row[2], rest.Action = fmt.Sprint("action", i%7), ptr(fmt.Sprint("action", i%7))
			row[4], rest.Score = float64(i)/3, ptr(float64(i)/3)
			var ips []string
			for j := range i % 4 {
				ips = append(ips, fmt.Sprintf("192.0.2.%d", j))
				rest.IPs = append(rest.IPs, ptr(ips[j]))
			}
			row[6] = ips
		}
		rows = append(rows, row)
		hive = append(hive, inHive{int96(at), rest})
		micro = append(micro, inMicroseconds{ptr(at * 1000), rest})
	}
	return rows, hive, micro
}

func ptr[T any](v T) *T { return &v }

// write writes rows as another program would.
func write[T any](t testing.TB, rows []T) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := parquet.NewGenericWriter[T](&buf, parquet.CreatedBy("Trino", "435", "x"), parquet.DataPageVersion(1), parquet.Compression(&parquet.Zstd),
		parquet.PageBufferSize(4<<10), parquet.MaxRowsPerRowGroup(1500), parquet.DataPageStatistics(true),
		parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.Plain), parquet.DefaultEncodingFor(parquet.Int64, &parquet.Plain), parquet.DefaultEncodingFor(parquet.Double, &parquet.Plain), parquet.DefaultEncodingFor(parquet.Boolean, &parquet.Plain))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestFilesOfOtherWritersAreRead(t *testing.T) {
	rows, hive, micro := foreignRows(4000)
	b := batchOf(t, rows, foreignFields...)
	var h Hasher
	want := h.Batch(b)
	for name, data := range map[string][]byte{"times as Hive and Trino write them": write(t, hive), "times in microseconds": write(t, micro)} {
		t.Run(name, func(t *testing.T) {
			r, size := bytes.NewReader(data), int64(len(data))
			x, err := Inspect(r, size, b.Schema())
			if err != nil || x.Content != want || x.MinTime != day || x.MaxTime != day+3999*1000 || !x.Foreign || x.RowGroups != 3 {
				t.Fatalf("got %+v, %v; want %s", x, err, want)
			}
			checkRows(t, r, size, b)
			checkFind(t, r, size)
			checkMentions(t, r, size)
			readers, err := NewReaders()
			if err != nil {
				t.Fatal(err)
			}
			defer readers.Close()
			if _, err := readers.Open(r, size, b.Schema()); !errors.Is(err, ErrForeign) {
				t.Errorf("the reader of our own files says %v", err)
			}
		})
	}
}

// checkRows reads a file in steps.
func checkRows(t *testing.T, r *bytes.Reader, size int64, want *ecs.Batch) {
	t.Helper()
	rows, err := OpenRows(r, size, want.Schema())
	if err != nil {
		t.Fatal(err)
	}
	got := ecs.NewBatch(want.Schema())
	for rows.Left() > 0 {
		if n, err := rows.Read(got, 777); err != nil || n == 0 {
			t.Fatalf("%d rows: %v", n, err)
		}
	}
	if diff := cmp.Diff(documents(want), documents(got)); diff != "" {
		t.Errorf("(-want +got)\n%.2000s", diff)
	}
}

func checkFind(t *testing.T, r *bytes.Reader, size int64) {
	t.Helper()
	want := []Key{
		{day, []byte("id-000000")}, {day + 1000, []byte("id-000000")}, {day + 1700*1000, []byte("id-001700")}, {day + 3999*1000, []byte("id-003999")},
	}
	var found []int
	if err := Find(r, size, want, func(i int) { found = append(found, i) }); err != nil || !slices.Equal(found, []int{0, 2, 3}) {
		t.Errorf("found %v, %v", found, err)
	}
}

func checkMentions(t *testing.T, r *bytes.Reader, size int64) {
	t.Helper()
	for _, c := range []struct {
		name string
		Mention
		want bool
	}{
		{"a text", Mention{Columns: []string{"event_action"}, Value: []byte("action5"), From: 0, To: day * 2}, true},
		{"a text of another time", Mention{Columns: []string{"event_id"}, Value: []byte("id-000005"), From: day + 6000, To: day * 2}, false},
		{"a text of a list in the time", Mention{Columns: []string{"related_ip"}, Value: []byte("192.0.2.2"), From: day + 3900*1000, To: day * 2}, true},
		{"a text that is not there", Mention{Columns: []string{"related_ip"}, Value: []byte("192.0.2.9"), From: 0, To: day * 2}, false},
		{"any row of a time", Mention{From: day + 3999*1000, To: day + 3999*1000 + 1}, true},
		{"no row of a time", Mention{From: day - 1000, To: day}, false},
	} {
		if got, err := Mentions(r, size, c.Mention); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

func TestFilesOfOtherWritersThatDoNotFitAreRefused(t *testing.T) {
	_, hive, micro := foreignRows(10)
	late := slices.Clone(hive)
	late[3].Timestamp = int96(day)
	fraction := slices.Clone(micro)
	fraction[3].Timestamp = ptr(*fraction[3].Timestamp + 1)
	type other struct {
		Timestamp *int64  `parquet:"timestamp,optional,timestamp(millisecond)"`
		EventID   *string `parquet:"event_id,optional"`
		Port      *string `parquet:"source_port,optional"`
	}
	type more struct {
		inHive
		Extra *string `parquet:"extra,optional"`
	}
	schema := batchOf(t, nil, foreignFields...).Schema()
	for _, c := range []struct {
		name string
		data []byte
		is   error
	}{
		{"rows that are not sorted", write(t, late), ErrMismatch},
		{"a time that a table cannot hold", write(t, fraction), errFraction},
		{"a column of another type", write(t, []other{{ptr(day), ptr("x"), ptr("80")}}), ErrMismatch},
		{"a column that the table has not", write(t, []more{{hive[0], ptr("x")}}), ErrMismatch},
		{"a file cut short", write(t, hive)[:2000], nil},
	} {
		if x, err := Inspect(bytes.NewReader(c.data), int64(len(c.data)), schema); err == nil || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: got %+v, %v", c.name, x, err)
		}
	}
}

func TestNamesOfEncodingsThatOthersUse(t *testing.T) {
	for _, c := range []struct {
		form
		plain, indexed bool
	}{{form{foreign: true}, true, true}, {form{}, false, false}} {
		const older = 2 // PLAIN_DICTIONARY
		if c.plainDictionary(older) != c.plain || c.indexed != c.form.indexed(older) {
			t.Errorf("%+v", c)
		}
	}
}

func FuzzFilesOfOtherWriters(f *testing.F) {
	_, hive, micro := foreignRows(40)
	f.Add(write(f, hive))
	f.Add(write(f, micro))
	schema, err := ecs.NewSchema(foreignFields...)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := Inspect(bytes.NewReader(data), int64(len(data)), schema)
		if err != nil {
			return
		}
		rows, err := OpenRows(bytes.NewReader(data), int64(len(data)), schema)
		if err != nil {
			t.Fatalf("%+v was inspected, and cannot be opened: %v", x, err)
		}
		b := ecs.NewBatch(schema)
		for rows.Left() > 0 {
			if n, err := rows.Read(b, 64); err != nil || n == 0 {
				return // a value that the sum of all did not need
			}
			b.Reset()
		}
	})
}
