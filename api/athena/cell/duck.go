package cell

import (
	"strconv"
	"strings"
)

// duckTypes are Trino's types for those of DuckDB.
var duckTypes = map[string]string{
	"BOOLEAN": "boolean", "TINYINT": "tinyint", "SMALLINT": "smallint", "INTEGER": "integer", "BIGINT": "bigint",
	"UTINYINT": "smallint", "USMALLINT": "integer", "UINTEGER": "bigint", "UBIGINT": "decimal(20, 0)", "HUGEINT": "decimal(38, 0)",
	"UHUGEINT": "decimal(38, 0)", "FLOAT": "real", "DOUBLE": "double", "VARCHAR": "varchar", "JSON": "json", "BLOB": "varbinary", "UUID": "uuid",
	"DATE": "date", "TIME": "time(3)", "TIMESTAMP": "timestamp(3)", "TIMESTAMP_S": "timestamp(3)", "TIMESTAMP_MS": "timestamp(3)",
	"TIMESTAMP_NS": "timestamp(3)", "TIMESTAMPTZ": "timestamp(3) with time zone", "TIMESTAMP WITH TIME ZONE": "timestamp(3) with time zone",
	"TIME WITH TIME ZONE": "time(3) with time zone", "TIMETZ": "time(3) with time zone", "INTERVAL": "interval day to second",
	"SQLNULL": "unknown", "\"NULL\"": "unknown",
}

// FromDuckDB is the type of Trino's that values of one of DuckDB's have: array(varchar) for VARCHAR[]. What has none is
// a text.
func FromDuckDB(text string) Type {
	if element, ok := strings.CutSuffix(text, "]"); ok {
		if i := strings.LastIndexByte(element, '['); i > 0 {
			return Type{Name: "array", Of: []Field{{Type: FromDuckDB(element[:i])}}}
		}
	}
	if inner, ok := within(text, "STRUCT("); ok {
		t := Type{Name: "row"}
		for _, part := range split(inner) {
			name, rest := fieldName(part)
			t.Of = append(t.Of, Field{Name: name, Type: FromDuckDB(rest)})
		}
		return t
	}
	if inner, ok := within(text, "MAP("); ok {
		if parts := split(inner); len(parts) == 2 {
			return Type{Name: "map", Of: []Field{{Type: FromDuckDB(parts[0])}, {Type: FromDuckDB(parts[1])}}}
		}
	}
	if inner, ok := within(text, "DECIMAL("); ok {
		t := Type{Name: "decimal"}
		for _, part := range split(inner) {
			n, _ := strconv.Atoi(part)
			t.Params = append(t.Params, n)
		}
		return t
	}
	t, err := ParseType(duckTypes[text])
	if err != nil {
		return Type{Name: "varchar"}
	}
	return t
}

func within(text, open string) (string, bool) {
	inner, ok := strings.CutPrefix(text, open)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, ")")
}

// split divides at the commas that stand in no brackets and no quotes.
func split(s string) []string {
	var out []string
	depth, start, quoted := 0, 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	return append(out, strings.TrimSpace(s[start:]))
}

// fieldName divides "name" TYPE.
func fieldName(s string) (name, typ string) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ' ' && !quoted:
			name = s[:i]
			if strings.HasPrefix(name, `"`) {
				name = strings.ReplaceAll(strings.Trim(name, `"`), `""`, `"`)
			}
			return name, strings.TrimSpace(s[i:])
		}
	}
	return "", s
}
