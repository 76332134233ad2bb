package trinosql

import (
	"strings"
)

// cast writes CAST and TRY_CAST. Texts are read by functions of Trino's rules: DuckDB takes '1.5' for a bigint, and a T
// between date and time.
func (e env) cast(at int, v value, to typ, try bool) (value, error) {
	switch {
	case v.typ.same(to) && to.name != "varchar" && to.name != "timestamp", v.typ.name == "unknown":
		return e.coerce(v, to), nil
	case to.name == "timestamp with time zone" && v.text != nil && !try:
		written, err := e.typed(&literal{pos: pos(at), kind: typedLiteral, text: *v.text, typ: to})
		if err != nil {
			return written, err
		}
		return e.cast(at, written, to, false)
	case to.name == "timestamp with time zone":
		to.zone = "UTC"
		if v.typ.name == to.name {
			to.zone = v.typ.zone
		}
	}
	sql, ok, err := e.castText(at, v, to, try)
	if err != nil {
		return v, err
	}
	if !ok {
		return v, fail(at, TypeMismatch, "Cannot cast %s to %s", v.typ, to)
	}
	out := made(to, sql)
	out.simple = v.simple && sql == v.sql
	if to.isFloat() {
		out.finite = v.typ.isInteger() || v.typ.name == "decimal" || v.finite
	}
	return out, nil
}

func (e env) castText(at int, v value, to typ, try bool) (sql string, ok bool, err error) {
	switch {
	case v.typ.name == "json":
		return e.fromJSON(at, v, to, try)
	case to.name == "json":
		sql, err = e.toJSON(at, v)
		return sql, true, err
	case to.name == "varchar":
		return e.castToText(at, v, to)
	case v.typ.isText():
		return e.castFromText(v, to, try)
	case v.typ.isNumber() || v.typ.name == "boolean":
		sql, ok = castNumber(v, to, try)
		return sql, ok, nil
	case v.typ.isTime() && to.isTime():
		return castTime(v, to), true, nil
	case v.typ.isNested():
		return e.castNested(at, v, to, try)
	}
	return "", false, nil
}

// castWord is DuckDB's cast.
func castWord(try bool) string {
	if try {
		return "TRY_CAST("
	}
	return "CAST("
}

// textReaders read a text as Trino does, and end the statement where it is none, or give null.
var textReaders = map[string]string{
	"tinyint": "trino_integer", "smallint": "trino_integer", "integer": "trino_integer", "bigint": "trino_integer",
	"double": "trino_double", "real": "trino_double", "decimal": "trino_decimal_text", "boolean": "trino_boolean",
	"date": "trino_date", "timestamp": "trino_timestamp", "timestamp with time zone": "trino_timestamp_utc",
	"ipaddress": "trino_address",
}

func (e env) castFromText(v value, to typ, try bool) (string, bool, error) {
	reader := textReaders[to.name]
	if to.name == "varbinary" {
		return "", false, nil
	}
	if reader == "" {
		return "", false, nil
	}
	if try {
		reader = strings.Replace(reader, "trino_", "trino_try_", 1)
	}
	call := reader + "(" + v.sql + ")"
	switch to.name {
	case "bigint", "double", "boolean", "ipaddress", "date":
		return call, true, nil
	case "timestamp", "timestamp with time zone":
		return rounded(call, to), true, nil
	}
	return castWord(try) + call + " AS " + to.duck() + ")", true, nil
}

// rounded brings a time of microseconds to the type's digits, half up.
func rounded(sql string, to typ) string {
	units := []string{"second", "", "", "milliseconds", "", "", ""}
	halves := []string{"500000", "", "", "500", "", "", ""}
	if unit := units[to.size]; unit != "" {
		return "date_trunc(" + quote(unit) + ", " + sql + " + to_microseconds(" + halves[to.size] + "))"
	}
	return sql
}

