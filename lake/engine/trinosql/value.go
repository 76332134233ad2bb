package trinosql

import (
	"strconv"
	"strings"
)

// value is a translated expression.
type value struct {
	sql    string
	typ    typ
	simple bool    // may stand more than once, and in a lambda
	text   *string // the value of a string that is known
	number *string // the digits of an integer that is known
	days   bool    // an interval of whole days, or of months
	finite bool    // a floating point number that is not NaN
}

func constant(v *string) string {
	if v == nil {
		return ""
	}
	return *v
}

// made is a value of an expression that is more than a name.
func made(of typ, parts ...string) value { return value{sql: strings.Join(parts, ""), typ: of} }

func textValue(s string) value {
	return value{sql: quote(s), typ: typ{name: "varchar", size: len([]rune(s))}, simple: true, text: &s}
}

// castTo is DuckDB's own cast.
func castTo(sql string, to typ) string { return "CAST(" + sql + " AS " + to.duck() + ")" }

// failing is an expression of the type that ends the statement with the message, which goes on with texts in SQL.
func failing(kind, message string, of typ, more ...string) string {
	return castTo("trino_fail("+strings.Join(append([]string{quote(kind + ": " + message)}, more...), " || ")+")", of)
}

// refusing is an expression of the type that ends the statement, within TRY too, where the condition holds; it stands where it does.
func refusing(condition, construct string, of typ) string {
	return "(CASE WHEN trino_refuse(" + condition + ", " + quote(construct) + ") THEN " + castTo("NULL", of) + " END)"
}

// native is an expression over arguments that DuckDB cannot compute for some values of them, for which Trino has an answer. Within TRY,
// which is not for that, the statement ends there.
func (e env) native(construct string, of typ, args []value, write func([]value) string) value {
	if !e.trying {
		return made(of, write(args))
	}
	return made(of, e.bind(args, func(bound []value) string {
		return "coalesce(TRY(" + write(bound) + "), " + refusing("NOT ("+anyNull(bound)+")", construct, of) + ")"
	}))
}

// coerce turns a value into a type to which Trino turns it unasked.
func (e env) coerce(v value, to typ) value {
	if v.typ.same(to) || v.typ.name == to.name && (to.name == "varchar" || to.name == "timestamp") {
		v.typ = to
		return v
	}
	out := v
	out.typ = to
	out.text, out.number = nil, nil
	out.finite = v.typ.isInteger() || v.typ.name == "decimal" || v.finite
	switch {
	case to.name == "unknown":
		return v
	case v.typ.name == "timestamp with time zone" && to.name == v.typ.name:
	case to.name == "timestamp with time zone":
		out.sql = "timezone('UTC', " + castTo(v.sql, tTimestamp) + ")"
	case v.typ.isNested():
		out = e.coerceNested(v, to)
	default:
		out.sql = castTo(v.sql, to)
	}
	return out
}

func (e env) coerceNested(v value, to typ) value {
	out := v
	out.typ = to
	if v.typ.duck() != to.duck() {
		out.sql = castTo(v.sql, to)
	}
	return out
}

// operand coerces a value that stands beside one of the type already, where a bare integer will do.
func (e env) operand(v value, to typ) value {
	if v.number != nil && to.isInteger() {
		v.typ = to
		return v
	}
	return e.coerce(v, to)
}

// bind gives values that stand more than once a name each, so that they are computed once: as the fields of a lambda's
// parameter, over a list of one element. DuckDB has no LET, and no aggregates or queries within a lambda.
func (e env) bind(values []value, body func([]value) string) string {
	bound := make([]value, len(values))
	copy(bound, values)
	var fields []string
	parameter := e.fresh("v", values...)
	for i, v := range values {
		if v.simple {
			continue
		}
		key := rowField(len(fields))
		fields = append(fields, quote(key)+": "+v.sql)
		bound[i].sql, bound[i].simple = parameter+"."+ident(key), true
	}
	if len(fields) == 0 {
		return body(bound)
	}
	return "list_transform([{" + strings.Join(fields, ", ") + "}], lambda " + parameter + ": " + body(bound) + ")[1]"
}

// render fills a template: $1 to $9 are the arguments, which are computed once each.
func (e env) render(template string, args []value) string {
	for i := range args {
		if strings.Count(template, "$"+strconv.Itoa(i+1)) > 1 && !args[i].simple {
			return e.bind(args, func(bound []value) string { return fill(template, bound) })
		}
	}
	return fill(template, args)
}

// fill replaces $1 to $9.
func fill(template string, args []value) string {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		if template[i] == '$' && i+1 < len(template) && isDigit(template[i+1]) {
			i++
			if n := int(template[i] - '1'); n < len(args) {
				b.WriteString(args[n].sql)
			}
			continue
		}
		b.WriteByte(template[i])
	}
	return b.String()
}
