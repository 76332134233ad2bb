// Package follow loads the objects that a queue of notifications tells of, as long as it is wanted.
//
//	Run ─► gather   messages are received, by several calls at a time if there are many, until there are enough objects,
//	                or the first has waited long enough
//	       load     one compaction of exactly these objects
//	       settle   what became of each message, by what the ledger says
//
// A message is deleted once all its objects are committed, or are such as no table takes; one with records that can't be
// read among others is buried then. When an object could not be read, the message is given back for later, and SQS buries
// it when that has happened too often. While others work on an object the
// message stays in hand. What is in hand is kept from others by a heartbeat; of a worker that dies, the messages come to
// others when their time is up. Many may follow a queue: that an object comes to two of them, or twice to one, is what the
// ledger is there for.
//
// What is read of a key is what is there then, not the version that a message tells of. The ledger keeps of a key what was
// read of it last, and a row leads back to its key: of a version whose message comes late, or again, nobody could tell
// whether it has been read, and two versions would be read by turns whenever a message of either comes. Records that have
// no id, and can't be told again by their place, would be in the lake twice then.
package follow

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/notice"
)

// Receiver is where messages come from.
type Receiver interface {
	// Receive takes messages, and waits so long for the first of them. None is no error.
	Receive(ctx context.Context, wait time.Duration) ([]*notice.Message, error)
}

// Holder settles messages. Those that are answered as lost are in the hands of others by now; an error is of the rest.
type Holder interface {
	// Hold keeps messages from others for that long from now on, and sets their Until.
	Hold(ctx context.Context, messages []*notice.Message, d time.Duration) (lost []*notice.Message, err error)
	Delete(ctx context.Context, messages []*notice.Message) (lost []*notice.Message, err error)
}

// Burier takes what nobody can work on.
type Burier interface {
	Bury(ctx context.Context, m *notice.Message, reason error) error
}

// Counter knows how many messages a queue has: about, and as it was up to a minute ago.
type Counter interface {
	// Count answers how many can be received, and how many are in flight: received, and neither deleted nor visible again.
	Count(ctx context.Context) (visible, inFlight int64, err error)
}

// Queue is a queue of notifications.
type Queue interface {
	Receiver
	Holder
	Burier
	Counter
}

// Ledger knows which objects are in batches.
type Ledger interface {
	Seen(ctx context.Context, keys []string) (map[string]catalog.ObjectResult, error)
}

// Clock is the time, and waiting for it.
type Clock interface {
	Now() time.Time
	Wait(ctx context.Context, d time.Duration) error
}

// Config says what to follow, and how.
type Config struct {
	Queue  Queue
	Load   func(ctx context.Context, sel compact.Selection) (*compact.Report, error) // a compaction of the objects selected
	Ledger Ledger
	Clock  Clock

	Visibility time.Duration // how long a message is the receiver's unless it is held
	Window     time.Duration // how long the first of the messages waits for more before they are loaded
	Objects    int           // that are loaded together at most
	Bytes      int64         // of them together, as far as messages tell sizes
	Receives   int           // calls that receive at a time at most, while there is more than they bring; one if zero
	Drain      bool          // end when the queue is empty, see [Others], and with the error of a compaction that fails

	// What follows is called one at a time, and may be nil.
	Gathered func(messages, objects int) // is told how many are in hand, as they come in
	Tell     func(Round)                 // is told of each round
	Await    func(Others)                // is told what a drain waits for, and what it leaves
	Warn     func(error)                 // is told what went wrong and ends nothing

	Observe *observe.Recorder // nil if nobody wants metrics
}

// Round is what was done with the messages of one window.
type Round struct {
	Report   *compact.Report // of the compaction; nil if it did not begin
	Err      error           // why it failed
	Messages int             // that were in hand
	Deleted  int             // of them: all their objects are in the lake, or are such as no table takes
	Buried   int             // of them: so it is, but they have records that can't be read
	Returned int             // of them: an object could not be read, and they come again later
	Kept     int             // of them: others work on an object, or the compaction failed
	Passed   int             // objects that no table takes
}

// Waits.
const (
	beats      = 6               // in the visibility timeout
	standstill = 5 * time.Second // after a round that could do nothing
	firstRetry = 5 * time.Second // after a failure; doubled with each that fails after it
	lastRetry  = 5 * time.Minute
	leaving    = 30 * time.Second // for giving messages back in the end
)

