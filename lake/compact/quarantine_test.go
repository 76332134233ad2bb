package compact_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
)

// picky is a source that rejects records with a word in them: a mapping before it was mended.
func picky(s *source.Source, word string) *source.Source {
	inner := s.Divide
	s.Divide = func(want []string) (source.Divider, error) {
		d, err := inner(want)
		return pickyDivider{d, []byte(word)}, err
	}
	return s
}

type pickyDivider struct {
	source.Divider
	word []byte
}

var errPicky = errors.New("a word that is not understood")

func (d pickyDivider) Divide(record []byte, v *source.Values) error {
	if bytes.Contains(record, d.word) {
		return errPicky
	}
	return d.Divider.Divide(record, v)
}

// pickySources reject what has the word odd in it.
func pickySources() []*source.Source {
	return []*source.Source{picky(logins("1"), "odd"), picky(visits("1"), "odd"), picky(aws.VPCFlow(), "odd")}
}

func mended() []*source.Source {
	return []*source.Source{logins("1"), visits("1"), notes(), aws.VPCFlow()}
}

// retry tries quarantined records again with the mended sources, and checks the lake.
func (l *testLake) retry(filter catalog.QuarantineFilter) compact.RetryReport {
	l.Helper()
	l.sources = mended()
	report, err := compact.Retry(l.Context(), l.config(), filter)
	if err != nil {
		l.Fatal(err)
	}
	l.check()
	return report
}

// oddObjects have records that a picky source rejects: of two days, some twice, some in the lake already, some bad for
// good.
func oddObjects(l *testLake) {
	noon := day1.Add(12 * time.Hour)
	odd := append(someLogins("odd", noon, 3), login("odd-late", noon.AddDate(0, 0, 1)), login("odd-late", noon.AddDate(0, 0, 1)))
	l.put(loginKey(day1, "a"), delivery(append(odd, login("a", noon), undated("odd"), undated("b"))...))
	l.put(loginKey(day1, "b"), delivery(login("odd-0", noon), login("c", noon), login("d", noon.Add(time.Hour))))
	l.put(visitKey(day1, "c"), visit(noon, "/")+visit(noon, "/odd")+"odd nonsense\n"+visit(noon, "/odd"))
	l.sources = pickySources()
	if _, err := compact.Run(l.Context(), l.config(), compact.Selection{}); err != nil {
		l.Fatal(err)
	}
}

func TestRetriedRecordsBecomeEventsOfTheirObjects(t *testing.T) {
	l := newLake(t)
	oddObjects(l)
	want := map[string]catalog.Counts{
		loginKey(day1, "a"): {RecordsIn: 8, EventsOut: 1, Rejected: 7},
		loginKey(day1, "b"): {RecordsIn: 3, EventsOut: 2, Rejected: 1},
		visitKey(day1, "c"): {RecordsIn: 4, EventsOut: 1, Rejected: 3},
	}
	if diff := gocmp.Diff(want, l.state().Objects); diff != "" {
		t.Fatalf("counts before:\n%s", diff)
	}
	if report := l.retry(catalog.QuarantineFilter{}); report != (compact.RetryReport{Tried: 11, Released: 6, Duplicates: 2, Held: 3}) {
		t.Errorf("%+v", report)
	}
	got := l.state().Objects
	a, b, c := got[loginKey(day1, "a")], got[loginKey(day1, "b")], got[visitKey(day1, "c")]
	if sum, want := a.Add(b), (catalog.Counts{RecordsIn: 11, EventsOut: 7, Duplicates: 2, Rejected: 2}); sum != want || a.Rejected != 2 || !a.Balanced() {
		t.Errorf("counts of logins are %+v and %+v, want %+v together", a, b, want)
	}
	if want := (catalog.Counts{RecordsIn: 4, EventsOut: 3, Rejected: 1}); c != want {
		t.Errorf("counts of visits are %+v, want %+v", c, want)
	}
	l.distinct(7)
	if report := l.retry(catalog.QuarantineFilter{}); report != (compact.RetryReport{Tried: 3, Held: 3}) {
		t.Errorf("a second retry: %+v", report)
	}
}

func TestARetryThatIsDisturbedAnywhereIsMadeGoodByTheNext(t *testing.T) {
	scene{set: oddObjects, run: func(l *testLake) error {
		l.sources = mended()
		_, err := compact.Retry(l.Context(), l.config(), catalog.QuarantineFilter{})
		return err
	}}.everywhere(t)
}

