package athena_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/athena"
)

// What has begun unseen is counted by the budget as expected: engine.ErrCost.
func TestAStartThatMayHaveBegunIsToldToCostNobodyKnowsWhat(t *testing.T) {
	throttle := awsjson.Errorf("ThrottlingException", "Rate exceeded")
	refusal := awsjson.Errorf("InvalidRequestException", "odd")
	denial := awsjson.Errorf("AccessDeniedException", "User: u is not authorized to perform: athena:StartQueryExecution")
	for _, c := range []struct {
		name   string
		lost   int   // answers
		then   error // to the calls after them
		starts int
		costs  bool
	}{
		{"no call is answered", 10, nil, 10, true},
		{"the first is not answered, and the others are too many", 1, throttle, 10, true},
		{"the first is not answered, and then the permission lacks", 1, denial, 2, true},
		{"the first is not answered, and the second refused for what it says", 1, refusal, 2, false},
		{"all are too many", 0, throttle, 10, false},
		{"it is refused", 0, refusal, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{outcomes: []outcome{one}}
			s.lose = func(_ string, n int) bool { return n <= c.lost }
			s.fail = func(_ string, n int) error {
				if n > c.lost {
					return c.then
				}
				return nil
			}
			e, _ := serve(t, s)
			_, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"})
			if err == nil || errors.Is(err, engine.ErrCost) != c.costs || s.called("StartQueryExecution") != c.starts {
				t.Errorf("got %v after %d starts", err, s.called("StartQueryExecution"))
			}
		})
	}
}

func TestAStartThatNeverGotThereCostsNothing(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close() // nobody listens at its address now
	e, err := athena.Open(aws.Config{
		Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
	}, athena.Options{Database: "hindcast", Now: time.Now, Sleep: (&waits{}).sleep})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"}); err == nil || errors.Is(err, engine.ErrCost) {
		t.Errorf("got %v", err)
	}
}

func TestAnExecutionNobodyWaitsForIsStopped(t *testing.T) {
	gone := errors.New("the caller went away")
	for _, c := range []struct {
		name string
		when string // the call in which the caller goes away
		lost bool   // and whose answer is lost
	}{
		{"while it runs", "GetQueryExecution", false},
		{"while it is started", "StartQueryExecution", false},
		{"while it is started, and nobody hears of it", "StartQueryExecution", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			o := one
			o.running = 1000
			s := &service{outcomes: []outcome{o}}
			s.at = func(op string, n int) {
				if op == c.when && n == 1 {
					cancel(gone)
				}
			}
			s.lose = func(op string, n int) bool { return c.lost && op == c.when && n == 1 }
			e, _ := serve(t, s)
			_, err := e.Query(ctx, engine.Statement{SQL: "SELECT n FROM t"})
			if !errors.Is(err, gone) || len(s.executions) != 1 || !s.executions[0].stopped {
				t.Fatalf("got %v, %d executions", err, len(s.executions))
			}
			var failed *engine.FailedError
			if !errors.As(err, &failed) || failed.Stats.Execution.MicroUSD != 120 {
				t.Errorf("what it cost is not told: %+v", failed)
			}
		})
	}
}

// Stopping takes a while, in which an execution does not say yet what it has read.
func TestWhatAStoppedExecutionCostIsReadOnceItHasEnded(t *testing.T) {
	for _, c := range []struct {
		name    string
		lingers int
		price   int64
		unknown bool
	}{
		{"it ends at the next look but two", 3, 120, false},
		{"it does not end while it is waited for", 1000, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			o := one
			o.running, o.lingers = 1000, c.lingers
			s := &service{outcomes: []outcome{o}}
			s.at = func(op string, _ int) {
				if op == "GetQueryExecution" {
					cancel()
				}
			}
			e, w := serve(t, s)
			_, err := e.Query(ctx, engine.Statement{SQL: "SELECT n FROM t"})
			var failed *engine.FailedError
			if !errors.As(err, &failed) || !errors.Is(err, context.Canceled) || errors.Is(err, engine.ErrCost) != c.unknown || failed.Stats.Execution.MicroUSD != c.price {
				t.Errorf("%+v: %v", failed, err)
			}
			waited := time.Duration(0)
			for _, d := range w.all {
				waited += d
			}
			if waited == 0 || waited > 15*time.Second {
				t.Errorf("waited %v", w.all)
			}
		})
	}
}

func TestAnExecutionOfWhichNothingIsHeardAnyMoreIsNamed(t *testing.T) {
	for name, denies := range map[string]string{"it cannot be stopped": "StopQueryExecution", "it cannot be looked at": "GetQueryExecution"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			o := one
			o.running = 1000
			s := &service{outcomes: []outcome{o}}
			s.at = func(op string, _ int) {
				if op == "GetQueryExecution" {
					cancel()
				}
			}
			s.fail = func(op string, n int) error {
				if op == denies && (op == "StopQueryExecution" || n > 1) {
					return awsjson.Errorf("AccessDeniedException", "User: u is not authorized to perform: athena:%s on resource: arn:x", op)
				}
				return nil
			}
			e, _ := serve(t, s)
			_, err := e.Query(ctx, engine.Statement{SQL: "SELECT n FROM t"})
			if !errors.Is(err, context.Canceled) || !errors.Is(err, athena.ErrDenied) || !errors.Is(err, engine.ErrCost) || !strings.Contains(err.Error(), "execution x0") {
				t.Errorf("got %v", err)
			}
		})
	}
}
