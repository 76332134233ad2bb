package compact_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/hindcast/hindcast/lake/compact"
)

// amongOthers compacts once its input says so, tells when it has read its first object, and prints its report.
func amongOthers(ctx context.Context, cfg compact.Config) error {
	if _, err := os.Stdin.Read(make([]byte, 1)); err != nil {
		return err
	}
	begun := sync.OnceFunc(func() { fmt.Println("begun") })
	cfg.Watch = func(p compact.Progress) {
		if p.Objects > 0 {
			begun()
		}
	}
	report, err := compact.Run(ctx, cfg, compact.Selection{})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

// processLives tells whether there is a process of that number.
func processLives(owner string) bool {
	pid, err := strconv.Atoi(owner)
	return err != nil || syscall.Kill(pid, 0) == nil
}

// colleague is a process that works on a lake with others.
type colleague struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// colleagues starts processes that wait for their turn.
func colleagues(t *testing.T, n int, l *testLake, dir, catalogURL string, batch int64) []*colleague {
	t.Helper()
	var all []*colleague
	for range n {
		c := &colleague{Cmd: exec.Command(os.Args[0])}
		c.Env = append(os.Environ(), childRaw+"="+l.raw.Path(""), childLake+"="+dir, fmt.Sprintf("%s=%d", childBatch, batch),
			childCatalog+"="+catalogURL, childShares+"=yes")
		c.Stderr = os.Stderr
		in, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		c.in, c.out = in, bufio.NewReader(out)
		all = append(all, c)
	}
	return all
}

// begin lets a process begin.
func (c *colleague) begin(t *testing.T) {
	t.Helper()
	if _, err := c.in.Write([]byte("!")); err != nil {
		t.Fatal(err)
	}
}

// read waits until a process has read its first object.
func (c *colleague) read(t *testing.T) {
	t.Helper()
	if line, err := c.out.ReadString('\n'); err != nil || line != "begun\n" {
		t.Fatalf("a process says %q: %v", line, err)
	}
}

// report waits for what a process has done.
func (c *colleague) report(t *testing.T) *compact.Report {
	t.Helper()
	r := &compact.Report{}
	text, err := io.ReadAll(c.out)
	if err == nil {
		err = c.Wait()
	}
	if err == nil {
		err = json.Unmarshal(text, r)
	}
	if err != nil {
		t.Fatalf("a process that works with others: %v", err)
	}
	return r
}

// end waits for the end of a process.
func (c *colleague) end() error {
	_, err := io.Copy(io.Discard, c.out)
	return errors.Join(err, c.Wait())
}

// workTogether lets processes work on a lake at a time. What they did must add up to what there was to do, each of it
// done by one of them.
func workTogether(t *testing.T, n int, catalogURL string) {
	t.Helper()
	quiet, dir := quietEstate(t, 2), t.TempDir()
	all := colleagues(t, n, quiet, dir, catalogURL, 1)
	for _, c := range all {
		c.begin(t)
	}
	for _, c := range all {
		c.read(t) // so that none is done before all have begun
	}
	var sum compact.Totals
	for _, c := range all {
		r := c.report(t)
		if r.Batches == 0 || r.TakenOver > 0 || r.Failed > 0 {
			t.Errorf("a process did %d batches, lost %d, and failed at %d objects", r.Batches, r.TakenOver, r.Failed)
		}
		t.Logf("a process did %d batches of %d objects", r.Batches, r.Objects)
		sum.Objects += r.Objects
		sum.RecordsIn += r.RecordsIn
		sum.EventsOut += r.EventsOut
		sum.Duplicates += r.Duplicates
		sum.Files += r.Files
	}
	l := openLakeAt(t, quiet.raw, dir, catalogURL)
	l.check()
	var want compact.Totals
	for _, o := range l.objects() {
		want.Objects++
		want.RecordsIn += o.RecordsIn
		want.EventsOut += o.EventsOut
		want.Duplicates += o.Duplicates
	}
	want.Files = int64(len(l.catalogFiles(t.Context())))
	if sum != want {
		t.Errorf("together they say that they did %+v, and did %+v", sum, want)
	}
	l.whole(t, quiet)
}

// whole compares a lake with one that a single run has made, and makes sure that there is nothing left to do.
func (l *testLake) whole(t *testing.T, quiet *testLake) {
	t.Helper()
	l.clock, l.sources = time.Now(), quiet.sources
	if report := l.run(); report.Objects > 0 || report.Failed > 0 {
		t.Errorf("there was something left to do: %+v", report)
	}
	l.sameState(quiet.state(), timeless)
}

func TestTwoProcessesShareALakeOnSQLite(t *testing.T) {
	t.Parallel()
	workTogether(t, 2, "")
}

func TestFourProcessesShareALakeOnPostgreSQL(t *testing.T) {
	workTogether(t, 4, newSchema(t))
}

// newSchema is the URL of an empty catalog on the server that HINDCAST_TEST_POSTGRES names.
func newSchema(t *testing.T) string {
	t.Helper()
	at, err := url.Parse(os.Getenv("HINDCAST_TEST_POSTGRES"))
	if err != nil || at.Scheme == "" {
		t.Skip("HINDCAST_TEST_POSTGRES names no database")
	}
	db, err := sql.Open("pgx", at.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	schema := fmt.Sprintf("hindcast_compact_%d", os.Getpid())
	if _, err := db.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = db.Exec("DROP SCHEMA " + schema + " CASCADE") })
	q := at.Query()
	q.Set("search_path", schema)
	at.RawQuery = q.Encode()
	return at.String()
}

