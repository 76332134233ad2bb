package trinosql

import (
	"strings"
	"time"
)

// timeFunctions are Trino's functions of dates and times: https://trino.io/docs/current/functions/datetime.html.
func timeFunctions() []function {
	out := []function{
		{name: "from_unixtime", in: in(tDouble), out: tInstant, sql: "trino_from_unixtime($1)"},
		{name: "from_unixtime", in: in(tDouble, tVarchar), make: fromUnixIn},
		{name: "from_unixtime_nanos", in: in(tBigint), make: refused("from_unixtime_nanos")},
		{name: "from_iso8601_timestamp", in: in(tVarchar), out: tInstant, sql: "trino_from_iso8601($1)"},
		{name: "from_iso8601_date", in: in(tVarchar), out: tDate, sql: "trino_iso8601_date($1)"},
		{name: "with_timezone", in: in(tTimestamp, tVarchar), make: withZone},
		{name: "current_timezone", out: tVarchar, sql: "'UTC'"},
		{name: "last_day_of_month", in: in(tDate), out: tDate, sql: "last_day($1)"},
	}
	for _, of := range []typ{tDate, tTimestamp, tInstant} {
		out = append(out,
			function{name: "date", in: in(of), make: asDate},
			function{name: "to_iso8601", in: in(of), make: toISO},
			function{name: "date_trunc", in: in(tVarchar, of), make: truncated},
			function{name: "date_add", in: in(tVarchar, tBigint, of), make: dateAdd},
			function{name: "date_diff", in: in(tVarchar, of, of), make: dateDiff},
		)
		if of.name == "date" {
			continue
		}
		out = append(out,
			function{name: "to_unixtime", in: in(of), out: tDouble, sql: "trino_to_unixtime(epoch_us($1))"},
			function{name: "at_timezone", in: in(of, tVarchar), make: atZone},
			function{name: "date_format", in: in(of, tVarchar), make: dateFormat},
			function{name: "format_datetime", in: in(of, tVarchar), make: formatDatetime},
		)
	}
	out = append(out,
		function{name: "date_parse", in: in(tVarchar, tVarchar), make: dateParse},
		function{name: "parse_datetime", in: in(tVarchar, tVarchar), make: refused("parse_datetime")},
		function{name: "date", in: in(tVarchar), out: tDate, sql: "trino_date($1)"},
	)
	return append(out, timeParts()...)
}

// timeParts are year(x) and its like: what each is called in DuckDB, and whether a date has it.
func timeParts() (out []function) {
	for _, p := range []struct {
		name, sql string
		ofDate    bool
	}{
		{"year", "year($1)", true}, {"quarter", "quarter($1)", true}, {"month", "month($1)", true},
		{"week", "week($1)", true}, {"week_of_year", "week($1)", true}, {"day", "day($1)", true},
		{"day_of_month", "day($1)", true}, {"day_of_week", "isodow($1)", true}, {"dow", "isodow($1)", true},
		{"day_of_year", "dayofyear($1)", true}, {"doy", "dayofyear($1)", true},
		{"year_of_week", "isoyear($1)", true}, {"yow", "isoyear($1)", true},
		{"hour", "hour($1)", false}, {"minute", "minute($1)", false}, {"second", "second($1)", false},
		{"millisecond", "(millisecond($1) % 1000)", false},
	} {
		make := func(_ env, _ *call, args []value) (value, error) {
			return made(tBigint, "CAST(", strings.ReplaceAll(p.sql, "$1", zonedLocal(args[0])), " AS BIGINT)"), nil
		}
		if p.ofDate {
			out = append(out, function{name: p.name, in: in(tDate), make: make})
		}
		out = append(out, function{name: p.name, in: in(tTimestamp), make: make}, function{name: p.name, in: in(tInstant), make: make})
	}
	return out
}

// now is the same throughout a statement.
func now(e env, c *call) (value, error) {
	if len(c.args) > 1 {
		return value{}, fail(int(c.pos), FunctionNotFound, "Unexpected parameters for function %s", c.name)
	}
	instant := value{sql: "date_trunc('milliseconds', now())", typ: tInstant, simple: true}
	if !e.t.options.Now.IsZero() {
		at := e.t.options.Now.UTC().Truncate(time.Millisecond)
		instant.sql = "TIMESTAMPTZ " + quote(at.Format("2006-01-02 15:04:05.000")+"+00")
	}
	switch c.name {
	case "current_date":
		return value{sql: castTime(instant, tDate), typ: tDate, simple: true}, nil
	case "localtimestamp":
		return value{sql: castTime(instant, tTimestamp), typ: tTimestamp, simple: true}, nil
	case "now", "current_timestamp":
		return instant, nil
	}
	return value{}, refuse(int(c.pos), strings.ToUpper(c.name))
}

// units of date_trunc, date_add and date_diff, by how many of a smaller one they are.
var units = map[string]bool{
	"millisecond": true, "second": true, "minute": true, "hour": true, "day": false, "week": false, "month": false, "quarter": false, "year": false,
}

