package raw

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
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

func TestFolderRefusesKeysThatNoListWouldShow(t *testing.T) {
	f := folder(t, "a/1")
	for _, key := range []string{".hidden", "a/.hidden/b", "a/b.tmp"} {
		_, putErr := f.Put(t.Context(), key, strings.NewReader("x"))
		_, newErr := f.PutNew(t.Context(), key, strings.NewReader("x"))
		if !errors.Is(putErr, ErrInvalidKey) || !errors.Is(newErr, ErrInvalidKey) {
			t.Errorf("key %q: %v and %v, want ErrInvalidKey", key, putErr, newErr)
		}
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
	case <-time.After(2 * time.Minute):
		t.Fatal("opening a pipe waits for one who writes to it")
	}
	if got := list(t, f, ""); !cmp.Equal(got, []string{"a/1"}) {
		t.Errorf("lists %q", got)
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
