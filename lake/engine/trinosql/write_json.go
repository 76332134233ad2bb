package trinosql

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
	case "json":
		return v.sql, nil
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
