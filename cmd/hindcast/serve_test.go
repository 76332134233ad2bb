package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hindcast/hindcast/api/client"
	"github.com/hindcast/hindcast/lake/simulate"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// serving is "hindcast serve" while it runs.
type serving struct {
	grpc, http, athena string

	stop func() (status int, log string)
}

// log is what the server writes; one reader waits for its first line.
type log struct {
	mu    sync.Mutex
	text  bytes.Buffer
	lines chan string
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.lines <- string(p):
	default:
	}
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var addresses = regexp.MustCompile(`grpc=(\S+) http=(\S+)(?: athena=(\S+))?`)

func serve(t *testing.T, dir string, more ...string) *serving {
	t.Helper()
	return serveLake(t, append([]string{"--dir", dir}, more...)...)
}

// serveLake serves the lake that the arguments name.
func serveLake(t *testing.T, args ...string) *serving {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out := &log{lines: make(chan string, 1)}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"}, args...), strings.NewReader(""), io.Discard, out)
	}()
	s := &serving{stop: sync.OnceValues(func() (int, string) {
		cancel()
		return <-ended, out.String()
	})}
	t.Cleanup(func() { s.stop() })
	select {
	case first := <-out.lines:
		at := addresses.FindStringSubmatch(first)
		if at == nil {
			t.Fatalf("the first line names no addresses: %s", first)
		}
		s.grpc, s.http, s.athena = at[1], "http://"+at[2], "http://"+at[3]
	case status := <-ended:
		t.Fatalf("serve ended at once with %d: %s", status, out)
	}
	return s
}

// call asks over REST and reads the answer as JSON.
func (s *serving) call(t *testing.T, method, path, body string) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.http+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return response.StatusCode, answer
}

func (s *serving) want(t *testing.T, method, path, body string) map[string]any {
	t.Helper()
	status, answer := s.call(t, method, path, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s: %d %v", method, path, status, answer)
	}
	return answer
}

func (w *world) question() string {
	return `{"indicators":[{"kind":"INDICATOR_KIND_IP","value":"203[.]0[.]113[.]77"}],"from_time":"` + w.from + `T00:00:00Z","to_time":"` + w.to + `T00:00:00Z"}`
}

func TestACorrelationIsAskedOverREST(t *testing.T) {
	w := sharedWorld(t)
	s := serve(t, w.dir)
	body := `{"correlation_id":"alert-4711","query":` + w.question() + `}`
	made := s.want(t, "POST", "/v1/correlations", body)
	if field(made, "correlation.correlation_id") != "alert-4711" {
		t.Fatalf("created %v", made)
	}
	s.want(t, "POST", "/v1/correlations", body) // the same again is the same
	s.waitFor(t, "alert-4711")
	got := s.want(t, "GET", "/v1/correlations/alert-4711", "")
	if field(got, "correlation.statistics.outcome") != "OUTCOME_FOUND" || field(got, "correlation.statistics.matched") != total(w.Incident) {
		t.Errorf("statistics: %v", field(got, "correlation.statistics"))
	}
	page := s.want(t, "GET", "/v1/correlations/alert-4711/events?page_size=10", "")
	events := page["events"].([]any)
	next := s.want(t, "GET", "/v1/correlations/alert-4711/events?page_size=10&page_token="+page["next_page_token"].(string), "")["events"].([]any)
	if len(events) != 10 || len(next) != 10 || events[9].(map[string]any)["time"].(string) < next[0].(map[string]any)["time"].(string) {
		t.Errorf("pages of %d and %d events", len(events), len(next))
	}
	if h := s.want(t, "GET", "/v1/correlations/alert-4711/histogram", ""); len(h["buckets"].([]any)) < len(w.Incident.Records) {
		t.Errorf("histogram: %v", h)
	}
	if all := s.want(t, "GET", "/v1/correlations", ""); len(all["correlations"].([]any)) != 1 {
		t.Errorf("correlations: %v", all)
	}
	if plan := s.want(t, "POST", "/v1/correlations:explain", `{"query":`+w.question()+`}`); field(plan, "plan.statements") == nil || field(plan, "plan.estimate.basis") != basisOfColumns {
		t.Errorf("plan: %v", plan)
	}
}

