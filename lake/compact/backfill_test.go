package compact_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
)

// counted counts which objects a bucket is asked for.
type counted struct {
	*raw.Folder
	mu     sync.Mutex
	stated []string
}

func (b *counted) Stat(ctx context.Context, key string) (catalog.Object, error) {
	b.mu.Lock()
	b.stated = append(b.stated, key)
	b.mu.Unlock()
	return b.Folder.Stat(ctx, key)
}

func TestABackfillIsStoppedAndGoesOnWithTheNewestDays(t *testing.T) {
	l := newLake(t)
	const days = 12
	var keys []string // oldest first
	for i := range days {
		day := day1.AddDate(0, 0, i)
		key := loginKey(day, "a")
		l.put(key, delivery(login(key, day)))
		keys = append(keys, key)
	}
	bucket := &counted{Folder: l.raw}
	l.rawBucket = bucket
	sel := compact.Selection{Keys: keysOf(keys...), Order: compact.NewestFirst}
	ctx, stop := context.WithCancel(t.Context())
	cfg := l.config()
	cfg.Workers = 1
	cfg.Watch = func(p compact.Progress) {
		if p.Objects == 4 {
			stop()
		}
	}
	if _, err := compact.Run(ctx, cfg, sel); err == nil {
		t.Fatal("the run was not stopped")
	}
	loaded := l.committed()
	if n := len(loaded); n < 3 || n > 4 || !slices.Equal(loaded, keys[days-n:]) {
		t.Fatalf("loaded %v before the others", loaded)
	}
	bucket.stated = nil
	l.selected(sel)
	if got := l.committed(); !slices.Equal(got, keys) {
		t.Errorf("loaded %v", got)
	}
	for _, key := range loaded {
		if slices.Contains(bucket.stated, key) {
			t.Errorf("the bucket was asked again for %s", key)
		}
	}
	bucket.stated = nil
	if r := l.selected(sel); r.Objects != 0 || len(bucket.stated) != 0 {
		t.Errorf("the third run loaded %d objects and asked the bucket for %d", r.Objects, len(bucket.stated))
	}
	l.distinct(days)
}

// committed are the keys of what was loaded, in order.
func (l *testLake) committed() (keys []string) {
	l.Helper()
	for key, o := range l.objects() {
		if o.State == catalog.Committed {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestAKeyThatAListNamesTwiceIsLoadedOnce(t *testing.T) {
	l := newLake(t)
	l.put(loginKey(day1, "a"), delivery(login("a", day1)))
	var keys []string
	for range 2500 { // more than the ledger is asked about at a time
		keys = append(keys, loginKey(day1, "a"))
	}
	if r := l.selected(compact.Selection{Keys: keysOf(keys...)}); r.Objects != 1 || r.EventsOut != 1 {
		t.Errorf("%d objects, %d events", r.Objects, r.EventsOut)
	}
}

func TestAListThatSaysAnotherSizeHasTheObjectLookedAtAgain(t *testing.T) {
	l := newLake(t)
	key := loginKey(day1, "a")
	l.put(key, delivery(login("a", day1)))
	l.run()
	l.put(key, delivery(login("a", day1), login("b", day1)))
	for _, c := range []struct {
		name   string
		size   int64
		events int64
	}{{"no size", 0, 0}, {"the size that it had", l.objects()[key].Size, 0}, {"another size", l.objects()[key].Size + 1, 1}} {
		t.Run(c.name, func(t *testing.T) {
			list := func(yield func(raw.Named, error) bool) {
				yield(raw.Named{Object: catalog.Object{Key: key, Size: c.size}}, nil)
			}
			if r := l.selected(compact.Selection{Keys: list}); r.EventsOut != c.events {
				t.Errorf("%d events, want %d", r.EventsOut, c.events)
			}
		})
	}
}

func TestAListThatBreaksOffEndsTheRun(t *testing.T) {
	l := newLake(t)
	list := func(yield func(raw.Named, error) bool) { yield(raw.Named{}, fmt.Errorf("disk error")) }
	if _, err := compact.Run(t.Context(), l.config(), compact.Selection{Keys: list}); err == nil {
		t.Error("no error")
	}
}

func TestWhatWasDeliveredBeforeIsNotAskedFor(t *testing.T) {
	l := newLake(t)
	l.put(loginKey(day1, "a"), delivery(login("a", day1)))
	l.put(loginKey(day1.AddDate(0, 0, 5), "b"), delivery(login("b", day1)))
	for _, order := range []compact.Order{compact.AsFound, compact.NewestFirst, compact.OldestFirst} {
		if r := l.selected(compact.Selection{Order: order, Since: day1.Add(72 * time.Hour), DryRun: true}); r.Objects != 1 {
			t.Errorf("%q: %d objects, want 1", order, r.Objects)
		}
	}
}
