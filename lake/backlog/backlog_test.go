package backlog_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/backlog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

const line = `203.0.113.9 - alice [31/Jan/2026:23:59:59 +0000] "GET /%d HTTP/1.1" 200 512 "-" "curl/8.5.0"` + "\n"

// estate is raw logs and their lake, at a time that the test sets.
type estate struct {
	*testing.T
	dir   string
	now   time.Time
	store *embedded.Store
	cfg   compact.Config
}

func newEstate(t *testing.T) *estate {
	t.Helper()
	e := &estate{T: t, dir: t.TempDir(), now: time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return e.now }
	lake := t.TempDir()
	files, err := raw.CreateFolder(lake)
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := raw.OpenFolder(e.dir)
	if err != nil {
		t.Fatal(err)
	}
	if e.store, err = embedded.Open(t.Context(), filepath.Join(lake, "catalog.db"), now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.store.Close(); files.Close(); bucket.Close() })
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		t.Fatal(err)
	}
	e.cfg = compact.Config{Raw: bucket, Lake: files, Catalog: e.store, Sources: set, Work: filepath.Join(lake, "work"), Owner: "test", Now: now, Workers: 1}
	return e
}

// deliver writes an object that is so old, and answers it.
func (e *estate) deliver(key string, age time.Duration) catalog.Object {
	e.Helper()
	path := filepath.Join(e.dir, key)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		e.Fatal(err)
	}
	body := fmt.Sprintf(line, len(key))
	if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
		e.Fatal(err)
	}
	at := e.now.Add(-age)
	if err := os.Chtimes(path, at, at); err != nil {
		e.Fatal(err)
	}
	return catalog.Object{Key: key, Size: int64(len(body)), ModTime: at}
}

func (e *estate) compact() {
	e.Helper()
	if r, err := compact.Run(e.Context(), e.cfg, compact.Selection{}); err != nil || r.Failed+r.Unknown > 0 {
		e.Fatalf("%+v, %v", r, err)
	}
}

func (e *estate) take() *backlog.Report {
	e.Helper()
	r, err := backlog.Take(e.Context(), e.cfg, compact.Selection{}, time.Hour)
	if err != nil {
		e.Fatal(err)
	}
	return r
}

func TestABacklogHasWhatIsNotCommitted(t *testing.T) {
	e := newEstate(t)
	e.deliver("apache/access/done", 30*time.Minute)
	e.compact()
	old := e.deliver("apache/access/old", 3*time.Hour)
	e.deliver("apache/access/new", time.Minute)
	e.deliver("apache/access/planned", 2*time.Hour)
	planned := e.deliver("apache/access/planned", 2*time.Hour)
	s, err := e.cfg.Sources.ByName("apache_access")
	if err != nil {
		t.Fatal(err)
	}
	err = e.store.Plan(t.Context(), catalog.Batch{ID: "00000000000000000001", Table: s.Name, MappingVersion: s.Version, PlannedAt: e.now, Objects: []catalog.Object{planned}})
	if err != nil {
		t.Fatal(err)
	}
	r := e.take()
	got := r.Sources["apache_access"]
	if got == nil || got.Waiting.Objects != 2 || got.Planned != (backlog.Amount{Objects: 1, Bytes: planned.Size}) || got.Arrived.Objects != 2 {
		t.Fatalf("%+v", got)
	}
	if !got.Oldest.Equal(old.ModTime) || r.Behind != 3*60*60 {
		t.Errorf("the oldest is of %s, %.0f s ago", got.Oldest, r.Behind)
	}
	if want := 2.0 / 3600; math.Abs(r.Arrival.Objects-want) > 1e-9 {
		t.Errorf("%g objects a second arrive, want %g", r.Arrival.Objects, want)
	}
	if r.Pace == nil || r.Clear == nil || *r.Clear <= 0 {
		t.Errorf("pace %v, clear in %v", r.Pace, r.Clear)
	}
	if r.InWork != 0 || !r.Over(time.Hour) || r.Over(4*time.Hour) {
		t.Errorf("in work %d, over an hour %v, over four %v", r.InWork, r.Over(time.Hour), r.Over(4*time.Hour))
	}
	e.compact()
	r = e.take()
	if all := r.All; all.Waiting.Objects+all.Planned.Objects != 0 || *r.Clear != 0 || r.Behind != 0 || r.Over(time.Second) {
		t.Errorf("after a compaction: %+v", r)
	}
}

func TestOfALakeWithoutAnyBatchNoPaceIsKnown(t *testing.T) {
	e := newEstate(t)
	e.deliver("apache/access/a", time.Minute)
	e.deliver("elsewhere/b", time.Minute)
	r := e.take()
	if r.Pace != nil || r.Clear != nil || r.All.Waiting.Objects != 2 {
		t.Errorf("%+v", r)
	}
	if r.Over(time.Hour) || !r.Over(30*time.Second) {
		t.Error("the age of what waits is not what counts")
	}
}
