package trinosql

func (p *parser) groupBy(s *selection) error {
	at := p.here()
	if !p.accept("GROUP", "BY") {
		return nil
	}
	g := &grouping{pos: at, distinct: p.accept("DISTINCT")}
	if !g.distinct {
		p.accept("ALL")
	}
	for {
		e, err := p.groupElement()
		if err != nil {
			return err
		}
		g.elements = append(g.elements, e)
		if !p.acceptSymbol(",") {
			s.group = g
			return nil
		}
	}
}

func (p *parser) groupElement() (groupElement, error) {
	e := groupElement{pos: p.here()}
	switch {
	case p.accept("ROLLUP"):
		e.kind = "ROLLUP"
	case p.accept("CUBE"):
		e.kind = "CUBE"
	case p.accept("GROUPING", "SETS"):
		e.kind = "GROUPING SETS"
	default:
		set, err := p.groupSet()
		e.sets = [][]expr{set}
		return e, err
	}
	if err := p.expectSymbol("("); err != nil {
		return e, err
	}
	for !p.peek().isSymbol(")") || e.kind == "GROUPING SETS" {
		set, err := p.groupSet()
		if err != nil {
			return e, err
		}
		e.sets = append(e.sets, set)
		if !p.acceptSymbol(",") {
			break
		}
	}
	return e, p.expectSymbol(")")
}

// groupSet is one expression, or several in brackets.
func (p *parser) groupSet() ([]expr, error) {
	if p.peek().isSymbol("(") && p.ahead(1).isSymbol(")") {
		p.i += 2
		return []expr{}, nil
	}
	x, err := p.expression()
	if r, ok := x.(*row); ok && err == nil {
		return r.items, nil
	}
	return []expr{x}, err
}

func (p *parser) sortItems() ([]sortItem, error) {
	var out []sortItem
	for {
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		s := sortItem{x: x}
		if !p.accept("ASC") {
			s.descending = p.accept("DESC")
		}
		if p.accept("NULLS") {
			switch {
			case p.accept("FIRST"):
				s.nullsFirst = true
			case !p.accept("LAST"):
				return nil, p.mismatch("'FIRST'", "'LAST'")
			}
		}
		out = append(out, s)
		if !p.acceptSymbol(",") {
			return out, nil
		}
	}
}
