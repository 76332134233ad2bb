package trinosql

// bounds derives the days that a condition leaves of each table, from comparisons of its key with constants.
func (e env) bounds(x expr) {
	for _, part := range flatten(x, "AND") {
		switch c := part.(type) {
		case *binary:
			e.comparisonBounds(c)
		case *predicate:
			e.predicateBounds(c)
		}
	}
}

// mirrored is the operator with its sides changed.
var mirrored = map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (e env) comparisonBounds(c *binary) {
	op, key, bound := c.op, e.dayOf(c.a), constantText(c.b)
	if key == nil {
		op, key, bound = mirrored[c.op], e.dayOf(c.b), constantText(c.a)
	}
	if key == nil || bound == nil {
		return
	}
	switch op {
	case "=":
		key.narrow(*bound, *bound)
	case "<", "<=":
		key.narrow("", *bound)
	case ">", ">=":
		key.narrow(*bound, "")
	}
}

func (e env) predicateBounds(c *predicate) {
	key := e.dayOf(c.x)
	if key == nil || c.not {
		return
	}
	var texts []string
	for _, a := range c.args {
		t := constantText(a)
		if t == nil {
			return
		}
		texts = append(texts, *t)
	}
	switch {
	case c.op == "BETWEEN":
		key.narrow(texts[0], texts[1])
	case c.op == "IN" && len(texts) > 0:
		low, high := texts[0], texts[0]
		for _, t := range texts[1:] {
			low, high = min(low, t), max(high, t)
		}
		key.narrow(low, high)
	}
}

// dayOf is the scan whose key an expression is.
func (e env) dayOf(x expr) *scan {
	names := parts(x)
	if names == nil {
		return nil
	}
	c, from, rest, err := e.scope.lookup(x.at(), names)
	if err != nil || from != e.scope || len(rest) > 0 || !sameName(c.name, dayColumn) {
		return nil
	}
	return c.scan
}

// dayColumn is the key of all tables of a lake.
const dayColumn = "day"

func constantText(x expr) *string {
	if l, ok := x.(*literal); ok && (l.kind == stringLiteral || l.kind == typedLiteral && l.typ.name == "varchar") {
		return &l.text
	}
	return nil
}

func (s *scan) narrow(from, to string) {
	if from > s.from {
		s.from = from
	}
	if to != "" && (s.to == "" || to < s.to) {
		s.to = to
	}
}
