package trinosql

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// query translates a whole query. Names that it does not know are looked up in the scope around it.
func (t *translator) query(q *query, around *scope) (*result, error) {
	t.queries++
	ctes := &scope{parent: around, tables: map[string]*result{}, cte: map[string]string{}}
	with, err := t.with(q.with, ctes)
	if err != nil {
		return nil, err
	}
	var out *result
	switch b := q.body.(type) {
	case *selection:
		out, err = t.selection(b, q, ctes)
	default:
		if out, err = t.body(b, ctes); err == nil {
			err = t.ordered(out, q, ctes)
		}
	}
	if err != nil {
		return nil, err
	}
	t.leave(ctes)
	if q.limit != nil || q.offset != nil { // which rows are left, other rows decide
		for i := range out.columns {
			out.columns[i].origins = nil
		}
	}
	tail, err := limits(q)
	out.sql = with + out.sql + tail
	return out, err
}

func (t *translator) with(tables []commonTable, ctes *scope) (string, error) {
	var definitions []string
	for _, c := range tables {
		key := strings.ToLower(c.name)
		if ctes.tables[key] != nil {
			return "", fail(int(c.pos), SyntaxError, "WITH query name '%s' specified more than once", c.name)
		}
		before := len(t.scans)
		r, err := t.query(c.query, ctes)
		if err != nil {
			return "", err
		}
		own := slices.Clone(t.scans[before:])
		t.scans = t.scans[:before]
		if c.columns != nil && len(c.columns) != len(r.columns) {
			return "", fail(int(c.pos), TypeMismatch, "Column alias list has %d entries but relation has %d columns", len(c.columns), len(r.columns))
		}
		if _, is := t.schema.Columns(key); is {
			t.names[key] = true // what it is called in the statement hides a table, which others may still read
		}
		called := t.unique(c.name)
		seen := &result{columns: make([]column, len(r.columns)), scans: own}
		names := rename(r.columns, c.columns)
		for i, n := range names {
			seen.columns[i] = column{name: r.columns[i].name, sql: ident(n), typ: r.columns[i].typ, origins: r.columns[i].origins}
			if c.columns != nil {
				seen.columns[i].name = c.columns[i]
			}
		}
		ctes.tables[key], ctes.cte[key] = seen, called
		definitions = append(definitions, ident(called)+columnList(r.columns, names)+" AS ("+r.sql+")")
	}
	if definitions == nil {
		return "", nil
	}
	return "WITH " + strings.Join(definitions, ", ") + " ", nil
}

// leave has the tables that are named by common table expressions alone which nothing refers to: no row of them is read.
func (t *translator) leave(ctes *scope) {
	for _, key := range slices.Sorted(maps.Keys(ctes.tables)) {
		if r := ctes.tables[key]; !r.used {
			for _, s := range r.scans {
				s.none = true
			}
			t.scans = append(t.scans, r.scans...)
		}
	}
}

// rename gives the names that the columns have in DuckDB when they are called by the aliases, if there are any.
func rename(columns []column, aliases []string) []string {
	if aliases == nil {
		return outputs(columns)
	}
	renamed := make([]column, len(aliases))
	for i, a := range aliases {
		renamed[i].name = a
	}
	return outputs(renamed)
}

// columnList is the list of names after a relation's alias, where they differ from what the query itself calls them.
func columnList(columns []column, names []string) string {
	own := outputs(columns)
	quoted, differ := make([]string, len(names)), false
	for i, n := range names {
		quoted[i] = ident(n)
		differ = differ || own[i] != n
	}
	if !differ {
		return ""
	}
	return " (" + strings.Join(quoted, ", ") + ")"
}

// limits writes LIMIT and OFFSET.
func limits(q *query) (string, error) {
	text := ""
	for _, part := range []struct {
		word string
		x    expr
	}{{" LIMIT ", q.limit}, {" OFFSET ", q.offset}} {
		if part.x == nil {
			continue
		}
		n, ok := part.x.(*literal)
		if !ok || n.kind != integerLiteral || strings.HasPrefix(n.text, "-") {
			return "", fail(part.x.at(), TypeMismatch, "%s must be a number of rows", strings.TrimSpace(part.word))
		}
		if _, err := strconv.ParseInt(n.text, 10, 64); err != nil {
			return "", fail(n.at(), SyntaxError, "Invalid numeric literal: %s", n.text)
		}
		text += part.word + n.text
	}
	return text, nil
}

