package follow

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw/notice"
	"github.com/hindcast/hindcast/lake/schedule"
)

func TestWhatBecameOfAMessageIsToldByTheLedger(t *testing.T) {
	const key = "s3://logs/a"
	in := func(state catalog.State, etag string) *catalog.ObjectResult {
		return &catalog.ObjectResult{Object: catalog.Object{Key: key, ETag: etag}, State: state}
	}
	out := func(again bool) *compact.Left { return &compact.Left{Key: key, Again: again} }
	for name, c := range map[string]struct {
		known  *catalog.ObjectResult
		left   *compact.Left
		failed bool
		want   fate
	}{
		"it is committed": {known: in(catalog.Committed, "e"), want: settled},
		"it is committed, though the compaction failed":                         {known: in(catalog.Committed, "e"), failed: true, want: settled},
		"it was committed with other contents, and looked at again":             {known: in(catalog.Committed, "old"), want: settled},
		"it was committed with other contents, and perhaps not looked at again": {known: in(catalog.Committed, "old"), failed: true, want: open},
		"others have planned it":                                                {known: in(catalog.Planned, "e"), want: open},
		"it is in no table":                                                     {left: out(false), want: settled},
		"it is in no table, and others load it all the same":                    {known: in(catalog.Planned, "e"), left: out(false), want: open},
		"it could not be read":                                                  {left: out(true), want: broken},
		"it was loaded, and then could not be read again":                       {known: in(catalog.Committed, "old"), left: out(true), want: broken},
		"it was committed meanwhile with other contents, and not looked at":     {known: in(catalog.Committed, "old"), left: &compact.Left{Key: key, Busy: true}, want: open},
		"others have undone its batch":                                          {want: open},
		"the compaction failed before it was looked at":                         {failed: true, want: open},
	} {
		t.Run(name, func(t *testing.T) {
			j := judge{seen: map[string]catalog.ObjectResult{}, left: map[string]compact.Left{}, failed: c.failed}
			if c.known != nil {
				j.seen[key] = *c.known
			}
			if c.left != nil {
				j.left[key] = *c.left
			}
			if got := j.object(notice.Object{Bucket: "logs", Key: "a", ETag: "e"}); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestAMessageIsAsFarAsTheLastOfItsObjects(t *testing.T) {
	j := judge{
		seen: map[string]catalog.ObjectResult{"s3://b/done": {State: catalog.Committed}, "s3://b/open": {State: catalog.Planned}},
		left: map[string]compact.Left{"s3://b/broken": {Again: true}},
	}
	for want, keys := range map[fate][]string{settled: {"done"}, open: {"done", "open"}, broken: {"open", "broken", "done"}} {
		m := &notice.Message{}
		for _, key := range keys {
			m.Objects = append(m.Objects, notice.Object{Bucket: "b", Key: key})
		}
		if got := j.message(m); got != want {
			t.Errorf("%v: %v, want %v", keys, got, want)
		}
	}
}

func TestAMessageComesAgainTheLaterTheMoreOftenItHasFailed(t *testing.T) {
	l := &log{after: map[string]time.Duration{}}
	f := &follower{hand: newHand(l), Config: Config{Clock: schedule.Wall{Time: time.Now}}}
	for _, received := range []int{1, 2, 5, 6, 7, 100} {
		f.hand.add(&notice.Message{ID: fmt.Sprint(received), Receipt: fmt.Sprint(received), Received: received})
	}
	var r Round
	if err := f.returnAll(t.Context(), f.hand.all(), &r); err != nil || r.Returned != 6 || !f.hand.empty() {
		t.Errorf("%+v, %v", r, err)
	}
	want := map[string]time.Duration{"1": 30 * time.Second, "2": time.Minute, "5": 8 * time.Minute, "6": 15 * time.Minute, "7": 15 * time.Minute, "100": 15 * time.Minute}
	if !maps.Equal(l.after, want) {
		t.Errorf("%v, want %v", l.after, want)
	}
}

// log is a queue that notes what is asked of it.
type log struct {
	held  []string
	after map[string]time.Duration
	lost  []*notice.Message
}

func (l *log) Hold(_ context.Context, messages []*notice.Message, d time.Duration) ([]*notice.Message, error) {
	for _, m := range messages {
		l.held = append(l.held, m.Receipt)
		l.after[m.Receipt] = d
	}
	return l.lost, nil
}

func (l *log) Delete(context.Context, []*notice.Message) ([]*notice.Message, error) { return nil, nil }

func TestAHandHoldsTheLastDeliveryOfEachMessageAndTheLastNewsOfEachObject(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	message := func(id, receipt, sequencer string, until time.Duration) *notice.Message {
		o := notice.Object{Bucket: "b", Key: "k", Size: 10, ETag: receipt, Sequencer: sequencer}
		return &notice.Message{ID: id, Receipt: receipt, Sent: now.Add(-until), Until: now.Add(until), Notice: notice.Notice{Objects: []notice.Object{o}}}
	}
	l := &log{after: map[string]time.Duration{}}
	h := newHand(l)
	h.add(message("1", "a", "01", time.Minute))
	h.add(message("2", "b", "03", time.Hour))
	h.add(message("1", "c", "02", time.Minute))
	if objects := h.objects(); len(objects) != 1 || objects[0].ETag != "b" {
		t.Errorf("objects %+v", objects)
	}
	if h.count != 2 || h.bytes != 20 || h.room(2, 100) || h.room(3, 20) || !h.room(3, 21) {
		t.Errorf("%d objects of %d bytes", h.count, h.bytes)
	}
	if sent, n := h.oldest(); n != 2 || !sent.Equal(now.Add(-time.Hour)) {
		t.Errorf("the oldest of %d is of %v", n, sent)
	}
	if lost, err := h.prolong(t.Context(), now.Add(2*time.Minute), time.Hour); lost != 0 || err != nil || len(l.held) != 1 || l.held[0] != "c" {
		t.Errorf("held %v, lost %d: %v", l.held, lost, err)
	}
	l.lost = []*notice.Message{h.messages["1"].Message}
	if lost, err := h.prolong(t.Context(), now.Add(2*time.Minute), time.Hour); lost != 1 || err != nil || len(h.messages) != 1 || h.count != 1 || h.bytes != 10 {
		t.Errorf("lost %d, and %d are in hand: %v", lost, len(h.messages), err)
	}
}