func (e env) castToText(at int, v value, to typ) (string, bool, error) {
	text := ""
	switch v.typ.name {
	case "varchar":
		text = v.sql
	case "boolean", "tinyint", "smallint", "integer", "bigint", "date":
		text = castTo(v.sql, tVarchar)
	case "decimal":
		text = "trino_decimal_digits(" + castTo(v.sql, tVarchar) + ")"
		if v.typ.size > v.typ.scale {
			text = castTo(v.sql, tVarchar)
		}
	case "double":
		text = "trino_double_text(" + v.sql + ")"
	case "real":
		text = "trino_real_text(" + v.sql + ")"
	case "timestamp":
		text = timeText(v.sql, v.typ.size)
	case "timestamp with time zone":
		text = "(" + timeText(zonedLocal(v), v.typ.size) + " || " + quote(" "+v.typ.zone) + ")"
	case "ipaddress":
		text = "trino_address_text(" + v.sql + ")"
	default:
		return "", false, nil
	}
	switch {
	case to.size == 0 || v.typ.name == "varchar" && v.typ.size > 0 && v.typ.size <= to.size:
		return text, true, nil
	case v.typ.name == "varchar":
		return "left(" + text + ", " + itoa(to.size) + ")", true, nil
	}
	return "", true, refuseFor(at, "a cast of "+v.typ.String()+" to "+to.String(), "cast it to varchar")
}

// timeText is a time with as many digits of a second as its type has.
func timeText(sql string, digits int) string {
	switch digits {
	case 0:
		return "strftime(" + sql + ", '%Y-%m-%d %H:%M:%S')"
	case 3:
		return "strftime(" + sql + ", '%Y-%m-%d %H:%M:%S.%g')"
	}
	return "left(strftime(" + sql + ", '%Y-%m-%d %H:%M:%S.%f'), " + itoa(20+digits) + ")"
}

// zonedLocal is the time on the clocks of the instant's zone.
func zonedLocal(v value) string {
	if v.typ.name != "timestamp with time zone" {
		return v.sql
	}
	return "timezone(" + quote(v.typ.zone) + ", " + v.sql + ")"
}

// castNumber rounds half away from zero, which DuckDB does for decimals and not for floating point numbers.
func castNumber(v value, to typ, try bool) (string, bool) {
	switch {
	case to.name == "boolean" && v.typ.isNumber():
		return "(" + v.sql + " <> 0)", true
	case !to.isNumber():
		return "", false
	case v.typ.isFloat() && to.isInteger():
		return castWord(try) + "round(" + v.sql + ") AS " + to.duck() + ")", true
	case v.typ.isFloat() && to.name == "decimal":
		// By its shortest digits, as Java has it, and not by its exact value.
		return castWord(try) + castTo(v.sql, tVarchar) + " AS " + to.duck() + ")", true
	case v.typ.name == "boolean" && to.name == "decimal":
		return castWord(try) + castTo(v.sql, tInteger) + " AS " + to.duck() + ")", true
	}
	return castWord(try) + v.sql + " AS " + to.duck() + ")", true
}

func castTime(v value, to typ) string {
	switch to.name {
	case "date":
		return castTo(zonedLocal(v), tDate)
	case "timestamp":
		sql := castTo(zonedLocal(v), to)
		if v.typ.name == "date" || v.typ.size <= to.size {
			return sql
		}
		return rounded(sql, to)
	}
	if v.typ.name == to.name {
		if v.typ.size <= to.size {
			return v.sql
		}
		return rounded(v.sql, to)
	}
	sql := "timezone('UTC', " + castTo(v.sql, tTimestamp) + ")"
	if v.typ.name == "date" || v.typ.size <= to.size {
		return sql
	}
	return rounded(sql, to)
}

