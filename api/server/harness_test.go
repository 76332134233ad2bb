package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hindcast/hindcast/api/jobs/rpc"
	"github.com/hindcast/hindcast/api/problem"
	"github.com/hindcast/hindcast/api/server"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// patience bounds what a test waits for; nothing waits that long when all is well.
const patience = time.Minute

// harness is a running server and its clients.
type harness struct {
	*server.Server
	correlations hindcastv1.CorrelationServiceClient
	catalog      hindcastv1.CatalogServiceClient
	conn         *grpc.ClientConn
	url          string
	log          *buffer
	ctx          context.Context
	end          func() error // shuts the server down and gives what Run returned
}

// start runs a server over a lake; change may alter its configuration.
func start(t *testing.T, l lake, change func(*server.Config)) *harness {
	t.Helper()
	log := &buffer{}
	cfg := server.Config{
		GRPCAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Dir: l.dir + "/results",
		Correlator: l.correlator(t), Catalog: l.store, Limits: server.DefaultLimits(), Version: "test",
		Log: slog.New(slog.NewJSONHandler(log, nil)), Now: time.Now, Sleep: asleep,
	}
	if change != nil {
		change(&cfg)
	}
	s, err := server.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	run, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(run) }()
	end := sync.OnceValue(func() error { stop(); return <-done })
	t.Cleanup(func() { end() })
	conn, err := grpc.NewClient(s.GRPCAddr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return &harness{
		Server: s, conn: conn, url: "http://" + s.HTTPAddr().String(), log: log, ctx: ctx, end: end,
		correlations: hindcastv1.NewCorrelationServiceClient(conn), catalog: hindcastv1.NewCatalogServiceClient(conn),
	}
}

// asleep waits for the end: nothing happens by itself as time passes.
func asleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

// buffer is a log that is read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// answered is an HTTP response that was read to its end.
type answered struct {
	status int
	header http.Header
	body   []byte
}

func (h *harness) do(t *testing.T, method, path, body string, header ...string) answered {
	t.Helper()
	req, err := http.NewRequestWithContext(h.ctx, method, h.url+path, bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		} else {
			req.Header.Set(header[i], header[i+1])
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{resp.StatusCode, resp.Header, b}
}

// get reads a 200 response's JSON.
func (h *harness) get(t *testing.T, path string) map[string]any {
	t.Helper()
	return h.do(t, http.MethodGet, path, "").object(t, http.StatusOK)
}

func (a answered) object(t *testing.T, status int) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(a.body, &m); err != nil || a.status != status {
		t.Fatalf("status %d, want %d; error %v; body %s", a.status, status, err, a.body)
	}
	return m
}

func ipQuery(values ...string) *hindcastv1.Query {
	q := &hindcastv1.Query{
		FromTime: timestamppb.New(noon.Truncate(24 * time.Hour)),
		ToTime:   timestamppb.New(noon.Truncate(24*time.Hour).AddDate(0, 0, 3)),
	}
	for _, v := range values {
		q.Indicators = append(q.Indicators, &hindcastv1.Indicator{Kind: hindcastv1.IndicatorKind_INDICATOR_KIND_IP, Value: v})
	}
	return q
}

const ipQueryJSON = `{"indicators":[{"kind":"INDICATOR_KIND_IP","value":"198.51.100.7"}],` +
	`"from_time":"2026-01-10T00:00:00Z","to_time":"2026-01-13T00:00:00Z"}`

func (h *harness) create(t *testing.T, id string, q *hindcastv1.Query) *hindcastv1.Correlation {
	t.Helper()
	resp, err := h.correlations.CreateCorrelation(h.ctx, &hindcastv1.CreateCorrelationRequest{CorrelationId: id, Query: q})
	if err != nil {
		t.Fatal(err)
	}
	return resp.GetCorrelation()
}

// wait polls until a correlation is in a state.
func (h *harness) wait(t *testing.T, id string, state hindcastv1.CorrelationState) *hindcastv1.Correlation {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		resp, err := h.correlations.GetCorrelation(h.ctx, &hindcastv1.GetCorrelationRequest{CorrelationId: id})
		if err != nil {
			t.Fatal(err)
		}
		switch c := resp.GetCorrelation(); c.GetState() {
		case state:
			return c
		case hindcastv1.CorrelationState_CORRELATION_STATE_QUEUED, hindcastv1.CorrelationState_CORRELATION_STATE_RUNNING:
			<-tick.C
		default:
			t.Fatalf("correlation %s has ended otherwise: %v", id, c)
		}
	}
}

// held is a correlator whose queries find one event, tell that they run, and wait to be let go or interrupted.
type held struct {
	rpc.Correlator
	started chan struct{}
	letGo   chan struct{}
}

func hold(c rpc.Correlator) *held {
	return &held{Correlator: c, started: make(chan struct{}, 100), letGo: make(chan struct{})}
}

func (h *held) Run(ctx context.Context, _ *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	if err := emit(&hindcastv1.Event{EventId: "one"}); err != nil {
		return nil, err
	}
	h.started <- struct{}{}
	select {
	case <-h.letGo:
		return &hindcastv1.Summary{Statistics: &hindcastv1.Statistics{Matched: 1}}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *held) wait(t *testing.T) {
	t.Helper()
	select {
	case <-h.started:
	case <-time.After(patience):
		t.Fatal("no query has started")
	}
}

// panicky panics wherever it is asked.
type panicky struct{ rpc.Correlator }

func (panicky) Prepare(context.Context, *hindcastv1.Query, *problem.Fields) (*hindcastv1.Query, error) {
	panic("boom at /secret/path")
}
