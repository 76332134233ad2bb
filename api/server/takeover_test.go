package server_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/hindcast/hindcast/api/answer"
	served "github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/api/athena/athenatest"
	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/api/server"
	"github.com/hindcast/hindcast/lake/engine/athena"
	lakeraw "github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// slowAthena is an Athena whose executions do not end until they are let go, and a correlator over it.
type slowAthena struct {
	*answer.Correlator
	looking chan struct{} // told when somebody waits for an execution
	letGo   func()
	ended   atomic.Int64 // executions
}

func newSlowAthena(t *testing.T, l lake) *slowAthena {
	t.Helper()
	s := &slowAthena{looking: make(chan struct{}, 100)}
	service := athenatest.Start(t, athenatest.Options{Dir: l.dir, Catalog: l.store, Ended: func(served.Outcome) { s.ended.Add(1) }})
	release, over := service.Hold(), make(chan struct{})
	s.letGo = func() { release(); close(over) }
	e, err := athena.Open(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(service.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}, athena.Options{Database: "hindcast", Now: time.Now, Sleep: func(ctx context.Context, _ time.Duration) error {
		select {
		case s.looking <- struct{}{}:
		default:
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over:
			return nil
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Correlator = answer.New(correlate.NewPlanner(l.store), correlate.NewRunner(e, time.Now), "athena")
	return s
}

func (s *slowAthena) wait(t *testing.T) {
	t.Helper()
	select {
	case <-s.looking:
	case <-time.After(patience):
		t.Fatal("nobody waits for an execution")
	}
}

// newBucket is where servers archive correlations.
func newBucket(t *testing.T) *lakeraw.Folder {
	t.Helper()
	bucket, err := lakeraw.CreateFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bucket.Close(); err != nil {
			t.Error(err)
		}
	})
	return bucket
}

func TestWhatOneCallerIsToldChangesNothingForOthers(t *testing.T) {
	l := newLake(t)
	bucket := newBucket(t)
	task := func() *harness {
		return start(t, l, func(c *server.Config) { c.Dir, c.Archive = t.TempDir(), bucket })
	}
	first := task()
	first.create(t, "alert-1", ipQuery(attacker))
	first.wait(t, "alert-1", succeeded)
	if err := first.end(); err != nil { // it has archived what it had
		t.Fatal(err)
	}
	next := task()
	if c := next.wait(t, "alert-1", succeeded); c.GetStatistics().GetMatched() != attacks {
		t.Errorf("its statistics are %v", c.GetStatistics())
	}
	list, err := next.correlations.ListCorrelations(next.ctx, &hindcastv1.ListCorrelationsRequest{})
	if err != nil || len(list.GetCorrelations()) != 1 || list.GetCorrelations()[0].GetStatistics() != nil {
		t.Errorf("after one was asked for, the list is %v, error %v", list, err)
	}
}

func TestATaskThatReplacesAnotherGoesOnWithItsExecutions(t *testing.T) {
	l := newLake(t)
	bucket := newBucket(t)
	slow := newSlowAthena(t, l)
	task := func() *harness {
		return start(t, l, func(c *server.Config) {
			c.Dir, c.Archive, c.Correlator, c.Limits.Grace = t.TempDir(), bucket, slow, 20*time.Millisecond
		})
	}
	old, beside := task(), task()
	old.create(t, "runs", ipQuery(attacker))
	slow.wait(t)
	stands := func() any {
		return beside.get(t, "/v1/correlations/runs")["correlation"].(map[string]any)["state"]
	}
	if state := stands(); state != "CORRELATION_STATE_RUNNING" {
		t.Errorf("the task beside it says %v", state)
	}
	page := beside.get(t, "/v1/correlations/runs/events?page_size=5")
	if page["next_page_token"] == "" || len(page["events"].([]any)) > 0 {
		t.Errorf("its events are %v", page)
	}
	if err := old.end(); err != nil {
		t.Fatal(err)
	}
	stands() // which takes it over
	slow.wait(t)
	slow.letGo()
	c := beside.wait(t, "runs", succeeded)
	if c.GetStatistics().GetMatched() != attacks || len(beside.events(t, "runs", 5)) != attacks {
		t.Errorf("it found %v", c)
	}
	if n := slow.ended.Load(); n != 1 || len(c.GetStatistics().GetExecutions()) != 1 {
		t.Errorf("%d executions were paid for", n)
	}
}
