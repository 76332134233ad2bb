package raw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
)

// partly is a bucket of one object, whose parts it gives, and notes.
type partly struct {
	Opener
	content []byte
	etag    string
	err     error // of the next call
	asked   []string
	given   int
}

func (b *partly) ReadPart(_ context.Context, _ string, p []byte, off int64, etag string) (catalog.Object, error) {
	if err := b.err; err != nil {
		b.err = nil
		return catalog.Object{}, err
	}
	if etag != "" && etag != b.etag {
		return catalog.Object{}, ErrChanged
	}
	b.asked = append(b.asked, fmt.Sprintf("%d+%d", off, len(p)))
	b.given += copy(p, b.content[off:])
	return catalog.Object{Size: int64(len(b.content)), ETag: b.etag}, nil
}

func object10MB(t *testing.T) (*partly, RandomReader) {
	t.Helper()
	b := &partly{content: make([]byte, 10<<20), etag: "one"}
	noise := rand.NewChaCha8([32]byte{})
	_, _ = noise.Read(b.content)
	dir := t.TempDir()
	r, err := OpenRandom(t.Context(), b, "key", int64(len(b.content)), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%d files are left: %v", len(left), err)
		}
	})
	return b, r
}

func TestAnObjectIsReadPartByPart(t *testing.T) {
	const tail = leastTail + 10<<20/tailShare
	for name, c := range map[string]struct {
		reads [][2]int64 // where, and how much
		calls []string   // beside that for the end
	}{
		"only the end is asked for":          {[][2]int64{{10<<20 - 8, 8}, {10<<20 - 30_000, 30_000 - 8}}, nil},
		"some of what follows comes with it": {[][2]int64{{1 << 20, 100}, {1<<20 + 100, 500_000}}, []string{"1048576+524288"}},
		"more and more is read where reading goes on": {
			[][2]int64{{0, 4096}, {512 << 10, 4096}, {1 << 20, 4096}, {2 << 20, 4096}, {4 << 20, 4096}, {8 << 20, 4096}},
			[]string{"0+524288", "524288+524288", "1048576+1048576", "2097152+2097152", "4194304+4194304", fmt.Sprintf("8388608+%d", 2<<20-tail)},
		},
		"as much as is asked for comes at once, up to 4 MiB": {[][2]int64{{0, 3 << 20}, {5 << 20, 5 << 20}},
			[]string{"0+3145728", "5242880+4194304", fmt.Sprintf("9437184+%d", 1<<20-tail)}},
		"what is there already is not read again": {[][2]int64{{1 << 20, 100}, {1<<20 - 100, 200}, {1<<20 - 100, 600 << 10}},
			[]string{"1048576+524288", "1048476+100", "1572864+524388"}},
	} {
		t.Run(name, func(t *testing.T) {
			b, r := object10MB(t)
			for _, read := range c.reads {
				got := make([]byte, read[1])
				if n, err := r.ReadAt(got, read[0]); n != len(got) || err != nil || !bytes.Equal(got, b.content[read[0]:read[0]+read[1]]) {
					t.Errorf("%d bytes of %d at %d, or others: %v", n, read[1], read[0], err)
				}
			}
			want := append([]string{fmt.Sprintf("%d+%d", 10<<20-tail, tail)}, c.calls...)
			if diff := cmp.Diff(want, b.asked); diff != "" {
				t.Error(diff)
			}
			if held := r.(*parts).Held(); held != int64(b.given) {
				t.Errorf("%d bytes are kept of %d", held, b.given)
			}
		})
	}
}

func TestAnObjectThatIsReadPartByPartIsAReaderLikeAnyOther(t *testing.T) {
	b, r := object10MB(t)
	if err := iotest.TestReader(io.NewSectionReader(r, 10<<20-900, 900), b.content[10<<20-900:]); err != nil {
		t.Error(err)
	}
	for off, want := range map[int64]int{10<<20 - 3: 3, 10 << 20: 0, 11 << 20: 0} {
		if n, err := r.ReadAt(make([]byte, 8), off); n != want || err != io.EOF {
			t.Errorf("at %d: %d bytes, %v", off, n, err)
		}
	}
	if _, err := r.ReadAt(make([]byte, 8), -1); err == nil || err == io.EOF {
		t.Errorf("before its beginning: %v", err)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		off := dice.Int64N(10 << 20)
		got := make([]byte, min(dice.Int64N(1<<20), 10<<20-off))
		if _, err := r.ReadAt(got, off); err != nil || !bytes.Equal(got, b.content[off:off+int64(len(got))]) {
			t.Fatalf("%d bytes at %d are others: %v", len(got), off, err)
		}
	}
	if all, err := io.ReadAll(io.NewSectionReader(r, 0, 10<<20)); err != nil || !bytes.Equal(all, b.content) || b.given != len(b.content) {
		t.Errorf("all of it is %d bytes, of which others, or %d were read: %v", len(all), b.given, err)
	}
}

func TestPartsOfTwoObjectsAreNeverMixed(t *testing.T) {
	b, r := object10MB(t)
	b.etag = "two"
	if n, err := r.ReadAt(make([]byte, 8), 0); n != 0 || !errors.Is(err, ErrChanged) {
		t.Errorf("%d bytes of another object, %v", n, err)
	}
	if _, err := r.ReadAt(make([]byte, 8), 10<<20-8); err != nil {
		t.Errorf("what was read before: %v", err)
	}
	if _, err := OpenRandom(t.Context(), b, "key", 5<<20, t.TempDir()); !errors.Is(err, ErrChanged) {
		t.Errorf("an object of another size: %v", err)
	}
}

func TestAPartThatFailsCanBeReadAgain(t *testing.T) {
	b, r := object10MB(t)
	b.err = errors.New("reset by peer")
	got := make([]byte, 8)
	if n, err := r.ReadAt(got, 0); n != 0 || err == nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if _, err := r.ReadAt(got, 0); err != nil || !bytes.Equal(got, b.content[:8]) {
		t.Errorf("again: %v", err)
	}
	b.err = ErrNotFound
	dir := t.TempDir()
	if _, err := OpenRandom(t.Context(), b, "key", 10<<20, dir); !errors.Is(err, ErrNotFound) {
		t.Errorf("what is not there: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left: %v", len(left), err)
	}
}

func TestABucketThatGivesNoPartsGivesAllOfAnObject(t *testing.T) {
	b := &partly{Opener: plain("0123456789"), err: errors.ErrUnsupported}
	r, err := OpenRandom(t.Context(), b, "key", 10, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	all, err := io.ReadAll(io.NewSectionReader(r, 0, 10))
	if err != nil || string(all) != "0123456789" || len(b.asked) > 0 {
		t.Errorf("%q, %v, after %s", all, err, strings.Join(b.asked, ", "))
	}
}
