package trinosql

import (
	"strconv"
	"strings"
)

// selection translates a SELECT, with the ORDER BY of the query that it is the body of.
func (t *translator) selection(s *selection, q *query, around *scope) (*result, error) {
	inner, before := &scope{parent: around, windows: s.windows}, len(t.scans)
	from, err := t.from(s.from, inner)
	if err != nil {
		return nil, err
	}
	e := env{t: t, scope: inner}
	where, err := e.where(s)
	if err != nil {
		return nil, err
	}
	items, err := e.expand(s.items)
	if err != nil {
		return nil, err
	}
	group, err := e.groupBy(s.group, items)
	if err != nil {
		return nil, err
	}
	w := &selectWriter{env: e, s: s, items: items}
	if err := w.columns(); err != nil {
		return nil, err
	}
	having, order, err := w.rest(q)
	if err != nil {
		return nil, err
	}
	if err := w.grouped(); err != nil {
		return nil, err
	}
	distinct := ""
	if s.distinct {
		distinct = "DISTINCT "
	}
	rows, groups := plain(s, inner), keyed(s, inner)
	for i, item := range items {
		if rows || groups && inner.groups[w.out[i].sql] && constantText(item.x) == nil {
			w.out[i].origins = e.origins(item, t.scans[before:])
		}
	}
	sql := "SELECT " + distinct + strings.Join(w.texts, ", ") + from + where + group + having + order
	return &result{sql: sql, columns: w.out}, nil
}

// selectWriter writes what a SELECT gives.
type selectWriter struct {
	env
	s     *selection
	items []expanded
	out   []column
	texts []string
}

// expanded is one column of a SELECT: an expression, or a column that * stands for.
type expanded struct {
	x      expr
	name   string
	column *column
}

// expand turns * and x.* into columns.
func (e env) expand(items []item) ([]expanded, error) {
	var out []expanded
	for _, i := range items {
		if !i.all {
			n := i.alias
			if names := parts(i.x); n == "" && names != nil {
				n = names[len(names)-1]
			}
			out = append(out, expanded{x: i.x, name: n})
			continue
		}
		before := len(out)
		qualifier := ""
		if i.x != nil {
			names := parts(i.x)
			if names == nil {
				return nil, refuse(int(i.pos), "the fields of a row as columns (.*)")
			}
			qualifier = names[len(names)-1]
		}
		for n := range e.scope.columns {
			c := &e.scope.columns[n]
			if !c.hidden && (qualifier == "" || sameName(c.relation, qualifier) && !c.merged) {
				out = append(out, expanded{name: c.name, column: c})
			}
		}
		if len(out) == before {
			if qualifier != "" {
				return nil, fail(int(i.pos), TableNotFound, "Unable to resolve reference %s", qualifier)
			}
			return nil, fail(int(i.pos), ColumnNotFound, "SELECT * not allowed from relation that has no columns")
		}
	}
	return out, nil
}

func (e env) where(s *selection) (string, error) {
	if s.where == nil {
		return "", nil
	}
	e.clause = "WHERE clause"
	v, err := e.condition(s.where, "WHERE clause")
	if err != nil {
		return "", err
	}
	e.bounds(s.where)
	e.scope.loose = nil
	return " WHERE " + v.sql, nil
}

// value is the expression of a column.
func (w *selectWriter) value(i expanded) (value, error) {
	if i.column != nil {
		return w.reference(i.column, w.scope, int(w.s.pos)), nil
	}
	return w.expr(i.x)
}

func (w *selectWriter) columns() error {
	for _, i := range w.items {
		v, err := w.value(i)
		if err != nil {
			return err
		}
		at := w.s.pos
		if i.x != nil {
			at = pos(i.x.at())
		}
		if w.s.distinct && v.typ.name == "json" {
			return refuse(int(at), "DISTINCT over JSON")
		}
		w.out = append(w.out, column{at: at, name: i.name, sql: v.sql, typ: v.typ})
	}
	for i, n := range outputs(w.out) {
		w.texts = append(w.texts, w.out[i].sql+" AS "+ident(n))
		if w.out[i].name == "" {
			w.out[i].name = "_col" + strconv.Itoa(i)
		}
	}
	return nil
}