// castNested casts what is in a value: element by element, key by key, field by field.
func (e env) castNested(at int, v value, to typ, try bool) (string, bool, error) {
	if v.typ.name != to.name || len(v.typ.args) != len(to.args) {
		return "", false, nil
	}
	part := func(sql string, i int) (string, error) {
		of := value{sql: sql, typ: v.typ.args[i], simple: true}
		out, err := e.cast(at, of, to.args[i], try)
		return out.sql, err
	}
	n := e.fresh("e", v)
	switch to.name {
	case "array":
		body, err := part(n, 0)
		return "list_transform(" + v.sql + ", lambda " + n + ": " + body + ")", true, err
	case "map":
		key, err := part(n+".key", 0)
		if err != nil {
			return "", true, err
		}
		val, err := part(n+".value", 1)
		return "map_from_entries(list_transform(map_entries(" + v.sql + "), lambda " + n + ": {'key': " + key + ", 'value': " + val + "}))", true, err
	}
	return e.castRow(v, to, part)
}

func (e env) castRow(v value, to typ, part func(string, int) (string, error)) (string, bool, error) {
	var err error
	text := e.bind([]value{v}, func(bound []value) string {
		fields := make([]string, len(to.args))
		for i := range to.args {
			body, partErr := part("("+bound[0].sql+")."+ident(rowField(i)), i)
			if partErr != nil {
				err = partErr
			}
			fields[i] = quote(rowField(i)) + ": " + body
		}
		return "(CASE WHEN " + bound[0].sql + " IS NOT NULL THEN {" + strings.Join(fields, ", ") + "} END)"
	})
	return text, true, err
}

// fromJSON casts JSON, which is text as Trino writes it.
func (e env) fromJSON(at int, v value, to typ, try bool) (string, bool, error) {
	if try {
		return "", true, refuse(at, "TRY_CAST of JSON")
	}
	switch to.name {
	case "varchar":
		if to.size > 0 {
			return "", true, refuseFor(at, "a cast of JSON to "+to.String(), "cast it to varchar")
		}
		return "trino_json_text(" + v.sql + ")", true, nil
	case "bigint", "integer", "smallint", "tinyint":
		return castTo("trino_json_integer("+v.sql+")", to), true, nil
	case "double", "real":
		return castTo("trino_json_double("+v.sql+")", to), true, nil
	case "boolean":
		return "trino_json_boolean(" + v.sql + ")", true, nil
	case "array":
		n := e.fresh("e", v)
		item, err := e.cast(at, value{sql: n, typ: tJSON, simple: true}, to.args[0], false)
		return "list_transform(trino_json_items(" + v.sql + "), lambda " + n + ": " + item.sql + ")", true, err
	case "map":
		return e.mapFromJSON(at, v, to)
	}
	return "", true, refuse(at, "a cast of JSON to "+to.String())
}

func (e env) mapFromJSON(at int, v value, to typ) (string, bool, error) {
	n := e.fresh("e", v)
	key, err := e.cast(at, value{sql: n, typ: tVarchar, simple: true}, to.args[0], false)
	if err != nil {
		return "", true, err
	}
	val, err := e.cast(at, value{sql: n, typ: tJSON, simple: true}, to.args[1], false)
	if err != nil {
		return "", true, err
	}
	return e.render("map(list_transform(trino_json_keys($1), lambda "+n+": "+key.sql+"), list_transform(trino_json_values($1), lambda "+n+": "+
		val.sql+"))", []value{v}), true, nil
}

// toJSON casts to JSON.
func (e env) toJSON(at int, v value) (string, error) {
	switch v.typ.name {
	case "varchar":
		return "trino_json_quoted(" + v.sql + ")", nil
	case "boolean", "tinyint", "smallint", "integer", "bigint", "decimal":
		return castTo(v.sql, tVarchar), nil
	case "double":
		return "trino_json_number(" + v.sql + ")", nil
	case "date", "timestamp":
		text, _, err := e.castToText(at, v, tVarchar)
		return "trino_json_quoted(" + text + ")", err
	case "array":
		n := e.fresh("e", v)
		item, err := e.toJSON(at, value{sql: n, typ: v.typ.args[0], simple: true})
		return "('[' || array_to_string(list_transform(" + v.sql + ", lambda " + n + ": coalesce(" + item + ", 'null')), ',') || ']')", err
	case "map":
		if !v.typ.args[0].isText() {
			break
		}
		n := e.fresh("e", v)
		item, err := e.toJSON(at, value{sql: n + ".value", typ: v.typ.args[1], simple: true})
		return "('{' || array_to_string(list_transform(list_sort(map_entries(" + v.sql + ")), lambda " + n + ": trino_json_quoted(" + n +
			".key) || ':' || coalesce(" + item + ", 'null')), ',') || '}')", err
	}
	return "", refuse(at, "a cast of "+v.typ.String()+" to JSON")
}

