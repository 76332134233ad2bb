package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/hindcast/hindcast/lake/compact"
)

const apacheKey = "UserLogs/apache/httpd/access/2026/01/31/"

func TestAServiceLoadsWhatArrivesUntilItIsTerminated(t *testing.T) {
	rawDir, dir := t.TempDir(), t.TempDir()
	place(t, rawDir, apacheKey+"a", apacheLine)
	p := startProgram(t, "compact", "--raw", rawDir, "--dir", dir, "--every", "50ms", "--metrics", "127.0.0.1:0")
	metrics := "http://" + p.until(`metrics=(127\.0\.0\.1:\d+)`)[1] + "/metrics"
	p.until(`msg=compacted objects=1 events=1 `)
	place(t, rawDir, apacheKey+"b", apacheLine+apacheLine)
	p.until(`msg=compacted objects=1 events=2 `)
	p.until(`msg=compacted objects=0 `)
	page := get(t, metrics)
	for _, stage := range []string{"run", "find", "plan", "batch", "open", "normalise", "write", "verify", "put", "commit"} {
		says(t, page, `hindcast_stage_duration_seconds_count{stage="`+stage+`"} `)
	}
	says(t, page, `hindcast_compaction_objects_total{source="apache_access"} 2`,
		`hindcast_compaction_records_total{outcome="event",source="apache_access"} 3`,
		`hindcast_backlog_objects{source="apache_access"} 0`,
		`hindcast_compaction_runs_total{result="done"} `, "hindcast_compaction_last_success_timestamp_seconds 1", "go_goroutines ")
	place(t, rawDir, apacheKey+"c", "no line of an access log\n")
	p.until(`level=WARN msg="records rejected" number=1 see="hindcast quarantine list"`)
	if status := p.terminate(); status != exitDone {
		t.Errorf("exit status %d\n%s", status, strings.Join(p.log, "\n"))
	}
	says(t, p.log[len(p.log)-1], "msg=stopped")
}

func TestAServiceThatIsTerminatedGivesItsBatchBack(t *testing.T) {
	rawDir, dir := t.TempDir(), t.TempDir()
	place(t, rawDir, apacheKey+"a", strings.Repeat(apacheLine, 50_000)) // at the rate, it takes longer than any test
	p := startProgram(t, "compact", "--raw", rawDir, "--dir", dir, "--every", "1h", "--rate", "1kB")
	p.until("msg=compacting ")
	for inWork := 0.0; inWork == 0; {
		seen := parsed[map[string]any](t, hindcast(t, "backlog", "--raw", rawDir, "--dir", dir, "--json").want(t, exitDone).out)
		inWork = seen["in_work"].(float64)
	}
	if status := p.terminate(); status != exitDone {
		t.Fatalf("exit status %d\n%s", status, strings.Join(p.log, "\n"))
	}
	r := parsed[*compact.Report](t, hindcast(t, "compact", "--raw", rawDir, "--dir", dir, "--json").want(t, exitDone).out)
	if r.EventsOut != 50_000 || len(r.Others) > 0 {
		t.Errorf("the next run loaded %d events; others work on %v", r.EventsOut, r.Others)
	}
	hindcast(t, "verify", "--dir", dir).want(t, exitDone)
}

func TestAServiceSurvivesRunsThatFail(t *testing.T) {
	rawDir, dir := t.TempDir(), t.TempDir()
	place(t, rawDir, apacheKey+"a", apacheLine)
	work := place(t, dir, "work/compact", "a file where there should be a folder")
	p := startProgram(t, "compact", "--raw", rawDir, "--dir", dir, "--every", "20ms", "--metrics", "127.0.0.1:0")
	metrics := "http://" + p.until(`metrics=(127\.0\.0\.1:\d+)`)[1] + "/metrics"
	p.until(`level=ERROR msg="compaction failed" error=.* failures=1 `)
	p.until(`level=ERROR msg="compaction failed" error=.* failures=2 `)
	if err := os.Remove(work); err != nil {
		t.Fatal(err)
	}
	p.until(`msg=compacted objects=1 `)
	p.until(`msg=compacted objects=0 `)
	says(t, get(t, metrics), `hindcast_compaction_runs_total{result="failed"} `, "hindcast_compaction_failures_in_a_row 0")
	if status := p.terminate(); status != exitDone {
		t.Errorf("exit status %d", status)
	}
}

// traced is a receiver of traces.
type traced struct {
	mu    sync.Mutex
	names map[string]int
}

