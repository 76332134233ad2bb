package retain_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
)

const far = "2026-01-10" // a day that every policy of these tests is past

func at(day string, minute int) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t.Add(time.Duration(minute) * time.Minute)
}

func TestADayIsKeptExactlyForTheEventsOfAHold(t *testing.T) {
	rows := slices.Concat(events(300, ours), []event{
		{minute: 400, account: theirs}, {minute: 500, account: ours, named: []string{"222222222222", "333333333333"}}, {minute: 600},
	})
	for _, c := range []struct {
		name string
		hold catalog.Hold
		kept bool
	}{
		{"of everything", catalog.Hold{}, true},
		{"of the table", catalog.Hold{Table: "flows"}, true},
		{"of another table", catalog.Hold{Table: "trail"}, false},
		{"of the table and a time with events", catalog.Hold{Table: "flows", From: at(far, 300), To: at(far, 401)}, true},
		{"of a time after the day's last event", catalog.Hold{From: at(far, 601)}, false},
		{"of a time that begins with the last event", catalog.Hold{From: at(far, 600)}, true},
		{"of a time that ends with the first event", catalog.Hold{To: at(far, 0)}, false},
		{"of the account of many events", catalog.Hold{Account: ours}, true},
		{"of the account of one event", catalog.Hold{Account: theirs}, true},
		{"of an account that an event names", catalog.Hold{Account: "333333333333"}, true},
		{"of an account that no event is of", catalog.Hold{Account: nobodys}, false},
		{"of the account of one event, in the minute of that event", catalog.Hold{Account: theirs, From: at(far, 400), To: at(far, 400).Add(time.Millisecond)}, true},
		{"of the account of one event, until that event", catalog.Hold{Account: theirs, To: at(far, 400)}, false},
		{"of the account of one event, after that event", catalog.Hold{Account: theirs, From: at(far, 400).Add(1)}, false},
		{"of the account of one event, in another table", catalog.Hold{Account: theirs, Table: "trail"}, false},
		{"of an account that is named later than the hold", catalog.Hold{Account: "222222222222", To: at(far, 500)}, false},
		{"of the account of many events, in a time without them", catalog.Hold{Account: ours, From: at(far, 300), To: at(far, 500)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t, "flows", "trail")
			l.keep("", 30)
			l.add("flows", far, rows[:200]...)
			l.add("flows", far, rows[200:]...)
			c.hold.ID, c.hold.Reason, c.hold.Owner = "case 7", "a case", "legal"
			l.hold(c.hold)
			plan := l.plan()
			if kept := len(plan.Kept) == 1 && len(plan.Go) == 0; kept != c.kept {
				t.Errorf("the plan keeps %v and takes %v", plan.Kept, plan.Go)
			}
			if c.kept && (!cmp.Equal(plan.Kept[0].Held, []string{"case 7"}) || !strings.Contains(plan.Kept[0].Why, "case 7") || !strings.Contains(plan.Kept[0].Why, "a case (legal)")) {
				t.Errorf("why it is kept is said as %+v", plan.Kept[0])
			}
			l.apply()
			if kept := l.days("flows")[far] == 303; kept != c.kept {
				t.Errorf("left are %v", l.days("flows"))
			}
		})
	}
}

