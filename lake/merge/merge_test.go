package merge_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
	"github.com/hindcast/hindcast/lake/trash"
)

// estate compacts the logs of a small estate in small batches.
func (l *testLake) estate(days int, scale float64) {
	l.Helper()
	l.sources, l.batch = builtin.Sources(), 20<<10
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
	l.estate(3, 0.03)
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

func TestADayThatLateDataReopensIsMergedAgain(t *testing.T) {
	l := newLake(t)
	l.deliver("a", day1, 50, time.Minute)
	l.deliver("b", day1, 50, time.Minute)
	l.merge(merge.Selection{})
	l.deliver("late", day1.Add(time.Hour), 5, time.Minute)
	if report := l.merge(merge.Selection{}); report.Merged != 1 || report.Days[0].From != 2 || report.Days[0].To != 3 {
		t.Errorf("%+v", report.Days)
	}
	if files := l.catalogFiles("logins"); len(files) != 1 || files[0].Rows != 105 {
		t.Errorf("%+v", files)
	}
}

func TestColumnsThatCameLaterAreNullInOlderRows(t *testing.T) {
	l := newLake(t)
	l.sources = []*source.Source{logins("1", source.Mapping{To: "login.place", From: "user"})}
	l.deliver("a", day1, 50, time.Minute)
	l.sources = []*source.Source{logins("2", source.Mapping{To: "event.code", From: "code"}, source.Mapping{To: "event.severity", From: "code"},
		source.Mapping{To: "login.place.name", From: "user"})} // below what was a value itself
	l.deliver("b", day1, 50, time.Minute)
	l.merge(merge.Selection{})
	got := l.query("SELECT count(*), count(event_code), count(event_severity), sum(event_severity)::BIGINT, count(login_place), count(login_place_name) FROM " + l.from("logins"))
	if diff := cmp.Diff([][]any{{int64(100), int64(50), int64(50), int64(100), int64(50), int64(50)}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	l := newLake(t)
	for i := range 5 {
		l.deliver(fmt.Sprint("o", i), day1, 500, time.Minute)
	}
	files, wasted := l.catalogFiles(""), func() int {
		w, err := l.store.Wasted(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(w)
	}
	foreseen := l.merge(merge.Selection{DryRun: true}).Days
	if diff := cmp.Diff(files, l.catalogFiles("")); diff != "" || wasted() != 0 {
		t.Errorf("%d files were thrown: %s", wasted(), diff)
	}
	done := l.merge(merge.Selection{}).Days
	if len(foreseen) != 1 || len(done) != 1 {
		t.Fatalf("%d days foreseen, %d merged", len(foreseen), len(done))
	}
	if b, a := foreseen[0].BytesAfter, done[0].BytesAfter; b > 2*a || a > 2*b {
		t.Errorf("%d bytes were foreseen, it came to %d", b, a)
	}
	foreseen[0].BytesAfter = done[0].BytesAfter
	if diff := cmp.Diff(foreseen, done); diff != "" {
		t.Errorf("foreseen (-) and done (+):\n%s", diff)
	}
}

func TestAFileThatCannotBeDeletedKeepsNoDayFromBeingMerged(t *testing.T) {
	l := newLake(t)
	l.deliver("a", day1, 50, time.Minute)
	l.deliver("b", day1, 50, time.Minute)
	l.merge(merge.Selection{})
	l.pass(2 * time.Hour) // what it replaced is due
	l.deliver("late", day1.Add(time.Hour), 5, time.Minute)
	denied := storefaulty.Wrap(l.files)
	denied.On(storefaulty.Delete).Times(storefaulty.Forever).Fail(raw.ErrRefused)
	l.lakeStore = denied
	report, err := merge.Run(t.Context(), l.config(), merge.Selection{})
	if !errors.Is(err, raw.ErrRefused) || report.Merged != 1 || report.Failed != 0 || report.Deleted.Files != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	l.heal()
	if again := l.merge(merge.Selection{}); again.Deleted.Files != 2 {
		t.Errorf("once it can be deleted: %+v", again.Deleted)
	}
}

func TestADamagedFileIsNamedAndItsDayLeftAlone(t *testing.T) {
	l := newLake(t)
	for i := range 4 {
		l.deliver(fmt.Sprint("o", i), day1.AddDate(0, 0, i/2), 50, time.Minute)
	}
	bad := l.catalogFiles("")[1]
	path := l.files.Path(bad.Path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
	}{{"a bit is another", flip(data, len(data)/2)}, {"its end is missing", data[:len(data)-100]}, {"it is empty", nil}, {"it is longer", append(data[:len(data):len(data)], 0)}} {
		t.Run(c.name, func(t *testing.T) {
			f := l.fork(t)
			if err := os.WriteFile(f.files.Path(bad.Path), c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			report, err := merge.Run(t.Context(), f.config(), merge.Selection{})
			var damaged *merge.DamagedError
			if !errors.As(err, &damaged) || damaged.Path != bad.Path || !strings.Contains(err.Error(), bad.Path) {
				t.Errorf("error %v, want that %s is damaged", err, bad.Path)
			}
			if report.Merged != 1 || report.Failed != 1 {
				t.Errorf("%d days were merged and %d failed, want one of each", report.Merged, report.Failed)
			}
			for _, p := range f.partitions() {
				if left := p.Day == bad.Day; left != (p.Generation == 1) {
					t.Errorf("%s is of generation %d", p.Day, p.Generation)
				}
			}
		})
	}
}

func flip(data []byte, at int) []byte {
	data = append([]byte(nil), data...)
	data[at] ^= 4
	return data
}

// Files of which more overlap than can be read by turns are merged in passes, with the same result.
func TestManyOverlappingFilesNeedNoMoreMemory(t *testing.T) {
	l := newLake(t)
	for i := range 9 {
		l.deliver(fmt.Sprint("o", i), day1.Add(time.Duration(i%4)*time.Hour), 300, 10*time.Second) // many rows of one time
	}
	once := l.fork(t)
	once.merge(merge.Selection{})
	l.input = 1
	l.merge(merge.Selection{})
	if a, b := once.catalogFiles(""), l.catalogFiles(""); len(a) != 1 || len(b) != 1 || a[0].SHA256 != b[0].SHA256 {
		t.Errorf("in one pass %+v, in several %+v", a, b)
	}
}

func TestADayThatIsStillWrittenToIsLeftAlone(t *testing.T) {
	l := newLake(t)
	l.deliver("a", day1, 50, time.Minute)
	l.deliver("b", day1, 50, time.Minute)
	for _, c := range []struct {
		name   string
		now    time.Time
		sel    merge.Selection
		merged int64
	}{
		{"during the day", day1.Add(13 * time.Hour), merge.Selection{}, 0},
		{"in the hours after it", day1.Add(29 * time.Hour), merge.Selection{}, 0},
		{"during the day, when all are asked for", day1.Add(13 * time.Hour), merge.Selection{All: true}, 1},
		{"later", day1.Add(30 * time.Hour), merge.Selection{}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := l.fork(t)
			f.clock = c.now
			if report := f.merge(c.sel); report.Merged != c.merged || report.Writing != 1-c.merged {
				t.Errorf("%+v", report)
			}
		})
	}
}

func TestOnlyDaysAndTablesAskedForAreMerged(t *testing.T) {
	l := newLake(t)
	for i := range 6 {
		l.deliver(fmt.Sprint("o", i), day1.AddDate(0, 0, i/2), 20, time.Minute)
	}
	report := l.merge(merge.Selection{Tables: []string{"logins"}, FromDay: "2026-01-31", ToDay: "2026-01-31"})
	if report.Merged != 1 || report.Days[0].Day != "2026-01-31" {
		t.Errorf("%+v", report.Days)
	}
	if _, err := merge.Run(t.Context(), l.config(), merge.Selection{Tables: []string{"nothing"}}); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("of a table that is not there: %v", err)
	}
}

func TestFilesThatComeDuringAMergeAreMergedToo(t *testing.T) {
	l := newLake(t)
	l.deliver("a", day1, 50, time.Minute)
	l.deliver("b", day1, 50, time.Minute)
	calls := faulty.New(l.store)
	for i := range 3 {
		calls = calls.Meanwhile(faulty.Swap, func() { l.deliver(fmt.Sprint("late", i), day1.Add(time.Hour), 5, time.Minute) })
	}
	l.catalog = calls.Store()
	report, err := merge.Run(t.Context(), l.config(), merge.Selection{})
	if err != nil || report.Merged != 1 || report.Rows != 115 {
		t.Fatalf("%+v, %v", report, err)
	}
	l.heal()
	l.check()
	if got := l.query("SELECT count(*), count(DISTINCT event_id) FROM " + l.from("logins"))[0]; got[0] != int64(115) || got[1] != int64(115) {
		t.Errorf("%v rows, %v of which differ; want 115", got[0], got[1])
	}
	if again := l.merge(merge.Selection{}); again.Merged != 1 || len(l.catalogFiles("")) != 1 {
		t.Errorf("what came late still lies in files of its own: %+v", l.catalogFiles(""))
	}
}

func TestAMergeThatLostItsLeaseChangesNothing(t *testing.T) {
	l := newLake(t)
	l.deliver("a", day1, 50, time.Minute)
	l.deliver("b", day1, 50, time.Minute)
	other := l.config() // of a merge elsewhere
	other.TargetBytes = 1 << 20
	var theirs error
	l.catalog = faulty.New(l.store).Meanwhile(faulty.Swap, func() {
		l.pass(2 * time.Minute) // asleep
		_, theirs = merge.Run(t.Context(), other, merge.Selection{})
	}).Store()
	before := l.contents()
	if _, err := merge.Run(t.Context(), l.config(), merge.Selection{}); !errors.Is(err, catalog.ErrLeaseLost) || theirs != nil {
		t.Errorf("error %v, want that of a lost lease; the other's: %v", err, theirs)
	}
	l.heal()
	l.hold(before)
	l.check()
	if p := l.partitions()[0]; p.Generation != 2 {
		t.Errorf("generation %d", p.Generation)
	}
}

// One that sleeps before it reads a file finds it gone, since another has merged the day and its files were deleted.
func TestAMergeWhoseFilesAreGoneSaysThatItLostItsLease(t *testing.T) {
	l := newLake(t)
	l.deliver("a", day1, 50, time.Minute)
	l.deliver("b", day1, 50, time.Minute)
	other := l.config() // of a merge elsewhere
	var theirs error
	l.lakeStore = &sleeper{Store: l.files, asleep: func() {
		l.pass(2 * time.Minute)
		_, merged := merge.Run(t.Context(), other, merge.Selection{})
		l.pass(2 * other.Delay)
		_, emptied := trash.Empty(t.Context(), l.store, l.files)
		theirs = errors.Join(merged, emptied)
	}}
	before := l.contents()
	_, err := merge.Run(t.Context(), l.config(), merge.Selection{})
	if !errors.Is(err, catalog.ErrLeaseLost) || !errors.Is(err, raw.ErrNotFound) || theirs != nil {
		t.Errorf("error %v, want that of a lost lease and of a file that is gone; the other's: %v", err, theirs)
	}
	l.heal()
	l.hold(before)
	l.check()
}

// What a merge that was killed has left is removed, whatever the folder for work is called.
func TestAMergeRemovesWhatAnEarlierOneHasLeft(t *testing.T) {
	l := newLake(t)
	l.deliver("a", day1, 50, time.Minute)
	l.deliver("b", day1, 50, time.Minute)
	cfg := l.config()
	cfg.Work = filepath.Join(l.dir, "[work", "*")
	for _, name := range []string{"logins-2026-01-30-1", "logins-2026-01-31-1"} {
		if err := os.MkdirAll(filepath.Join(cfg.Work, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if report, err := merge.Run(t.Context(), cfg, merge.Selection{}); err != nil || report.Merged != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	if left, err := os.ReadDir(cfg.Work); err != nil || len(left) != 1 || left[0].Name() != "logins-2026-01-31-1" {
		t.Errorf("%v are left: %v", left, err)
	}
}

// sleeper is a lake's store whose reader falls asleep before its first file.
type sleeper struct {
	raw.Store
	asleep func()
	once   sync.Once
}

func (s *sleeper) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	s.once.Do(s.asleep)
	return s.Store.Open(ctx, key)
}

func TestADayThatAnotherMergesIsLeftToIt(t *testing.T) {
	l := newLake(t)
	l.deliver("a", day1, 50, time.Minute)
	l.deliver("b", day1, 50, time.Minute)
	if _, err := l.store.AcquireLease(t.Context(), catalog.PartitionLease("logins", "2026-01-30"), "elsewhere", time.Hour); err != nil {
		t.Fatal(err)
	}
	cfg := l.config()
	cfg.Alive = func(string) bool { return true }
	report, err := merge.Run(t.Context(), cfg, merge.Selection{})
	if err != nil || report.Merged != 0 || len(report.Days) != 1 || !strings.Contains(report.Days[0].Why, "elsewhere") {
		t.Errorf("%+v, %v", report, err)
	}
	if report := l.merge(merge.Selection{}); report.Merged != 1 {
		t.Errorf("the lease of the dead was not taken over: %+v", report)
	}
}