// unit is the constant unit; within tells whether it is shorter than a day.
func unit(c *call, v value) (name string, within bool, err error) {
	if v.text == nil {
		return "", false, refuse(c.args[0].at(), "a unit of time that is no constant")
	}
	name = strings.ToLower(*v.text)
	within, ok := units[name]
	if !ok {
		return "", false, fail(c.args[0].at(), InvalidArguments, "'%s' is not a valid field", *v.text)
	}
	return name, within, nil
}

func asDate(_ env, _ *call, args []value) (value, error) {
	return made(tDate, castTime(args[0], tDate)), nil
}

func toISO(_ env, c *call, args []value) (value, error) {
	v := args[0]
	switch {
	case v.typ.name == "date":
		return made(tVarchar, castTo(v.sql, tVarchar)), nil
	case v.typ.name == "timestamp":
		return made(tVarchar, "replace(", timeText(v.sql, v.typ.size), ", ' ', 'T')"), nil
	case v.typ.zone == "UTC":
		return made(tVarchar, "(replace(", timeText(zonedLocal(v), v.typ.size), ", ' ', 'T') || 'Z')"), nil
	}
	return v, refuse(int(c.pos), "to_iso8601 in the time zone "+v.typ.zone)
}

func truncated(e env, c *call, args []value) (value, error) {
	u, within, err := unit(c, args[0])
	if err != nil {
		return value{}, err
	}
	x := args[1]
	text := "date_trunc(" + quote(u) + ", " + x.sql + ")"
	switch {
	case x.typ.name == "date" && within:
		return x, fail(c.args[0].at(), InvalidArguments, "'%s' is not a valid DATE field", u)
	case x.typ.name == "date":
		return made(tDate, castTo(text, tDate)), nil
	case x.typ.name == "timestamp" || x.typ.zone == "UTC":
		return made(x.typ, text), nil
	case within:
		local := zonedLocal(value{sql: "$1", typ: x.typ})
		return made(x.typ, e.render("($1 - ("+local+" - date_trunc("+quote(u)+", "+local+")))", []value{x})), nil
	}
	return made(x.typ, "timezone(", quote(x.typ.zone), ", date_trunc(", quote(u), ", ", zonedLocal(x), "))"), nil
}

// dateAdd adds whole units.
func dateAdd(e env, c *call, args []value) (value, error) {
	u, within, err := unit(c, args[0])
	if err != nil {
		return value{}, err
	}
	of := args[2].typ
	if of.name == "date" && within {
		return value{}, fail(c.args[0].at(), InvalidArguments, "'%s' is not a valid DATE field", u)
	}
	return e.native(farTimes, of, args[1:], func(bound []value) string {
		x, interval := bound[1], intervalOf(u, bound[0].sql)
		if of.name == "timestamp with time zone" && of.zone != "UTC" && !within {
			return "timezone(" + quote(of.zone) + ", " + zonedLocal(x) + " + " + interval + ")"
		}
		moved := castTo("("+x.sql+" + "+interval+")", of)
		if u == "millisecond" && of.size < 3 {
			return rounded(moved, of)
		}
		return moved
	}), nil
}

// intervalOf is so many of a unit.
func intervalOf(unit, n string) string {
	switch unit {
	case "quarter":
		return "to_months(CAST(" + n + " * 3 AS INTEGER))"
	case "day", "week", "month", "year":
		return "to_" + unit + "s(CAST(" + n + " AS INTEGER))"
	case "second":
		return "to_milliseconds(" + n + " * 1000)"
	}
	return "to_" + unit + "s(" + n + ")"
}

// dateDiff counts the whole units between two times, where DuckDB's date_diff counts the bounds that lie between.
func dateDiff(e env, c *call, args []value) (value, error) {
	u, within, err := unit(c, args[0])
	if err != nil {
		return value{}, err
	}
	a, b := args[1], args[2]
	switch {
	case a.typ.name == "date" && within:
		return a, fail(c.args[0].at(), InvalidArguments, "'%s' is not a valid DATE field", u)
	case a.typ.name == "timestamp with time zone" && !within:
		if a.typ.zone != b.typ.zone {
			return a, refuse(int(c.pos), "date_diff of timestamps in different time zones")
		}
		a.sql, b.sql = zonedLocal(a), zonedLocal(b)
		a.typ, b.typ = tTimestamp, tTimestamp
	}
	return made(tBigint, e.render("date_sub("+quote(u)+", $1, $2)", []value{a, b})), nil
}

func fromUnixIn(e env, c *call, args []value) (value, error) {
	v := made(tInstant, "trino_from_unixtime(", args[0].sql, ")")
	return e.inZone(int(c.pos), v, args[1], c.args[1].at())
}

func atZone(e env, c *call, args []value) (value, error) {
	return e.inZone(int(c.pos), args[0], args[1], c.args[1].at())
}

// withZone takes a timestamp for the time on the clocks of a zone.
func withZone(_ env, c *call, args []value) (value, error) {
	if args[1].text == nil {
		return value{}, refuse(c.args[1].at(), "a time zone that is not a constant string")
	}
	zone, err := zoneName(*args[1].text, c.args[1].at())
	if err != nil {
		return value{}, err
	}
	return made(typ{name: tInstant.name, size: args[0].typ.size, zone: zone}, "timezone(", quote(zone), ", ", args[0].sql, ")"), nil
}
