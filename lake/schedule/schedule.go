// Package schedule repeats work at an interval, one run after the other, for as long as it is wanted.
package schedule

import (
	"context"
	"math/rand/v2"
	"time"
)

// Clock is the time, and waiting for it.
type Clock interface {
	Now() time.Time
	// Wait returns when the time is over, or with the context's error when that is done before.
	Wait(ctx context.Context, d time.Duration) error
}

// Loop says when to run.
type Loop struct {
	Every  time.Duration // from the start of a run to that of the next
	Jitter float64       // part of Every by which a start may be late, so that many programs do not start at once
	Retry  time.Duration // wait after a run that failed; doubled with each that fails after it, and never over Limit
	Limit  time.Duration
	Random func() float64 // from 0 to 1; nil is a random number
	Clock  Clock
}

// Outcome is how a run went and when the next begins.
type Outcome struct {
	Err      error
	Failures int // one after the other, this one included
	Took     time.Duration
	Next     time.Duration // from now on
}

// Run runs work at once, and then again and again until the context is done; that is no error. A run that takes
// longer than the interval delays the next, and none is made up for. A run that fails is tried again earlier than its
// turn at first, and then less and less often. After each run that was not the last tell is called.
func (l Loop) Run(ctx context.Context, work func(context.Context) error, tell func(Outcome)) {
	due, failures := l.Clock.Now(), 0
	for ctx.Err() == nil {
		started := l.Clock.Now()
		err := work(ctx)
		if ctx.Err() != nil {
			return
		}
		now := l.Clock.Now()
		if err != nil {
			failures++
		} else {
			failures = 0
		}
		if due = due.Add(l.Every); due.Before(now) {
			due = now // a turn was missed
		}
		wait := due.Sub(now) + l.late()
		if err != nil {
			wait = l.backoff(failures)
			due = now.Add(wait)
		}
		tell(Outcome{Err: err, Failures: failures, Took: now.Sub(started), Next: wait})
		if l.Clock.Wait(ctx, wait) != nil {
			return
		}
	}
}

// late is by how much the next run starts after its turn.
func (l Loop) late() time.Duration {
	random := l.Random
	if random == nil {
		random = rand.Float64
	}
	return time.Duration(random() * l.Jitter * float64(l.Every))
}

// backoff is the wait after so many failures.
func (l Loop) backoff(failures int) time.Duration {
	wait := l.Retry
	for ; failures > 1 && wait < l.Limit; failures-- {
		wait *= 2
	}
	return min(wait, l.Limit)
}

// Wall is the clock on the wall.
type Wall struct{ Time func() time.Time }

// Now implements Clock.
func (w Wall) Now() time.Time { return w.Time() }

// Wait implements Clock.
func (Wall) Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
