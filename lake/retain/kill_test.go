package retain_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	catfaulty "github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/raw"
	rawfaulty "github.com/hindcast/hindcast/lake/raw/faulty"
)

var errKilled = errors.New("killed")

// beforeAll is a lake with days that are due for deletion, past, held, held since they expired, and kept. It is made
// once, and copied.
func beforeAll(t *testing.T, made string) *testLake {
	t.Helper()
	l := lakeIn(t, made)
	l.clock = start.Add(2 * l.delay)
	return l
}

// makeAll makes that lake in a folder of its own.
func makeAll(t *testing.T) (dir string) {
	t.Helper()
	l := newLake(t, "flows", "trail")
	l.keep("flows", 30)
	l.add("flows", "2026-01-01", events(2, theirs)...)
	l.add("flows", "2026-01-01", events(3, theirs)...)
	l.apply()
	l.clock = l.clock.Add(l.delay)
	l.add("flows", "2026-01-02", events(4, ours)...) // expired, and held since
	l.add("flows", "2026-01-01", events(1, theirs)...)
	l.add("flows", "2026-01-08", events(3, ours)...) // due for deletion, and of no hold's time
	l.apply()
	l.clock = l.clock.Add(l.delay)
	l.add("flows", "2026-01-03", events(5, theirs)...)
	l.add("flows", "2026-01-03", events(6, theirs)...)
	l.add("flows", "2026-01-04", events(7, ours)...)   // held
	l.add("flows", "2026-01-01", events(2, theirs)...) // late
	l.add("trail", "2026-01-03", events(9, theirs)...)
	l.must(l.store.AddHold(context.Background(), catalog.Hold{ID: "h", Account: ours, To: at("2026-01-08", 0)}))
	l.must(l.store.Close())
	return l.dir
}

// afterAll is what is left once all has been applied.
var afterAll = map[string]int64{"2026-01-02": 4, "2026-01-04": 7}

// wholeOrGone fails the test unless each day has all of its rows or none, and every file of the tables is there.
func (l *testLake) wholeOrGone(before map[string]int64) {
	l.Helper()
	l.balanced()
	for day, rows := range l.days("flows") {
		back := day == "2026-01-02" && rows == 4 || day == "2026-01-01" && rows == before[day]+1
		if rows != before[day] && !back {
			l.Errorf("%s has %d rows, and had %d", day, rows, before[day])
		}
	}
	if l.days("trail")["2026-01-03"] != 9 {
		l.Errorf("a day of another table has %d rows", l.days("trail")["2026-01-03"])
	}
}

// finish applies again, without faults, until all is done.
func (l *testLake) finish() {
	l.Helper()
	l.heal()
	for range 2 {
		l.clock = l.clock.Add(time.Hour) // what the dead have leased is free
		l.apply()
		l.clock = l.clock.Add(l.delay)
	}
	l.apply()
	if diff := cmp.Diff(afterAll, l.days("flows")); diff != "" {
		l.Errorf("in the end (-want +got)\n%s", diff)
	}
	if n := len(l.stored()); n != 3 {
		l.Errorf("%d files are left: %v", n, l.stored())
	}
	if trash, err := l.store.Wasted(context.Background()); err != nil || len(trash) > 0 {
		l.Errorf("in the trash are %v, %v", trash, err)
	}
}

func TestAnApplyThatIsKilledAnywhereIsFinishedByTheNext(t *testing.T) {
	made := makeAll(t)
	l := beforeAll(t, made)
	watched := catfaulty.New(l.store).Store()
	l.catalog = watched
	l.apply()
	l.finish()
	calls := map[catfaulty.Call]int{}
	for _, c := range watched.Calls() {
		calls[c]++
	}
	for _, c := range []catfaulty.Call{
		catfaulty.Policies, catfaulty.Holds, catfaulty.Tables, catfaulty.Coverage, catfaulty.AcquireLease, catfaulty.Partition, catfaulty.Expire,
		catfaulty.ReleaseLease, catfaulty.Restore, catfaulty.Collect, catfaulty.Forget, catfaulty.Expired, catfaulty.Files, catfaulty.Table,
	} {
		if calls[c] == 0 {
			t.Errorf("%s is not called, so what happens when it fails is not shown", c)
		}
	}
	for c, n := range calls {
		for i := range n {
			for how, fault := range map[string]func(catfaulty.Builder) catfaulty.Builder{
				"before": func(b catfaulty.Builder) catfaulty.Builder { return b.KillBefore(c) },
				"after":  func(b catfaulty.Builder) catfaulty.Builder { return b.KillAfter(c) },
				"lost":   func(b catfaulty.Builder) catfaulty.Builder { return b.Lose(c, 1) },
			} {
				if !writes[c] && how != "before" {
					continue // to read has no effect that could come before its answer
				}
				t.Run(fmt.Sprintf("%s call %d of %s", how, i+1, c), func(t *testing.T) {
					l := beforeAll(t, made)
					before := l.days("flows")
					l.catalog = fault(catfaulty.New(l.store).Pass(c, i)).Store()
					if _, err := l.tryApply(); err == nil && how != "lost" {
						t.Error("the apply has succeeded, though it was killed")
					}
					l.wholeOrGone(before)
					l.finish()
				})
			}
		}
	}
}

