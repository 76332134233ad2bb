package trinosql

import (
	"strings"
)

func (e env) binary(x *binary) (value, error) {
	if x.op == "AND" || x.op == "OR" {
		return e.logic(x)
	}
	e.truth = false
	if comparisons[x.op] != "" {
		if v, done, err := e.rows(x); done || err != nil {
			return v, err
		}
	}
	operands, err := e.all([]expr{x.a, x.b})
	if err != nil {
		return value{}, err
	}
	a, b := operands[0], operands[1]
	switch {
	case comparisons[x.op] != "":
		return e.compare(int(x.pos), x.op, a, b)
	case x.op == "||":
		return e.concat(int(x.pos), a, b)
	}
	return e.arithmetic(int(x.pos), x.op, a, b)
}

// rows compares (a, b) = (c, d) part by part, since DuckDB takes nulls in them for values.
func (e env) rows(x *binary) (value, bool, error) {
	left, ok := x.a.(*row)
	right, too := x.b.(*row)
	if !ok || !too || x.op != "=" && x.op != "<>" {
		return value{}, false, nil
	}
	if len(left.items) != len(right.items) {
		return value{}, true, fail(int(x.pos), TypeMismatch, "Cannot apply operator: rows of %d and %d fields", len(left.items), len(right.items))
	}
	var parts []string
	for i := range left.items {
		v, err := e.binary(&binary{x.pos, x.op, left.items[i], right.items[i]})
		if err != nil {
			return v, true, err
		}
		parts = append(parts, v.sql)
	}
	word := " AND "
	if x.op == "<>" {
		word = " OR "
	}
	return made(tBoolean, "(", strings.Join(parts, word), ")"), true, nil
}

// compare writes a comparison, of values that Trino would compare.
func (e env) compare(at int, op string, a, b value) (value, error) {
	of, ok := comparable(a.typ, b.typ)
	if !ok {
		return value{}, fail(at, TypeMismatch, "Cannot apply operator: %s %s %s", a.typ, op, b.typ)
	}
	if of.isNested() || of.name == "json" {
		return value{}, refuse(at, "a comparison of values of the type "+of.String())
	}
	a, b = e.side(a, of), e.side(b, of)
	text := "(" + a.sql + " " + op + " " + b.sql + ")"
	// To DuckDB NaN is greater than all numbers and equal to itself; to Trino no comparison with it holds.
	if guarded := nan(op, a, b); of.isFloat() && guarded != nil {
		text = "(" + text + " AND (NOT isnan(" + guarded.sql + ") OR " + other(guarded, a, b).sql + " IS NULL))"
	}
	if of.isFloat() && op == "<>" && !a.finite && !b.finite {
		text = "(" + text + " OR isnan(" + a.sql + ") AND isnan(" + b.sql + "))"
	}
	return made(tBoolean, text), nil
}

// nan is the side on which a NaN would make DuckDB's answer differ.
func nan(op string, a, b value) *value {
	switch {
	case op == "=" && !a.finite && !b.finite, (op == ">" || op == ">=") && !a.finite:
		return &a
	case (op == "<" || op == "<=") && !b.finite:
		return &b
	}
	return nil
}

func other(one *value, a, b value) value {
	if one.sql == a.sql {
		return b
	}
	return a
}

// comparable is the type in which two values are compared. Instants in different zones are; and since the session's zone
// is UTC, a timestamp stands for the instant in it, and is compared as it is.
func comparable(a, b typ) (typ, bool) {
	if a.isTime() && b.isTime() {
		if a.name == "date" && b.name == "date" {
			return tDate, true
		}
		if a.name == b.name && a.name != "date" {
			a.zone = ""
			return a, true
		}
		return tTimestamp, true
	}
	return common(a, b)
}

// side is a value in the type of a comparison.
func (e env) side(v value, of typ) value {
	if v.typ.name == "timestamp with time zone" {
		if of.name == "timestamp" {
			v.sql, v.typ = "timezone('UTC', "+v.sql+")", of
		}
		return v
	}
	return e.operand(v, of)
}

func (e env) predicate(x *predicate) (value, error) {
	v, err := e.expr(x.x)
	if err != nil {
		return v, err
	}
	not := ""
	if x.not {
		not = "NOT "
	}
	switch x.op {
	case "IS NULL":
		return made(tBoolean, "(", v.sql, " IS ", not, "NULL)"), nil
	case "IN":
		return e.in(x, v, not)
	}
	args, err := e.all(x.args)
	if err != nil {
		return v, err
	}
	switch x.op {
	case "IS DISTINCT FROM":
		of, ok := common(v.typ, args[0].typ)
		if !ok {
			return v, fail(int(x.pos), TypeMismatch, "Cannot check if %s is distinct from %s", v.typ, args[0].typ)
		}
		return made(tBoolean, "(", e.operand(v, of).sql, " IS ", not, "DISTINCT FROM ", e.operand(args[0], of).sql, ")"), nil
	case "LIKE":
		return e.like(x, v, args, not)
	}
	return e.between(x, v, args, not)
}

