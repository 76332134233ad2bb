package follow

import (
	"context"
	"errors"
	"time"

	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/raw/notice"
)

// Waits of a call that receives.
const (
	longPoll  = 8 * time.Second // while nothing came lately: the end waits for it, and "docker stop" kills after 10 s
	shortPoll = time.Second     // of one of several calls, and of a drain: to be sure that there is nothing
	answers   = 5 * time.Second // for the answer beyond that, when the follower is to end
)

// batch is how many messages a call receives at most:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
const batch = 10

// pace is how many calls receive at a time: more while they come back full, and one when there is nothing, so that an
// empty queue costs a long poll after the other.
type pace struct{ now, most int }

// came takes note of a call that brought n messages.
func (p *pace) came(n int) {
	switch {
	case n == 0:
		p.now = 1
	case n < batch:
		p.now = max(p.now-1, 1)
	default:
		p.now = max(min(2*p.now, p.most), 1)
	}
}

// received is what came of a call.
type received struct {
	n   int
	err error
}

// window is the time in which messages are gathered.
type window struct {
	*follower
	due    time.Time // its end; zero while there is no message in hand
	flying int       // calls
	done   chan received
}

// gather receives messages until there are enough. empty tells that a drain has found none any more. No call is left when
// it returns, since what a call brings is in hand by then.
func (f *follower) gather(ctx context.Context) (empty bool, err error) {
	w := &window{follower: f, done: make(chan received)}
	for {
		w.begin()
		for err == nil && !empty && ctx.Err() == nil && w.open() {
			w.flying++
			go func(wait time.Duration) { w.done <- f.receive(ctx, wait) }(w.wait())
		}
		if w.flying == 0 {
			return empty, err
		}
		r := <-w.done
		w.flying--
		f.pace.came(r.n)
		err = errors.Join(err, r.err)
		empty = f.Drain && r.n == 0 && r.err == nil && w.flying == 0
	}
}

// begin begins the window once there is something in hand.
func (w *window) begin() {
	if w.due.IsZero() && !w.hand.empty() {
		w.due = w.Clock.Now().Add(w.Window)
	}
}

// open tells whether another call is to be made. Those that are under way may come back full.
func (w *window) open() bool {
	if w.flying >= max(w.pace.now, 1) || !w.hand.room(w.Objects-w.flying*batch, w.Bytes) {
		return false
	}
	return w.due.IsZero() || w.Clock.Now().Before(w.due)
}

// wait is how long a call may wait for messages.
func (w *window) wait() time.Duration {
	wait := longPoll
	switch {
	case w.Drain && w.hand.empty():
		wait = w.ebb.wait()
	case w.Drain || w.pace.now > 1:
		wait = shortPoll
	}
	if !w.due.IsZero() {
		wait = min(wait, w.due.Sub(w.Clock.Now()))
	}
	return wait
}

// receive receives messages once, and takes them in hand. A call that is under way when the context ends is not dropped:
// what the service hands over at that moment would be hidden, and nobody would have it.
func (f *follower) receive(ctx context.Context, wait time.Duration) received {
	call, drop := context.WithCancel(context.WithoutCancel(ctx))
	defer drop()
	ended := context.AfterFunc(ctx, func() {
		if f.Clock.Wait(call, max(wait, shortPoll)+answers) == nil {
			drop()
		}
	})
	defer ended()
	all, err := f.Queue.Receive(call, wait)
	if err != nil {
		return received{err: err}
	}
	settling, stop := context.WithTimeout(context.WithoutCancel(ctx), leaving)
	defer stop()
	f.take(settling, all)
	return received{n: len(all)}
}

// take takes messages in hand. What can't be read is buried, though where it can in part only when that is done; what
// tells of nothing new is done with.
func (f *follower) take(ctx context.Context, all []*notice.Message) {
	f.Observe.Queue(observe.Received, len(all))
	var idle []*notice.Message
	for _, m := range all {
		for name, n := range m.Passed {
			f.Observe.QueueEvent(name, n)
		}
		switch {
		case m.Err != nil && len(m.Objects) == 0:
			_ = f.bury(ctx, m) // which tells of it
		case len(m.Objects) == 0:
			idle = append(idle, m)
		default:
			f.hand.add(m)
		}
	}
	if len(all) > len(idle) {
		f.gathered()
	}
	f.show()
	f.delete(ctx, idle)
}