// Between the retry that dies and the next one, a compaction runs.
func TestARunLeavesARetryThatDiedToTheNextRetry(t *testing.T) {
	l := newLake(t)
	oddObjects(l)
	l.sources = mended()
	l.killAt(faulty.Commit, 1)
	if _, err := compact.Retry(t.Context(), l.config(), catalog.QuarantineFilter{}); err == nil {
		t.Fatal("the retry succeeded, in spite of its death")
	}
	l.heal()
	l.put(loginKey(day1, "new"), delivery(login("new", day1)))
	if report, err := compact.Run(t.Context(), l.config(), compact.Selection{}); err != nil || report.EventsOut != 1 {
		t.Fatalf("%+v: %v", report, err)
	}
	if report := l.retry(catalog.QuarantineFilter{}); report.Released != 6 || report.Held != 3 {
		t.Errorf("%+v", report)
	}
	l.distinct(8)
}

func TestOnlyTheRecordsThatAFilterSelectsAreTriedAgain(t *testing.T) {
	l := newLake(t)
	oddObjects(l)
	rows, err := l.store.Quarantined(t.Context(), catalog.QuarantineFilter{Table: "visits"})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.store.Dismiss(t.Context(), []string{rows[0].ID}); err != nil {
		t.Fatal(err)
	}
	if report := l.retry(catalog.QuarantineFilter{Table: "visits"}); report.Tried != 2 {
		t.Errorf("of 3 records of visits, one of which was dismissed, %d were tried", report.Tried)
	}
	rows, err = l.store.Quarantined(t.Context(), catalog.QuarantineFilter{Table: "logins"})
	if err != nil {
		t.Fatal(err)
	}
	if report := l.retry(catalog.QuarantineFilter{IDs: []string{rows[0].ID, rows[2].ID}}); report.Tried != 2 {
		t.Errorf("of 2 records, %d were tried", report.Tried)
	}
}

func TestRecordsOfASourceThatIsGoneStayHeld(t *testing.T) {
	l := newLake(t)
	oddObjects(l)
	l.sources = []*source.Source{visits("1")}
	report, err := compact.Retry(t.Context(), l.config(), catalog.QuarantineFilter{})
	if err != nil || report.Held != 9 || report.Released != 2 {
		t.Errorf("%+v: %v", report, err)
	}
}

// A record is read again with what its object said of it: the fields that a header names, the account of an envelope.
// The rows are those of a lake whose sources were never picky.
func TestARetriedRecordIsReadAsItsObjectWouldBe(t *testing.T) {
	const fields = "end start srcaddr dstaddr account-id dstport srcport protocol packets bytes interface-id action log-status version\n"
	for _, c := range []struct{ name, key, text string }{
		{"with the header of a flow log", "AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/01/30/x.log.gz",
			fields + "1769774459 1769774400 10.0.0.5 198.51.100.7 111122223333 443 50000 6 10 840 eni-odd ACCEPT OK 2\n" +
				"1769774459 1769774400 10.0.0.6 198.51.100.7 111122223333 443 50000 6 10 840 eni-0a1b2c3d ACCEPT OK 2\n"},
		{"with the account of an envelope", "visits/x.gz",
			`{"messageType":"DATA_MESSAGE","owner":"444455556666","logGroup":"g","logStream":"s","subscriptionFilters":["f"],"logEvents":[` +
				`{"id":"1","timestamp":1769774400000,"message":"{\"at\":\"2026-01-30T12:00:00Z\",\"path\":\"/\"}"},` +
				`{"id":"2","timestamp":1769774400000,"message":"{\"at\":\"2026-01-30T12:00:00Z\",\"path\":\"/odd\"}"}]}`},
		{"with all that is said of its container", "visits/y.gz",
			`{"container_id":"c1","container_name":"web","source":"stderr","ecs_cluster":"shop","ecs_task_arn":"arn:aws:ecs:eu-west-1:444455556666:task/shop/0a1b",` +
				`"ecs_task_definition":"web:7","ec2_instance_id":"i-0a1b2c3d","log":"{\"at\":\"2026-01-30T12:00:00Z\",\"path\":\"/odd\"}"}` + "\n" +
				`{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"id":"2","timestamp":1769774400000,"message":"{\"at\":\"2026-01-30T12:00:00Z\",\"path\":\"/odd/too\"}"}]}`},
		{"with its own place", visitKey(day1, "y"), visit(day1, "/") + visit(day1, "/odd") + visit(day1, "/\\u00e4/odd")},
	} {
		t.Run(c.name, func(t *testing.T) {
			quiet, l := newLake(t), newLake(t)
			quiet.put(c.key, c.text)
			quiet.sources = mended()
			quiet.run()
			l.put(c.key, c.text)
			l.sources = pickySources()
			if report := l.run(); report.Rejected == 0 {
				t.Fatal("nothing was rejected")
			}
			l.retry(catalog.QuarantineFilter{})
			l.sameState(state{Objects: quiet.state().Objects, Quarantine: l.state().Quarantine, rows: quiet.state().rows}, whole)
		})
	}
}

