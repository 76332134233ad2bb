package trinosql

import (
	"slices"
	"strings"
)

func (e env) unary(x *unary) (value, error) {
	v, err := e.expr(x.x)
	if err != nil {
		return v, err
	}
	switch {
	case x.op == "NOT":
		if v.typ.name != "boolean" && v.typ.name != "unknown" {
			return v, fail(int(x.pos), TypeMismatch, "Value of logical NOT expression must evaluate to a boolean (actual: %s)", v.typ)
		}
		return made(tBoolean, "(NOT ", e.coerce(v, tBoolean).sql, ")"), nil
	case v.typ.isNumber(), v.typ.name == tDays.name, v.typ.name == tMonths.name:
	default:
		return v, fail(int(x.pos), TypeMismatch, "Cannot negate %s", v.typ)
	}
	if x.op == "+" {
		return v, nil
	}
	out := made(v.typ, "(- ", v.sql, ")")
	out.days, out.finite = v.days, v.finite
	return out, nil
}

// logic joins all operands of a chain of ANDs or ORs.
func (e env) logic(x *binary) (value, error) {
	var safe, fallible []string
	for _, operand := range flatten(x, x.op) {
		v, err := e.expr(operand)
		if err != nil {
			return v, err
		}
		if v.typ.name != "boolean" && v.typ.name != "unknown" {
			return v, fail(operand.at(), TypeMismatch, "Logical expression term must evaluate to a boolean (actual: %s)", v.typ)
		}
		text := e.coerce(v, tBoolean).sql
		if mayFail(text) {
			fallible = append(fallible, text)
		} else {
			safe = append(safe, text)
		}
	}
	word := " " + x.op + " "
	if len(fallible) == 0 {
		return made(tBoolean, "(", strings.Join(safe, word), ")"), nil
	}
	return made(tBoolean, e.inOrder(word, safe, fallible)), nil
}

// inOrder has operands that may fail computed only where those before them leave the answer open, as Trino does: DuckDB
// computes them in the order of its own.
func (e env) inOrder(word string, safe, fallible []string) string {
	before := ""
	if len(safe) > 0 {
		before = "(" + strings.Join(safe, word) + ")"
		fallible = append([]string{before}, fallible...)
	}
	settled := map[string]string{" AND ": "false", " OR ": "true"}[word]
	rest := fallible[len(fallible)-1]
	for i := len(fallible) - 2; i >= 0; i-- {
		one := fallible[i]
		switch {
		case e.truth && settled == "false":
			rest = "(CASE WHEN " + one + " THEN " + rest + " END)"
		case e.truth:
			rest = "(CASE WHEN " + one + " THEN true ELSE " + rest + " END)"
		default:
			rest = "(CASE WHEN " + one + " IS DISTINCT FROM " + settled + " THEN " + one + word + rest + " ELSE " + settled + " END)"
		}
	}
	if before != "" && e.truth && settled == "false" { // by itself it tells which files are read
		return "(" + before + word + rest + ")"
	}
	return rest
}

// total are the functions of package trinofn that fail for no value.
var total = []string{
	"trino_try_", "trino_json_extract", "trino_url(", "trino_url_parameter", "trino_url_encode", "trino_reverse", "trino_substring", "trino_upper",
	"trino_double_text", "trino_real_text", "trino_address_text", "trino_json_quoted", "trino_json_number", "trino_json_array", "trino_json_size",
	"trino_to_unixtime", "trino_from_utf8", "trino_levenshtein", "trino_decimal_digits", "trino_sha512", "trino_crc32",
}

// mayFail tells whether an expression calls a function that ends the statement for some values.
func mayFail(sql string) bool {
	for {
		at := strings.Index(sql, "trino_")
		if at < 0 {
			return false
		}
		sql = sql[at:]
		if !slices.ContainsFunc(total, func(f string) bool { return strings.HasPrefix(sql, f) }) {
			return true
		}
		sql = sql[len("trino_"):]
	}
}

// flatten gives the operands of a chain, in order.
func flatten(x expr, op string) []expr {
	var out []expr
	for {
		b, ok := x.(*binary)
		if !ok || b.op != op {
			break
		}
		out = append(out, b.b)
		x = b.a
	}
	out = append(out, x)
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}