func (c *traced) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var got collector.ExportTraceServiceRequest
	if proto.Unmarshal(body, &got) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range got.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			for _, span := range scope.Spans {
				c.names[span.Name]++
			}
		}
	}
}

func TestOneRunLeavesItsMetricsInAFileAndSendsItsTraces(t *testing.T) {
	c := &traced{names: map[string]int{}}
	server := httptest.NewServer(c)
	defer server.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	rawDir, dir := t.TempDir(), t.TempDir()
	file := filepath.Join(t.TempDir(), "hindcast.prom")
	args := []string{"compact", "--raw", rawDir, "--dir", dir, "--metrics-file", file}
	for _, key := range []string{"a", "b"} {
		place(t, rawDir, apacheKey+key, apacheLine)
		hindcast(t, args...).want(t, exitDone)
	}
	for _, stage := range []string{"run", "find", "plan", "batch", "open", "normalise", "write", "verify", "put", "commit"} {
		if c.names[stage] < 2 {
			t.Errorf("%d spans of %s, want one for each run: %v", c.names[stage], stage, c.names)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	says(t, string(text), `hindcast_compaction_objects_total{source="apache_access"} 2`, `hindcast_compaction_runs_total{result="done"} 2`)
}

func TestFlagsThatDoNotGoTogetherAreToldApart(t *testing.T) {
	rawDir, dir := t.TempDir(), t.TempDir()
	base := []string{"compact", "--raw", rawDir, "--dir", dir}
	list := place(t, t.TempDir(), "keys", "a\n")
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "")
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"a dry run at an interval":        {[]string{"--every", "1h", "--dry-run"}, []string{"--every", "--dry-run"}},
		"a list at an interval":           {[]string{"--every", "1h", "--list", list}, []string{"--every", "--list"}},
		"an interval that is none":        {[]string{"--every", "-1h"}, []string{"--every"}},
		"an interval without a unit":      {[]string{"--every", "15"}, []string{"--every", `"15" has no unit`, "15m"}},
		"an interval in days":             {[]string{"--every", "7d"}, []string{"--every", `"7d" is no duration`, "a day is 24h"}},
		"an endpoint of a run that ends":  {[]string{"--metrics", "127.0.0.1:0"}, []string{"--metrics-file"}},
		"an address that is none":         {[]string{"--every", "1h", "--metrics", "nowhere"}, []string{"--metrics", "nowhere"}},
		"a file that nobody would read":   {[]string{"--metrics-file", filepath.Join(dir, "metrics.txt")}, []string{"--metrics-file", ".prom"}},
		"a rate that is none":             {[]string{"--rate", "fast"}, []string{"--rate", "50MB"}},
		"a rate of nothing":               {[]string{"--rate", "0"}, []string{"--rate"}},
		"an order that is none":           {[]string{"--order", "random"}, []string{"--order", "newest"}},
		"an inventory with a broken line": {[]string{"--list", place(t, t.TempDir(), "keys", `"logs",""`+"\n")}, []string{"--list", "line 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, hindcast(t, append(slices.Clone(base), c.args...)...).want(t, exitUsage).err, c.says...)
		})
	}
}

func TestABacklogIsToldAndFailsOverItsLimit(t *testing.T) {
	w, dir := sharedWorld(t), t.TempDir()
	args := []string{"backlog", "--raw", w.raw, "--dir", dir}
	got := hindcast(t, args...).want(t, exitDone)
	says(t, got.out, "waiting", "aws_cloudtrail", count(w.report.Objects), "Nothing was compacted lately")
	if left := keys(t, dir); len(left) > 0 {
		t.Errorf("a look at the backlog left %v", left)
	}
	got = hindcast(t, append(args, "--fail-over", "1ns")...).want(t, exitBehind)
	says(t, got.err, "over 1ns")
	got = hindcast(t, "backlog", "--raw", w.raw, "--dir", w.dir, "--fail-over", "1ns", "--json").want(t, exitDone)
	r := parsed[struct {
		Clear *float64 `json:"clear_seconds"`
		Pace  *struct {
			Bytes float64 `json:"bytes_per_second"`
		} `json:"pace"`
		All struct {
			Waiting, Arrived struct{ Objects int64 }
		} `json:"all"`
	}](t, got.out)
	if r.Clear == nil || *r.Clear != 0 || r.Pace == nil || r.Pace.Bytes <= 0 || r.All.Waiting.Objects != 0 || r.All.Arrived.Objects != w.report.Objects {
		t.Errorf("of a lake that has all: %s", got.out)
	}
}
