package verify_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/verify"
)

type lake struct {
	files   *raw.Folder
	catalog *embedded.Store
}

// build compacts a small estate.
func build(t *testing.T) lake {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	bucket, err := raw.CreateFolder(t.TempDir())
	must(err)
	_, err = simulate.Estate{Days: 2, Scale: 0.02}.Generate(t.Context(), func(key string, body []byte) error {
		_, err := bucket.Put(t.Context(), key, bytes.NewReader(body))
		return err
	})
	must(err)
	dir := t.TempDir()
	files, err := raw.CreateFolder(dir)
	must(err)
	store, err := embedded.Open(t.Context(), filepath.Join(dir, "catalog.db"), time.Now)
	must(err)
	t.Cleanup(func() { store.Close(); files.Close(); bucket.Close() })
	set, err := source.NewSet(source.Builtin()...)
	must(err)
	_, err = compact.Run(t.Context(), compact.Config{
		Raw: bucket, Lake: files, Catalog: store, Sources: set, Work: filepath.Join(t.TempDir(), "work"), Owner: "test", Now: time.Now,
	}, compact.Selection{})
	must(err)
	return lake{files, store}
}

func (l lake) check(t *testing.T, deep bool) *verify.Report {
	t.Helper()
	r, err := verify.Run(t.Context(), l.catalog, l.files, deep, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// first is the path of a file of the lake.
func (l lake) first(t *testing.T) string {
	t.Helper()
	files, err := l.catalog.Files(t.Context(), catalog.FileQuery{})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	return files[0].Path
}

func TestALakeThatWasJustMadeIsWhole(t *testing.T) {
	r := build(t).check(t, true)
	if !r.Whole() || r.Files == 0 || r.Rows == 0 {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsWrongIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(t *testing.T, path string)
		deep bool
		want string
	}{
		"a file is gone": {func(t *testing.T, path string) { remove(t, path) }, false, "is gone"},
		"a file has grown": {func(t *testing.T, path string) {
			rewrite(t, path, func(b []byte) []byte { return append(b, 'x') })
		}, false, "bytes instead of"},
		"a byte of a file has changed": {func(t *testing.T, path string) {
			rewrite(t, path, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
		}, true, "checksum"},
		"a file that nobody knows": {func(t *testing.T, path string) {
			if err := os.WriteFile(filepath.Join(filepath.Dir(path), "stranger.parquet"), []byte("x"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, false, "does not know"},
	} {
		t.Run(name, func(t *testing.T) {
			l := build(t)
			c.harm(t, l.files.Path(l.first(t)))
			r := l.check(t, c.deep)
			if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Text, c.want) {
				t.Errorf("%+v", r.Findings)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func rewrite(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(body), 0o644); err != nil {
		t.Fatal(err)
	}
}
