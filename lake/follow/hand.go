package follow

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/notice"
)

// held is a message in hand.
type held struct {
	*notice.Message
	failed int // rounds that failed for it, and not for others
}

// hand is the messages that are kept from others. A message that is received a second time takes its own place, since the
// receipt of the first is worth nothing then.
type hand struct {
	queue Holder

	calls chan struct{} // takes one at a time, which settles messages: none is held that another call deletes

	mu       sync.Mutex
	messages map[string]*held     // by id
	away     map[string]time.Time // messages that were given back, by id: when they can be received again
	bytes    int64
	count    int // of objects
}

func newHand(q Holder) *hand {
	return &hand{queue: q, calls: make(chan struct{}, 1), messages: map[string]*held{}, away: map[string]time.Time{}}
}

// alone waits until no other call settles messages. done is to be called then.
func (h *hand) alone() (done func()) {
	h.calls <- struct{}{}
	return func() { <-h.calls }
}

func (h *hand) add(m *notice.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if old := h.messages[m.ID]; old != nil {
		h.remove(old)
	}
	delete(h.away, m.ID)
	h.messages[m.ID] = &held{Message: m}
	h.sum(m, 1)
}

func (h *hand) remove(m *held) {
	if h.messages[m.ID] == m {
		delete(h.messages, m.ID)
		h.sum(m.Message, -1)
	}
}

func (h *hand) sum(m *notice.Message, sign int64) {
	h.count += int(sign) * len(m.Objects)
	for _, o := range m.Objects {
		h.bytes += sign * o.Size
	}
}

func (h *hand) empty() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.messages) == 0
}

// size is how many messages are in hand, and of how many objects they tell.
func (h *hand) size() (messages, objects int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.messages), h.count
}

// room tells whether more messages are wanted.
func (h *hand) room(objects int, bytes int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count < objects && h.bytes < bytes
}

// all are the messages in hand, by id.
func (h *hand) all() []*held {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.SortedFunc(maps.Values(h.messages), func(a, b *held) int { return strings.Compare(a.ID, b.ID) })
}

// objects are those that the messages tell of, by URI: of each the last that was written, with the ETags of all that
// had contents.
func (h *hand) objects() []raw.Named {
	last, written := map[string]notice.Object{}, map[string][]string{}
	for _, m := range h.all() {
		for _, o := range m.Objects {
			key := o.URI()
			if known, ok := last[key]; !ok || o.After(known) {
				last[key] = o
			}
			if o.Size > 0 && o.ETag != "" && !slices.Contains(written[key], o.ETag) {
				written[key] = append(written[key], o.ETag)
			}
		}
	}
	all := make([]raw.Named, 0, len(last))
	for _, key := range slices.Sorted(maps.Keys(last)) {
		o := last[key]
		all = append(all, raw.Named{Bucket: o.Bucket, Written: written[key], Object: catalog.Object{Key: key, Size: o.Size, ETag: o.ETag}})
	}
	return all
}

// oldest is when the oldest of the messages was sent, and how many there are.
func (h *hand) oldest() (sent time.Time, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.messages {
		if sent.IsZero() || m.Sent.Before(sent) {
			sent = m.Sent
		}
	}
	return sent, len(h.messages)
}

// drop lets messages go that are settled, or lost.
func (h *hand) drop(all []*held) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range all {
		h.remove(m)
	}
}

// prolong keeps from others those of the messages whose time is up before soon, and answers how many are lost. A failure
// is of the moment: there is time for several more tries.
func (h *hand) prolong(ctx context.Context, soon time.Time, d time.Duration) (lost int, err error) {
	defer h.alone()()
	all := slices.DeleteFunc(h.all(), func(m *held) bool { return m.Until.After(soon) })
	if len(all) == 0 {
		return 0, nil
	}
	gone, err := h.queue.Hold(ctx, bare(all), d)
	h.drop(those(all, gone))
	return len(gone), err
}

// giveBack makes messages visible to others after a while, and answers those that are not lost. They are let go whatever
// happens: at the worst they come back when their time is up.
func (h *hand) giveBack(ctx context.Context, all []*held, after time.Duration) (given []*notice.Message, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	defer h.alone()()
	lost, err := h.queue.Hold(ctx, bare(all), after)
	h.drop(all)
	return slices.DeleteFunc(bare(all), func(m *notice.Message) bool { return slices.Contains(lost, m) }), err
}

// putAway notes messages that nobody has until their time is up.
func (h *hand) putAway(now time.Time, all ...*notice.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.away, func(_ string, until time.Time) bool { return !until.After(now) })
	for _, m := range all {
		h.away[m.ID] = m.Until
	}
}

// hidden is how many messages can't be received now because they are in hand, or were given back for later.
func (h *hand) hidden(now time.Time) (n int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, until := range h.away {
		if until.After(now) {
			n++
		}
	}
	return n + int64(len(h.messages))
}

// delete deletes messages, and answers how many. They are let go whatever happens: one that could not be deleted comes
// again, and is found to be done.
func (h *hand) delete(ctx context.Context, all []*held) (n int, err error) {
	if len(all) == 0 {
		return 0, nil
	}
	defer h.alone()()
	lost, err := h.queue.Delete(ctx, bare(all))
	h.drop(all)
	return len(all) - len(lost), err
}

// bury lets messages go by a call for each, which buries it, and answers how many of them were.
func (h *hand) bury(all []*held, bury func(*notice.Message) error) (n int) {
	if len(all) == 0 {
		return 0
	}
	defer h.alone()()
	var group errgroup.Group
	group.SetLimit(abreast)
	var buried atomic.Int64
	for _, m := range all {
		group.Go(func() error {
			if bury(m.Message) == nil {
				buried.Add(1)
			}
			return nil
		})
	}
	_ = group.Wait() // no call ends the others
	h.drop(all)
	return int(buried.Load())
}

// abreast is how many messages are buried at a time.
const abreast = 8

func bare(all []*held) []*notice.Message {
	out := make([]*notice.Message, len(all))
	for i, m := range all {
		out[i] = m.Message
	}
	return out
}

// those are the messages of all that are among some.
func those(all []*held, some []*notice.Message) []*held {
	return slices.DeleteFunc(slices.Clone(all), func(m *held) bool { return !slices.Contains(some, m.Message) })
}

// beat keeps the messages in hand from others until the context is done.
func (f *follower) beat(ctx context.Context) {
	for f.Clock.Wait(ctx, f.Visibility/beats) == nil {
		lost, err := f.hand.prolong(ctx, f.Clock.Now().Add(f.Visibility/2), f.Visibility)
		f.Observe.Queue(observe.Lost, lost)
		if err != nil && ctx.Err() == nil {
			f.warn(err)
		}
	}
}

// show tells the metrics what is in hand.
func (f *follower) show() {
	sent, n := f.hand.oldest()
	f.Observe.InFlight(n, sent)
}
