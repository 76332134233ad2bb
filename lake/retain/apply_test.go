package retain_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	catfaulty "github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/retain"
)

func TestDaysGoAndTheirFilesAfterTheDelay(t *testing.T) {
	l := newLake(t, "flows", "trail")
	l.keep("flows", 30)
	l.add("flows", "2026-03-01", events(3, ours)...) // the 1st of March ended 31 days ago
	l.add("flows", "2026-03-01", events(4, ours)...)
	l.add("flows", "2026-03-02", events(5, ours)...) // and the 2nd thirty
	l.add("flows", "2026-03-03", events(6, ours)...)
	l.add("trail", "2020-01-01", events(7, ours)...)
	plan := l.plan()
	if diff := cmp.Diff([]string{"flows 2026-03-01"}, dayNames(plan.Go)); diff != "" || plan.Rows != 7 || plan.Go[0].Files != 2 || plan.Go[0].Keep != 30 {
		t.Errorf("the plan: %+v", plan)
	}
	a := l.apply()
	if a.Rows != 7 || !a.Due.Equal(start.Add(retain.DefaultDelay)) || a.Deleted.Files != 0 {
		t.Errorf("applied: %+v", a)
	}
	if diff := cmp.Diff(map[string]int64{"2026-03-02": 5, "2026-03-03": 6}, l.days("flows")); diff != "" {
		t.Error(diff)
	}
	if waiting := l.plan().Awaiting; len(waiting) != 1 || waiting[0].Rows != 7 || !waiting[0].Due.Equal(a.Due) {
		t.Errorf("awaiting deletion: %+v", waiting)
	}
	if n := len(l.stored()); n != 5 {
		t.Errorf("%d files are there", n)
	}
	l.keep("flows", 60) // the rest stays
	l.clock = a.Due.Add(-time.Millisecond)
	if a := l.apply(); a.Deleted.Files != 0 || len(a.Expired) != 0 {
		t.Errorf("before the delay: %+v", a)
	}
	l.clock = a.Due
	if a := l.apply(); a.Deleted.Files != 2 || a.Deleted.Bytes != plan.Bytes {
		t.Errorf("after the delay: %+v", a)
	}
	if n := len(l.stored()); n != 3 {
		t.Errorf("%d files are left", n)
	}
	if waiting := l.plan().Awaiting; len(waiting) != 0 {
		t.Errorf("awaiting deletion: %+v", waiting)
	}
}

func TestWithoutAPolicyNothingGoes(t *testing.T) {
	l := newLake(t, "flows")
	l.add("flows", "1999-01-01", events(3, ours)...)
	if plan := l.plan(); len(plan.Go)+len(plan.Kept) != 0 {
		t.Errorf("%+v", plan)
	}
	if a := l.apply(); len(a.Expired) != 0 || l.days("flows")["1999-01-01"] != 3 {
		t.Errorf("%+v", a)
	}
}

func TestADayIsRestoredWithinTheDelay(t *testing.T) {
	l := newLake(t, "flows")
	l.keep("flows", 30)
	l.add("flows", far, events(3, ours)...)
	l.add("flows", "2026-01-11", events(4, ours)...)
	l.apply()
	l.add("flows", far, events(2, ours)...) // late
	l.must(retain.Restore(t.Context(), l.store, "flows", far))
	l.balanced()
	if diff := cmp.Diff(map[string]int64{far: 5}, l.days("flows")); diff != "" {
		t.Error(diff)
	}
	if err := retain.Restore(t.Context(), l.store, "flows", "2026-01-20"); !errors.Is(err, catalog.ErrNotFound) || errors.Is(err, retain.ErrGone) {
		t.Errorf("a day that never was: %v", err)
	}
	l.keep("flows", 0)
	l.clock = l.clock.Add(l.delay)
	l.apply()
	if err := retain.Restore(t.Context(), l.store, "flows", "2026-01-11"); !errors.Is(err, retain.ErrGone) {
		t.Errorf("a day whose files are deleted: %v", err)
	}
	if diff := cmp.Diff(map[string]int64{far: 5}, l.days("flows")); diff != "" {
		t.Error(diff)
	}
}

func TestALateEventOfAnExpiredDayGoesWithTheNextApply(t *testing.T) {
	l := newLake(t, "flows")
	l.keep("flows", 30)
	l.add("flows", far, events(3, ours)...)
	l.apply()
	l.add("flows", far, events(2, ours)...)
	if a := l.apply(); a.Rows != 2 {
		t.Errorf("%+v", a)
	}
	l.clock = l.clock.Add(l.delay)
	l.apply()
	if left := l.stored(); len(left) != 0 || len(l.days("flows")) != 0 {
		t.Errorf("left are %v", left)
	}
}