func total(in simulate.Incident) string {
	sum := 0
	for _, n := range in.Records {
		sum += n
	}
	text, _ := json.Marshal(sum)
	return string(text)
}

// waitFor returns once the correlation has succeeded: its events are streamed to the end.
func (s *serving) waitFor(t *testing.T, id string) {
	t.Helper()
	c, err := client.Dial(s.grpc)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := c.Wait(ctx, id); err != nil {
		t.Fatal(err)
	}
}

func TestACorrelationIsStreamedOverGRPC(t *testing.T) {
	w := sharedWorld(t)
	s := serve(t, w.dir)
	c, err := client.Dial(s.grpc)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var events []*hindcastv1.Event
	summary, err := c.Stream(t.Context(), &hindcastv1.Query{
		Indicators: []*hindcastv1.Indicator{{Kind: hindcastv1.IndicatorKind_INDICATOR_KIND_ACCESS_KEY, Value: w.Incident.BackdoorKey}},
		FromTime:   timestamppb.New(w.Incident.From), ToTime: timestamppb.New(w.Incident.To.Add(time.Second)),
	}, func(e *hindcastv1.Event) error {
		events = append(events, e)
		return nil
	})
	if err != nil || len(events) == 0 || summary.GetStatistics().GetMatched() < int64(w.Incident.ObjectsRead) {
		t.Errorf("%v: %d events, %v", err, len(events), summary.GetStatistics())
	}
	conn, err := grpc.NewClient(s.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	health, err := grpc_health_v1.NewHealthClient(conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{})
	if err != nil || health.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("health: %v %v", health, err)
	}
}

func TestTheServerDescribesItselfAndEndsGracefully(t *testing.T) {
	w := sharedWorld(t)
	s := serve(t, w.dir)
	if document := s.want(t, "GET", "/openapi.json", ""); field(document, "paths") == nil {
		t.Errorf("OpenAPI: %v", document)
	}
	if health := s.want(t, "GET", "/healthz", ""); health["status"] != "SERVING" || health["version"] == "" {
		t.Errorf("health: %v", health)
	}
	if tables := s.want(t, "GET", "/v1/tables", ""); len(tables["tables"].([]any)) != len(w.Sources) {
		t.Errorf("tables: %v", tables)
	}
	coverage := s.want(t, "GET", "/v1/coverage?first_day="+w.from+"&last_day="+w.to, "")
	if len(coverage["tables"].([]any)) != len(w.Sources) {
		t.Errorf("coverage: %v", coverage)
	}
	for path, want := range map[string]int{"/v1/tables/none": http.StatusNotFound, "/v1/none": http.StatusNotFound, "/v1/correlations/none": http.StatusNotFound} {
		if status, problem := s.call(t, "GET", path, ""); status != want || problem["code"] == nil || problem["message"] == "" {
			t.Errorf("%s: %d %v", path, status, problem)
		}
	}
	if status, problem := s.call(t, "POST", "/v1/correlations", `{"query":{"indicators":[{"kind":"INDICATOR_KIND_IP","value":"x"}]}}`); status != http.StatusBadRequest || problem["details"] == nil {
		t.Errorf("a wrong query: %d %v", status, problem)
	}
	status, text := s.stop()
	if status != exitDone {
		t.Errorf("ended with %d: %s", status, text)
	}
	if says(t, text, "lake=", "version="); strings.Count(text, "msg=serving") != 1 {
		t.Errorf("serving is not said once in %s", text)
	}
}

func TestServeRefusesAnAddressThatIsTaken(t *testing.T) {
	w := sharedWorld(t)
	s := serve(t, w.dir)
	got := hindcast(t, "serve", "--dir", w.dir, "--grpc", s.grpc, "--http", "127.0.0.1:0").want(t, exitFailed)
	says(t, got.err, s.grpc)
}

func TestServeRefusesWrongValues(t *testing.T) {
	for flag, value := range map[string]string{"--queries": "-1", "--query-time": "0s", "--grpc": "7070", "--http": "127.0.0.1:no-port", "--athena": "7090"} {
		got := hindcast(t, "serve", "--dir", t.TempDir(), flag, value).want(t, exitUsage)
		says(t, got.err, flag+": ")
	}
	says(t, hindcast(t, "serve").want(t, exitUsage).err, "--dir")
}
