package trinosql

import (
	"maps"
	"slices"
	"strings"
)

// function is one of Trino's functions, by what it takes and gives.
type function struct {
	name string
	in   []typ
	more bool // the last argument may be repeated
	out  typ
	sql  string // a template: $1 is the first argument
	// loose is a shorter template for where null and false mean the same; empty when there is none.
	loose string
	equal bool                                              // it looks for the second argument, as = does
	make  func(e env, c *call, args []value) (value, error) // where a template will not do
}

// Variables in signatures: any type, a number, an integer, a decimal.
var (
	varT = typ{name: "T"}
	varU = typ{name: "U"}
	varK = typ{name: "K"}
	varV = typ{name: "V"}
	varN = typ{name: "N"}
	varI = typ{name: "I"}
	varD = typ{name: "D"}
)

func in(types ...typ) []typ { return types }

func isVariable(t typ) bool { return len(t.name) == 1 }

// bindings are what the variables of a signature are.
type bindings map[string]typ

// accepts binds the parameter's variables so that the argument fits, and tells whether it does, and as it is.
func (b bindings) accepts(param, arg typ) (ok, exact bool) {
	switch {
	case param.name == "any":
		return true, true
	case isVariable(param):
		return b.variable(param, arg)
	case arg.name == "unknown":
		return true, false
	case param.isNested():
		if arg.name != param.name || len(arg.args) != len(param.args) {
			return false, false
		}
		exact = true
		for i := range param.args {
			one, as := b.accepts(param.args[i], arg.args[i])
			if !one {
				return false, false
			}
			exact = exact && as
		}
		return true, exact
	case param.name == arg.name && (param.name != "decimal" || param.same(arg)):
		return true, true
	}
	of, ok := common(param, arg)
	return ok && of.name == param.name && of.size == param.size && of.scale == param.scale, false
}

func (b bindings) variable(param, arg typ) (ok, exact bool) {
	allowed := map[string]bool{"N": arg.isNumber(), "I": arg.isInteger(), "D": arg.name == "decimal"}
	if is, bounded := allowed[param.name]; bounded && !is && arg.name != "unknown" {
		return false, false
	}
	before, bound := b[param.name]
	if !bound {
		b[param.name] = arg
		return true, arg.name != "unknown"
	}
	of, ok := common(before, arg)
	if ok {
		b[param.name] = of
	}
	return ok, ok && of.same(arg)
}

// of is the type with its variables filled in.
func (b bindings) of(t typ) typ {
	if isVariable(t) {
		if bound, ok := b[t.name]; ok {
			return bound
		}
		return tUnknown
	}
	if len(t.args) == 0 {
		return t
	}
	args := make([]typ, len(t.args))
	for i, a := range t.args {
		args[i] = b.of(a)
	}
	t.args = args
	return t
}

// resolve finds the signature that fits the arguments best.
func resolve(c *call, args []value, candidates []function) (*function, bindings, error) {
	var best *function
	var bound bindings
	least := -1
	for i := range candidates {
		f := &candidates[i]
		if len(args) < len(f.in) || len(args) > len(f.in) && !f.more {
			continue
		}
		b, cost, ok := bindings{}, 0, true
		for n, a := range args {
			fits, exact := b.accepts(f.in[min(n, len(f.in)-1)], a.typ)
			ok = ok && fits
			if !exact {
				cost++
			}
		}
		if ok && (least < 0 || cost < least) {
			best, bound, least = f, b, cost
		}
	}
	if best == nil {
		return nil, nil, unexpected(c, args, candidates)
	}
	return best, bound, nil
}

func unexpected(c *call, args []value, candidates []function) error {
	given := make([]string, len(args))
	for i, a := range args {
		given[i] = a.typ.String()
	}
	var expected []string
	for _, f := range candidates {
		takes := make([]string, len(f.in))
		for i, t := range f.in {
			takes[i] = t.String()
		}
		expected = append(expected, c.name+"("+strings.Join(takes, ", ")+")")
	}
	return fail(int(c.pos), FunctionNotFound, "Unexpected parameters (%s) for function %s. Expected: %s",
		strings.Join(given, ", "), c.name, strings.Join(expected, ", "))
}

