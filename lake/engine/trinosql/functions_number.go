package trinosql

import "strings"

// numberFunctions are Trino's mathematical functions: https://trino.io/docs/current/functions/math.html.
func numberFunctions() []function {
	return []function{
		{name: "abs", in: in(varN), out: varN, sql: "abs($1)"},
		{name: "sign", in: in(varI), out: varI, sql: "CAST(sign($1) AS $T)"},
		{name: "sign", in: in(varD), out: decimalOf(1, 0), sql: "CAST(sign($1) AS $T)"},
		{name: "sign", in: in(tReal), out: tReal, sql: signOfFloat},
		{name: "sign", in: in(tDouble), out: tDouble, sql: signOfFloat},
		{name: "ceil", in: in(varN), make: wholeNumber("ceil")},
		{name: "ceiling", in: in(varN), make: wholeNumber("ceil")},
		{name: "floor", in: in(varN), make: wholeNumber("floor")},
		{name: "round", in: in(varN), make: wholeNumber("round")},
		{name: "round", in: in(varN, tInteger), make: roundTo},
		{name: "truncate", in: in(varD), make: truncateDecimal},
		{name: "truncate", in: in(varD, tInteger), out: varD, sql: "CAST(trino_decimal_truncate(CAST($1 AS VARCHAR), $2) AS $T)"},
		{name: "truncate", in: in(tDouble), out: tDouble, sql: "trunc($1)"},
		{name: "power", in: in(tDouble, tDouble), out: tDouble, sql: "pow($1, $2)"},
		{name: "pow", in: in(tDouble, tDouble), out: tDouble, sql: "pow($1, $2)"},
		{name: "sqrt", in: in(tDouble), out: tDouble, sql: "(CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt($1) END)"},
		{name: "cbrt", in: in(tDouble), out: tDouble, sql: "cbrt($1)"},
		{name: "exp", in: in(tDouble), out: tDouble, sql: "exp($1)"},
		{name: "ln", in: in(tDouble), out: tDouble, sql: logarithm("ln")},
		{name: "log2", in: in(tDouble), out: tDouble, sql: logarithm("log2")},
		{name: "log10", in: in(tDouble), out: tDouble, sql: logarithm("log10")},
		{name: "log", in: in(tDouble, tDouble), out: tDouble, sql: "(" + strings.ReplaceAll(logarithm("ln"), "$1", "$2") + " / " + logarithm("ln") + ")"},
		{name: "sin", in: in(tDouble), out: tDouble, sql: defined("sin", "isinf($1)")},
		{name: "cos", in: in(tDouble), out: tDouble, sql: defined("cos", "isinf($1)")},
		{name: "tan", in: in(tDouble), out: tDouble, sql: defined("tan", "isinf($1)")},
		{name: "asin", in: in(tDouble), out: tDouble, sql: defined("asin", "abs($1) > 1")},
		{name: "acos", in: in(tDouble), out: tDouble, sql: defined("acos", "abs($1) > 1")},
		{name: "atan", in: in(tDouble), out: tDouble, sql: "atan($1)"},
		{name: "atan2", in: in(tDouble, tDouble), out: tDouble, sql: "atan2($1, $2)"},
		{name: "degrees", in: in(tDouble), out: tDouble, sql: "degrees($1)"},
		{name: "radians", in: in(tDouble), out: tDouble, sql: "radians($1)"},
		{name: "pi", out: tDouble, sql: "pi()"},
		{name: "e", out: tDouble, sql: "exp(CAST(1 AS DOUBLE))"},
		{name: "nan", out: tDouble, sql: "CAST('NaN' AS DOUBLE)"},
		{name: "infinity", out: tDouble, sql: "CAST('Infinity' AS DOUBLE)"},
		{name: "is_nan", in: in(tDouble), out: tBoolean, sql: "isnan($1)"},
		{name: "is_finite", in: in(tDouble), out: tBoolean, sql: "isfinite($1)"},
		{name: "is_infinite", in: in(tDouble), out: tBoolean, sql: "isinf($1)"},
		{name: "random", out: tDouble, sql: "random()"},
		{name: "rand", out: tDouble, sql: "random()"},
		{name: "random", in: in(tBigint), out: tBigint, sql: "CAST(floor(random() * $1) AS BIGINT)"},
		{name: "rand", in: in(tBigint), out: tBigint, sql: "CAST(floor(random() * $1) AS BIGINT)"},
		{name: "bitwise_and", in: in(tBigint, tBigint), out: tBigint, sql: "($1 & $2)"},
		{name: "bitwise_or", in: in(tBigint, tBigint), out: tBigint, sql: "($1 | $2)"},
		{name: "bitwise_xor", in: in(tBigint, tBigint), out: tBigint, sql: "xor($1, $2)"},
		{name: "bitwise_not", in: in(tBigint), out: tBigint, sql: "(~ $1)"},
		{name: "width_bucket", in: in(tDouble, tDouble, tDouble, tBigint), make: refused("width_bucket")},
		{name: "from_base", in: in(tVarchar, tBigint), out: tBigint, sql: "trino_from_base($1, $2)"},
		{name: "to_base", in: in(tBigint, tBigint), out: tVarchar, sql: "trino_to_base($1, $2)"},
	}
}

