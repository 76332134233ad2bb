package trinosql

import (
	"strings"
)

// parameter is a lambda's: its name, what it stands for in DuckDB and its type.
type lambdaParameter struct {
	sql string
	typ typ
}

// body translates a lambda's body with its parameters.
func (e env) body(x expr, params []lambdaParameter, truth bool) (value, error) {
	l, ok := x.(*lambda)
	if !ok {
		return value{}, fail(x.at(), TypeMismatch, "a lambda expression is expected here")
	}
	if len(l.params) != len(params) {
		return value{}, fail(int(l.pos), TypeMismatch, "Expected a lambda that takes %d argument(s) but got %d", len(params), len(l.params))
	}
	inner := &scope{parent: e.scope, lambda: true}
	for i, p := range params {
		inner.columns = append(inner.columns, column{name: l.params[i], sql: p.sql, typ: p.typ, simple: true})
	}
	e.scope, e.truth, e.outputs = inner, truth, nil
	if truth {
		return e.condition(l.body, "lambda expression")
	}
	return e.expr(l.body)
}

// listAnd translates a function's first argument, which must be an array, and counts the others.
func (e env) listAnd(c *call, n int) (value, error) {
	e.truth = false
	if len(c.args) != n {
		return value{}, fail(int(c.pos), FunctionNotFound, "Unexpected parameters for function %s: %d", c.name, len(c.args))
	}
	v, err := e.expr(c.args[0])
	if err == nil && v.typ.name != "array" {
		err = fail(c.args[0].at(), FunctionNotFound, "Unexpected parameters (%s, function) for function %s", v.typ, c.name)
	}
	return v, err
}

// match is how any_match and its like are written: exactly, and where null and false mean the same.
type match struct {
	exact, loose string // of $1, the list of what the lambda gives, or the elements for which it holds
	truth        bool   // in the loose form, the lambda's null and false mean the same too
}

var (
	matchAny = match{
		exact: "(CASE WHEN list_contains($1, true) THEN true WHEN len($1) = list_count($1) THEN false END)",
		loose: "(len(list_filter($1, $2)) > 0)", truth: true,
	}
	matchAll  = match{exact: "(CASE WHEN list_contains($1, false) THEN false WHEN len($1) = list_count($1) THEN true END)"}
	matchNone = match{exact: "(CASE WHEN list_contains($1, true) THEN false WHEN len($1) = list_count($1) THEN true END)"}
)

func matches(m match) form {
	return func(e env, c *call) (value, error) {
		list, err := e.listAnd(c, 2)
		if err != nil {
			return list, err
		}
		n := e.fresh("x", list)
		loose := e.truth && m.loose != ""
		e.truth = false
		body, err := e.body(c.args[1], []lambdaParameter{{n, list.typ.args[0]}}, loose && m.truth)
		if err != nil {
			return body, err
		}
		if body.typ.name != "boolean" && body.typ.name != "unknown" {
			return body, fail(c.args[1].at(), TypeMismatch, "Expected a lambda that gives a boolean but got %s", body.typ)
		}
		lambdaText := "lambda " + n + ": " + e.coerce(body, tBoolean).sql
		if loose {
			return made(tBoolean, strings.NewReplacer("$1", list.sql, "$2", lambdaText).Replace(m.loose)), nil
		}
		results := made(arrayOf(tBoolean), "list_transform(", list.sql, ", ", lambdaText, ")")
		return made(tBoolean, e.render(m.exact, []value{results})), nil
	}
}

func filterForm(e env, c *call) (value, error) {
	list, err := e.listAnd(c, 2)
	if err != nil {
		return list, err
	}
	n := e.fresh("x", list)
	body, err := e.body(c.args[1], []lambdaParameter{{n, list.typ.args[0]}}, true)
	return made(list.typ, "list_filter(", list.sql, ", lambda ", n, ": ", body.sql, ")"), err
}

func transformForm(e env, c *call) (value, error) {
	list, err := e.listAnd(c, 2)
	if err != nil {
		return list, err
	}
	n := e.fresh("x", list)
	body, err := e.body(c.args[1], []lambdaParameter{{n, list.typ.args[0]}}, false)
	return made(arrayOf(body.typ), "list_transform(", list.sql, ", lambda ", n, ": ", body.sql, ")"), err
}