func TestADayWhoseFilesCannotBeReadIsKept(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, l *testLake, path string){
		"a file is gone": func(t *testing.T, l *testLake, path string) { l.must(os.Remove(l.files.Path(path))) },
		"a file is cut":  func(t *testing.T, l *testLake, path string) { l.must(os.Truncate(l.files.Path(path), 500)) },
		"a file is no more": func(t *testing.T, l *testLake, path string) {
			l.must(os.WriteFile(l.files.Path(path), []byte("?"), 0o644))
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t, "flows")
			l.keep("flows", 30)
			broken := l.add("flows", far, events(3, theirs)...)
			l.add("flows", "2026-01-11", events(3, theirs)...)
			l.hold(catalog.Hold{ID: "h", Account: ours, To: at("2026-02-01", 0)})
			harm(t, l, broken.Path)
			plan := l.plan()
			if len(plan.Go) != 1 || len(plan.Kept) != 1 || plan.Kept[0].Day != far || !plan.Kept[0].Error || len(plan.Kept[0].Held) != 0 {
				t.Errorf("the plan keeps %+v and takes %+v", plan.Kept, plan.Go)
			}
			a, err := l.tryApply()
			if err != nil || a.Unclear() != 1 || len(a.Expired) != 1 {
				t.Errorf("%+v, %v", a, err)
			}
			if diff := cmp.Diff(map[string]int64{far: 3}, l.days("flows")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAHoldBringsBackWhatHasExpired(t *testing.T) {
	l := newLake(t, "flows")
	l.keep("flows", 30)
	l.add("flows", "2026-01-10", events(5, ours)...)
	l.add("flows", "2026-01-11", events(6, theirs)...)
	l.add("flows", "2026-01-12", events(7, ours)...)
	l.apply()
	if len(l.days("flows")) != 0 {
		t.Fatalf("left are %v", l.days("flows"))
	}
	back := l.hold(catalog.Hold{ID: "h", Account: ours, To: at("2026-01-12", 0)})
	if len(back) != 1 || back[0].Day != "2026-01-10" || back[0].Rows != 5 {
		t.Errorf("back are %+v", back)
	}
	l.balanced()
	l.clock = l.clock.Add(l.delay)
	// The 11th is of the hold's time and not of its account, which is found out by expiring it anew; the 12th is neither.
	if a := l.apply(); a.Deleted.Files != 1 || len(a.Expired) != 1 || a.Expired[0].Day != "2026-01-11" || len(a.Restored) != 0 {
		t.Errorf("%+v", a)
	}
	if diff := cmp.Diff(map[string]int64{"2026-01-10": 5}, l.days("flows")); diff != "" {
		t.Error(diff)
	}
	l.clock = l.clock.Add(l.delay)
	if a := l.apply(); a.Deleted.Files != 1 || len(a.Expired) != 0 {
		t.Errorf("a delay later: %+v", a)
	}
	l.must(l.store.DropHold(t.Context(), "h"))
	if a := l.apply(); a.Deleted.Files != 0 || len(a.Expired) != 1 {
		t.Errorf("after the hold: %+v", a)
	}
	l.clock = l.clock.Add(l.delay)
	l.apply()
	if left := l.stored(); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}

func TestAHoldOfATimeBringsBackWhatHasEventsOfIt(t *testing.T) {
	for _, c := range []struct {
		name string
		hold catalog.Hold
		back bool
	}{
		{"the time of the first event", catalog.Hold{From: at(far, 0), To: at(far, 1)}, true},
		{"a time between two events", catalog.Hold{From: at(far, 1), To: at(far, 30)}, false},
		{"the rest of the day", catalog.Hold{From: at(far, 31)}, false},
		{"the day before", catalog.Hold{To: at(far, 0)}, false},
		{"no time in particular", catalog.Hold{}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t, "flows")
			l.keep("flows", 30)
			l.add("flows", far, event{minute: 0, account: ours}, event{minute: 30, account: ours})
			l.apply()
			c.hold.ID = "h"
			if back := len(l.hold(c.hold)) == 1; back != c.back {
				t.Errorf("back is %v", back)
			}
			l.apply()
			if back := l.days("flows")[far] == 2; back != c.back {
				t.Errorf("after an apply, back is %v", back)
			}
		})
	}
}

func TestHoldsThatAreRefused(t *testing.T) {
	l := newLake(t, "flows")
	for name, h := range map[string]catalog.Hold{
		"without a name":             {},
		"of a table that cannot be":  {ID: "h", Table: "No Table"},
		"that ends before it begins": {ID: "h", From: at(far, 2), To: at(far, 1)},
		"that ends when it begins":   {ID: "h", From: at(far, 2), To: at(far, 2)},
	} {
		if _, err := l.keeper().AddHold(t.Context(), l.store, h); err == nil {
			t.Errorf("a hold %s is taken", name)
		}
	}
}
