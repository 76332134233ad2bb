package server_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflection "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"github.com/hindcast/hindcast/api/jobs/rpc"
	"github.com/hindcast/hindcast/api/server"
	"github.com/hindcast/hindcast/proto"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

const (
	running   = hindcastv1.CorrelationState_CORRELATION_STATE_RUNNING
	cancelled = hindcastv1.CorrelationState_CORRELATION_STATE_CANCELLED
)

func TestQueriesBeyondTheQueueAreRefusedUntilOneIsCancelled(t *testing.T) {
	l := newLake(t)
	held := hold(l.correlator(t))
	defer close(held.letGo)
	h := start(t, l, func(c *server.Config) {
		c.Correlator = held
		c.Limits.Queries, c.Limits.QueuedQueries = 1, 1
	})
	h.create(t, "runs", ipQuery(attacker))
	held.wait(t)
	h.wait(t, "runs", running)
	h.create(t, "waits", ipQuery(attacker))
	a := h.do(t, http.MethodPost, "/v1/correlations", `{"query":`+ipQueryJSON+`}`)
	if e := a.problem(t); a.status != http.StatusTooManyRequests || e.Details[0].Reason != "TOO_MANY_QUERIES" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if a := h.do(t, http.MethodGet, "/v1/correlations/runs/histogram", ""); a.problem(t).Details[0].Reason != "NOT_SUCCEEDED" {
		t.Errorf("the histogram of a running query: %s", a.body)
	}
	h.do(t, http.MethodPost, "/v1/correlations/runs:cancel", `{}`).object(t, http.StatusOK)
	h.wait(t, "runs", cancelled)
	held.wait(t) // the one that waited
	metrics := string(h.do(t, http.MethodGet, "/metrics", "").body)
	for _, want := range []string{
		"hindcast_queries_running 1", "hindcast_queries_queued 0", `hindcast_queries_total{state="cancelled"} 1`,
		`hindcast_calls_total{code="ResourceExhausted",method="CreateCorrelation",protocol="rest"} 1`,
		`hindcast_calls_total{code="OK",method="CreateCorrelation",protocol="grpc"} 2`,
		`hindcast_http_responses_total{status="429"} 1`, `hindcast_build_info{version="test"} 1`, "go_goroutines",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s among the metrics", want)
		}
	}
}

func TestBytesReadAreCounted(t *testing.T) {
	h := start(t, newLake(t), nil)
	_, sum := h.stream(t, ipQuery(attacker))
	want := fmt.Sprintf("hindcast_query_read_bytes_total %d", sum.GetStatistics().GetBytesRead())
	if metrics := string(h.do(t, http.MethodGet, "/metrics", "").body); !strings.Contains(metrics, want) {
		t.Errorf("no %s among the metrics", want)
	}
}

func TestAQueryMayOnlyTakeItsTime(t *testing.T) {
	l := newLake(t)
	h := start(t, l, func(c *server.Config) {
		c.Correlator = hold(l.correlator(t))
		c.Limits.QueryTime = 5 * time.Millisecond
	})
	h.create(t, "slow", ipQuery(attacker))
	c := h.wait(t, "slow", hindcastv1.CorrelationState_CORRELATION_STATE_FAILED)
	if c.GetStateReason() != "the query ran longer than 5ms" || c.GetEvents() != 1 {
		t.Errorf("got %v", c)
	}
	s, err := h.correlations.StreamCorrelate(h.ctx, &hindcastv1.StreamCorrelateRequest{Query: ipQuery(attacker)})
	for err == nil {
		_, err = s.Recv()
	}
	if status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("the stream ends with %v", err)
	}
}

func TestBreakingAStreamOffCancelsItsQuery(t *testing.T) {
	l := newLake(t)
	held := hold(l.correlator(t))
	defer close(held.letGo)
	h := start(t, l, func(c *server.Config) {
		c.Correlator = held
		c.Limits.Queries = 1
	})
	ctx, cancel := context.WithCancel(h.ctx)
	s, err := h.correlations.StreamCorrelate(ctx, &hindcastv1.StreamCorrelateRequest{Query: ipQuery(attacker)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Recv(); err != nil {
		t.Fatal(err)
	}
	held.wait(t)
	cancel()
	h.create(t, "next", ipQuery(attacker))
	held.wait(t) // its place is free
}

// flooding is a correlator whose first query has no end of large events, and whose others only tell that they run.
type flooding struct {
	rpc.Correlator
	queries atomic.Int32
	ended   chan error    // what ended the first
	next    chan struct{} // has something for each of the others
}

func (f *flooding) Run(_ context.Context, _ *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	if f.queries.Add(1) > 1 {
		f.next <- struct{}{}
		return &hindcastv1.Summary{}, nil
	}
	for {
		if err := emit(&hindcastv1.Event{Summary: strings.Repeat("x", 1<<16)}); err != nil {
			f.ended <- err
			return nil, err
		}
	}
}

func TestAReaderWhoPausesKeepsNobodyElseWaiting(t *testing.T) {
	l := newLake(t)
	flood := &flooding{Correlator: l.correlator(t), ended: make(chan error, 1), next: make(chan struct{}, 1)}
	h := start(t, l, func(c *server.Config) {
		c.Correlator, c.Limits.Queries, c.Limits.QueryTime = flood, 1, 50*time.Millisecond
	})
	paused, err := h.correlations.StreamCorrelate(h.ctx, &hindcastv1.StreamCorrelateRequest{Query: ipQuery(attacker)})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-flood.ended:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the query ends with %v", err)
		}
	case <-h.ctx.Done():
		t.Fatal("the query outlasts its time")
	}
	h.create(t, "next", ipQuery(attacker))
	<-flood.next
	for err == nil {
		_, err = paused.Recv()
	}
	if status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("the stream ends with %v", err)
	}
}

