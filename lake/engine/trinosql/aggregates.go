package trinosql

import (
	"strings"
)

// aggregateFunctions are the aggregates. In a template, $d is DISTINCT where it was said, $o is ORDER BY, and @ is where FILTER and OVER
// go. sum(bigint) is a HUGEINT to DuckDB, so the cast back makes an overflow an error, as in Trino.
func aggregateFunctions() []function {
	return []function{
		{name: "count", in: in(typ{name: "any"}), out: tBigint, sql: "count($d$1)@"},
		{name: "sum", in: in(tBigint), out: tBigint, sql: "CAST(sum($d$1)@ AS BIGINT)"},
		{name: "sum", in: in(tDouble), out: tDouble, sql: "sum($d$1)@"},
		{name: "sum", in: in(tReal), out: tReal, sql: "CAST(sum($d$1)@ AS FLOAT)"},
		{name: "sum", in: in(varD), make: sumOfDecimals},
		{name: "avg", in: in(tDouble), out: tDouble, sql: "avg($d$1)@"},
		{name: "avg", in: in(tBigint), out: tDouble, sql: "avg($d$1)@"},
		{name: "avg", in: in(tReal), out: tReal, sql: "CAST(avg($d$1)@ AS FLOAT)"},
		{name: "avg", in: in(varD), make: averageOfDecimals},
		{name: "min", in: in(varT), out: varT, sql: "min($1)@"},
		{name: "max", in: in(varT), make: notOfNaN(0, "max($1)@")},
		{name: "min", in: in(varT, tBigint), out: arrayOf(varT), sql: "min($1, $2)@"},
		{name: "max", in: in(varT, tBigint), make: severalOf(notOfNaN(0, "max($1, $2)@"))},
		{name: "max_by", in: in(varT, varU), make: notOfNaN(1, "arg_max_null($1, $2)@")},
		{name: "min_by", in: in(varT, varU), out: varT, sql: "arg_min_null($1, $2)@"},
		{name: "max_by", in: in(varT, varU, tBigint), make: refused("max_by of several")},
		{name: "min_by", in: in(varT, varU, tBigint), make: refused("min_by of several")},
		{name: "arbitrary", in: in(varT), out: varT, sql: "any_value($1)@"},
		{name: "any_value", in: in(varT), out: varT, sql: "any_value($1)@"},
		{name: "bool_and", in: in(tBoolean), out: tBoolean, sql: "bool_and($1)@"},
		{name: "every", in: in(tBoolean), out: tBoolean, sql: "bool_and($1)@"},
		{name: "bool_or", in: in(tBoolean), out: tBoolean, sql: "bool_or($1)@"},
		{name: "count_if", in: in(tBoolean), out: tBigint, sql: "CAST(coalesce(count_if($1)@, 0) AS BIGINT)"},
		{name: "array_agg", in: in(varT), out: arrayOf(varT), sql: "list($d$1$o)@"},
		{name: "listagg", in: in(tVarchar), out: tVarchar, sql: "string_agg($d$1, ''$o)@"},
		{name: "listagg", in: in(tVarchar, tVarchar), out: tVarchar, sql: "string_agg($d$1, $2$o)@"},
		{name: "map_agg", in: in(varK, varV), out: mapOf(varK, varV), make: mapAggregate},
		{name: "multimap_agg", in: in(varK, varV), out: mapOf(varK, arrayOf(varV)), make: multimapAggregate},
		{name: "histogram", in: in(varK), out: mapOf(varK, tBigint), sql: "CAST(histogram($1)@ AS $T)"},
		// Exact, which is within the error that Trino allows itself.
		{name: "approx_distinct", in: in(typ{name: "any"}), out: tBigint, sql: "count(DISTINCT $1)@"},
		{name: "approx_distinct", in: in(typ{name: "any"}, tDouble), out: tBigint, sql: "count(DISTINCT $1)@"},
		{name: "approx_percentile", in: in(tBigint, tDouble), out: tBigint, sql: "quantile_disc($1, " + atLeastNone + ")@"},
		{name: "approx_percentile", in: in(tReal, tDouble), make: notOfNaN(0, "quantile_disc($1, "+atLeastNone+")@")},
		{name: "approx_percentile", in: in(tDouble, tDouble), make: notOfNaN(0, "quantile_disc($1, "+atLeastNone+")@")},
		{name: "approx_percentile", in: in(tBigint, arrayOf(tDouble)), out: arrayOf(tBigint), sql: "quantile_disc($1, " + allAtLeastNone + ")@"},
		{name: "approx_percentile", in: in(tReal, arrayOf(tDouble)), make: severalOf(notOfNaN(0, "quantile_disc($1, "+allAtLeastNone+")@"))},
		{name: "approx_percentile", in: in(tDouble, arrayOf(tDouble)), make: severalOf(notOfNaN(0, "quantile_disc($1, "+allAtLeastNone+")@"))},
		{name: "stddev", in: in(tDouble), out: tDouble, sql: "stddev_samp($1)@"},
		{name: "stddev_samp", in: in(tDouble), out: tDouble, sql: "stddev_samp($1)@"},
		{name: "stddev_pop", in: in(tDouble), out: tDouble, sql: "stddev_pop($1)@"},
		{name: "variance", in: in(tDouble), out: tDouble, sql: "var_samp($1)@"},
		{name: "var_samp", in: in(tDouble), out: tDouble, sql: "var_samp($1)@"},
		{name: "var_pop", in: in(tDouble), out: tDouble, sql: "var_pop($1)@"},
		{name: "corr", in: in(tReal, tReal), out: tReal, sql: "(CASE WHEN isfinite(corr($1, $2)@) THEN CAST(corr($1, $2)@ AS FLOAT) END)"},
		{name: "corr", in: in(tDouble, tDouble), out: tDouble, sql: "(CASE WHEN isfinite(corr($1, $2)@) THEN corr($1, $2)@ END)"},
		{name: "covar_pop", in: in(tReal, tReal), out: tReal, sql: "CAST(covar_pop($1, $2)@ AS FLOAT)"},
		{name: "covar_pop", in: in(tDouble, tDouble), out: tDouble, sql: "covar_pop($1, $2)@"},
		{name: "covar_samp", in: in(tReal, tReal), out: tReal, sql: "CAST(covar_samp($1, $2)@ AS FLOAT)"},
		{name: "covar_samp", in: in(tDouble, tDouble), out: tDouble, sql: "covar_samp($1, $2)@"},
		{name: "bitwise_and_agg", in: in(tBigint), out: tBigint, sql: "bit_and($1)@"},
		{name: "bitwise_or_agg", in: in(tBigint), out: tBigint, sql: "bit_or($1)@"},
		{name: "bitwise_xor_agg", in: in(tBigint), out: tBigint, sql: "bit_xor($1)@"},
	}
}

