package compact_test

import (
	"context"
	"iter"
	"os"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
)

// loaded are the keys that the ledger knows.
func (l *testLake) loaded() (keys []string) {
	l.Helper()
	for key := range l.objects() {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// keysOf is a list of bare keys.
func keysOf(keys ...string) iter.Seq2[raw.Named, error] {
	return func(yield func(raw.Named, error) bool) {
		for _, key := range keys {
			if !yield(raw.Named{Object: catalog.Object{Key: key}}, nil) {
				return
			}
		}
	}
}

func TestASelectionSaysWhatIsLoaded(t *testing.T) {
	var (
		day2   = day1.AddDate(0, 0, 1)
		first  = loginKey(day1, "a")
		second = loginKey(day2, "b")
		lines  = visitKey(day1, "c")
		silent = "elsewhere/d.log" // a visit, though its key does not say so
		looks  = "elsewhere/e.log" // looks like logins
	)
	for _, c := range []struct {
		name string
		sel  compact.Selection
		want []string
	}{
		{"nothing said means all that is of a source", compact.Selection{}, []string{looks, first, second, lines}},
		{"one source, which is also tried on keys that say nothing", compact.Selection{Sources: []string{"visits"}}, []string{silent, lines}},
		{"two sources", compact.Selection{Sources: []string{"visits", "logins"}}, []string{looks, first, second, lines}},
		{"since a day that keys say", compact.Selection{Since: day2}, []string{looks, second}},
		{"since noon: an object of that day may be of the evening", compact.Selection{Since: day1.Add(12 * time.Hour)}, []string{looks, first, second, lines}},
		{"since a day after all that keys say", compact.Selection{Since: day2.AddDate(0, 0, 1)}, []string{looks}},
		{"a list of keys", compact.Selection{Keys: keysOf(second, lines, second)}, []string{second, lines}},
		{"a list of keys, and a source", compact.Selection{Keys: keysOf(second, lines), Sources: []string{"logins"}}, []string{second}},
		{"an empty list of keys", compact.Selection{Keys: keysOf()}, nil},
		{"a list of what stands for folders", compact.Selection{Keys: keysOf("logins", "logins/2026/01/30")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			for _, key := range []string{first, second} {
				l.put(key, delivery(login(key, day1)))
			}
			for _, key := range []string{lines, silent} {
				l.put(key, visit(day1, "/"))
			}
			l.put(looks, delivery(login("looks", day1)))
			for _, key := range []string{silent, looks} { // were delivered after day 2
				if err := os.Chtimes(l.raw.Path(key), planned, planned); err != nil {
					t.Fatal(err)
				}
			}
			dry := c.sel
			dry.DryRun = true
			would := l.selected(dry)
			if got := l.loaded(); len(got) > 0 {
				t.Errorf("a dry run loaded %q", got)
			}
			report := l.selected(c.sel)
			slices.Sort(c.want)
			if diff := gocmp.Diff(c.want, l.loaded(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("keys to be loaded (-), and loaded (+):\n%s", diff)
			}
			if would.Objects != report.Objects || would.BytesIn != report.BytesIn || would.Failed != report.Failed || would.Batches != report.Batches {
				t.Errorf("the dry run said %+v, the run did %+v", would.Totals, report.Totals)
			}
		})
	}
}

func TestAKeyThatIsNotThereIsReported(t *testing.T) {
	l := newLake(t)
	l.put(loginKey(day1, "a"), delivery(login("a", day1)))
	report := l.selected(compact.Selection{Keys: keysOf(loginKey(day1, "a"), loginKey(day1, "none"), "../etc/passwd")})
	if report.Failed != 2 || report.EventsOut != 1 || len(report.Problems) != 2 {
		t.Fatalf("%+v", report)
	}
	if keys := []string{report.Problems[0].Object, report.Problems[1].Object}; !slices.Contains(keys, loginKey(day1, "none")) || !slices.Contains(keys, "../etc/passwd") {
		t.Errorf("reported are %q", keys)
	}
}

// readOnly is a bucket that can list and open, and no more.
type readOnly struct{ raw.Bucket }

func TestAListOfKeysIsFoundInABucketThatCanOnlyList(t *testing.T) {
	l := newLake(t)
	l.put(loginKey(day1, "a"), delivery(login("a", day1)))
	l.put(loginKey(day1, "a")+".old", delivery(login("b", day1)))
	l.rawBucket = readOnly{l.raw}
	report := l.selected(compact.Selection{Keys: keysOf(loginKey(day1, "a"), loginKey(day1, "none"))})
	if report.EventsOut != 1 || report.Failed != 1 {
		t.Errorf("%+v", report)
	}
}

func TestALaterRunReadsNothingThatWasLoaded(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	l.run()
	bucket := storefaulty.Wrap(l.raw)
	l.rawBucket = bucket
	l.run()
	if n := bucket.Calls(storefaulty.Open); n != 0 {
		t.Errorf("%d objects were read again", n)
	}
}

func TestACanceledRunStopsAndIsFinishedByTheNext(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	ctx, cancel := context.WithCancel(t.Context())
	cfg := l.config()
	cfg.Watch = func(p compact.Progress) {
		if p.Objects == 2 {
			cancel()
		}
	}
	if _, err := compact.Run(ctx, cfg, compact.Selection{}); err == nil {
		t.Error("a canceled run succeeded")
	}
	l.run()
	l.distinct(93)
}
