package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
)

// folder makes a folder that holds objects whose contents are their keys.
func folder(t testing.TB, keys ...string) *Folder {
	t.Helper()
	f, err := CreateFolder(filepath.Join(t.TempDir(), "root"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	for _, key := range keys {
		put(t, f, key, key)
	}
	return f
}

func put(t testing.TB, s Store, key, content string) {
	t.Helper()
	if _, err := s.Put(context.Background(), key, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
}

func list(t testing.TB, b Bucket, prefix string) (keys []string) {
	t.Helper()
	for o, err := range b.List(context.Background(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	return keys
}

func content(t testing.TB, b Bucket, key string) string {
	t.Helper()
	r, err := b.Open(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFolderLists(t *testing.T) {
	f := folder(t, "a/b/2", "a/b/1", "a-b", "a0", "a/c", "ab/x", "b/with space", "b/c/d/e/f")
	tests := map[string]struct {
		prefix string
		want   []string
	}{
		"everything, sorted as keys are":             {"", []string{"a-b", "a/b/1", "a/b/2", "a/c", "a0", "ab/x", "b/c/d/e/f", "b/with space"}},
		"a prefix that is a directory":               {"a/", []string{"a/b/1", "a/b/2", "a/c"}},
		"a prefix that ends within a name":           {"a/b", []string{"a/b/1", "a/b/2"}},
		"a prefix that begins files and directories": {"a", []string{"a-b", "a/b/1", "a/b/2", "a/c", "a0", "ab/x"}},
		"a prefix that is a key":                     {"a/c", []string{"a/c"}},
		"a prefix behind a file":                     {"a0/", nil},
		"a prefix of nothing":                        {"x/y/z", nil},
		"a prefix that leads out":                    {"../", nil},
		"a prefix that begins at the root":           {"/", nil},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, list(t, f, c.prefix)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFolderListsObjectsOnly(t *testing.T) {
	f := folder(t, "a/1", "b/1")
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"a/link": outside, "a/inside": "1", "linked": "b"} {
		if err := os.Symlink(target, f.Path(name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a/.hidden", "a/1.tmp", ".git/config"} {
		if err := os.MkdirAll(filepath.Dir(f.Path(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Path(name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"a/1", "b/1"}, list(t, f, "")); diff != "" {
		t.Error(diff)
	}
	if got := list(t, f, ".git/"); got != nil {
		t.Errorf("hidden directory lists %q", got)
	}
	if r, err := f.Open(context.Background(), "a/link"); err == nil {
		r.Close()
		t.Error("a link out of the folder was followed")
	}
}

func TestFolderListStopsWhenAsked(t *testing.T) {
	f := folder(t, "a/1", "a/2", "b/1")
	var keys []string
	for o, err := range f.List(context.Background(), "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
		break
	}
	if diff := cmp.Diff([]string{"a/1"}, keys); diff != "" {
		t.Error(diff)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range f.List(ctx, "") {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
	}
}

func TestFolderRefusesKeysThatAreNone(t *testing.T) {
	f := folder(t, "a/1")
	ctx := context.Background()
	for _, key := range []string{"", ".", "..", "../x", "/a/1", "a//1", "a/../b", "a/", "a\x00"} {
		_, openErr := f.Open(ctx, key)
		_, putErr := f.Put(ctx, key, strings.NewReader("x"))
		_, statErr := f.Stat(ctx, key)
		for _, err := range []error{openErr, putErr, statErr, f.Delete(ctx, key)} {
			if !errors.Is(err, ErrInvalidKey) {
				t.Errorf("key %q: %v, want ErrInvalidKey", key, err)
			}
		}
	}
	for _, key := range []string{".hidden", "a/.hidden/b", "a/b.tmp"} {
		if _, err := f.Put(ctx, key, strings.NewReader("x")); !errors.Is(err, ErrInvalidKey) {
			t.Errorf("key %q, which no list would show: %v, want ErrInvalidKey", key, err)
		}
	}
}

func TestFolderSaysWhatIsNotThere(t *testing.T) {
	f := folder(t, "a/1")
	ctx := context.Background()
	for _, key := range []string{"x", "a/2", "a", "a/1/2"} {
		if _, err := f.Open(ctx, key); !errors.Is(err, ErrNotFound) {
			t.Errorf("open %s: %v, want ErrNotFound", key, err)
		}
		if _, err := f.Stat(ctx, key); !errors.Is(err, ErrNotFound) {
			t.Errorf("stat %s: %v, want ErrNotFound", key, err)
		}
	}
	for range 2 {
		if err := f.Delete(ctx, "a/1"); err != nil {
			t.Error(err)
		}
	}
	if got := list(t, f, ""); got != nil {
		t.Errorf("%q after deleting everything", got)
	}
}

func TestFolderDoesNotWaitForAPipe(t *testing.T) {
	f := folder(t, "a/1")
	if err := syscall.Mkfifo(f.Path("a/pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	go func() {
		_, err := f.Open(context.Background(), "a/pipe")
		failed <- err
	}()
	select {
	case err := <-failed:
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("open a pipe: %v, want ErrNotFound", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("opening a pipe waits for one who writes to it")
	}
	if got := list(t, f, ""); !cmp.Equal(got, []string{"a/1"}) {
		t.Errorf("lists %q", got)
	}
}

func TestFolderPut(t *testing.T) {
	f := folder(t)
	ctx := context.Background()
	o, err := f.Put(ctx, "a/b/c", strings.NewReader("first"))
	if err != nil || o.Key != "a/b/c" || o.Size != 5 || o.ModTime.IsZero() {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := f.Put(ctx, "a/b/c", strings.NewReader("second")); err != nil {
		t.Fatal(err)
	}
	if got := content(t, f, "a/b/c"); got != "second" {
		t.Errorf("content %q", got)
	}
	errBody := errors.New("the body broke")
	_, err = f.Put(ctx, "a/b/c", io.MultiReader(strings.NewReader("third"), iotest.ErrReader(errBody)))
	if !errors.Is(err, errBody) {
		t.Errorf("error %v, want that of the body", err)
	}
	if got := content(t, f, "a/b/c"); got != "second" {
		t.Errorf("content %q after a put that failed", got)
	}
	entries, err := os.ReadDir(filepath.Dir(f.Path("a/b/c")))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files are left, %v", len(entries), err)
	}
}

func TestFolderPutsNewObjectsOnly(t *testing.T) {
	f := folder(t)
	ctx := context.Background()
	if o, err := f.PutNew(ctx, "a/b", strings.NewReader("first")); err != nil || o.Key != "a/b" || o.Size != 5 {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := f.PutNew(ctx, "a/b", strings.NewReader("second")); !errors.Is(err, ErrExists) {
		t.Errorf("error %v, want %v", err, ErrExists)
	}
	if got := content(t, f, "a/b"); got != "first" {
		t.Errorf("content %q", got)
	}
	if err := f.Delete(ctx, "a/b"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.PutNew(ctx, "a/b", strings.NewReader("third")); err != nil || content(t, f, "a/b") != "third" {
		t.Errorf("after a delete: %v", err)
	}
	for _, key := range []string{"", "../x", "a/.hidden", "x.tmp"} {
		if _, err := f.PutNew(ctx, key, strings.NewReader("x")); !errors.Is(err, ErrInvalidKey) {
			t.Errorf("key %q: error %v, want %v", key, err, ErrInvalidKey)
		}
	}
	nothingInWriting(t, f)
}

// All bodies begin to be read before one of them ends, so that none finds the object there at first.
func TestOfSeveralThatPutTheSameNewObjectOneSucceeds(t *testing.T) {
	f := folder(t)
	const n = 8
	var begun, done sync.WaitGroup
	begun.Add(n)
	errs := make([]error, n)
	for i := range n {
		done.Go(func() {
			body := io.MultiReader(readFunc(func([]byte) (int, error) {
				begun.Done()
				begun.Wait()
				return 0, io.EOF
			}), strings.NewReader(fmt.Sprint(i)))
			_, errs[i] = f.PutNew(context.Background(), "a/b", body)
		})
	}
	done.Wait()
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner < 0:
			winner = i
		case !errors.Is(err, ErrExists):
			t.Errorf("put %d, after %d has succeeded: %v", i, winner, err)
		}
	}
	if got := content(t, f, "a/b"); got != fmt.Sprint(winner) {
		t.Errorf("put %d succeeded, the content is that of %s", winner, got)
	}
	nothingInWriting(t, f)
}

type readFunc func([]byte) (int, error)

func (r readFunc) Read(p []byte) (int, error) { return r(p) }

func nothingInWriting(t *testing.T, f *Folder) {
	t.Helper()
	left, err := os.ReadDir(f.Path(writing))
	if err != nil || len(left) > 0 {
		t.Errorf("%d files are left in writing, %v", len(left), err)
	}
}

func TestFolderSweepsWhatWasLeftBehind(t *testing.T) {
	if n, err := folder(t).Sweep(context.Background(), time.Now()); n != 0 || err != nil {
		t.Errorf("before anything was put: %d were removed, %v", n, err)
	}
	f := folder(t, "a/1")
	old := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{".writing/1.tmp": old, ".writing/2.tmp": old.Add(2 * time.Hour), "a/.other": old, "a/1": old} {
		if err := os.WriteFile(f.Path(name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(f.Path(name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	n, err := f.Sweep(context.Background(), old.Add(time.Hour))
	if n != 1 || err != nil {
		t.Errorf("%d were removed, %v; want 1", n, err)
	}
	for name, want := range map[string]bool{".writing/1.tmp": false, ".writing/2.tmp": true, "a/.other": true, "a/1": true} {
		if _, err := os.Stat(f.Path(name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// halving stores half of what it is given, and says that it has done.
type halving struct{ *Folder }

func (h halving) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	return h.Folder.PutNew(ctx, key, io.LimitReader(body, 2))
}

func TestAFileThatDidNotArriveAsAWholeIsAnError(t *testing.T) {
	f := folder(t)
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("whole"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := PutNewFile(t.Context(), halving{f}, "a", path); err == nil || !strings.Contains(err.Error(), "2 bytes of 5") {
		t.Errorf("%v", err)
	}
	if o, err := PutNewFile(t.Context(), f, "b", path); err != nil || o.Size != 5 {
		t.Errorf("%+v, %v", o, err)
	}
}
