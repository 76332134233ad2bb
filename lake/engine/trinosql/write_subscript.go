package trinosql

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
			failing(InvalidArguments, "Array subscript must be less than or equal to array length: ", of.typ, "$2", "' > '", "len($1)")+" WHEN $2 < 1 AND $1 IS NOT NULL THEN "+
			failing(InvalidArguments, "Array subscript: SQL array indices start at 1", of.typ)+" END)", parts)), nil
	case "map":
		if parts[1], err = e.keyOf(of.typ, i, x.index.at()); err != nil {
			return of, err
		}
		result := of.typ.args[1]
		return made(result, e.render("(CASE WHEN map_contains($1, $2) THEN $1[$2] WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN "+
			missingKey(of.typ)+" END)", parts)), nil
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

// missingKey tells the key where it is written alike by both engines.
func missingKey(m typ) string {
	if key := m.args[0]; key.isText() || key.isInteger() {
		return failing(InvalidArguments, "Key not present in map: ", m.args[1], "$2")
	}
	return failing(InvalidArguments, "Key not present in map", m.args[1])
}

func (e env) keyOf(m typ, key value, at int) (value, error) {
	of, ok := common(m.args[0], key.typ)
	if !ok || !of.same(m.args[0]) {
		return key, fail(at, TypeMismatch, "Cannot use %s for subscript of %s", key.typ, m)
	}
	return e.coerce(key, m.args[0]), nil
}
