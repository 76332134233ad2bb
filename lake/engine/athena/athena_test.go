package athena_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/athena"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// one is a result of one column and row.
var one = outcome{columns: []column{{"n", "bigint"}}, rows: [][]any{{"1"}}, scanned: 25 << 20}

// all reads a result to its end.
func all(t *testing.T, rows engine.Rows) (out [][]any, stats engine.Stats) {
	t.Helper()
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, append([]any(nil), row...))
	}
	stats, err := rows.Close()
	if err != nil {
		t.Fatal(err)
	}
	return out, stats
}

func TestValuesHaveTheirTypes(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04:05.999999999", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		name, typ string
		list      bool
		cell      any
		want      any
	}{
		{"an integer", "bigint", false, "-9223372036854775808", int64(-9223372036854775808)},
		{"a small integer", "tinyint", false, "7", int64(7)},
		{"a number", "double", false, "1.5E-7", 1.5e-7},
		{"what is no number is text", "double", false, "NaN", "NaN"},
		{"an infinite number is text", "float", false, "-Infinity", "-Infinity"},
		{"a truth", "boolean", false, "true", true},
		{"a time", "timestamp", false, "2026-01-31 23:59:59.999", utc("2026-01-31 23:59:59.999")},
		{"a time with its precision", "timestamp(6)", false, "2026-01-31 23:59:59.999999", utc("2026-01-31 23:59:59.999999")},
		{"a time in UTC", "timestamp with time zone", false, "2026-01-31 23:59:59.000 UTC", utc("2026-01-31 23:59:59")},
		{"a time with an offset", "timestamp with time zone", false, "2026-01-31 23:59:59.000 +02:00", utc("2026-01-31 21:59:59")},
		{"a time of a place", "timestamp with time zone", false, "2026-07-01 12:00:00.000 Europe/Berlin", utc("2026-07-01 10:00:00")},
		{"a date stays text", "date", false, "2026-01-31", "2026-01-31"},
		{"a decimal stays text", "decimal(20,2)", false, "12345678901234567.89", "12345678901234567.89"},
		{"an empty text", "varchar", false, "", ""},
		{"a null", "varchar", false, nil, nil},
		{"bytes are hexadecimal", "varbinary", false, "61 62", "6162"},
		{"JSON", "json", false, `{"a":1}`, json.RawMessage(`{"a":1}`)},
		{"a list whose values have commas, brackets and quotes", "varchar", true, `["a, b","[c]","d\"e",""]`, []string{"a, b", "[c]", `d"e`, ""}},
		{"a list without values", "varchar", true, `[]`, []string{}},
		{"a list with a null stays JSON", "varchar", true, `["a",null]`, json.RawMessage(`["a",null]`)},
		{"no list", "varchar", true, nil, nil},
		{"a list of a person's statement stays as Athena has it", "array", false, "[a, b]", "[a, b]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{outcomes: []outcome{{columns: []column{{"x", c.typ}}, rows: [][]any{{c.cell}}}}}
			e, _ := serve(t, s)
			statement := engine.Statement{SQL: "SELECT x FROM t"}
			if c.list {
				statement.Lists = []string{"x"}
			}
			rows, err := e.Query(t.Context(), statement)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := all(t, rows); !cmp.Equal(got, [][]any{{c.want}}) {
				t.Errorf("got %#v", got)
			}
		})
	}
}

func TestValuesThatAreNoneAreErrors(t *testing.T) {
	for typ, cell := range map[string]string{
		"bigint": "1.5", "double": "x", "boolean": "TRUE?", "timestamp": "yesterday", "json": "{", "timestamp with time zone": "2026-07-01 12:00:00.000 Nowhere/X",
	} {
		s := &service{outcomes: []outcome{{columns: []column{{"x", typ}}, rows: [][]any{{cell}}}}}
		e, _ := serve(t, s)
		rows, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT x FROM t"})
		if err != nil {
			t.Fatal(err)
		}
		if row, err := rows.Next(); err == nil || !strings.Contains(err.Error(), "column x of row 1") {
			t.Errorf("%s: got %v, %v", typ, row, err)
		}
	}
}

func numbers(n int) outcome {
	o := outcome{columns: []column{{"n", "integer"}}}
	for i := range n {
		o.rows = append(o.rows, []any{fmt.Sprint(i)})
	}
	return o
}

func TestPagesAreFetchedAsTheyAreRead(t *testing.T) {
	for _, c := range []struct {
		name      string
		rows, max int
		want      int
		truncated bool
		pages     int
	}{
		{"none", 0, 0, 0, false, 1},
		{"the header makes the first page one shorter", 1000, 0, 1000, false, 2},
		{"one page", 999, 0, 999, false, 1},
		{"three pages", 2500, 0, 2500, false, 3},
		{"as many as may be", 10, 10, 10, false, 1},
		{"one more than may be", 11, 10, 10, true, 1},
		{"pages after the last row that is wanted are left", 5000, 100, 100, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{outcomes: []outcome{numbers(c.rows)}}
			e, _ := serve(t, s)
			rows, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t", MaxRows: c.max})
			if err != nil {
				t.Fatal(err)
			}
			if n := s.calls["GetQueryResults"]; n != 1 {
				t.Errorf("%d pages were fetched before a row was read", n)
			}
			got, stats := all(t, rows)
			if len(got) != c.want || stats.Truncated != c.truncated || s.calls["GetQueryResults"] != c.pages {
				t.Errorf("%d rows, truncated %v, %d pages", len(got), stats.Truncated, s.calls["GetQueryResults"])
			}
			for i, row := range got {
				if row[0] != int64(i) {
					t.Fatalf("row %d is %v", i, row)
				}
			}
		})
	}
}

