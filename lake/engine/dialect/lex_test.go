package dialect

import (
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ name, sql, want string }{
		{"words and symbols", `SELECT a.b, 1.5e3 FROM t`, `SELECT|a|.|b|,|1.5e3|FROM|t`},
		{"doubled quotes belong to the string", `'it''s' "a""b"`, `'it''s'|"a""b"`},
		{"comments are left out", "a -- b ' \n c /* ; ' */ d", `a|c|d`},
		{"a comment may end the text", "a --", `a`},
		{"letters of any script", `größe 日本`, `größe|日本`},
	} {
		t.Run(c.name, func(t *testing.T) {
			tokens, err := Tokens(c.sql)
			var texts []string
			for _, tok := range tokens {
				texts = append(texts, tok.Text)
			}
			if got := strings.Join(texts, "|"); got != c.want || err != nil {
				t.Errorf("got %s: %v", got, err)
			}
		})
	}
}

func TestTextsThatAreNoTokens(t *testing.T) {
	for _, sql := range []string{`'a`, `"a`, `/* a`, `/* /* a */ */`, "$1", "`a`", `E'a'`, `x'00'`, `b'1'`, "a\xff", "a\x00"} {
		if tokens, err := Tokens(sql); err == nil {
			t.Errorf("%q gives %v", sql, tokens)
		}
	}
}

// Whatever stands in a value is one literal to whoever reads the statement.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a", "it's", `\'`, "'; DROP TABLE x; --", "/*", `"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for kind, text := range map[TokenKind]string{Literal: quote(s), Identifier: ident(s)} {
			tokens, err := Tokens("(" + text + ")")
			if err != nil || len(tokens) != 3 || tokens[1].Text != text || tokens[1].Kind != kind {
				t.Errorf("%q became %v: %v", s, tokens, err)
			}
		}
	})
}

func FuzzFormat(f *testing.F) {
	f.Add(`SELECT a FROM (SELECT b FROM c WHERE d AND (e OR f)) AS "g" ORDER BY h LIMIT 1`)
	f.Fuzz(func(t *testing.T, s string) {
		before, err := Tokens(s)
		if err != nil {
			return
		}
		after, err := Tokens(SQL{s}.Format().String())
		if err != nil || len(before) != len(after) {
			t.Fatalf("%d tokens became %d: %v", len(before), len(after), err)
		}
		for i := range before {
			if before[i].Text != after[i].Text {
				t.Errorf("%q became %q", before[i].Text, after[i].Text)
			}
		}
	})
}
