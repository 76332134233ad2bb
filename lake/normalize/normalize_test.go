package normalize_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/lake/normalize"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

var now = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

// printed is what a normalizer gave.
type printed struct {
	docs     []string
	rejected []normalize.Rejected
	counts   normalize.Counts
}

// logins is a source with few fields.
func logins() *source.Source {
	return &source.Source{
		Name: "logins", Version: "1", Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"Records"}}, Divide: source.JSON,
		Map: []source.Mapping{{To: "@timestamp", From: "at"}, {To: "event.id", From: "id"}, {To: "source.ip", From: "ip"}},
	}
}

// lines is a source of lines, with a header.
func lines() *source.Source {
	s := logins()
	s.Framing = frame.Framing{Kind: frame.Lines, Header: func(line []byte) bool { return bytes.HasPrefix(line, []byte("#")) }}
	return s
}

func start(t *testing.T, s *source.Source) (*normalize.Normalizer, *printed) {
	t.Helper()
	compiled, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	n, err := normalize.New(compiled, now)
	if err != nil {
		t.Fatal(err)
	}
	p := &printed{}
	n.Emit = func(doc []byte) error {
		p.docs = append(p.docs, string(doc))
		return nil
	}
	n.Reject = func(r normalize.Rejected) error {
		p.rejected = append(p.rejected, r)
		return nil
	}
	return n, p
}

func open(text string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}

func normal(t *testing.T, s *source.Source, path, text string) printed {
	t.Helper()
	n, p := start(t, s)
	if err := n.Log(t.Context(), path, open(text)); err != nil {
		t.Fatal(err)
	}
	p.counts = n.Counts
	if p.counts.EventsOut != int64(len(p.docs)) || p.counts.Rejected != int64(len(p.rejected)) || p.counts.RecordsIn != p.counts.EventsOut+p.counts.Rejected {
		t.Errorf("%d documents and %d rejected records are counted as %+v", len(p.docs), len(p.rejected), p.counts)
	}
	return *p
}

func pack(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, text)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	one = `{"at":"2026-01-30T01:02:03Z","id":"one","ip":"2001:DB8::1"}`
	two = `{"at":"2026-01-30T04:05:06.789Z","id":"two","extra":{"a":[1]}}`
	bad = `{"id":"bad"}`
)

// document is what becomes of the records, at their places.
func document(record string, offset int) string {
	if record == one {
		return fmt.Sprintf(`{"@timestamp":"2026-01-30T01:02:03.000Z","event":{"id":"one","ingested":"2026-02-03T04:05:06.000Z"},"log":{"file":{"path":"p"},"offset":%d},`+
			`"mapping_version":"1","related":{"ip":["2001:db8::1"]},"source":{"ip":"2001:db8::1"}}`, offset)
	}
	return fmt.Sprintf(`{"@timestamp":"2026-01-30T04:05:06.789Z","event":{"id":"two","ingested":"2026-02-03T04:05:06.000Z"},"log":{"file":{"path":"p"},"offset":%d},`+
		`"mapping_version":"1","unmapped":{"extra":{"a":[1]}}}`, offset)
}

func TestRecordsBecomeDocumentsHoweverTheyAreArranged(t *testing.T) {
	for _, c := range []struct {
		name, text string
		source     *source.Source
	}{
		{"bare", one, logins()},
		{"one behind the other", one + two, logins()},
		{"in an array", "[" + one + ", " + two + "]", logins()},
		{"in a named array", `{"Records":[` + one + "," + two + `],"more":1}`, logins()},
		{"on lines", one + "\n" + two + "\n", logins()},
		{"on lines, without a break at the end", one + "\n" + two, lines()},
		{"on lines behind a header", "# at id ip\n" + one + "\r\n" + two + "\r\n", lines()},
		{"behind a byte order mark", "\ufeff" + one, logins()},
		{"none", "", logins()},
	} {
		for _, packed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, packed: %v", c.name, packed), func(t *testing.T) {
				var want []string
				for _, record := range []string{one, two} {
					if at := strings.Index(c.text, record); at >= 0 {
						want = append(want, document(record, at))
					}
				}
				text := c.text
				if packed {
					text = pack(t, text)
				}
				got := normal(t, c.source, "p", text)
				for i := range min(len(want), len(got.docs)) {
					sameDocument(t, want[i], got.docs[i])
				}
				if len(got.docs) != len(want) || got.counts.Rejected != 0 {
					t.Errorf("%d documents, want %d; counts are %+v", len(got.docs), len(want), got.counts)
				}
			})
		}
	}
}

func sameDocument(t *testing.T, want, got string) {
	t.Helper()
	var a, b any
	if err := errors.Join(json.Unmarshal([]byte(want), &a), json.Unmarshal([]byte(got), &b)); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("document wanted (-) and printed (+):\n%s", diff)
	}
	if strings.ContainsAny(got, "\n\r") {
		t.Errorf("a line break in %s", got)
	}
}

func TestARecordThatIsRejectedIsReportedWithItsPlaceAndTheRestGoesOn(t *testing.T) {
	text := "[" + one + "," + bad + "," + two + `,{"at":}]`
	got := normal(t, logins(), "p", text)
	if len(got.docs) != 2 || got.counts.Rejected != 2 {
		t.Fatalf("%d documents; counts are %+v", len(got.docs), got.counts)
	}
	want := []normalize.Rejected{{Path: "p", Offset: int64(strings.Index(text, bad))}, {Path: "p", Offset: int64(strings.Index(text, `{"at":}`))}}
	if diff := cmp.Diff(want, got.rejected, cmpopts.IgnoreFields(normalize.Rejected{}, "Reason")); diff != "" {
		t.Errorf("rejected:\n%s", diff)
	}
	for _, r := range got.rejected {
		if r.Reason == "" {
			t.Error("no reason is said")
		}
	}
}

