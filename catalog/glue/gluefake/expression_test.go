package gluefake_test

import (
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog/glue/gluefake"
)

func TestExpressions(t *testing.T) {
	keys := []string{"day", "account"}
	all := [][]string{{"2026-01-30", "a"}, {"2026-01-31", "a"}, {"2026-02-01", "b"}, {"2026-02-02", "it's"}}
	for _, c := range []struct{ text, want string }{
		{"day = '2026-01-31'", "1"},
		{"day <> '2026-01-31'", "0 2 3"},
		{"day != '2026-01-31'", "0 2 3"},
		{"day < '2026-01-31'", "0"},
		{"day <= '2026-01-31'", "0 1"},
		{"day > '2026-01-31'", "2 3"},
		{"day >= '2026-01-31' AND day < '2026-02-02'", "1 2"},
		{"day='2026-01-30'or account='b'", "0 2"},
		{"day = '2026-01-30' OR account = 'a' AND day = '2026-01-31'", "0 1"},
		{"(day = '2026-01-30' OR account = 'a') AND day = '2026-01-31'", "1"},
		{"DAY IN ('2026-01-30', '2026-02-01')", "0 2"},
		{"day NOT IN ('2026-01-30', '2026-02-01')", "1 3"},
		{"day BETWEEN '2026-01-31' AND '2026-02-01' AND account = 'a'", "1"},
		{"day NOT BETWEEN '2026-01-31' AND '2026-02-01'", "0 3"},
		{"day LIKE '2026-01-%'", "0 1"},
		{"account LIKE '_'", "0 1 2"},
		{"account NOT LIKE '%''%'", "0 1 2"},
		{"account = 'it''s'", "3"},
		{"NOT (account = 'a' OR account = 'b')", "3"},
		{"NOT account = 'a'", "2 3"},
		{"account IS NULL", ""},
		{"account IS NOT NULL", "0 1 2 3"},
	} {
		matches, err := gluefake.ParseExpression(c.text, keys)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		var got []string
		for i, values := range all {
			if matches(values) {
				got = append(got, string(rune('0'+i)))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", c.text, got, c.want)
		}
	}
}

func TestExpressionsThatAreNone(t *testing.T) {
	for _, text := range []string{
		"day", "day =", "day = 2026", "day = '2026", "'a' = day", "other = 'a'", "day == 'a'", "day = 'a' AND", "(day = 'a'", "day = 'a')",
		"day IN ()", "day IN 'a'", "day IN ('a' 'b')", "day BETWEEN 'a'", "day BETWEEN 'a' OR 'b'", "day LIKE", "day NOT = 'a'", "day IS 'a'",
		"day = 'a' day = 'b'", "day & 'a'", strings.Repeat("(", 500) + "day = 'a'", strings.Repeat("NOT ", 500) + "day = 'a'",
	} {
		if _, err := gluefake.ParseExpression(text, []string{"day"}); err == nil {
			t.Errorf("%.40s was read", text)
		}
	}
}

func FuzzExpression(f *testing.F) {
	for _, text := range []string{"day = 'a'", "NOT (day IN ('a','b') OR day LIKE 'x%')", "day BETWEEN 'a' AND 'b' AND day <> 'it''s'", "day is not null"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		matches, err := gluefake.ParseExpression(text, []string{"day"})
		if err != nil {
			return
		}
		negated, err := gluefake.ParseExpression("NOT ("+text+")", []string{"day"})
		if err != nil {
			t.Skip("it is nested too deeply")
		}
		for _, day := range []string{"a", "2026-01-31"} {
			if matches([]string{day}) == negated([]string{day}) {
				t.Errorf("%s holds for %s, and does not", text, day)
			}
		}
	})
}
