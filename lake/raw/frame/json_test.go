package frame

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// read renders all that a reader yields: records as "offset: data", errors as "offset! reason: data".
func read(t *testing.T, src io.Reader, f Framing, l Limits) []string {
	t.Helper()
	r := New(src, 0, f, l)
	var got []string
	for {
		rec, err := r.Next()
		var bad *RecordError
		switch {
		case err == io.EOF:
			if _, again := r.Next(); again != io.EOF {
				t.Errorf("after the end: %v, want io.EOF", again)
			}
			return got
		case errors.As(err, &bad):
			got = append(got, fmt.Sprintf("%d! %s: %s", bad.Offset, bad.Reason, bad.Data))
		case err != nil:
			return append(got, err.Error())
		default:
			got = append(got, fmt.Sprintf("%d: %s", rec.Offset, rec.Data))
		}
	}
}

const (
	cutOff    = "the record is cut off"
	overLine  = "a string runs over the end of its line"
	afterText = "a string is followed by what can't follow one"
	noObject  = "not a JSON object"
	noKey     = "a value without a key"
	noPair    = "brackets do not pair"
	cutArray  = "the object ends before the array of its records does"
	noOpening = "a bracket closes what was not opened"
)

var jsonCases = map[string]struct {
	in   string
	want []string
}{
	"an empty object has no records":            {"", nil},
	"white space alone has no records":          {" \r\n\t", nil},
	"a bare record is read":                     {`{"a":1}`, []string{`0: {"a":1}`}},
	"records stand on a line each":              {"{\"a\":1}\n{\"a\":2}\r\n", []string{`0: {"a":1}`, `8: {"a":2}`}},
	"records are joined without a newline":      {`{"a":1}{"a":2}`, []string{`0: {"a":1}`, `7: {"a":2}`}},
	"records are separated by commas":           {"{\"a\":1},\n{\"a\":2},\n", []string{`0: {"a":1}`, `9: {"a":2}`}},
	"records are led in by record separators":   {"\x1e{\"a\":1}\n\x1e{\"a\":2}\n", []string{`1: {"a":1}`, `10: {"a":2}`}},
	"an array holds the records":                {` [ {"a":1} , {"a":2} ] `, []string{`3: {"a":1}`, `13: {"a":2}`}},
	"arrays follow each other":                  {"[{\"a\":1}]\n[{\"a\":2}]", []string{`1: {"a":1}`, `11: {"a":2}`}},
	"arrays lie in arrays":                      {`[[{"a":1}],[{"a":2}]]`, []string{`2: {"a":1}`, `12: {"a":2}`}},
	"an empty array has no records":             {`[]`, nil},
	"a wrapper's array holds the records":       {`{"Records":[{"a":1},{"a":2}]}`, []string{`12: {"a":1}`, `20: {"a":2}`}},
	"a wrapper is pretty-printed":               {"{\n  \"Records\" : [\n    {\n      \"a\": 1\n    }\n  ]\n}\n", []string{"22: {\n      \"a\": 1\n    }"}},
	"an empty wrapper has no records":           {`{"Records":[]}`, nil},
	"a wrapper has keys before its array":       {`{"v":"1","o":{"Records":[1]},"Records":[{"a":1}]}`, []string{`40: {"a":1}`}},
	"a wrapper has keys after its array":        {`{"Records":[{"a":1}],"x":{"y":[{"b":1}]}}{"a":2}`, []string{`12: {"a":1}`, `41: {"a":2}`}},
	"a wrapper has two named arrays":            {`{"Records":[{"a":1}],"findings":[{"a":2}]}`, []string{`12: {"a":1}`, `33: {"a":2}`}},
	"wrappers are joined":                       {`{"Records":[{"a":1}]}{"Records":[{"a":2}]}`, []string{`12: {"a":1}`, `33: {"a":2}`}},
	"wrappers lie in an array":                  {`[{"Records":[{"a":1}]},{"a":2}]`, []string{`13: {"a":1}`, `23: {"a":2}`}},
	"a record in a wrapper is not unwrapped":    {`{"Records":[{"Records":[{"a":1}]}]}`, []string{`12: {"Records":[{"a":1}]}`}},
	"a name whose value is no array is a field": {`{"Records":null,"x":"Records","y":[1]}`, []string{`0: {"Records":null,"x":"Records","y":[1]}`}},
	"a name further in is a field":              {`{"a":{"Records":[{"b":1}]}}`, []string{`0: {"a":{"Records":[{"b":1}]}}`}},
	"a name as a value is a value":              {`{"a":"Records"}`, []string{`0: {"a":"Records"}`}},
	"brackets and quotes in strings are text":   {`{"a":"}]\"{[\\"}{"a":"\\\""}`, []string{`0: {"a":"}]\"{[\\"}`, `16: {"a":"\\\""}`}},
	"strings are empty":                         {`{"":"","b":[""]}`, []string{`0: {"":"","b":[""]}`}},

	"a record without an end is cut off":                     {"{\"a\":1}\n{\"a\":", []string{`0: {"a":1}`, `8! ` + cutOff + `: {"a":`}},
	"a string without an end is cut off":                     {`{"a":"x\`, []string{`0! ` + cutOff + `: {"a":"x\`}},
	"an array without an end is told":                        {`{"Records":[{"a":1},`, []string{`12: {"a":1}`, `20! ` + cutArray + `: `}},
	"a wrapper without an end is told":                       {`{"Records":[{"a":1}],"x":`, []string{`12: {"a":1}`, `25! ` + cutArray + `: `}},
	"a line broken in a string costs that line":              {"{\"a\":1}\n{\"a\":\"x\n{\"a\":3}\n", []string{`0: {"a":1}`, "8! " + overLine + ": {\"a\":\"x\n", `16: {"a":3}`}},
	"a line without a bracket costs that line":               {"{\"a\":1}\n{\"a\":{\"b\":2}\n{\"a\":3}\n", []string{`0: {"a":1}`, "8! " + noKey + ": {\"a\":{\"b\":2}\n", `21: {"a":3}`}},
	"a line broken behind a colon costs that line":           {"{\"a\":1}\n{\"a\":\n{\"a\":3}\n{\"a\":4}\n", []string{`0: {"a":1}`, "8! " + noKey + ": {\"a\":\n", `14: {"a":3}`, `22: {"a":4}`}},
	"a last line that swallows one gives it back":            {"{\"a\":1}\n{\"a\":\n{\"a\":3}\n", []string{`0: {"a":1}`, "8! " + cutOff + ": {\"a\":\n", `14: {"a":3}`}},
	"a line broken behind a backslash":                       {"{\"a\":\"xxxxxxxxxxxxxxxx\\\n{\"a\":2}\n", []string{"0! " + overLine + ": {\"a\":\"xxxxxxxxxxxxxxxx\\\n", `24: {"a":2}`}},
	"the first line is broken":                               {"{\"a\":\"x\n{\"a\":2}\n", []string{"0! " + overLine + ": {\"a\":\"x\n", `8: {"a":2}`}},
	"every bad line is told":                                 {"{\"a\":1}\nnull\n12\n{\"a\":2}\n", []string{`0: {"a":1}`, "8! " + noObject + ": null\n", "13! " + noObject + ": 12\n", `16: {"a":2}`}},
	"garbage without any record is told once":                {"one\ntwo\n", []string{"0! " + noObject + ": one\ntwo\n"}},
	"garbage between joined records is told":                 {`{"a":1}xx{"a":2}{"a":3}`, []string{`0: {"a":1}`, `7! ` + noObject + `: xx{"a":2}`, `16: {"a":3}`}},
	"a stray bracket is told":                                {`{"a":1}]{"a":2}`, []string{`0: {"a":1}`, `7! ` + noOpening + `: ]`, `8: {"a":2}`}},
	"a record of an array without a bracket":                 {`[{"a":1},{"a":{"b":2},{"a":3},{"a":4}]`, []string{`1: {"a":1}`, `9! ` + noKey + `: {"a":{"b":2},`, `22: {"a":3}`, `30: {"a":4}`}},
	"a record of an array with a bracket too many":           {`[{"a":1},{"a":2}},{"a":3}]`, []string{`1: {"a":1}`, `9: {"a":2}`, `16! ` + noOpening + `: },`, `18: {"a":3}`}},
	"a record of an array whose brackets do not pair":        {`[{"a":1},{"a":[2},{"a":3}]`, []string{`1: {"a":1}`, `9! ` + noPair + `: {"a":[2},`, `18: {"a":3}`}},
	"a record of an array without a quote":                   {`[{"a":1},{"a":"x,"b":"},{"},{"a":3}]`, []string{`1: {"a":1}`, `9! ` + afterText + `: {"a":"x,"b":"},{"},`, `28: {"a":3}`}},
	"a bad record's own objects are not taken for records":   {`[{"a":1},{"b":["x"y,{"c":1},{"d":2}]},{"a":3}]`, []string{`1: {"a":1}`, `9! ` + afterText + `: {"b":["x"y,{"c":1},{"d":2}]},`, `38: {"a":3}`}},
	"the first record of an array is bad":                    {`{"Records":[{"a":"x"y},{"a":2}]}`, []string{`12! ` + afterText + `: {"a":"x"y},`, `23: {"a":2}`}},
	"the last record of a wrapper is bad and another begins": {`{"Records":[{"a":1},{"a":"x"y}]}{"Records":[{"a":2}]}`, []string{`12: {"a":1}`, `20! ` + afterText + `: {"a":"x"y}]}`, `44: {"a":2}`}},
	"elements that are no objects are told":                  {`[{"a":1},7,"x",{"a":2}]`, []string{`1: {"a":1}`, `9! ` + noObject + `: 7,"x",`, `15: {"a":2}`}},
	"a pretty-printed record is broken":                      {"{\n \"a\": 1\n}\n{\n \"a\": \"x\n}\n{\n \"a\": 3\n}\n", []string{"0: {\n \"a\": 1\n}", "12! " + overLine + ": {\n \"a\": \"x\n}\n", "25: {\n \"a\": 3\n}"}},
}

func TestJSON(t *testing.T) {
	for name, c := range jsonCases {
		t.Run(name, func(t *testing.T) {
			f := Framing{Arrays: []string{"Records", "findings"}}
			for _, window := range []int{0, 16, 300} {
				got := read(t, strings.NewReader(c.in), f, Limits{Window: window})
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("with a window of %d:\n%s", window, diff)
				}
			}
			got := read(t, iotest.OneByteReader(strings.NewReader(c.in)), f, Limits{Window: 16})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("read byte by byte:\n%s", diff)
			}
		})
	}
}
