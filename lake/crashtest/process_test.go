package crashtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/faulty"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
)

// The test binary is also the process that is killed; these say what it does.
const (
	childWorld = "HINDCAST_CRASH_WORLD"
	childURL   = "HINDCAST_CRASH_CATALOG"
	childName  = "HINDCAST_CRASH_NAME"
	childSeed  = "HINDCAST_CRASH_SEED"
	childDeeds = "HINDCAST_CRASH_DEEDS"
	childDies  = "HINDCAST_CRASH_DIES"
)

func TestMain(m *testing.M) {
	dir := os.Getenv(childWorld)
	if dir == "" {
		os.Exit(m.Run())
	}
	seed, err := strconv.ParseUint(os.Getenv(childSeed), 10, 64)
	deeds, e := strconv.Atoi(os.Getenv(childDeeds))
	if err = errors.Join(err, e); err == nil {
		err = child(world{dir, os.Getenv(childURL)}, os.Getenv(childName), seed, deeds, os.Getenv(childDies))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// process is a child that runs.
type process struct {
	*exec.Cmd
	errors bytes.Buffer
	ready  chan struct{} // closed once it works, or is gone
	gone   chan error
}

// start starts a child. dies says at which call it kills itself; empty is at none.
func (p *play) start(name string, deeds int, dies string) *process {
	p.Helper()
	c := &process{Cmd: exec.Command(os.Args[0]), ready: make(chan struct{}), gone: make(chan error, 1)}
	c.Env = append(os.Environ(), childWorld+"="+p.dir, childURL+"="+p.url, childName+"="+name,
		fmt.Sprintf("%s=%d", childSeed, p.dice.Uint64()), fmt.Sprintf("%s=%d", childDeeds, deeds), childDies+"="+dies)
	c.Stderr = &c.errors
	out, err := c.StdoutPipe()
	p.must(err)
	p.must(c.Start())
	go func() {
		_, _ = bufio.NewReader(out).ReadString('\n')
		close(c.ready)
		c.gone <- c.Wait()
	}()
	return c
}

// kill kills the child after a while, unless it is gone by then, and answers whether it was killed, by whomever.
func (c *process) kill(after time.Duration) (killed bool, err error) {
	select {
	case err = <-c.gone:
	case <-time.After(after):
		if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return false, err
		}
		err = <-c.gone
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return true, nil
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, c.errors.String())
	}
	return false, err
}

// calls of the catalog and methods of the bucket at which a child may kill itself.
var (
	calls = []faulty.Call{
		faulty.Seen, faulty.Plan, faulty.Stage, faulty.Commit, faulty.Undo, faulty.AcquireLease, faulty.ReleaseLease, faulty.Claim,
		faulty.Throw, faulty.Swap, faulty.Collect, faulty.Forget, faulty.Expire, faulty.Restore,
	}
	methods = []storefaulty.Op{storefaulty.Open, storefaulty.Put, storefaulty.Delete, storefaulty.List}
)

// somewhere is a place at which a child kills itself: before or after a call of the catalog, or at one of the bucket.
func somewhere(dice *rand.Rand) string {
	if dice.IntN(3) == 0 {
		return fmt.Sprintf("bucket %s %d", methods[dice.IntN(len(methods))], dice.IntN(8))
	}
	when := []string{"before", "after"}[dice.IntN(2)]
	return fmt.Sprintf("%s %s %d", when, calls[dice.IntN(len(calls))], dice.IntN(6))
}

// dieAt makes the process kill itself at a place.
func (s *session) dieAt(place string) {
	word := strings.Fields(place)
	n, err := strconv.Atoi(word[2])
	if err != nil {
		panic(err)
	}
	die := func() bool {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // which is not survived
	}
	if word[0] == "bucket" {
		b := storefaulty.Wrap(s.lake)
		b.On(storefaulty.Op(word[1])).Times(storefaulty.Forever).Chance(func() bool {
			if n--; n < 0 {
				die()
			}
			return false
		}).Fail(nil)
		s.lake = b
		return
	}
	b := faulty.New(s.catalog).Pass(faulty.Call(word[1]), n)
	if word[0] == "before" {
		b = b.Meanwhile(faulty.Call(word[1]), func() { die() })
	} else {
		b = b.Afterwards(faulty.Call(word[1]), func() { die() })
	}
	s.catalog = b.Store()
}

// wanted is how many processes a test kills.
func wanted() int {
	switch {
	case *kills > 0:
		return *kills
	case *long:
		return 500
	case testing.Short():
		return 2
	}
	return 4
}
