package compact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// farLake gives parts of its files, each of 100 kB, and tells of which.
type farLake struct {
	raw.Opener
	gave []string
	err  error
}

func (l *farLake) ReadPart(_ context.Context, key string, p []byte, _ int64, _ string) (catalog.Object, error) {
	copy(p, bytes.Repeat([]byte(key), len(p)))
	l.gave = append(l.gave, key)
	return catalog.Object{Size: 100_000, ETag: key}, l.err
}

func fileOf(day, path string) catalog.File {
	return catalog.File{Table: "logins", Day: day, Path: path, Bytes: 100_000}
}

// look reads the first byte of a file, which costs a part if it is not kept.
func look(r raw.RandomReader) error {
	_, err := r.ReadAt(make([]byte, 1), 99_999)
	return err
}

func TestFilesThatDuplicatesAreLookedForInAreReadOnce(t *testing.T) {
	const day, other = "2026-01-30", "2026-01-31"
	for name, c := range map[string]struct {
		files int
		bytes int64
		uses  []catalog.File
		read  []string
	}{
		"as long as there is room": {3, 1 << 20, []catalog.File{fileOf(day, "a"), fileOf(day, "b"), fileOf(day, "a"), fileOf(day, "b")}, []string{"a", "b"}},
		"though not all of a day's find room, the first ones do": {2, 1 << 20,
			[]catalog.File{fileOf(day, "a"), fileOf(day, "b"), fileOf(day, "c"), fileOf(day, "a"), fileOf(day, "b"), fileOf(day, "c")}, []string{"a", "b", "c", "c"}},
		"and take no more of the disk than there is": {9, 150_000,
			[]catalog.File{fileOf(day, "a"), fileOf(day, "b"), fileOf(day, "c"), fileOf(day, "a"), fileOf(day, "b"), fileOf(day, "c")}, []string{"a", "b", "c", "c"}},
		"until another day needs the room, and then the one that was used last stays": {2, 1 << 20,
			[]catalog.File{fileOf(day, "a"), fileOf(day, "b"), fileOf(day, "a"), fileOf(other, "c"), fileOf(day, "a"), fileOf(day, "b")}, []string{"a", "b", "c", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			lake, dir := &farLake{}, t.TempDir()
			n := newNearby(t.Context(), Config{Work: dir})
			n.lake, n.files, n.bytes = lake, c.files, c.bytes
			for _, f := range c.uses {
				if err := n.with(f, look); err != nil {
					t.Fatal(err)
				}
				if len(n.kept) > c.files || n.held > c.bytes {
					t.Errorf("%d files of %d bytes are kept", len(n.kept), n.held)
				}
			}
			if diff := cmp.Diff(c.read, lake.gave); diff != "" {
				t.Error(diff)
			}
			closed(t, n, dir)
		})
	}
}

// closed makes sure that nothing is left of what was kept.
func closed(t *testing.T, n *nearby, dir string) {
	t.Helper()
	if err := n.close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 || n.held != 0 {
		t.Errorf("%d files are left, of %d bytes: %v", len(left), n.held, err)
	}
}

func TestAFileThatIsGivenUpWhileItIsReadIsReadToItsEnd(t *testing.T) {
	lake, dir := &farLake{}, t.TempDir()
	n := newNearby(t.Context(), Config{Work: dir})
	n.lake, n.files = lake, 1
	first := fileOf("2026-01-30", "a")
	if err := n.with(first, look); err != nil {
		t.Fatal(err)
	}
	err := n.with(first, func(r raw.RandomReader) error {
		for i := range 3 { // of which none finds room beside it
			if err := n.with(fileOf(fmt.Sprintf("2026-02-0%d", i+1), fmt.Sprint(i)), look); err != nil {
				return err
			}
		}
		errDamaged := errors.New("damaged")
		if err := n.with(first, func(raw.RandomReader) error { return errDamaged }); !errors.Is(err, errDamaged) {
			t.Errorf("%v", err)
		}
		return look(r)
	})
	if err != nil {
		t.Error(err)
	}
	closed(t, n, dir)
}

func TestAFileThatCannotBeReadIsNotKept(t *testing.T) {
	lake, dir := &farLake{err: raw.ErrNotFound}, t.TempDir()
	n := newNearby(t.Context(), Config{Work: dir})
	n.lake = lake
	if err := n.with(fileOf("2026-01-30", "a"), look); !errors.Is(err, raw.ErrNotFound) {
		t.Errorf("%v", err)
	}
	lake.err = nil
	for range 2 {
		if err := n.with(fileOf("2026-01-30", "a"), func(raw.RandomReader) error { return io.ErrUnexpectedEOF }); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v", err)
		}
	}
	if len(lake.gave) != 3 || len(n.kept) != 0 {
		t.Errorf("it was read %d times, and %d are kept", len(lake.gave), len(n.kept))
	}
	closed(t, n, dir)
}
