package frame

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func isVersion(line []byte) bool { return bytes.HasPrefix(line, []byte("version")) }
func isHash(line []byte) bool    { return line[0] == '#' }
func isFirst(line []byte) bool   { return len(line) > 0 && line[0] == '>' }

var lineCases = map[string]struct {
	framing Framing
	in      string
	want    []string
}{
	"lines end in newlines":                        {Framing{}, "a\nb b\n", []string{"0: a", "2: b b"}},
	"carriage returns before newlines are dropped": {Framing{}, "a\r\nb\r\n", []string{"0: a", "3: b"}},
	"a carriage return elsewhere stays":            {Framing{}, "a\rb\n", []string{"0: a\rb"}},
	"the last line has no newline":                 {Framing{}, "a\nb", []string{"0: a", "2: b"}},
	"empty lines are passed over":                  {Framing{}, "\n\r\na\n\n\nb\n\n", []string{"3: a", "7: b"}},
	"NUL bytes stay":                               {Framing{}, "a\x00b\n\x00\n", []string{"0: a\x00b", "4: \x00"}},
	"a header line is no record":                   {Framing{Header: isVersion}, "version x\n1\n2\n", []string{"10: 1", "12: 2"}},
	"without a header all lines are records":       {Framing{Header: isVersion}, "1\nversion x\n", []string{"0: 1", "2: version x"}},
	"headers stand anywhere":                       {Framing{Header: isHash, HeaderAnywhere: true}, "#v\n#f\n1\n#f\n2\n", []string{"6: 1", "11: 2"}},
	"lines that go on belong to the first":         {Framing{Kind: Multiline, First: isFirst}, "> a\n b\n> c\n", []string{"0: > a\n b", "7: > c"}},
	"empty lines within a record stay":             {Framing{Kind: Multiline, First: isFirst}, "> a\n\n b\n\n> c\n\n", []string{"0: > a\n\n b", "9: > c"}},
	"lines before any first line are a record":     {Framing{Kind: Multiline, First: isFirst}, " a\n b\n> c", []string{"0:  a\n b", "6: > c"}},
	"without a first line each line is a record":   {Framing{Kind: Multiline}, "a\n b\n", []string{"0: a", "2:  b"}},
	"multi-line records follow a header":           {Framing{Kind: Multiline, First: isFirst, Header: isHash}, "#h\n> a\n#b\n", []string{"3: > a\n#b"}},
}

func TestLines(t *testing.T) {
	for name, c := range lineCases {
		t.Run(name, func(t *testing.T) {
			if c.framing.Kind == JSON {
				c.framing.Kind = Lines
			}
			for _, src := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
				if diff := cmp.Diff(c.want, read(t, src, c.framing, Limits{Window: 4})); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestHeaderIsThatOfTheRecord(t *testing.T) {
	f := Framing{Kind: Lines, Header: isHash, HeaderAnywhere: true}
	r := New(strings.NewReader("0\n#v\n#f a b\n1\n2\n#f a b\n3\n"), 0, f, Limits{})
	var headers [][]byte
	for range 4 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		headers = append(headers, r.Header())
	}
	want := [][]byte{nil, []byte("#v\n#f a b"), []byte("#v\n#f a b"), []byte("#f a b")}
	if diff := cmp.Diff(want, headers); diff != "" {
		t.Error(diff)
	}
	if &headers[1][0] != &headers[2][0] {
		t.Error("two records with one header have two slices")
	}
}

func TestLongRecordsCostThemselvesOnly(t *testing.T) {
	long := strings.Repeat("x", 100<<10)
	first := func(s string) string { return s[:min(len(s), MaxErrorData)] }
	json := `{"a":"` + long + `"}`
	tests := map[string]struct {
		framing Framing
		in      string
		bad     string // the record that is too long
		want    []string
	}{
		"a line of JSON":                   {Framing{}, "{\"a\":1}\n" + json + "\n{\"a\":3}\n", json, []string{`{"a":1}`, "bad", `{"a":3}`}},
		"an element of an array":           {Framing{}, `[{"a":1},` + json + `,{"a":3}]`, json, []string{`{"a":1}`, "bad", `{"a":3}`}},
		"a line of text":                   {Framing{Kind: Lines}, "1\n" + long + "\r\n3\n", long + "\r", []string{"1", "bad", "3"}},
		"a last line":                      {Framing{Kind: Lines}, "1\n" + long, long, []string{"1", "bad"}},
		"a first line of several":          {Framing{Kind: Multiline, First: isFirst}, "> 1\n>" + long + "\n 2\n> 3", ">" + long + "\n 2\n", []string{"> 1", "bad", "> 3"}},
		"a line that goes on":              {Framing{Kind: Multiline, First: isFirst}, "> 1\n" + long + "\n 2\n> 3", "> 1\n" + long + "\n 2\n", []string{"bad", "> 3"}},
		"many lines that go on":            {Framing{Kind: Multiline, First: isFirst}, "> 1\n" + strings.Repeat("x\n", 20<<10) + "> 3", "> 1\n" + strings.Repeat("x\n", 20<<10), []string{"bad", "> 3"}},
		"many lines that go on to the end": {Framing{Kind: Multiline, First: isFirst}, "> 1\n" + strings.Repeat("x\n", 20<<10), "> 1\n" + strings.Repeat("x\n", 20<<10), []string{"bad"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			r := New(strings.NewReader(c.in), 0, c.framing, Limits{MaxRecord: 10 << 10, Window: 1 << 10})
			var got []string
			for {
				rec, err := r.Next()
				if err == io.EOF {
					break
				}
				var bad *RecordError
				if errors.As(err, &bad) {
					if bad.Size != int64(len(c.bad)) || string(bad.Data) != first(c.bad) {
						t.Errorf("%d bytes were passed over and %d kept, want %d and %d", bad.Size, len(bad.Data), len(c.bad), len(first(c.bad)))
					}
					rec.Data = []byte("bad")
				} else if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(rec.Data))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWrapperMayHaveMuchBeforeItsArray(t *testing.T) {
	in := `{"a":"` + strings.Repeat("x", 100<<10) + `","Records":[{"b":1}]}`
	for _, window := range []int{16, 1000, 1021, 4096} {
		got := read(t, strings.NewReader(in), Framing{Arrays: []string{"Records"}}, Limits{MaxRecord: 1000, Window: window})
		if len(got) != 1 || !strings.HasSuffix(got[0], `: {"b":1}`) {
			t.Errorf("with a window of %d: %.100q", window, got)
		}
	}
}

func TestAnErrorOfTheStreamComesAfterItsWholeRecords(t *testing.T) {
	errStream := errors.New("connection lost")
	tests := map[string]struct {
		framing Framing
		in      string
		want    []string
	}{
		"in a JSON record":       {Framing{}, `{"a":1}{"a":`, []string{`0: {"a":1}`}},
		"between JSON records":   {Framing{}, `[{"a":1},`, []string{`1: {"a":1}`}},
		"in a bad JSON record":   {Framing{}, `{"a":"x"y`, []string{`0! ` + afterText + `: {"a":"x"y`}},
		"in a line":              {Framing{Kind: Lines}, "1\n2", []string{"0: 1"}},
		"in a multi-line record": {Framing{Kind: Multiline, First: isFirst}, "> 1\n> 2\n", []string{"0: > 1"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			src := io.MultiReader(strings.NewReader(c.in), iotest.ErrReader(errStream))
			got := read(t, src, c.framing, Limits{})
			if diff := cmp.Diff(append(c.want, errStream.Error()), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
