package trinosql_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
	"github.com/hindcast/hindcast/lake/view"
)

// TestErrorsAreTold holds messages to Athena's words, with the place.
func TestErrorsAreTold(t *testing.T) {
	w := &world{}
	for _, c := range []struct{ name, sql, want string }{
		{"a keyword that is misspelled", "SELECT 1 FORM x y", "line 1:15: mismatched input 'x'. Expecting: <EOF>"},
		{"a clause that is missing", "SELECT a\nFROM", "line 2:5: mismatched input '<EOF>'. Expecting: <identifier>"},
		{"letters before the place count once each", "SELECT 'äöü' FROM ,", "line 1:19: mismatched input ','. Expecting: <identifier>"},
		{"a quote that is open", "SELECT 'a", "line 1:8: a quote (') is not closed"},
		{"a comment that is open", "SELECT /* a", "line 1:8: a comment is not closed"},
		{"a name in backquotes", "SELECT `a`", "line 1:8: backquoted identifiers are not supported; use double quotes to quote identifiers"},
		{"a name that begins with a digit", "SELECT 1a", "line 1:8: identifiers must not start with a digit; surround the identifier with double quotes"},
		{"two statements", "SELECT 1; SELECT 2", "line 1:11: mismatched input 'SELECT'. Expecting: <EOF>"},
		{"what is no query", "DROP TABLE x", "line 1:1: mismatched input 'DROP'. Expecting: '(', 'SELECT', 'TABLE', 'VALUES', 'WITH'"},
		{"a table that is not there", "SELECT * FROM x", "TABLE_NOT_FOUND: line 1:15: Table 'plain.lake.x' does not exist"},
		{"a database that is not there", "SELECT * FROM other.x", "SCHEMA_NOT_FOUND: line 1:15: Schema 'other' does not exist"},
		{"a catalog that is not there", "SELECT * FROM c.lake.x", "CATALOG_NOT_FOUND: line 1:15: Catalog 'c' does not exist"},
		{"a column that is not there", "SELECT b FROM (VALUES 1) AS t (a)", "COLUMN_NOT_FOUND: line 1:8: Column 'b' cannot be resolved"},
		{"a column of a table that has it not", "SELECT t.b FROM (VALUES 1) AS t (a)", "COLUMN_NOT_FOUND: line 1:8: Column 't.b' cannot be resolved"},
		{"a function that is not there", "SELECT lowr('x')",
			"FUNCTION_NOT_FOUND: line 1:8: function lowr is not supported by the embedded Athena (near: lower)"},
		{"a function that is only begun", "SELECT approx('x')",
			"FUNCTION_NOT_FOUND: line 1:8: function approx is not supported by the embedded Athena (near: approx_distinct, approx_percentile)"},
		{"a function that is near none", "SELECT kurtosis('x')", "FUNCTION_NOT_FOUND: line 1:8: function kurtosis is not supported by the embedded Athena"},
		{"a short function that shares no letters", "SELECT qqq('x')", "FUNCTION_NOT_FOUND: line 1:8: function qqq is not supported by the embedded Athena"},
		{"a function of other arguments", "SELECT lower(1)",
			"FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function lower. Expected: lower(varchar)"},
		{"a text and a number", "SELECT 1 WHERE 'a' = 1", "TYPE_MISMATCH: line 1:20: Cannot apply operator: varchar(1) = integer"},
		{"a condition that is none", "SELECT 1 WHERE 1", "TYPE_MISMATCH: line 1:16: WHERE clause must evaluate to a boolean: actual type integer"},
		{"a column beside an aggregate", "SELECT a, count(*) FROM (VALUES 1) AS t (a)",
			"EXPRESSION_NOT_AGGREGATE: line 1:8: 'a' must be an aggregate expression or appear in GROUP BY clause"},
		{"an aggregate in where", "SELECT 1 WHERE count(*) > 1",
			"EXPRESSION_NOT_SCALAR: line 1:16: WHERE clause cannot contain aggregations, window functions or grouping operations: count"},
		{"a position that is none", "SELECT 1 ORDER BY 2", "INVALID_COLUMN_REFERENCE: line 1:19: ORDER BY position 2 is not in select list"},
		{"a parameter without a value", "SELECT 1 WHERE 'a' = ? AND 'b' = ?",
			"INVALID_PARAMETER_USAGE: line 1:22: Incorrect number of parameters: expected 2 but found 0"},
		{"a construct", "SELECT * FROM (VALUES 1) AS t (a) TABLESAMPLE BERNOULLI (10)",
			"NOT_SUPPORTED: line 1:35: TABLESAMPLE is not supported by the embedded Athena"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := trinosql.Translate(c.sql, view.Schema(w.tables), options)
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestParametersStandForQuestionMarks, in their order.
func TestParametersStandForQuestionMarks(t *testing.T) {
	w := newWorld(t)
	o := options
	o.Parameters = []string{"'ALICE'", "DATE '2026-01-02'", "1"}
	tr, err := trinosql.Translate("SELECT count(*) FROM aws_cloudtrail WHERE user_name = ? AND CAST(day AS date) = ? LIMIT ?", view.Schema(w.tables), o)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := w.query(t.Context(), tr)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if row, err := rows.Next(); err != nil || row[0] != int64(4) {
		t.Errorf("got %v: %v", row, err)
	}
	for _, parameter := range []string{"1; DROP TABLE x", "'a", "1 1", ""} {
		o.Parameters = []string{parameter}
		_, err := trinosql.Translate("SELECT ?", view.Schema(w.tables), o)
		var told *trinosql.Error
		if !errors.As(err, &told) || told.Code != trinosql.WrongParameters {
			t.Errorf("%q: %v", parameter, err)
		}
	}
}

// FuzzTranslate makes sure that no text ends in a panic, and that DuckDB's parser takes what comes out.
func FuzzTranslate(f *testing.F) {
	for _, file := range caseFiles(f) {
		_, cases := readCases(f, file)
		for i, c := range cases {
			if i%5 == 0 { // all of them would take longer to begin with than there is time for
				f.Add(c.sql)
			}
		}
	}
	w := newWorld(f)
	db, err := sql.Open("duckdb", "")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := trinosql.Translate(text, view.Schema(w.tables), options)
		var told *trinosql.Error
		switch {
		case errors.As(err, &told):
			if told.Line < 1 || told.Column < 1 || told.Reason == "" {
				t.Errorf("%#v", told)
			}
			return
		case err != nil:
			t.Fatal(err)
		}
		parsed := ""
		err = db.QueryRowContext(t.Context(), dialect.Serialize(tr.SQL).String()).Scan(&parsed)
		if err != nil || strings.Contains(parsed, `"error":true`) {
			t.Errorf("%s\n%s\n%.300s %v", text, tr.SQL, parsed, err)
		}
	})
}

func BenchmarkTranslate(b *testing.B) {
	w := newWorld(b)
	_, cases := readCases(b, "testdata/cases/tables.sql")
	for b.Loop() {
		for _, c := range cases {
			_, _ = trinosql.Translate(c.sql, view.Schema(w.tables), options) // those that are refused too
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(cases)), "µs/query")
}
