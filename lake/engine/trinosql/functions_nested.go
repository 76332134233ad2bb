package trinosql

import "strings"

// arrayFunctions are Trino's functions of arrays that take no lambda: https://trino.io/docs/current/functions/array.html.
func arrayFunctions() []function {
	list := arrayOf(varT)
	return []function{
		{name: "cardinality", in: in(list), out: tBigint, sql: "len($1)"},
		{name: "contains", in: in(list, varT), out: tBoolean, loose: "list_contains($1, $2)", equal: true,
			sql: "(CASE WHEN list_contains($1, $2) THEN true WHEN len($1) = list_count($1) AND $2 IS NOT NULL THEN false END)"},
		{name: "arrays_overlap", in: in(list, list), out: tBoolean, loose: "list_has_any($1, $2)",
			sql: "(CASE WHEN list_has_any($1, $2) THEN true WHEN len($1) = 0 AND $2 IS NOT NULL OR len($2) = 0 AND $1 IS NOT NULL " +
				"OR len($1) = list_count($1) AND len($2) = list_count($2) THEN false END)"},
		{name: "element_at", in: in(list, tBigint), out: varT,
			sql: "(CASE WHEN $2 = 0 THEN " + failed("element_at: SQL array indices start at 1") + " ELSE $1[$2] END)"},
		{name: "element_at", in: in(mapOf(varK, varV), varK), out: varV, sql: "($1)[$2]"},
		{name: "array_distinct", in: in(list), out: list, make: distinctElements},
		{name: "array_sort", in: in(list), out: list, make: sorted},
		{name: "array_join", in: in(list, tVarchar), out: tVarchar, make: joined},
		{name: "array_join", in: in(list, tVarchar, tVarchar), out: tVarchar, make: joined},
		{name: "array_position", in: in(list, varT), out: tBigint, equal: true,
			sql: "(CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN CAST(coalesce(list_position($1, $2), 0) AS BIGINT) END)"},
		{name: "array_max", in: in(list), out: varT, make: greatestElement},
		{name: "array_min", in: in(list), out: varT, sql: "(CASE WHEN len($1) = list_count($1) THEN list_min($1) END)"},
		{name: "array_remove", in: in(list, varT), make: without},
		{name: "array_except", in: in(list, list), make: setOf("NOT ")},
		{name: "array_intersect", in: in(list, list), make: setOf("")},
		{name: "array_union", in: in(list, list), make: unionOf},
		{name: "flatten", in: in(arrayOf(list)), out: list, sql: "flatten($1)"},
		{name: "sequence", in: in(tBigint, tBigint), out: arrayOf(tBigint), sql: sequence("(CASE WHEN $1 <= $2 THEN 1 ELSE -1 END)")},
		{name: "sequence", in: in(tBigint, tBigint, tBigint), out: arrayOf(tBigint), sql: sequence("$3")},
		{name: "sequence", in: in(tDate, tDate), out: arrayOf(tDate), sql: dates("to_days(CASE WHEN $1 <= $2 THEN 1 ELSE -1 END)", "DATE")},
		{name: "sequence", in: in(tDate, tDate, tDays), out: arrayOf(tDate), sql: dates("$3", "DATE")},
		{name: "sequence", in: in(tDate, tDate, tMonths), out: arrayOf(tDate), make: refusedFor("sequence", "by months")},
		{name: "sequence", in: in(tTimestamp, tTimestamp, tDays), make: timestamps},
		{name: "slice", in: in(list, tBigint, tBigint), out: list, sql: "(CASE WHEN $2 = 0 OR $3 < 0 THEN " + failed("slice: SQL array indices start at 1") +
			" WHEN $3 > 1000000000 THEN " + "(CASE WHEN trino_refuse($3 > 1000000000, 'slice of more than a billion elements') THEN CAST(NULL AS $T) END)" + " WHEN $2 > 0 THEN list_slice($1, $2, $2 + $3 - 1) WHEN -$2 > len($1) THEN list_slice($1, 1, 0) " +
			"ELSE list_slice($1, len($1) + $2 + 1, len($1) + $2 + $3) END)"},
		{name: "repeat", in: in(varT, tInteger), out: arrayOf(varT), make: repeated},
		{name: "concat", in: in(tVarchar, tVarchar), more: true, make: concatAll},
		{name: "concat", in: in(list, list), more: true, make: concatAll},
		{name: "concat", in: in(tVarbinary, tVarbinary), more: true, make: concatAll},
	}
}

func refusedFor(n, what string) func(env, *call, []value) (value, error) {
	return func(_ env, c *call, _ []value) (value, error) { return value{}, refuse(int(c.pos), n+" "+what) }
}

// comparesElements refuses elements that the engines compare in different ways.
func comparesElements(c *call, list typ) error {
	if of := list.args[0]; of.isNested() || of.name == "json" {
		return refuse(int(c.pos), c.name+" of "+list.String())
	}
	return nil
}

