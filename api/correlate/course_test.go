package correlate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// moving is a lake whose first file has been merged so many times, and to which others have come.
type moving struct {
	listed
	merges int
}

func (m *moving) Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error) {
	all, err := m.listed.Files(ctx, q)
	for i := range all {
		if strings.HasSuffix(all[i].Path, "-0.parquet") {
			all[i].Path = strings.Replace(all[i].Path, "/g000001/", fmt.Sprintf("/g%06d/", m.merges+1), 1)
		}
	}
	return all, err
}

func (m *moving) Coverage(ctx context.Context, tables []string, from, to string) ([]catalog.Partition, error) {
	all, err := m.listed.Coverage(ctx, tables, from, to)
	for i := range all {
		all[i].Version = int64(m.merges + m.files)
	}
	return all, err
}

func (m *moving) commit()  { m.files++ }
func (m *moving) merge()   { m.merges++ }
func (m *moving) nothing() {}

// pretend is an engine of Athena's dialect, of which each statement costs 48 micro-dollars and finds so many events.
type pretend struct {
	events    int
	meanwhile []func() // what happens while each statement runs, and no more after the last
	fails     error    // of the first statement, after it has cost something
	names     []string // of the statements, in the piece of work that they are for
	sizes     []int64  // that they are expected to read
}

func (*pretend) Dialect() dialect.Dialect { return dialect.Athena() }

func (p *pretend) Query(ctx context.Context, s engine.Statement) (engine.Rows, error) {
	n := len(p.names)
	name, _ := engine.Statement{}.InWork(ctx)
	p.names, p.sizes = append(p.names, name), append(p.sizes, s.Estimate)
	if n < len(p.meanwhile) {
		p.meanwhile[n]()
	}
	stats := engine.Stats{BytesRead: 7, Execution: engine.Execution{ID: fmt.Sprintf("x%d", n+1), MicroUSD: 48}}
	if p.fails != nil && n == 0 {
		return nil, &engine.FailedError{Stats: stats, Err: p.fails}
	}
	columns := timelineColumns
	if strings.Contains(s.SQL, "GROUPING") {
		columns = statisticsColumns
	}
	return &answers{left: p.events, columns: columns, stats: stats}, nil
}

// The columns of what is asked of a table that listed has: for the counts, the set, source, day and the top field, and how many.
var (
	timelineColumns   = []any{"table00", day, nil, nil}
	statisticsColumns = []any{histogramSet(3), "table00", "2026-01-01", nil, int64(1)}
)

// answers are so many equal rows.
type answers struct {
	left    int
	columns []any
	stats   engine.Stats
}

func (*answers) Columns() []engine.Column       { return nil }
func (a *answers) Close() (engine.Stats, error) { return a.stats, nil }

func (a *answers) Next() ([]any, error) {
	if a.left == 0 {
		return nil, io.EOF
	}
	a.left--
	return a.columns, nil
}

func TestARequestIsRunAnewWhereFilesOfItHaveGone(t *testing.T) {
	lake := &moving{}
	three := []func(){lake.merge, lake.merge, lake.merge}
	for _, c := range []struct {
		name      string
		wide      bool // the time range is of all files, so that none is named
		events    int  // of a limit of 2
		meanwhile []func()
		runs      int
		matched   int64
		stale     bool
	}{
		{name: "nothing happens", runs: 1},
		{name: "files come", meanwhile: []func(){lake.commit}, runs: 1},
		{name: "a file is merged", meanwhile: []func(){lake.merge}, runs: 2},
		{name: "a file is merged, and one in the second run", meanwhile: three[:2], runs: 3},
		{name: "merges keep coming", meanwhile: three, runs: 3, stale: true},
		{name: "a file is merged, and none is named", wide: true, meanwhile: three, runs: 1},
		{name: "all events are given", events: 2, meanwhile: []func(){lake.commit}, runs: 1, matched: 2},
		{name: "a file is merged before the counts", events: 3, meanwhile: []func(){lake.nothing, lake.merge}, runs: 3, matched: 3},
		{name: "files come before the counts", events: 3, meanwhile: []func(){lake.commit, lake.commit}, runs: 2, matched: 3},
		{name: "a file is merged before the events, and before the counts", events: 3, meanwhile: []func(){lake.merge, lake.nothing, lake.merge}, runs: 4, matched: 3},
		{name: "merges keep coming before the counts", events: 3, meanwhile: append([]func(){lake.nothing}, three...), runs: 4, stale: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			*lake = moving{listed: listed{tables: 1, files: 5}}
			r := january(t, func(r *Request) { r.Limit, r.To = 2, day.Add(2*time.Minute) })
			if c.wide {
				r.To = day.Add(time.Hour)
			}
			p, err := NewPlanner(lake).At(root, unpublished{}).Plan(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			e, given := &pretend{events: c.events, meanwhile: c.meanwhile}, 0
			s, err := NewRunner(e, clock).Run(t.Context(), p, func(Event) error { given++; return nil })
			if len(e.names) != c.runs || given != min(c.events, 2) || errors.Is(err, engine.ErrStale) != c.stale {
				t.Fatalf("%d statements, %d events, %v", len(e.names), given, err)
			}
			if c.stale {
				return
			}
			if err != nil || s.Matched != c.matched || s.Returned != given {
				t.Errorf("got %+v, %v", s, err)
			}
			if n := len(s.Executions); n != c.runs || len(s.SQL) != n || s.MicroUSD != 48*int64(n) || s.BytesRead != 7*int64(n) {
				t.Errorf("%d statements: %d executions for %d, %d bytes", c.runs, n, s.MicroUSD, s.BytesRead)
			}
		})
	}
}

