package merge_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
)

// estate compacts the logs of a small estate in small batches.
func (l *testLake) estate(days int, scale float64) {
	l.Helper()
	l.sources, l.batch = source.Builtin(), 20<<10
	_, err := simulate.Estate{Seed: 11, Days: days, Scale: scale}.Generate(l.Context(), func(key string, body []byte) error {
		l.put(key, body)
		return nil
	})
	if err != nil {
		l.Fatal(err)
	}
	l.compact()
	l.clock = l.clock.AddDate(1, 0, 0) // long after the estate's days
}

func TestEveryRowOfAnEstateIsThereOnceAfterItsDaysAreMerged(t *testing.T) {
	l := newLake(t)
	l.estate(4, 0.05)
	before := len(l.catalogFiles(""))
	report := l.merge(merge.Selection{})
	after := l.catalogFiles("")
	t.Logf("%d files became %d; %+v", before, len(after), report)
	days := map[string]int{}
	for _, f := range after {
		days[f.Table+f.Day]++
	}
	for day, n := range days {
		if n != 1 {
			t.Errorf("%s has %d files", day, n)
		}
	}
	if before <= len(after) || report.Merged == 0 || report.Failed > 0 {
		t.Errorf("%d files became %d", before, len(after))
	}
	if again := l.merge(merge.Selection{}); again.Merged != 0 {
		t.Errorf("days that were merged were merged again: %+v", again)
	}
}

func TestADayIsSortedOverAllItsFiles(t *testing.T) {
	l := newLake(t)
	for i := range 12 {
		l.deliver(fmt.Sprint("o", i), day1.Add(time.Duration(i)*time.Minute), 4000, 20*time.Second)
	}
	l.target, l.group = 150<<10, 1<<10
	report := l.merge(merge.Selection{})
	files := l.catalogFiles("logins")
	if len(files) < 2 {
		t.Fatalf("%d files: %+v", len(files), report)
	}
	for i := 1; i < len(files); i++ {
		if files[i].MinTime.Before(files[i-1].MaxTime) {
			t.Errorf("%s begins at %s, before %s ends at %s", files[i].Path, files[i].MinTime, files[i-1].Path, files[i-1].MaxTime)
		}
	}
	for _, f := range files {
		if f.Bytes < l.target/2 || f.Bytes > 2*l.target || f.Generation != 2 {
			t.Errorf("%s has %d bytes and generation %d", f.Path, f.Bytes, f.Generation)
		}
	}
}