// call translates a call: of a special form, a window function, an aggregate or a plain function.
func (e env) call(c *call) (value, error) {
	truth := e.truth
	e.truth = false
	if len(c.args) > 127 {
		return value{}, fail(int(c.pos), "TOO_MANY_ARGUMENTS", "Too many arguments for function call %s()", c.name)
	}
	if _, ok := e.t.library.windows[c.name]; ok || c.over != nil {
		return e.windowed(c)
	}
	if e.t.library.isAggregate(c.name) {
		return e.aggregate(c)
	}
	if c.distinct || c.order != nil || c.filter != nil || c.ignoreNulls {
		return value{}, fail(int(c.pos), SyntaxError, "DISTINCT, ORDER BY, FILTER and IGNORE NULLS are for aggregates, and %s is none", c.name)
	}
	if write := e.t.library.forms[c.name]; write != nil {
		e.truth = truth
		return write(e, c)
	}
	candidates := e.t.library.functions[c.name]
	if candidates == nil {
		return value{}, e.unknownFunction(c)
	}
	for _, a := range c.args {
		if _, ok := a.(*lambda); ok {
			return value{}, refuse(a.at(), c.name+" with a lambda")
		}
	}
	args, err := e.all(c.args)
	if err != nil {
		return value{}, err
	}
	if c.extract && args[0].typ.name == "date" && units[c.name] {
		return value{}, fail(int(c.pos), TypeMismatch, "Cannot extract %s from date", strings.ToUpper(c.name))
	}
	f, bound, err := resolve(c, args, candidates)
	if err != nil {
		return value{}, err
	}
	e.truth = truth
	return e.write(c, f, bound, args)
}

func (e env) write(c *call, f *function, bound bindings, args []value) (value, error) {
	for i := range args {
		to := bound.of(f.in[min(i, len(f.in)-1)])
		if to.name != "any" && (to.name != args[i].typ.name || !to.isTime()) {
			args[i] = e.coerce(args[i], to)
		}
	}
	if f.make != nil {
		return f.make(e, c, args)
	}
	if f.equal && args[1].typ.isFloat() && !args[1].finite {
		args[1] = e.noNaN(c, args[1])
	}
	template := f.sql
	if e.truth && f.loose != "" {
		template = f.loose
	}
	out := bound.of(f.out)
	v := made(out, e.render(strings.ReplaceAll(template, "$T", out.duck()), args))
	v.finite = f.finite()
	return v, nil
}

// finite tells whether the function never gives NaN.
func (f *function) finite() bool {
	return f.name == "random" || f.name == "rand" || f.name == "to_unixtime"
}

// unknownFunction names what is close: three at most.
func (e env) unknownFunction(c *call) error {
	reason := "function " + c.name + " is not supported by the embedded Athena"
	near := slices.DeleteFunc(e.t.library.names(), func(known string) bool { return !isNear(known, c.name) })
	slices.SortStableFunc(near, func(a, b string) int { return distance(a, c.name) - distance(b, c.name) })
	if len(near) > 0 {
		reason += " (near: " + strings.Join(near[:min(3, len(near))], ", ") + ")"
	}
	return &Error{Pos: int(c.pos), Code: FunctionNotFound, Construct: "function " + c.name, Reason: reason}
}

// isNear tells whether a word may be meant by the one that is written: two letters at most are other ones, and most are the same,
// or one goes on after the other.
func isNear(known, written string) bool {
	most := min(2, (len(written)-1)/2)
	if len(known) > 3 && len(written) > 3 && (strings.HasPrefix(known, written) || strings.HasPrefix(written, known)) {
		return true
	}
	return distance(known, written) <= most
}

func (l *library) names() []string {
	out := slices.Collect(maps.Keys(l.forms))
	for _, table := range []map[string][]function{l.functions, l.aggregates, l.windows} {
		out = slices.AppendSeq(out, maps.Keys(table))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// distance is how many letters must be changed, added or taken away to make one word of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := before
			if a[i-1] != b[j-1] {
				cost++
			}
			before, row[j] = row[j], min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
