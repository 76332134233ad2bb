package follow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/raw/notice"
)

const (
	firstReturn = 30 * time.Second // until a message comes again of which an object could not be read; doubled with each time
	lastReturn  = 15 * time.Minute
	seenChunk   = 1_000 // keys that the ledger is asked about at a time
	maxFailed   = 3     // rounds that may fail for a message, and not for others, before it is given back
)

// round loads what is in hand and settles the messages. It may have settled some though something went wrong.
func (f *follower) round(ctx context.Context) (settled bool, err error) {
	all := f.hand.all()
	r := Round{Messages: len(all)}
	left, report, err := f.load(ctx)
	r.Report, r.Err = report, err
	err = errors.Join(err, f.settle(ctx, all, left, &r))
	f.tell(r)
	settled = r.Deleted+r.Buried > 0
	if err == nil && !settled && r.Returned == 0 {
		err = f.Clock.Wait(ctx, standstill) // others are at work on all of it
	}
	return settled, err
}

// settle deletes messages that are done, or buries them if not all of them can be read, and gives back those of which an
// object failed. It is done also when the compaction failed, or was interrupted: what is committed is.
func (f *follower) settle(ctx context.Context, all []*held, left map[string]compact.Left, r *Round) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), leaving)
	defer stop()
	seen, err := f.seen(ctx, all)
	if err != nil {
		return err
	}
	j := judge{seen, left, r.Err != nil}
	var done, torn, failed, open []*held
	for _, m := range all {
		switch j.message(m.Message) {
		case settled:
			if m.Err != nil {
				torn = append(torn, m)
			} else {
				done = append(done, m)
			}
			r.Passed += j.passed(m.Message)
		case broken:
			failed = append(failed, m)
		default:
			open = append(open, m)
		}
	}
	if r.Err != nil && len(done)+len(torn) > 0 { // the compaction works, but not for these
		for _, m := range open {
			if m.failed++; m.failed >= maxFailed {
				failed = append(failed, m)
			}
		}
	}
	r.Kept = len(all) - len(done) - len(torn) - len(failed)
	r.Deleted, err = f.hand.delete(ctx, done)
	f.Observe.Queue(observe.Deleted, r.Deleted)
	r.Buried = f.hand.bury(torn, func(m *notice.Message) error { return f.bury(ctx, m) })
	err = errors.Join(err, f.returnAll(ctx, failed, r))
	f.show()
	return err
}

// returnAll gives messages back, the later the more often they have come.
func (f *follower) returnAll(ctx context.Context, failed []*held, r *Round) (err error) {
	after := map[time.Duration][]*held{}
	for _, m := range failed {
		d := firstReturn
		for n := 1; n < m.Received && d < lastReturn; n++ {
			d *= 2
		}
		d = min(d, lastReturn)
		after[d] = append(after[d], m)
	}
	for d, some := range after {
		given, e := f.hand.giveBack(ctx, some, d)
		f.hand.putAway(f.Clock.Now(), given...)
		r.Returned += len(given)
		f.Observe.Queue(observe.Returned, len(given))
		err = errors.Join(err, e)
	}
	return err
}

// delete deletes messages that tell of nothing new. One that can't be deleted comes again.
func (f *follower) delete(ctx context.Context, idle []*notice.Message) {
	if len(idle) == 0 {
		return
	}
	lost, err := f.Queue.Delete(ctx, idle)
	f.Observe.Queue(observe.Deleted, len(idle)-len(lost))
	if err != nil {
		f.warn(err)
	}
}

// seen is what the ledger knows of the messages' objects.
func (f *follower) seen(ctx context.Context, all []*held) (map[string]catalog.ObjectResult, error) {
	var keys []string
	for _, m := range all {
		for _, o := range m.Objects {
			keys = append(keys, o.URI())
		}
	}
	seen := make(map[string]catalog.ObjectResult, len(keys))
	for part := range slices.Chunk(keys, seenChunk) {
		some, err := f.Ledger.Seen(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("ask the ledger: %w", err)
		}
		for key, o := range some {
			seen[key] = o
		}
	}
	return seen, nil
}

// fate is what became of an object, or of a message by its objects.
type fate int

const (
	settled fate = iota // it is in the lake, or not to be loaded
	open                // it waits, or others work on it
	broken              // it could not be read
)

// judge tells what became of objects in a compaction.
type judge struct {
	seen   map[string]catalog.ObjectResult
	left   map[string]compact.Left
	failed bool // the compaction may not have come to all of them
}

// object tells what became of one. That the ledger does not know it is no proof that it is not to be loaded: others may
// have undone its batch since. Only what the compaction itself has left out is done with.
func (j judge) object(o notice.Object) fate {
	left, out := j.left[o.URI()]
	known, ok := j.seen[o.URI()]
	switch {
	case out && left.Again:
		return broken
	case out && left.Busy:
		return open
	case ok && known.State == catalog.Committed && (!j.failed || o.ETag == "" || o.ETag == known.ETag):
		return settled
	case !ok && out:
		return settled
	}
	return open
}

// message tells the worst of its objects' fates.
func (j judge) message(m *notice.Message) fate {
	worst := settled
	for _, o := range m.Objects {
		worst = max(worst, j.object(o))
	}
	return worst
}

// passed is how many of a message's objects no table takes.
func (j judge) passed(m *notice.Message) (n int) {
	for _, o := range m.Objects {
		if _, ok := j.seen[o.URI()]; !ok {
			n++
		}
	}
	return n
}
