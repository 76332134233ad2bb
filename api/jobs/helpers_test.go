package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// patience bounds what a test waits for; nothing waits that long when all is well.
const patience = time.Minute

type engineFunc func(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error)

func (f engineFunc) Run(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	return f(ctx, q, emit)
}

// clock moves only when it is told to.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func options(c *clock) Options {
	return Options{
		Running: 1, Queued: 4, QueryTime: time.Minute, Kept: 100, KeptFor: 24 * time.Hour,
		ResultBytes: 1 << 20, PageBytes: 1 << 20, KillWait: patience, Now: c.now, Sleep: asleep, Log: slog.New(slog.DiscardHandler),
	}
}

// asleep waits for the end; tests beat themselves.
func asleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

func open(t *testing.T, dir string, e Engine, o Options) *Manager {
	t.Helper()
	m, err := Open(dir, e, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNow(t, m) })
	return m
}

// closeNow interrupts what runs.
func closeNow(t *testing.T, m *Manager) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.Close(ctx); err != nil {
		t.Error(err)
	}
}

func query(value string) *hindcastv1.Query {
	return &hindcastv1.Query{
		Indicators: []*hindcastv1.Indicator{{Kind: hindcastv1.IndicatorKind_INDICATOR_KIND_IP, Value: value}},
		FromTime:   timestamppb.New(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
		ToTime:     timestamppb.New(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)),
		Limit:      1000,
	}
}

func event(i int) *hindcastv1.Event {
	return &hindcastv1.Event{EventId: fmt.Sprintf("e%05d", i), Source: "aws_cloudtrail", LogOffset: int64(i)}
}

// gives is an engine that finds n events.
func gives(n int) engineFunc {
	return func(_ context.Context, _ *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
		for i := range n {
			if err := emit(event(i)); err != nil {
				return nil, err
			}
		}
		return &hindcastv1.Summary{Statistics: &hindcastv1.Statistics{Matched: int64(n), Returned: int64(n), BytesRead: 4096}}, nil
	}
}

// held is an engine that finds n events, tells that it has, and then waits to be let go or interrupted.
type held struct {
	n       int
	started chan string // the value asked for
	letGo   chan struct{}
}

func newHeld(n int) *held {
	return &held{n: n, started: make(chan string, 100), letGo: make(chan struct{})}
}

func (h *held) Run(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	sum, err := gives(h.n)(ctx, q, emit)
	h.started <- q.GetIndicators()[0].GetValue()
	select {
	case <-h.letGo:
		return sum, err
	case <-ctx.Done():
		return nil, fmt.Errorf("the engine was interrupted: %w", ctx.Err())
	}
}

func (h *held) waitStarted(t *testing.T) string {
	t.Helper()
	select {
	case value := <-h.started:
		return value
	case <-time.After(patience):
		t.Fatal("no query has started")
		return ""
	}
}

func create(t *testing.T, m *Manager, id, value string) *hindcastv1.Correlation {
	t.Helper()
	c, err := m.Create(id, query(value))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// waitEnd polls until a correlation has ended.
func waitEnd(t *testing.T, m *Manager, id string) *hindcastv1.Correlation {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		c, err := m.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		if ended(c.GetState()) {
			return c
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("correlation %s has not ended: %v", id, c)
		}
	}
}

// allEvents pages to the end.
func allEvents(t *testing.T, m *Manager, id string, size int) []string {
	t.Helper()
	var ids []string
	for token := ""; ; {
		page, next, err := m.Events(id, token, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			ids = append(ids, e.GetEventId())
		}
		if next == "" {
			return ids
		}
		token = next
	}
}

func wantIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = event(i).GetEventId()
	}
	return ids
}

func wantState(t *testing.T, c *hindcastv1.Correlation, state, reason string) {
	t.Helper()
	if StateName(c.GetState()) != state || c.GetStateReason() != reason {
		t.Fatalf("correlation %s is %s (%q), want %s (%q)",
			c.GetCorrelationId(), StateName(c.GetState()), c.GetStateReason(), state, reason)
	}
}

// deaf is an engine that does not heed its context.
type deaf struct {
	*held
	release chan struct{}
}

func (d deaf) Run(_ context.Context, q *hindcastv1.Query, _ func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	d.started <- q.GetIndicators()[0].GetValue()
	<-d.release
	return &hindcastv1.Summary{}, nil
}
