package client_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/hindcast/hindcast/api/client"
	"github.com/hindcast/hindcast/api/jobs"
	"github.com/hindcast/hindcast/api/jobs/rpc"
	"github.com/hindcast/hindcast/api/problem"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// numbered is a correlator that finds 300 events, the rest of them only after it was let go, and fails when it is asked
// for the user "nobody".
type numbered struct{ letGo chan struct{} }

func (numbered) Prepare(_ context.Context, q *hindcastv1.Query, _ *problem.Fields) (*hindcastv1.Query, error) {
	return q, nil
}

func (numbered) Explain(context.Context, *hindcastv1.Query) (*hindcastv1.Plan, error) {
	return &hindcastv1.Plan{}, nil
}

func (n numbered) Run(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	if q.GetIndicators()[0].GetValue() == "nobody" {
		return nil, errors.New("there is nobody")
	}
	for i := range 300 {
		if i == 290 {
			select {
			case <-n.letGo:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		if err := emit(&hindcastv1.Event{EventId: fmt.Sprint(i)}); err != nil {
			return nil, err
		}
	}
	return &hindcastv1.Summary{Statistics: &hindcastv1.Statistics{Matched: 300}}, nil
}

func query(user string) *hindcastv1.Query {
	return &hindcastv1.Query{
		Indicators: []*hindcastv1.Indicator{{Kind: hindcastv1.IndicatorKind_INDICATOR_KIND_USER, Value: user}},
		FromTime:   timestamppb.New(time.Unix(0, 0)), ToTime: timestamppb.New(time.Unix(86400, 0)),
	}
}

func dial(t *testing.T, n numbered) *client.Client {
	t.Helper()
	m, err := jobs.Open(t.TempDir(), n, jobs.Options{
		Running: 2, Queued: 2, QueryTime: time.Minute, Kept: 10, KeptFor: time.Hour, ResultBytes: 1 << 20, PageBytes: 1 << 20,
		KillWait: time.Minute, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := grpc.NewServer()
	hindcastv1.RegisterCorrelationServiceServer(g, rpc.New(m, n, rpc.Limits{
		PageSize: 7, MaxPageSize: 100, Events: 1000, MaxEvents: 1000, MaxStreamEvents: 1000, Indicators: 10, Range: time.Hour * 24,
	}))
	go g.Serve(listener)
	c, err := client.Dial(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		g.Stop()
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		if err := m.Close(gone); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestEventsAreFollowedWhileTheCorrelationRuns(t *testing.T) {
	n := numbered{make(chan struct{})}
	c := dial(t, n)
	ctx := t.Context()
	if _, err := c.Start(ctx, "one", query("alice")); err != nil {
		t.Fatal(err)
	}
	i := 0
	for e, err := range c.Events(ctx, "one") {
		if err != nil {
			t.Fatal(err)
		}
		if e.GetEventId() != fmt.Sprint(i) {
			t.Fatalf("event %d is %s", i, e.GetEventId())
		}
		if i++; i == 256 { // what is listed before the end
			close(n.letGo)
		}
	}
	if i != 300 {
		t.Errorf("%d events", i)
	}
	got, err := c.Wait(ctx, "one")
	if err != nil || got.GetStatistics().GetMatched() != 300 {
		t.Errorf("got %v, error %v", got, err)
	}
}

func TestWaitingEndsWithTheCorrelationOrTheContext(t *testing.T) {
	c := dial(t, numbered{make(chan struct{})})
	ctx := t.Context()
	if _, err := c.Start(ctx, "fails", query("nobody")); err != nil {
		t.Fatal(err)
	}
	_, err := c.Wait(ctx, "fails")
	if end := (*client.EndError)(nil); !errors.As(err, &end) || err.Error() != "correlation fails failed: there is nobody" {
		t.Errorf("waiting ended with %v", err)
	}
	if _, err := c.Start(ctx, "runs", query("alice")); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := c.Wait(short, "runs"); err == nil {
		t.Error("waiting outlasted its context")
	}
}

func TestAStreamGivesEventsThenTheSummary(t *testing.T) {
	n := numbered{make(chan struct{})}
	close(n.letGo)
	c := dial(t, n)
	count := 0
	sum, err := c.Stream(t.Context(), query("alice"), func(*hindcastv1.Event) error { count++; return nil })
	if err != nil || count != 300 || sum.GetStatistics().GetMatched() != 300 {
		t.Errorf("%d events, summary %v, error %v", count, sum, err)
	}
	enough := errors.New("enough")
	if _, err := c.Stream(t.Context(), query("alice"), func(*hindcastv1.Event) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the stream ended with %v", err)
	}
}
