package trinosql

// rounded brings a time of microseconds to the type's digits, half up.
func rounded(sql string, to typ) string {
	units := []string{"second", "", "", "milliseconds", "", "", ""}
	halves := []string{"500000", "", "", "500", "", "", ""}
	if unit := units[to.size]; unit != "" {
		return "date_trunc(" + quote(unit) + ", " + sql + " + to_microseconds(" + halves[to.size] + "))"
	}
	return sql
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
