package trinosql_test

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
)

func TestWhatFailsAsItRunsIsNamedAsTrinoNamesIt(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ name, sql, want string }{
		{"a key that is missing", "SELECT MAP(ARRAY['a'], ARRAY[1])[x] FROM (VALUES 'b') AS t (x)", "INVALID_FUNCTION_ARGUMENT: Key not present in map: b"},
		{"a subscript beyond the end", "SELECT ARRAY[1][x] FROM (VALUES 9) AS t (x)",
			"INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 9 > 1"},
		{"a part that is none names its function", "SELECT split_part('a,b', ',', -1)",
			"INVALID_FUNCTION_ARGUMENT: split_part: Index must be greater than zero"},
		{"a function with another name here", "SELECT split_to_map('a', ',', '=')",
			"INVALID_FUNCTION_ARGUMENT: split_to_map: Key-value delimiter must appear exactly once in each entry. Bad input: 'a'"},
		{"a cast that fails", "SELECT CAST(x AS bigint) FROM (VALUES CAST('x' AS varchar)) AS t (x)", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to BIGINT"},
		{"a division by zero", "SELECT 1 / x FROM (VALUES 0) AS t (x)", "DIVISION_BY_ZERO: Division by zero"},
		{"what Trino can and the embedded Athena cannot", "SELECT from_iso8601_timestamp('2026-01-01T00:00:00+02:00')",
			`NOT_SUPPORTED: the time zone of "2026-01-01T00:00:00+02:00", which is not UTC, is not supported by the embedded Athena`},
		{"nor does TRY_CAST give null for that", "SELECT TRY_CAST(x AS timestamp with time zone) FROM (VALUES CAST('2026-01-01 00:00:00 +02:00' AS varchar)) AS t (x)",
			`NOT_SUPPORTED: the time zone of "2026-01-01 00:00:00 +02:00", which is not UTC, is not supported by the embedded Athena`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, rows, err := w.translated(t.Context(), c.sql)
			if err == nil {
				t.Fatalf("it gave %v", rows)
			}
			if got := trinosql.Failure(err); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestDuckDBsOwnErrorsAreNamedToo(t *testing.T) {
	for _, c := range []struct{ name, message, want string }{
		{
			"its SQL is not shown to who has not written it",
			"Conversion Error: 18 can't be cast because the value is out of range for the destination type INT64\n\nLINE 1: SELECT CAST(",
			"NUMERIC_VALUE_OUT_OF_RANGE: Conversion Error: 18 can't be cast because the value is out of range for the destination type INT64",
		},
		{"SQL that it does not take is not the user's", "Binder Error: no such thing", "NOT_SUPPORTED: Binder Error: no such thing"},
		{"what is not known is told as it is", "no such thing", "GENERIC_USER_ERROR: no such thing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := trinosql.Failure(fmt.Errorf("read row 1: %w: %s", engine.ErrStatement, c.message)); got != c.want {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}
