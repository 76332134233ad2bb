package plan_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/api/athena/plan"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

func planner(t *testing.T) plan.Planner {
	l := enginetest.Estate(t)
	return plan.Planner{
		Shown: func() plan.Catalog { return l }, Database: "hindcast",
		Now: func() time.Time { return time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC) },
	}
}

func TestAQueryReadsTheDaysThatItNames(t *testing.T) {
	p := planner(t)
	for _, c := range []struct {
		name, sql string
		want      []string // tables and days
	}{
		{"all days where it names none", `SELECT count(*) FROM aws_vpcflow`, []string{"aws_vpcflow 2026-01-02", "aws_vpcflow 2026-01-04"}},
		{"one day", `SELECT count(*) FROM aws_cloudtrail WHERE day = '2026-01-02'`, []string{"aws_cloudtrail 2026-01-02"}},
		{"a range of days", `SELECT count(*) FROM hindcast.aws_cloudtrail WHERE day BETWEEN '2026-01-02' AND '2026-01-03'`, []string{"aws_cloudtrail 2026-01-02", "aws_cloudtrail 2026-01-03"}},
		{"a day that has nothing", `SELECT count(*) FROM aws_cloudtrail WHERE day = '2020-01-02'`, nil},
		{"all days of all tables where one names none", `SELECT count(*) FROM aws_vpcflow JOIN doors USING (event_id) WHERE doors.day = '2026-01-02'`,
			[]string{"aws_vpcflow 2026-01-02", "aws_vpcflow 2026-01-04", "doors 2026-01-02"}},
		{"no table", `SELECT 1`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := p.Plan(t.Context(), athena.Query{SQL: c.sql})
			if err != nil {
				t.Fatal(err)
			}
			var days []string
			for _, scan := range got.Statement.Scans {
				for _, f := range scan.Files {
					if day := f.Table + " " + f.Day; len(days) == 0 || days[len(days)-1] != day {
						days = append(days, day)
					}
				}
			}
			if diff := cmp.Diff(c.want, days); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAQueryIsEstimatedIfThatIsAskedFor(t *testing.T) {
	p := planner(t)
	const sql = `SELECT count(*) FROM aws_cloudtrail WHERE day = '2026-01-02'`
	got, err := p.Plan(t.Context(), athena.Query{SQL: sql})
	if err != nil || got.Statement.Estimate != 0 {
		t.Errorf("%d, %v", got.Statement.Estimate, err)
	}
	failed := errors.New("the catalog is gone")
	p.Estimate = func(_ context.Context, asked string, scans []engine.Scan) (int64, error) {
		if asked != sql || len(scans) != 1 || len(scans[0].Files) != 1 {
			t.Errorf("asked for %q of %+v", asked, scans)
		}
		return 42, failed
	}
	if _, err := p.Plan(t.Context(), athena.Query{SQL: sql}); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	failed = nil
	if got, err := p.Plan(t.Context(), athena.Query{SQL: sql}); err != nil || got.Statement.Estimate != 42 {
		t.Errorf("%d, %v", got.Statement.Estimate, err)
	}
}

func TestColumnsHaveNamesAndTypes(t *testing.T) {
	got, err := planner(t).Plan(t.Context(), athena.Query{SQL: `SELECT "timestamp" AS at, related_ip, count(*) AS n FROM doors WHERE user_name = ? GROUP BY 1, 2`, Parameters: []string{"'bob'"}})
	if err == nil {
		t.Fatalf("doors has no related_ip: %+v", got)
	}
	got, err = planner(t).Plan(t.Context(), athena.Query{SQL: `SELECT "timestamp" AS at, door_badges, count(*) AS n FROM doors WHERE user_name = ? GROUP BY 1, 2`, Parameters: []string{"'bob'"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []athena.Column{{Name: "at", Type: "timestamp(3)"}, {Name: "door_badges", Type: "array(varchar)"}, {Name: "n", Type: "bigint"}}
	if diff := cmp.Diff(want, got.Columns); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsWrongIsToldInAthenasWords(t *testing.T) {
	p := planner(t)
	for _, c := range []struct{ name, sql, says string }{
		{"no SQL", `SELECT FROM WHERE`, "SYNTAX_ERROR: line 1:"},
		{"a table that is not there", `SELECT 1 FROM absent`, "TABLE_NOT_FOUND: line 1:15"},
		{"a column that is not there", `SELECT absent FROM doors`, "COLUMN_NOT_FOUND: line 1:8"},
		{"what is not translated", `SELECT * FROM doors MATCH_RECOGNIZE (PATTERN (a) DEFINE a AS true)`, "MATCH_RECOGNIZE"},
		{"a parameter that is missing", `SELECT ?`, "INVALID_PARAMETER_USAGE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := p.Plan(t.Context(), athena.Query{SQL: c.sql})
			var f *athena.Failure
			if !errors.As(err, &f) || f.Category != athena.UserError || !strings.Contains(f.Message, c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}
