package compact_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

func TestAnEventIsLoadedOnceHoweverOftenItIsDelivered(t *testing.T) {
	noon := day1.Add(12 * time.Hour)
	ten := someLogins("a", noon, 10)
	for _, c := range []struct {
		name               string
		runs               [][]string // the objects that are new in each run
		batch              int64
		workers            int
		events, duplicates int64
	}{
		{"twice in one object", [][]string{{delivery(append(ten, ten...)...)}}, 0, 1, 10, 10},
		{"under two keys in one batch", [][]string{{delivery(ten...), delivery(ten...)}}, 0, 1, 10, 10},
		{"under two keys in two batches", [][]string{{delivery(ten...), delivery(ten...)}}, 1, 1, 10, 10},
		{"under four keys, by several workers", [][]string{{delivery(ten...), delivery(ten...), delivery(ten...), delivery(ten...)}}, 1, 4, 10, 30},
		{"in two runs", [][]string{{delivery(ten...)}, {delivery(ten...)}}, 1, 1, 10, 10},
		{"in part, later and with others", [][]string{{delivery(ten[:6]...)}, {delivery(ten[4:]...)}}, 1, 1, 10, 2},
		{"in part, by a larger object that comes first", [][]string{{delivery(ten...)}, {delivery(ten[9], ten[0])}}, 1, 1, 10, 2},
		{"in another order", [][]string{{delivery(ten...)}, {delivery(ten[7], ten[2], ten[5])}}, 1, 1, 10, 3},
		{"with another at the same time", [][]string{{delivery(login("x", noon), login("y", noon))}, {delivery(login("y", noon), login("z", noon))}}, 1, 1, 3, 1},
		{"with an update, which is kept", [][]string{{delivery(login("x", noon))}, {delivery(login("x", noon.Add(time.Hour)), login("x", noon))}}, 1, 1, 2, 1},
		{"with one of the same id on another day, which is kept", [][]string{{delivery(login("x", noon), login("x", noon.AddDate(0, 0, 1)))}}, 1, 1, 2, 0},
		{"without an id of its own, whose places tell them apart", [][]string{{delivery(`{"at":"2026-01-30T12:00:00Z"}`, `{"at":"2026-01-30T12:00:00Z"}`)}}, 1, 1, 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			l.batch, l.workers = c.batch, c.workers
			var got compact.Totals
			for i, objects := range c.runs {
				for j, text := range objects {
					l.put(loginKey(day1, fmt.Sprintf("%d-%d", i, j)), text)
				}
				report := l.run()
				got.EventsOut += report.EventsOut
				got.Duplicates += report.Duplicates
			}
			if got.EventsOut != c.events || got.Duplicates != c.duplicates {
				t.Errorf("%d events and %d duplicates, want %d and %d", got.EventsOut, got.Duplicates, c.events, c.duplicates)
			}
			l.distinct(c.events)
		})
	}
}

// distinct makes sure that a table of logins has so many rows, all of which differ.
func (l *testLake) distinct(events int64) {
	l.Helper()
	got := l.query("SELECT count(*), count(DISTINCT (timestamp, event_id))" + l.from("logins"))
	if got[0][0] != events || got[0][1] != events {
		l.Errorf("the table has %v rows, %v of which differ; want %d", got[0][0], got[0][1], events)
	}
}

func TestEqualLinesOfALogWithoutIDsAreAllEvents(t *testing.T) {
	l := newLake(t)
	l.put(visitKey(day1, "a"), visit(day1, "/")+visit(day1, "/"))
	l.put(visitKey(day1, "b"), visit(day1, "/")+visit(day1, "/"))
	if report := l.run(); report.EventsOut != 4 || report.Duplicates != 0 {
		t.Errorf("%d events and %d duplicates", report.EventsOut, report.Duplicates)
	}
	if ids := l.query("SELECT count(DISTINCT event_id)" + l.from("visits")); ids[0][0] != int64(4) {
		t.Errorf("%v ids for 4 lines", ids[0][0])
	}
}

// A worker writes its rows out when they have grown to its budget. What it wrote before is looked through too.
func TestDuplicatesAreFoundInWhatTheBatchWroteOutBefore(t *testing.T) {
	l := newLake(t)
	l.batch, l.buffer = 0, 1
	many := someLogins("a", day1, 1400) // to the end of the day, nearly
	l.put(loginKey(day1, "a"), delivery(append(many, many[:700]...)...))
	l.put(loginKey(day1, "b"), delivery(many[600:]...))
	report := l.run()
	if report.EventsOut != 1400 || report.Duplicates != 1500 || report.Files < 2 {
		t.Errorf("%d events, %d duplicates and %d files", report.EventsOut, report.Duplicates, report.Files)
	}
	l.distinct(1400)
	if a, b := l.counts(loginKey(day1, "a")), l.counts(loginKey(day1, "b")); a.Duplicates != 700 || b.Duplicates != 800 {
		t.Errorf("the duplicates are counted as %+v and %+v", a, b)
	}
}

