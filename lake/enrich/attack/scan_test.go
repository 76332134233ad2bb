package attack

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestWhatIsNotJSONHasNoValues(t *testing.T) {
	var j judge
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"nothing":                            {``, false},
		"half a text":                        {`{"a":"x`, false},
		"a name without a value":             {`{"a"`, false},
		"a value without a name":             {`{:"x"}`, false},
		"two values in a row":                {`{"b":1 "a":"x"}`, false},
		"a bracket that is not closed":       {`{"b":[1,{"c":2}`, false},
		"what stands before the fault":       {`{"a":"x",`, true},
		"a value behind the object":          {`{} {"a":"x"}`, false},
		"an object in its stead":             {`{"a":{"x":"y"}}`, false},
		"an array around it":                 {`[{"a":["z","x"]}]`, true},
		"an escape in it":                    {`{"a":"\u0078"}`, true},
		"a surrogate that is alone":          {`{"a":"\ud800"}`, false},
		"a null":                             {`{"a":null}`, false},
		"an empty name on the way":           {`{"":{"":"x"}}`, false},
		"text that is JSON":                  {`"{\"a\":\"x\"}"`, true},
		"text that is JSON with JSON within": {`"{\"b\":\"{\\\"a\\\":\\\"x\\\"}\"}"`, false},
		"brackets beyond all measure":        {strings.Repeat(`[`, 100_000) + `{"a":"x"}`, false},
		"objects beyond all measure":         {strings.Repeat(`{"b":`, 100_000), false},
	} {
		t.Run(name, func(t *testing.T) {
			terms, err := parseTerms("request.a = x")
			if err != nil {
				t.Fatal(err)
			}
			if got := j.holds(&terms[0], []byte(c.text)); got != c.want {
				t.Errorf("request.a = x: %v", got)
			}
		})
	}
}

func TestTextsAreReadWithoutTheirEscapes(t *testing.T) {
	var j judge
	for name, c := range map[string]struct {
		term, text string
		want       bool
	}{
		"a pair of surrogates":             {"request.a = 😀", `{"a":"\ud83d\ude00"}`, true},
		"a line break":                     {"request.a ~ x", `{"a":"\n\tx\/"}`, true},
		"no escape":                        {"request.a = uxyzw", `{"a":"\uxyzw"}`, true},
		"JSON in a text that is in a text": {"request.a.b = x", `"{\"a\":\"{\\\"b\\\":\\\"x\\\"}\"}"`, false},
		"JSON in a text in an object":      {"request.a.b = x", `{"a":"{\"b\":\"x\"}"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			terms, err := parseTerms(c.term)
			if err != nil {
				t.Fatal(err)
			}
			if got := j.holds(&terms[0], []byte(c.text)); got != c.want {
				t.Errorf("%s of %s: %v", c.term, c.text, got)
			}
		})
	}
}

// finds is what [judge] does, by a package that holds the whole document.
func finds(v any, path []string, value string) bool {
	if len(path) == 0 || len(path) == 1 && path[0] == "**" {
		switch v := v.(type) {
		case string:
			return v == value
		case json.Number:
			return v.String() == value
		}
	}
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(v any) bool { return finds(v, path, value) })
	case map[string]any:
		for name, member := range v {
			if len(path) > 0 && path[0] == name && finds(member, path[1:], value) ||
				len(path) > 0 && path[0] == "**" && finds(member, path, value) ||
				len(path) > 1 && path[0] == "**" && path[1] == name && finds(member, path[2:], value) {
				return true
			}
		}
	}
	return false
}

func FuzzJudge(f *testing.F) {
	f.Add([]byte(`{"a":{"b":["x",{"c":"x"}]},"b":"{\"c\":1}"}`))
	f.Add([]byte(`[[{"c":"x","d":0.5e1}],{"a":[{"b":"x"}]},null,true,"\u00e4\ud83d\ude00"]`))
	f.Add([]byte(`{"a":"\"`))
	f.Add([]byte(`{"Statement":[{"Effect":"Allow","Action":["*"],"Condition":{}}]}`))
	texts := []string{"request.** = x", "request.a.b = x", "request.**.c = x", "request.a.**.c = x", "request.**.a.** = x"}
	others := []string{"!request.a", "request.**.b != x", "request.a.b ~ x", "request.Statement(Effect = Allow & Action = * & !Condition.**)", "request.a(b = x)"}
	var j judge
	f.Fuzz(func(t *testing.T, text []byte) {
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var doc any
		whole := json.Valid(text) && bytes.IndexByte(text, '\\') < 0 && d.Decode(&doc) == nil && bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) < deepest
		for i, text2 := range slices.Concat(texts, others) {
			terms, err := parseTerms(text2)
			if err != nil {
				t.Fatal(err)
			}
			got := j.holds(&terms[0], text)
			if path := terms[0].path; whole && i < len(texts) && finds(doc, path, "x") && !got {
				t.Errorf("%s is not found in %s", text2, text)
			}
		}
	})
}

func FuzzCondition(f *testing.F) {
	for _, text := range []string{"success & root", "request.a(b = c & !d.**)", "5 in 10m by user.id", "request.** ~ a|b", "!user.name", "a = {b}", "(", ")", "!"} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) { _, _ = parseCondition(text) })
}