// notOfNaN is an aggregate of the first argument's type that compares one of its arguments: where that is NaN, about whose place
// Trino's versions differ, the statement ends.
func notOfNaN(which int, sql string) func(env, *call, []value) (value, error) {
	return func(_ env, c *call, args []value) (value, error) {
		template := sql
		if x := args[which]; x.typ.isFloat() && !x.finite {
			template = "(CASE WHEN trino_refuse(coalesce(bool_or(isnan($" + itoa(which+1) + "))@, false), " + quote(c.name+" of NaN") + ") THEN CAST(NULL AS $T) ELSE " + sql + " END)"
		}
		return value{sql: template, typ: args[0].typ}, nil
	}
}

// severalOf is an aggregate that gives an array of what it would give.
func severalOf(one func(env, *call, []value) (value, error)) func(env, *call, []value) (value, error) {
	return func(e env, c *call, args []value) (value, error) {
		v, err := one(e, c, args)
		v.typ = arrayOf(v.typ)
		return v, err
	}
}

// atLeastNone is a percentile that is no less than 0: less counts from the other end to DuckDB, and more than 1 is refused.
const atLeastNone = "(CASE WHEN $2 < 0 THEN 2 ELSE $2 END)"

// allAtLeastNone are several such percentiles.
const allAtLeastNone = "list_transform($2, lambda q: CASE WHEN q < 0 THEN 2 ELSE q END)"

