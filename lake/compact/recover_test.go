package compact_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/source"
)

// threeObjects are an object with a bad record and events of two days, another that repeats some of them, and one of
// another source: three batches.
func threeObjects(l *testLake) {
	day2 := day1.AddDate(0, 0, 1)
	first := someLogins("a", day1.Add(23*time.Hour), 90)
	l.put(loginKey(day1, "a"), delivery(append(first, undated("bad"))...))
	l.put(loginKey(day2, "b"), delivery(append(someLogins("b", day2, 3), first[10:20]...)...))
	l.put(visitKey(day1, "c"), visit(day1, "/")+visit(day1, "/")+"nonsense\n"+visit(day2, "/a"))
}

func runAll(l *testLake) error {
	_, err := compact.Run(l.Context(), l.config(), compact.Selection{})
	return err
}

// diesAt is a run that dies before a call of the catalog.
func diesAt(c faulty.Call, n int) func(*testLake) {
	return func(l *testLake) {
		l.Helper()
		l.killAt(c, n)
		_ = l.broken()
	}
}

func TestARunThatIsDisturbedAnywhereIsMadeGoodByTheNext(t *testing.T) {
	scene{set: threeObjects, run: runAll, every: true}.everywhere(t)
}

func TestTheRunAfterACrashMayBeDisturbedAnywhereToo(t *testing.T) {
	scene{set: threeObjects, crash: diesAt(faulty.Commit, 2), run: runAll}.everywhere(t)
}

// A batch that was planned with another mapping is undone, and its objects are planned anew.
func TestUndoingBatchesOfAnOlderMappingMayBeDisturbedAnywhere(t *testing.T) {
	newer := func(l *testLake) error {
		l.sources = []*source.Source{logins("2"), visits("2")}
		return runAll(l)
	}
	scene{set: threeObjects, crash: diesAt(faulty.Commit, 1), run: newer}.everywhere(t)
}

// A hundred batches that fail end a run. Those that a dead worker has left of a bucket that is closed to us since must not
// keep all else from being loaded, nor be forgotten.
func TestUnfinishedBatchesOfABucketThatRefusesKeepNothingFromBeingLoaded(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	l.killAt(faulty.Commit, 1)
	_ = l.broken()
	l.heal()
	l.put(loginKey(day1, "new"), delivery(login("new", day1)))
	closed := storefaulty.Wrap(l.raw)
	for _, op := range []storefaulty.Op{storefaulty.Stat, storefaulty.Open} {
		for _, key := range []string{"/a.", "/b.", "/c."} {
			closed.On(op).Key(key).Times(storefaulty.Forever).Fail(raw.ErrRefused)
		}
	}
	l.rawBucket = closed
	cfg, ticks := l.config(), atomic.Int64{}
	cfg.Now = func() time.Time { return planned.Add(time.Duration(ticks.Add(1)) * time.Millisecond) }
	report := l.runWith(cfg)
	l.check()
	if report.Objects != 1 || report.Failed != 3 || len(l.unfinished()) != 0 {
		t.Errorf("%d objects were loaded, %d failed, %d batches are unfinished", report.Objects, report.Failed, len(l.unfinished()))
	}
	l.rawBucket = l.raw
	if report := l.run(); report.Objects != 3 || report.Failed != 0 {
		t.Errorf("once the bucket is open again: %+v", report)
	}
	l.distinct(94)
}

func TestWhatWasCommittedWithAnOlderMappingStays(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	diesAt(faulty.Commit, 2)(l)
	l.heal()
	l.sources = []*source.Source{logins("2"), visits("2")}
	report := l.run()
	if report.Objects != 2 {
		t.Errorf("%d objects were loaded, of three of which one was before", report.Objects)
	}
	versions := map[string]int64{}
	for _, r := range l.query("SELECT mapping_version, count(*)" + l.from("logins") + "GROUP BY ALL") {
		versions[r[0].(string)] = r[1].(int64)
	}
	if diff := gocmp.Diff(map[string]int64{"1": 90, "2": 3}, versions); diff != "" {
		t.Errorf("rows by version of the mapping:\n%s", diff)
	}
	planned := map[string]int{}
	for _, f := range l.catalogFiles(t.Context()) {
		b, err := l.store.Batch(t.Context(), f.Batch)
		if err != nil {
			t.Fatal(err)
		}
		planned[f.Table+" "+b.MappingVersion]++
	}
	if diff := gocmp.Diff(map[string]int{"logins 1": 2, "logins 2": 1, "visits 2": 2}, planned); diff != "" {
		t.Errorf("files by the version that their batch was planned with:\n%s", diff)
	}
}

// One delivery came under many keys, and a run died when it had planned all of them. Of equal events the next run keeps
// those that the dead one would have kept.
func TestOfEqualEventsTheSameAreKeptAfterACrash(t *testing.T) {
	set := func(l *testLake) {
		for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
			l.put(loginKey(day1, name), delivery(someLogins("x", day1, 3)...))
		}
	}
	quiet, l := newLake(t), newLake(t)
	set(quiet)
	quiet.run()
	set(l)
	diesAt(faulty.Commit, 1)(l)
	l.heal()
	l.run()
	l.sameState(quiet.state(), whole)
}

