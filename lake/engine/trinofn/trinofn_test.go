package trinofn_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hindcast/hindcast/lake/engine/trinofn"
)

// call runs a function by name.
func call(t testing.TB, name string, args ...any) (any, error) {
	t.Helper()
	for _, f := range trinofn.All() {
		if f.Name == name {
			if len(args) != len(f.Args) {
				t.Fatalf("%s takes %d arguments", name, len(f.Args))
			}
			return f.Call(args)
		}
	}
	t.Fatalf("there is no function %s", name)
	return nil, nil
}

// TestFunctions has what a query can hardly show; the others are among package trinosql's cases.
func TestFunctions(t *testing.T) {
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	for _, c := range []struct {
		name, function string
		args           []any
		want           string // what fmt.Sprint says, or "error: " and a part of the error
	}{
		{"keys go by the units of UTF-16", "trino_json_parse", []any{`{"\uffee":1,"😀":2,"a":3}`}, `{"a":3,"\uD83D\uDE00":2,"￮":1}`},
		{"control characters are escaped as Jackson does", "trino_json_parse", []any{`"\u001f\b\/\u007f"`}, "\"\\u001F\\b/\x7f\""},
		{"a document that is too deep is none", "trino_json_parse", []any{deep}, "error: Cannot convert"},
		{"a number with zeros in front is none", "trino_json_parse", []any{`01`}, "error: Cannot convert"},
		{"half a surrogate", "trino_json_parse", []any{`"\ud800x"`}, "error: half of a letter"},
		{"half a surrogate that is not asked for", "trino_json_extract_scalar", []any{`{"b": "\ud800\"x", "a": 1}`, "$.a"}, "1"},
		{"half a surrogate that is", "trino_json_extract_scalar", []any{`{"b": "\ud800x"}`, "$.b"}, "error: half of a letter"},
		{"an escape that is none", "trino_json_parse", []any{`"\x"`}, "error: Cannot convert"},
		{"what stands behind a value does not matter", "trino_json_extract_scalar", []any{`{"a": 1 this is no JSON`, "$.a"}, "1"},
		{"what stands before it does", "trino_json_extract_scalar", []any{`{x, "a": 1}`, "$.a"}, "<nil>"},
		{"a division rounds half away from zero", "trino_decimal", []any{"/", "-1", "8", int64(2)}, "-0.13"},
		{"a remainder keeps its digits", "trino_decimal", []any{"%", "-7.5", "2", int64(1)}, "-1.5"},
		{"digits before the point are rounded away", "trino_decimal_round", []any{"1255.5", int64(-1)}, "1260.0"},
		{"more digits than there are", "trino_decimal_round", []any{"12.5", int64(5)}, "12.5"},
		{"all digits are rounded away", "trino_decimal_round", []any{"12.5", int64(-100)}, "0.0"},
		{"an address with its zone", "trino_address", []any{"fe80::1%eth0"}, "fe800000000000000000000000000001"},
		{"padding beyond memory", "trino_lpad", []any{"a", int64(1) << 30, "x"}, "error: not supported"},
		{"a substring beyond all numbers", "trino_substring", []any{"abc", int64(math.MinInt64), int64(math.MaxInt64)}, ""},
		{"the last part of a substring", "trino_substring", []any{"abc", int64(2), int64(math.MaxInt64)}, "bc"},
		{"the last occurrence that overlaps", "trino_strpos", []any{"aaa", "aa", int64(-2)}, "1"},
		{"a time in another zone", "trino_from_iso8601", []any{"2026-01-01T00:00:00+02:00"}, "error: time zone"},
		{"seconds that are no time", "trino_from_unixtime", []any{1e300}, "error: no time"},
		{"a number that is not refused", "trino_refuse", []any{false, "x"}, "false"},
		{"one that is", "trino_refuse", []any{true, "x"}, "error: NOT_SUPPORTED: x is not supported"},
		{"an infinite number of single precision", "trino_real_text", []any{float32(posInf())}, "Infinity"},
		{"a number of eight digits that is half way", "trino_real_text", []any{float32(10000005)}, "1.000001E7"},
		{"a negative one", "trino_real_text", []any{float32(-10000005)}, "-1.000001E7"},
		{"an infinite number", "trino_double_text", []any{posInf()}, "Infinity"},
		{"a failure of the statement's own", "trino_fail", []any{"Division by zero"}, "error: Division by zero"},
		{"what cannot be read is null to TRY_CAST", "trino_try_date", []any{"2026-02-30"}, "<nil>"},
		{"an offset of a text in UTC", "trino_timestamp_utc", []any{"2026-01-01 10:00:00 +00:00"}, "2026-01-01 10:00:00 +0000 UTC"},
		{"another offset", "trino_timestamp_utc", []any{"2026-01-01 10:00:00 +01:00"}, "error: time zone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := call(t, c.function, c.args...)
			got := fmt.Sprint(v)
			if err != nil {
				got = "error: " + err.Error()
			}
			part, isError := strings.CutPrefix(c.want, "error: ")
			if isError && (err == nil || !strings.Contains(got, part)) || !isError && got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func posInf() float64 {
	zero := 0.0
	return 1 / zero
}

// FuzzFunctions calls every function of texts with any text: none panics, and results have their types.
func FuzzFunctions(f *testing.F) {
	for _, s := range []string{`{"a": [1, 2.50, "x\u00e9"], "b": null}`, "http://u@h:1/p%20?a=b&c#d", "2026-01-04T10:00:00.5Z", "04/Jan/2026", "1.5e3", "::1"} {
		f.Add(s, "$.a[0]", int64(1))
	}
	f.Fuzz(func(t *testing.T, a, b string, n int64) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) {
			return
		}
		for _, fn := range trinofn.All() {
			texts, args := []string{a, b, a + b}, make([]any, len(fn.Args))
			for i, of := range fn.Args {
				switch of {
				case trinofn.Text:
					args[i] = texts[i%3]
				case trinofn.Int:
					args[i] = n % 1000
				case trinofn.Double:
					args[i] = float64(n) / 3
				case trinofn.Real:
					args[i] = float32(n) / 3
				case trinofn.Binary:
					args[i] = []byte(a)
				case trinofn.Bool:
					args[i] = n%2 == 0
				}
			}
			v, err := fn.Call(args)
			if err == nil && v != nil && !is(v, fn.Result) {
				t.Errorf("%s%q gives a %T", fn.Name, args, v)
			}
			if s, ok := v.(string); ok && !utf8.ValidString(s) {
				t.Errorf("%s%q gives %q", fn.Name, args, s)
			}
		}
		document(t, a)
	})
}

func is(v any, of trinofn.Type) (ok bool) {
	switch of {
	case trinofn.Text:
		_, ok = v.(string)
	case trinofn.Int:
		_, ok = v.(int64)
	case trinofn.Double:
		_, ok = v.(float64)
	case trinofn.Bool:
		_, ok = v.(bool)
	case trinofn.Binary:
		_, ok = v.([]byte)
	case trinofn.Date, trinofn.Time, trinofn.Instant:
		_, ok = v.(time.Time)
	case trinofn.Texts:
		_, ok = v.([]string)
	}
	return ok
}

// document holds json_parse to the decoder of Go: both take the same texts, and what is written once is written so again.
func document(t *testing.T, s string) {
	t.Helper()
	v, err := call(t, "trino_json_parse", s)
	if err != nil && strings.HasPrefix(err.Error(), "half") {
		return
	}
	if valid := json.Valid([]byte(s)); (err == nil) != valid && strings.Count(s, "[")+strings.Count(s, "{") < 900 {
		t.Errorf("%q: %v, and json.Valid says %v", s, err, valid)
	}
	if err != nil {
		return
	}
	again, err := call(t, "trino_json_parse", v)
	if err != nil || again != v {
		t.Errorf("%q became %q, and then %q: %v", s, v, again, err)
	}
}