// What others do right before and right after each call of an apply that matters.
func TestAnApplyHeedsWhatOthersDoMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name      string
		call      catfaulty.Call
		pass      int // calls before it
		meanwhile func(l *testLake)
		left      map[string]int64
		why       string
	}{
		{"a hold of the table comes after the days were listed", catfaulty.AcquireLease, 0,
			func(l *testLake) { l.must(l.store.AddHold(l.Context(), catalog.Hold{ID: "h"})) }, map[string]int64{far: 3}, "hold h"},
		{"a hold of the table comes right before the expiry", catfaulty.Expire, 0,
			func(l *testLake) { l.must(l.store.AddHold(l.Context(), catalog.Hold{ID: "h"})) }, map[string]int64{far: 3}, "a hold was added"},
		{"a hold of an account comes right before the expiry", catfaulty.Expire, 0,
			func(l *testLake) { l.must(l.store.AddHold(l.Context(), catalog.Hold{ID: "h", Account: ours})) }, map[string]int64{far: 3}, "a hold was added"},
		{"a hold of another account comes right before the expiry", catfaulty.Expire, 0,
			func(l *testLake) { l.must(l.store.AddHold(l.Context(), catalog.Hold{ID: "h", Account: theirs})) }, map[string]int64{far: 3}, "a hold was added"},
		{"the policy is made longer after the days were listed", catfaulty.AcquireLease, 0,
			func(l *testLake) { l.keep("flows", 3650) }, map[string]int64{far: 3}, ""},
		{"late events come right before the expiry", catfaulty.Expire, 0,
			func(l *testLake) { l.add("flows", far, events(2, ours)...) }, map[string]int64{far: 5}, "events were added"},
		{"late events come before the partition is looked at", catfaulty.Partition, 0,
			func(l *testLake) { l.add("flows", far, events(2, ours)...) }, map[string]int64{}, ""},
		{"the lease is lost right before the expiry", catfaulty.Expire, 0,
			func(l *testLake) { l.clock = l.clock.Add(time.Hour) }, map[string]int64{far: 3}, "the lease on it was lost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t, "flows")
			l.keep("flows", 30)
			l.add("flows", far, events(3, ours)...)
			l.catalog = catfaulty.New(l.store).Pass(c.call, c.pass).Meanwhile(c.call, func() { c.meanwhile(l) }).Store()
			a := l.apply()
			l.heal()
			if diff := cmp.Diff(c.left, l.days("flows")); diff != "" {
				t.Error(diff)
			}
			said := ""
			for _, d := range append(a.Kept, a.Skipped...) {
				said += d.Why
			}
			if !strings.Contains(said, c.why) || (c.why == "") != (said == "") {
				t.Errorf("it is said %q, want %q", said, c.why)
			}
		})
	}
}

func TestAHoldThatComesRightAfterAnExpiryBringsTheDayBack(t *testing.T) {
	l := newLake(t, "flows")
	l.keep("flows", 30)
	l.add("flows", far, events(3, ours)...)
	l.catalog = catfaulty.New(l.store).Afterwards(catfaulty.Expire, func() {
		l.must(l.store.AddHold(context.Background(), catalog.Hold{ID: "h", Account: ours}))
	}).Store()
	a := l.apply()
	if len(a.Expired) != 0 || len(a.Kept) != 1 || l.days("flows")[far] != 3 {
		t.Errorf("%+v, %v", a, l.days("flows"))
	}
}

func TestADayThatSomebodyElseWorksOnIsLeftForTheNextTime(t *testing.T) {
	l := newLake(t, "flows")
	l.keep("flows", 30)
	l.add("flows", far, events(3, ours)...)
	l.add("flows", "2026-01-11", events(4, ours)...)
	lease, err := l.store.AcquireLease(t.Context(), catalog.PartitionLease("flows", far), "a merge", time.Hour)
	l.must(err)
	a := l.apply()
	if diff := cmp.Diff([]string{"flows " + far}, dayNames(a.Skipped)); diff != "" || !strings.Contains(a.Skipped[0].Why, "a merge") || len(a.Expired) != 1 {
		t.Errorf("%+v", a)
	}
	l.must(l.store.ReleaseLease(t.Context(), lease))
	if a := l.apply(); len(a.Expired) != 1 || len(l.days("flows")) != 0 {
		t.Errorf("%+v", a)
	}
}

func TestTheTrashIsNotListedForEachDayThatExpires(t *testing.T) {
	l := newLake(t, "flows")
	l.keep("flows", 30)
	for _, day := range []string{far, "2026-01-11", "2026-01-12"} {
		l.add("flows", day, events(3, ours)...)
	}
	l.hold(catalog.Hold{ID: "h", Account: theirs})
	watched := catfaulty.New(l.store).Store()
	l.catalog = watched
	if a := l.apply(); len(a.Expired) != 3 {
		t.Errorf("%+v", a)
	}
	if slices.Contains(watched.Calls(), catfaulty.Wasted) {
		t.Error("all that is in the trash was listed")
	}
}

// slow is a bucket that takes half an hour to open a file.
type slow struct{ raw.Store }

func (s slow) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	time.Sleep(30 * time.Minute)
	return s.Store.Open(ctx, key)
}

func TestADayIsLookedIntoForAsLongAsItTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLake(t, "flows")
		l.began = time.Now()
		l.keep("flows", 30)
		l.add("flows", far, events(3, ours)...)
		l.must(l.store.AddHold(t.Context(), catalog.Hold{ID: "h", Account: theirs}))
		l.bucket = slow{l.files}
		if a := l.apply(); len(a.Expired) != 1 || len(a.Skipped) != 0 {
			t.Errorf("%+v", a)
		}
	})
}
