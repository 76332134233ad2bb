package rows

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
)

// flow is what VPC flow logs are in Parquet: flat, and mostly there.
type flow struct {
	Version int32   `parquet:"version"`
	Src     *string `parquet:"srcaddr,optional"`
	Port    *int32  `parquet:"srcport,optional"`
	Bytes   int64   `parquet:"bytes"`
	Action  string  `parquet:"action,dict"`
}

// nested is what OCSF is in Parquet.
type nested struct {
	Time     int64             `parquet:"time"`
	TimeDT   time.Time         `parquet:"time_dt,timestamp(microsecond)"`
	Endpoint *endpoint         `parquet:"src_endpoint,optional"`
	Tags     []string          `parquet:"tags,list"`
	Matrix   [][]int32         `parquet:"matrix,list"`
	Answers  []answer          `parquet:"answers"`
	Labels   map[string]string `parquet:"unmapped"`
	Counts   map[int32]*answer `parquet:"counts"`
}

type endpoint struct {
	IP   string `parquet:"ip"`
	Port *int32 `parquet:"port,optional"`
}

type answer struct {
	Name  string   `parquet:"name"`
	Flags []string `parquet:"flags"`
}

// plain is values of every kind, apart from each other.
type plain struct {
	Bool    bool              `parquet:"bool"`
	U32     uint32            `parquet:"u32"`
	U64     uint64            `parquet:"u64"`
	Float   float32           `parquet:"float"`
	Double  float64           `parquet:"double"`
	Price   int64             `parquet:"price,decimal(2:18)"`
	Small   int32             `parquet:"small,decimal(3:9)"`
	Day     int32             `parquet:"day,date"`
	Clock   int64             `parquet:"clock,time(microsecond)"`
	Milli   int64             `parquet:"milli,timestamp(millisecond)"`
	Nano    int64             `parquet:"nano,timestamp(nanosecond)"`
	ID      [16]byte          `parquet:"id,uuid"`
	Doc     string            `parquet:"doc,json"`
	Blob    []byte            `parquet:"blob"`
	Text    []byte            `parquet:"text"`
	Level   string            `parquet:"level,enum"`
	Fixed   [3]byte           `parquet:"fixed"`
	Old     deprecated.Int96  `parquet:"old"`
	Missing *string           `parquet:"mis\"sing,optional"`
	Empty   map[string]string `parquet:"empty"`
}

func pointer[T any](v T) *T { return &v }