// body translates a part of a set operation, or what is more than a SELECT.
func (t *translator) body(b queryBody, around *scope) (*result, error) {
	switch b := b.(type) {
	case *selection:
		return t.selection(b, &query{}, around)
	case *nested:
		r, err := t.query(b.query, around)
		if err == nil {
			r.sql = "(" + r.sql + ")"
		}
		return r, err
	case *values:
		return t.values(b, around)
	case *setOperation:
		return t.setOperation(b, around)
	}
	return nil, refuse(b.at(), "this query")
}

func (t *translator) setOperation(o *setOperation, around *scope) (*result, error) {
	left, err := t.body(o.left, around)
	if err != nil {
		return nil, err
	}
	right, err := t.body(o.right, around)
	if err != nil {
		return nil, err
	}
	if len(left.columns) != len(right.columns) {
		return nil, fail(int(o.pos), TypeMismatch, "%s query has different number of fields: %d, %d", o.op, len(left.columns), len(right.columns))
	}
	types := make([]typ, len(left.columns))
	for i := range types {
		var ok bool
		a, b := left.columns[i].typ, right.columns[i].typ
		if types[i], ok = common(a, b); !ok && zones(a, b) {
			return nil, refuse(int(o.pos), "a column of timestamps in several time zones")
		}
		if !ok {
			return nil, fail(int(o.pos), TypeMismatch, "column %d in %s query has incompatible types: %s, %s", i+1, o.op, a, b)
		}
	}
	op := " " + o.op + " "
	if o.all {
		op += "ALL "
	}
	columns := typed(left.columns, types)
	for i := range columns {
		if o.op == "UNION" {
			columns[i].origins = united(left.columns[i].origins, right.columns[i].origins)
		}
	}
	return &result{sql: t.retyped(left, types) + op + t.retyped(right, types), columns: columns}, nil
}

// zones tells whether both are timestamps with time zones.
func zones(a, b typ) bool { return a.isTime() && b.isTime() && (a.zone != "" || b.zone != "") }

func typed(columns []column, types []typ) []column {
	out := make([]column, len(columns))
	for i, c := range columns {
		out[i] = column{at: c.at, name: c.name, typ: types[i]}
	}
	return out
}

// retyped is the query in brackets, with its columns in the types.
func (t *translator) retyped(r *result, types []typ) string {
	same := true
	for i, c := range r.columns {
		same = same && c.typ.duck() == types[i].duck()
	}
	if same {
		return "(" + r.sql + ")"
	}
	alias, names := ident(t.unique("_")), outputs(r.columns)
	columns := make([]string, len(names))
	for i, n := range names {
		v := env{t: t}.coerce(value{sql: alias + "." + ident(n), typ: r.columns[i].typ}, types[i])
		columns[i] = v.sql + " AS " + ident(n)
	}
	return "(SELECT " + strings.Join(columns, ", ") + " FROM (" + r.sql + ") AS " + alias + ")"
}

// values translates VALUES: rows of one type per column.
func (t *translator) values(v *values, around *scope) (*result, error) {
	e := env{t: t, scope: &scope{parent: around}, clause: "VALUES"}
	var rows [][]value
	for _, x := range v.rows {
		items := []expr{x}
		if r, ok := x.(*row); ok {
			items = r.items
		}
		cells, err := e.all(items)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 && len(cells) != len(rows[0]) {
			return nil, fail(x.at(), TypeMismatch, "Values rows have mismatched sizes: %d vs %d", len(rows[0]), len(cells))
		}
		rows = append(rows, cells)
	}
	columns := make([]column, len(rows[0]))
	for i := range columns {
		of := tUnknown
		for n, r := range rows {
			var ok bool
			if of, ok = common(of, r[i].typ); !ok {
				return nil, fail(v.rows[n].at(), TypeMismatch, "Values rows have mismatched types: %s vs %s", rows[0][i].typ, r[i].typ)
			}
		}
		columns[i] = column{at: v.pos, typ: of}
	}
	return &result{sql: t.valuesText(e, rows, columns), columns: columns}, nil
}

func (t *translator) valuesText(e env, rows [][]value, columns []column) string {
	texts := make([]string, len(rows))
	for n, r := range rows {
		cells := make([]string, len(r))
		for i, v := range r {
			cells[i] = e.coerce(v, columns[i].typ).sql
		}
		texts[n] = "(" + strings.Join(cells, ", ") + ")"
	}
	names := outputs(columns)
	for i, n := range names {
		names[i] = ident(n)
	}
	return "SELECT * FROM (VALUES " + strings.Join(texts, ", ") + ") AS " + ident(t.unique("_")) + " (" + strings.Join(names, ", ") + ")"
}
