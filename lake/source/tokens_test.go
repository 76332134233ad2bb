package source

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func fieldsOf(line string) (fields []string, cut bool) {
	t := Tokens{Line: []byte(line)}
	for t.More() {
		fields = append(fields, string(t.Next()))
	}
	return fields, t.Cut
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		name, line string
		want       []string
		cut        bool
	}{
		{"words stand between spaces", "a b  c ", []string{"a", "b", "c"}, false},
		{"a line without fields has none", "  \t ", nil, false},
		{"quotes keep spaces", `a "b c" d`, []string{"a", "b c", "d"}, false},
		{"empty quotes are a field", `a "" d`, []string{"a", "", "d"}, false},
		{"brackets keep spaces", "a [b c] d", []string{"a", "b c", "d"}, false},
		{"a quote behind a backslash is part of the field", `"a \"b\" c" d`, []string{`a \"b\" c`, "d"}, false},
		{"a backslash behind a backslash escapes no quote", `"a\\" d`, []string{`a\\`, "d"}, false},
		{"a field may follow a quote without a space", `"-" "-"1 2018 "forward" x`, []string{"-", "-", "1", "2018", "forward", "x"}, false},
		{"quotes within a field are part of it", `"a"b"c" d`, []string{`a"b"c`, "d"}, false},
		{"a quote within a word is part of it", `a"b c`, []string{`a"b`, "c"}, false},
		{"a quote without its end takes the rest", `a "b c`, []string{"a", "b c"}, true},
		{"a bracket without its end is a word", "a [b c", []string{"a", "[b", "c"}, true},
		{"a lone quote is an empty field that is cut", `"`, []string{""}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, cut := fieldsOf(c.line)
			if diff := cmp.Diff(c.want, got); diff != "" || cut != c.cut {
				t.Errorf("cut %v, fields (-want +got):\n%s", cut, diff)
			}
		})
	}
}

// FuzzTokens makes sure that fields which are written with their quotes escaped come back in their places.
func FuzzTokens(f *testing.F) {
	f.Add("GET / HTTP/1.1", "curl/7.46.0")
	f.Add(`a "b" c`, `\`)
	f.Add("", `" 200 - "`)
	f.Fuzz(func(t *testing.T, first, second string) {
		clean := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
		first, second = clean.Replace(first), clean.Replace(second)
		line := `a "` + first + `" b "` + second + `" c`
		if diff := cmp.Diff([]string{"a", first, "b", second, "c"}, firstFive(line)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	})
}

func firstFive(line string) []string {
	fields, _ := fieldsOf(line)
	return fields
}

func TestCutRequest(t *testing.T) {
	for _, c := range []struct{ name, line, method, target, version string }{
		{"a usual request", "GET http://example.com:80/ HTTP/1.1", "GET", "http://example.com:80/", "1.1"},
		{"spaces in the target belong to it", "GET /a b  c HTTP/2.0", "GET", "/a b  c", "2.0"},
		{"no version", "GET /a", "GET", "/a", ""},
		{"a version without a target", "GET HTTP/1.0", "GET", "", "1.0"},
		{"dashes for all", "- - -", "", "", ""},
		{"dashes with a space behind", "- - - ", "", "", ""},
		{"a target alone", "- http://example.com:80- -", "", "http://example.com:80-", ""},
		{"a word", "GET", "GET", "", ""},
		{"nothing", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			method, target, version := CutRequest([]byte(c.line))
			if string(method) != c.method || string(target) != c.target || string(version) != c.version {
				t.Errorf("got %q %q %q", method, target, version)
			}
		})
	}
}

func TestEachText(t *testing.T) {
	var got bytes.Buffer
	EachText([]byte(`{"a":"x","b":[{"c" : "y"},"z"],"d":1,"e":{"f":"\"q\""}}`), func(name, text []byte) {
		got.WriteString(string(name) + "=" + string(text) + ";")
	})
	if want := `a=x;c=y;c=z;f=\"q\";`; got.String() != want {
		t.Errorf("got %s, want %s", got.String(), want)
	}
	EachText([]byte(`{"a":"x`), func(name, text []byte) { t.Errorf("a text without its end: %s", text) })
}