// showing is a catalog of which Athena is behind at each look but the first.
type showing struct{ looks int }

func (s *showing) Unpublished(context.Context, int) ([]catalog.Unpublished, error) {
	if s.looks++; s.looks == 1 {
		return nil, nil
	}
	return []catalog.Unpublished{{Partition: catalog.Partition{Table: "table00", Day: "2026-01-01"}}}, nil
}

func TestAnAnswerWarnsOfWhatAnyOfItsPlansDoes(t *testing.T) {
	lake := &moving{}
	for name, c := range map[string]struct {
		events    int
		meanwhile []func()
		behind    bool
	}{
		"nothing happens":                      {1, nil, false},
		"a merge is not published at once":     {1, []func(){lake.merge}, true},
		"it is not before the counts":          {3, []func(){lake.nothing, lake.merge}, true},
		"a commit is of no concern to the run": {1, []func(){lake.commit}, false},
	} {
		t.Run(name, func(t *testing.T) {
			*lake = moving{listed: listed{tables: 1, files: 5}}
			r := january(t, func(r *Request) { r.Limit, r.To = 2, day.Add(2*time.Minute) })
			p, err := NewPlanner(lake).At(root, &showing{}).Plan(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			p.Warnings = append(p.Warnings, "of the first")
			s, err := NewRunner(&pretend{events: c.events, meanwhile: c.meanwhile}, clock).Run(t.Context(), p, func(Event) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			said := strings.Join(s.Warnings, "\n")
			first := c.events == 3 || !c.behind // the first plan's events were given
			if strings.Contains(said, "does not see the newest files") != c.behind || strings.Contains(said, "of the first") != first {
				t.Errorf("said: %q", s.Warnings)
			}
		})
	}
}

func TestARunThatEndsEarlyGivesNoEventTwice(t *testing.T) {
	lake := &moving{listed: listed{tables: 1, files: 5}}
	p, err := NewPlanner(lake).At(root, unpublished{}).Plan(t.Context(), january(t))
	if err != nil {
		t.Fatal(err)
	}
	given := 0
	_, err = NewRunner(&pretend{events: 2}, clock).Run(t.Context(), p, func(Event) error { given++; return engine.ErrStale })
	if given != 1 || !errors.Is(err, engine.ErrStale) {
		t.Errorf("%d events, %v", given, err)
	}
}

func TestWhatAFailedAttemptCostIsToldLast(t *testing.T) {
	lake := &moving{listed: listed{tables: 1, files: 5}}
	p, err := NewPlanner(lake).At(root, unpublished{}).Plan(t.Context(), january(t))
	if err != nil {
		t.Fatal(err)
	}
	e := &pretend{fails: fmt.Errorf("read: %w", engine.ErrStale)}
	s, err := NewRunner(e, clock).Run(t.Context(), p, func(Event) error { return nil })
	if err != nil || s.MicroUSD != 96 || s.Executions[0].ID != "x2" || s.Executions[1].ID != "x1" {
		t.Errorf("got %+v, %v", s, err)
	}
}

// sizes is a sizer to which every file of the catalog has this many bytes.
type sizes int64

func (s sizes) ColumnBytes(context.Context, string, []catalog.File) (catalog.ColumnBytes, error) {
	return catalog.ColumnBytes{Unknown: int64(s)}, nil
}

func TestARequestThatIsRunAnewIsAnotherPieceOfTheSameWork(t *testing.T) {
	lake := &moving{}
	var seen [2][]string // another server's are the same
	for i := range seen {
		*lake = moving{listed: listed{tables: 1, files: 5}}
		p, err := NewPlanner(lake).At(root, unpublished{}).Plan(t.Context(), january(t, func(r *Request) { r.To = day.Add(2 * time.Minute) }))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Refine(t.Context(), sizes(4711)); err != nil {
			t.Fatal(err)
		}
		e := &pretend{meanwhile: []func(){lake.merge, lake.merge}}
		if _, err := NewRunner(e, clock).Run(engine.ForWork(t.Context(), "alert-4711"), p, func(Event) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(e.sizes, []int64{4711, 4711, 4711}) {
			t.Errorf("statements are expected to read %d", e.sizes)
		}
		seen[i] = e.names
	}
	a, b := seen[0], seen[1]
	if len(a) != 3 || a[0] == a[1] || a[1] == a[2] || a[0] == a[2] || !slices.Equal(a, b) {
		t.Errorf("named %q and %q", a, b)
	}
}
