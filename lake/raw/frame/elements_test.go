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

// readElements answers elements as they are, and errors as their reason and size.
func readElements(t testing.TB, src io.Reader, l Limits) (got []string, total int) {
	t.Helper()
	r := New(src, 0, Framing{Kind: Elements, Element: "Event"}, l)
	for {
		rec, err := r.Next()
		var bad *RecordError
		switch {
		case errors.Is(err, io.EOF):
			return got, total
		case errors.As(err, &bad):
			got = append(got, "! "+bad.Reason+": "+string(bad.Data))
			total += int(bad.Size)
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, string(rec.Data))
			total += len(rec.Data)
		}
	}
}

func TestElements(t *testing.T) {
	const a, b = "<Event xmlns='x'><EventData>1</EventData></Event>", "<Event>\n<Events1/>2\r\n</Event>"
	for name, c := range map[string]struct {
		in    string
		limit int
		want  []string
	}{
		"nothing":                            {"", 0, nil},
		"a line each":                        {a + "\n" + b + "\r\n\n" + a, 0, []string{a, b, a}},
		"one behind the other":               {a + b + a, 0, []string{a, b, a}},
		"within an element around them":      {"<?xml version='1.0'?>\n<Events x='y'>" + a + "<!-- x -->" + b + "</Events>\n", 0, []string{a, b}},
		"an element that is cut":             {"<Event>1" + a, 0, []string{"! the element has no end before the next one begins: <Event>1", a}},
		"an element without an end":          {a + "<Event>1", 0, []string{a, "! the element has no end: <Event>1"}},
		"text between elements":              {"x" + a + "yy\n" + b + "z", 0, []string{"! no <Event> begins here: x", a, "! no <Event> begins here: yy\n", b, "! no <Event> begins here: z"}},
		"an element of another name":         {"<EventData>1</EventData>" + a, 0, []string{"! no <Event> begins here: <EventData>1</EventData>", a}},
		"an element that is too long":        {"<Event>" + strings.Repeat("1", 100) + "</Event>" + b, 50, []string{"! the element is too long: <Event>" + strings.Repeat("1", 100) + "</Event>", b}},
		"a declaration longer than a record": {"<?" + strings.Repeat("x", 100) + "?>" + a, 50, []string{"! a tag without an end: <?" + strings.Repeat("x", 100) + "?>", a}},
		"a cut element, too long":            {"<Event>" + strings.Repeat("1", 100) + "<Event>2</Event>", 50, []string{"! the element is too long: <Event>" + strings.Repeat("1", 100), "<Event>2</Event>"}},
		"a declaration that has no end":      {"<?xml", 0, []string{"! a tag without an end: <?xml"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := readElements(t, strings.NewReader(c.in), Limits{MaxRecord: c.limit})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			slow, _ := readElements(t, iotest.OneByteReader(strings.NewReader(c.in)), Limits{MaxRecord: c.limit, Window: 64})
			if diff := cmp.Diff(c.want, slow); diff != "" {
				t.Errorf("byte by byte: %s", diff)
			}
		})
	}
}

func TestElementsRepeatTheStreamsError(t *testing.T) {
	broken := errors.New("broken")
	r := New(io.MultiReader(strings.NewReader("<Event>1</Event><Event>2"), iotest.ErrReader(broken)), 0, Framing{Kind: Elements, Element: "Event"}, Limits{})
	if rec, err := r.Next(); err != nil || string(rec.Data) != "<Event>1</Event>" {
		t.Fatalf("got %q, %v", rec.Data, err)
	}
	for range 2 {
		if _, err := r.Next(); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
}

// FuzzElements makes sure that all that is no space is in a record or an error, or is around the elements.
func FuzzElements(f *testing.F) {
	f.Add([]byte("<?xml?><Events><Event>1</Event><Event x></Event>y<Event></Events>"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fast, total := readElements(t, bytes.NewReader(in), Limits{MaxRecord: 64})
		slow, _ := readElements(t, iotest.OneByteReader(bytes.NewReader(in)), Limits{MaxRecord: 64, Window: 16})
		if total > len(in) {
			t.Errorf("%d bytes of %d", total, len(in))
		}
		if len(fast) != len(slow) {
			t.Errorf("%q\nbyte by byte %q", fast, slow)
		}
	})
}
