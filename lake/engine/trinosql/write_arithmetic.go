package trinosql

// arithmetic writes + - * / %.
func (e env) arithmetic(at int, op string, a, b value) (value, error) {
	wrong := fail(at, TypeMismatch, "Cannot apply operator: %s %s %s", a.typ, op, b.typ)
	switch {
	case a.typ.name == "unknown" && b.typ.name == "unknown":
		return made(tUnknown, "NULL"), nil
	case a.typ.name == "unknown" && b.typ.isNumber():
		a = e.coerce(a, b.typ)
	case b.typ.name == "unknown" && a.typ.isNumber():
		b = e.coerce(b, a.typ)
	}
	if !a.typ.isNumber() || !b.typ.isNumber() {
		v, ok, err := e.times(at, op, a, b)
		if !ok && err == nil {
			err = wrong
		}
		return v, err
	}
	of := commonNumber(a.typ, b.typ)
	if of.name == "decimal" {
		return e.decimals(at, op, e.decimal(a), e.decimal(b))
	}
	a, b = e.operand(a, of), e.operand(b, of)
	if of.isInteger() && (op == "/" || op == "%") {
		return e.quotient(op, of, a, b), nil
	}
	return made(of, "(", a.sql, " ", op, " ", b.sql, ")"), nil
}

// quotient divides integers: towards zero, and never by zero.
func (e env) quotient(op string, of typ, a, b value) value {
	if op == "/" {
		op = "//"
	}
	if b.number != nil && *b.number != "0" && *b.number != "-1" {
		return made(of, castTo("("+a.sql+" "+op+" "+b.sql+")", of))
	}
	text := "(CASE WHEN $2 = 0 THEN " + failing(DivisionByZero, "Division by zero", of)
	if op == "%" { // which of the least number overflows
		text += " WHEN $2 = -1 AND $1 IS NOT NULL THEN 0"
	}
	text += " ELSE $1 " + op + " $2 END)"
	return made(of, e.render(text, []value{a, b}))
}

// decimal is a number of another exact type as a decimal.
func (e env) decimal(v value) value { return e.coerce(v, v.typ.asDecimal()) }

// decimals calculates in the types that Trino's rules give; the last digit is rounded half up.
func (e env) decimals(at int, op string, a, b value) (value, error) {
	p1, s1, p2, s2 := a.typ.size, a.typ.scale, b.typ.size, b.typ.scale
	scale := max(s1, s2)
	var of typ
	switch op {
	case "+", "-":
		of = decimalOf(min(38, max(p1-s1, p2-s2)+scale+1), scale)
	case "*":
		of = decimalOf(min(38, p1+p2), s1+s2)
	case "/":
		of = decimalOf(min(38, p1+s2+max(0, s2-s1)), scale)
	default:
		of = decimalOf(min(p1-s1, p2-s2)+scale, scale)
	}
	if of.scale > 38 {
		return value{}, fail(at, TypeMismatch, "DECIMAL scale must be in range [0, precision (38)]: %d", of.scale)
	}
	if op == "/" || op == "%" {
		digits := castTo(a.sql, tVarchar) + ", " + castTo(b.sql, tVarchar) + ", " + itoa(scale)
		return made(of, castTo("trino_decimal("+quote(op)+", "+digits+")", of)), nil
	}
	return made(of, castTo("("+a.sql+" "+op+" "+b.sql+")", of)), nil
}

// times calculates with dates, timestamps and intervals. It is not ok when there is no such operator.
func (e env) times(at int, op string, a, b value) (_ value, ok bool, _ error) {
	isInterval := func(t typ) bool { return t.name == tDays.name || t.name == tMonths.name }
	switch {
	case op == "+" && isInterval(a.typ) && b.typ.isTime():
		return e.moved(at, op, b, a)
	case (op == "+" || op == "-") && a.typ.isTime() && isInterval(b.typ):
		return e.moved(at, op, a, b)
	case op == "-" && a.typ.isTime() && b.typ.isTime():
		return e.difference(a, b)
	case (op == "+" || op == "-") && isInterval(a.typ) && a.typ.name == b.typ.name:
		v := made(a.typ, "(", a.sql, " ", op, " ", b.sql, ")")
		v.days = a.days && b.days
		return v, true, nil
	case op == "*" && isInterval(a.typ) && b.typ.isInteger():
		return e.scaled(a, b), true, nil
	case op == "*" && a.typ.isInteger() && isInterval(b.typ):
		return e.scaled(b, a), true, nil
	case isInterval(a.typ) && (op == "*" || op == "/"), isInterval(b.typ) && op == "*":
		return value{}, true, refuse(at, "an interval times or divided by a number that is no integer")
	}
	return value{}, false, nil
}

func (e env) scaled(of, by value) value {
	v := e.native("an interval as long as this", of.typ, []value{of, by}, func(bound []value) string {
		return "(" + bound[0].sql + " * " + bound[1].sql + ")"
	})
	v.days = of.days
	return v
}

// moved is a time and an interval. A date stays a date.
func (e env) moved(at int, op string, x, by value) (value, bool, error) {
	of, zone := x.typ, x.typ.zone
	switch {
	case of.name == "date" && !by.days:
		return value{}, true, fail(at, InvalidArguments, "Cannot add hour, minutes or seconds to a date")
	case of.size < 3 && by.typ.name == tDays.name:
		of.size = 3
	}
	return e.native(farTimes, of, []value{x, by}, func(bound []value) string {
		local := bound[0]
		local.typ.zone = zone
		switch {
		case of.name == "date":
			return castTo("("+local.sql+" "+op+" "+bound[1].sql+")", tDate)
		case of.name == "timestamp with time zone" && by.typ.name == tMonths.name && zone != "UTC":
			return "timezone(" + quote(zone) + ", " + zonedLocal(local) + " " + op + " " + bound[1].sql + ")"
		}
		return "(" + local.sql + " " + op + " " + bound[1].sql + ")"
	}), true, nil
}

// farTimes are those of Trino's dates and timestamps that DuckDB has not.
const farTimes = "a time as far away as this"

// difference is the time from one to the other.
func (e env) difference(a, b value) (value, bool, error) {
	of, ok := comparable(a.typ, b.typ)
	if !ok {
		return value{}, false, nil
	}
	if of.name == "date" {
		v := made(tDays, "to_days(CAST((", a.sql, " - ", b.sql, ") AS INTEGER))")
		v.days = true
		return v, true, nil
	}
	a, b = e.side(a, of), e.side(b, of)
	return made(tDays, "(", a.sql, " - ", b.sql, ")"), true, nil
}
