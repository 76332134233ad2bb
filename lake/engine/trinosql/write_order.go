package trinosql

import (
	"slices"
	"strconv"
	"strings"
)

// ordered adds ORDER BY to a query that is more than a SELECT: by its columns alone.
func (t *translator) ordered(r *result, q *query, around *scope) error {
	if q.order == nil {
		return nil
	}
	alias, names := ident(t.unique("_")), outputs(r.columns)
	inner := &scope{parent: around, columns: make([]column, len(names))}
	for i, n := range names {
		inner.columns[i] = column{name: r.columns[i].name, sql: alias + "." + ident(n), typ: r.columns[i].typ, simple: true}
	}
	e := env{t: t, scope: inner, clause: "ORDER BY clause"}
	text, err := e.orderBy(q.order, r.columns, false)
	r.sql = "SELECT * FROM (" + r.sql + ") AS " + alias + text
	return err
}

// orderBy writes ORDER BY; a number or the name of an output stands for that output.
func (e env) orderBy(items []sortItem, columns []column, distinct bool) (string, error) {
	if len(items) == 0 {
		return "", nil
	}
	texts := make([]string, len(items))
	for i, s := range items {
		at, err := ordinal(s.x, columns)
		if err != nil {
			return "", err
		}
		text := strconv.Itoa(at)
		if at == 0 {
			v, err := e.expr(s.x)
			if err != nil {
				return "", err
			}
			if err := orderable(v.typ, s.x.at()); err != nil {
				return "", err
			}
			text = "(" + v.sql + ")"
			if distinct && !slices.ContainsFunc(columns, func(c column) bool { return c.sql == v.sql }) {
				return "", fail(s.x.at(), "EXPRESSION_NOT_IN_DISTINCT", "For SELECT DISTINCT, ORDER BY expressions must appear in select list")
			}
		} else if err := orderable(columns[at-1].typ, s.x.at()); err != nil {
			return "", err
		}
		texts[i] = text + direction(s)
	}
	return " ORDER BY " + strings.Join(texts, ", "), nil
}

// direction is written out always: where nulls go without it is each engine's own.
func direction(s sortItem) string {
	text := " ASC"
	if s.descending {
		text = " DESC"
	}
	if s.nullsFirst {
		return text + " NULLS FIRST"
	}
	return text + " NULLS LAST"
}

// ordinal is which output an ORDER BY's expression means, from 1; 0 when it is none of them.
func ordinal(x expr, columns []column) (int, error) {
	switch x := x.(type) {
	case *literal:
		if x.kind != integerLiteral {
			return 0, nil
		}
		n, err := strconv.Atoi(x.text)
		if err != nil || n < 1 || n > len(columns) {
			return 0, fail(x.at(), InvalidPosition, "ORDER BY position %s is not in select list", x.text)
		}
		return n, nil
	case *name:
		at := 0
		for i, c := range columns {
			if c.name == "" || !sameName(c.name, x.text) {
				continue
			}
			if at > 0 && columns[at-1].sql != c.sql {
				return 0, fail(x.at(), AmbiguousName, "Column '%s' is ambiguous", x.text)
			}
			at = i + 1
		}
		return at, nil
	}
	return 0, nil
}

// orderable refuses types that Trino does not order, and those that DuckDB orders in another way.
func orderable(t typ, at int) error {
	switch {
	case t.name == "map", t.name == "json":
		return fail(at, TypeMismatch, "Type %s is not orderable, and therefore cannot be used in ORDER BY", t)
	case t.isNested():
		return refuse(at, "the order of values of the type "+t.String())
	}
	return nil
}