func TestAResultWithoutItsHeaderIsNotTakenForOneWith(t *testing.T) {
	o := one
	o.noHeader = true
	e, _ := serve(t, &service{outcomes: []outcome{o}})
	if _, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"}); err == nil || !strings.Contains(err.Error(), "first row") {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerSaysWhatItCost(t *testing.T) {
	for _, c := range []struct {
		name    string
		scanned int64
		reused  bool
		usd     float64
		want    int64
	}{
		{"a statement is charged for ten megabytes at least", 1, false, 0, 48},
		{"megabytes are rounded up", 25<<20 + 1, false, 0, 124},
		{"a terabyte costs the region's price", 1 << 40, false, 0, 5_000_000},
		{"a price that was set counts", 1 << 40, false, 9, 9_000_000},
		{"a result that is reused is free", 1 << 40, true, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := one
			o.scanned, o.reused = c.scanned, c.reused
			e, _ := serve(t, &service{outcomes: []outcome{o}}, func(o *athena.Options) { o.USDPerTB = c.usd })
			rows, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"})
			if err != nil {
				t.Fatal(err)
			}
			_, stats := all(t, rows)
			want := engine.Execution{ID: "x0", MicroUSD: c.want, Reused: c.reused,
				Queue: 7 * time.Millisecond, Planning: 80 * time.Millisecond, Run: 900 * time.Millisecond}
			if stats.BytesRead != c.scanned || stats.Execution != want {
				t.Errorf("got %+v", stats)
			}
		})
	}
}

func TestLooksBecomeRarer(t *testing.T) {
	o := one
	o.running = 20
	e, w := serve(t, &service{outcomes: []outcome{o}})
	if _, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"}); err != nil {
		t.Fatal(err)
	}
	if w.all[0] != 200*time.Millisecond || w.all[1] <= w.all[0] || w.all[19] != 3*time.Second || len(w.all) != 20 {
		t.Errorf("waited %v", w.all)
	}
}

func TestAnAnswerThatDoesNotArriveWholeStartsNothingTwice(t *testing.T) {
	for _, op := range []string{"StartQueryExecution", "GetQueryExecution", "GetQueryResults"} {
		twice := func(o string, n int) bool { return o == op && n <= 2 }
		for name, s := range map[string]*service{
			"is lost":         {outcomes: []outcome{one, one}, lose: twice},
			"comes in halves": {outcomes: []outcome{one, one}, tear: twice},
		} {
			t.Run("that of "+op+" "+name, func(t *testing.T) {
				e, _ := serve(t, s)
				rows, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"})
				if err != nil {
					t.Fatal(err)
				}
				if got, _ := all(t, rows); len(got) != 1 || len(s.executions) != 1 {
					t.Errorf("%d rows of %d executions", len(got), len(s.executions))
				}
			})
		}
	}
}

// A connection that is dead but not closed gives neither an answer nor an error.
func TestACallThatIsNotAnsweredIsMadeAgain(t *testing.T) {
	over := make(chan struct{})
	s := &service{outcomes: []outcome{{columns: []column{{"n", "bigint"}}, rows: [][]any{{"1"}}}}}
	s.at = func(_ string, n int) {
		if n == 1 {
			<-over
		}
	}
	e, _ := serve(t, s, func(o *athena.Options) { o.Patience = 300 * time.Millisecond })
	t.Cleanup(func() { close(over) })
	rows, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT 1 AS n"})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := rows.Next(); err != nil || row[0] != int64(1) {
		t.Errorf("%v, %v", row, err)
	}
	if len(s.executions) != 1 || s.calls["StartQueryExecution"] < 2 || s.calls["GetQueryExecution"] < 2 || s.calls["GetQueryResults"] < 2 {
		t.Errorf("%d executions, calls %v", len(s.executions), s.calls)
	}
}

func TestTheSameStatementAgainIsAnotherExecution(t *testing.T) {
	s := &service{outcomes: []outcome{one, one}}
	e, _ := serve(t, s)
	for range 2 {
		if _, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.tokens()) != 2 {
		t.Errorf("tokens %q", s.tokens())
	}
}

