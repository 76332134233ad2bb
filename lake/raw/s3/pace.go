package s3

import (
	"context"
	"sync"
	"time"
)

// pace is how fast a bucket's calls follow each other. It is free until S3 asks to slow down. Then it is half of what
// it was, and rises a little each second, until it has been left behind for good: additive increase, multiplicative
// decrease.
//
// The SDK's adaptive mode does much the same, by a clock of its own that no test moves, for all buckets of a client
// together, and down to a call in two seconds.
type pace struct {
	now   func() time.Time
	sleep func(ctx context.Context, d time.Duration) error

	mu     sync.Mutex
	rate   float64   // calls a second; zero is free
	high   float64   // what it was when S3 last asked to slow down
	next   time.Time // when the next call may be made
	cut    time.Time // when the rate was last lowered
	raised time.Time // when it was last raised
	since  time.Time // when calls were last counted from
	calls  float64   // since then
	before float64   // in the second before
}

const (
	slowest = 1.0 // calls a second
	easy    = 10  // seconds in which what was lost comes back
)

// wait waits for a call's turn, and answers when it was.
func (p *pace) wait(ctx context.Context) (time.Time, error) {
	p.mu.Lock()
	now := p.now()
	p.count(now)
	if p.rate == 0 {
		p.mu.Unlock()
		return now, nil
	}
	turn := now
	if p.next.After(now) {
		turn = p.next
	}
	p.next = turn.Add(time.Duration(float64(time.Second) / p.rate))
	p.mu.Unlock()
	if turn.After(now) {
		return turn, p.sleep(ctx, turn.Sub(now))
	}
	return turn, nil
}

func (p *pace) count(now time.Time) {
	if elapsed := now.Sub(p.since); elapsed >= time.Second {
		p.before = p.calls / elapsed.Seconds()
		p.since, p.calls = now, 0
	}
	p.calls++
}

// throttled is told of a call that S3 asked to come later, and when it was made. One that was made before the rate
// was lowered says nothing new.
func (p *pace) throttled(made time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if made.Before(p.cut) {
		return
	}
	p.high = p.rate
	if p.rate == 0 {
		p.high = max(p.before, p.calls)
	}
	now := p.now()
	p.rate = max(slowest, p.high/2)
	p.cut, p.raised = now, now
	if p.cut.Equal(made) { // by a clock that stands still
		p.cut = p.cut.Add(1)
	}
}

// succeeded is told of a call that was answered.
func (p *pace) succeeded() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rate == 0 {
		return
	}
	now := p.now()
	p.rate += max(slowest, p.high/easy) * now.Sub(p.raised).Seconds()
	p.raised = now
	if p.rate > 2*p.high {
		p.rate, p.next = 0, time.Time{}
	}
}
