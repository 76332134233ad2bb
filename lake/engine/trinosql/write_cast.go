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
	if try && v.typ.isNested() && v.typ.name == to.name { // one part that cannot be cast makes all of it null
		return e.tryNested(at, v, to)
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

// tryNested casts what is in a value, within TRY. The value itself is computed outside of it.
func (e env) tryNested(at int, v value, to typ) (value, error) {
	var err error
	inner := e
	inner.trying = true
	v.simple = false
	sql := e.bind([]value{v}, func(bound []value) string {
		of, castErr := inner.cast(at, bound[0], to, false)
		err = castErr
		return "TRY(" + of.sql + ")"
	})
	return made(to, sql), err
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
	"tinyint": "trino_tinyint", "smallint": "trino_smallint", "integer": "trino_integer", "bigint": "trino_bigint",
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
