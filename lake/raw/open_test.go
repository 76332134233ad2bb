package raw

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/catalog"
)

func gz(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, p); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// zipped is a zip archive of such entries.
func zipped(t testing.TB, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, text := range entries {
		e, err := w.Create(fmt.Sprintf("%d.log", i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(e, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tarred is a tar archive of such entries, behind a folder.
func tarred(t testing.TB, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "logs/", Mode: 0o755}); err != nil {
		t.Fatal(err)
	}
	for i, text := range entries {
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("logs/%d.log", i), Size: int64(len(text)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// subscription is an envelope of CloudWatch Logs.
func subscription(t testing.TB, messages ...string) string {
	t.Helper()
	e := struct {
		MessageType string              `json:"messageType"`
		LogGroup    string              `json:"logGroup"`
		LogEvents   []map[string]string `json:"logEvents"`
	}{MessageType: "DATA_MESSAGE", LogGroup: "/group"}
	for _, m := range messages {
		e.LogEvents = append(e.LogEvents, map[string]string{"message": m})
	}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const heartbeat = `{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"CWL CONTROL MESSAGE"}]}`

// place is a record, or the reason why there is none.
type place struct {
	Offset int64
	Index  int
	Text   string
}

// readAll reads an object to its end.
func readAll(t testing.TB, b Bucket, o catalog.Object, f Framing) (places []place, totals Totals, err error) {
	t.Helper()
	r, err := Open(context.Background(), b, o, f, Limits{})
	if err != nil {
		return nil, Totals{}, err
	}
	defer r.Close()
	for {
		rec, err := r.Next()
		var bad *RecordError
		switch {
		case err == io.EOF:
			return places, r.Totals(), nil
		case errors.As(err, &bad):
			places = append(places, place{bad.Offset, 0, "bad: " + string(bad.Data)})
		case err != nil:
			return places, r.Totals(), err
		default:
			places = append(places, place{rec.Offset, rec.Index, string(rec.Data)})
		}
	}
}

var openCases = map[string]struct {
	framing Framing
	content func(testing.TB) string
	want    []place
	silent  int64
}{
	"records of a packed wrapper": {
		Framing{Arrays: []string{"Records"}},
		func(t testing.TB) string { return gz(t, `{"Records":[{"a":1},`, `{"a":2}]}`) },
		[]place{{12, 0, `{"a":1}`}, {20, 0, `{"a":2}`}}, 0,
	},
	"lines behind a byte order mark": {
		Framing{Kind: Lines},
		func(testing.TB) string { return "\ufeffa\nb\n" },
		[]place{{3, 0, "a"}, {5, 0, "b"}}, 0,
	},
	"lines behind a header": {
		Framing{Kind: Lines, Header: func(line []byte) bool { return line[0] == 'v' }},
		func(testing.TB) string { return "version\na\nb\n" },
		[]place{{8, 0, "a"}, {10, 0, "b"}}, 0,
	},
	"lines in envelopes that follow each other": {
		Framing{Kind: Lines},
		func(t testing.TB) string {
			return gz(t, subscription(t, "a", "b")+heartbeat, "\n"+subscription(t, "c\n"))
		},
		[]place{{0, 0, "a"}, {0, 1, "b"}, {178, 0, "c"}}, 1,
	},
	"JSON in envelopes": {
		Framing{Arrays: []string{"findings"}},
		func(t testing.TB) string {
			return subscription(t, `{"a":"\n"}`, `{"detail-type":"x","detail":{"findings":[{"a":2},{"a":3}]}}`)
		},
		[]place{{0, 0, `{"a":"\n"}`}, {0, 1, `{"a":2}`}, {0, 2, `{"a":3}`}}, 0,
	},
	"records between envelopes": {
		Framing{},
		func(t testing.TB) string { return subscription(t, `{"a":1}`) + `{"a":2}` },
		[]place{{0, 0, `{"a":1}`}, {88, 0, `{"a":2}`}}, 0,
	},
	"an envelope that breaks off": {
		Framing{Kind: Lines},
		func(testing.TB) string {
			return `{"messageType":"DATA_MESSAGE","logEvents":[{"message":"a"},{"message":"b"} "c"]}` + "\n" + heartbeat
		},
		[]place{{0, 0, "a"}, {0, 1, "b"}, {0, 0, `bad: {"messageType":"DATA_MESSAGE","logEvents":[{"message":"a"},{"message":"b"} "c"]}`}}, 1,
	},
	"multi-line records": {
		Framing{Kind: Multiline, First: func(line []byte) bool { return line[0] == '>' }},
		func(testing.TB) string { return "> a\n b\n> c\n" },
		[]place{{0, 0, "> a\n b"}, {7, 0, "> c"}}, 0,
	},
	"a bad record among good ones": {
		Framing{},
		func(testing.TB) string { return "{\"a\":1}\n{\"a\":\"x\n{\"a\":3}\n" },
		[]place{{0, 0, `{"a":1}`}, {8, 0, "bad: {\"a\":\"x\n"}, {16, 0, `{"a":3}`}}, 0,
	},
	"lines of a zip's entries, whose last has no line end": {
		Framing{Kind: Lines},
		func(t testing.TB) string { return zipped(t, "a\nb", "c\n", "\ufeffd") },
		[]place{{0, 0, "a"}, {2, 0, "b"}, {3, 0, "c"}, {8, 0, "d"}}, 0,
	},
	"headers of entries": {
		Framing{Kind: Lines, Header: func(line []byte) bool { return line[0] == 'v' }},
		func(t testing.TB) string { return tarred(t, "version\na\n", "", "version\nvb\n") },
		[]place{{8, 0, "a"}}, 0,
	},
	"JSON of entries, one of which breaks off": {
		Framing{Arrays: []string{"Records"}},
		func(t testing.TB) string {
			return gz(t, tarred(t, `{"Records":[{"a":1},{"a"`, `{"Records":[{"a":2}]}`, gz(t, `{"a":3}`)))
		},
		[]place{{12, 0, `{"a":1}`}, {20, 0, `bad: {"a"`}, {36, 0, `{"a":2}`}, {45, 0, `{"a":3}`}}, 0,
	},
	"an entry of envelopes beside one of lines": {
		Framing{Kind: Lines},
		func(t testing.TB) string { return zipped(t, subscription(t, "a", "b"), "c\n", subscription(t, "d")) },
		[]place{{0, 0, "a"}, {0, 1, "b"}, {96, 0, "c"}, {98, 0, "d"}}, 0,
	},
	"an entry that can't be read on": {
		Framing{Kind: Lines},
		func(t testing.TB) string { return zipped(t, "a\n", gz(t, "b\nc\n")[:26], "d\n") },
		[]place{{0, 0, "a"}, {2, 0, "b"}, {4, 0, "c"}, {6, 0, "bad: "}, {6, 0, "d"}}, 0,
	},
	"nothing": {Framing{}, func(testing.TB) string { return "" }, nil, 0},
}

func TestOpen(t *testing.T) {
	for name, c := range openCases {
		t.Run(name, func(t *testing.T) {
			f, stored := folder(t), c.content(t)
			put(t, f, "key", stored)
			got, totals, err := readAll(t, f, catalog.Object{Key: "key", Size: int64(len(stored))}, c.framing)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			sum := sha256.Sum256([]byte(stored))
			if totals.SHA256 != hex.EncodeToString(sum[:]) || totals.StoredBytes != int64(len(stored)) || totals.Silent != c.silent {
				t.Errorf("totals %+v", totals)
			}
		})
	}
}

func TestAtLeadsBackToEveryRecord(t *testing.T) {
	for name, c := range openCases {
		t.Run(name, func(t *testing.T) {
			f := folder(t)
			put(t, f, "key", c.content(t))
			for _, want := range c.want {
				if strings.HasPrefix(want.Text, "bad: ") {
					continue
				}
				rec, err := At(context.Background(), f, "key", want.Offset, want.Index, c.framing, Limits{})
				if got := (place{rec.Offset, rec.Index, string(rec.Data)}); err != nil || got != want {
					t.Errorf("%+v and %v, want %+v", got, err, want)
				}
			}
		})
	}
}

func TestAtShowsBadRecords(t *testing.T) {
	b := single("{\"a\":1}\n{\"a\":\"x\n{\"a\":3}\n")
	_, err := At(context.Background(), b, "key", 8, 0, Framing{}, Limits{})
	var bad *RecordError
	if !errors.As(err, &bad) || string(bad.Data) != "{\"a\":\"x\n" {
		t.Errorf("error %v with %+v", err, bad)
	}
}

func TestAtKnowsEnvelopes(t *testing.T) {
	f := folder(t)
	envelope := subscription(t, "a", "b")
	put(t, f, "key", envelope+"\n"+subscription(t, "c"))
	ctx, lines := context.Background(), Framing{Kind: Lines}
	if rec, err := At(ctx, f, "key", 0, Whole, lines, Limits{}); err != nil || string(rec.Data) != envelope {
		t.Errorf("the whole envelope: %q, %v", rec.Data, err)
	}
	rec, err := At(ctx, f, "key", 0, 1, lines, Limits{})
	if err != nil || string(rec.Data) != "b" || rec.Envelope == nil || string(rec.Envelope.LogGroup) != "/group" {
		t.Errorf("the second message: %+v, %v", rec, err)
	}
	for _, at := range []struct {
		offset int64
		index  int
	}{{0, 2}, {1 << 20, 0}} {
		if _, err := At(ctx, f, "key", at.offset, at.index, lines, Limits{}); !errors.Is(err, ErrNoRecord) {
			t.Errorf("at %+v: %v, want ErrNoRecord", at, err)
		}
	}
	if _, err := At(ctx, f, "other", 0, 0, lines, Limits{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("in no object: %v, want ErrNotFound", err)
	}
}

func TestRecordsBeforeDamageAreRead(t *testing.T) {
	var text strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&text, "{\"n\":%d,\"square\":%d}\n", i, i*i)
	}
	packed := gz(t, text.String())
	f := folder(t)
	put(t, f, "key", packed[:len(packed)/2])
	got, totals, err := readAll(t, f, catalog.Object{Key: "key"}, Framing{})
	var damaged *DamagedError
	if !errors.As(err, &damaged) {
		t.Fatalf("error %v, want a DamagedError", err)
	}
	if len(got) < 1000 || totals.StoredBytes != int64(len(packed)/2) {
		t.Errorf("%d records, totals %+v", len(got), totals)
	}
	for _, p := range got {
		if !strings.HasPrefix(text.String()[p.Offset:], p.Text) {
			t.Fatalf("%+v is not what was written", p)
		}
	}
}

func TestAnObjectThatChangedIsReadAgainLater(t *testing.T) {
	f := folder(t)
	stored := gz(t, "{\"a\":1}\n")
	put(t, f, "key", stored)
	for name, size := range map[string]int{"shorter": len(stored) - 1, "longer": len(stored) + 1} {
		_, _, err := readAll(t, f, catalog.Object{Key: "key", Size: int64(size)}, Framing{})
		var damaged *DamagedError
		if !errors.Is(err, ErrChanged) || errors.As(err, &damaged) {
			t.Errorf("listed %s: %v, want ErrChanged and no damage", name, err)
		}
	}
}

// FuzzOpen makes sure that every record of an object is found again at its place.
func FuzzOpen(f *testing.F) {
	for _, c := range openCases {
		f.Add([]byte(c.content(f)), uint8(c.framing.Kind))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		framing := Framing{Arrays: []string{"Records"}}
		if kind%2 == 1 {
			framing.Kind = Lines
		}
		b := single(data)
		places, _, _ := readAll(t, b, catalog.Object{Key: "key"}, framing)
		for i, want := range places {
			if strings.HasPrefix(want.Text, "bad: ") || i > 10 {
				continue
			}
			rec, err := At(context.Background(), b, "key", want.Offset, want.Index, framing, Limits{})
			if got := (place{rec.Offset, rec.Index, string(rec.Data)}); err != nil || got != want {
				t.Errorf("%+v and %v, want %+v", got, err, want)
			}
		}
	})
}

// single is a bucket with one object under any key.
type single []byte

func (s single) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(s)), nil
}

func (s single) List(context.Context, string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		yield(catalog.Object{Key: "key", Size: int64(len(s))}, nil)
	}
}