// rest writes HAVING and ORDER BY. In ORDER BY, names of outputs hide those of columns.
func (w *selectWriter) rest(q *query) (having, order string, err error) {
	if w.s.having != nil {
		v, err := w.condition(w.s.having, "HAVING clause")
		if err != nil {
			return "", "", err
		}
		having = " HAVING " + v.sql
	}
	outer := w.env
	outer.outputs = w.out
	order, err = outer.orderBy(q.order, w.out, w.s.distinct)
	return having, order, err
}

// grouped finds columns that stand beside aggregates, and are not grouped by.
func (w *selectWriter) grouped() error {
	s := w.scope
	if s.groups == nil && s.aggregates == 0 && w.s.having == nil || len(s.loose) == 0 {
		return nil
	}
	return fail(s.loose[0].at, NotAggregate, "'%s' must be an aggregate expression or appear in GROUP BY clause", s.loose[0].name)
}

// groupBy writes GROUP BY. A number stands for a column of the SELECT.
func (e env) groupBy(g *grouping, items []expanded) (string, error) {
	if g == nil {
		return "", nil
	}
	e.clause = "GROUP BY clause"
	groups := map[string]bool{}
	product := [][]string{{}}
	simple := true
	for _, el := range g.elements {
		sets, err := e.groupSets(el, items, groups)
		if err != nil {
			return "", err
		}
		simple = simple && el.kind == "" && len(sets) == 1
		if product = cross(product, sets); len(product) > 1000 {
			return "", refuse(int(el.pos), "more than 1000 grouping sets")
		}
	}
	e.scope.groups, e.scope.loose = groups, nil
	if g.distinct {
		product = unique(product)
	}
	if simple {
		if len(product[0]) == 0 {
			return " GROUP BY GROUPING SETS (())", nil
		}
		return " GROUP BY " + strings.Join(product[0], ", "), nil
	}
	texts := make([]string, len(product))
	for i, set := range product {
		texts[i] = "(" + strings.Join(set, ", ") + ")"
	}
	return " GROUP BY GROUPING SETS (" + strings.Join(texts, ", ") + ")", nil
}

func cross(a, b [][]string) [][]string {
	var out [][]string
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(append([]string{}, x...), y...))
		}
	}
	return out
}

func unique(sets [][]string) (out [][]string) {
	seen := map[string]bool{}
	for _, s := range sets {
		if key := strings.Join(s, "\x00"); !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

// groupSets are the sets that an element means.
func (e env) groupSets(el groupElement, items []expanded, groups map[string]bool) ([][]string, error) {
	sets := make([][]string, len(el.sets))
	for i, set := range el.sets {
		for _, x := range set {
			text, err := e.groupText(x, items)
			if err != nil {
				return nil, err
			}
			groups[text] = true
			sets[i] = append(sets[i], text)
		}
	}
	switch el.kind {
	case "ROLLUP":
		out := make([][]string, 0, len(sets)+1)
		for n := len(sets); n >= 0; n-- {
			out = append(out, flat(sets[:n]))
		}
		return out, nil
	case "CUBE":
		if len(sets) > 9 {
			return nil, refuse(int(el.pos), "CUBE of more than 9 columns")
		}
		out := make([][]string, 0, 1<<len(sets))
		for mask := 1<<len(sets) - 1; mask >= 0; mask-- {
			out = append(out, flat(chosen(sets, mask)))
		}
		return out, nil
	}
	return sets, nil
}

// chosen are the sets whose bits are set; the first set's is the highest.
func chosen(sets [][]string, mask int) (out [][]string) {
	for i, s := range sets {
		if mask&(1<<(len(sets)-1-i)) != 0 {
			out = append(out, s)
		}
	}
	return out
}

func flat(sets [][]string) []string {
	out := []string{}
	for _, s := range sets {
		out = append(out, s...)
	}
	return out
}

func (e env) groupText(x expr, items []expanded) (string, error) {
	of := expanded{x: x}
	if n, ok := x.(*literal); ok && n.kind == integerLiteral {
		at, err := strconv.Atoi(n.text)
		if err != nil || at < 1 || at > len(items) {
			return "", fail(x.at(), InvalidPosition, "GROUP BY position %s is not in select list", n.text)
		}
		of = items[at-1]
	}
	w := selectWriter{env: e, s: &selection{pos: pos(x.at())}}
	v, err := w.value(of)
	if err != nil {
		return "", err
	}
	if v.typ.name == "json" {
		return "", refuse(x.at(), "GROUP BY of JSON")
	}
	if v.number != nil { // which DuckDB would take for a position
		return castTo(v.sql, v.typ), nil
	}
	return v.sql, nil
}
