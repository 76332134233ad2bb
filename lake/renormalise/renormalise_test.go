package renormalise_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/renormalise"
)

const day = 24 * 60 * 60

// estate is raw objects over midnight: of lines, of envelopes, with duplicates and records that are none.
func estate(t testing.TB) *raw.Folder {
	t.Helper()
	objects := folder(t, t.TempDir())
	for i := range 5 {
		var records []string
		for n := range 400 {
			records = append(records, login(fmt.Sprintf("%d-%d", i, n), i*9000+n*7))
		}
		put(t, objects, fmt.Sprint("o", i), append(records, records[3], `{"id":"no time"}`)...)
	}
	message := func(text string) string { return fmt.Sprintf(`{"id":"1","timestamp":1,"message":%q}`, text) }
	envelope := `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"g","logStream":"s","logEvents":[` +
		message(login("e1", 5)) + "," + message(`{"id":"bad"}`) + "," + message(login("e2", day)) + "," + message(login("e1", 5)) + "]}"
	if _, err := objects.Put(t.Context(), "logins/envelope.json", strings.NewReader(envelope+envelope)); err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestARebuiltLakeIsOneThatWasCompactedToday(t *testing.T) {
	for _, ownID := range []bool{true, false} {
		t.Run(fmt.Sprintf("the log has ids of its own: %v", ownID), func(t *testing.T) {
			objects := estate(t)
			want, l := newLake(t, objects), newLake(t, objects)
			want.compact(logins("2", ownID))
			l.compact(logins("1", ownID))
			report := l.renormalise(logins("2", ownID))
			if got := l.content(); got != want.content() {
				t.Errorf("the lake has %s instead of %s", got, want.content())
			}
			if len(report.Days) != 2 || report.Rebuilt != want.content().Rows || report.Kept != 0 {
				t.Errorf("the report is %+v", report)
			}
			if again := l.renormalise(logins("2", ownID)); len(again.Days) != 0 {
				t.Errorf("another run rebuilds %+v", again.Days)
			}
		})
	}
}

func TestMergedDaysAreRebuiltAndMergedAgain(t *testing.T) {
	objects := estate(t)
	want, l := newLake(t, objects), newLake(t, objects)
	want.compact(logins("2", true))
	l.compact(logins("1", true))
	l.merge()
	l.renormalise(logins("2", true))
	put(t, objects, "late", login("late", 60))
	l.compact(logins("2", true))
	want.compact(logins("2", true))
	l.merge()
	if got := l.content(); got != want.content() {
		t.Errorf("the lake has %s instead of %s", got, want.content())
	}
	l.audit()
}

func TestADryRunNamesTheDaysAndChangesNothing(t *testing.T) {
	l := newLake(t, estate(t))
	l.compact(logins("1", true))
	before := l.content()
	report, err := renormalise.Run(t.Context(), l.config(logins("2", true)), renormalise.Selection{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Days) != 2 || report.Days[0].Day != "2026-01-31" || report.Days[0].Version != "2" || l.content() != before {
		t.Errorf("the report is %+v", report)
	}
}

func TestRowsWithoutASuccessorStay(t *testing.T) {
	objects := folder(t, t.TempDir())
	put(t, objects, "gone", login("g1", 1), login("g2", 2))
	put(t, objects, "changed", login("c1", 3))
	put(t, objects, "whole", login("w1", 4), login("w2", 5, `,"moved":"2026-02-01T00:00:00Z"`), login("w3", 6, `,"moved":"never"`), login("w4", 7))
	l := newLake(t, objects)
	l.compact(logins("1", true))
	if err := os.Remove(objects.Path("logins/gone.json")); err != nil {
		t.Fatal(err)
	}
	put(t, objects, "changed", login("c1", 3), login("c2", 3))
	report := l.renormalise(logins("2", true))
	want := renormalise.Day{Table: "logins", Day: "2026-01-30", Version: "2", Rows: 7, Rebuilt: 3, Kept: renormalise.Kept{Gone: 2, Changed: 1, Moved: 1}}
	if diff := cmp.Diff([]renormalise.Day{want}, report.Days); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
}

func TestRecordsAreToldByTheirPlaceWhereAMappingMakesOtherIDs(t *testing.T) {
	objects := folder(t, t.TempDir())
	put(t, objects, "o", login("a", 1), login("b", 2), `{"id":"no time"}`)
	l, want := newLake(t, objects), newLake(t, objects)
	l.compact(logins("1", false))
	want.compact(logins("2", true))
	l.renormalise(logins("2", true))
	if got := l.content(); got != want.content() {
		t.Errorf("the lake has %s instead of %s", got, want.content())
	}
}

// fuse ends a run, or makes one call fail, at its n-th call of the catalog or the lake.
type fuse struct {
	mu        sync.Mutex
	calls, at int
	kills     bool
}

var errMoment = errors.New("an error of the moment")

func (f *fuse) call(faulty.Call) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	switch {
	case f.at == 0, f.calls < f.at, f.calls > f.at && !f.kills:
		return nil
	case f.kills:
		return faulty.ErrKilled
	}
	return errMoment
}

type fusedStore struct {
	raw.Store
	*fuse
}

func (s fusedStore) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := s.call(""); err != nil {
		return nil, err
	}
	return s.Store.Open(ctx, key)
}

func (s fusedStore) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	if err := s.call(""); err != nil {
		return catalog.Object{}, err
	}
	return s.Store.PutNew(ctx, key, body)
}

func (l *testLake) light(f *fuse) {
	l.catalog = faulty.New(l.store).Moody(f.call).Store()
	l.lakeStore = fusedStore{l.files, f}
}

// fork is a lake of its own that is as this one is.
func (l *testLake) fork(t testing.TB) *testLake {
	t.Helper()
	f := &testLake{TB: t, raw: l.raw, dir: t.TempDir()}
	if err := os.CopyFS(filepath.Join(f.dir, "tables"), os.DirFS(filepath.Join(l.dir, "tables"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"catalog.db", "catalog.db-wal"} {
		data, err := os.ReadFile(filepath.Join(l.dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(f.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f.open()
	return f
}

// Wherever a run dies or meets an error, a day is as it was or as it should be, and the next run does the rest.
func TestARunMayBeDisturbedAtEveryCall(t *testing.T) {
	objects := estate(t)
	template, want := newLake(t, objects), newLake(t, objects)
	template.compact(logins("1", true))
	want.compact(logins("2", true))
	quiet, f := template.fork(t), &fuse{}
	quiet.light(f)
	if _, err := renormalise.Run(t.Context(), quiet.config(logins("2", true)), renormalise.Selection{}); err != nil {
		t.Fatal(err)
	}
	if f.calls < 20 {
		t.Fatalf("a run over two days makes %d calls", f.calls)
	}
	for _, kills := range []bool{true, false} {
		for at := 1; at <= f.calls; at += 1 + f.calls/40 {
			t.Run(fmt.Sprintf("call %d, where it dies: %v", at, kills), func(t *testing.T) {
				l := template.fork(t)
				l.light(&fuse{at: at, kills: kills})
				_, _ = renormalise.Run(t.Context(), l.config(logins("2", true)), renormalise.Selection{})
				if got := l.content().Rows; got != want.content().Rows {
					t.Errorf("readers see %d rows", got)
				}
				l.catalog, l.lakeStore = l.store, l.files
				l.renormalise(logins("2", true))
				if got := l.content(); got != want.content() {
					t.Errorf("the lake has %s instead of %s", got, want.content())
				}
			})
		}
	}
}
