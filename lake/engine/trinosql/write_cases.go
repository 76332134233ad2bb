package trinosql

func (e env) cases(x *cases) (value, error) {
	var operand value
	var err error
	if x.operand != nil {
		if operand, err = e.expr(x.operand); err != nil {
			return operand, err
		}
	}
	at := []expr{}
	var results []value
	conditions := make([]value, len(x.when))
	for i, w := range x.when {
		if x.operand == nil {
			conditions[i], err = e.condition(w.condition, "CASE WHEN clause")
		} else if conditions[i], err = e.expr(w.condition); err == nil {
			conditions[i], err = e.compare(w.condition.at(), "=", operand, conditions[i])
		}
		if err != nil {
			return value{}, err
		}
		r, err := e.expr(w.result)
		if err != nil {
			return value{}, err
		}
		results, at = append(results, r), append(at, w.result)
	}
	if x.orElse != nil {
		r, err := e.expr(x.orElse)
		if err != nil {
			return value{}, err
		}
		results, at = append(results, r), append(at, x.orElse)
	}
	of, err := e.unify(at, results)
	if err != nil {
		return value{}, err
	}
	return e.caseText(x, conditions, results, of), nil
}

func (e env) caseText(x *cases, conditions, results []value, of typ) value {
	out := "(CASE"
	for i := range x.when {
		out += " WHEN " + conditions[i].sql + " THEN " + e.coerce(results[i], of).sql
	}
	if x.orElse != nil {
		out += " ELSE " + e.coerce(results[len(results)-1], of).sql
	}
	return made(of, out, " END)")
}

func (e env) quantified(x *quantified) (value, error) {
	v, err := e.expr(x.x)
	if err != nil {
		return v, err
	}
	r, err := e.t.query(x.query, e.scope)
	if err != nil {
		return v, err
	}
	if len(r.columns) != 1 {
		return v, refuse(int(x.pos), "a subquery of several columns as a value")
	}
	if x.op != "=" && x.op != "<>" && orderable(v.typ, int(x.pos)) != nil {
		return v, orderable(v.typ, int(x.pos))
	}
	left, sql, err := e.beside(int(x.pos), x.op, v, r)
	if err != nil {
		return v, err
	}
	word := " ANY ("
	if x.all {
		word = " ALL ("
	}
	return made(tBoolean, "(", left.sql, " ", x.op, word, sql, "))"), e.noLambda(x, "a subquery")
}

// beside brings a value and a query's column to one type.
func (e env) beside(at int, op string, v value, r *result) (value, string, error) {
	of, ok := common(v.typ, r.columns[0].typ)
	if !ok || of.isNested() {
		return v, "", fail(at, TypeMismatch, "Cannot apply operator: %s %s %s", v.typ, op, r.columns[0].typ)
	}
	if of.isFloat() {
		return v, "", refuse(at, "a comparison of floating point numbers with a subquery")
	}
	sql := r.sql
	if r.columns[0].typ.duck() != of.duck() {
		text := e.t.retyped(r, []typ{of})
		sql = text[1 : len(text)-1]
	}
	return e.operand(v, of), sql, nil
}
