// Package dialect writes the SQL of DuckDB and of Athena (Trino). It alone turns names and values into SQL text:
// everyone else puts together pieces that were made here.
package dialect

import "strings"

// SQL is a piece of SQL text. Only this package can make one, so that a text from outside gets into a statement as an
// identifier or as a literal and in no other way.
type SQL struct{ text string }

// ToSql makes a piece fit to be a part of a squirrel builder.
func (s SQL) ToSql() (string, []any, error) { return s.text, nil, nil }

// String is the text.
func (s SQL) String() string { return s.text }

// Empty tells whether there is nothing in the piece.
func (s SQL) Empty() bool { return s.text == "" }

// And holds when all conditions do; none is true.
func And(conditions ...SQL) SQL { return joined(conditions, " AND ", "true") }

// Or holds when any condition does; none is false.
func Or(conditions ...SQL) SQL { return joined(conditions, " OR ", "false") }

func joined(parts []SQL, operator, none string) SQL {
	switch len(parts) {
	case 0:
		return SQL{none}
	case 1:
		return parts[0]
	}
	return SQL{"(" + join(parts, operator) + ")"}
}

func join(parts []SQL, separator string) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// quote is the one place where a value becomes a literal. Neither engine knows escapes other than the doubled quote.
func quote(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }

// ident is the one place where a name becomes an identifier.
func ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// likePattern is a LIKE's pattern, with its escape where it needs one, for values that end in the suffix.
func likeSuffix(suffix string) string {
	escaped := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(suffix)
	if escaped == suffix {
		return quote("%" + suffix)
	}
	return quote("%"+escaped) + ` ESCAPE '\'`
}
