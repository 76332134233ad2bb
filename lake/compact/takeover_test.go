package compact_test

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/source"
)

// pausing is a store that pauses before one of its calls.
type pausing struct {
	raw.Store
	op        storefaulty.Op
	after     int // calls that are let through
	meanwhile func()
}

func (p *pausing) pause(op storefaulty.Op) {
	if op != p.op {
		return
	}
	if p.after--; p.after == -1 {
		p.meanwhile()
	}
}

func (p *pausing) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	p.pause(storefaulty.Open)
	return p.Store.Open(ctx, key)
}

func (p *pausing) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	p.pause(storefaulty.Put)
	return p.Store.PutNew(ctx, key, body)
}

func (p *pausing) Delete(ctx context.Context, key string) error {
	p.pause(storefaulty.Delete)
	return p.Store.Delete(ctx, key)
}

// pauseAt makes the next run pause at a step, for longer than its leases hold.
func (l *testLake) pauseAt(s step, meanwhile func()) {
	asleep := func() {
		l.clock = l.clock.Add(time.Hour)
		meanwhile()
	}
	b := faulty.New(l.store)
	if s.call != "" {
		b.Pass(s.call, s.calls[s.call]).Meanwhile(s.call, asleep)
	}
	l.catalog = b.Store()
	l.lakeStore = &pausing{Store: l.files, op: s.op, after: s.ops[s.op], meanwhile: asleep}
}

// takenOver pauses a scene's run at each of its steps in turn. Meanwhile another takes over, of which nobody knows
// whether it lives, and comes to its end; then the first wakes up and goes on.
func (sc scene) takenOver(t *testing.T) {
	quiet := newLake(t)
	sc.set(quiet)
	if err := sc.run(quiet); err != nil {
		t.Fatal(err)
	}
	want := quiet.state()
	changed := true
	for _, s := range sc.steps(t) {
		// Of the looks between two changes the first is enough: before it nothing is known, and before the second change all is.
		first := changed
		if changed = s.changes(); !changed && !first && !*long {
			continue
		}
		t.Run(fmt.Sprintf("pauses before %s", s), func(t *testing.T) {
			t.Parallel()
			l := sc.stage(t)
			paused := false
			l.pauseAt(s, func() {
				paused = true
				mine := *l
				l.heal()
				l.owner, l.alive = "second", nil
				if err := sc.run(l); err != nil {
					t.Errorf("the run that takes over: %v", err)
				}
				l.owner, l.alive, l.catalog, l.lakeStore = mine.owner, mine.alive, mine.catalog, mine.lakeStore
			})
			if err := sc.run(l); err != nil {
				t.Errorf("the run that wakes up: %v", err)
			}
			if !paused {
				t.Error("the run never paused")
			}
			l.heal()
			l.clock = l.clock.Add(time.Hour)
			if err := sc.run(l); err != nil {
				t.Errorf("the run after: %v", err)
			}
			l.check()
			l.sameState(want, timeless)
		})
	}
}

func TestARunThatWakesUpAfterItWasTakenOverSpoilsNothing(t *testing.T) {
	scene{set: threeObjects, run: runAll}.takenOver(t)
}

func TestARunThatUndoesBatchesAndIsTakenOverSpoilsNothing(t *testing.T) {
	newer := func(l *testLake) error {
		l.sources = []*source.Source{logins("2"), visits("2")}
		return runAll(l)
	}
	scene{set: threeObjects, crash: diesAt(faulty.Commit, 1), run: newer}.takenOver(t)
}

func TestARetryThatWakesUpAfterItWasTakenOverSpoilsNothing(t *testing.T) {
	scene{set: oddObjects, run: func(l *testLake) error {
		l.sources = mended()
		_, err := compact.Retry(l.Context(), l.config(), catalog.QuarantineFilter{})
		return err
	}}.takenOver(t)
}

// A worker has converted its batch and pauses before it puts the file. Meanwhile some of its events come in by another
// way, so that the file of the worker that takes over has its name, and other rows: it must stay.
func TestAWorkerThatWakesUpDoesNotReplaceTheFileOfAnother(t *testing.T) {
	l := newLake(t)
	ten := someLogins("a", day1, 10)
	l.put(loginKey(day1, "mine"), delivery(ten...))
	paused := false
	l.pauseAt(step{op: storefaulty.Put}, func() {
		paused = true
		l.deliver(ten[:4])
		second := l.second()
		second.Alive = nil
		if report := l.runWith(second); report.EventsOut != 6 || report.Duplicates != 4 {
			t.Errorf("%+v", report)
		}
	})
	if report := l.run(); report.TakenOver != 1 || report.Objects != 0 || !paused {
		t.Errorf("%+v", report)
	}
	l.distinct(10)
}

// deliver loads events from another bucket.
func (l *testLake) deliver(records []string) {
	l.Helper()
	theirs := lakeOver(l.TB, openFolder(l, l.TempDir()))
	theirs.put(loginKey(day1, "theirs"), delivery(records...))
	cfg := theirs.config()
	cfg.Lake, cfg.Catalog, cfg.Alive, cfg.Raw = l.files, other{l.store}, nil, theirs.raw
	l.runWith(cfg)
}

// A worker that died has put a file. Then some of its events came in by another way: the file that takes its name has
// other rows.
func TestAFileThatADeadWorkerHasPutIsReplacedWhenItsRowsAreOthers(t *testing.T) {
	l := newLake(t)
	ten := someLogins("a", day1, 10)
	l.put(loginKey(day1, "mine"), delivery(ten...))
	diesAt(faulty.Commit, 1)(l)
	l.heal()
	if n := len(l.stored(t.Context())); n != 1 {
		t.Fatalf("the dead run has put %d files, want 1", n)
	}
	l.deliver(ten[:4])
	if report := l.run(); report.EventsOut != 6 || report.Duplicates != 4 {
		t.Errorf("%+v", report)
	}
	l.distinct(10)
}
