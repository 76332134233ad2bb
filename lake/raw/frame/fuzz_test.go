package frame

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// FuzzJSON holds what is true of any input: records are where they say, in order, apart from each other; how the
// bytes arrive makes no difference; and of valid JSON every object is found, as encoding/json finds it.
func FuzzJSON(f *testing.F) {
	for _, c := range jsonCases {
		f.Add([]byte(c.in), uint16(0))
		f.Add([]byte(c.in), uint16(10))
	}
	f.Fuzz(func(t *testing.T, data []byte, maxRecord uint16) {
		framing := Framing{Arrays: []string{"Records", "findings"}}
		limits := Limits{MaxRecord: int(maxRecord), Window: 1 << 10}
		checkPlaces(t, data, framing, limits)
		whole := read(t, bytes.NewReader(data), framing, limits)
		limits.Window = 16
		pieces := read(t, iotest.OneByteReader(bytes.NewReader(data)), framing, limits)
		if diff := cmp.Diff(whole, pieces); diff != "" {
			t.Errorf("read byte by byte:\n%s", diff)
		}
		if want, ok := objects(data); ok {
			if diff := cmp.Diff(want, found(data, framing)); diff != "" {
				t.Errorf("against encoding/json:\n%s", diff)
			}
		}
	})
}

// checkPlaces checks where records and errors say they are.
func checkPlaces(t *testing.T, data []byte, f Framing, l Limits) {
	t.Helper()
	const base = 1000
	r := New(bytes.NewReader(data), base, f, l)
	end := int64(base)
	for {
		rec, err := r.Next()
		from, size, bytesThere := rec.Offset, int64(len(rec.Data)), rec.Data
		var bad *RecordError
		switch {
		case err == io.EOF:
			return
		case errors.As(err, &bad):
			from, size, bytesThere = bad.Offset, bad.Size, bad.Data
		case err != nil:
			t.Fatalf("%v from a reader that does not fail", err)
		case len(rec.Data) > l.orDefaults().MaxRecord:
			t.Fatalf("a record of %d bytes passed a limit of %d", len(rec.Data), l.MaxRecord)
		}
		if from < end || from+size > base+int64(len(data)) {
			t.Fatalf("%d bytes at %d, after what ended at %d", size, from, end)
		}
		end = from + size
		if !bytes.HasPrefix(data[from-base:end-base], bytesThere) {
			t.Fatalf("%q is not what is at %d", bytesThere, from)
		}
	}
}

// objects are the objects of valid JSON without names of arrays in it; false if it is something else.
func objects(data []byte) (want []string, ok bool) {
	if bytes.Contains(data, []byte("Records")) || bytes.Contains(data, []byte("findings")) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		var value json.RawMessage
		if err := d.Decode(&value); err == io.EOF {
			return want, true
		} else if err != nil {
			return nil, false
		}
		if want, ok = flatten(want, value); !ok {
			return nil, false
		}
	}
}

func flatten(want []string, value json.RawMessage) ([]string, bool) {
	switch value[0] {
	case '{':
		return append(want, string(value)), strings.Count(string(value), "{")+strings.Count(string(value), "[") < maxDepth
	case '[':
		var elements []json.RawMessage
		ok := json.Unmarshal(value, &elements) == nil
		for _, e := range elements {
			if ok {
				want, ok = flatten(want, e)
			}
		}
		return want, ok
	}
	return nil, false
}

func found(data []byte, f Framing) (got []string) {
	r := New(bytes.NewReader(data), 0, f, Limits{Window: 1 << 10})
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return got
		}
		if err != nil {
			return append(got, err.Error())
		}
		got = append(got, string(rec.Data))
	}
}

// FuzzLines compares lines with those of bytes.Split.
func FuzzLines(f *testing.F) {
	for _, seed := range []string{"", "a\nb", "a\r\n\r\nb\r", "\x00\n\n\n", "#h\na\n#h\nb\n"} {
		f.Add([]byte(seed), uint16(0))
		f.Add([]byte(seed), uint16(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, maxRecord uint16) {
		framing := Framing{Kind: Lines}
		limits := Limits{MaxRecord: int(maxRecord), Window: 16}
		checkPlaces(t, data, framing, limits)
		whole := read(t, bytes.NewReader(data), framing, Limits{MaxRecord: int(maxRecord), Window: 1 << 10})
		pieces := read(t, iotest.OneByteReader(bytes.NewReader(data)), framing, limits)
		if diff := cmp.Diff(whole, pieces); diff != "" {
			t.Errorf("read byte by byte:\n%s", diff)
		}
		var want []string
		for line := range bytes.SplitSeq(data, []byte("\n")) {
			if line = bytes.TrimSuffix(line, []byte("\r")); len(line) > 0 {
				want = append(want, string(line))
			}
		}
		if diff := cmp.Diff(want, found(data, framing)); diff != "" {
			t.Errorf("against bytes.Split:\n%s", diff)
		}
	})
}

// FuzzMultiline makes sure that no line is lost or doubled.
func FuzzMultiline(f *testing.F) {
	f.Add([]byte("x\n> a\n b\n\n c\n> d\n> e"), uint16(0))
	f.Add([]byte("x\n> a\n bbbbbbbbbbbbbbbb\n\n c\n> d\n> e"), uint16(8))
	f.Fuzz(func(t *testing.T, data []byte, maxRecord uint16) {
		framing := Framing{Kind: Multiline, First: func(line []byte) bool { return bytes.HasPrefix(line, []byte(">")) }}
		checkPlaces(t, data, framing, Limits{MaxRecord: int(maxRecord), Window: 16})
		data = bytes.ReplaceAll(data, []byte("\r"), nil) // which records keep inside, and lines don't
		got := noEmptyLines(strings.Join(found(data, framing), "\n"))
		want := noEmptyLines(strings.Join(found(data, Framing{Kind: Lines}), "\n"))
		if got != want {
			t.Errorf("lines %q, want %q", got, want)
		}
	})
}

func noEmptyLines(text string) string {
	return strings.Join(found([]byte(text), Framing{Kind: Lines}), "\n")
}
