package trinofn

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kinds of failures, by Trino's names: https://trino.io/docs/current/develop/client-protocol.html has them as errorName.
const (
	notSupported    = "NOT_SUPPORTED"
	invalidArgument = "INVALID_FUNCTION_ARGUMENT"
	invalidCast     = "INVALID_CAST_ARGUMENT"
	divisionByZero  = "DIVISION_BY_ZERO"
	internalError   = "GENERIC_INTERNAL_ERROR"
)

// failure is an error of a kind that is not the function's usual one.
type failure struct{ kind, message string }

func (f *failure) Error() string { return f.kind + ": " + f.message }

// unsupported is what Trino computes and this package does not.
func unsupported(format string, args ...any) error {
	return &failure{notSupported, fmt.Sprintf(format, args...) + " is not supported by the embedded Athena"}
}

// tried are the kinds of failures that Trino's TRY makes null: https://trino.io/docs/current/functions/conditional.html#try.
var tried = []string{divisionByZero, invalidCast, invalidArgument, "NUMERIC_VALUE_OUT_OF_RANGE"}

// PassesTry tells whether an error of a function ends a statement though it was met within TRY: one that Trino's TRY does not catch,
// and one of what Trino computes and this package does not, of which null would be a wrong answer.
func PassesTry(err error) bool {
	kind, _, _ := strings.Cut(err.Error(), ":")
	return !slices.Contains(tried, kind)
}

// called are what Trino calls functions, where it is not their name here without "trino_". Casts have no name.
var called = map[string]string{
	"trino_bigint": "", "trino_integer": "", "trino_smallint": "", "trino_tinyint": "", "trino_double": "", "trino_decimal_text": "", "trino_boolean": "", "trino_date": "", "trino_timestamp": "",
	"trino_timestamp_utc": "", "trino_address": "", "trino_json_text": "", "trino_json_integer": "", "trino_json_double": "",
	"trino_json_boolean": "", "trino_json_items": "", "trino_json_keys": "", "trino_json_values": "",
	"trino_split_keys": "split_to_map", "trino_split_values": "split_to_map", "trino_hamming": "hamming_distance",
	"trino_like_pattern": "LIKE", "trino_from_iso8601": "from_iso8601_timestamp", "trino_iso8601_date": "from_iso8601_date",
	"trino_decimal_round": "round",
}

// told makes the function's errors say their kind, and which of Trino's functions they are of: KIND: function: message. What
// trino_fail says has both.
func told(f Function) Function {
	if f.Name == "trino_fail" {
		return f
	}
	name, other := called[f.Name]
	if !other {
		name = strings.TrimPrefix(f.Name, "trino_")
	}
	call := f.Call
	f.Call = func(args []any) (any, error) {
		v, err := call(args)
		var special *failure
		switch {
		case err == nil || errors.As(err, &special):
		case name == "":
			err = fmt.Errorf("%s: %w", invalidCast, err)
		default:
			err = fmt.Errorf("%s: %s: %w", invalidArgument, name, err)
		}
		return v, err
	}
	return f
}
