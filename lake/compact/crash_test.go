package compact_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/raw"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
)

var long = flag.Bool("long", false, "disturb every run at every call, and kill more often")

// step is a call that a run makes of the catalog or of the lake's store.
type step struct {
	call  faulty.Call            // of the catalog, or
	op    storefaulty.Op         // of the store
	calls map[faulty.Call]int    // how many calls were made before
	ops   map[storefaulty.Op]int // and how many of the store
}

func (s step) String() string {
	if s.op != "" {
		return fmt.Sprintf("%s %d", s.op, s.ops[s.op]+1)
	}
	return fmt.Sprintf("%s %d", s.call, s.calls[s.call]+1)
}

// changes tells whether the call leaves something behind.
func (s step) changes() bool {
	return s.op == storefaulty.Put || s.op == storefaulty.Delete || slices.Contains([]faulty.Call{
		faulty.EnsureTable, faulty.Plan, faulty.Stage, faulty.Commit, faulty.Undo, faulty.AcquireLease, faulty.ReleaseLease, faulty.Claim,
	}, s.call)
}

// recorder notes the calls of the store between those of the catalog.
type recorder struct {
	raw.Store
	catalog *faulty.Store
	ops     []storefaulty.Op
	at      []int // how many calls of the catalog came before
}

func (r *recorder) note(op storefaulty.Op) {
	r.ops, r.at = append(r.ops, op), append(r.at, len(r.catalog.Calls()))
}

func (r *recorder) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	r.note(storefaulty.Open)
	return r.Store.Open(ctx, key)
}

func (r *recorder) Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	r.note(storefaulty.Put)
	return r.Store.Put(ctx, key, body)
}

func (r *recorder) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	r.note(storefaulty.Put)
	return r.Store.PutNew(ctx, key, body)
}

func (r *recorder) Delete(ctx context.Context, key string) error {
	r.note(storefaulty.Delete)
	return r.Store.Delete(ctx, key)
}

// steps are the calls in their order, each with what came before it.
func (r *recorder) steps() (all []step) {
	calls, ops := map[faulty.Call]int{}, map[storefaulty.Op]int{}
	add := func(s step) {
		s.calls, s.ops = clone(calls), clone(ops)
		all = append(all, s)
	}
	next := 0
	for i, c := range append(r.catalog.Calls(), "") {
		for ; next < len(r.ops) && r.at[next] == i; next++ {
			add(step{op: r.ops[next]})
			ops[r.ops[next]]++
		}
		if c != "" {
			add(step{call: c})
			calls[c]++
		}
	}
	return all
}

func clone[K comparable](m map[K]int) map[K]int {
	c := make(map[K]int, len(m))
	for k, n := range m {
		c[k] = n
	}
	return c
}

// record makes the lake note what the next run calls.
func (l *testLake) record() *recorder {
	r := &recorder{Store: l.files, catalog: faulty.New(l.store).Store()}
	l.catalog, l.lakeStore = r.catalog, r
	return r
}

// disturbance is what goes wrong at a step.
type disturbance string

const (
	killedBefore disturbance = "is killed before"
	killedAfter  disturbance = "is killed after"
	fails        disturbance = "goes on when there fails"
	loses        disturbance = "goes on when the answer is lost of"
	cutShort     disturbance = "goes on when there breaks off"
)

var errMoment = errors.New("an error of the moment")

// disturb makes the next run meet a disturbance at a step.
func (l *testLake) disturb(s step, how disturbance) {
	b, store := faulty.New(l.store), storefaulty.Wrap(l.files)
	l.catalog, l.lakeStore = b.Store(), store
	switch at := store.On(s.op).After(s.ops[s.op]); {
	case s.op == "" || how == killedBefore:
	case how == fails:
		at.Fail(errMoment)
	case how == cutShort:
		at.Partial(100, errMoment)
	default:
		at.LoseAnswer(errMoment)
	}
	switch {
	case s.call != "" && how == fails:
		b.Pass(s.call, s.calls[s.call]).Fail(s.call, 1, errMoment)
	case s.call != "" && how == loses:
		b.Pass(s.call, s.calls[s.call]).Lose(s.call, 1)
	case how == killedBefore || how == killedAfter:
		l.kill(b, store, s, how)
	}
}

