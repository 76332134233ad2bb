package compact_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

// The test binary is also the process that is killed: it compacts what these name, and ends.
const (
	childRaw     = "HINDCAST_TEST_RAW"
	childLake    = "HINDCAST_TEST_LAKE"
	childBatch   = "HINDCAST_TEST_BATCH"
	childCatalog = "HINDCAST_TEST_CATALOG" // a URL; empty is the lake's own file
	childShares  = "HINDCAST_TEST_SHARES"  // whether others work on the lake too
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childLake); dir != "" {
		if err := child(os.Getenv(childRaw), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child compacts a folder as the command does, but for the clock and the size of batches.
func child(rawDir, dir string) error {
	debug.SetMemoryLimit(400 << 20)
	ctx := context.Background()
	bucket, err := raw.OpenFolder(rawDir)
	if err != nil {
		return err
	}
	lake, err := raw.CreateFolder(dir)
	if err != nil {
		return err
	}
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		return err
	}
	cfg := compact.Config{
		Raw: bucket, Lake: lake, Sources: set, Work: filepath.Join(dir, "work"), Owner: fmt.Sprint(os.Getpid()),
		Now: func() time.Time { return planned }, Alive: func(string) bool { return false }, Workers: 2,
	}
	if _, err := fmt.Sscan(os.Getenv(childBatch), &cfg.BatchBytes); err != nil {
		return err
	}
	shares := os.Getenv(childShares) != ""
	if shares {
		cfg.Now, cfg.Alive, cfg.Workers = time.Now, processLives, 1
	}
	store, err := openCatalog(ctx, dir, os.Getenv(childCatalog), cfg.Now)
	if err != nil {
		return err
	}
	cfg.Catalog = store
	if shares {
		return errors.Join(amongOthers(ctx, cfg), store.Close())
	}
	if _, err := compact.Run(ctx, cfg, compact.Selection{}); err != nil {
		return err
	}
	return store.Close()
}

func openCatalog(ctx context.Context, dir, url string, clock func() time.Time) (*embedded.Store, error) {
	if url != "" {
		return embedded.OpenURL(ctx, url, clock)
	}
	return embedded.Open(ctx, filepath.Join(dir, "catalog.db"), clock)
}

// start starts a child on the lake in a folder.
func start(t *testing.T, rawDir, dir string, batch int64) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childRaw+"="+rawDir, childLake+"="+dir, fmt.Sprintf("%s=%d", childBatch, batch))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// quietEstate is a lake of some days of an estate's largest logs, made by one run that nobody disturbed.
func quietEstate(t *testing.T, days int) *testLake {
	t.Helper()
	quiet := newLake(t)
	quiet.sources, quiet.batch, quiet.workers = builtin.Sources(), 0, 2
	summary, err := simulate.Estate{Seed: 3, Days: days, Scale: 0.03}.Generate(t.Context(), func(key string, body []byte) error {
		if strings.Contains(key, "CloudTrail") || strings.Contains(key, "vpcflow") {
			quiet.putBytes(key, body)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	written := summary.Sources[simulate.CloudTrailSource].Events() + summary.Sources[simulate.VPCFlowSource].Events()
	if report := quiet.run(); report.EventsOut != written {
		t.Fatalf("the run that nobody disturbs makes %d events of %d", report.EventsOut, written)
	}
	return quiet
}

// A process is killed at random moments until one gets to its end; the lake is then that of a run that nobody killed,
// but for which of several equal records was kept: two workers do not always take the same first.
func TestAProcessThatIsKilledAtAnyTimeLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	const batch = 8 << 10
	quiet := quietEstate(t, 1)
	want := quiet.state()
	rawDir := quiet.raw.Path("")
	began := time.Now()
	if err := start(t, rawDir, t.TempDir(), batch).Wait(); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(began)
	dice := rand.New(rand.NewPCG(1, 2))
	kills := 0
	for wanted := killsWanted(); kills < wanted; {
		dir := t.TempDir()
		for finished := false; !finished; {
			cmd := start(t, rawDir, dir, batch)
			death := time.AfterFunc(time.Duration(dice.Float64()*float64(whole)), func() { _ = cmd.Process.Kill() })
			err := cmd.Wait()
			death.Stop()
			if finished = err == nil; finished {
				break
			}
			if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
				t.Fatalf("after %d kills a process ended with %v", kills, err)
			}
			kills++
		}
		openLake(t, quiet.raw, dir).sameAfterKills(want)
	}
	t.Logf("%d processes were killed; one that is not takes %v", kills, whole.Round(time.Millisecond))
}

func killsWanted() int {
	if *long {
		return 500
	}
	return 5
}

func (l *testLake) sameAfterKills(want state) {
	l.Helper()
	l.sources = builtin.Sources()
	if report := l.run(); report.Objects > 0 || report.Failed > 0 {
		l.Errorf("after a run that came to its end there was something left to do: %+v", report)
	}
	l.sameState(want, events)
}
