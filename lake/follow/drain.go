package follow

import (
	"context"
	"errors"
	"time"
)

// settles is how old what a queue says of itself may be:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
const settles = time.Minute

// Others are the messages of a queue that is drained which don't come: those that others have in hand, those of workers
// that died, and those of a call whose answer was lost on its way. They are waited for, as long as a message is hidden from
// others at most and a minute more, in all of a drain. What is not there by then is held by somebody who lives, and a drain
// ends without it. It may also end without what came, or was hidden, within the last minute, of which the queue does not
// yet know, and without what the queue itself delays.
type Others struct {
	InFlight int64         // messages that somebody has received, or nobody any more
	Visible  int64         // messages that can be received, as the queue says
	Left     time.Duration // for which they are waited for at most; zero if the drain ends without them
}

// ebb is the end of a drain.
type ebb struct {
	left   time.Duration // to wait for others' messages
	poll   time.Duration // of the last call that waited for them; zero while there are none
	others Others        // that were there last
}

// wait is how long a call may wait for messages: the longer the more calls have waited.
func (e *ebb) wait() time.Duration { return max(min(2*e.poll, longPoll, e.left), shortPoll) }

// recede gathers messages, and tells whether a drain is at its end once those in hand are settled.
func (f *follower) recede(ctx context.Context) (drained bool, err error) {
	began, wait := f.Clock.Now(), f.ebb.wait()
	empty, err := f.gather(ctx)
	if f.ebb.poll > 0 {
		f.ebb.left = max(f.ebb.left-f.Clock.Now().Sub(began), 0)
	}
	if !empty || ctx.Err() != nil {
		return false, err
	}
	visible, inFlight, e := f.Queue.Count(ctx)
	if err = errors.Join(err, e); err != nil {
		return false, err
	}
	f.ebb.others = Others{Visible: visible, InFlight: max(inFlight-f.hand.hidden(f.Clock.Now()), 0), Left: f.ebb.left}
	if f.ebb.others.none() || f.ebb.left == 0 {
		return true, nil
	}
	f.ebb.poll = wait
	f.await()
	return false, nil
}

func (o Others) none() bool { return o.Visible+o.InFlight == 0 }

// await tells of others' messages, if there are any.
func (f *follower) await() {
	if f.Await != nil && !f.ebb.others.none() {
		f.telling.Lock()
		defer f.telling.Unlock()
		f.Await(f.ebb.others)
	}
}