func (e env) between(x *predicate, v value, args []value, not string) (value, error) {
	plain := v.typ.name == args[0].typ.name && args[0].typ.name == args[1].typ.name && !v.typ.isNested() && v.typ.name != "json" && !v.typ.isFloat()
	if plain && v.typ.same(args[0].typ) && v.typ.same(args[1].typ) {
		return made(tBoolean, "(", v.sql, " ", not, "BETWEEN ", args[0].sql, " AND ", args[1].sql, ")"), nil
	}
	low, err := e.compare(int(x.pos), ">=", v, args[0])
	if err != nil {
		return v, err
	}
	high, err := e.compare(int(x.pos), "<=", v, args[1])
	if err != nil {
		return v, err
	}
	return made(tBoolean, "(", not, "(", low.sql, " AND ", high.sql, "))"), nil
}

func (e env) like(x *predicate, v value, args []value, not string) (value, error) {
	for _, a := range append(args, v) {
		if !a.typ.isText() && a.typ.name != "unknown" {
			return v, fail(int(x.pos), TypeMismatch, "Left side of LIKE expression must evaluate to a varchar (actual: %s)", a.typ)
		}
	}
	pattern, escape := e.coerce(args[0], tVarchar).sql, ""
	if len(args) > 1 {
		if args[1].text == nil || len([]rune(*args[1].text)) != 1 {
			return v, refuse(x.args[1].at(), "LIKE with an ESCAPE that is not one character")
		}
		// DuckDB lets an escape before anything pass.
		pattern, escape = "trino_like_pattern("+pattern+", "+args[1].sql+")", " ESCAPE "+args[1].sql
	}
	return made(tBoolean, "(", e.coerce(v, tVarchar).sql, " ", not, "LIKE ", pattern, escape, ")"), nil
}

func (e env) in(x *predicate, v value, not string) (value, error) {
	if x.query != nil {
		r, err := e.t.query(x.query, e.scope)
		if err != nil {
			return v, err
		}
		if len(r.columns) != 1 {
			return v, fail(int(x.pos), TypeMismatch, "Multiple columns returned by subquery are not yet supported. Found %d", len(r.columns))
		}
		left, sql, err := e.beside(int(x.pos), "IN", v, r)
		if err != nil {
			return v, err
		}
		return made(tBoolean, "(", left.sql, " ", not, "IN (", sql, "))"), e.noLambda(x, "a subquery")
	}
	if _, ok := x.x.(*row); ok || v.typ.isNested() || v.typ.isFloat() || v.typ.isTime() {
		return e.anyOf(x, not)
	}
	args, err := e.all(x.args)
	if err != nil {
		return v, err
	}
	of := v.typ
	for _, a := range args {
		next, ok := common(of, a.typ)
		if !ok || next.isFloat() || next.isTime() {
			return e.anyOf(x, not)
		}
		of = next
	}
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = e.operand(a, of).sql
	}
	return made(tBoolean, "(", e.operand(v, of).sql, " ", not, "IN (", strings.Join(texts, ", "), "))"), nil
}

// anyOf writes IN as the comparisons that it means.
func (e env) anyOf(x *predicate, not string) (value, error) {
	texts := make([]string, len(x.args))
	for i, a := range x.args {
		v, err := e.binary(&binary{x.pos, "=", x.x, a})
		if err != nil {
			return v, err
		}
		texts[i] = v.sql
	}
	return made(tBoolean, "(", not, "(", strings.Join(texts, " OR "), "))"), nil
}

// concat joins strings, binaries or arrays, and an array with an element.
func (e env) concat(at int, a, b value) (value, error) {
	switch {
	case a.typ.isText() && b.typ.name == "unknown", a.typ.name == "unknown" && b.typ.isText():
		of, _ := common(a.typ, b.typ)
		return made(arrayOf(of), castTo("NULL", arrayOf(of))), nil // as Trino takes it
	case a.typ.name == "array" || b.typ.name == "array":
		return e.concatArrays(at, a, b)
	case a.typ.name == "varbinary" && b.typ.name == "varbinary":
		return made(tVarbinary, "(", a.sql, " || ", b.sql, ")"), nil
	case (a.typ.isText() || a.typ.name == "unknown") && (b.typ.isText() || b.typ.name == "unknown"):
		return made(tVarchar, "(", e.coerce(a, tVarchar).sql, " || ", e.coerce(b, tVarchar).sql, ")"), nil
	}
	return value{}, fail(at, TypeMismatch, "Unexpected parameters (%s, %s) for function concat", a.typ, b.typ)
}

func (e env) concatArrays(at int, a, b value) (value, error) {
	wrapped := func(v value) value {
		if v.typ.name == "array" || v.typ.name == "unknown" {
			return v
		}
		return made(arrayOf(v.typ), e.render("(CASE WHEN $1 IS NOT NULL THEN [$1] END)", []value{v}))
	}
	if a.typ.name == "array" && a.typ.args[0].name == "array" || b.typ.name == "array" && b.typ.args[0].name == "array" {
		return value{}, refuse(at, "|| of arrays of arrays")
	}
	a, b = wrapped(a), wrapped(b)
	of, ok := common(a.typ, b.typ)
	if !ok {
		return value{}, fail(at, TypeMismatch, "Unexpected parameters (%s, %s) for function concat", a.typ, b.typ)
	}
	return made(of, "(", e.coerce(a, of).sql, " || ", e.coerce(b, of).sql, ")"), nil
}
