package compact_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/embedded/embeddedtest"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// testLake is a lake in a folder, beside the folder of the raw objects that it is made from.
type testLake struct {
	testing.TB
	raw, files *raw.Folder
	store      *embedded.Store
	dir        string
	clock      time.Time
	puts       int // of raw objects: each is written a minute after the one before

	// What a run works with, for tests to replace.
	rawBucket raw.Bucket
	lakeStore raw.Store
	catalog   compact.Catalog
	sources   []*source.Source
	workers   int
	batch     int64
	buffer    int64
	owner     string
	alive     func(owner string) bool
	waits     func() // instead of waiting: the clock moves on
}

// planned is the time that the clock shows when a test begins: the event.ingested of all rows.
var planned = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

// newLake makes an empty lake. A batch takes one object, unless the test says otherwise.
func newLake(t testing.TB) *testLake {
	t.Helper()
	return lakeOver(t, openFolder(t, t.TempDir()))
}

// lakeOver makes an empty lake for raw objects that are there.
func lakeOver(t testing.TB, rawFolder *raw.Folder) *testLake {
	t.Helper()
	return openLake(t, rawFolder, t.TempDir())
}

// openLake opens the lake in a folder.
func openLake(t testing.TB, rawFolder *raw.Folder, dir string) *testLake {
	t.Helper()
	return openLakeAt(t, rawFolder, dir, "")
}

// openLakeAt opens a lake whose catalog is at a URL, if there is one.
func openLakeAt(t testing.TB, rawFolder *raw.Folder, dir, catalogURL string) *testLake {
	t.Helper()
	l := &testLake{TB: t, raw: rawFolder, dir: dir, clock: planned, sources: []*source.Source{logins("1"), visits("1")}, workers: 1, batch: 1, owner: "test"}
	l.alive = func(string) bool { return false }
	l.files = openFolder(t, l.dir)
	clock := func() time.Time { return l.clock }
	if catalogURL == "" {
		l.store = embeddedtest.Open(t, filepath.Join(dir, "catalog.db"), clock)
	} else {
		store, err := embedded.OpenURL(t.Context(), catalogURL, clock)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		l.store = store
	}
	l.heal()
	return l
}

// heal makes the lake work without faults.
func (l *testLake) heal() { l.rawBucket, l.lakeStore, l.catalog = l.raw, l.files, l.store }

func openFolder(t testing.TB, dir string) *raw.Folder {
	t.Helper()
	f, err := raw.CreateFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// config is what a run works with. Whoever has held leases before is dead, unless the test says otherwise.
func (l *testLake) config() compact.Config {
	l.Helper()
	return compact.Config{
		Raw: l.rawBucket, Lake: l.lakeStore, Catalog: l.catalog, Sources: l.set(), Work: filepath.Join(l.dir, "work"),
		Owner: l.owner, Now: func() time.Time { return l.clock }, Alive: l.alive,
		Workers: l.workers, BatchBytes: l.batch, BufferBytes: l.buffer,
		Wait: func(ctx context.Context, d time.Duration) error {
			l.clock = l.clock.Add(d)
			if l.waits != nil {
				l.waits()
			}
			return ctx.Err()
		},
	}
}

func (l *testLake) set() *source.Set {
	l.Helper()
	set, err := source.NewSet(l.sources...)
	if err != nil {
		l.Fatal(err)
	}
	return set
}

// put stores a raw object, packed if its key says so.
func (l *testLake) put(key, text string) {
	l.Helper()
	body := []byte(text)
	if strings.HasSuffix(key, ".gz") {
		body = pack(l, text)
	}
	l.putBytes(key, body)
}

func (l *testLake) putBytes(key string, body []byte) {
	l.Helper()
	if _, err := l.raw.Put(l.Context(), key, bytes.NewReader(body)); err != nil {
		l.Fatal(err)
	}
	l.puts++
	written := day1.AddDate(0, 0, 2).Add(time.Duration(l.puts)*time.Minute + 123_456_789) // as finely as folders keep it
	if err := os.Chtimes(l.raw.Path(key), written, written); err != nil {
		l.Fatal(err)
	}
}

func pack(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// run compacts all that is new, which must succeed, and checks the lake.
func (l *testLake) run() *compact.Report {
	l.Helper()
	return l.selected(compact.Selection{})
}

func (l *testLake) selected(sel compact.Selection) *compact.Report {
	l.Helper()
	report, err := compact.Run(l.Context(), l.config(), sel)
	if err != nil {
		l.Fatalf("run: %v", err)
	}
	l.check()
	return report
}

// broken compacts with faults that must make the run fail.
func (l *testLake) broken() error {
	l.Helper()
	_, err := compact.Run(l.Context(), l.config(), compact.Selection{})
	if err == nil {
		l.Fatal("the run succeeded, in spite of its faults")
	}
	return err
}