// noNaN is a floating point number where it is one; NaN, which equals nothing to Trino and itself to DuckDB, ends the statement.
func (e env) noNaN(c *call, x value) value {
	v := made(x.typ, e.render("(CASE WHEN isnan($1) THEN "+refusing("isnan($1)", c.name+" of NaN", x.typ)+" ELSE $1 END)", []value{x}))
	v.finite = true
	return v
}

// greatestElement is null where one is.
func greatestElement(e env, c *call, args []value) (value, error) {
	of, sql := args[0].typ.args[0], "(CASE WHEN len($1) = list_count($1) THEN list_max($1) END)"
	if of.isFloat() {
		nans := "list_contains($1, CAST('NaN' AS " + of.duck() + "))"
		sql = "(CASE WHEN " + nans + " THEN " + refusing(nans, c.name+" of NaN", of) + " WHEN len($1) = list_count($1) THEN list_max($1) END)"
	}
	return made(of, e.render(sql, args)), nil
}

// distinctElements keeps the first of equal elements, where it is; null is one of them.
func distinctElements(e env, c *call, args []value) (value, error) {
	if err := comparesElements(c, args[0].typ); err != nil {
		return value{}, err
	}
	return made(args[0].typ, e.distinctText(args[0])), nil
}

func (e env) distinctText(list value) string {
	x, i := e.fresh("x", list), e.fresh("i", list)
	return e.render("list_filter($1, lambda "+x+", "+i+": list_position($1, "+x+") = "+i+")", []value{list})
}

func sorted(_ env, c *call, args []value) (value, error) {
	if err := comparesElements(c, args[0].typ); err != nil {
		return value{}, err
	}
	return made(args[0].typ, "list_sort(", args[0].sql, ", 'ASC', 'NULLS LAST')"), nil
}

// joined leaves out nulls, or has a text for them.
func joined(e env, c *call, args []value) (value, error) {
	n := e.fresh("e", args...)
	item, err := e.cast(int(c.pos), value{sql: n, typ: args[0].typ.args[0], simple: true}, tVarchar, false)
	if err != nil {
		return value{}, err
	}
	list := args[0].sql
	switch {
	case len(args) == 3:
		list = "list_transform(" + list + ", lambda " + n + ": coalesce(" + item.sql + ", " + args[2].sql + "))"
	case item.sql != n:
		list = "list_transform(" + list + ", lambda " + n + ": " + item.sql + ")"
	}
	return made(tVarchar, "array_to_string(", list, ", ", args[1].sql, ")"), nil
}

func without(e env, c *call, args []value) (value, error) {
	if err := comparesElements(c, args[0].typ); err != nil {
		return value{}, err
	}
	if args[1].typ.isFloat() && !args[1].finite {
		args[1] = e.noNaN(c, args[1])
	}
	x := e.fresh("x", args...)
	return made(args[0].typ, e.render("(CASE WHEN $2 IS NOT NULL THEN list_filter($1, lambda "+x+": "+x+" IS DISTINCT FROM $2) END)", args)), nil
}

// setOf keeps the elements of the first array that are in the second, or that are not.
func setOf(not string) func(env, *call, []value) (value, error) {
	return func(e env, c *call, args []value) (value, error) {
		if err := comparesElements(c, args[0].typ); err != nil {
			return value{}, err
		}
		x := e.fresh("m", args...)
		sql := e.bind(args, func(bound []value) string {
			kept := made(args[0].typ, "list_filter(", e.distinctText(bound[0]), ", lambda ", x, ": ", not, "coalesce(list_position(", bound[1].sql,
				", ", x, "), 0) > 0)")
			return "(CASE WHEN " + bound[0].sql + " IS NOT NULL AND " + bound[1].sql + " IS NOT NULL THEN " + kept.sql + " END)"
		})
		return made(args[0].typ, sql), nil
	}
}

func unionOf(e env, c *call, args []value) (value, error) {
	if err := comparesElements(c, args[0].typ); err != nil {
		return value{}, err
	}
	return made(args[0].typ, e.distinctText(made(args[0].typ, "(", args[0].sql, " || ", args[1].sql, ")"))), nil
}

// sequence counts from one number to another; Trino allows ten thousand.
func sequence(step string) string {
	return counted("$1", "$2", step, "generate_series($1, $2, "+step+")")
}

// counted computes a series if its step leads from start to stop, and if it is of no more entries than Trino allows: all of it
// is made at once, and DuckDB's limit of memory does not count it.
func counted(start, stop, step, series string) string {
	return "(CASE WHEN " + step + " = 0 THEN " + failed("sequence: step must not be zero") +
		" WHEN sign(" + stop + " - " + start + ") * sign(" + step + ") < 0 THEN " +
		failed("sequence stop value should be greater than or equal to start value if step is greater than zero "+
			"otherwise stop should be less than or equal to start") +
		" WHEN abs((" + stop + " - " + start + ") // nullif(" + step + ", 0)) >= 10000 THEN " +
		failed("result of sequence function must not have more than 10000 entries") + " ELSE " + series + " END)"
}