// Run follows the queue until the context is done, which is no error; or until it is drained. When the context is done
// the answers of calls that receive are still waited for, 8 s or at the worst 13, and what is in hand is given back.
func Run(ctx context.Context, cfg Config) error {
	f := &follower{Config: cfg, hand: newHand(cfg.Queue), pace: pace{1, cfg.Receives}, ebb: ebb{left: cfg.Visibility + settles}}
	beating, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.beat(beating)
	}()
	err := f.follow(ctx)
	stop()
	<-done
	return errors.Join(err, f.giveBack(ctx))
}

// follower follows a queue.
type follower struct {
	Config
	hand     *hand
	pace     pace
	ebb      ebb
	failures int        // rounds that failed, one after the other
	telling  sync.Mutex // held while the caller is told something
}

// follow goes from round to round. What is wrong with one table, or one batch, does not keep the others from being loaded:
// the worker goes on at once as long as its rounds settle messages. A drain ends with the last of such errors.
func (f *follower) follow(ctx context.Context) (passed error) {
	for ctx.Err() == nil {
		drained, err := f.recede(ctx)
		settled := false
		if ctx.Err() == nil && !f.hand.empty() {
			var failed error
			settled, failed = f.round(ctx)
			err = errors.Join(err, failed)
		}
		switch {
		case ctx.Err() != nil:
		case err != nil && settled:
			f.warn(err)
			f.failures, passed = 0, err
		case err != nil && f.Drain:
			return err
		case err != nil:
			f.warn(err)
			f.failures++
			_ = f.Clock.Wait(ctx, f.backoff()) // the loop looks at the context
		default:
			f.failures = 0
			if drained && f.hand.empty() {
				f.await()
				return passed
			}
		}
	}
	return nil
}

func (f *follower) backoff() time.Duration {
	wait := firstRetry
	for n := 1; n < f.failures && wait < lastRetry; n++ {
		wait *= 2
	}
	return min(wait, lastRetry)
}

// bury gets rid of a message that can't be read. One that can't be buried stays in the queue, and is told of again when it
// comes again.
func (f *follower) bury(ctx context.Context, m *notice.Message) error {
	f.Observe.Queue(observe.Poison, 1)
	err := f.Queue.Bury(ctx, m, m.Err)
	if err != nil {
		_, e := f.Queue.Hold(ctx, []*notice.Message{m}, lastReturn)
		f.hand.putAway(f.Clock.Now(), m)
		err = errors.Join(err, e)
	}
	f.warn(&PoisonError{m, err})
	return err
}

// PoisonError is a message that can't be read, or not all of it.
type PoisonError struct {
	Message *notice.Message
	Kept    error // why it could not be sent to the dead letters; nil if it was
}

func (e *PoisonError) Error() string {
	what := "can't be read"
	if len(e.Message.Objects) > 0 {
		what += " in whole"
	}
	if e.Kept != nil {
		return fmt.Sprintf("message %s %s and stays in the queue: %v: %v", e.Message.ID, what, e.Kept, e.Message.Err)
	}
	return fmt.Sprintf("message %s %s and was sent to the dead letters: %v", e.Message.ID, what, e.Message.Err)
}

func (e *PoisonError) Unwrap() []error { return []error{e.Message.Err, e.Kept} }

func (f *follower) warn(err error) {
	if f.Warn != nil {
		f.telling.Lock()
		defer f.telling.Unlock()
		f.Warn(err)
	}
}

func (f *follower) gathered() {
	if f.Gathered != nil {
		f.telling.Lock()
		defer f.telling.Unlock()
		f.Gathered(f.hand.size())
	}
}

func (f *follower) tell(r Round) {
	if f.Tell != nil {
		f.telling.Lock()
		defer f.telling.Unlock()
		f.Tell(r)
	}
}

// load compacts the objects in hand, and answers those that it left out.
func (f *follower) load(ctx context.Context) (left map[string]compact.Left, report *compact.Report, err error) {
	objects := f.hand.objects()
	left = map[string]compact.Left{}
	report, err = f.Load(ctx, compact.Selection{Keys: each(objects), Left: func(l compact.Left) {
		if !left[l.Key].Again {
			left[l.Key] = l
		}
	}})
	return left, report, err
}

// each are objects as a compaction selects them.
func each(objects []raw.Named) iter.Seq2[raw.Named, error] {
	return func(yield func(raw.Named, error) bool) {
		for _, o := range objects {
			if !yield(o, nil) {
				return
			}
		}
	}
}

// giveBack gives the messages in hand back to the queue, in the end.
func (f *follower) giveBack(ctx context.Context) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), leaving)
	defer stop()
	given, err := f.hand.giveBack(ctx, f.hand.all(), 0)
	f.Observe.Queue(observe.Returned, len(given))
	f.show()
	return err
}