// zoned writes x AT TIME ZONE z, which only changes the zone in which the instant is shown.
func (e env) zoned(x *zoned) (value, error) {
	v, err := e.expr(x.x)
	if err != nil {
		return v, err
	}
	z, err := e.expr(x.zone)
	if err != nil {
		return v, err
	}
	return e.inZone(int(x.pos), v, z, x.zone.at())
}

func (e env) inZone(at int, v, z value, zoneAt int) (value, error) {
	if z.text == nil {
		return v, refuse(zoneAt, "a time zone that is not a constant string")
	}
	zone, err := zoneName(*z.text, zoneAt)
	if err != nil {
		return v, err
	}
	if v.typ.name != "timestamp" && v.typ.name != "timestamp with time zone" {
		return v, fail(at, TypeMismatch, "Type of value must be a time or timestamp with or without time zone (actual %s)", v.typ)
	}
	to := typ{name: "timestamp with time zone", size: v.typ.size, zone: "UTC"}
	out := value{sql: castTime(v, to), typ: to, simple: v.simple}
	out.typ.zone = zone
	return out, nil
}

// subscript writes a[i], m[k] and r[i]: what is not there is an error.
func (e env) subscript(x *subscript) (value, error) {
	parts, err := e.all([]expr{x.of, x.index})
	if err != nil {
		return value{}, err
	}
	of, i := parts[0], parts[1]
	switch of.typ.name {
	case "array":
		if !i.typ.isInteger() {
			return of, fail(x.index.at(), TypeMismatch, "Cannot use %s for subscript of %s", i.typ, of.typ)
		}
		of.typ = of.typ.args[0]
		return made(of.typ, e.render("(CASE WHEN $2 BETWEEN 1 AND len($1) THEN $1[$2] WHEN $2 > len($1) THEN "+
			failing("Array subscript must be less than or equal to array length", of.typ)+" WHEN $2 < 1 AND $1 IS NOT NULL THEN "+
			failing("SQL array indices start at 1", of.typ)+" END)", parts)), nil
	case "map":
		if parts[1], err = e.keyOf(of.typ, i, x.index.at()); err != nil {
			return of, err
		}
		result := of.typ.args[1]
		return made(result, e.render("(CASE WHEN map_contains($1, $2) THEN $1[$2] WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN "+
			failing("Key not present in map", result)+" END)", parts)), nil
	case "row":
		if i.number == nil || len(*i.number) > 3 {
			return of, refuse(int(x.pos), "a row's field by a number that is no constant")
		}
		for n := range of.typ.args {
			if itoa(n+1) == *i.number {
				return value{sql: "(" + of.sql + ")." + ident(rowField(n)), typ: of.typ.args[n], simple: of.simple}, nil
			}
		}
		return of, fail(x.index.at(), "INVALID_FUNCTION_ARGUMENT", "ROW index out of bounds: %s", *i.number)
	}
	return of, fail(int(x.pos), TypeMismatch, "Cannot use %s for subscript of %s", i.typ, of.typ)
}

func (e env) keyOf(m typ, key value, at int) (value, error) {
	of, ok := common(m.args[0], key.typ)
	if !ok || !of.same(m.args[0]) {
		return key, fail(at, TypeMismatch, "Cannot use %s for subscript of %s", key.typ, m)
	}
	return e.coerce(key, m.args[0]), nil
}