// signOfFloat is NaN of NaN, of which DuckDB has no sign.
const signOfFloat = "(CASE WHEN isnan($1) THEN $1 ELSE CAST(sign($1) AS $T) END)"

// refused names a function as one that is known, and not translated.
func refused(n string) func(env, *call, []value) (value, error) {
	return func(_ env, c *call, _ []value) (value, error) { return value{}, refuse(int(c.pos), "function "+n) }
}

// logarithm is -Infinity of 0 and NaN of what is less, both of which are errors to DuckDB.
func logarithm(f string) string {
	return "(CASE WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE " + f + "($1) END)"
}

// defined is NaN where a function is not defined, which is an error to DuckDB.
func defined(f, not string) string {
	return "(CASE WHEN " + not + " THEN CAST('NaN' AS DOUBLE) ELSE " + f + "($1) END)"
}

// wholeNumber rounds: integers are what they are, decimals lose their fraction, floats stay floats.
func wholeNumber(f string) func(env, *call, []value) (value, error) {
	return func(_ env, _ *call, args []value) (value, error) {
		x := args[0]
		switch {
		case x.typ.isInteger(), x.typ.name == "unknown":
			return x, nil
		case x.typ.name == "decimal":
			of := decimalOf(min(38, x.typ.size-x.typ.scale+min(x.typ.scale, 1)), 0)
			return made(of, castTo(f+"("+x.sql+")", of)), nil
		}
		v := made(x.typ, castTo(f+"("+x.sql+")", x.typ))
		v.finite = x.finite
		return v, nil
	}
}

// roundTo rounds to a number of digits, half away from zero.
func roundTo(e env, c *call, args []value) (value, error) {
	x, digits := args[0], args[1]
	switch {
	case x.typ.isFloat():
		v := made(x.typ, castTo("round("+x.sql+", CAST("+digits.sql+" AS INTEGER))", x.typ))
		v.finite = x.finite
		return v, nil
	case x.typ.isInteger() && digits.sql == "0":
		return x, nil
	case x.typ.name == "decimal":
		of := decimalOf(min(38, x.typ.size+1), x.typ.scale)
		return made(of, castTo("trino_decimal_round("+castTo(x.sql, tVarchar)+", "+digits.sql+")", of)), nil
	}
	return value{}, refuse(int(c.pos), "round of "+x.typ.String()+" to a number of digits")
}

func truncateDecimal(_ env, _ *call, args []value) (value, error) {
	of := decimalOf(max(1, args[0].typ.size-args[0].typ.scale), 0)
	return made(of, castTo("trunc("+args[0].sql+")", of)), nil
}

// modulus is %, of which each side keeps its type until the result's is known.
func modulus(e env, c *call) (value, error) {
	e.truth = false
	args, err := e.arguments(c, 2, 2)
	if err != nil {
		return value{}, err
	}
	return e.arithmetic(int(c.pos), "%", args[0], args[1])
}