func parquetOf[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readRows reads to the end.
func readRows(data []byte, l Limits) (rows []string, err error) {
	r, err := New(bytes.NewReader(data), int64(len(data)), l)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for {
		row, err := r.Next()
		switch {
		case err == io.EOF:
			return rows, nil
		case errors.Is(err, ErrTooLong):
			rows = append(rows, "too long")
		case err != nil:
			return rows, err
		default:
			rows = append(rows, string(row))
		}
	}
}

var nestedRows = []nested{
	{Time: 1769853600000, TimeDT: time.UnixMicro(1769853600123456), Endpoint: &endpoint{"192.0.2.1", pointer(int32(443))},
		Tags: []string{"a", "", "c"}, Matrix: [][]int32{{1, 2}, {}, {3}}, Answers: []answer{{"x", []string{"AD", "CD"}}, {"y", nil}},
		Labels: map[string]string{`q"`: "line\n"}, Counts: map[int32]*answer{7: {"z", []string{"RD"}}}},
	{Endpoint: &endpoint{IP: "2001:db8::1"}},
	{Time: -1, TimeDT: time.UnixMicro(0)},
}

var nestedWant = []string{
	`{"time":1769853600000,"time_dt":"2026-01-31T10:00:00.123456Z","src_endpoint":{"ip":"192.0.2.1","port":443},"tags":["a","","c"],` +
		`"matrix":[[1,2],[],[3]],"answers":[{"name":"x","flags":["AD","CD"]},{"name":"y","flags":[]}],"unmapped":{"q\"":"line\n"},` +
		`"counts":{"7":{"name":"z","flags":["RD"]}}}`,
	`{"time":0,"time_dt":"0001-01-01T00:00:00.000000Z","src_endpoint":{"ip":"2001:db8::1"},"tags":[],"matrix":[],"answers":[],"unmapped":{},"counts":{}}`,
	`{"time":-1,"time_dt":"1970-01-01T00:00:00.000000Z","tags":[],"matrix":[],"answers":[],"unmapped":{},"counts":{}}`,
}

func TestGroupsListsAndMapsReadAsJSON(t *testing.T) {
	for name, o := range writers() {
		t.Run(name, func(t *testing.T) {
			got, err := readRows(parquetOf(t, nestedRows, o...), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(nestedWant, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// writers are ways to write a file.
func writers() map[string][]parquet.WriterOption {
	all := map[string][]parquet.WriterOption{
		"pages of the first version": {parquet.DataPageVersion(1)},
		"pages of the second":        {parquet.DataPageVersion(2)},
		"small pages":                {parquet.PageBufferSize(64)},
		"a row group a row":          {parquet.MaxRowsPerRowGroup(1)},
	}
	for _, c := range []compress.Codec{&parquet.Snappy, &parquet.Gzip, &parquet.Zstd, &parquet.Brotli, &parquet.Lz4Raw} {
		for version := range 2 {
			all[fmt.Sprintf("%s, version %d", c, version+1)] = []parquet.WriterOption{parquet.Compression(c), parquet.DataPageVersion(version + 1)}
		}
	}
	return all
}

func TestValuesAreRenderedAsTheirTypesSay(t *testing.T) {
	rows := []plain{{
		Bool: true, U32: math.MaxUint32, U64: math.MaxUint64, Float: 0.1, Double: math.NaN(), Price: -5, Small: 12345,
		Day: 20484, Clock: 37230123456, Milli: 1769853600123, Nano: -1, ID: [16]byte{0, 0x11, 0x22, 15: 0xff},
		Doc: `{"a":[1]}`, Blob: []byte{0xff, 0}, Text: []byte("té"), Level: "HIGH", Fixed: [3]byte{'a', 'b', 'c'},
		Old: deprecated.Int96{1000000000, 0, julianEpoch + 1},
	}, {
		Double: math.Inf(-1), Price: 123456, Small: -1, Day: -1, Clock: -1, Milli: math.MaxInt64, Doc: "{", Old: deprecated.Int96{0, 0, julianEpoch},
	}}
	want := []string{
		`{"bool":true,"u32":4294967295,"u64":18446744073709551615,"float":0.1,"double":"NaN","price":-0.05,"small":12.345,` +
			`"day":"2026-01-31","clock":"10:20:30.123456","milli":"2026-01-31T10:00:00.123Z","nano":"1969-12-31T23:59:59.999999999Z",` +
			`"id":"00112200-0000-0000-0000-0000000000ff","doc":{"a":[1]},"blob":"/wA=","text":"té","level":"HIGH","fixed":"abc",` +
			`"old":"1970-01-02T00:00:01.000000000Z","empty":{}}`,
		`{"bool":false,"u32":0,"u64":0,"float":0,"double":"-Infinity","price":1234.56,"small":-0.001,"day":"1969-12-31","clock":"-1",` +
			`"milli":9223372036854775807,"nano":"1970-01-01T00:00:00.000000000Z","id":"00000000-0000-0000-0000-000000000000","doc":"{",` +
			`"blob":"","text":"","level":"","fixed":"\u0000\u0000\u0000","old":"1970-01-01T00:00:00.000000000Z","empty":{}}`,
	}
	got, err := readRows(parquetOf(t, rows), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// encoded is the same numbers and texts in every encoding.
type encoded struct {
	Plain   int64    `parquet:"plain,plain"`
	Dict    int64    `parquet:"dict,dict"`
	Delta   int64    `parquet:"delta,delta"`
	Split   int64    `parquet:"split,split"`
	Delta32 int32    `parquet:"delta32,delta"`
	Float   float64  `parquet:"float,split"`
	Text    string   `parquet:"text,plain"`
	Coded   string   `parquet:"coded,dict"`
	Lengths string   `parquet:"lengths,delta"`
	Bytes   []byte   `parquet:"bytes,delta"`
	Flag    bool     `parquet:"flag"`
	Maybe   *int64   `parquet:"maybe,optional"`
	Opt     *string  `parquet:"opt,optional,dict"`
	Fixed   [4]byte  `parquet:"fixed"`
	Parts   []string `parquet:"parts"`
}

func TestEveryEncodingIsRead(t *testing.T) {
	var rows []encoded
	var want []string
	for i := range 5000 {
		n := int64(i*i*7919 - 1000*i)
		text := strings.Repeat("x", i%40) + fmt.Sprint(i/10)
		e := encoded{n, n % 7, n, n, int32(n), float64(i) / 4, text, text[:i%3%len(text)], text, []byte(text), i%3 == 0, nil, nil, [4]byte{'a', 'b', byte('a' + i%26), 'd'}, nil}
		if i%5 == 0 {
			e.Maybe, e.Opt, e.Parts = &n, &text, []string{text, text}
		}
		rows = append(rows, e)
		line := fmt.Sprintf(`{"plain":%d,"dict":%d,"delta":%d,"split":%d,"delta32":%d,"float":%v,"text":%q,"coded":%q,"lengths":%q,"bytes":%q,"flag":%v,`,
			n, n%7, n, n, int32(n), float64(i)/4, text, e.Coded, text, text, e.Flag)
		if e.Maybe != nil {
			line += fmt.Sprintf(`"maybe":%d,"opt":%q,"fixed":%q,"parts":[%q,%q]}`, n, text, e.Fixed, text, text)
		} else {
			line += fmt.Sprintf(`"fixed":%q,"parts":[]}`, e.Fixed)
		}
		want = append(want, line)
	}
	for name, o := range map[string][]parquet.WriterOption{
		"version 1": {parquet.DataPageVersion(1), parquet.PageBufferSize(4 << 10), parquet.MaxRowsPerRowGroup(1700)},
		"version 2": {parquet.DataPageVersion(2), parquet.PageBufferSize(4 << 10), parquet.Compression(&parquet.Zstd)},
	} {
		got, err := readRows(parquetOf(t, rows, o...), Limits{Spend: func(int64) error { return nil }})
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff[:min(len(diff), 3000)])
		}
	}
}

func TestRowsThatAreTooLongCostNoOther(t *testing.T) {
	rows := []nested{{Tags: []string{"a"}}, {Tags: strings.Split(strings.Repeat("a ", 10_000), " ")}, {Tags: []string{strings.Repeat("x", 20_000)}}, {Tags: []string{"d"}}}
	got, err := readRows(parquetOf(t, rows), Limits{MaxRow: 10_000})
	if err != nil || len(got) != 4 || got[1] != "too long" || got[2] != "too long" || !strings.Contains(got[3], `"tags":["d"]`) {
		t.Errorf("%.200q, %v", got, err)
	}
}

func TestWhatIsTooMuchEndsTheReading(t *testing.T) {
	rows := make([]flow, 100_000)
	data := parquetOf(t, rows)
	errSpent := errors.New("spent")
	spent := int64(0)
	got, err := readRows(data, Limits{Spend: func(n int64) error {
		if spent += n; spent > 1<<20 {
			return errSpent
		}
		return nil
	}})
	if !errors.Is(err, errSpent) || len(got) == 0 || len(got) > 50_000 {
		t.Errorf("%d rows and %v", len(got), err)
	}
	if _, err := readRows(data, Limits{Held: 300_000}); err == nil || !strings.Contains(err.Error(), "held") {
		t.Errorf("pages larger than what may be held: %v", err)
	}
}

func TestFilesThatAreNoneAreDamaged(t *testing.T) {
	whole := parquetOf(t, nestedRows)
	tests := map[string][]byte{
		"nothing":                   {},
		"a mark":                    []byte("PAR1"),
		"two marks":                 []byte("PAR1\x00\x00\x00\x00PAR1"),
		"a footer that is too long": append([]byte("PAR1"), "\xff\xff\xff\x7fPAR1"...),
		"a footer of a huge list":   []byte("PAR1\x15\x02\x19\xfc\xff\xff\xff\xff\x07\x0a\x00\x00\x00PAR1"),
		"a footer of deep groups":   append(append([]byte("PAR1"), bytes.Repeat([]byte{0x1c}, 1000)...), "\xe8\x03\x00\x00PAR1"...),
		"an encrypted footer":       append(bytes.Clone(whole[:len(whole)-4]), "PARE"...),
	}
	for name, data := range tests {
		if got, err := readRows(data, Limits{}); err == nil || len(got) > 0 {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for n := range whole {
		if _, err := readRows(whole[:n], Limits{}); err == nil {
			t.Errorf("cut to %d bytes of %d there is no error", n, len(whole))
		}
	}
}

// testdata/empty.parquet is a table of no rows as pyarrow writes it: a row group whose column says that its pages begin at 0.
func TestAFileWithoutRowsIsWhole(t *testing.T) {
	data, err := os.ReadFile("testdata/empty.parquet")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readRows(data, Limits{}); err != nil || len(got) > 0 {
		t.Errorf("%q, %v", got, err)
	}
}

func TestLooks(t *testing.T) {
	for head, want := range map[string]bool{
		"PAR1\x15\x04": true, "PARE\x00\x01": true, "PAR1": false, "PAR1\n": false, "PAR1 is text": false, "": false, "{\"a\":1}": false,
	} {
		if got := Looks([]byte(head)); got != want {
			t.Errorf("%q: %v, want %v", head, got, want)
		}
	}
	if !Looks(parquetOf(t, nestedRows)) {
		t.Error("a file that is in Parquet does not look so")
	}
}

// FuzzRows makes sure that whatever a file says, each row is JSON, and what is read ends.
func FuzzRows(f *testing.F) {
	for _, o := range writers() {
		f.Add(parquetOf(f, nestedRows, o...))
		f.Add(parquetOf(f, []flow{{Version: 2, Src: pointer("192.0.2.1")}, {Action: "ACCEPT"}}, o...))
	}
	f.Add(parquetOf(f, []encoded{{Text: "abc", Lengths: "abc", Bytes: []byte("abcd"), Maybe: pointer(int64(7))}, {Lengths: "abd"}}))
	f.Add(parquetOf(f, make([]plain, 3)))
	f.Fuzz(func(t *testing.T, data []byte) {
		left := int64(1 << 20)
		rows, _ := readRows(data, Limits{Held: 4 << 20, MaxRow: 1 << 16, Spend: func(n int64) error {
			if left -= n; left < 0 {
				return errCorrupt
			}
			return nil
		}})
		for _, row := range rows {
			if row != "too long" && !json.Valid([]byte(row)) {
				t.Fatalf("not JSON: %q", row)
			}
		}
	})
}
