package jobs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

func TestACorrelationIsRunAndItsResultKept(t *testing.T) {
	c := newClock()
	m := open(t, t.TempDir(), gives(25), options(c))
	create(t, m, "one", "192.0.2.1")
	got := waitEnd(t, m, "one")
	wantState(t, got, "succeeded", "")
	if got.GetEvents() != 25 || !proto.Equal(got.GetQuery(), query("192.0.2.1")) {
		t.Errorf("got %v", got)
	}
	if ids := allEvents(t, m, "one", 7); !slices.Equal(ids, wantIDs(25)) {
		t.Errorf("events in pages of 7: %v", ids)
	}
	sum, err := m.Summary("one")
	if err != nil || sum.GetStatistics().GetBytesRead() != 4096 {
		t.Errorf("summary %v, error %v", sum, err)
	}
}

func TestAnEqualRequestIsTheSameCorrelationAndAnotherIsRefused(t *testing.T) {
	m := open(t, t.TempDir(), gives(3), options(newClock()))
	first := create(t, m, "one", "192.0.2.1")
	waitEnd(t, m, "one")
	again := create(t, m, "one", "192.0.2.1")
	if !again.GetCreateTime().AsTime().Equal(first.GetCreateTime().AsTime()) {
		t.Error("a second correlation was made")
	}
	if _, err := m.Create("one", query("192.0.2.2")); !errors.Is(err, ErrTaken) {
		t.Errorf("another query under the same id: %v", err)
	}
	if a, b := create(t, m, "", "192.0.2.1"), create(t, m, "", "192.0.2.1"); a.GetCorrelationId() == b.GetCorrelationId() {
		t.Error("two correlations without an id got the same one")
	}
}

