package trinosql

import (
	"strconv"
	"strings"
)

// env is where an expression stands.
type env struct {
	t       *translator
	scope   *scope
	clause  string   // the clause in which neither aggregates nor window functions may stand; empty where they may
	inside  bool     // an aggregate's arguments
	outputs []column // what a SELECT gives, for its ORDER BY
	truth   bool     // null and false mean the same here
	trying  bool     // within TRY
}

// maxText bounds what an expression becomes: parts of it may stand more than once.
const maxText = 4 << 20

// expr translates an expression.
func (e env) expr(x expr) (value, error) {
	own := e.scope.query()
	mark := len(own.loose)
	v, err := e.translate(x)
	if err != nil {
		return v, err
	}
	if len(v.sql) > maxText {
		return v, fail(x.at(), SyntaxError, "the statement is too long when it is translated")
	}
	if own.groups[v.sql] {
		own.loose = own.loose[:min(mark, len(own.loose))]
	}
	return v, nil
}

// condition translates an expression of which null and false mean the same.
func (e env) condition(x expr, clause string) (value, error) {
	e.truth = true
	v, err := e.expr(x)
	if err != nil {
		return v, err
	}
	if v.typ.name != "boolean" && v.typ.name != "unknown" {
		return v, fail(x.at(), TypeMismatch, "%s must evaluate to a boolean: actual type %s", clause, v.typ)
	}
	return e.coerce(v, tBoolean), nil
}

func (e env) all(list []expr) ([]value, error) {
	out := make([]value, len(list))
	for i, x := range list {
		var err error
		if out[i], err = e.expr(x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (e env) translate(x expr) (value, error) {
	truth := e.truth
	e.truth = false
	switch x := x.(type) {
	case *literal:
		return e.literal(x)
	case *interval:
		return e.interval(x)
	case *name, *field:
		return e.named(x)
	case *subscript:
		return e.subscript(x)
	case *unary:
		return e.unary(x)
	case *binary:
		e.truth = truth
		return e.binary(x)
	case *predicate:
		return e.predicate(x)
	case *quantified:
		return e.quantified(x)
	case *exists:
		r, err := e.t.query(x.query, e.scope)
		if err != nil {
			return value{}, err
		}
		return made(tBoolean, "EXISTS (", r.sql, ")"), e.noLambda(x, "a subquery")
	case *scalar:
		return e.scalar(x)
	case *cases:
		return e.cases(x)
	case *cast:
		v, err := e.expr(x.x)
		if err != nil {
			return v, err
		}
		return e.cast(int(x.pos), v, x.to, x.try)
	case *zoned:
		return e.zoned(x)
	case *row:
		return e.row(x)
	case *array:
		return e.array(x)
	case *lambda:
		return value{}, fail(int(x.pos), TypeMismatch, "Unexpected lambda expression")
	case *call:
		e.truth = truth
		return e.call(x)
	}
	return value{}, refuse(x.at(), "this expression")
}

// noLambda refuses what may not stand in a lambda.
func (e env) noLambda(x expr, what string) error {
	for s := e.scope; s != nil; s = s.parent {
		if s.lambda {
			return refuse(x.at(), what+" in a lambda expression")
		}
		if s.tables == nil {
			break
		}
	}
	return nil
}

// reference is the value of a column.
func (e env) reference(c *column, from *scope, at int) value {
	own := from.query()
	if !from.lambda && !e.inside && !own.groups[c.sql] {
		own.loose = append(own.loose, looseColumn{at, c.name})
	}
	return value{sql: c.sql, typ: c.typ, simple: c.simple}
}

// named is a column, or a field of one.
func (e env) named(x expr) (value, error) {
	names := parts(x)
	if names == nil {
		f := x.(*field)
		v, err := e.expr(f.of)
		if err != nil {
			return v, err
		}
		return dereference(v, f.name, int(f.pos))
	}
	if c := e.output(names); c != nil {
		return value{sql: "(" + c.sql + ")", typ: c.typ}, nil
	}
	c, from, rest, err := e.scope.lookup(x.at(), names)
	if err != nil {
		return value{}, err
	}
	v := e.reference(c, from, x.at())
	for _, n := range rest {
		if v.typ.name != "row" {
			return v, fail(x.at(), ColumnNotFound, "Column '%s' cannot be resolved", strings.Join(names, "."))
		}
		if v, err = dereference(v, n, x.at()); err != nil {
			return v, err
		}
	}
	return v, nil
}

// output is the SELECT's column that a name in its ORDER BY means.
func (e env) output(names []string) *column {
	if len(names) != 1 || e.inside {
		return nil
	}
	for i := range e.outputs {
		if c := &e.outputs[i]; c.name != "" && sameName(c.name, names[0]) {
			return c
		}
	}
	return nil
}

func dereference(v value, n string, at int) (value, error) {
	if v.typ.name != "row" {
		return v, fail(at, TypeMismatch, "Expression of type %s is not of type ROW", v.typ)
	}
	for i, f := range v.typ.fields {
		if sameName(f, n) {
			return value{sql: "(" + v.sql + ")." + ident(rowField(i)), typ: v.typ.args[i], simple: v.simple}, nil
		}
	}
	return v, fail(at, ColumnNotFound, "Column '%s' cannot be resolved", n)
}

func (e env) scalar(x *scalar) (value, error) {
	r, err := e.t.query(x.query, e.scope)
	if err != nil {
		return value{}, err
	}
	if len(r.columns) != 1 {
		return value{}, refuse(int(x.pos), "a subquery of several columns as a value")
	}
	return made(r.columns[0].typ, "(", r.sql, ")"), e.noLambda(x, "a subquery")
}

func (e env) row(x *row) (value, error) {
	items, err := e.all(x.items)
	if err != nil {
		return value{}, err
	}
	of := typ{name: "row"}
	texts := make([]string, len(items))
	for i, v := range items {
		if v.typ.name == "unknown" {
			return value{}, refuse(x.items[i].at(), "a null without a type in a row")
		}
		of.args, of.fields = append(of.args, v.typ), append(of.fields, "")
		texts[i] = quote(rowField(i)) + ": " + v.sql
	}
	return made(of, "{", strings.Join(texts, ", "), "}"), nil
}

func (e env) array(x *array) (value, error) {
	items, err := e.all(x.items)
	if err != nil {
		return value{}, err
	}
	if len(items) > 254 {
		return value{}, fail(int(x.pos), "TOO_MANY_ARGUMENTS", "Too many arguments for array constructor")
	}
	of, err := e.unify(x.items, items)
	if err != nil {
		return value{}, err
	}
	texts := make([]string, len(items))
	for i, v := range items {
		texts[i] = e.operand(v, of).sql
	}
	list := "[" + strings.Join(texts, ", ") + "]"
	if len(items) == 0 || of.isInteger() {
		list = castTo(list, arrayOf(of))
	}
	return made(arrayOf(of), list), nil
}

// unify finds the type that all values can have.
func (e env) unify(at []expr, list []value) (typ, error) {
	of := tUnknown
	for i, v := range list {
		next, ok := common(of, v.typ)
		if !ok && zones(of, v.typ) {
			return of, refuse(at[i].at(), "a value in several time zones")
		}
		if !ok {
			return of, fail(at[i].at(), TypeMismatch, "All arguments must have the same type: %s, %s", of, v.typ)
		}
		of = next
	}
	return of, nil
}

func itoa(n int) string { return strconv.Itoa(n) }