// notes is a log of lines, a time and a text of any length: the beginning of a note looks like a note.
func notes() *source.Source {
	return &source.Source{
		Name: "notes", Version: "1", Keys: []string{`^notes/`}, Framing: frame.Framing{Kind: frame.Lines},
		Divide: func(want []string) (source.Divider, error) { return noteDivider(want), nil },
		Map:    []source.Mapping{{To: "@timestamp", From: "at"}, {To: "message", From: "text"}},
	}
}

type noteDivider []string

func (noteDivider) Begin(string) {}

func (want noteDivider) Divide(record []byte, v *source.Values) error {
	at, text, _ := bytes.Cut(record, []byte(" "))
	for slot, path := range want {
		if path == "at" {
			v.Add(slot, source.Text, at)
		} else {
			v.Add(slot, source.Text, text)
		}
	}
	return nil
}

// The quarantine keeps the first megabyte of a record. An event is made of all of it, or not at all.
func TestALongRecordIsReadAgainFromItsObject(t *testing.T) {
	const key = "notes/a"
	long := "2026-01-30T00:00:00Z odd" + strings.Repeat(" long", 400_000)
	for _, c := range []struct {
		name     string
		meet     func(l *testLake)
		released int64
	}{
		{"the object is there", func(*testLake) {}, 1},
		{"the object is gone", func(l *testLake) { remove(l, key) }, 0},
		{"the object is damaged", func(l *testLake) { l.putBytes(key, []byte("\x1f\x8b\x08garbage")) }, 0},
		{"no record is in its place", func(l *testLake) { l.put(key, "2026-01-30T00:00:00Z odd\n"+long+"\n") }, 0},
		{"another record is in its place", func(l *testLake) { l.put(key, "2026-01-30T00:00:00Z first\n"+long+" more\n") }, 0},
		{"nobody says where the objects are", func(l *testLake) { l.rawBucket = nil }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			l.sources = []*source.Source{picky(notes(), "odd")}
			l.put(key, "2026-01-30T00:00:00Z first\n"+long+"\n")
			l.run()
			c.meet(l)
			if report := l.retry(catalog.QuarantineFilter{}); report.Released != c.released || report.Held != 1-c.released {
				t.Fatalf("%+v", report)
			}
			want := [][]any{{int64(5)}}
			if c.released > 0 {
				want = append(want, []any{int64(len(long) - 21)})
			}
			if diff := gocmp.Diff(want, l.table("notes", "length(message)")); diff != "" {
				t.Errorf("lengths of the texts:\n%s", diff)
			}
		})
	}
}

func TestARetryOfManyRecordsWritesThemOutAsItGoes(t *testing.T) {
	l := newLake(t)
	l.sources, l.buffer = pickySources(), 1
	l.put(loginKey(day1, "a"), delivery(someLogins("odd", day1, 1300)...))
	l.run()
	if report := l.retry(catalog.QuarantineFilter{}); report.Released != 1300 {
		t.Errorf("%+v", report)
	}
	if n := len(l.catalogFiles(t.Context())); n < 2 {
		t.Errorf("a file was written for each thousand records, but there are %d", n)
	}
	l.distinct(1300)
}

// An object that has grown is read again, and what was rejected is rejected once more: in quarantine it stands twice.
func TestARecordThatWasRejectedTwiceBecomesOneEvent(t *testing.T) {
	l := newLake(t)
	l.sources = pickySources()
	key := visitKey(day1, "a")
	l.put(key, visit(day1, "/a")+visit(day1, "/odd"))
	l.run()
	l.put(key, visit(day1, "/a")+visit(day1, "/odd")+visit(day1, "/b"))
	l.run()
	if report := l.retry(catalog.QuarantineFilter{}); report != (compact.RetryReport{Tried: 2, Released: 1, Duplicates: 1}) {
		t.Errorf("%+v", report)
	}
	if got := l.table("visits", "url_path"); len(got) != 3 {
		t.Errorf("the paths are %v, want three", got)
	}
}