// kill ends everything at a step.
func (l *testLake) kill(b faulty.Builder, store *storefaulty.Bucket, s step, how disturbance) {
	for _, c := range []faulty.Call{
		faulty.EnsureTable, faulty.Seen, faulty.Plan, faulty.Batch, faulty.Unfinished, faulty.Stage, faulty.Commit, faulty.Undo,
		faulty.Partition, faulty.Files, faulty.Quarantined, faulty.AcquireLease, faulty.RenewLease, faulty.ReleaseLease, faulty.Claim, faulty.Held,
	} {
		if b.Pass(c, s.calls[c]); c == s.call && how == killedAfter {
			b.KillAfter(c)
		} else {
			b.KillBefore(c)
		}
	}
	for _, op := range []storefaulty.Op{storefaulty.Open, storefaulty.Put, storefaulty.Delete} {
		store.On(op).After(s.ops[op]).Times(storefaulty.Forever).Fail(faulty.ErrKilled)
	}
}

// killAt makes the next run die before its n-th call of a method of the catalog.
func (l *testLake) killAt(c faulty.Call, n int) {
	l.catalog = faulty.New(l.store).Pass(c, n-1).KillBefore(c).Store()
}

// scene is a lake whose run is disturbed.
type scene struct {
	set   func(l *testLake)       // puts the raw objects there, and more
	crash func(l *testLake)       // a run that died before the one that is disturbed, if there was one
	run   func(l *testLake) error // is disturbed, and then run again
	every bool                    // also in ways other than death
}

// everywhere disturbs a scene's run at each of its steps in turn, runs again without faults, and compares the lake with
// one that was never disturbed.
func (sc scene) everywhere(t *testing.T) {
	quiet := newLake(t)
	sc.set(quiet)
	if err := sc.run(quiet); err != nil {
		t.Fatal(err)
	}
	quiet.check()
	want := quiet.state()
	for _, s := range sc.steps(t) {
		for _, how := range sc.disturbances(s) {
			t.Run(fmt.Sprintf("%s %s", how, s), func(t *testing.T) {
				t.Parallel()
				sc.disturbed(t, s, how, want)
			})
		}
	}
}

// disturbances are what goes wrong at a step. Who dies after a change, or before a look, leaves the same as who dies
// before the next change.
func (sc scene) disturbances(s step) (all []disturbance) {
	if s.changes() || *long {
		all = append(all, killedBefore)
	}
	if *long {
		all = append(all, killedAfter)
	}
	if s.changes() && (sc.every || *long) {
		all = append(all, fails, loses)
	}
	if s.op == storefaulty.Put && (sc.every || *long) {
		all = append(all, cutShort)
	}
	return all
}

// steps are those of a run that is left alone.
func (sc scene) steps(t *testing.T) []step {
	t.Helper()
	l := sc.stage(t)
	r := l.record()
	if err := sc.run(l); err != nil {
		t.Fatal(err)
	}
	l.check()
	return r.steps()
}

// stage is a lake for the run that is disturbed.
func (sc scene) stage(t *testing.T) *testLake {
	t.Helper()
	l := newLake(t)
	sc.set(l)
	if sc.crash != nil {
		sc.crash(l)
		l.heal()
	}
	return l
}

func (sc scene) disturbed(t *testing.T, s step, how disturbance, want state) {
	l := sc.stage(t)
	l.disturb(s, how)
	if err := sc.run(l); err == nil && s.call != faulty.ReleaseLease {
		t.Error("the run succeeded, in spite of what went wrong")
	}
	l.heal()
	if err := sc.run(l); err != nil {
		t.Fatalf("the run after: %v", err)
	}
	l.check()
	if how == killedBefore || how == killedAfter {
		l.sameState(want, whole)
	} else {
		l.sameState(want, events)
	}
}