func TestManyEqualRequestsAtOnceMakeOneCorrelation(t *testing.T) {
	h := newHeld(0)
	m := open(t, t.TempDir(), h, options(newClock()))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := m.Create("one", query("192.0.2.1")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	h.waitStarted(t)
	close(h.letGo)
	waitEnd(t, m, "one")
	if len(h.started) != 0 {
		t.Error("the query ran more than once")
	}
}

func TestIDsThatCouldLeaveTheFolderAreRefused(t *testing.T) {
	dir := t.TempDir()
	m := open(t, filepath.Join(dir, "results"), gives(0), options(newClock()))
	for _, id := range []string{"..", ".", "../x", "a/b", `a\b`, "token.key", ".trash-x", "A", "-a", "_a", "a b", "é", "a\x00", strings.Repeat("a", 64)} {
		if _, err := m.Create(id, query("192.0.2.1")); !errors.Is(err, ErrBadID) {
			t.Errorf("create %q: %v", id, err)
		}
		if _, err := m.Get(id); !errors.Is(err, ErrNotFound) {
			t.Errorf("get %q: %v", id, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("something lies beside the folder: %v", entries)
	}
}

func TestACancelledQueryKeepsWhatItFound(t *testing.T) {
	h := newHeld(300)
	m := open(t, t.TempDir(), h, options(newClock()))
	create(t, m, "one", "192.0.2.1")
	h.waitStarted(t)
	if _, err := m.Cancel("one"); err != nil {
		t.Fatal(err)
	}
	got := waitEnd(t, m, "one")
	wantState(t, got, "cancelled", "cancelled on request")
	if ids := allEvents(t, m, "one", 100); !slices.Equal(ids, wantIDs(300)) {
		t.Errorf("%d events are left", len(ids))
	}
	if _, err := m.Summary("one"); !errors.Is(err, ErrNotDone) {
		t.Errorf("summary of a cancelled correlation: %v", err)
	}
	if again, err := m.Cancel("one"); err != nil || again.GetState() != got.GetState() {
		t.Errorf("cancelling again: %v, %v", again, err)
	}
}

func TestAQueuedCorrelationCanBeCancelledAndFreesItsPlace(t *testing.T) {
	h := newHeld(0)
	o := options(newClock())
	o.Queued = 1
	m := open(t, t.TempDir(), h, o)
	create(t, m, "runs", "192.0.2.1")
	h.waitStarted(t)
	create(t, m, "waits", "192.0.2.2")
	if _, err := m.Create("third", query("192.0.2.3")); !errors.Is(err, ErrBusy) {
		t.Fatalf("a third query: %v", err)
	}
	if _, err := m.Get("third"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a refused correlation is there: %v", err)
	}
	if _, err := m.Cancel("waits"); err != nil {
		t.Fatal(err)
	}
	wantState(t, waitEnd(t, m, "waits"), "cancelled", "cancelled on request")
	create(t, m, "third", "192.0.2.3")
	close(h.letGo)
	waitEnd(t, m, "third")
}

func TestQueriesRunInTheOrderInWhichTheyCame(t *testing.T) {
	h := newHeld(0)
	m := open(t, t.TempDir(), h, options(newClock()))
	for _, id := range []string{"a", "b", "c", "d"} {
		create(t, m, id, id)
	}
	if running, queued := m.Load(); running != 1 || queued != 3 {
		t.Errorf("%d run and %d wait", running, queued)
	}
	close(h.letGo)
	var order []string
	for range 4 {
		order = append(order, h.waitStarted(t))
	}
	if got := strings.Join(order, ""); got != "abcd" {
		t.Errorf("they ran in the order %s", got)
	}
}

func TestAQueryThatTakesTooLongFails(t *testing.T) {
	o := options(newClock())
	o.QueryTime = 5 * time.Millisecond
	m := open(t, t.TempDir(), newHeld(2), o)
	create(t, m, "one", "192.0.2.1")
	got := waitEnd(t, m, "one")
	wantState(t, got, "failed", "the query ran longer than 5ms")
	if got.GetEvents() != 2 {
		t.Errorf("%d events are left", got.GetEvents())
	}
}

func TestAFailingEngineFailsItsCorrelationOnly(t *testing.T) {
	e := engineFunc(func(_ context.Context, q *hindcastv1.Query, _ func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
		switch q.GetIndicators()[0].GetValue() {
		case "panics":
			panic("boom")
		case "fails":
			return nil, errors.New("the disk is on fire")
		case "silent":
			return nil, nil
		}
		return &hindcastv1.Summary{}, nil
	})
	m := open(t, t.TempDir(), e, options(newClock()))
	for value, reason := range map[string]string{
		"panics": errPanic.Error(), "fails": "the disk is on fire", "silent": "the engine gave no summary",
	} {
		create(t, m, value, value)
		wantState(t, waitEnd(t, m, value), "failed", reason)
	}
	create(t, m, "works", "works")
	wantState(t, waitEnd(t, m, "works"), "succeeded", "")
}

func TestAResultThatGrowsTooLargeFails(t *testing.T) {
	o := options(newClock())
	o.ResultBytes = 1000
	m := open(t, t.TempDir(), gives(100), o)
	create(t, m, "one", "192.0.2.1")
	got := waitEnd(t, m, "one")
	wantState(t, got, "failed", errTooLarge.Error())
	if n := len(allEvents(t, m, "one", 10)); n == 0 || n == 100 || int64(n) != got.GetEvents() {
		t.Errorf("%d events are left, %d are told", n, got.GetEvents())
	}
}

func TestOldCorrelationsAreRemoved(t *testing.T) {
	c := newClock()
	o := options(c)
	o.Kept = 3
	dir := t.TempDir()
	m := open(t, dir, gives(1), o)
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		create(t, m, id, id)
		waitEnd(t, m, id)
		c.pass(time.Hour)
	}
	m.prune()
	if got := listed(t, m); got != "edc" {
		t.Errorf("kept by number: %s", got)
	}
	c.pass(21*time.Hour + time.Minute) // c is over 24 h old, d is not
	m.prune()
	if got := listed(t, m); got != "ed" {
		t.Errorf("kept by age: %s", got)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 { // d, e, the key
		t.Errorf("the folder holds %v, error %v", entries, err)
	}
}

func listed(t *testing.T, m *Manager) string {
	t.Helper()
	all, next, err := m.List("", 1000)
	if err != nil || next != "" {
		t.Fatalf("next %q, error %v", next, err)
	}
	var ids []string
	for _, c := range all {
		ids = append(ids, c.GetCorrelationId())
	}
	return strings.Join(ids, "")
}

func TestAStreamTakesAPlaceAndEndsWithItsCaller(t *testing.T) {
	h := newHeld(2)
	o := options(newClock())
	o.Queued = 1
	m := open(t, t.TempDir(), h, o)
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	var got []string
	go func() {
		_, err := m.Stream(ctx, query("192.0.2.1"), func(e *hindcastv1.Event) error {
			got = append(got, e.GetEventId())
			return nil
		})
		result <- err
	}()
	h.waitStarted(t)
	create(t, m, "waits", "192.0.2.2")
	if _, err := m.Stream(ctx, query("192.0.2.3"), nil); !errors.Is(err, ErrBusy) {
		t.Errorf("a stream beyond the queue: %v", err)
	}
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("the stream ended with %v", err)
	}
	if !slices.Equal(got, wantIDs(2)) {
		t.Errorf("the stream gave %v", got)
	}
	if value := h.waitStarted(t); value != "192.0.2.2" {
		t.Errorf("%s has the place", value)
	}
}
