package trinosql

import (
	"strings"
)

// windowOnly are the functions that need OVER. In a template, $n is IGNORE NULLS where it was said.
func windowOnly() []function {
	return []function{
		{name: "row_number", out: tBigint, sql: "row_number()@"},
		{name: "rank", out: tBigint, sql: "rank()@"},
		{name: "dense_rank", out: tBigint, sql: "dense_rank()@"},
		{name: "percent_rank", out: tDouble, sql: "percent_rank()@"},
		{name: "cume_dist", out: tDouble, sql: "cume_dist()@"},
		{name: "ntile", in: in(tBigint), out: tBigint, sql: "ntile($1)@"},
		{name: "first_value", in: in(varT), out: varT, sql: "first_value($1$n)@"},
		{name: "last_value", in: in(varT), out: varT, sql: "last_value($1$n)@"},
		{name: "nth_value", in: in(varT, tBigint), out: varT, sql: "nth_value($1, " + offset(1) + "$n)@"},
		{name: "lag", in: in(varT), out: varT, sql: "lag($1$n)@"},
		{name: "lag", in: in(varT, tBigint), out: varT, sql: "lag($1, " + offset(0) + "$n)@"},
		{name: "lag", in: in(varT, tBigint, varT), out: varT, sql: "lag($1, " + offset(0) + ", $3$n)@"},
		{name: "lead", in: in(varT), out: varT, sql: "lead($1$n)@"},
		{name: "lead", in: in(varT, tBigint), out: varT, sql: "lead($1, " + offset(0) + "$n)@"},
		{name: "lead", in: in(varT, tBigint, varT), out: varT, sql: "lead($1, " + offset(0) + ", $3$n)@"},
	}
}

// offset is the second argument, which is so much at least.
func offset(least int) string {
	return "(CASE WHEN $2 < " + itoa(least) + " THEN " + failing(InvalidArguments, "Offset must be at least "+itoa(least), tBigint) + " ELSE $2 END)"
}

// windowed translates a window function, or an aggregate with OVER.
func (e env) windowed(c *call) (value, error) {
	switch {
	case c.over == nil:
		return value{}, fail(int(c.pos), "MISSING_OVER", "Window function %s requires an OVER clause", c.name)
	case e.inside || e.clause != "":
		return value{}, fail(int(c.pos), NotScalar, "%s cannot contain aggregations, window functions or grouping operations: %s",
			cmpOr(e.clause, "an aggregate's argument"), c.name)
	case c.distinct:
		return value{}, refuse(int(c.pos), "DISTINCT in a window function")
	}
	if err := e.noLambda(c, "a window function"); err != nil {
		return value{}, err
	}
	e.scope.query().overs++
	candidates := e.t.library.windows[c.name]
	if candidates == nil {
		if !e.t.library.isAggregate(c.name) {
			return value{}, e.unknownFunction(c)
		}
		if c.filter != nil {
			return value{}, fail(int(c.pos), NotSupported, "FILTER is not yet supported for window functions")
		}
		if c.ignoreNulls || c.order != nil {
			return value{}, refuse(int(c.pos), "IGNORE NULLS or ORDER BY in an aggregate with OVER")
		}
		return e.aggregate(c)
	}
	args, err := e.all(c.args)
	if err != nil {
		return value{}, err
	}
	f, bound, err := resolve(c, args, candidates)
	if err != nil {
		return value{}, err
	}
	for i := range args {
		args[i] = e.coerce(args[i], bound.of(f.in[i]))
	}
	nulls := ""
	if c.ignoreNulls {
		nulls = " IGNORE NULLS"
	}
	return e.modified(e, c, bound.of(f.out), strings.ReplaceAll(f.sql, "$n", nulls), args)
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// over writes the window, with what the window that it names says.
func (e env) over(c *call) (string, error) {
	w, err := e.base(c.over, 0)
	if err != nil {
		return "", err
	}
	var parts []string
	if len(w.partition) > 0 {
		keys, err := e.all(w.partition)
		if err != nil {
			return "", err
		}
		texts := make([]string, len(keys))
		for i, k := range keys {
			texts[i] = k.sql
		}
		parts = append(parts, "PARTITION BY "+strings.Join(texts, ", "))
	}
	if len(w.order) > 0 {
		text, err := e.sortText(w.order)
		if err != nil {
			return "", err
		}
		parts = append(parts, "ORDER BY "+text)
	}
	if w.frame != nil {
		text, err := e.frame(w.frame)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return " OVER (" + strings.Join(parts, " ") + ")", nil
}

// base puts a window and those that it is based on together.
func (e env) base(w *window, depth int) (*window, error) {
	if w.base == "" {
		return w, nil
	}
	named := e.scope.query().windows[w.base]
	if named == nil || depth > 20 {
		return nil, fail(int(w.pos), "INVALID_WINDOW_REFERENCE", "Cannot resolve WINDOW name %s", w.base)
	}
	of, err := e.base(named, depth+1)
	if err != nil {
		return nil, err
	}
	merged := *of
	if len(w.partition) > 0 {
		return nil, fail(int(w.pos), "INVALID_PARTITION_BY", "WINDOW specification with named WINDOW reference cannot specify PARTITION BY")
	}
	if len(w.order) > 0 {
		merged.order = w.order
	}
	if w.frame != nil {
		merged.frame = w.frame
	}
	return &merged, nil
}

func (e env) frame(f *frame) (string, error) {
	start, err := e.boundText(f, f.start)
	if err != nil {
		return "", err
	}
	end, err := e.boundText(f, f.end)
	if err != nil {
		return "", err
	}
	return f.unit + " BETWEEN " + start + " AND " + end, nil
}

func (e env) boundText(f *frame, b bound) (string, error) {
	if b.x == nil {
		return b.kind, nil
	}
	v, err := e.expr(b.x)
	if err != nil {
		return "", err
	}
	if f.unit != "RANGE" && !v.typ.isInteger() {
		return "", fail(b.x.at(), TypeMismatch, "Window frame %s value type must be exact numeric type with scale 0 (actual %s)", f.unit, v.typ)
	}
	return v.sql + " " + b.kind, nil
}
