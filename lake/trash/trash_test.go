package trash_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/embedded/embeddedtest"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/raw"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/trash"
)

// lake is a folder with files in the trash.
type lake struct {
	testing.TB
	files *raw.Folder
	store *embedded.Store
	clock time.Time
}

func newLake(t testing.TB) *lake {
	t.Helper()
	l := &lake{TB: t, clock: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	files, err := raw.CreateFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	l.files = files
	l.store = embeddedtest.Open(t, filepath.Join(t.TempDir(), "catalog.db"), func() time.Time { return l.clock })
	return l
}

// throw puts files into a folder of the lake and into the trash.
func (l *lake) throw(folder string, n int, due time.Duration) {
	l.Helper()
	var waste []catalog.Waste
	for i := range n {
		key := fmt.Sprintf("tables/t/day=2026-01-01/%s/%03d.parquet", folder, i)
		if _, err := l.files.Put(l.Context(), key, strings.NewReader("x")); err != nil {
			l.Fatal(err)
		}
		waste = append(waste, catalog.Waste{Path: key, Table: "t", Day: "2026-01-01", Bytes: 1, Why: catalog.WasteUnfinished, Due: l.clock.Add(due)})
	}
	if err := l.store.Throw(l.Context(), waste); err != nil {
		l.Fatal(err)
	}
}

// left counts the files of the lake and what the trash knows of.
func (l *lake) left() (files, wasted int) {
	l.Helper()
	for _, err := range l.files.List(l.Context(), "") {
		if err != nil {
			l.Fatal(err)
		}
		files++
	}
	w, err := l.store.Wasted(l.Context())
	if err != nil {
		l.Fatal(err)
	}
	return files, len(w)
}

func TestWhatIsDueIsDeletedWithTheFoldersThatBecomeEmpty(t *testing.T) {
	l := newLake(t)
	l.throw("g000001", 450, time.Hour)
	l.throw("g000002", 3, 2*time.Hour)
	for _, step := range []struct {
		after         time.Duration
		deleted, left int
		old, day      bool // whether the folders are there
	}{{0, 0, 453, true, true}, {time.Hour, 450, 3, false, true}, {time.Hour, 3, 0, false, false}, {time.Hour, 0, 0, false, false}} {
		l.clock = l.clock.Add(step.after)
		report, err := trash.Empty(t.Context(), l.store, l.files)
		if err != nil || report.Files != int64(step.deleted) || report.Bytes != int64(step.deleted) {
			t.Errorf("%+v, %v; want %d files", report, err, step.deleted)
		}
		if files, wasted := l.left(); files != step.left || wasted != step.left {
			t.Errorf("%d files are left, the trash knows of %d; want %d", files, wasted, step.left)
		}
		for folder, want := range map[string]bool{"g000001": step.old, "": step.day} {
			_, err := os.Stat(l.files.Path("tables/t/day=2026-01-01/" + folder))
			if (err == nil) != want {
				t.Errorf("folder %q is there: %v", folder, err)
			}
		}
	}
}

func TestAFileThatCannotBeDeletedDoesNotKeepTheOthers(t *testing.T) {
	l := newLake(t)
	l.throw("g000001", 300, 0)
	bucket := storefaulty.Wrap(l.files)
	busy := errors.New("busy")
	bucket.On(storefaulty.Delete).Key("/007.").Times(storefaulty.Forever).Fail(busy)
	report, err := trash.Empty(t.Context(), l.store, bucket)
	if files, wasted := l.left(); !errors.Is(err, busy) || report.Files != 299 || files != 1 || wasted != 1 {
		t.Errorf("%+v, %v: %d files are left, the trash knows of %d", report, err, files, wasted)
	}
	if report, err := trash.Empty(t.Context(), l.store, l.files); err != nil || report.Files != 1 {
		t.Errorf("the next time: %+v, %v", report, err)
	}
}

func TestAStoreThatDoesNotAnswerIsNotWaitedForFileByFile(t *testing.T) {
	l := newLake(t)
	l.throw("g000001", 30, 0)
	bucket := storefaulty.Wrap(l.files)
	bucket.On(storefaulty.Delete).After(10).Times(storefaulty.Forever).Throttle(time.Second)
	tried := &counting{Bucket: bucket}
	report, err := trash.Empty(t.Context(), l.store, tried)
	var throttled *raw.ThrottledError
	if files, wasted := l.left(); !errors.As(err, &throttled) || report.Files != 10 || files != 20 || wasted != 20 || tried.deletes != 13 {
		t.Errorf("%+v, %v after %d tries: %d files are left, the trash knows of %d", report, err, tried.deletes, files, wasted)
	}
}

func TestFilesThatAStoreRefusesToDeleteAreToldInShort(t *testing.T) {
	l := newLake(t)
	l.throw("g000001", 30, 0)
	bucket := storefaulty.Wrap(l.files)
	bucket.On(storefaulty.Delete).Key("/00").Times(storefaulty.Forever).Fail(raw.ErrRefused)
	report, err := trash.Empty(t.Context(), l.store, bucket)
	if files, _ := l.left(); !errors.Is(err, raw.ErrRefused) || report.Files != 20 || files != 10 {
		t.Errorf("%+v, %v: %d files are left", report, err, files)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 6 || lines[5] != "and 5 more could not be deleted" {
		t.Errorf("%q", lines)
	}
}

// counting counts what it is asked to delete.
type counting struct {
	*storefaulty.Bucket
	deletes int
}

func (c *counting) Delete(ctx context.Context, key string) error {
	c.deletes++
	return c.Bucket.Delete(ctx, key)
}

// Whatever call is the last of a process, the next one finishes.
func TestItMayBeKilledAnywhere(t *testing.T) {
	for at := range 8 {
		for _, how := range []error{faulty.ErrKilled, faulty.ErrLost} {
			l, calls := newLake(t), 0
			l.throw("g000001", 3, 0)
			dying := func() (err error) {
				if calls == at {
					err = how
				} else if calls > at {
					err = faulty.ErrKilled
				}
				calls++
				return err
			}
			store := faulty.New(l.store).Moody(func(faulty.Call) error { return dying() }).Store()
			_, _ = trash.Empty(t.Context(), store, deleter{l.files, dying})
			if _, err := trash.Empty(t.Context(), l.store, l.files); err != nil {
				t.Error(err)
			}
			if files, wasted := l.left(); files != 0 || wasted != 0 {
				t.Errorf("dead at call %d (%v): %d files are left, the trash knows of %d", at, how, files, wasted)
			}
		}
	}
}

// deleter is a lake whose process may die.
type deleter struct {
	*raw.Folder
	dying func() error
}

func (d deleter) Delete(ctx context.Context, key string) error {
	if err := d.dying(); err != nil {
		if errors.Is(err, faulty.ErrLost) {
			err = errors.Join(err, d.Folder.Delete(ctx, key))
		}
		return err
	}
	return d.Folder.Delete(ctx, key)
}

// showing is a catalog with a table that shows one file.
type showing struct {
	*embedded.Store
	path string
}

func (s showing) Throw(ctx context.Context, waste []catalog.Waste) error {
	for _, w := range waste {
		if w.Path == s.path {
			return fmt.Errorf("%s: %w", w.Path, catalog.ErrInUse)
		}
	}
	return s.Store.Throw(ctx, waste)
}

func TestAFolderIsEmptiedButForWhatATableShows(t *testing.T) {
	l := newLake(t)
	const folder = "tables/t/day=2026-01-01/g000002/x-1/"
	for _, name := range []string{"part=00/a", "part=01/b", "part=01/shown"} {
		if _, err := l.files.Put(t.Context(), folder+name, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.files.Put(t.Context(), "tables/t/day=2026-01-01/g000002/x-10/c", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	err := l.store.Throw(t.Context(), []catalog.Waste{{Path: folder, Table: "t", Day: "2026-01-01", Why: catalog.WasteUnfinished, Due: l.clock.Add(time.Hour)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ deleted, files, wasted int }{{0, 4, 1}, {2, 2, 0}, {0, 2, 0}} {
		report, err := trash.Empty(t.Context(), showing{l.store, folder + "part=01/shown"}, l.files)
		files, wasted := l.left()
		if err != nil || report.Files != int64(want.deleted) || files != want.files || wasted != want.wasted {
			t.Errorf("%+v, %v: %d files are left, the trash knows of %d; want %+v", report, err, files, wasted, want)
		}
		l.clock = l.clock.Add(2 * time.Hour)
	}
}

func TestAFolderThatIsEmptiedLeavesFilesTheirTime(t *testing.T) {
	l := newLake(t)
	l.throw("g000002/x-1", 3, 7*24*time.Hour)
	folder := catalog.Waste{Path: "tables/t/day=2026-01-01/g000002/x-1/", Table: "t", Day: "2026-01-01", Why: catalog.WasteUnfinished, Due: l.clock.Add(time.Hour)}
	if err := l.store.Throw(t.Context(), []catalog.Waste{folder}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ after, deleted, files, wasted int }{{2, 0, 3, 3}, {7*24 - 3, 0, 3, 3}, {1, 3, 0, 0}} {
		l.clock = l.clock.Add(time.Duration(want.after) * time.Hour)
		report, err := trash.Empty(t.Context(), l.store, l.files)
		files, wasted := l.left()
		if err != nil || report.Files != int64(want.deleted) || files != want.files || wasted != want.wasted {
			t.Errorf("%+v, %v: %d files are left, the trash knows of %d; want %+v", report, err, files, wasted, want)
		}
	}
}
