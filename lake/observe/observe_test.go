package observe_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/observe"
)

// clock goes on by a second with each look.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)} }

var objects = []catalog.ObjectResult{
	{Object: catalog.Object{Key: "a", Size: 100}, RawBytes: 1000, Counts: catalog.Counts{RecordsIn: 10, EventsOut: 7, Duplicates: 2, Rejected: 1}},
	{Object: catalog.Object{Key: "b", Size: 50}, RawBytes: 500, Counts: catalog.Counts{RecordsIn: 5, EventsOut: 5}},
}

// work is a compaction of one batch, of which the commit fails.
func work(r *observe.Recorder) {
	ctx, run := r.Start(context.Background(), observe.Run)
	ctx, batch := r.Start(ctx, observe.Batch, observe.Of("logins"), observe.In("b1"), observe.Count("objects", 2))
	normalise := r.StartLaps(ctx, observe.Normalise, observe.Of("logins"))
	normalise.Lap()
	_, write := r.Start(ctx, observe.Write, observe.On("2026-01-31"))
	normalise.Rest()
	write.Say(observe.Count("rows", 12))
	write.End(nil)
	normalise.Lap()
	normalise.End(nil)
	_, commit := r.Start(ctx, observe.Commit)
	batch.End(commit.End(errors.New("the partition has moved")))
	r.Committed("logins", objects)
	r.Waiting([]*observe.Backlog{{Source: "logins", Objects: 3, Bytes: 30, Oldest: time.Unix(1_700_000_000, 0)}})
	r.Failed("logins")
	r.Ran(run.End(nil), 0, time.Time{})
}

