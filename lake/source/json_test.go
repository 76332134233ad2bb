package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// divided is what a divider finds, for tests to compare.
type divided struct {
	Values map[string][]string
	Rest   string
}

func divideJSON(t testing.TB, record string, paths ...string) (divided, error) {
	t.Helper()
	d, err := JSON(paths)
	if err != nil {
		t.Fatal(err)
	}
	v := Values{slots: make([]Value, len(paths))}
	if err := d.Divide([]byte(record), &v); err != nil {
		return divided{}, err
	}
	e := Event{values: &v}
	out := divided{Values: map[string][]string{}}
	for i, path := range paths {
		for value := range e.All(In{i}) {
			out.Values[path] = append(out.Values[path], string(value.Bytes))
		}
	}
	if len(v.rest) > 0 {
		out.Rest = "{" + string(v.rest) + "}"
	}
	return out, nil
}

func TestJSONDivides(t *testing.T) {
	for name, c := range map[string]struct {
		record string
		paths  []string
		want   divided
	}{
		"a value at a path": {
			`{"a":{"b":"c"}}`, []string{"a.b"}, divided{map[string][]string{"a.b": {"c"}}, ""},
		},
		"what no path leads to is the rest, under its whole path": {
			`{"a":{"b":"c","d":[1,{"e":"}"}]},"f":null,"g":false}`, []string{"a.b"},
			divided{map[string][]string{"a.b": {"c"}}, `{"a.d":[1,{"e":"}"}],"g":false}`},
		},
		"an object that a path ends at is whole, and nothing in it is rest": {
			`{"a":{"b":"c","d":1}}`, []string{"a", "a.b"},
			divided{map[string][]string{"a": {`{"b":"c","d":1}`}, "a.b": {"c"}}, ""},
		},
		"the elements of an array are several values": {
			`{"r":[{"arn":"x","n":1},{"n":2},{"arn":"y"}]}`, []string{"r", "r[].arn"},
			divided{map[string][]string{"r": {`[{"arn":"x","n":1},{"n":2},{"arn":"y"}]`}, "r[].arn": {"x", "y"}}, ""},
		},
		"an array at whose elements a path ends is no rest": {
			`{"r":["x",{"n":2},null,3]}`, []string{"r[]"},
			divided{map[string][]string{"r[]": {"x", `{"n":2}`, "3"}}, ""},
		},
		"an array that paths go through, but none ends at, is rest as a whole": {
			`{"r":[{"arn":"x","n":1}]}`, []string{"r[].arn"},
			divided{map[string][]string{"r[].arn": {"x"}}, `{"r":[{"arn":"x","n":1}]}`},
		},
		"a string where an object should be is rest": {
			`{"a":"text"}`, []string{"a.b"}, divided{map[string][]string{}, `{"a":"text"}`},
		},
		"escapes are resolved in names and values": {
			`{"\u0061":"q\"\\\/\n\u00e9\ud83d\ude00"}`, []string{"a"}, divided{map[string][]string{"a": {"q\"\\/\n\u00e9\U0001F600"}}, ""},
		},
		"half of a surrogate pair becomes a replacement character": {
			`{"a":"\ud83dx"}`, []string{"a"}, divided{map[string][]string{"a": {"\ufffdx"}}, ""},
		},
		"null and the empty string are no values": {
			`{"a":null,"b":"","c":0}`, []string{"a", "b", "c"}, divided{map[string][]string{"c": {"0"}}, ""},
		},
		"of a member that stands twice the first is taken": {
			`{"a":"x","a":"y"}`, []string{"a"}, divided{map[string][]string{"a": {"x", "y"}}, ""},
		},
		"white space is passed over": {
			" {\n\t\"a\" : [ 1 , 2 ] ,\r\n \"b\" : { } } ", []string{"a", "b.c"},
			divided{map[string][]string{"a": {"[ 1 , 2 ]"}}, ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := divideJSON(t, c.record, c.paths...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJSONRefuses(t *testing.T) {
	for _, record := range []string{
		``, `[]`, `"a"`, `{`, `{"a"`, `{"a":`, `{"a":}`, `{"a":1`, `{"a":1,}x`, `{"a" 1}`, `{a:1}`, `{"a":1}}`, `{"a":tru}`, `{"a":1 2}`,
		`{"b":"x}`, `{"b":[1,2}`, `{"b":{"c":[}`, `{"a":-}`, strings.Repeat(`{"a":`, 600) + "1" + strings.Repeat("}", 600),
	} {
		path := "a"
		if strings.Count(record, "{") > 500 {
			path = strings.TrimSuffix(strings.Repeat("a.", 600), ".")
		}
		if got, err := divideJSON(t, record, path); err == nil {
			t.Errorf("%.60s is divided into %v", record, got)
		}
	}
}

func TestMembersInAnotherOrderAreFound(t *testing.T) {
	d, err := JSON([]string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range []string{`{"a":1,"b":2,"c":3}`, `{"c":3,"b":2,"a":1}`, `{"b":2,"x":0,"a":1,"c":3}`, `{"a":1,"b":2,"c":3}`} {
		v := Values{slots: make([]Value, 3)}
		if err := d.Divide([]byte(record), &v); err != nil {
			t.Fatal(err)
		}
		for i, s := range v.slots {
			if string(s.Bytes) != fmt.Sprint(i+1) {
				t.Errorf("%s: slot %d is %q", record, i, s.Bytes)
			}
		}
	}
}

// FuzzJSONDividesAsEncodingJSONDoes holds every record that encoding/json accepts against what the divider finds in it.
func FuzzJSONDividesAsEncodingJSONDoes(f *testing.F) {
	for _, s := range []string{
		`{"a":"x","b":{"c":[1,2,{"d":"e"}]},"f":null}`, `{"a":"\u00e9\ud83d\ude00"}`, `{"b":{"c":"x","d":{}}}`, `{}`, `{"a":1e5,"a":2}`, `{"a`, `{"":1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, record []byte) {
		d, err := JSON([]string{"a", "b", "b.c"})
		if err != nil {
			t.Fatal(err)
		}
		v := Values{slots: make([]Value, 3)}
		err = d.Divide(record, &v)
		var want map[string]json.RawMessage
		if json.Unmarshal(record, &want) != nil || want == nil {
			return // what is no JSON object may be refused or not, but must not harm
		}
		if err != nil {
			t.Fatalf("%q is refused: %v", record, err)
		}
		if raw, ok := want["a"]; ok && v.slots[0].Shape == Text && bytes.Count(record, []byte(`"a"`)) == 1 && !bytes.Contains(record, []byte(`\u0061`)) {
			var text string
			if err := json.Unmarshal(raw, &text); err != nil || !bytes.Equal(bytes.ToValidUTF8(v.slots[0].Bytes, []byte("\ufffd")), []byte(text)) && !strings.Contains(text, "\ufffd") {
				t.Errorf("a of %q is %q", record, v.slots[0].Bytes)
			}
		}
		if len(v.rest) > 0 && !json.Valid([]byte("{"+string(v.rest)+"}")) {
			t.Errorf("the rest of %q is %q", record, v.rest)
		}
	})
}
