package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/faulty"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// linked opens a manager whose way to the bucket can be cut.
func (c *cloud) linked(t *testing.T, dir string, e Engine) (*Manager, *faulty.Bucket) {
	t.Helper()
	o, way := c.options(), faulty.Wrap(c)
	o.Archive = way
	return open(t, dir, e, o), way
}

// cut cuts a server's way to the bucket after so many calls, until it is healed: to others it has died, or only sleeps.
func cut(way *faulty.Bucket, calls int) {
	for _, op := range []faulty.Op{faulty.List, faulty.Open, faulty.Stat, faulty.Put, faulty.Delete} {
		way.On(op).Times(faulty.Forever).Chance(func() bool { calls--; return calls < 0 }).Fail(errDown)
	}
}

// inEach runs a test with a bucket in S3, and with one in a folder.
func inEach(t *testing.T, test func(t *testing.T, c *cloud)) {
	t.Run("S3", func(t *testing.T) { test(t, newCloud(t)) })
	t.Run("folder", func(t *testing.T) {
		f, err := raw.CreateFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
		test(t, &cloud{Store: f, clock: newClock()})
	})
}

// wantGet asks for a correlation as it stands.
func wantGet(t *testing.T, m *Manager, id, state, reason string) {
	t.Helper()
	c, err := m.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	wantState(t, c, state, reason)
}

func TestAnotherServerTellsHowACorrelationStands(t *testing.T) {
	inEach(t, func(t *testing.T, c *cloud) {
		h := newHeld(flushEvery)
		one, two := c.server(t, h), c.server(t, gives(0))
		create(t, one, "runs", "192.0.2.1")
		h.waitStarted(t)
		create(t, one, "waits", "192.0.2.2")
		wantGet(t, two, "runs", "running", "")
		wantGet(t, two, "waits", "queued", "")
		none, token, err := two.Events("runs", "", 10)
		if err != nil || len(none) > 0 || token == "" {
			t.Errorf("%d events, next %q, error %v", len(none), token, err)
		}
		_, owns, err := one.Events("runs", "", 10)
		if err != nil {
			t.Fatal(err)
		}
		if none, same, err := two.Events("runs", owns, 10); err != nil || len(none) > 0 || same != owns {
			t.Errorf("%d events, next %q after %q, error %v", len(none), same, owns, err)
		}
		if _, err := two.Summary("runs"); !errors.Is(err, ErrNotDone) {
			t.Errorf("its summary: %v", err)
		}
		if again := create(t, two, "runs", "192.0.2.1"); StateName(again.GetState()) != "running" {
			t.Errorf("an equal request: %v", again)
		}
		if _, err := two.Create("waits", query("192.0.2.3")); !errors.Is(err, ErrTaken) {
			t.Errorf("another request of that id: %v", err)
		}
		if got := listed(t, two); got != "waitsruns" {
			t.Errorf("listed %s", got)
		}
		close(h.letGo)
		one.work.Wait()
		if ids := allEvents(t, two, "runs", 100); !slices.Equal(ids, wantIDs(flushEvery)) {
			t.Errorf("%d events", len(ids))
		}
		if rest, _, err := two.Events("runs", token, 1000); err != nil || len(rest) != flushEvery {
			t.Errorf("by the token from before: %d events, %v", len(rest), err)
		}
		wantGet(t, two, "waits", "succeeded", "")
		for _, key := range c.keys(t) {
			if strings.HasPrefix(key, "running/") {
				t.Errorf("%s is left", key)
			}
		}
	})
}

