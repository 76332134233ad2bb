package follow_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/hindcast/hindcast/lake/follow"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

var long = flag.Bool("long", false, "kill a hundred processes")

// The test binary is also a worker that is killed; these say where its world is.
const (
	childDir      = "HINDCAST_FOLLOW_DIR"
	childURL      = "HINDCAST_FOLLOW_CATALOG"
	childEndpoint = "HINDCAST_FOLLOW_ENDPOINT"
	childBegan    = "HINDCAST_FOLLOW_BEGAN"
	childName     = "HINDCAST_FOLLOW_NAME"
)

const sharedPace = 20 // of the clock of all workers

func TestMain(m *testing.M) {
	if os.Getenv(childDir) == "" {
		flag.Parse()
		os.Exit(m.Run())
	}
	if err := child(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child follows the queue until it is empty.
func child() error {
	began, err := strconv.ParseInt(os.Getenv(childBegan), 10, 64)
	if err != nil {
		return err
	}
	p := place{os.Getenv(childDir), os.Getenv(childURL), os.Getenv(childEndpoint), newFast(time.Unix(0, began), sharedPace)}
	w, err := p.open(context.Background(), os.Getenv(childName))
	if err != nil {
		return err
	}
	defer w.close()
	return follow.Run(context.Background(), w.Config)
}

// process is a worker of its own.
type process struct {
	*exec.Cmd
	errors bytes.Buffer
}

func (w *world) start(name string) *process {
	w.Helper()
	p := &process{Cmd: exec.Command(os.Args[0])}
	p.Env = append(os.Environ(), childDir+"="+w.dir, childURL+"="+w.url, childEndpoint+"="+w.server.URL, childName+"="+name,
		fmt.Sprintf("%s=%d", childBegan, w.clock.began.UnixNano()))
	p.Stderr = &p.errors
	w.must(p.Start())
	return p
}

// end waits for a process, and tells whether it was killed.
func (p *process) end(t *testing.T) (killed bool) {
	t.Helper()
	err := p.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("a worker that nobody killed: %v: %s", err, p.errors.String())
	}
	return false
}

// Three processes follow a queue that delivers one message in five twice, and are killed at any moment. In the end the lake
// has each line of each object once.
func TestWorkersThatAreKilledOverSQLiteLoseAndDoubleNothing(t *testing.T) { killWorkers(t, "") }

func TestWorkersThatAreKilledOverPostgreSQLLoseAndDoubleNothing(t *testing.T) {
	killWorkers(t, newSchema(t))
}

func killWorkers(t *testing.T, catalogURL string) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice, mu := rand.New(rand.NewPCG(seed, 1)), sync.Mutex{}
	w := newWorld(t, sharedPace, sqsfake.Options{Again: func() bool {
		mu.Lock()
		defer mu.Unlock()
		return dice.IntN(5) == 0
	}})
	w.url = catalogURL
	_, err := w.client.SetQueueAttributes(t.Context(), &awssqs.SetQueueAttributesInput{QueueUrl: aws.String(sqsfake.URL("logs")), Attributes: map[string]string{
		"RedrivePolicy": `{"deadLetterTargetArn":"` + sqsfake.ARN("dead") + `","maxReceiveCount":"1000"}`,
	}})
	w.must(err)
	wanted := 4
	if *long {
		wanted = 100
	}
	roll := rand.New(rand.NewPCG(seed, 2))
	workers, killed := make([]*process, 3), 0
	for arrived := 0; killed < wanted; {
		for range 8 {
			arrived++
			told := w.put([]string{"one", "two"}[roll.IntN(2)], fmt.Sprint(arrived), 1+roll.IntN(5))
			for range 1 + roll.IntN(2) {
				w.send(told)
			}
		}
		for i := range workers {
			if workers[i] == nil {
				workers[i] = w.start(fmt.Sprint("worker", i))
			}
		}
		time.Sleep(time.Duration(roll.IntN(400)) * time.Millisecond)
		i := roll.IntN(len(workers))
		_ = workers[i].Process.Kill() // it may be gone, since the queue was empty
		if workers[i].end(t) {
			killed++
		}
		workers[i] = nil
	}
	for _, p := range workers {
		if p != nil && p.end(t) {
			t.Error("a worker was killed by nobody")
		}
	}
	for tries := 0; len(w.fake.Messages("logs")) > 0 && tries < 20; tries++ { // what the dead have left comes back
		w.clock.ahead.Add(int64(2 * visibility))
		w.drain()
	}
	w.left(0, 0)
	w.whole()
	t.Logf("%d workers were killed over %d objects", killed, len(w.lines))
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
	schema := fmt.Sprintf("hindcast_follow_%d", os.Getpid())
	if _, err := db.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = db.Exec("DROP SCHEMA " + schema + " CASCADE") })
	q := at.Query()
	q.Set("search_path", schema)
	at.RawQuery = q.Encode()
	return at.String()
}
