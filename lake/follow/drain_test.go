package follow_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/follow"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

// sendText sends a message that is visible after a while.
func (f *far) sendText(text string, after time.Duration) {
	f.Helper()
	in := &awssqs.SendMessageInput{QueueUrl: aws.String(sqsfake.URL("logs")), MessageBody: &text, DelaySeconds: int32(after / time.Second)}
	if _, err := f.client.SendMessage(f.Context(), in); err != nil {
		f.Fatal(err)
	}
}

// die receives what there is, as a worker does that dies then.
func (f *far) die() {
	f.Helper()
	for n := 1; n > 0; {
		all, err := f.Queue.Receive(f.Context(), time.Second)
		if err != nil {
			f.Fatal(err)
		}
		n = len(all)
	}
}

// work has another worker follow the queue until it is told to end, which is never done with what it has in hand.
func (f *far) work() (end func()) {
	f.Helper()
	return f.beside(func(ctx context.Context) error {
		other := f.Config
		other.Drain, other.Window, other.Tell, other.Await = false, time.Second, nil, nil
		other.Load = func(ctx context.Context, _ compact.Selection) (*compact.Report, error) {
			return nil, f.Clock.Wait(ctx, 24*time.Hour)
		}
		return follow.Run(ctx, other)
	})
}

// stream sends a message so often.
func (f *far) stream(every time.Duration) (end func()) {
	f.Helper()
	return f.beside(func(ctx context.Context) error {
		for f.Clock.Wait(ctx, every) == nil {
			f.send(1)
		}
		return nil
	})
}

// beside does something beside the test, which goes on when that has come to where it waits.
func (f *far) beside(do func(context.Context) error) (end func()) {
	f.Helper()
	ctx, stop := context.WithCancel(f.Context())
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	if err := f.Clock.Wait(ctx, 10*time.Second); err != nil {
		f.Fatal(err)
	}
	return func() {
		f.Helper()
		stop()
		if err := <-done; err != nil {
			f.Error(err)
		}
	}
}

// drain follows the queue until it is empty, and answers what others have that it was told of.
func (f *far) drain() (told []follow.Others) {
	f.Helper()
	f.Drain, f.Await = true, func(o follow.Others) { told = append(told, o) }
	if err := follow.Run(f.Context(), f.Config); err != nil {
		f.Error(err)
	}
	return told
}

// old is a queue that says of itself what it was, until a time.
type old struct {
	follow.Queue
	visible, inFlight int64
	until             time.Time
}

func (o *old) Count(ctx context.Context) (visible, inFlight int64, err error) {
	if time.Now().Before(o.until) {
		return o.visible, o.inFlight, nil
	}
	return o.Queue.Count(ctx)
}

func unreadable(_ context.Context, sel compact.Selection) (*compact.Report, error) {
	for o, err := range sel.Keys {
		if err != nil {
			return nil, err
		}
		sel.Left(compact.Left{Key: o.Key, Again: true})
	}
	return &compact.Report{}, nil
}

// patience is how long a drain waits for others in all.
const patience = visibility + time.Minute

// drains are queues, and what a drain makes of them.
var drains = map[string]struct {
	of       func(f *far) (end func())
	settled  int // at least
	left     int64
	from, to time.Duration // that it takes
}{
	"a queue that is empty": {func(*far) func() { return nil }, 0, 0, time.Second, 2 * time.Second},
	"what can be received":  {func(f *far) func() { f.send(30); return nil }, 30, 0, time.Second, 2 * time.Second},
	"what an answer told of that was lost, and asked for again by the SDK": {func(f *far) func() {
		f.send(9)
		f.lose = 1
		return nil
	}, 9, 0, visibility, visibility + longPoll},
	"what one answer of many told of": {func(f *far) func() {
		f.send(35)
		f.lose = 1
		return nil
	}, 35, 0, visibility, visibility + longPoll},
	"what a worker had that died": {func(f *far) func() {
		f.send(12)
		f.die()
		return nil
	}, 12, 0, visibility - 2*time.Second, visibility + longPoll},
	"what a worker has that lives": {func(f *far) func() {
		f.send(3)
		return f.work()
	}, 0, 3, patience, patience + 2*time.Second},
	"more than a worker has that lives": {func(f *far) func() {
		f.send(3)
		end := f.work()
		f.send(25)
		return end
	}, 25, 3, patience, patience + 2*time.Second},
	"what comes all the time beside a worker that lives": {func(f *far) func() {
		f.send(1)
		work, stream := f.work(), f.stream(3*time.Second)
		return func() { stream(); work() }
	}, 30, 1, patience, patience + 2*longPoll},
	"what it has given back itself": {func(f *far) func() {
		f.send(2)
		f.Load = unreadable
		return nil
	}, 0, 0, time.Second, 2 * time.Second},
	"what it could not bury": {func(f *far) func() {
		f.sendText("no notice", 0)
		return nil
	}, 0, 0, time.Second, 2 * time.Second},
	"what the queue delays": {func(f *far) func() {
		f.sendText("no notice", 10*time.Minute)
		return nil
	}, 0, 0, time.Second, 2 * time.Second},
	"a queue that says that there is more, as there was a minute ago": {func(f *far) func() {
		f.send(30)
		f.Queue = &old{f.Queue, 30, 0, time.Now().Add(time.Minute)}
		return nil
	}, 30, 0, time.Minute, time.Minute + longPoll},
	"a queue that is always wrong": {func(f *far) func() {
		f.Queue = &old{f.Queue, 0, 7, time.Now().Add(time.Hour)}
		return nil
	}, 0, 7, patience, patience + 2*time.Second},
}

func TestADrainEndsWhenNothingIsLeftForIt(t *testing.T) {
	for name, c := range drains {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFar(t, 8)
				end := c.of(f)
				start := time.Now()
				told := f.drain()
				if took := time.Since(start); took < c.from || took > c.to {
					t.Errorf("it took %s, want %s to %s", took, c.from, c.to)
				}
				if end != nil {
					end()
				}
				settled := 0
				for _, r := range f.rounds {
					settled += r.Deleted
				}
				if settled < c.settled {
					t.Errorf("%d messages were settled, want %d", settled, c.settled)
				}
				if waits := c.to > 2*time.Second; waits != (len(told) > 0) {
					t.Fatalf("told of %+v", told)
				}
				for i, o := range told {
					last := i == len(told)-1 && c.left > 0
					if o.Left > patience || (o.Left == 0) != last || last && o != (follow.Others{InFlight: c.left}) {
						t.Errorf("told of %+v, of which the last is left: %d", told, c.left)
					}
				}
			})
		})
	}
}
