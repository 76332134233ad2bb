package schedule_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/schedule"
)

var start = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// clock moves only when somebody waits, or works.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return ctx.Err()
}

var errRun = errors.New("the bucket is out of reach")

// runs carries out runs that take so long, and fail if so; it answers when each began, in minutes.
func runs(l schedule.Loop, takes []time.Duration, fails []bool) (began []float64, told []schedule.Outcome) {
	c := &clock{start}
	l.Clock = c
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	l.Run(ctx, func(context.Context) error {
		i := len(began)
		began = append(began, c.now.Sub(start).Minutes())
		c.now = c.now.Add(takes[i])
		if len(began) == len(takes) {
			stop()
		}
		if i < len(fails) && fails[i] {
			return errRun
		}
		return nil
	}, func(o schedule.Outcome) { told = append(told, o) })
	return began, told
}

func TestRunsBeginAtTheirTurn(t *testing.T) {
	const m = time.Minute
	all := func(n int) []bool { return slices.Repeat([]bool{true}, n) }
	for _, c := range []struct {
		name   string
		random float64
		takes  []time.Duration
		fails  []bool
		want   []float64
	}{
		{"the first at once, the others by the interval", 0, []time.Duration{m, m, m}, nil, []float64{0, 15, 30}},
		{"late by a part of the interval, which does not add up", 1, []time.Duration{m, m, m, m}, nil, []float64{0, 16.5, 31.5, 46.5}},
		{"one that takes longer delays the next, and the interval counts from there", 0, []time.Duration{m, 20 * m, m, m}, nil, []float64{0, 15, 35, 50}},
		{"one that takes several intervals is not made up for", 0, []time.Duration{50 * m, m, m}, nil, []float64{0, 50, 65}},
		{"failures are tried again soon, then less and less often", 0, make([]time.Duration, 7), all(7), []float64{0, 1, 3, 7, 15, 31, 61}},
		{"after a success the interval counts anew", 0, make([]time.Duration, 5), []bool{true, true}, []float64{0, 1, 3, 18, 33}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := schedule.Loop{Every: 15 * m, Jitter: 0.1, Retry: m, Limit: 30 * m, Random: func() float64 { return c.random }}
			if got, _ := runs(l, c.takes, c.fails); !slices.Equal(got, c.want) {
				t.Errorf("runs began at minutes %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhoWatchesIsToldOfEachRun(t *testing.T) {
	l := schedule.Loop{Every: time.Hour, Retry: time.Minute, Limit: time.Hour}
	_, told := runs(l, []time.Duration{time.Second, 2 * time.Second, time.Second, time.Second}, []bool{true, true, false, true})
	want := []schedule.Outcome{
		{Err: errRun, Failures: 1, Took: time.Second, Next: time.Minute},
		{Err: errRun, Failures: 2, Took: 2 * time.Second, Next: 2 * time.Minute},
		{Took: time.Second, Next: time.Hour - time.Second},
	}
	if !slices.Equal(told, want) {
		t.Errorf("told\n%v, want\n%v", told, want)
	}
}

func TestAnEndIsNotWaitedFor(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	n := 0
	l := schedule.Loop{Every: 1000 * time.Hour, Clock: schedule.Wall{Time: time.Now}}
	l.Run(ctx, func(context.Context) error { n++; return nil }, func(schedule.Outcome) { stop() })
	if n != 1 {
		t.Errorf("%d runs, want 1", n)
	}
	l.Run(ctx, func(context.Context) error { n++; return nil }, nil)
	if n != 1 {
		t.Error("a run was begun after the end")
	}
}