// reduceForm carries the state in a structure beside the element: DuckDB's state must be of the elements' type.
func reduceForm(e env, c *call) (value, error) {
	list, err := e.listAnd(c, 4)
	if err != nil {
		return list, err
	}
	initial, err := e.expr(c.args[1])
	if err != nil {
		return list, err
	}
	state, element := e.fresh("s", list, initial), e.fresh("x", list, initial)
	item := list.typ.args[0]
	step := func(of typ) (value, error) {
		return e.body(c.args[2], []lambdaParameter{{state + ".f0", of}, {element + ".f1", item}}, false)
	}
	body, err := step(initial.typ)
	if err != nil {
		return body, err
	}
	of, ok := common(initial.typ, body.typ)
	if !ok {
		return body, fail(c.args[2].at(), TypeMismatch, "the lambda gives %s, and the initial state is %s", body.typ, initial.typ)
	}
	if !of.same(initial.typ) {
		if body, err = step(of); err != nil {
			return body, err
		}
	}
	out, err := e.body(c.args[3], []lambdaParameter{{state + ".f0", of}}, false)
	if err != nil {
		return out, err
	}
	none := castTo("NULL", item)
	pairs := "list_transform(" + list.sql + ", lambda " + element + ": {'f0': " + castTo("NULL", of) + ", 'f1': " + element + "})"
	reduced := "list_reduce(" + pairs + ", lambda " + state + ", " + element + ": {'f0': " + e.coerce(body, of).sql + ", 'f1': " + none +
		"}, {'f0': " + e.coerce(initial, of).sql + ", 'f1': " + none + "})"
	return made(out.typ, "list_transform([", reduced, "], lambda ", state, ": ", out.sql, ")[1]"), nil
}

// zipWith goes on with nulls where one array is shorter.
func zipWith(e env, c *call) (value, error) {
	list, err := e.listAnd(c, 3)
	if err != nil {
		return list, err
	}
	other, err := e.expr(c.args[1])
	if err != nil {
		return list, err
	}
	if other.typ.name != "array" {
		return list, fail(c.args[1].at(), FunctionNotFound, "Unexpected parameters (%s, %s, function) for function zip_with", list.typ, other.typ)
	}
	n := e.fresh("p", list, other)
	body, err := e.body(c.args[2], []lambdaParameter{{n + "[1]", list.typ.args[0]}, {n + "[2]", other.typ.args[0]}}, false)
	if err != nil {
		return body, err
	}
	return made(arrayOf(body.typ), e.render("(CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN list_transform(list_zip($1, $2), lambda "+n+": "+
		body.sql+") END)", []value{list, other})), nil
}

// zipForm makes rows of the elements of two to five arrays, with nulls where one array is shorter.
func zipForm(e env, c *call) (value, error) {
	e.truth = false
	args, err := e.arguments(c, 2, 5)
	if err != nil {
		return value{}, err
	}
	n := e.fresh("p", args...)
	row := typ{name: "row"}
	fields := make([]string, len(args))
	for i, a := range args {
		if a.typ.name != "array" {
			return a, fail(c.args[i].at(), FunctionNotFound, "Unexpected parameter %s for function zip", a.typ)
		}
		row.args, row.fields = append(row.args, a.typ.args[0]), append(row.fields, "")
		fields[i] = quote(rowField(i)) + ": " + n + "[" + itoa(i+1) + "]"
	}
	of := arrayOf(row)
	return made(of, e.bind(args, func(bound []value) string {
		return "(CASE WHEN " + anyNull(bound) + " THEN NULL ELSE list_transform(list_zip(" + listed(bound) + "), lambda " + n + ": {" +
			strings.Join(fields, ", ") + "}) END)"
	})), nil
}

func (e env) mapAnd(c *call) (m value, entry string, body value, err error) {
	if len(c.args) != 2 {
		return m, "", m, fail(int(c.pos), FunctionNotFound, "Unexpected parameters for function %s: %d", c.name, len(c.args))
	}
	truth := c.name == "map_filter"
	e.truth = false
	if m, err = e.expr(c.args[0]); err != nil {
		return m, "", m, err
	}
	if m.typ.name != "map" {
		return m, "", m, fail(c.args[0].at(), FunctionNotFound, "Unexpected parameters (%s, function) for function %s", m.typ, c.name)
	}
	entry = e.fresh("e", m)
	body, err = e.body(c.args[1], []lambdaParameter{{entry + ".key", m.typ.args[0]}, {entry + ".value", m.typ.args[1]}}, truth)
	return m, entry, body, err
}

func mapFilter(e env, c *call) (value, error) {
	m, n, body, err := e.mapAnd(c)
	return made(m.typ, "map_from_entries(list_filter(map_entries(", m.sql, "), lambda ", n, ": ", body.sql, "))"), err
}

// transformMap changes a map's keys (0) or values (1).
func transformMap(which int) form {
	return func(e env, c *call) (value, error) {
		m, n, body, err := e.mapAnd(c)
		if err != nil {
			return m, err
		}
		key, val := n+".key", body.sql
		of := mapOf(m.typ.args[0], body.typ)
		if which == 0 {
			key, val, of = body.sql, n+".value", mapOf(body.typ, m.typ.args[1])
		}
		return made(of, "map_from_entries(list_transform(map_entries(", m.sql, "), lambda ", n, ": {'key': ", key, ", 'value': ", val, "}))"), nil
	}
}
