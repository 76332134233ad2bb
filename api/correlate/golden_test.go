package correlate

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/api/timerange"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/engine/trinotest"
)

var update = flag.Bool("update", false, "rewrite the goldens")

var now = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// question is a golden's request.yaml.
type question struct {
	Indicators []struct{ Kind, Value string }
	Filler     int // addresses on top that nothing matches
	From, To   string
	Sources    []string
	Match      Match
	Limit      int
	Full       bool
	Oldest     bool
	Actions    []string
	Outcome    string
	Writes     bool
	Retention  kept // by table, what it promises
}

func (q question) request(t testing.TB) Request {
	t.Helper()
	span, err := timerange.ParseRange(q.From, q.To, now)
	if err != nil {
		t.Fatal(err)
	}
	r := Request{
		From: span.From, To: span.To, Sources: q.Sources, Match: q.Match, Limit: q.Limit, Full: q.Full,
		Oldest: q.Oldest, Actions: q.Actions, Outcome: q.Outcome, Writes: q.Writes,
	}
	for _, i := range q.Indicators {
		r.Indicators = append(r.Indicators, parse(t, ecs.Kind(i.Kind), i.Value))
	}
	for n := range q.Filler {
		r.Indicators = append(r.Indicators, parse(t, ecs.IP, fmt.Sprintf("100.64.%d.%d", n/250, n%250)))
	}
	return r
}

func parse(t testing.TB, k ecs.Kind, raw string) indicator.Indicator {
	t.Helper()
	i, err := indicator.Parse(k, raw)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// answer is a golden's rows.json.
type answer struct {
	Outcome   Outcome         `json:"outcome"`
	Matched   int64           `json:"matched"`
	Histogram []Bucket        `json:"histogram"`
	Top       []TopValues     `json:"top"`
	Coverage  []TableCoverage `json:"coverage"`
	Events    []answered      `json:"events"`
}

type answered struct {
	Summary  string          `json:"summary"`
	Matched  []string        `json:"matched"`
	Document json.RawMessage `json:"document"`
	Source   string          `json:"source"`
}

// TestGoldens writes each request's SQL for both engines and runs DuckDB's.
func TestGoldens(t *testing.T) {
	lake := enginetest.Estate(t)
	duck := open(t, lake)
	eachGolden(t, lake, func(t *testing.T, dir string, plan *Plan) {
		checkDays(t, plan)
		golden(t, filepath.Join(dir, "athena.sql"), statements(plan, func(q Query) string { return q.Athena }))
		golden(t, filepath.Join(dir, "duckdb.sql"), statements(plan, func(q Query) string { return q.DuckDB }))
		golden(t, filepath.Join(dir, "rows.json"), run(t, duck, plan))
	})
}

// TestGoldensOnTrino runs the SQL for Athena: the rows are DuckDB's.
func TestGoldensOnTrino(t *testing.T) {
	lake := enginetest.Estate(t)
	server := trinotest.Open(t, lake.Dir, nil)
	tables, err := lake.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	files, err := lake.Files(t.Context(), catalog.FileQuery{})
	if err != nil {
		t.Fatal(err)
	}
	server.Describe(t, tables, files)
	trino := server.Engine(trinotest.Plain)
	eachGolden(t, lake, func(t *testing.T, dir string, plan *Plan) {
		want, err := os.ReadFile(filepath.Join(dir, "rows.json"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), run(t, trino, plan)); diff != "" {
			t.Errorf("Trino answers differently (-DuckDB +Trino)\n%s", diff)
		}
	})
}

// eachGolden plans each golden's request.
func eachGolden(t *testing.T, lake *enginetest.Lake, f func(t *testing.T, dir string, plan *Plan)) {
	t.Helper()
	folders, err := filepath.Glob("testdata/goldens/*/request.yaml")
	if err != nil || len(folders) == 0 {
		t.Fatalf("there are no goldens: %v", err)
	}
	for _, file := range folders {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var q question
			if err := yaml.UnmarshalWithOptions(text, &q, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			plan, err := NewPlanner(lake).Keeping(q.Retention).Plan(t.Context(), q.request(t))
			if err != nil {
				t.Fatal(err)
			}
			f(t, dir, plan)
		})
	}
}

func statements(p *Plan, in func(Query) string) string {
	text := ""
	for _, q := range p.queries() {
		text += "-- " + q.Purpose + "\n" + in(q) + ";\n"
	}
	return text
}

func open(t testing.TB, lake *enginetest.Lake) *duckdb.Engine {
	t.Helper()
	e, err := duckdb.Open(lake.Dir, duckdb.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// run answers the plan, and makes sure that counting in SQL and counting events say the same.
func run(t testing.TB, e engine.Engine, p *Plan) string {
	t.Helper()
	var a answer
	runner := NewRunner(e, clock)
	s, err := runner.Run(t.Context(), p, func(e Event) error {
		document, err := e.Document()
		given := answered{Summary: e.Summary, Document: document, Source: e.Source}
		for _, i := range e.Matched {
			given.Matched = append(given.Matched, p.Request.Indicators[i].String())
		}
		if len(given.Matched) == 0 {
			t.Errorf("event %s matches no indicator", e.ID)
		}
		a.Events = append(a.Events, given)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.Statistics != nil && s.Returned == int(s.Matched) {
		counted := &Summary{}
		tally, err := runner.statistics(t.Context(), p, counted)
		if err != nil {
			t.Fatal(err)
		}
		tally.fill(counted)
		if diff := cmp.Diff([]any{s.Matched, s.Histogram, s.Top}, []any{counted.Matched, counted.Histogram, counted.Top}); diff != "" {
			t.Errorf("the events and the statistics differ (-events +statistics)\n%s", diff)
		}
	}
	a.Outcome, a.Matched, a.Histogram, a.Top, a.Coverage = s.Outcome, s.Matched, s.Histogram, s.Top, s.Coverage
	for i := range a.Coverage {
		a.Coverage[i].Bytes = 0 // which moves with the encoder
	}
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

func golden(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}
