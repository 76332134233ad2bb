package compact_test

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
	"github.com/hindcast/hindcast/lake/table"
)

// estate writes the raw objects of a small estate with all its faults.
func (l *testLake) estate() simulate.Summary {
	l.Helper()
	summary, err := simulate.Estate{Seed: 11, Days: 4, Scale: 0.05}.Generate(l.Context(), func(key string, body []byte) error {
		_, err := l.raw.Put(l.Context(), key, bytes.NewReader(body))
		return err
	})
	if err != nil {
		l.Fatal(err)
	}
	return summary
}

func TestAnEstateIsLoadedToTheLastRecord(t *testing.T) {
	l := newLake(t)
	l.sources, l.batch, l.workers = builtin.Sources(), 20<<10, 2
	summary := l.estate()
	report := l.run()
	if report.Objects != int64(summary.Objects) || report.Failed != 0 || report.Unknown != 0 || report.Passed != 0 {
		t.Errorf("of %d objects, %d were loaded, %d failed, %d are of no source and %d were passed over",
			summary.Objects, report.Objects, report.Failed, report.Unknown, report.Passed)
	}
	for name, want := range summary.Sources {
		l.sameAsSummary(name, want, report)
	}
	if summary.Total().Malformed == 0 || summary.Total().Duplicates == 0 || summary.Late == 0 {
		t.Errorf("the estate has no faults: %+v", summary)
	}
	l.everyRecordIsAccountedFor(report)
	before := l.state()
	l.clock = l.clock.Add(time.Hour)
	again := l.run()
	if diff := gocmp.Diff(compact.Totals{}, again.Totals, gocmp.FilterPath(func(p gocmp.Path) bool { return p.String() == "Seconds" }, gocmp.Ignore())); diff != "" {
		t.Errorf("a second run did something:\n%s", diff)
	}
	l.sameState(before, whole)
}

// sameAsSummary compares a table and the report with what was written into the raw objects.
func (l *testLake) sameAsSummary(name string, want simulate.Counts, report *compact.Report) {
	l.Helper()
	got := report.Sources[name]
	if got == nil {
		l.Errorf("the report has nothing of %s", name)
		return
	}
	counts := catalog.Counts{RecordsIn: got.RecordsIn, EventsOut: got.EventsOut, Duplicates: got.Duplicates, Rejected: got.Rejected}
	if diff := gocmp.Diff(catalog.Counts{RecordsIn: want.Records, EventsOut: want.Events(), Duplicates: want.Duplicates, Rejected: want.Malformed}, counts); diff != "" {
		l.Errorf("%s: counts written (-) and reported (+):\n%s", name, diff)
	}
	if got.BytesIn != want.Bytes || got.BytesRaw != want.RawBytes || got.Objects != int64(want.Objects) {
		l.Errorf("%s: %d objects of %d bytes, %d unpacked; written were %d of %d, %d", name, got.Objects, got.BytesIn, got.BytesRaw, want.Objects, want.Bytes, want.RawBytes)
	}
	days := map[string]int64{}
	for _, r := range l.query("SELECT day::VARCHAR, count(*)" + l.from(name) + "GROUP BY ALL") {
		days[r[0].(string)] = r[1].(int64)
	}
	if diff := gocmp.Diff(want.Days, days); diff != "" {
		l.Errorf("%s: events by day written (-) and in the table (+):\n%s", name, diff)
	}
}

// everyRecordIsAccountedFor checks the equation for each object of the ledger, and that they add up to the report.
func (l *testLake) everyRecordIsAccountedFor(report *compact.Report) {
	l.Helper()
	var sum catalog.Counts
	for key, o := range l.objects() {
		if !o.Balanced() {
			l.Errorf("%s: %+v", key, o.Counts)
		}
		sum = sum.Add(o.Counts)
	}
	if want := (catalog.Counts{RecordsIn: report.RecordsIn, EventsOut: report.EventsOut, Duplicates: report.Duplicates, Rejected: report.Rejected}); sum != want {
		l.Errorf("the ledger has %+v, the report %+v", sum, want)
	}
	held, err := l.store.Quarantined(l.Context(), catalog.QuarantineFilter{State: catalog.Held})
	if err != nil || int64(len(held)) != sum.Rejected {
		l.Errorf("%d records are held, %d were rejected (%v)", len(held), sum.Rejected, err)
	}
}

// some is every third row.
const some = "WHERE log_offset % 3 = 0 "

// Rows of every table are made once more from the bytes that they lead back to, written to a file, and compared column
// by column.
func TestRowsLeadBackToTheBytesTheyWereMadeFrom(t *testing.T) {
	l := newLake(t)
	l.sources, l.batch = builtin.Sources(), 0
	summary := l.estate()
	l.run()
	for _, s := range l.set().All() {
		if _, in := summary.Sources[s.Name]; !in {
			continue // the estate has no such logs
		}
		rows := l.query("SELECT log_file_path, log_offset" + l.from(s.Name) + some + "ORDER BY ALL")
		if len(rows) == 0 {
			t.Errorf("%s has no rows", s.Name)
			continue
		}
		path := filepath.Join(t.TempDir(), "again.parquet")
		l.again(s, rows, path)
		lake := "SELECT * EXCLUDE (day)" + l.from(s.Name) + some
		again := "SELECT * FROM read_parquet('" + path + "')"
		differ := l.query("SELECT (SELECT count(*) FROM (" + lake + " EXCEPT ALL " + again + ")), (SELECT count(*) FROM (" + again + " EXCEPT ALL " + lake + "))")
		if differ[0][0] != int64(0) || differ[0][1] != int64(0) {
			t.Errorf("%s: of %d rows, %v are not what their raw bytes give, which give %v others", s.Name, len(rows), differ[0][0], differ[0][1])
		}
	}
}

// again makes rows from the raw bytes at their places.
func (l *testLake) again(s *source.Compiled, rows [][]any, path string) {
	l.Helper()
	batch := ecs.NewBatch(s.Rows(func(string) bool { return false }))
	norm, err := s.New(batch)
	if err != nil {
		l.Fatal(err)
	}
	key := ""
	for _, r := range rows {
		if next := r[0].(string); next != key {
			key = next
			norm.Begin(source.Origin{Key: key, Ingested: planned})
			l.header(s, norm, key)
		}
		rec, err := raw.At(l.Context(), l.raw, key, r[1].(int64), 0, s.Framing, raw.Limits{})
		if err != nil {
			l.Fatal(err)
		}
		if err := norm.Add(rec.Data, rec.Offset, rec.Index); err != nil {
			l.Fatalf("%s at %d: %v", key, rec.Offset, err)
		}
	}
	order := make([]int32, batch.Rows())
	times, _ := batch.Nums(s.Schema().Col("@timestamp"))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(times[a], times[b]) })
	f, err := os.Create(path)
	if err != nil {
		l.Fatal(err)
	}
	if _, err := table.Write(f, batch, order, table.Options{}); err != nil {
		l.Fatal(err)
	}
	if err := f.Close(); err != nil {
		l.Fatal(err)
	}
}

// header shows the normalizer the header that an object begins with, if it does.
func (l *testLake) header(s *source.Compiled, norm *source.Normalizer, key string) {
	l.Helper()
	rec, err := raw.At(l.Context(), l.raw, key, 0, 0, s.Framing, raw.Limits{})
	if err != nil || !bytes.HasPrefix(rec.Data, []byte("version ")) {
		return
	}
	if err := norm.Add(rec.Data, 0, 0); !errors.Is(err, source.ErrNoRecord) {
		l.Fatalf("the header of %s: %v", key, err)
	}
}
