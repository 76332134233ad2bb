package crashtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hindcast/hindcast/catalog"
)

// Several processes at a time share the work on PostgreSQL, each of which is killed now and then.
func TestProcessesThatShareALakeOnPostgreSQLLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	share(t, schema(t, server(t)), 4)
}

// server is that of the tests, if there is one.
func server(t *testing.T) string {
	t.Helper()
	server := os.Getenv("HINDCAST_TEST_POSTGRES")
	if server == "" {
		t.Skip("HINDCAST_TEST_POSTGRES names no database")
	}
	return server
}

// The same on SQLite, by two.
func TestProcessesThatShareALakeOnSQLiteLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	share(t, "", 2)
}

func share(t *testing.T, catalogURL string, workers int) {
	p := begin(t, catalogURL)
	p.arrive(8)
	killed, began := 0, time.Now()
	running := make([]*process, workers)
	for round := 0; killed < wanted(); round++ {
		if round == wanted()/2 { // all that work on a lake need the same sources
			p.endAll(running, 0)
			p.must(p.mend())
		}
		for i := range running {
			if running[i] == nil {
				running[i] = p.start(fmt.Sprintf("worker%d", i), 12, "")
			}
		}
		p.arrive(p.dice.IntN(4))
		p.must(p.pass(time.Duration(p.dice.IntN(5)) * time.Second))
		switch p.dice.IntN(8) {
		case 0: // all leases expire under those who have them
			p.must(p.pass(20 * time.Minute))
		case 1, 2:
			p.sleep(running[p.dice.IntN(workers)])
		}
		if p.dice.IntN(10) == 0 {
			p.wholeMeanwhile()
		}
		i := p.dice.IntN(workers)
		if p.end(running[i], time.Duration(p.dice.IntN(250))*time.Millisecond) {
			killed++
		}
		running[i] = nil
	}
	p.endAll(running, time.Minute)
	p.Logf("%d processes of %d at a time were killed in %v", killed, workers, time.Since(began).Round(time.Millisecond))
	p.settle()
}

// sleep pauses a process until its leases have expired and others have had time to take its work over.
func (p *play) sleep(c *process) {
	p.Helper()
	<-c.ready
	if c.Process.Signal(syscall.SIGSTOP) != nil {
		return // it is gone
	}
	p.must(p.pass(20 * time.Minute))
	time.Sleep(time.Duration(p.dice.IntN(300)) * time.Millisecond)
	_ = c.Process.Signal(syscall.SIGCONT) // it was stopped, so it is there
}

// wholeMeanwhile checks the lake while others work on it.
func (p *play) wholeMeanwhile() {
	p.Helper()
	s := p.session("verify")
	defer s.close()
	p.whole(s)
}

func (p *play) endAll(running []*process, after time.Duration) {
	p.Helper()
	for i, c := range running {
		if running[i] = nil; c != nil {
			p.end(c, after)
		}
	}
}

// end kills a process after a while. One that came to its end before may have found others in its way.
func (p *play) end(c *process, after time.Duration) (killed bool) {
	p.Helper()
	killed, err := c.kill(after)
	if err != nil && !inTheWay(err) {
		p.Fatalf("a process that was not killed failed: %v", err)
	}
	return killed
}

// inTheWay tells whether an error is what is met by one of many: a lease that was lost, or a day that others add to again
// and again while it is merged. It was printed by a process, so that its text is all there is.
func inTheWay(err error) bool {
	texts := []string{catalog.ErrLeaseLost.Error(), "times while it was merged"}
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(err.Error(), text) })
}

// schema makes a schema of the test's own in a database, and answers the URL that leads to it.
func schema(t *testing.T, server string) string {
	t.Helper()
	name := fmt.Sprintf("hindcast_crash_%d_%d", os.Getpid(), time.Now().UnixNano())
	execute(t, server, "CREATE SCHEMA "+pgx.Identifier{name}.Sanitize())
	t.Cleanup(func() { execute(t, server, "DROP SCHEMA "+pgx.Identifier{name}.Sanitize()+" CASCADE") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

func execute(t *testing.T, server, statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.WithoutCancel(t.Context()), server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatal(err)
	}
}