func indexed(list []function) map[string][]function {
	out := map[string][]function{}
	for _, f := range list {
		out[f.name] = append(out[f.name], f)
	}
	return out
}

func (l *library) isAggregate(n string) bool { return l.aggregates[n] != nil || n == "grouping" }

// unordered are types whose least and greatest value the engines do not agree about, or have not.
func unordered(t typ) bool { return t.isNested() || t.name == "json" }

// aggregate translates an aggregate, with OVER when the call has it.
func (e env) aggregate(c *call) (value, error) {
	if c.name == "grouping" {
		return e.grouping(c)
	}
	if err := e.mayAggregate(c); err != nil {
		return value{}, err
	}
	inner := e
	inner.outputs = nil
	if c.over == nil {
		inner.inside, inner.clause = true, "an aggregate's argument"
		e.scope.query().aggregates++
	}
	if _, counts := first(c.args).(*star); counts || c.name == "count" && len(c.args) == 0 {
		if c.name != "count" || c.distinct {
			return value{}, fail(int(c.pos), SyntaxError, "%s(*) is not an aggregate", c.name)
		}
		return e.modified(inner, c, tBigint, "count(*)@", nil)
	}
	args, err := inner.all(c.args)
	if err != nil {
		return value{}, err
	}
	f, bound, err := resolve(c, args, e.t.library.aggregates[c.name])
	if err != nil {
		return value{}, err
	}
	for i := range args {
		to := bound.of(f.in[i])
		if to.name != "any" {
			args[i] = e.coerce(args[i], to)
		}
		compares := strings.HasPrefix(c.name, "m") && c.name != "map_agg" && i == len(args)-1 || c.name == "histogram" || c.distinct
		if compares && unordered(to) && (c.name != "multimap_agg") {
			return value{}, refuse(int(c.pos), c.name+" of the type "+to.String())
		}
	}
	if f.make != nil {
		v, err := f.make(inner, c, args)
		if err != nil {
			return v, err
		}
		return e.modified(inner, c, v.typ, v.sql, args)
	}
	return e.modified(inner, c, bound.of(f.out), f.sql, args)
}

func (e env) mayAggregate(c *call) error {
	if e.inside {
		return fail(int(c.pos), "NESTED_AGGREGATION", "Cannot nest aggregations inside aggregation '%s'", c.name)
	}
	if e.clause != "" && c.over == nil {
		return fail(int(c.pos), NotScalar, "%s cannot contain aggregations, window functions or grouping operations: %s", e.clause, c.name)
	}
	return e.noLambda(c, "an aggregate")
}

// modified fills an aggregate's template with DISTINCT, ORDER BY, FILTER and OVER.
func (e env) modified(inner env, c *call, out typ, template string, args []value) (value, error) {
	distinct, order, after := "", "", ""
	if c.distinct {
		if !strings.Contains(template, "$d") && c.name != "min" && c.name != "max" && c.name != "approx_distinct" && c.name != "arbitrary" {
			return value{}, refuse(int(c.pos), c.name+" with DISTINCT")
		}
		distinct = "DISTINCT "
	}
	if c.order != nil {
		if !strings.Contains(template, "$o") {
			return value{}, refuse(int(c.pos), c.name+" with ORDER BY")
		}
		text, err := inner.sortText(c.order)
		if err != nil {
			return value{}, err
		}
		order = " ORDER BY " + text
	}
	if c.filter != nil {
		v, err := inner.condition(c.filter, "FILTER clause")
		if err != nil {
			return value{}, err
		}
		after = " FILTER (WHERE " + v.sql + ")"
	}
	if c.over != nil {
		text, err := e.over(c)
		if err != nil {
			return value{}, err
		}
		after += text
	}
	template = strings.NewReplacer("$d", distinct, "$o", order, "@", "\x00", "$T", out.duck()).Replace(template)
	sql := strings.ReplaceAll(fill(template, args), "\x00", after)
	return made(out, sql), nil
}

