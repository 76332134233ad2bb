package verify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
	"github.com/hindcast/hindcast/lake/verify"
)

// now is when the lake is made and checked.
var now = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func clock() time.Time { return now }

// lake is one in a folder, open.
type lake struct {
	dir     string
	files   *raw.Folder
	catalog *embedded.Store
}

// whole is a lake of a small estate, which is made once and copied for each test.
var whole = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "verify-test-")
	must(err)
	rawDir, err := os.MkdirTemp("", "verify-test-raw-")
	must(err)
	defer os.RemoveAll(rawDir)
	bucket, err := raw.CreateFolder(rawDir)
	must(err)
	ctx := context.Background()
	_, err = simulate.Estate{Days: 2, Scale: 0.02}.Generate(ctx, func(key string, body []byte) error {
		_, err := bucket.Put(ctx, key, bytes.NewReader(body))
		return err
	})
	must(err)
	l, err := openLake(dir)
	must(err)
	_, err = compact.Run(ctx, compact.Config{
		Raw: bucket, Lake: l.files, Catalog: l.catalog, Sources: set(), Work: filepath.Join(dir, "work"), Owner: "test", Now: clock, BatchBytes: 30 << 10,
	}, compact.Selection{})
	must(err)
	must(l.catalog.Close())
	return dir
})

func TestMain(m *testing.M) {
	status := m.Run()
	must(os.RemoveAll(whole()))
	os.Exit(status)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func set() *source.Set {
	s, err := source.NewSet(builtin.Sources()...)
	must(err)
	return s
}

func openLake(dir string) (l lake, err error) {
	if l.files, err = raw.OpenFolder(dir); err != nil {
		return l, err
	}
	l.dir = dir
	l.catalog, err = embedded.Open(context.Background(), filepath.Join(dir, "catalog.db"), clock)
	return l, err
}

// build gives a lake of its own to a test.
func build(t *testing.T) lake {
	t.Helper()
	dir := t.TempDir()
	fail(t, os.CopyFS(dir, os.DirFS(whole())))
	l, err := openLake(dir)
	fail(t, err)
	t.Cleanup(func() { l.catalog.Close(); l.files.Close() })
	return l
}

func fail(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (l lake) check(t *testing.T, deep bool) *verify.Report {
	t.Helper()
	r, err := verify.Run(t.Context(), verify.Config{
		Catalog: l.catalog, Lake: l.files, Now: clock, Deep: deep,
		OwnIDs: func(table string) bool { s, err := set().ByName(table); return err == nil && s.OwnID },
	})
	fail(t, err)
	return r
}

// file is the largest file of CloudTrail's table.
func (l lake) file(t *testing.T) (largest catalog.File) {
	t.Helper()
	for _, f := range l.trail(t) {
		if f.Rows > largest.Rows {
			largest = f
		}
	}
	return largest
}

func (l lake) trail(t *testing.T) []catalog.File {
	t.Helper()
	files, err := l.catalog.Files(t.Context(), catalog.FileQuery{Tables: []string{"aws_cloudtrail"}})
	fail(t, err)
	if len(files) < 2 {
		t.Fatalf("%d files", len(files))
	}
	return files
}

// quarantined is a file of rejected records.
func (l lake) quarantined(t *testing.T) string {
	t.Helper()
	rows, err := l.catalog.Quarantined(t.Context(), catalog.QuarantineFilter{Limit: 1})
	fail(t, err)
	if len(rows) == 0 {
		t.Fatal("nothing was rejected")
	}
	return rows[0].Path
}

// sql changes the catalog behind its back.
func (l lake) sql(t *testing.T, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(l.dir, "catalog.db"))
	fail(t, err)
	defer db.Close()
	result, err := db.Exec(statement, args...)
	fail(t, err)
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s changed %d rows (%v)", statement, n, err)
	}
}

// rewrite gives a file other bytes.
func (l lake) rewrite(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	body, err := os.ReadFile(l.files.Path(path))
	fail(t, err)
	fail(t, os.WriteFile(l.files.Path(path), change(body), 0o644))
}

// forge gives a file other bytes, and makes the catalog believe that they are right.
func (l lake) forge(t *testing.T, f catalog.File, change func([]byte) []byte) {
	t.Helper()
	var now []byte
	l.rewrite(t, f.Path, func(b []byte) []byte { now = change(b); return now })
	sum := sha256.Sum256(now)
	l.sql(t, "UPDATE files SET size_bytes = ?, sha256 = ?, column_sizes = NULL WHERE path = ?", len(now), hex.EncodeToString(sum[:]), f.Path)
	l.sql(t, "UPDATE partitions SET size_bytes = size_bytes + ? WHERE table_name = ? AND day = ?", int64(len(now))-f.Bytes, f.Table, f.Day)
}

// put puts a file into the lake that nobody knows.
func (l lake) put(t *testing.T, path string) {
	t.Helper()
	fail(t, os.MkdirAll(filepath.Dir(l.files.Path(path)), 0o755))
	fail(t, os.WriteFile(l.files.Path(path), []byte("strange"), fs.FileMode(0o644)))
}