func TestPageSizesAreCutToTheMost(t *testing.T) {
	h := start(t, newLake(t), func(c *server.Config) { c.Limits.PageSize, c.Limits.MaxPageSize = 3, 5 })
	h.create(t, "one", ipQuery(attacker))
	h.wait(t, "one", succeeded)
	for asked, want := range map[int]int{0: 3, 4: 4, 1000: 5} {
		page := h.get(t, fmt.Sprintf("/v1/correlations/one/events?page_size=%d", asked))
		if n := len(page["events"].([]any)); n != want {
			t.Errorf("%d were asked for and %d came, want %d", asked, n, want)
		}
	}
}

func TestALimitCutsTheTimelineButNotTheCounts(t *testing.T) {
	h := start(t, newLake(t), func(c *server.Config) { c.Limits.Events = 4 })
	events, sum := h.stream(t, ipQuery(attacker))
	if s := sum.GetStatistics(); len(events) != 4 || s.GetReturned() != 4 || s.GetMatched() != attacks {
		t.Errorf("%d events by default: %v", len(events), s)
	}
	q := ipQuery(attacker)
	q.Limit = 2
	if events, _ := h.stream(t, q); len(events) != 2 {
		t.Errorf("%d events, 2 were asked for", len(events))
	}
}

func TestARequestsIDIsEchoedAndLogged(t *testing.T) {
	h := start(t, newLake(t), nil)
	a := h.do(t, http.MethodGet, "/v1/tables", "", "X-Request-Id", "my-request")
	if got := a.header.Values("X-Request-Id"); len(got) != 1 || got[0] != "my-request" || !strings.Contains(h.log.String(), `"request_id":"my-request"`) {
		t.Errorf("echoed %v, logged %s", got, h.log.String())
	}
	forged := h.do(t, http.MethodGet, "/v1/tables", "", "X-Request-Id", strings.Repeat("x", 500))
	if len(forged.header.Get("X-Request-Id")) > 128 {
		t.Error("an id of any length is taken")
	}
	var header metadata.MD
	if _, err := h.catalog.ListTables(h.ctx, &hindcastv1.ListTablesRequest{}, grpc.Header(&header)); err != nil || len(header.Get("x-request-id")) != 1 {
		t.Errorf("over gRPC: %v, error %v", header, err)
	}
}

func TestTheDocumentListsEveryMethod(t *testing.T) {
	h := start(t, newLake(t), nil)
	doc := h.get(t, "/openapi.json")
	listed := map[string]bool{}
	for path, item := range doc["paths"].(map[string]any) {
		for _, op := range item.(map[string]any) {
			o := op.(map[string]any)
			listed[o["operationId"].(string)] = true
			if o["summary"] == nil && o["description"] == nil {
				t.Errorf("%s tells nothing", path)
			}
			if o["responses"].(map[string]any)["default"] == nil {
				t.Errorf("%s has no error response", path)
			}
		}
	}
	count := 0
	for _, d := range []grpc.ServiceDesc{hindcastv1.CorrelationService_ServiceDesc, hindcastv1.CatalogService_ServiceDesc} {
		short := strings.TrimPrefix(d.ServiceName, "hindcast.v1.")
		for _, m := range d.Methods {
			count++
			if !listed[short+"_"+m.MethodName] {
				t.Errorf("%s.%s is not in the document", short, m.MethodName)
			}
		}
		for _, s := range d.Streams {
			count++
			if !listed[short+"_"+s.StreamName] {
				t.Errorf("%s.%s is not in the document", short, s.StreamName)
			}
		}
	}
	if count != 13 || len(listed) != count || len(proto.OpenAPI) == 0 {
		t.Errorf("%d methods, %d in the document", count, len(listed))
	}
}

func TestReflectionAndHealthAreServed(t *testing.T) {
	h := start(t, newLake(t), nil)
	stream, err := reflection.NewServerReflectionClient(h.conn).ServerReflectionInfo(h.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflection.ServerReflectionRequest{MessageRequest: &reflection.ServerReflectionRequest_ListServices{}}); err != nil {
		t.Fatal(err)
	}
	resp, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	names := resp.String()
	for _, want := range []string{"hindcast.v1.CorrelationService", "hindcast.v1.CatalogService", "grpc.health.v1.Health"} {
		if !strings.Contains(names, want) {
			t.Errorf("%s is not among %s", want, names)
		}
	}
	if err := stream.CloseSend(); err != nil {
		t.Error(err)
	}
	health, err := grpc_health_v1.NewHealthClient(h.conn).Check(h.ctx, &grpc_health_v1.HealthCheckRequest{Service: "hindcast.v1.CorrelationService"})
	if err != nil || health.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("health %v, error %v", health, err)
	}
	if got := h.get(t, "/healthz"); got["status"] != "SERVING" || got["version"] != "test" {
		t.Errorf("/healthz says %v", got)
	}
}
