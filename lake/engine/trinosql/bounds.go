package trinosql

import "slices"

// bounds derives what a condition leaves of each table: of its days, from comparisons of the key with constants, and of a
// table that is a part of a union, from those of a column that says which part it is.
func (e env) bounds(x expr) {
	for _, part := range flatten(x, "AND") {
		switch c := part.(type) {
		case *binary:
			e.comparisonBounds(c)
		case *predicate:
			e.predicateBounds(c)
		}
	}
}

// mirrored is the operator with its sides changed.
var mirrored = map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (e env) comparisonBounds(c *binary) {
	op, of, bound := c.op, e.originsOf(c.a), constantText(c.b)
	if of == nil {
		op, of, bound = mirrored[c.op], e.originsOf(c.b), constantText(c.a)
	}
	if of == nil || bound == nil {
		return
	}
	switch op {
	case "=":
		only(of, []string{*bound})
	case "<", "<=":
		narrow(of, "", *bound)
	case ">", ">=":
		narrow(of, *bound, "")
	}
}

func (e env) predicateBounds(c *predicate) {
	of := e.originsOf(c.x)
	if of == nil || c.not {
		return
	}
	var texts []string
	for _, a := range c.args {
		t := constantText(a)
		if t == nil {
			return
		}
		texts = append(texts, *t)
	}
	switch {
	case c.op == "BETWEEN":
		narrow(of, texts[0], texts[1])
	case c.op == "IN" && len(texts) > 0:
		only(of, texts)
	}
}

// originsOf are the scans that conditions on an expression bound: one that is a column's name.
func (e env) originsOf(x expr) []origin {
	names := parts(x)
	if names == nil {
		return nil
	}
	c, from, rest, err := e.scope.lookup(x.at(), names)
	if err != nil || from != e.scope || len(rest) > 0 {
		return nil
	}
	return c.origins
}

// dayColumn is the key of all tables of a lake.
const dayColumn = "day"

func constantText(x expr) *string {
	if l, ok := x.(*literal); ok && (l.kind == stringLiteral || l.kind == typedLiteral && l.typ.name == "varchar") {
		return &l.text
	}
	return nil
}

// narrow leaves of the scans what is from one text to another, both included; an empty end is open.
func narrow(of []origin, from, to string) {
	for _, o := range of {
		s := o.scan
		switch {
		case o.path:
		case o.text != nil:
			s.none = s.none || *o.text < from || to != "" && *o.text > to
		default:
			s.from = max(s.from, from)
			if to != "" && (s.to == "" || to < s.to) {
				s.to = to
			}
		}
	}
}

// only leaves of the scans what is one of the texts.
func only(of []origin, texts []string) {
	narrow(of, slices.Min(texts), slices.Max(texts))
	for _, o := range of {
		switch s := o.scan; {
		case o.text != nil:
			s.none = s.none || !slices.Contains(texts, *o.text)
		case o.path && s.paths == nil:
			s.paths = texts
		case o.path:
			s.paths = slices.DeleteFunc(slices.Clone(s.paths), func(p string) bool { return !slices.Contains(texts, p) })
		}
	}
}

// maxScans bounds the places that are told apart where tables are read: expressions that refer to one another twice double them.
const maxScans = 1000

// withoutOrigins are the columns, of which conditions say nothing then.
func withoutOrigins(columns []column) []column {
	out := slices.Clone(columns)
	for i := range out {
		out[i].origins = nil
	}
	return out
}

// referred are the columns of a common table expression at a place that refers to it, and whose conditions bound what is read for
// that place alone.
func (t *translator) referred(r *result) []column {
	own := map[*scan]*scan{}
	if len(t.scans)+len(r.scans) > maxScans {
		if !r.used {
			t.scans = append(t.scans, r.scans...)
		}
		r.used = true
		return withoutOrigins(r.columns)
	}
	for _, s := range r.scans {
		clone := *s
		own[s] = &clone
		t.scans = append(t.scans, &clone)
	}
	r.used = true
	columns := withoutOrigins(r.columns)
	for i, c := range r.columns {
		for _, o := range c.origins {
			if o.scan = own[o.scan]; o.scan == nil {
				columns[i].origins = nil
				break
			}
			columns[i].origins = append(columns[i].origins, o)
		}
	}
	return columns
}

// plain tells whether the rows of a SELECT are those of its FROM that its WHERE leaves, so that a condition on what it
// gives is one on what it reads.
func plain(s *selection, inner *scope) bool {
	return s.group == nil && s.having == nil && inner.aggregates == 0 && inner.overs == 0
}

// keyed tells whether a SELECT gives at most a row for each group of its columns, so that a condition on such a column is one on
// what it reads.
func keyed(s *selection, inner *scope) bool {
	return s.group != nil && inner.overs == 0 && !slices.ContainsFunc(s.group.elements, func(el groupElement) bool { return el.kind != "" || len(el.sets) != 1 })
}

// origins are those of a column of a plain SELECT that reads the scans: it is a column's name, or a constant.
func (e env) origins(i expanded, scans []*scan) []origin {
	if i.column != nil {
		return i.column.origins
	}
	text := constantText(i.x)
	if c, ok := i.x.(*cast); ok && c.to.String() == "varchar" {
		text = constantText(c.x)
	}
	if text == nil {
		return e.originsOf(i.x)
	}
	out := make([]origin, len(scans))
	for n, s := range scans {
		out[n] = origin{scan: s, text: text}
	}
	return out
}

// united are the origins of a column of a union: none if one side has none, of which conditions then say nothing.
func united(a, b []origin) []origin {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	return slices.Concat(a, b)
}
