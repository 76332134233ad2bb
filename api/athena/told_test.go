package athena

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/engine"
)

func TestWhatFailsAsItRunsIsNamedAsTrinoNamesIt(t *testing.T) {
	for _, c := range []struct{ name, message, want string }{
		{"a division by zero is no error of syntax", "Division by zero", "DIVISION_BY_ZERO: Division by zero"},
		{"nor is a cast that fails", "Cannot cast 'x' to BIGINT", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to BIGINT"},
		{
			"DuckDB's SQL is not shown to who has not written it",
			"Conversion Error: 18 can't be cast because the value is out of range for the destination type INT64\n\nLINE 1: SELECT CAST(",
			"NUMERIC_VALUE_OUT_OF_RANGE: Conversion Error: 18 can't be cast because the value is out of range for the destination type INT64",
		},
		{"what is not known is told as it is", "no such thing", "SYNTAX_ERROR: the statement is wrong: no such thing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := told(fmt.Errorf("%w: %s", engine.ErrStatement, c.message)); got != c.want {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}
