package compact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/source"
)

// rejected reads all quarantine files, without the ids of the records.
func (l *testLake) rejected() (all []compact.Rejected) {
	l.Helper()
	for _, key := range l.stored(l.Context()) {
		if !strings.HasPrefix(key, "quarantine/") {
			continue
		}
		err := compact.ReadQuarantine(l.Context(), l.files, key, func(r compact.Rejected) error {
			r.ID = ""
			all = append(all, r)
			return nil
		})
		if err != nil {
			l.Fatal(err)
		}
	}
	return all
}

func TestOneBadRecordDoesNotCostItsObject(t *testing.T) {
	good, better := login("a", day1), login("b", day1.Add(time.Second))
	for _, c := range []struct {
		name, key, text string
		want            catalog.Counts
		bad             []string // bytes of what is quarantined
	}{
		{"a record without a time", loginKey(day1, "x"), delivery(good, undated("u\\u0041\\n"), better),
			catalog.Counts{RecordsIn: 3, EventsOut: 2, Rejected: 1}, []string{undated("u\\u0041\\n")}},
		{"a record whose time is no time", loginKey(day1, "x"), delivery(good, `{"at":"yesterday","id":"y"}`),
			catalog.Counts{RecordsIn: 2, EventsOut: 1, Rejected: 1}, []string{`{"at":"yesterday","id":"y"}`}},
		{"a record of a year that no calendar has", loginKey(day1, "x"), delivery(good, `{"at":"0000-01-01T00:00:00Z","id":"y"}`),
			catalog.Counts{RecordsIn: 2, EventsOut: 1, Rejected: 1}, []string{`{"at":"0000-01-01T00:00:00Z","id":"y"}`}},
		{"a line that is no JSON", visitKey(day1, "x"), visit(day1, "/a") + "<html>\n" + visit(day1, "/b"),
			catalog.Counts{RecordsIn: 3, EventsOut: 2, Rejected: 1}, []string{"<html>"}},
		{"a line that is no UTF-8", visitKey(day1, "x"), visit(day1, "/a") + "\xff\xfe{\n" + visit(day1, "/b"),
			catalog.Counts{RecordsIn: 3, EventsOut: 2, Rejected: 1}, []string{"\xff\xfe{"}},
		{"a line that breaks off", visitKey(day1, "x"), visit(day1, "/a") + `{"path":"/b`,
			catalog.Counts{RecordsIn: 2, EventsOut: 1, Rejected: 1}, []string{`{"path":"/b`}},
		{"a value that is malformed", loginKey(day1, "x"), delivery(good, `{"at":,"id":"y"}`, better),
			catalog.Counts{RecordsIn: 3, EventsOut: 2, Rejected: 1}, []string{`{"at":,"id":"y"}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			l.put(c.key, c.text)
			report := l.run()
			if got := l.counts(c.key); got != c.want || report.Rejected != c.want.Rejected || report.Failed != 0 {
				t.Errorf("counts are %+v and %d failed, want %+v", got, report.Failed, c.want)
			}
			var bad []string
			for _, r := range l.rejected() {
				if bad = append(bad, string(r.Data())); r.Object != c.key || r.Reason == "" || r.Cut {
					t.Errorf("the quarantine has %+v", r)
				}
				if at := strings.Index(c.text, string(r.Data())); int64(at) != r.Offset {
					t.Errorf("it was at %d, not at %d", at, r.Offset)
				}
			}
			if diff := cmp.Diff(c.bad, bad); diff != "" {
				t.Errorf("bad records (-), and quarantined bytes (+):\n%s", diff)
			}
		})
	}
}

func TestOneBadObjectDoesNotCostItsBatch(t *testing.T) {
	whole := string(pack(t, delivery(someLogins("x", day1.Add(time.Hour), 400)...)))
	for _, c := range []struct {
		name, body string
		rejected   bool // some of it, which is then quarantined
	}{
		{"truncated", whole[:len(whole)/2], true},
		{"garbage", strings.Repeat("\x00\x93garbage", 999), true},
		{"garbage behind a header of gzip's", "\x1f\x8b\x08" + strings.Repeat("garbage", 99), true},
		{"of damaged bytes in its middle", whole[:900] + "damage!" + whole[907:], true},
		{"empty when it is unpacked", string(pack(t, "")), false},
		{"an array without records", string(pack(t, delivery())), false},
		{"of another form", string(pack(t, `{"Marker":"none"}`)), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			l.batch = 0
			l.put(loginKey(day1, "a"), delivery(someLogins("a", day1, 5)...))
			l.putBytes(loginKey(day1, "b"), []byte(c.body))
			l.put(loginKey(day1, "c"), delivery(someLogins("c", day1.Add(2*time.Hour), 7)...))
			report := l.run()
			bad := l.counts(loginKey(day1, "b"))
			if report.Batches != 1 || report.Objects != 3 || report.EventsOut != 12+bad.EventsOut || bad.Rejected > 0 != c.rejected || report.Failed != 0 {
				t.Errorf("%+v; counts of the object are %+v", report, bad)
			}
			if again := l.run(); again.Objects != 0 {
				t.Errorf("a second run loaded %d objects", again.Objects)
			}
		})
	}
}

func TestWhatIsDamagedIsLoadedUpToTheDamageAndReported(t *testing.T) {
	l := newLake(t)
	whole := pack(t, delivery(someLogins("x", day1, 4000)...))
	l.putBytes(loginKey(day1, "cut"), whole[:len(whole)-len(whole)/4])
	report := l.run()
	got := l.counts(loginKey(day1, "cut"))
	if got.EventsOut < 1000 || got.EventsOut >= 4000 || got.Rejected == 0 {
		t.Errorf("of 4000 events the first three quarters are there, the counts are %+v", got)
	}
	if len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Reason, "damaged") {
		t.Errorf("problems are %+v", report.Problems)
	}
}

func TestEmptyObjectsAndKeysWithoutALogArePassedOver(t *testing.T) {
	l := newLake(t)
	l.putBytes(loginKey(day1, "empty"), nil)
	l.put("visits/2026/01/30/index", "no log")
	if report := l.run(); report.Passed != 2 || report.Objects != 0 || len(report.Problems) != 0 {
		t.Errorf("%+v", report)
	}
}

func TestAnObjectThatCannotBeReadIsLeftOutAndTriedAgain(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(b *storefaulty.Bucket)
	}{
		{"it cannot be opened", func(b *storefaulty.Bucket) {
			b.On(storefaulty.Open).Key("/b.").Times(storefaulty.Forever).Fail(os.ErrPermission)
		}},
		{"its reading breaks off", func(b *storefaulty.Bucket) {
			b.On(storefaulty.Open).Key("/b.").Times(storefaulty.Forever).Partial(400, errMoment)
		}},
		{"its reading ends early, as if that were all", func(b *storefaulty.Bucket) {
			b.On(storefaulty.Open).Key("/b.").Times(storefaulty.Forever).Partial(400, io.EOF)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			l.batch = 0
			for _, name := range []string{"a", "b", "c"} {
				l.put(loginKey(day1, name), delivery(someLogins(name, day1, 300)...))
			}
			bucket := storefaulty.Wrap(l.raw)
			l.rawBucket = bucket
			c.set(bucket)
			report := l.run()
			if report.EventsOut != 600 || report.Failed != 1 || len(report.Problems) != 1 || report.Problems[0].Object != loginKey(day1, "b") {
				t.Errorf("%+v", report)
			}
			if _, ok := l.objects()[loginKey(day1, "b")]; ok {
				t.Error("the ledger has an object that was not loaded")
			}
			l.heal()
			if report := l.run(); report.Objects != 1 || report.EventsOut != 300 || report.Failed != 0 {
				t.Errorf("the next run: %+v", report)
			}
		})
	}
}

func TestABucketOutOfReachCostsOneTryAndNotOneAnObject(t *testing.T) {
	l := newLake(t)
	l.batch = 0
	const objects = 40
	for i := range objects {
		l.put(loginKey(day1, fmt.Sprint(i)), delivery(someLogins(fmt.Sprint(i), day1, 2)...))
	}
	bucket := storefaulty.Wrap(l.raw)
	bucket.On(storefaulty.Open).After(3).Times(storefaulty.Forever).Fail(errMoment)
	l.rawBucket = bucket
	report := l.run()
	if report.Failed != objects || report.EventsOut != 0 {
		t.Errorf("%d objects failed and %d events came out", report.Failed, report.EventsOut)
	}
	if opens := bucket.Calls(storefaulty.Open); opens > 3*objects {
		t.Errorf("%d objects were opened %d times", objects, opens)
	}
	l.heal()
	if report := l.run(); report.Objects != objects || report.EventsOut != 2*objects {
		t.Errorf("the next run: %+v", report)
	}
}

func TestAListThatBreaksOffFailsTheRun(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	bucket := storefaulty.Wrap(l.raw)
	bucket.On(storefaulty.List).Partial(1, errMoment)
	l.rawBucket = bucket
	if err := l.broken(); !errors.Is(err, errMoment) {
		t.Errorf("the error is %v", err)
	}
	l.heal()
	l.run()
}

// A log that was cut short in its upload and is repaired later, or that grows: what was loaded is told by its place.
func TestAnObjectThatHasGrownGivesOnlyWhatIsNew(t *testing.T) {
	l := newLake(t)
	key, other := visitKey(day1, "a"), visitKey(day1, "b")
	l.put(key, visit(day1, "/a"))
	l.put(other, visit(day1, "/a"))
	l.run()
	l.put(key, visit(day1, "/a")+visit(day1.Add(time.Minute), "/b"))
	report := l.run()
	if report.Reloaded != 1 || report.RecordsIn != 2 || report.EventsOut != 1 || report.Duplicates != 1 || len(report.Problems) != 0 {
		t.Errorf("%+v", report)
	}
	if got := len(l.rows("url_path")["visits"]); got != 3 {
		t.Errorf("%d events, want 3", got)
	}
	if report := l.run(); report.Objects != 0 {
		t.Errorf("the run after it: %+v", report)
	}
}

func TestAnObjectThatWasRepairedIsReadAgainAfterACrash(t *testing.T) {
	l := newLake(t)
	key := visitKey(day1, "a")
	l.put(key, visit(day1, "/a"))
	l.run()
	l.put(key, visit(day1, "/a")+visit(day1.Add(time.Minute), "/b"))
	lake := storefaulty.Wrap(l.files)
	lake.On(storefaulty.Put).Fail(errMoment)
	l.lakeStore = lake
	if err := l.broken(); !errors.Is(err, errMoment) {
		t.Errorf("the error is %v", err)
	}
	l.heal()
	l.run()
	if got := len(l.rows("url_path")["visits"]); got != 2 {
		t.Errorf("%d events, want 2", got)
	}
}

// Ids that several records share, as those of S3's access logs, do not tell a record again.
func TestAnObjectThatChangedIsReportedWhereItsRecordsCannotBeTold(t *testing.T) {
	l := newLake(t)
	shared := logins("1")
	shared.OwnID = false
	l.sources = []*source.Source{shared}
	key := loginKey(day1, "a")
	l.put(key, delivery(login("x", day1)))
	l.run()
	before := l.state()
	l.put(key, delivery(login("x", day1), login("x", day1)))
	report := l.run()
	if report.Changed != 1 || report.Objects != 0 || len(report.Problems) != 1 || report.Problems[0].Object != key {
		t.Errorf("%+v", report)
	}
	l.sameState(before, whole)
}

func TestTheFilesOfALakeAmongTheRawObjectsArePassedOver(t *testing.T) {
	l := newLake(t)
	l.put("copy/tables/visits/day=2026-01-30/g000001/0123-0.parquet", "PAR1")
	l.put("copy/quarantine/visits/0123456789abcdef0123.ndjson.gz", "{}")
	l.put("copy/catalog.db", "SQLite format 3")
	if report := l.run(); report.Passed != 3 || report.Objects != 0 || report.Unknown != 0 {
		t.Errorf("%+v", report)
	}
}

func TestAnObjectThatWasTouchedIsLeftAlone(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	l.run()
	before := l.state()
	if err := os.Chtimes(l.raw.Path(visitKey(day1, "c")), day1, day1); err != nil {
		t.Fatal(err)
	}
	bucket := storefaulty.Wrap(l.raw)
	l.rawBucket = bucket
	if report := l.run(); report.Objects != 0 || len(report.Problems) != 0 {
		t.Errorf("%+v", report)
	}
	if n := bucket.Calls(storefaulty.Open); n != 1 {
		t.Errorf("%d objects were read, of which one was touched", n)
	}
	l.sameState(before, whole)
}

func TestAnObjectOfNoSourceIsReported(t *testing.T) {
	l := newLake(t)
	l.put("elsewhere/a", "what is this?")
	l.put("elsewhere/b", delivery(login("b", day1))) // looks like one of logins
	report := l.run()
	if report.Unknown != 1 || report.Objects != 1 || len(report.Problems) != 1 || report.Problems[0].Object != "elsewhere/a" {
		t.Errorf("%+v", report)
	}
}

func TestARecordOverTheLimitIsQuarantinedAndTheRestGoesOn(t *testing.T) {
	l := newLake(t)
	key := loginKey(day1, "long")
	long := fmt.Sprintf(`{"at":"2026-01-30T00:00:00Z","id":"long","text":%q}`, strings.Repeat("0123456789abcdef", 1<<20+1))
	l.put(key, delivery(login("a", day1), long, login("b", day1)))
	l.run()
	if got, want := l.counts(key), (catalog.Counts{RecordsIn: 3, EventsOut: 2, Rejected: 1}); got != want {
		t.Errorf("counts are %+v, want %+v", got, want)
	}
	for _, r := range l.rejected() {
		if !r.Cut || r.Length != int64(len(long)) || !strings.HasPrefix(long, string(r.Data())) || len(r.Data()) < 1000 {
			r.Text = r.Text[:min(100, len(r.Text))]
			text, _ := json.Marshal(r)
			t.Errorf("the quarantine has %s", text)
		}
	}
}

// An object of another source, under a key of this one, would fill the ledger with its lines.
func TestAnObjectThatIsNearlyAllRejectedIsLeftOutAndTriedAgain(t *testing.T) {
	l := newLake(t)
	l.batch = 0
	l.put(visitKey(day1, "a"), visit(day1, "/a"))
	l.put(visitKey(day1, "b"), visit(day1, "/b")+strings.Repeat("-\n", 100_001))
	l.put(visitKey(day1, "c"), visit(day1, "/c")+"-\n")
	report := l.run()
	if report.Failed != 1 || report.EventsOut != 2 || report.Rejected != 1 || len(report.Problems) != 1 || report.Problems[0].Object != visitKey(day1, "b") {
		t.Errorf("%+v", report)
	}
	if _, known := l.objects()[visitKey(day1, "b")]; known {
		t.Error("the ledger has an object that was not loaded")
	}
	l.put(visitKey(day1, "b"), visit(day1, "/b"))
	if report := l.run(); report.EventsOut != 1 || report.Failed != 0 {
		t.Errorf("the next run: %+v", report)
	}
}

// What is rejected is held in memory until it is committed: a batch cannot have any number of it.
func TestAnObjectOfWhichVeryManyRecordsAreRejectedIsLeftOut(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	l := newLake(t)
	l.batch = 0
	l.put(visitKey(day1, "a"), visit(day1, "/a"))
	l.put(visitKey(day1, "b"), strings.Repeat(visit(day1, "/b")+"-\n", 200_001))
	l.put(visitKey(day1, "c"), visit(day1, "/c")+"-\n")
	report := l.run()
	if report.Failed != 1 || report.EventsOut != 2 || report.Rejected != 1 || len(report.Problems) != 1 || report.Problems[0].Object != visitKey(day1, "b") {
		t.Errorf("%+v", report)
	}
}
