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
		{"nor does TRY of a zone", "SELECT TRY(from_iso8601_timestamp(x)) FROM (VALUES '2026-01-01T00:00:00+02:00') AS t (x)",
			`NOT_SUPPORTED: the time zone of "2026-01-01T00:00:00+02:00", which is not UTC, is not supported by the embedded Athena`},
		{"of a constant", "SELECT TRY(from_iso8601_timestamp('2026-01-01T00:00:00+02:00'))",
			`NOT_SUPPORTED: the time zone of "2026-01-01T00:00:00+02:00", which is not UTC, is not supported by the embedded Athena`},
		{"in a condition that no row passes", "SELECT 1 FROM (VALUES '2026-01-01T00:00:00+02:00') AS t (x) WHERE TRY(from_iso8601_timestamp(x)) IS NOT NULL",
			`NOT_SUPPORTED: the time zone of "2026-01-01T00:00:00+02:00", which is not UTC, is not supported by the embedded Athena`},
		{"in a lambda", "SELECT transform(x, y -> TRY(from_iso8601_timestamp(y))) FROM (VALUES ARRAY['2026-01-01T00:00:00+02:00']) AS t (x)",
			`NOT_SUPPORTED: the time zone of "2026-01-01T00:00:00+02:00", which is not UTC, is not supported by the embedded Athena`},
		{"of half a letter", `SELECT TRY(json_parse(x)) FROM (VALUES '"\ud800"') AS t (x)`,
			"NOT_SUPPORTED: half of a letter (a surrogate without the other) in JSON is not supported by the embedded Athena"},
		{"of half a letter on a path", `SELECT TRY(json_extract_scalar(x, '$.y')) FROM (VALUES '{"y": "\ud800"}') AS t (x)`,
			"NOT_SUPPORTED: half of a letter (a surrogate without the other) in JSON is not supported by the embedded Athena"},
		{"of a long padding", "SELECT TRY(lpad('x', x, 'y')) FROM (VALUES 20000000) AS t (x)",
			"NOT_SUPPORTED: padding to more than 16777216 characters is not supported by the embedded Athena"},
		{"of a date in another form", "SELECT TRY(from_iso8601_date(x)) FROM (VALUES '2026-W01-1') AS t (x)",
			`NOT_SUPPORTED: a date such as "2026-W01-1", which is not of the form 2026-01-31, is not supported by the embedded Athena`},
		{"of a word boundary beside letters that are none to RE2", `SELECT TRY(regexp_like(x, '\bx')) FROM (VALUES 'ä x') AS t (x)`,
			"NOT_SUPPORTED: a regular expression with a word boundary or without case, over a text with letters that Trino treats otherwise, is not supported by the embedded Athena"},
		{"of the greatest of NaN", "SELECT TRY(greatest(x, 1e0)) FROM (VALUES nan()) AS t (x)", "NOT_SUPPORTED: greatest of NaN is not supported by the embedded Athena"},
		{"of a date that is far away", "SELECT TRY(date_add('day', x, DATE '2026-01-01')) FROM (VALUES 1000000000) AS t (x)",
			"NOT_SUPPORTED: a time as far away as this is not supported by the embedded Athena"},
		{"of an interval that is far too long", "SELECT TRY(x * INTERVAL '1' DAY + DATE '2026-01-01') FROM (VALUES 9223372036854775807) AS t (x)",
			"NOT_SUPPORTED: an interval as long as this is not supported by the embedded Athena"},
		{"of a year that is none of DuckDB's", "SELECT TRY(CAST(x AS date)) FROM (VALUES CAST('300000-01-01' AS varchar)) AS t (x)",
			"NOT_SUPPORTED: the year 300000 is not supported by the embedded Athena"},
		{"of a timestamp in such a year", "SELECT TRY_CAST(x AS timestamp) FROM (VALUES CAST('9999999-01-01 00:00:00' AS varchar)) AS t (x)",
			"NOT_SUPPORTED: the year 9999999 is not supported by the embedded Athena"},
		{"of a time of a week", "SELECT TRY(from_iso8601_timestamp(x)) FROM (VALUES '2026-W02-3T10:00:00Z') AS t (x)",
			`NOT_SUPPORTED: a time such as "2026-W02-3T10:00:00Z" is not supported by the embedded Athena`},
		{"the greatest of what has NaN in it", "SELECT max(x) FROM (VALUES 1e0, nan()) AS t (x)", "NOT_SUPPORTED: max of NaN is not supported by the embedded Athena"},
		{"NaN in an array", "SELECT 1 FROM (VALUES (ARRAY[nan()], nan())) AS t (x, y) WHERE contains(x, y)", "NOT_SUPPORTED: contains of NaN is not supported by the embedded Athena"},
		{"the greatest of an array that has NaN", "SELECT array_max(x) FROM (VALUES ARRAY[1e0, nan()]) AS t (x)", "NOT_SUPPORTED: array_max of NaN is not supported by the embedded Athena"},
		{"of a slice beyond all arrays", "SELECT TRY(slice(x, 2, 9223372036854775807)) FROM (VALUES ARRAY[1]) AS t (x)",
			"NOT_SUPPORTED: slice of more than a billion elements is not supported by the embedded Athena"},
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
