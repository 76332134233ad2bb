package renormalise_test

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
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/renormalise"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/table"
)

// testLake is a lake in a folder, whose clock stands still: what is compacted again has the same times.
type testLake struct {
	testing.TB
	raw, files *raw.Folder
	store      *embedded.Store
	dir        string

	lakeStore raw.Store
	catalog   renormalise.Catalog
}

var (
	noon  = time.Date(2026, 1, 30, 12, 0, 0, 0, time.UTC)
	clock = func() time.Time { return noon.AddDate(0, 0, 5) }
)

// newLake is an empty lake of raw objects that may be another's too.
func newLake(t testing.TB, objects *raw.Folder) *testLake {
	t.Helper()
	l := &testLake{TB: t, raw: objects, dir: t.TempDir()}
	l.open()
	return l
}

func (l *testLake) open() {
	l.Helper()
	l.files = folder(l, l.dir)
	l.store = embeddedtest.Open(l, filepath.Join(l.dir, "catalog.db"), clock)
	l.lakeStore, l.catalog = l.files, l.store
}

func folder(t testing.TB, dir string) *raw.Folder {
	t.Helper()
	f, err := raw.CreateFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// logins is a log whose mapping has two versions: the second has two more columns, and reads what the first had in one
// in another way.
func logins(version string, ownID bool) *source.Source {
	s := &source.Source{
		Name: "logins", Title: "Logins", Version: version, Keys: []string{`^logins/`}, OwnID: ownID,
		Framing: raw.Framing{Kind: raw.JSON, Arrays: []string{"logins"}}, Divide: source.JSON,
		Map: []source.Mapping{{To: "@timestamp", From: "at"}, {To: "user.name", From: "user"}, {To: "message", From: "text"}},
	}
	if ownID {
		s.Map = append(s.Map, source.Mapping{To: "event.id", From: "id"})
	}
	if version == "2" {
		s.Map = append(s.Map[1:], source.Mapping{To: "@timestamp", From: "moved | at"}, source.Mapping{To: "source.ip", From: "ip"},
			source.Mapping{To: "event.action", From: "text", As: source.Lower})
	}
	return s
}

// login is a record some seconds after noon.
func login(id string, seconds int, more ...string) string {
	return fmt.Sprintf(`{"at":%q,"id":%q,"user":"user-%d","ip":"198.51.100.%d","text":"Text %s"%s}`,
		noon.Add(time.Duration(seconds)*time.Second).Format(time.RFC3339), id, seconds%7, seconds%200, id, strings.Join(more, ""))
}

// put stores an object of records.
func put(t testing.TB, objects *raw.Folder, name string, records ...string) {
	t.Helper()
	if _, err := objects.Put(t.Context(), "logins/"+name+".json", strings.NewReader(`{"logins":[`+strings.Join(records, ",")+`]}`)); err != nil {
		t.Fatal(err)
	}
}

func set(t testing.TB, s *source.Source) *source.Set {
	t.Helper()
	all, err := source.NewSet(s)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// compact loads what is new, a batch an object.
func (l *testLake) compact(s *source.Source) {
	l.Helper()
	report, err := compact.Run(l.Context(), compact.Config{
		Raw: l.raw, Lake: l.files, Catalog: l.store, Sources: set(l, s), Work: filepath.Join(l.dir, "work", "compact"),
		Owner: "compaction", Now: clock, Workers: 1, BatchBytes: 1,
	}, compact.Selection{})
	if err != nil || report.Failed > 0 {
		l.Fatalf("compact: %v, %d failed", err, report.Failed)
	}
}

func (l *testLake) merge() {
	l.Helper()
	_, err := merge.Run(l.Context(), merge.Config{
		Lake: l.files, Catalog: l.store, Work: filepath.Join(l.dir, "work", "merge"), Owner: "merge", Now: clock, Delay: time.Hour,
	}, merge.Selection{All: true})
	if err != nil {
		l.Fatal(err)
	}
}

func (l *testLake) config(s *source.Source) renormalise.Config {
	return renormalise.Config{
		Raw: l.raw, Lake: l.lakeStore, Catalog: l.catalog, Sources: set(l, s), Work: filepath.Join(l.dir, "work", "renormalise"),
		Owner: "renormalise", Now: clock, Alive: func(string) bool { return false }, Delay: time.Hour,
	}
}

// renormalise rebuilds what is old, which must succeed and leave the books in order.
func (l *testLake) renormalise(s *source.Source) *renormalise.Report {
	l.Helper()
	report, err := renormalise.Run(l.Context(), l.config(s), renormalise.Selection{})
	if err != nil {
		l.Fatal(err)
	}
	l.audit()
	return report
}

func (l *testLake) audit() {
	l.Helper()
	found, err := l.store.Audit(context.WithoutCancel(l.Context()))
	if err != nil {
		l.Fatal(err)
	}
	for _, f := range found {
		l.Errorf("audit: %s %s %s %s: %s", f.Table, f.Batch, f.Object, f.Day, f.Text)
	}
}

// content is what the lake's tables hold, whatever their files.
func (l *testLake) content() (c table.Content) {
	l.Helper()
	files, err := l.store.Files(context.WithoutCancel(l.Context()), catalog.FileQuery{})
	if err != nil {
		l.Fatal(err)
	}
	var h table.Hasher
	for _, f := range files {
		file, err := os.Open(l.files.Path(f.Path))
		if err != nil {
			l.Fatal(err)
		}
		one, err := h.File(file, f.Bytes)
		if err := errors.Join(err, file.Close()); err != nil {
			l.Fatal(err)
		}
		c = c.Add(one)
	}
	return c
}