func TestWhatIsDamagedIsPrintedUpToTheDamage(t *testing.T) {
	many := strings.Repeat(one+"\n", 20_000)
	whole := pack(t, many+two)
	got := normal(t, logins(), "p", whole[:len(whole)-20])
	if got.counts.EventsOut == 0 || got.counts.Rejected == 0 || !strings.Contains(got.rejected[len(got.rejected)-1].Reason, "damaged") {
		t.Errorf("counts are %+v, rejected is %+v", got.counts, got.rejected)
	}
}

func TestRecordsInAnEnvelopeAreOfItsAccount(t *testing.T) {
	got := normal(t, logins(), "p", fmt.Sprintf(`{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"g","logStream":"s",`+
		`"subscriptionFilters":["f"],"logEvents":[{"id":"1","timestamp":1,"message":%q}]}`, one))
	if len(got.docs) != 1 || !strings.Contains(got.docs[0], `"111122223333"`) {
		t.Errorf("documents are %s", got.docs)
	}
	plain := normal(t, logins(), "p", one)
	if strings.Contains(plain.docs[0], "account") {
		t.Errorf("without an envelope there is an account: %s", plain.docs[0])
	}
}

func TestLogsAreCountedTogetherAndKeepTheirPlaces(t *testing.T) {
	n, p := start(t, logins())
	for _, path := range []string{"first", "second"} {
		if err := n.Log(t.Context(), path, open(two+bad)); err != nil {
			t.Fatal(err)
		}
	}
	if n.Counts != (normalize.Counts{RecordsIn: 4, EventsOut: 2, Rejected: 2}) {
		t.Errorf("counts are %+v", n.Counts)
	}
	if !strings.Contains(p.docs[0], `"first"`) || !strings.Contains(p.docs[1], `"second"`) || p.rejected[1].Path != "second" {
		t.Errorf("documents %s, rejected %+v", p.docs, p.rejected)
	}
}

func TestErrorsEndALog(t *testing.T) {
	errHere := errors.New("here")
	for _, c := range []struct {
		name string
		set  func(n *normalize.Normalizer) (context.Context, func() (io.ReadCloser, error))
		want error
	}{
		{"of what takes the documents", func(n *normalize.Normalizer) (context.Context, func() (io.ReadCloser, error)) {
			n.Emit = func([]byte) error { return errHere }
			return t.Context(), open(one + two)
		}, errHere},
		{"of what takes the rejected records", func(n *normalize.Normalizer) (context.Context, func() (io.ReadCloser, error)) {
			n.Reject = func(normalize.Rejected) error { return errHere }
			return t.Context(), open(bad + two)
		}, errHere},
		{"of opening", func(*normalize.Normalizer) (context.Context, func() (io.ReadCloser, error)) {
			return t.Context(), func() (io.ReadCloser, error) { return nil, errHere }
		}, errHere},
		{"of reading", func(*normalize.Normalizer) (context.Context, func() (io.ReadCloser, error)) {
			return t.Context(), func() (io.ReadCloser, error) {
				return io.NopCloser(io.MultiReader(strings.NewReader(one+"{"), failing{errHere})), nil
			}
		}, errHere},
		{"because it was canceled", func(n *normalize.Normalizer) (context.Context, func() (io.ReadCloser, error)) {
			ctx, cancel := context.WithCancel(t.Context())
			n.Emit = func([]byte) error { cancel(); return nil }
			return ctx, open(one + two)
		}, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, _ := start(t, logins())
			ctx, open := c.set(n)
			if err := n.Log(ctx, "p", open); !errors.Is(err, c.want) {
				t.Errorf("the error is %v, want %v", err, c.want)
			}
			if n.Counts.EventsOut > 1 {
				t.Errorf("the log went on: %+v", n.Counts)
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Without a lake, every record of an estate becomes a document, and a duplicate another.
func TestAnEstateIsPrintedToTheLastRecord(t *testing.T) {
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]*normalize.Normalizer{}
	summary, err := simulate.Estate{Seed: 4, Days: 3, Scale: 0.05}.Generate(t.Context(), func(key string, body []byte) error {
		s, skip := set.ByKey(key)
		if s == nil || skip {
			return fmt.Errorf("%s is of no source", key)
		}
		n := got[s.Name]
		if n == nil {
			if n, err = normalize.New(s, now); err != nil {
				return err
			}
			n.Emit = func(doc []byte) error {
				if !json.Valid(doc) {
					return fmt.Errorf("not JSON: %s", doc)
				}
				return nil
			}
			n.Reject = func(normalize.Rejected) error { return nil }
			got[s.Name] = n
		}
		return n.Log(t.Context(), key, open(string(body)))
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range summary.Sources {
		want := normalize.Counts{RecordsIn: c.Records, EventsOut: c.Events() + c.Duplicates, Rejected: c.Malformed}
		if n := got[name]; n == nil || n.Counts != want {
			t.Errorf("%s: counts are %+v, want %+v", name, n, want)
		}
	}
}
