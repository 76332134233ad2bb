package usersql_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/engine/usersql"
)

func setup(t testing.TB) (*enginetest.Lake, *duckdb.Engine) {
	t.Helper()
	l := enginetest.New(t)
	fields := enginetest.Fields(t, "@timestamp", "event.id", "user.name")
	for _, table := range []string{"aws_one", "aws_two"} {
		l.Create(t, table, fields...)
		for i, user := range []string{"alice", "bob", "carol"} {
			l.Add(t, table, fields, enginetest.Row{
				"@timestamp": time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC), "event.id": table, "user.name": user,
			})
		}
	}
	e, err := duckdb.Open(l.Dir, duckdb.Options{Clock: func() time.Time { return time.Time{} }})
	if err != nil {
		t.Fatal(err)
	}
	return l, e
}

func run(t testing.TB, l *enginetest.Lake, e *duckdb.Engine, sql string, maxRows int) ([][]any, engine.Stats, error) {
	t.Helper()
	s, err := usersql.Prepare(t.Context(), l, e, sql, maxRows)
	if err != nil {
		return nil, engine.Stats{}, err
	}
	rows, err := e.Query(t.Context(), s)
	if err != nil {
		return nil, engine.Stats{}, err
	}
	var out [][]any
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
	return out, stats, err
}

func TestStatementsThatRun(t *testing.T) {
	l, e := setup(t)
	for _, c := range []struct {
		name, sql string
		want      [][]any
	}{
		{"a count", `SELECT count(*) FROM aws_one`, [][]any{{int64(3)}}},
		{"a table in another case, a semicolon and a comment at the end", "select max(user_name) from AWS_One; -- all", [][]any{{"carol"}}},
		{"a join of two tables", `SELECT a.user_name FROM aws_one a JOIN aws_two b USING (user_name) WHERE a.day = '2026-01-02'`, [][]any{{"bob"}}},
		{"a common table expression of its own", `WITH x AS (SELECT * FROM aws_one) SELECT count(*) FROM x`, [][]any{{int64(3)}}},
		{"one that hides a table", `WITH aws_two AS (SELECT 1 AS n) SELECT n FROM aws_two`, [][]any{{int64(1)}}},
		{"a subquery in a condition", `SELECT user_name FROM aws_one WHERE day = (SELECT max(day) FROM aws_two)`, [][]any{{"carol"}}},
		{"a union", `SELECT 1 AS n UNION ALL SELECT 2 ORDER BY n DESC`, [][]any{{int64(2)}, {int64(1)}}},
		{"rows of its own", `SELECT v FROM (VALUES (1), (2)) AS t (v) ORDER BY v LIMIT 1`, [][]any{{int64(1)}}},
		{"a list as rows", `SELECT u FROM unnest(['a']) AS t (u)`, [][]any{{"a"}}},
		{"no table at all", `SELECT 'FROM nowhere; "x"' AS s`, [][]any{{`FROM nowhere; "x"`}}},
		{"the newest day", `SELECT max(day), count(*) FROM aws_one`, [][]any{{"2026-01-03", int64(3)}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, stats, err := run(t, l, e, c.sql, 10)
			if diff := cmp.Diff(c.want, rows); diff != "" || err != nil || stats.Truncated {
				t.Errorf("%v %v\n%s", stats, err, diff)
			}
		})
	}
}

func TestStatementsThatAreRefused(t *testing.T) {
	l, e := setup(t)
	for _, c := range []struct{ name, sql, reason string }{
		{"nothing", ` -- only a comment`, "empty"},
		{"another kind of statement", `DROP TABLE aws_one`, "begins with DROP"},
		{"a description", `DESCRIBE aws_one`, "begins with DESCRIBE"},
		{"an insertion below WITH", `WITH x AS (SELECT 1) INSERT INTO aws_one SELECT * FROM x`, ""},
		{"two statements", `SELECT 1; SELECT 2`, "second statement"},
		{"a text that is not SQL", `SELECT FROM WHERE`, "syntax error"},
		{"a quote that is not closed", `SELECT 'a`, "not closed"},
		{"a bracket that closes the wrapping", `SELECT 1) AS x, (SELECT 2`, "closes that was not opened"},
		{"a placeholder", `SELECT * FROM aws_one WHERE user_name = ?`, "placeholder"},
		{"a numbered placeholder", `SELECT $1`, "no meaning"},
		{"a dollar quote", `SELECT $$a$$`, "no meaning"},
		{"a table that does not exist", `SELECT * FROM aws_three`, "no table aws_three: the lake has aws_one, aws_two"},
		{"a table in a subquery that does not exist", `SELECT (SELECT max(a) FROM aws_three)`, "no table aws_three"},
		{"a file", `SELECT * FROM '/etc/passwd.csv'`, "no table /etc/passwd.csv"},
		{"a function that reads files", `SELECT * FROM read_csv('/etc/passwd')`, "read_csv cannot be read from"},
		{"one in a condition", `SELECT 1 WHERE EXISTS (SELECT * FROM read_text('/etc/passwd'))`, "read_text cannot"},
		{"one in a common table expression", `WITH x AS (SELECT * FROM glob('/*')) SELECT * FROM x`, "glob cannot"},
		{"a function that runs a text", `SELECT * FROM query('SELECT 1')`, "query cannot"},
		{"DuckDB's own tables", `SELECT * FROM duckdb_settings()`, "duckdb_settings cannot"},
		{"a schema", `SELECT * FROM information_schema.tables`, "no schema here"},
		{"a description in FROM", `SELECT * FROM (DESCRIBE aws_one)`, ""},
		{"a column that does not exist", `SELECT nothing FROM aws_one`, "nothing"},
		{"a statement that is too long", `SELECT '` + strings.Repeat("x", usersql.MaxBytes) + `'`, "bytes long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, _, err := run(t, l, e, c.sql, 10)
			if !errors.Is(err, engine.ErrStatement) || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("got %v, %v", rows, err)
			}
		})
	}
}

func TestRowsAreBoundedInTheOrderAskedFor(t *testing.T) {
	l, e := setup(t)
	sql := `SELECT i FROM range(100000) AS r (i) ORDER BY (i * 7919) % 100003 DESC`
	all, stats, err := run(t, l, e, sql, 0)
	if err != nil || len(all) != 100000 || stats.Truncated {
		t.Fatalf("%d rows, truncated %v: %v", len(all), stats.Truncated, err)
	}
	some, stats, err := run(t, l, e, sql, 500)
	if diff := cmp.Diff(all[:500], some); diff != "" || err != nil || !stats.Truncated {
		t.Errorf("truncated %v: %v\n%s", stats.Truncated, err, diff)
	}
}

func TestOnlyTheTablesNamedAreRead(t *testing.T) {
	l, e := setup(t)
	s, err := usersql.Prepare(t.Context(), l, e, `SELECT 'aws_one' AS x FROM aws_two`, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Scans) != 1 || s.Scans[0].Table != "aws_two" || len(s.Scans[0].Files) != 3 {
		t.Errorf("got %+v", s.Scans)
	}
}