// has fails the test unless the text has the lines.
func has(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains("\n"+text, "\n"+line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
}

func TestTheEndpointShowsWhatWasDone(t *testing.T) {
	r := observe.New(newClock().Now, "compact", "v1", nil)
	e, err := r.Serve("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	work(r)
	answer, err := http.Get("http://" + e.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	has(t, string(text),
		`hindcast_compaction_objects_total{source="logins"} 2`,
		`hindcast_compaction_stored_bytes_total{source="logins"} 150`,
		`hindcast_compaction_unpacked_bytes_total{source="logins"} 1500`,
		`hindcast_compaction_records_read_total{source="logins"} 15`,
		`hindcast_compaction_records_total{outcome="event",source="logins"} 12`,
		`hindcast_compaction_records_total{outcome="duplicate",source="logins"} 2`,
		`hindcast_compaction_records_total{outcome="rejected",source="logins"} 1`,
		`hindcast_backlog_objects{source="logins"} 3`,
		`hindcast_backlog_oldest_timestamp_seconds{source="logins"} 1.7e+09`,
		`hindcast_stage_duration_seconds_count{stage="write"} 1`,
		`hindcast_stage_duration_seconds_sum{stage="normalise"} 3`,
		`hindcast_stage_failures_total{stage="commit"} 1`,
		`hindcast_compaction_runs_total{result="done"} 1`,
		`hindcast_build_info{command="compact",version="v1"} 1`)
	if !strings.Contains(string(text), "go_goroutines ") {
		t.Error("the program's own figures are missing")
	}
}

func TestTheFileGoesOnFromWhatEarlierRunsCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hindcast.prom")
	var last string
	for i := range 2 {
		file, err := observe.OpenTextFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r := observe.New(newClock().Now, "compact", "v1", nil)
		work(r)
		if i == 1 {
			r.Committed("visits", objects)
		}
		for range 2 { // writing again changes nothing
			if err := file.Write(r); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		last = string(text)
	}
	has(t, last,
		`hindcast_compaction_objects_total{source="logins"} 4`,
		`hindcast_compaction_objects_total{source="visits"} 2`,
		`hindcast_stage_duration_seconds_count{stage="write"} 2`,
		`hindcast_stage_duration_seconds_bucket{stage="write",le="+Inf"} 2`,
		`hindcast_backlog_objects{source="logins"} 3`)
	if strings.Contains(last, "go_goroutines") {
		t.Error("the file has figures of the program, which node-exporter has of itself")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("left %v", left)
	}
}

func TestAFailedRunKeepsTheTimeOfTheLastSuccess(t *testing.T) {
	path, c := filepath.Join(t.TempDir(), "hindcast.prom"), newClock()
	for _, failure := range []error{nil, errors.New("the bucket is out of reach")} {
		file, err := observe.OpenTextFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r := observe.New(c.Now, "compact", "v1", nil)
		r.Ran(failure, 1, time.Time{})
		if err := file.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	has(t, string(text), `hindcast_compaction_last_success_timestamp_seconds 1.769860801e+09`, `hindcast_compaction_last_run_timestamp_seconds 1.769860802e+09`,
		`hindcast_compaction_runs_total{result="done"} 1`, `hindcast_compaction_runs_total{result="failed"} 1`)
}

func TestAFileThatCannotBeUsedIsToldBeforehand(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.prom")
	if err := os.WriteFile(broken, []byte("no metrics {\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"a name that nobody reads": filepath.Join(dir, "metrics.txt"), "a file of something else": broken, "a folder": dir + ".prom"} {
		t.Run(name, func(t *testing.T) {
			if name == "a folder" {
				if err := os.Mkdir(path, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := observe.OpenTextFile(path); err == nil {
				t.Error("no error")
			}
		})
	}
}

// receiver is a collector of traces.
type receiver struct {
	mu    sync.Mutex
	spans []*otlp.Span
	about map[string]string
}

func (c *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var got collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &got); err != nil || req.URL.Path != "/v1/traces" {
		http.Error(w, "not spans", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.about = map[string]string{}
	for _, resource := range got.ResourceSpans {
		for _, a := range resource.Resource.Attributes {
			c.about[a.Key] = a.Value.GetStringValue()
		}
		for _, scope := range resource.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
	answer, _ := proto.Marshal(&collector.ExportTraceServiceResponse{})
	w.Header().Set("Content-Type", "application/x-protobuf")
	w.Write(answer)
}

func TestTracesReachACollector(t *testing.T) {
	c := &receiver{}
	server := httptest.NewServer(c)
	defer server.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
	traces, end, err := observe.Traces(t.Context(), "v1", os.Getenv)
	if err != nil || traces == nil {
		t.Fatalf("%v, %v", traces, err)
	}
	work(observe.New(newClock().Now, "compact", "v1", traces))
	if err := end(); err != nil {
		t.Fatal(err)
	}
	at := map[string]*otlp.Span{}
	for _, s := range c.spans {
		at[s.Name] = s
	}
	for child, parent := range map[string]string{"batch": "run", "normalise": "batch", "write": "batch", "commit": "batch"} {
		if at[child] == nil || at[parent] == nil || string(at[child].ParentSpanId) != string(at[parent].SpanId) {
			t.Fatalf("%s is not in %s: %v", child, parent, c.spans)
		}
	}
	if at["commit"].Status.GetCode() != otlp.Status_STATUS_CODE_ERROR || at["write"].Status.GetCode() == otlp.Status_STATUS_CODE_ERROR {
		t.Errorf("commit is %v, write is %v", at["commit"].Status, at["write"].Status)
	}
	if w := at["write"]; w.EndTimeUnixNano <= w.StartTimeUnixNano || len(w.Attributes) != 2 {
		t.Errorf("write is %v", w)
	}
	if c.about["service.name"] != "hindcast" || c.about["deployment.environment"] != "test" {
		t.Errorf("the spans are of %v", c.about)
	}
}

func TestTracesAreOffUnlessTheyAreAskedFor(t *testing.T) {
	for name, c := range map[string]struct {
		env   map[string]string
		wrong bool
	}{
		"nothing set":            {nil, false},
		"no exporter":            {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"}, false},
		"disabled":               {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}, false},
		"a protocol not spoken":  {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, true},
		"only metrics of others": {map[string]string{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			traces, end, err := observe.Traces(t.Context(), "v1", func(key string) string { return c.env[key] })
			if traces != nil || (err != nil) != c.wrong {
				t.Errorf("%v, %v", traces, err)
			}
			if err := end(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNoRecorderCostsNothing(t *testing.T) {
	var r *observe.Recorder
	work(r)
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		_, timer := r.Start(ctx, observe.Write)
		timer.Lap()
		timer.Rest()
		if timer.End(io.EOF) != io.EOF {
			t.Error("the error is gone")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
