package compact_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/compact"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/source"
)

// take takes a lease for somebody else.
func (l *testLake) take(name, owner string) catalog.Lease {
	l.Helper()
	lease, err := l.store.AcquireLease(l.Context(), name, owner, time.Minute)
	if err != nil {
		l.Fatal(err)
	}
	return lease
}

// onlyAlive says that but one owner of leases lives.
func onlyAlive(owner string) func(string) bool { return func(o string) bool { return o == owner } }

// second is what another run on the lake works with, to which the lake's own is alive.
func (l *testLake) second() compact.Config {
	cfg := l.config()
	cfg.Owner, cfg.Alive = "second", onlyAlive(l.owner)
	cfg.Lake, cfg.Catalog = l.files, l.store
	return cfg
}

func (l *testLake) runWith(cfg compact.Config) *compact.Report {
	l.Helper()
	report, err := compact.Run(l.Context(), cfg, compact.Selection{})
	if err != nil {
		l.Errorf("the run of %s: %v", cfg.Owner, err)
	}
	return report
}

// While a run is about to commit its first batch of three, another one works off the rest.
func TestRunsAtTheSameTimeShareTheBatches(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	var theirs *compact.Report
	l.catalog = faulty.New(l.store).Meanwhile(faulty.Commit, func() { theirs = l.runWith(l.second()) }).Store()
	mine := l.run()
	if mine.Batches != 1 || theirs.Batches != 2 || mine.Objects+theirs.Objects != 3 {
		t.Errorf("the first run did %d batches and the second %d", mine.Batches, theirs.Batches)
	}
	if diff := gocmp.Diff(map[string]int64{"test": 1}, theirs.Others); diff != "" || mine.Others != nil {
		t.Errorf("the second says that others are at (-), and should (+):\n%s\nand the first says %v", diff, mine.Others)
	}
	l.distinct(93)
}

// While a retry is about to commit the records of one quarantine file of three, another one takes the rest.
func TestRetriesAtTheSameTimeShareTheRecords(t *testing.T) {
	l := newLake(t)
	oddObjects(l)
	var theirs compact.RetryReport
	var err error
	l.catalog = faulty.New(l.store).Meanwhile(faulty.Commit, func() {
		second := l.second()
		theirs, err = compact.Retry(t.Context(), second, catalog.QuarantineFilter{})
	}).Store()
	mine := l.retry(catalog.QuarantineFilter{})
	if err != nil || mine.Busy == 0 || theirs.Busy == 0 || mine.Released == 0 || theirs.Released == 0 ||
		mine.Released+theirs.Released != 6 || mine.Duplicates+theirs.Duplicates != 2 || mine.Held+theirs.Held < 3 {
		t.Errorf("%+v and %+v: %v", mine, theirs, err)
	}
	l.distinct(7)
	l.heal()
	if report := l.retry(catalog.QuarantineFilter{}); report != (compact.RetryReport{Tried: 3, Held: 3}) {
		t.Errorf("a third retry: %+v", report)
	}
}

// A retry's lease is lost, and who renews it has noticed and ended its context, amid a call of the catalog: to take back
// what a retry that died has begun, and to begin one. Whoever has the lease now goes on with the records.
func TestARetryThatLosesItsLeaseAmidACallLeavesTheRecordsToOthers(t *testing.T) {
	for _, at := range []faulty.Call{faulty.Batch, faulty.Plan} {
		t.Run(string(at), func(t *testing.T) {
			l := newLake(t)
			oddObjects(l)
			l.sources = mended()
			l.killAt(faulty.Commit, 1)
			if _, err := compact.Retry(t.Context(), l.config(), catalog.QuarantineFilter{}); err == nil {
				t.Fatal("the retry succeeded, in spite of its death")
			}
			l.heal()
			lost := false
			l.catalog = faulty.New(l.store).Moody(func(c faulty.Call) error {
				if c != at || lost {
					return nil
				}
				lost = true
				l.clock = l.clock.Add(time.Hour)
				return context.Canceled
			}).Store()
			report, err := compact.Retry(t.Context(), l.config(), catalog.QuarantineFilter{})
			if err != nil || !lost || (report.Busy > 0) != (at == faulty.Plan) || report.Tried != 11 {
				t.Errorf("%+v, %v", report, err)
			}
			l.heal()
			if report := l.retry(catalog.QuarantineFilter{}); report.Busy > 0 || report.Held != 3 {
				t.Errorf("the next retry: %+v", report)
			}
			l.distinct(7)
		})
	}
}

