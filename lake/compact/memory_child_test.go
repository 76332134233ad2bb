package compact_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

// What a process that is measured is told.
const (
	measuredKind = "HINDCAST_TEST_WORLD"
	measuredSize = "HINDCAST_TEST_SIZE"
	measuredLake = "HINDCAST_TEST_MEASURED_LAKE"
)

// measured is what a process took that compacted a world.
type measured struct {
	Peak       int64 // bytes that were resident, as the kernel counts them
	Files      int   // open at a time, at most
	Goroutines int   // that live for a while
	Report     compact.Totals
}

// measure compacts a world into the lake in a folder, in a process of its own.
func measure(t testing.TB, kind string, n int, dir string) measured {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what a process takes")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestTheProcessThatIsMeasured$", "-test.timeout", "3h")
	cmd.Env = append(os.Environ(), measuredKind+"="+kind, fmt.Sprintf("%s=%d", measuredSize, n), measuredLake+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%d %s: %v\n%s", n, kind, err, out)
	}
	var m measured
	text, err := os.ReadFile(filepath.Join(dir, "measured.json"))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// It is no test but what measure starts.
func TestTheProcessThatIsMeasured(t *testing.T) {
	dir := os.Getenv(measuredLake)
	if dir == "" {
		t.Skip("nobody measures")
	}
	var n int
	if _, err := fmt.Sscan(os.Getenv(measuredSize), &n); err != nil {
		t.Fatal(err)
	}
	world, err := newWorld(os.Getenv(measuredKind), n)
	if err != nil {
		t.Fatal(err)
	}
	m, err := compactWorld(t.Context(), world, dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "measured.json"), text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// compactWorld does as the command does with two workers.
func compactWorld(ctx context.Context, w *world, dir string) (measured, error) {
	debug.SetMemoryLimit(400 << 20)
	var m measured
	lake, err := raw.CreateFolder(dir)
	if err != nil {
		return m, err
	}
	defer lake.Close()
	store, err := embedded.Open(ctx, filepath.Join(dir, "catalog.db"), time.Now)
	if err != nil {
		return m, err
	}
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		return m, errors.Join(err, store.Close())
	}
	stop := m.watch()
	report, err := compact.Run(ctx, compact.Config{
		Raw: w, Lake: lake, Catalog: store, Sources: set, Work: filepath.Join(dir, "work"), Owner: "measured", Now: time.Now, Workers: 2,
	}, compact.Selection{})
	stop()
	m.Report = report.Totals
	if err := errors.Join(err, store.Close()); err != nil {
		return m, err
	}
	m.Peak, err = peakMemory()
	return m, err
}

// watchWindow is how many looks make a window, of 100 ms.
const watchWindow = 20

// watch counts open files and goroutines until it is stopped. Of goroutines the least in a window counts: the driver of
// SQLite starts one for each call and does not wait for its end, so that on a busy machine dozens stand about.
func (m *measured) watch() (stop func()) {
	var done sync.WaitGroup
	end := make(chan struct{})
	done.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for least, i := runtime.NumGoroutine(), 1; ; i++ {
			select {
			case <-end:
				return
			case <-tick.C:
			}
			if least = min(least, runtime.NumGoroutine()); i%watchWindow == 0 {
				m.Goroutines, least = max(m.Goroutines, least), runtime.NumGoroutine()
			}
			if files, err := os.ReadDir("/proc/self/fd"); err == nil {
				m.Files = max(m.Files, len(files))
			}
		}
	})
	return func() {
		close(end)
		done.Wait()
	}
}

// peakMemory is the most that was ever resident of this process.
func peakMemory() (int64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var kib int64
			_, err := fmt.Sscan(rest, &kib)
			return kib << 10, err
		}
	}
	return 0, errors.New("the system does not tell what was resident")
}