// writes are the calls that change something.
var writes = map[catfaulty.Call]bool{
	catfaulty.AcquireLease: true, catfaulty.Expire: true, catfaulty.ReleaseLease: true, catfaulty.Restore: true, catfaulty.Collect: true, catfaulty.Forget: true,
}

func TestAnApplyWhoseBucketFailsIsFinishedByTheNext(t *testing.T) {
	made := makeAll(t)
	for _, op := range []rawfaulty.Op{rawfaulty.Delete, rawfaulty.Open} {
		for i := range 3 {
			for _, how := range []string{"fails", "fails from then on", "loses its answer"} {
				t.Run(fmt.Sprintf("%s %d %s", op, i+1, how), func(t *testing.T) {
					l := beforeAll(t, made)
					before := l.days("flows")
					bucket := rawfaulty.Wrap(l.files)
					switch f := bucket.On(op).After(i); how {
					case "fails":
						f.Fail(errKilled)
					case "fails from then on":
						f.Times(rawfaulty.Forever).Fail(errKilled)
					default:
						f.LoseAnswer(errKilled)
					}
					l.bucket = bucket
					if _, err := l.tryApply(); err != nil && !errors.Is(err, errKilled) {
						t.Errorf("got %v", err)
					}
					l.wholeOrGone(before)
					l.finish()
				})
			}
		}
	}
}

// classed is a folder with storage classes.
type classed struct {
	*raw.Folder
	classes map[string]string
	sets    []string
	fails   int // moves, from the first on
}

func (c *classed) Class(_ context.Context, key string) (string, error) {
	if class, ok := c.classes[key]; ok {
		return class, nil
	}
	return "STANDARD", nil
}

func (c *classed) SetClass(_ context.Context, key, class string) error {
	if c.fails > 0 {
		c.fails--
		return errKilled
	}
	c.classes[key] = class
	c.sets = append(c.sets, key+" "+class)
	return nil
}

func TestFilesMoveToColderClassesWhereTheBucketHasThem(t *testing.T) {
	l := newLake(t, "flows")
	l.must(l.store.SetPolicy(t.Context(), catalog.Policy{Table: "flows", Parquet: []catalog.Move{{After: 30, Class: "STANDARD_IA"}, {After: 90, Class: "GLACIER_IR"}}}))
	big := make([]event, 6000)
	r := dice()
	for i := range big {
		big[i] = event{minute: i / 5, account: ours}
		for range 5 {
			big[i].named = append(big[i].named, fmt.Sprintf("%06d%06d", r.IntN(1e6), r.IntN(1e6)))
		}
	}
	for _, day := range []string{"2025-12-31", "2026-01-01", "2026-03-01", "2026-03-02"} { // 90, 89, 30 and 29 days ago
		l.add("flows", day, big...)
	}
	l.add("flows", "2025-12-31", events(3, ours)...) // too small to move
	plan := l.plan()
	var planned []string
	for _, m := range plan.Moves {
		planned = append(planned, fmt.Sprint(m.Class, " ", m.Files))
	}
	if diff := cmp.Diff([]string{"GLACIER_IR 1", "STANDARD_IA 2"}, planned); diff != "" {
		t.Error(diff)
	}
	if a := l.apply(); a.Moved != 0 {
		t.Errorf("a folder without classes has moved %d files", a.Moved)
	}
	c := &classed{Folder: l.files, classes: map[string]string{}, fails: 1}
	l.classes = c
	if _, err := l.tryApply(); !errors.Is(err, errKilled) {
		t.Errorf("a move that fails: %v", err)
	}
	for i, want := range []int64{3, 0} {
		if a := l.apply(); a.Moved != want {
			t.Errorf("apply %d moved %d files: %v", i+1, a.Moved, c.sets)
		}
	}
	if all := strings.Join(c.sets, "\n"); !strings.Contains(all, "day=2025-12-31") || strings.Contains(all, "day=2026-03-02") {
		t.Errorf("moved are %s", all)
	}
	l.clock = l.clock.AddDate(0, 0, 1) // the 1st of January goes on, the 2nd of March begins
	if a := l.apply(); a.Moved != 2 {
		t.Errorf("a day later %d files move: %v", a.Moved, c.sets)
	}
	for key := range c.classes { // somebody has moved them further
		c.classes[key] = "DEEP_ARCHIVE"
	}
	if a := l.apply(); a.Moved != 0 {
		t.Errorf("%d files were warmed up", a.Moved)
	}
}
