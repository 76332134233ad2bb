package correlate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/retain"
)

// january asks for an address in the estate's four days.
func january(t testing.TB, change ...func(*Request)) Request {
	t.Helper()
	r := Request{
		Indicators: []indicator.Indicator{parse(t, ecs.IP, "203.0.113.9")},
		From:       time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: now,
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func TestRequestsThatAreRefused(t *testing.T) {
	lake := enginetest.Estate(t)
	many := func(n int, k ecs.Kind, format string) func(*Request) {
		return func(r *Request) {
			for i := range n {
				r.Indicators = append(r.Indicators, parse(t, k, fmt.Sprintf(format, i/256, i%256)))
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*Request)
		field  string
		says   string
	}{
		{"no indicator", func(r *Request) { r.Indicators = nil }, "indicators", "at least one"},
		{"an empty range", func(r *Request) { r.To = r.From }, "range", "not after its start"},
		{"a source that does not exist", func(r *Request) { r.Sources = []string{"doors", "windows"} }, "sources",
			"there is no windows: the lake has apache_access, aws_cloudtrail, aws_guardduty, aws_route53, aws_vpcflow, doors"},
		{"another way to match", func(r *Request) { r.Match = "most" }, "match", "neither any nor all"},
		{"a negative limit", func(r *Request) { r.Limit = -1 }, "limit", "not between 1 and 1000000"},
		{"a limit that is too large", func(r *Request) { r.Limit = MaxLimit + 1 }, "limit", "not between"},
		{"another outcome", func(r *Request) { r.Outcome = "unknown" }, "outcome", "neither success nor failure"},
		{"an empty action", func(r *Request) { r.Actions = []string{""} }, "actions", "matches nothing"},
		{"too many indicators", many(MaxIndicators+1, ecs.IP, "10.0.%d.%d"), "indicators", "more than the 10000"},
		{"too many ranges", many(MaxPatterns+1, ecs.IP, "10.%d.%d.0/24"), "indicators", "ranges of addresses"},
		{"too many to be in one event", func(r *Request) { many(MaxAll, ecs.IP, "10.0.%d.%d")(r); r.Match = All }, "indicators", "no event matches all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewPlanner(lake).Plan(t.Context(), january(t, c.change))
			var refused *RequestError
			if !errors.As(err, &refused) || refused.Field != c.field || !strings.Contains(refused.Reason, c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// estatePlans plans changed requests over an estate.
func estatePlans(lake *enginetest.Lake) func(t *testing.T, change func(*Request)) *Plan {
	return func(t *testing.T, change func(*Request)) *Plan {
		t.Helper()
		p, err := NewPlanner(lake).Plan(t.Context(), january(t, change))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

func TestPlansReadWhatMayHoldEvents(t *testing.T) {
	lake := enginetest.Estate(t)
	plan := estatePlans(lake)
	t.Run("only files that may hold events of the time range are read", func(t *testing.T) {
		p := plan(t, func(r *Request) { r.Sources = []string{"aws_cloudtrail"}; r.From = r.To.AddDate(0, 0, -2) })
		if len(p.Tables) != 1 || len(p.Tables[0].Files) != 1 || p.Tables[0].Files[0].Day != "2026-01-03" {
			t.Errorf("got %+v", p.Tables)
		}
	})
	t.Run("equal indicators and sources are one", func(t *testing.T) {
		p := plan(t, func(r *Request) {
			r.Indicators = append(r.Indicators, parse(t, ecs.IP, "::ffff:203.0.113.9"))
			r.Sources = []string{"doors", "doors"}
		})
		if len(p.Request.Indicators) != 1 || len(p.Coverage) != 1 {
			t.Errorf("got %+v, %+v", p.Request.Indicators, p.Coverage)
		}
	})
	t.Run("a source without columns for what all must match is not searched", func(t *testing.T) {
		p := plan(t, func(r *Request) {
			r.Indicators = append(r.Indicators, parse(t, ecs.AccessKey, "AKIAALICEEXAMPLE0"))
			r.Match = All
		})
		for _, c := range p.Coverage {
			if c.Searched != (c.Table == "aws_cloudtrail") || !c.Searched && c.Reason != "it has no column for access-key" {
				t.Errorf("got %+v", c)
			}
		}
	})
	t.Run("the estimate is the size of the files, then of what each statement reads of them", func(t *testing.T) {
		p := plan(t, func(*Request) {})
		whole := p.Estimate
		if whole.Bytes == 0 || whole.Files != 9 || whole.Rows != 24 {
			t.Errorf("got %+v", whole)
		}
		if err := p.Refine(t.Context(), lake); err != nil {
			t.Fatal(err)
		}
		if statements := int64(len(p.queries())); p.Estimate.Bytes <= 0 || p.Estimate.Bytes >= statements*whole.Bytes || p.Estimate.Basis == whole.Basis {
			t.Errorf("%+v became %+v", whole, p.Estimate)
		}
	})
}

func TestPlansWarn(t *testing.T) {
	plan := estatePlans(enginetest.Estate(t))
	t.Run("days without data are warned of", func(t *testing.T) {
		p := plan(t, func(r *Request) { r.Sources = []string{"aws_vpcflow"} })
		if diff := cmp.Diff([]string{"aws_vpcflow has no data on 2 of 4 days"}, p.Warnings); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("days without data are warned of once for all tables", func(t *testing.T) {
		p := plan(t, func(*Request) {})
		if diff := cmp.Diff([]string{"5 of the 5 tables searched have no data on up to 3 of 4 days"}, p.Warnings); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("without data the plan says when there is some", func(t *testing.T) {
		for _, sources := range [][]string{nil, {"aws_guardduty"}} {
			p := plan(t, func(r *Request) {
				r.From, r.To, r.Sources = r.From.AddDate(-1, 0, 0), r.To.AddDate(-1, 0, 0), sources
			})
			want := "the lake has data from 2026-01-01 to 2026-01-04"
			if sources != nil {
				want = "of these sources the lake has data from 2026-01-03 to 2026-01-03"
			}
			if diff := cmp.Diff([]string{want}, p.Warnings); diff != "" {
				t.Error(diff)
			}
		}
	})
	t.Run("a table without the filters' columns is not searched", func(t *testing.T) {
		p := plan(t, func(r *Request) { r.Sources, r.Outcome, r.Actions = []string{"doors"}, Failure, []string{"open"} })
		if c := p.Coverage[0]; c.Searched || c.Reason != "it has no event.action and no event.outcome" {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("a statement that Athena would refuse is warned of", func(t *testing.T) {
		p := plan(t, func(r *Request) {
			for i := range 8000 {
				r.Indicators = append(r.Indicators, parse(t, ecs.Hash, fmt.Sprintf("%064x", i)))
			}
		})
		if len(p.Timeline[0].Athena) <= dialect.AthenaMaxBytes || !strings.Contains(strings.Join(p.Warnings, "\n"), "Athena would refuse the timeline") {
			t.Errorf("%d bytes: %q", len(p.Timeline[0].Athena), p.Warnings)
		}
	})
	t.Run("every table's part of every statement has a predicate on the day", func(t *testing.T) {
		p := plan(t, func(r *Request) { r.Full = true })
		for _, q := range p.queries() {
			for _, sql := range []string{q.Athena, q.DuckDB} {
				if days := strings.Count(sql, `"day" >= '2026-01-01'`); days != len(q.Scans) {
					t.Errorf("%d predicates for %d tables\n%s", days, len(q.Scans), sql)
				}
			}
		}
	})
}

func TestCover(t *testing.T) {
	day := func(d string, rows int64) catalog.Partition {
		return catalog.Partition{Table: "t", Day: d, Rows: rows, Files: 1}
	}
	parts := []catalog.Partition{day("2025-12-31", 1), day("2026-01-01", 2), day("2026-01-02", 4), day("2026-01-04", 0), day("2026-01-06", 8)}
	got := Cover("t", parts, retain.Promise{}, "2026-01-01", "2026-01-05")
	want := TableCoverage{
		Table: "t", Days: 2, DaysMissing: 3, FirstDay: "2025-12-31", LastDay: "2026-01-06", Files: 2, Rows: 6,
		Present: []DayRange{{"2026-01-01", "2026-01-02"}}, Missing: []DayRange{{"2026-01-03", "2026-01-05"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if leap := Cover("t", nil, retain.Promise{}, "2024-02-28", "2024-03-01"); leap.DaysMissing != 3 {
		t.Errorf("got %+v", leap)
	}
}

func TestExplanation(t *testing.T) {
	p, err := NewPlanner(enginetest.Estate(t)).Plan(t.Context(), january(t, func(r *Request) {
		r.Sources, r.Actions, r.Writes, r.Oldest = []string{"aws_cloudtrail", "aws_route53"}, []string{"GetObject"}, true, true
	}))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := p.Explain().Text(&b, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"ip 203.0.113.9", "days 2026-01-01 to 2026-01-04", "not searched: it has no data in the time range", "related_ip",
		"tables/aws_cloudtrail/day=2026-01-02/", "of 4 files, 7 rows, 3 days", "the oldest 1000 events", "event.action is GetObject", "only read are left out", `"event_action" = 'GetObject'`, "-- timeline in Athena", "-- statistics in DuckDB", `contains("related_ip"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, b.String())
		}
	}
	b.Reset()
	if err := p.Explain().Text(&b, false); err != nil || strings.Contains(b.String(), "tables/") {
		t.Errorf("%v: it names files unasked:\n%s", err, b.String())
	}
	if cost, where := strings.Index(b.String(), "Would read"), strings.Index(b.String(), "TABLE"); cost < 0 || cost > where {
		t.Errorf("the cost is not first:\n%s", b.String())
	}
}

// lostCatalog cannot be reached.
type lostCatalog struct{ *enginetest.Lake }

var errLost = errors.New("lost")

func (lostCatalog) Files(context.Context, catalog.FileQuery) ([]catalog.File, error) {
	return nil, errLost
}

func TestACatalogThatFailsIsTold(t *testing.T) {
	if _, err := NewPlanner(lostCatalog{enginetest.Estate(t)}).Plan(t.Context(), january(t)); !errors.Is(err, errLost) {
		t.Errorf("got %v", err)
	}
}