func TestTheBatchOfTheDeadIsTakenOver(t *testing.T) {
	for _, c := range []struct {
		name  string
		alive func(string) bool
		later time.Duration
		want  bool
	}{
		{"its owner is known to be dead", func(owner string) bool { return owner != "other" }, 0, true},
		{"its owner is alive", func(string) bool { return true }, 0, false},
		{"nobody knows of its owner", nil, 0, false},
		{"nobody knows of its owner, but its lease has expired", nil, 2 * time.Minute, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			threeObjects(l)
			l.owner = "other"
			diesAt(faulty.Commit, 1)(l)
			l.heal()
			l.owner, l.alive = "test", c.alive
			l.clock = l.clock.Add(c.later)
			report := l.runWith(l.config())
			want := map[string]int64(nil)
			if !c.want {
				want = map[string]int64{"other": 1}
			}
			if diff := gocmp.Diff(want, report.Others); diff != "" || (report.Objects == 3) != c.want {
				t.Errorf("%d objects were loaded; others (-) and reported (+):\n%s", report.Objects, diff)
			}
			l.alive = func(string) bool { return false }
			l.run()
			l.distinct(93)
		})
	}
}

// While another plans, a run works off what is planned and waits. It plans when the other has ended or is silent for
// too long.
func TestARunWaitsForAnotherThatPlans(t *testing.T) {
	for _, c := range []struct {
		name  string
		waits func(l *testLake, lease catalog.Lease, n int)
		most  time.Duration
	}{
		{"until it has ended", func(l *testLake, lease catalog.Lease, n int) {
			if n == 5 {
				_ = l.store.ReleaseLease(l.Context(), lease)
			}
		}, 2 * time.Second},
		{"until its lease has expired", func(*testLake, catalog.Lease, int) {}, 61 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			threeObjects(l)
			diesAt(faulty.Commit, 3)(l)
			l.heal()
			l.put(loginKey(day1, "new"), delivery(login("new", day1)))
			lease, n := l.take("planning", "other"), 0
			l.waits = func() {
				n++
				if seen, _ := l.store.Files(l.Context(), catalog.FileQuery{Tables: []string{"visits"}}); len(seen) == 0 {
					t.Error("what is planned is left to wait")
				}
				c.waits(l, lease, n)
			}
			cfg := l.config()
			cfg.Alive = func(owner string) bool { return owner == "other" }
			report := l.runWith(cfg)
			if waited := l.clock.Sub(planned); report.Objects != 2 || n == 0 || waited > c.most {
				t.Errorf("%d objects were loaded after %v", report.Objects, waited)
			}
			l.check()
		})
	}
}

// A run that was suspended for so long that another took its batch cannot commit it any more.
func TestARunThatLostItsLeaseCannotCommit(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	l.alive = onlyAlive("other")
	l.catalog = faulty.New(l.store).Meanwhile(faulty.Commit, func() {
		l.clock = l.clock.Add(time.Hour)
		leases := 0
		for _, b := range l.unfinished() {
			if l.staged(b.ID) {
				l.take(catalog.BatchLease(b.ID), "other")
				leases++
			}
		}
		if leases != 1 {
			t.Errorf("%d batches are in work", leases)
		}
	}).Store()
	report := l.runWith(l.config())
	if report.Objects != 2 || report.TakenOver != 1 || report.Others["other"] != 1 {
		t.Errorf("%+v", report)
	}
	l.heal()
	l.alive = nil
	l.clock = l.clock.Add(time.Hour)
	if report := l.run(); report.Objects != 1 {
		t.Errorf("the next run loaded %d objects", report.Objects)
	}
	l.distinct(93)
}

func (l *testLake) unfinished() []catalog.Batch {
	l.Helper()
	batches, err := l.store.Unfinished(l.Context())
	if err != nil {
		l.Fatal(err)
	}
	return batches
}

