package compact_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A worker looks at its memory every thousand records and every few megabytes, whatever objects they are of, and
// writes its rows out when they are too many: a file each time.
func TestRowsAreWrittenOutBeforeTheyAreTooMany(t *testing.T) {
	for _, c := range []struct {
		name             string
		objects, records int
		text             string
		files            int64
	}{
		{"of one large object", 1, 3000, "", 3},
		{"of many small objects", 60, 50, "", 3},
		{"of few long records", 1, 5, strings.Repeat("long ", 1_000_000), 3},
		{"of many objects of one long record", 5, 1, strings.Repeat("long ", 1_000_000), 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			l.batch, l.buffer = 0, 1
			for i := range c.objects {
				var records []string
				for j := range c.records {
					at := day1.Add(time.Duration(i*c.records+j) * time.Second)
					records = append(records, fmt.Sprintf(`{"at":%q,"id":"%d-%d","text":%q}`, at.Format(time.RFC3339), i, j, c.text))
				}
				l.put(strings.TrimSuffix(loginKey(day1, fmt.Sprint(i)), ".gz"), delivery(records...))
			}
			if report := l.run(); report.Files < c.files || report.EventsOut != int64(c.objects*c.records) {
				t.Errorf("%d events in %d files, want at least %d", report.EventsOut, report.Files, c.files)
			}
		})
	}
}

// The processes ask the garbage collector to stay below 400 MB, as the command does.
func TestMemoryFilesAndGoroutinesAreBoundedWhateverTheInput(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes minutes")
	}
	t.Parallel()
	const (
		maxResident   = 512 << 20
		maxFiles      = 40
		maxGoroutines = 24
	)
	for _, c := range []struct {
		kind        string
		small, huge int
		events      func(n int) int
	}{
		{"one object", 150_000, 7_000_000, func(n int) int { return n }}, // of 5.4 GB unpacked, in the long test
		{"small objects", 5_000, 1_000_000, func(n int) int { return n }},
		{"days", 400, 400, func(int) int { return worldOfDays }},
		{"distinct values", 50_000, 1_000_000, func(n int) int { return 2 * n }},
		{"rejected records", 50_000, 390_000, func(n int) int { return n }},
		{"long records", 10, 100, func(n int) int { return 2 * n * 9 / 10 }},
		{"records as long as may be", 10, 200, func(n int) int { return 2 * n }},
	} {
		t.Run(c.kind, func(t *testing.T) {
			n, dir := c.small, t.TempDir()
			if *long {
				n = c.huge
			}
			m := measure(t, c.kind, n, dir)
			t.Logf("%d MB were resident, %d files open, %d goroutines; %d MB were read", m.Peak>>20, m.Files, m.Goroutines, m.Report.BytesRaw>>20)
			if m.Peak > maxResident || m.Files > maxFiles || m.Goroutines > maxGoroutines {
				t.Errorf("%d MB were resident, %d files open and %d goroutines, want at most %d MB, %d and %d",
					m.Peak>>20, m.Files, m.Goroutines, maxResident>>20, maxFiles, maxGoroutines)
			}
			l := openLake(t, openFolder(t, t.TempDir()), dir)
			l.check()
			if got, want := l.query("SELECT count(*), count(DISTINCT event_id)" + l.from("aws_cloudtrail"))[0], int64(c.events(n)); got[0] != want || got[1] != want {
				t.Errorf("the table has %v rows, %v of which differ; want %d", got[0], got[1], want)
			}
		})
	}
}

// BenchmarkMemoryAgainstInput shows the peak of resident memory of two workers, for inputs that are once, four times
// and sixteen times as large.
//
//	go test ./lake/compact -run - -bench MemoryAgainstInput -benchtime 1x
func BenchmarkMemoryAgainstInput(b *testing.B) {
	for _, c := range []struct {
		kind string
		n    int
	}{
		{"one object", 75_000},
		{"two objects", 40_000},
		{"small objects", 4_000},
		{"days", 25},
		{"distinct values", 20_000},
		{"rejected records", 20_000},
		{"long records", 10},
		{"records as long as may be", 5},
	} {
		for _, times := range []int{1, 4, 16} {
			b.Run(fmt.Sprintf("%s/%dx", c.kind, times), func(b *testing.B) {
				for b.Loop() {
					m := measure(b, c.kind, c.n*times, b.TempDir())
					b.ReportMetric(float64(m.Report.BytesRaw)/1e6, "MB-read")
					b.ReportMetric(float64(m.Peak)/1e6, "MB-resident")
					b.ReportMetric(float64(m.Files), "files")
					b.ReportMetric(float64(m.Goroutines), "goroutines")
				}
			})
		}
	}
}