func (e env) sortText(items []sortItem) (string, error) {
	texts := make([]string, len(items))
	for i, s := range items {
		v, err := e.expr(s.x)
		if err != nil {
			return "", err
		}
		if err := orderable(v.typ, s.x.at()); err != nil {
			return "", err
		}
		if v.number != nil {
			v.sql = castTo(v.sql, v.typ)
		}
		texts[i] = v.sql + direction(s)
	}
	return strings.Join(texts, ", "), nil
}

// decimalArgument is an aggregate's only argument, a decimal.
func decimalArgument(e env, args []value) value { return e.decimal(args[0]) }

// sumOfDecimals is of 38 digits at most, to which DuckDB does not hold its sums.
func sumOfDecimals(e env, _ *call, args []value) (value, error) {
	of := decimalOf(38, decimalArgument(e, args).typ.scale)
	return value{sql: "CAST(trino_decimal_sum(CAST(sum($d$1)@ AS VARCHAR)) AS $T)", typ: of}, nil
}

// averageOfDecimals is a decimal of the same digits, rounded half up; to DuckDB it is a floating point number.
func averageOfDecimals(e env, _ *call, args []value) (value, error) {
	of := decimalArgument(e, args).typ
	return value{sql: "CAST(trino_decimal('/', CAST(sum($d$1)@ AS VARCHAR), CAST(nullif(count($d$1)@, 0) AS VARCHAR), " +
		itoa(of.scale) + ") AS $T)", typ: of}, nil
}

// mapAggregate keeps one value for each key, and leaves out null keys. The entries are sorted, so that equal keys are
// neighbours.
func mapAggregate(e env, c *call, args []value) (value, error) {
	out := mapOf(args[0].typ, args[1].typ)
	if unordered(args[0].typ) {
		return value{}, refuse(int(c.pos), "map_agg with keys of the type "+args[0].typ.String())
	}
	if c.filter != nil || c.over != nil {
		return value{}, refuse(int(c.pos), "map_agg with FILTER or OVER")
	}
	list, entry, n := e.fresh("l", args...), e.fresh("e", args...), e.fresh("i", args...)
	return value{sql: "list_transform([list_sort(list({'k': $1, 'v': $2}) FILTER (WHERE ($1) IS NOT NULL))], lambda " + list +
		": map_from_entries(list_filter(" + list + ", lambda " + entry + ", " + n + ": " + n + " = 1 OR " + list + "[" + n + " - 1].k <> " +
		entry + ".k)))[1]@", typ: out}, nil
}

func multimapAggregate(e env, c *call, args []value) (value, error) {
	if unordered(args[0].typ) || c.filter != nil || c.over != nil {
		return value{}, refuse(int(c.pos), "multimap_agg with FILTER or OVER, or with nested keys")
	}
	list, key, entry := e.fresh("l", args...), e.fresh("k", args...), e.fresh("e", args...)
	return value{sql: "list_transform([list({'k': $1, 'v': $2}) FILTER (WHERE ($1) IS NOT NULL)], lambda " + list +
		": CASE WHEN " + list + " IS NOT NULL THEN map_from_entries(list_transform(list_distinct(list_transform(" + list + ", lambda " + entry + ": " + entry + ".k)), lambda " + key +
		": {'key': " + key + ", 'value': list_transform(list_filter(" + list + ", lambda " + entry + ": " + entry + ".k = " + key + "), lambda " +
		entry + ": " + entry + ".v)})) END)[1]@", typ: mapOf(args[0].typ, arrayOf(args[1].typ))}, nil
}

// grouping tells which of the columns a group is not of.
func (e env) grouping(c *call) (value, error) {
	if e.clause != "" || e.scope.query().groups == nil {
		return value{}, fail(int(c.pos), NotScalar, "A GROUPING() operation can only be used with a corresponding GROUPING SET/CUBE/ROLLUP/GROUP BY clause")
	}
	inner := e
	inner.inside = true
	args, err := inner.all(c.args)
	if err != nil {
		return value{}, err
	}
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = a.sql
	}
	of := tInteger
	if len(args) > 31 {
		of = tBigint
	}
	return made(of, castTo("grouping("+strings.Join(texts, ", ")+")", of)), nil
}