// One of two processes is killed while both are at work. The other takes its batch over at once, before its lease has
// expired.
func TestTheWorkOfAKilledProcessIsDoneByTheOther(t *testing.T) {
	t.Parallel()
	quiet, dir := quietEstate(t, 1), t.TempDir()
	all := colleagues(t, 2, quiet, dir, "", 1)
	for _, c := range all {
		c.begin(t)
	}
	for _, c := range all {
		c.read(t)
	}
	if err := all[0].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = all[0].Wait() // from here on it is known to be dead
	r := all[1].report(t)
	l := openLake(t, quiet.raw, dir)
	if left := l.unfinished(); len(left) > 0 {
		t.Errorf("%d batches are left", len(left))
	}
	t.Logf("the other process did %d batches", r.Batches)
	l.whole(t, quiet)
}

// Two processes work on a lake, and one of them is killed at a random moment; a third finishes what is left.
func TestProcessesThatAreKilledWhileOthersWorkLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	quiet := quietEstate(t, 1)
	dice := rand.New(rand.NewPCG(3, 4))
	rounds := 3
	if *long {
		rounds = 100
	}
	whole, kills := 2*time.Second, 0 // as long as two processes take, or longer
	for range rounds {
		dir := t.TempDir()
		both := colleagues(t, 2, quiet, dir, "", 1)
		for _, c := range both {
			c.begin(t)
		}
		death := time.AfterFunc(time.Duration(dice.Float64()*float64(whole)), func() { _ = both[0].Process.Kill() })
		if both[0].end() != nil {
			kills++
		}
		death.Stop()
		last := colleagues(t, 1, quiet, dir, "", 1)[0]
		last.begin(t)
		if err := errors.Join(both[1].end(), last.end()); err != nil {
			t.Fatalf("the processes that nobody killed: %v", err)
		}
		openLake(t, quiet.raw, dir).whole(t, quiet)
	}
	t.Logf("of %d processes, %d were killed", rounds, kills)
}

// However many objects and batches there are, a run has as many goroutines and open files as its workers need.
func TestGoroutinesAndOpenFilesDoNotGrowWithTheObjects(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("the system does not tell what files are open")
	}
	const objects, workers = 300, 3
	l := newLake(t)
	l.workers = workers
	for i := range objects {
		l.put(loginKey(day1, fmt.Sprint(i)), delivery(someLogins(fmt.Sprint(i), day1.AddDate(0, 0, i%30), 2)...))
	}
	routines, files, stacks := 0, 0, make([]byte, 1<<20)
	cfg := l.config()
	cfg.Watch = func(compact.Progress) {
		open, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Error(err)
		}
		all := strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n")
		ours := slices.DeleteFunc(all, func(stack string) bool { return !strings.Contains(stack, "hindcast/lake/compact.") })
		routines, files = max(routines, len(ours)), max(files, len(open))
	}
	if report := l.runWith(cfg); report.Batches != objects {
		t.Errorf("%d batches of %d objects", report.Batches, objects)
	}
	if routines > workers+2 || files > 64 { // one that renews leases, and the run itself; the catalog has some files open too
		t.Errorf("%d goroutines and %d files", routines, files)
	}
	t.Logf("%d goroutines and %d files", routines, files)
}