func TestFindingsThatAreUpdatedAreAllKept(t *testing.T) {
	finding := func(updated string) string {
		return fmt.Sprintf(`{"schemaVersion":"2.0","accountId":"111122223333","region":"us-east-1","id":"f1","type":"Recon:EC2/Portscan","severity":5,`+
			`"createdAt":"2026-01-30T01:00:00.000Z","updatedAt":%q,"resource":{"resourceType":"Instance"},"service":{"serviceName":"guardduty","count":1}}`+"\n", updated)
	}
	l := newLake(t)
	l.sources = builtin.Sources()
	const prefix = "AWSLogs/111122223333/GuardDuty/us-east-1/2026/01/30/"
	l.put(prefix+"1.jsonl.gz", finding("2026-01-30T01:00:00.000Z"))
	l.put(prefix+"2.jsonl.gz", finding("2026-01-30T03:00:00.000Z")+finding("2026-01-30T05:00:00.000Z"))
	l.put(prefix+"3.jsonl.gz", finding("2026-01-30T03:00:00.000Z")) // is exported again
	report := l.run()
	if report.EventsOut != 3 || report.Duplicates != 1 {
		t.Errorf("%d events and %d duplicates", report.EventsOut, report.Duplicates)
	}
}

// other is the catalog as another worker sees it that may plan whenever it likes.
type other struct{ compact.Catalog }

func (o other) AcquireLease(ctx context.Context, name, owner string, ttl time.Duration) (catalog.Lease, error) {
	if name == "planning" {
		name = "planning too"
	}
	return o.Catalog.AcquireLease(ctx, name, owner, ttl)
}

// While a batch is on its way another worker commits, at each call in turn, the same events, part of them, or others.
func TestNothingIsLostOrDoubledWhenAnotherWorkerCommitsMeanwhile(t *testing.T) {
	noon, night := day1.Add(12*time.Hour), day1.Add(23*time.Hour+55*time.Minute)
	mine := append(someLogins("a", noon, 5), someLogins("n", night, 10)...) // of two days
	for _, c := range []struct {
		name   string
		theirs []string
		events int64
	}{
		{"the same events", mine, 15},
		{"all events of one day, and one of the other", append(someLogins("n", night, 5), mine[14]), 15},
		{"some events of one day", someLogins("a", noon, 3), 15},
		{"other events", someLogins("z", noon, 3), 18},
	} {
		for _, at := range []struct {
			call  faulty.Call
			times int // partitions and files are looked at for both days, and again before the commit
		}{{faulty.Plan, 1}, {faulty.Partition, 4}, {faulty.Files, 4}, {faulty.Batch, 1}, {faulty.Stage, 1}, {faulty.Commit, 1}} {
			for before := range at.times {
				t.Run(fmt.Sprintf("%s, at the call of %s after %d others", c.name, at.call, before), func(t *testing.T) {
					t.Parallel()
					l := newLake(t)
					l.put(loginKey(day1, "mine"), delivery(mine...))
					theirs := lakeOver(t, openFolder(t, t.TempDir()))
					theirs.put(loginKey(day1, "theirs"), delivery(c.theirs...))
					cfg := theirs.config()
					cfg.Lake, cfg.Catalog, cfg.Alive = l.files, other{l.store}, nil
					l.catalog = faulty.New(l.store).Pass(at.call, before).Meanwhile(at.call, func() {
						if _, err := compact.Run(t.Context(), cfg, compact.Selection{}); err != nil {
							t.Error(err)
						}
					}).Store()
					l.run()
					l.distinct(c.events)
				})
			}
		}
	}
}

// Many batches of few events share few days, so that workers get into each other's way.
func TestManyWorkersOnTheSameDaysLoseAndDoubleNothing(t *testing.T) {
	l := newLake(t)
	l.workers = 6
	dice := rand.New(rand.NewPCG(5, 6))
	all := append(someLogins("a", day1.Add(22*time.Hour), 60), someLogins("b", day1.Add(23*time.Hour), 120)...)
	delivered, records := map[string]bool{}, int64(0)
	for i := range 30 {
		var some []string
		for range 15 {
			r := all[dice.IntN(len(all))]
			some, delivered[r] = append(some, r), true
			records++
		}
		l.put(loginKey(day1, fmt.Sprint(i)), delivery(some...))
	}
	report := l.run()
	if report.RecordsIn != records || report.EventsOut != int64(len(delivered)) || report.Batches != 30 {
		t.Errorf("%d records became %d events in %d batches; want %d, %d and 30", report.RecordsIn, report.EventsOut, report.Batches, records, len(delivered))
	}
	l.distinct(int64(len(delivered)))
	for key, o := range l.objects() {
		if !o.Balanced() {
			t.Errorf("%s: %+v", key, o.Counts)
		}
	}
}
