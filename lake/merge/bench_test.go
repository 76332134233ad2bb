package merge_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

var benchRows = flag.Int("rows", 600_000, "flow records of the day that is merged for measurements")

// mergeIn in the environment has the test's binary merge the lake there, in a process of its own.
const mergeIn = "HINDCAST_TEST_MERGE_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(mergeIn); dir != "" {
		if err := mergeThere(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// mergeThere merges a lake as the command does.
func mergeThere(dir string) error {
	debug.SetMemoryLimit(320 << 20)
	ctx := context.Background()
	lake, err := raw.OpenFolder(dir)
	if err != nil {
		return err
	}
	defer lake.Close()
	store, err := embedded.Open(ctx, filepath.Join(dir, "catalog.db"), time.Now)
	if err != nil {
		return err
	}
	defer store.Close()
	report, err := merge.Run(ctx, merge.Config{Lake: lake, Catalog: store, Work: filepath.Join(dir, "work", "merge"), Owner: "bench", Now: time.Now}, merge.Selection{})
	if err == nil && report.Merged != 1 {
		err = fmt.Errorf("%d days were merged", report.Merged)
	}
	return err
}

// flows is a lake with one day of flow records: in so many files that all hold the whole day, or in files of 50,000 records that
// follow each other.
func flows(t testing.TB, files int, overlapping bool) *testLake {
	t.Helper()
	l := newLake(t)
	l.sources = builtin.Sources()
	put := func(name string) simulate.Put {
		return func(key string, body []byte) error { l.put(name+"/"+key, body); return nil }
	}
	each := *benchRows / files
	for i := range files {
		seed, n := uint64(i+1), each
		if !overlapping {
			n = *benchRows // 50,000 an object
		}
		if _, err := simulate.VPCFlow(t.Context(), n, seed, put(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		if !overlapping {
			break
		}
	}
	l.compact()
	return l
}

// inProcess merges a copy of the lake in a process of its own and tells the seconds, CPU-seconds and resident memory that it took.
func (l *testLake) inProcess(t testing.TB) (wall, cpu time.Duration, peak int64) {
	t.Helper()
	f := l.fork(t)
	if err := f.store.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), mergeIn+"="+f.dir)
	started := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	wall = time.Since(started)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Skip("the system does not tell what a process took")
	}
	return wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss << 10 // Linux counts in KiB
}

// Rows and bytes of Parquet read a second, and the most memory that was resident: the day in more and more files.
//
//	go test ./lake/merge -run - -bench Merge -benchtime 1x -args -rows 3000000
func BenchmarkMerge(b *testing.B) {
	for _, c := range []struct {
		name        string
		files       int
		overlapping bool
	}{{"files that follow each other", 1, false}, {"12 files of the whole day", 12, true}, {"60 files of the whole day", 60, true}} {
		b.Run(c.name, func(b *testing.B) {
			l := flows(b, c.files, c.overlapping)
			var rows, bytes int64
			for _, f := range l.catalogFiles("") {
				rows, bytes = rows+f.Rows, bytes+f.Bytes
			}
			var wall, cpu time.Duration
			var peak int64
			for b.Loop() {
				w, c, p := l.inProcess(b)
				wall, cpu, peak = wall+w, cpu+c, max(peak, p)
			}
			runs := float64(b.N)
			b.ReportMetric(runs*float64(rows)/wall.Seconds(), "rows/s")
			b.ReportMetric(runs*float64(rows)/cpu.Seconds(), "rows/cpu-s")
			b.ReportMetric(runs*float64(bytes)/1e6/wall.Seconds(), "MB/s")
			b.ReportMetric(float64(peak)/1e6, "peak-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func TestMemoryDoesNotGrowWithTheFilesOfADay(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const limit = 400 << 20
	l := flows(t, 30, true)
	if _, _, peak := l.inProcess(t); peak > limit {
		t.Errorf("%d MB were resident, want at most %d", peak>>20, limit>>20)
	} else {
		t.Logf("%d MB were resident", peak>>20)
	}
}