// failed is a value of the type of a template's result that is never there, as an argument is wrong.
func failed(message string) string {
	return "CAST(trino_fail(" + quote(InvalidArguments+": "+message) + ") AS $T)"
}

// dates counts from one date or timestamp to another, by an interval.
func dates(step, of string) string {
	const start, stop = "epoch_us(CAST($1 AS TIMESTAMP))", "epoch_us(CAST($2 AS TIMESTAMP))"
	series := counted(start, stop, "epoch_us("+step+")", "CAST(generate_series(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), "+step+") AS "+of+"[])")
	if of != "DATE" {
		return series
	}
	return "(CASE WHEN epoch_us(" + step + ") % 86400000000 <> 0 THEN " +
		failed("sequence step must be a day interval if start and end values are dates") + " ELSE " + series + " END)"
}

func timestamps(e env, _ *call, args []value) (value, error) {
	of := args[0].typ
	of.size = max(of.size, args[1].typ.size)
	return made(arrayOf(of), e.render(strings.ReplaceAll(dates("$3", "TIMESTAMP"), "$T", "TIMESTAMP[]"), args)), nil
}

// repeated is an array of one value; Trino allows ten thousand of it and a million bytes, and DuckDB's limit of memory does not
// count them. The bytes are those of the values' texts.
func repeated(e env, _ *call, args []value) (value, error) {
	n := e.fresh("i", args...)
	return made(arrayOf(args[0].typ), e.bind(args, func(bound []value) string {
		count := bound[1].sql
		fails := func(message string) string { return failing(InvalidArguments, message, tBigint) }
		return "list_transform(range(CASE WHEN " + count + " > 10000 THEN " + fails("count argument of repeat function must be less than or equal to 10000") +
			" WHEN " + count + " < 0 THEN " + fails("count argument of repeat function must be greater than or equal to 0") +
			" WHEN " + count + " * strlen(CAST(" + bound[0].sql + " AS VARCHAR)) > 1000000 THEN " +
			fails("result of repeat function must not take more than 1000000 bytes") +
			" ELSE " + count + " END), lambda " + n + ": " + bound[0].sql + ")"
	})), nil
}

func concatAll(e env, c *call, args []value) (value, error) {
	out := args[0]
	for _, a := range args[1:] {
		var err error
		if out, err = e.concat(int(c.pos), out, a); err != nil {
			return out, err
		}
	}
	return out, nil
}

// mapFunctions are Trino's functions of maps that take no lambda: https://trino.io/docs/current/functions/map.html.
func mapFunctions() []function {
	m := mapOf(varK, varV)
	entries := arrayOf(typ{name: "row", args: []typ{varK, varV}, fields: []string{"", ""}})
	return []function{
		{name: "cardinality", in: in(m), out: tBigint, sql: "CAST(cardinality($1) AS BIGINT)"},
		{name: "map", in: in(arrayOf(varK), arrayOf(varV)), out: m, sql: "map($1, $2)"},
		{name: "map", out: mapOf(tUnknown, tUnknown), sql: "CAST(map([], []) AS $T)"},
		{name: "map_keys", in: in(m), out: arrayOf(varK), sql: "map_keys($1)"},
		{name: "map_values", in: in(m), out: arrayOf(varV), sql: "map_values($1)"},
		{name: "map_concat", in: in(m, m), more: true, out: m, make: concatMaps},
		{name: "map_entries", in: in(m), out: entries, make: entriesOf},
		{name: "map_from_entries", in: in(entries), out: m, make: fromEntries},
		{name: "split_to_map", in: in(tVarchar, tVarchar, tVarchar), out: mapOf(tVarchar, tVarchar),
			sql: "map(trino_split_keys($1, $2, $3), trino_split_values($1, $2, $3))"},
	}
}

// concatMaps is null where one of the maps is, which DuckDB leaves out.
func concatMaps(e env, _ *call, args []value) (value, error) {
	return made(args[0].typ, e.bind(args, func(bound []value) string {
		return "(CASE WHEN " + anyNull(bound) + " THEN NULL ELSE map_concat(" + listed(bound) + ") END)"
	})), nil
}

// listed are values with commas between them.
func listed(values []value) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.sql
	}
	return strings.Join(texts, ", ")
}

// anyNull holds when one of the values is null.
func anyNull(values []value) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.sql + " IS NULL"
	}
	return strings.Join(texts, " OR ")
}

func entriesOf(e env, _ *call, args []value) (value, error) {
	n := e.fresh("e", args...)
	of := typ{name: "row", args: args[0].typ.args, fields: []string{"", ""}}
	return made(arrayOf(of), "list_transform(map_entries(", args[0].sql, "), lambda ", n, ": {'f0': ", n, ".key, 'f1': ", n, ".value})"), nil
}

func fromEntries(e env, _ *call, args []value) (value, error) {
	n := e.fresh("e", args...)
	row := args[0].typ.args[0]
	return made(mapOf(row.args[0], row.args[1]), "map_from_entries(list_transform(", args[0].sql, ", lambda ", n, ": {'key': ", n, ".f0, 'value': ", n,
		".f1}))"), nil
}