func TestResultsAreReusedForTheSameFilesAlone(t *testing.T) {
	s := &service{outcomes: []outcome{one, one, one}}
	e, _ := serve(t, s, func(o *athena.Options) { o.ReuseMaxAge = time.Hour })
	for _, path := range []string{"a", "a", "b"} {
		scan := engine.Scan{Table: "t", Files: []catalog.File{{Path: path}}}
		if _, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t", Scans: []engine.Scan{scan}}); err != nil {
			t.Fatal(err)
		}
	}
	x := s.executions
	if x[0].sql != x[1].sql || x[0].sql == x[2].sql || !strings.HasPrefix(x[0].sql, "SELECT n FROM t\n-- files ") {
		t.Errorf("got %q, %q, %q", x[0].sql, x[1].sql, x[2].sql)
	}
	want := map[string]any{"ResultReuseByAgeConfiguration": map[string]any{"Enabled": true, "MaxAgeInMinutes": 60.}}
	if diff := cmp.Diff(want, x[0].input["ResultReuseConfiguration"]); diff != "" {
		t.Error(diff)
	}
}

// behind are the tables of which Athena does not see a day as it is.
type behind []string

func (b behind) Unpublished(context.Context, int) (out []catalog.Unpublished, err error) {
	for _, table := range b {
		out = append(out, catalog.Unpublished{Partition: catalog.Partition{Table: table, Day: "2026-01-31"}})
	}
	return out, nil
}

// later is a ledger that Athena is told of after the first look.
type later struct{ looks int }

func (l *later) Unpublished(ctx context.Context, n int) ([]catalog.Unpublished, error) {
	if l.looks++; l.looks == 1 {
		return behind{"t"}.Unpublished(ctx, n)
	}
	return nil, nil
}

func TestAResultOfFilesThatAthenaWasNotShownIsNotReused(t *testing.T) {
	for _, c := range []struct {
		name      string
		published athena.Published
		reused    [2]bool // whether each of two equal statements may take an earlier result
	}{
		{"all is published", behind{}, [2]bool{true, true}},
		{"a day of the table is not", behind{"t"}, [2]bool{false, false}},
		{"a day of the table is published between", &later{}, [2]bool{false, true}},
		{"a day of another table is not", behind{"u"}, [2]bool{true, true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{outcomes: []outcome{one, one}}
			e, _ := serve(t, s, func(o *athena.Options) { o.ReuseMaxAge, o.Published = time.Hour, c.published })
			st := engine.Statement{SQL: "SELECT n FROM t", Scans: []engine.Scan{{Table: "t", Files: []catalog.File{{Path: "a"}}}}}
			for i, want := range c.reused {
				if _, err := e.Query(engine.ForWork(t.Context(), "alert-4711"), st); err != nil {
					t.Fatal(err)
				}
				x := s.executions[min(i, len(s.executions)-1)] // the same work with the same request is the same execution
				if _, got := x.input["ResultReuseConfiguration"]; got != want || strings.Contains(x.sql, "-- files ") != want {
					t.Errorf("statement %d may take an earlier result: %v; it is %q", i+1, got, x.sql)
				}
			}
			if n := len(s.executions); (n == 2) != (c.reused[0] != c.reused[1]) {
				t.Errorf("%d executions: Athena would refuse a token that was given with other parameters", n)
			}
		})
	}
}

func TestALedgerThatCannotBeReadIsNoReasonToReuse(t *testing.T) {
	s := &service{outcomes: []outcome{one}}
	broken := errors.New("the ledger is gone")
	e, _ := serve(t, s, func(o *athena.Options) { o.ReuseMaxAge, o.Published = time.Hour, unread{broken} })
	if _, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"}); !errors.Is(err, broken) || len(s.executions) > 0 {
		t.Errorf("got %v after %d executions", err, len(s.executions))
	}
}

type unread struct{ err error }

func (u unread) Unpublished(context.Context, int) ([]catalog.Unpublished, error) { return nil, u.err }

func TestAStatementIsSentWithItsContext(t *testing.T) {
	s := &service{outcomes: []outcome{one}}
	e, _ := serve(t, s)
	if _, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"}); err != nil {
		t.Fatal(err)
	}
	in := s.executions[0].input
	delete(in, "ClientRequestToken")
	want := map[string]any{
		"QueryString": "SELECT n FROM t", "WorkGroup": "lake", "ResultConfiguration": map[string]any{"OutputLocation": "s3://results/here/"},
		"QueryExecutionContext": map[string]any{"Catalog": "AwsDataCatalog", "Database": "hindcast"},
	}
	if diff := cmp.Diff(want, in); diff != "" {
		t.Error(diff)
	}
}

func TestAStatementThatIsTooLongIsNotSent(t *testing.T) {
	s := &service{}
	e, _ := serve(t, s)
	_, err := e.Query(t.Context(), engine.Statement{SQL: strings.Repeat("x", dialect.AthenaMaxBytes+1)})
	if !errors.Is(err, engine.ErrStatement) || len(s.calls) != 0 {
		t.Errorf("got %v after %v", err, s.calls)
	}
}

func TestExecutingAgainWithAToken(t *testing.T) {
	s := &service{outcomes: []outcome{{scanned: 1 << 30}}}
	e, _ := serve(t, s)
	for range 2 {
		stats, err := e.Execute(t.Context(), engine.Statement{SQL: "UNLOAD"}, strings.Repeat("t", 40))
		if err != nil || stats.Execution.ID != "x0" {
			t.Fatalf("got %+v, %v", stats, err)
		}
	}
}