func TestACorrelationThatIsCreatedAtTwoServersAtOnceIsRunOnce(t *testing.T) {
	inEach(t, func(t *testing.T, c *cloud) {
		h := newHeld(1)
		servers := []*Manager{c.server(t, h), c.server(t, h)}
		var group sync.WaitGroup
		for n := range 8 {
			group.Go(func() {
				if _, err := servers[n%2].Create("one", query("192.0.2.1")); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		h.waitStarted(t)
		close(h.letGo)
		for _, m := range servers {
			m.work.Wait()
		}
		for _, m := range servers {
			wantGet(t, m, "one", "succeeded", "")
		}
		if len(h.started) > 0 {
			t.Error("it ran more than once")
		}
	})
}

func TestACorrelationThatItsServerHasLostIsRunByOneWhoIsAsked(t *testing.T) {
	inEach(t, func(t *testing.T, c *cloud) {
		h := newHeld(3)
		one, way := c.linked(t, t.TempDir(), h)
		create(t, one, "runs", "192.0.2.1")
		h.waitStarted(t)
		create(t, one, "waits", "192.0.2.2")
		next := newHeld(5)
		others := []*Manager{c.server(t, next), c.server(t, next)}
		c.clock.pass(beatsGone - time.Second)
		one.beat()
		cut(way, 0)
		c.clock.pass(beatsGone - time.Second)
		wantGet(t, others[0], "runs", "running", "")
		c.clock.pass(time.Second)
		close(next.letGo)
		var group sync.WaitGroup
		for n := range 8 {
			group.Go(func() {
				if _, err := others[n%2].Get("runs"); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		next.waitStarted(t)
		if got := listed(t, others[0]); got != "waitsruns" { // which asks for all
			t.Errorf("listed %s", got)
		}
		next.waitStarted(t)
		for _, m := range others {
			m.work.Wait()
		}
		for _, m := range others {
			for _, id := range []string{"runs", "waits"} {
				wantGet(t, m, id, "succeeded", "")
				if ids := allEvents(t, m, id, 2); !slices.Equal(ids, wantIDs(5)) {
					t.Errorf("%s has %v", id, ids)
				}
			}
		}
		if len(next.started) > 0 {
			t.Error("they ran more than once")
		}
	})
}

func TestAServerThatWasTakenForDeadDoesNoHarm(t *testing.T) {
	for name, end := range map[string]func(one *Manager, h *held){
		"it hears of it with its next beat": func(one *Manager, _ *held) { one.beat() },
		"it ends before it hears of it":     func(_ *Manager, h *held) { close(h.letGo) },
	} {
		t.Run(name, func(t *testing.T) {
			inEach(t, func(t *testing.T, c *cloud) {
				h := newHeld(3)
				one, way := c.linked(t, t.TempDir(), h)
				create(t, one, "a", "192.0.2.1")
				h.waitStarted(t)
				cut(way, 0)
				c.clock.pass(beatsGone)
				one.beat() // to no end
				two := c.server(t, gives(5))
				if got := waitEnd(t, two, "a"); got.GetEvents() != 5 {
					t.Fatalf("taken over: %v", got)
				}
				two.work.Wait()
				way.Heal()
				end(one, h)
				one.work.Wait()
				for _, m := range []*Manager{one, two, c.server(t, gives(0))} {
					wantGet(t, m, "a", "succeeded", "")
					if ids := allEvents(t, m, "a", 2); !slices.Equal(ids, wantIDs(5)) {
						t.Errorf("events %v", ids)
					}
				}
			})
		})
	}
}

// works notes for which work it is asked, and how it is interrupted.
type works struct {
	*held
	mu    sync.Mutex
	names []string
	why   error
}

func (w *works) Run(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	name, _ := engine.Statement{}.InWork(ctx)
	w.mu.Lock()
	w.names = append(w.names, name)
	w.mu.Unlock()
	sum, err := w.held.Run(ctx, q, emit)
	if err != nil {
		w.mu.Lock()
		w.why = context.Cause(ctx)
		w.mu.Unlock()
	}
	return sum, err
}

func TestAServerThatEndsHandsItsCorrelationsOver(t *testing.T) {
	inEach(t, func(t *testing.T, c *cloud) {
		var names []string
		for n := range maxLost + 1 {
			w := &works{held: newHeld(3)}
			m := c.server(t, w)
			if n == 0 {
				create(t, m, "runs", "192.0.2.1")
				w.waitStarted(t)
				create(t, m, "waits", "192.0.2.1")
			} else {
				w.waitStarted(t) // the archive was looked through at the start, and no time has passed
			}
			closeNow(t, m)
			if !errors.Is(w.why, engine.ErrHandedOver) {
				t.Errorf("interrupted by %v", w.why)
			}
			names = append(names, w.names...)
		}
		last := c.server(t, gives(4))
		for _, id := range []string{"runs", "waits"} {
			if got := waitEnd(t, last, id); got.GetEvents() != 4 {
				t.Errorf("got %v", got)
			}
		}
		slices.Sort(names)
		if names = slices.Compact(names); len(names) > 2 || names[0] == "" { // of the one or the other
			t.Errorf("they ran as %q", names)
		}
	})
}

func TestACorrelationThatWasCreatedIsAnsweredWhereverItsServerDies(t *testing.T) {
	died := true
	for calls := 0; died; calls++ {
		t.Run(fmt.Sprintf("after %d calls", calls), func(t *testing.T) {
			c := newCloud(t)
			one, way := c.linked(t, t.TempDir(), gives(3))
			cut(way, calls)
			_, err := one.Create("a", query("192.0.2.1"))
			one.work.Wait()
			died = way.Met() > 0
			c.clock.pass(beatsGone)
			two := c.server(t, gives(3))
			if _, lost := two.Get("a"); err != nil && errors.Is(lost, ErrNotFound) {
				return // whoever asked knows that there is none
			}
			wantState(t, waitEnd(t, two, "a"), "succeeded", "")
			if ids := allEvents(t, two, "a", 2); !slices.Equal(ids, wantIDs(3)) {
				t.Errorf("events %v", ids)
			}
		})
	}
}