func (l *testLake) staged(batch string) bool {
	l.Helper()
	b, err := l.store.Batch(l.Context(), batch)
	if err != nil {
		l.Fatal(err)
	}
	return len(b.Staged) > 0
}

// A batch that fails stays held. When that lease is lost too, the batch is tried again.
func TestABatchThatFailedIsTriedAgainOnceItsLeaseIsLost(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	store := storefaulty.Wrap(l.files)
	store.On(storefaulty.Put).Fail(errMoment)
	l.lakeStore = store
	l.catalog = faulty.New(l.store).Meanwhile(faulty.Commit, func() { l.clock = l.clock.Add(time.Hour) }).Store()
	if err := l.broken(); !errors.Is(err, errMoment) {
		t.Errorf("the run ended with %v", err)
	}
	l.check()
	l.distinct(93)
}

// What another worker has planned since a run began is its own to do: undoing it would go on for ever.
func TestTwoVersionsOfASourceDoNotWorkTogether(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	l.catalog = faulty.New(l.store).Meanwhile(faulty.Claim, func() {
		l.clock = l.clock.Add(time.Second)
		newer := l.second()
		newer.Sources = l.newer()
		newer.Catalog = faulty.New(l.store).KillBefore(faulty.Commit).Store()
		if _, err := compact.Run(t.Context(), newer, compact.Selection{}); !errors.Is(err, faulty.ErrKilled) {
			t.Errorf("the run of a newer version ended with %v", err)
		}
	}).Store()
	if err := l.broken(); err == nil || len(l.unfinished()) != 3 {
		t.Errorf("%d batches are left to the other version: %v", len(l.unfinished()), err)
	}
	l.heal()
	cfg := l.second()
	cfg.Sources, cfg.Alive = l.newer(), nil
	l.clock = l.clock.Add(time.Hour)
	if report := l.runWith(cfg); report.Objects != 3 {
		t.Errorf("%+v", report)
	}
	l.check()
}

func (l *testLake) newer() *source.Set {
	l.Helper()
	set, err := source.NewSet(logins("2"), visits("2"))
	if err != nil {
		l.Fatal(err)
	}
	return set
}

func TestLeasesAreGivenBack(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	l.run()
	held, err := l.store.Held(t.Context(), "")
	if err != nil || len(held) > 0 {
		t.Errorf("%v are held, %v", held, err)
	}
}

// late is a catalog whose first answer to Claim comes late: after another worker has looked for batches of the dead, and
// has had time to give back what it took for one.
type late struct {
	*embedded.Store
	taken    atomic.Int64
	looked   chan struct{}
	once     sync.Once
	released atomic.Int64
}

func (c *late) Claim(ctx context.Context, owner string, ttl time.Duration) (b catalog.Batch, l catalog.Lease, err error) {
	b, l, err = c.Store.Claim(ctx, owner, ttl)
	if err == nil && c.taken.Add(1) == 1 {
		<-c.looked
		for n := 0; n < 20 && c.released.Load() == 0; n++ {
			time.Sleep(5 * time.Millisecond)
		}
	}
	return b, l, err
}

func (c *late) Held(ctx context.Context, prefix string) ([]catalog.Lease, error) {
	all, err := c.Store.Held(ctx, prefix)
	if len(all) > 0 {
		c.once.Do(func() { close(c.looked) })
	}
	return all, err
}

func (c *late) ReleaseLease(ctx context.Context, l catalog.Lease) error {
	if strings.HasPrefix(l.Name, "batch/") {
		c.released.Add(1)
	}
	return c.Store.ReleaseLease(ctx, l)
}

func TestABatchThatAWorkerOfTheSameRunHasJustTakenIsNoDeadOnes(t *testing.T) {
	l := newLake(t)
	l.workers = 2
	l.put(loginKey(day1, "0"), delivery(someLogins("a", day1, 5)...))
	c := &late{Store: l.store, looked: make(chan struct{})}
	l.catalog = c
	if report := l.run(); report.Batches != 1 || c.released.Load() != 1 {
		t.Errorf("%d batches, and leases were given back %d times", report.Batches, c.released.Load())
	}
}