func TestABatchWhoseSourceIsGoneIsUndone(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	diesAt(faulty.Commit, 1)(l)
	l.heal()
	l.sources = []*source.Source{visits("1")}
	if report := l.run(); report.Objects != 1 || report.Unknown != 2 {
		t.Errorf("%+v", report)
	}
}

// Between a crash and the next run an object goes, or changes.
func TestABatchWhoseObjectsAreNotWhatTheyWereIsUndone(t *testing.T) {
	a, b := loginKey(day1, "a"), loginKey(day1, "b")
	for _, c := range []struct {
		name  string
		meet  func(l *testLake)
		want  int64 // events
		known bool  // whether the ledger knows the first object afterwards
	}{
		{"it is gone", func(l *testLake) { remove(l, a) }, 5, false},
		{"it is longer", func(l *testLake) { l.put(a, delivery(someLogins("new", day1, 40)...)) }, 45, true},
		{"it has other contents of the same length", func(l *testLake) { l.put(a, delivery(someLogins("A", day1, 5)...)) }, 10, true},
		{"it is empty", func(l *testLake) { l.putBytes(a, nil) }, 5, false},
		{"it is damaged", func(l *testLake) { l.putBytes(a, []byte("\x1f\x8b\x08garbage")) }, 5, true},
	} {
		for _, call := range []faulty.Call{faulty.Stage, faulty.Commit} {
			t.Run(fmt.Sprintf("%s, after a death before %s", c.name, call), func(t *testing.T) {
				l := newLake(t)
				l.batch = 0
				l.put(a, delivery(someLogins("a", day1, 5)...))
				l.put(b, delivery(someLogins("b", day1.Add(time.Hour), 5)...))
				diesAt(call, 1)(l)
				l.heal()
				c.meet(l)
				l.run()
				l.distinct(c.want)
				if _, known := l.objects()[a]; known != c.known {
					t.Errorf("that the ledger knows the object is %v", known)
				}
				if report := l.run(); report.Objects != 0 || len(report.Problems) > 0 {
					t.Errorf("the run after: %+v", report)
				}
			})
		}
	}
}

func remove(l *testLake, key string) {
	l.Helper()
	if err := l.raw.Delete(l.Context(), key); err != nil {
		l.Fatal(err)
	}
}

// The time at which a batch was planned first is the event.ingested of its rows, however late it is repeated.
func TestABatchThatIsRepeatedKeepsItsTime(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	diesAt(faulty.Commit, 1)(l)
	l.heal()
	l.clock = l.clock.Add(26 * time.Hour)
	l.run()
	for _, name := range []string{"logins", "visits"} {
		if got := l.query("SELECT DISTINCT epoch_ms(event_ingested)" + l.from(name)); len(got) != 1 || got[0][0] != planned.UnixMilli() {
			t.Errorf("%s: event.ingested is %v, want %d", name, got, planned.UnixMilli())
		}
	}
}

// What an earlier run was writing lies about in the work folder and in the lake.
func TestWhatADeadRunWasWritingIsClearedAway(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	diesAt(faulty.Commit, 2)(l)
	l.heal()
	old := l.clock.Add(-48 * time.Hour)
	temp := filepath.Join(l.dir, ".writing", "0123456789abcdef.tmp")
	half := filepath.Join(l.dir, "work", "host%2F17+123", "0123456789abcdef0123", "x-0.parquet")
	for _, path := range []string{temp, filepath.Join(l.dir, "work", "look-17.parquet"), half} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("half"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{temp, filepath.Join(l.dir, "work", "look-17.parquet"), filepath.Dir(filepath.Dir(half))} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	l.run() // which checks that the work folder is empty
	if _, err := os.Stat(temp); !os.IsNotExist(err) {
		t.Errorf("what was in writing is still there: %v", err)
	}
}

// A run planned two batches and died. Meanwhile all events of one day came in by another way, so that the batches give
// fewer files than those that the dead run had put: none of those must stay.
func TestFilesThatAreNoLongerNeededAreDeletedBeforeTheCommit(t *testing.T) {
	l := newLake(t)
	day2 := day1.AddDate(0, 0, 1)
	early, late := someLogins("a", day1, 3), someLogins("b", day2, 3)
	l.put(loginKey(day2, "x"), delivery(append(early, late...)...))
	diesAt(faulty.Commit, 1)(l)
	l.heal()
	if n := len(l.stored(t.Context())); n != 2 {
		t.Fatalf("the dead run has put %d files, want 2", n)
	}
	theirs := lakeOver(t, openFolder(t, t.TempDir()))
	theirs.put(loginKey(day1, "theirs"), delivery(early...))
	cfg := theirs.config()
	cfg.Lake, cfg.Catalog, cfg.Alive = l.files, other{l.store}, nil
	if _, err := compact.Run(t.Context(), cfg, compact.Selection{}); err != nil {
		t.Fatal(err)
	}
	report := l.run()
	if got := l.counts(loginKey(day2, "x")); got != (catalog.Counts{RecordsIn: 6, EventsOut: 3, Duplicates: 3}) || report.Files != 1 {
		t.Errorf("%d files, counts are %+v", report.Files, got)
	}
	l.distinct(6)
}
