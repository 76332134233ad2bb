package trinosql

import (
	"strconv"
	"strings"
)

// call reads a function's call with what may follow: FILTER, IGNORE NULLS, WITHIN GROUP, OVER.
func (p *parser) call() (expr, error) {
	t := p.next()
	c := &call{pos: pos(t.pos), name: strings.ToLower(t.text)}
	p.next()
	if err := p.arguments(c); err != nil {
		return nil, err
	}
	if p.accept("WITHIN", "GROUP") {
		if err := p.withinGroup(c); err != nil {
			return nil, err
		}
	}
	if p.peek().is("FILTER") && p.ahead(1).isSymbol("(") {
		p.i += 2
		if err := p.expect("WHERE"); err != nil {
			return nil, err
		}
		var err error
		if c.filter, err = p.expression(); err != nil {
			return nil, err
		}
		if err := p.expectSymbol(")"); err != nil {
			return nil, err
		}
	}
	c.ignoreNulls = p.accept("IGNORE", "NULLS")
	if !c.ignoreNulls {
		p.accept("RESPECT", "NULLS")
	}
	if !p.accept("OVER") {
		return c, nil
	}
	var err error
	c.over, err = p.over()
	return c, err
}

func (p *parser) arguments(c *call) error {
	if p.acceptSymbol(")") {
		return nil
	}
	if p.peek().isSymbol("*") && p.ahead(1).isSymbol(")") {
		c.args = []expr{&star{p.here()}}
		p.i += 2
		return nil
	}
	if c.distinct = p.accept("DISTINCT"); !c.distinct {
		p.accept("ALL")
	}
	for {
		if isName(p.peek()) && p.ahead(1).isSymbol("=>") {
			return refuse(p.peek().pos, "a named argument")
		}
		x, err := p.expression()
		if err != nil {
			return err
		}
		c.args = append(c.args, x)
		if !p.acceptSymbol(",") {
			break
		}
	}
	if p.accept("ORDER", "BY") {
		var err error
		if c.order, err = p.sortItems(); err != nil {
			return err
		}
	}
	if p.peek().is("ON") && p.ahead(1).is("OVERFLOW") {
		if !p.ahead(2).is("ERROR") {
			return refuse(p.peek().pos, "LISTAGG … ON OVERFLOW TRUNCATE")
		}
		p.i += 3
	}
	return p.expectSymbol(")")
}

func (p *parser) withinGroup(c *call) (err error) {
	if err := p.expectSymbol("("); err != nil {
		return err
	}
	if !p.accept("ORDER", "BY") {
		return p.mismatch("'ORDER'")
	}
	if c.order, err = p.sortItems(); err != nil {
		return err
	}
	return p.expectSymbol(")")
}

func (p *parser) over() (*window, error) {
	if p.peek().isSymbol("(") {
		return p.windowSpec()
	}
	at := p.here()
	n, err := p.name()
	return &window{pos: at, base: strings.ToLower(n)}, err
}

func (p *parser) windowSpec() (*window, error) {
	w := &window{pos: p.here()}
	if err := p.expectSymbol("("); err != nil {
		return nil, err
	}
	var err error
	if isName(p.peek()) && !p.peek().is("PARTITION") && !p.startsFrame() {
		n := p.next().text
		w.base = strings.ToLower(n)
	}
	if p.accept("PARTITION", "BY") {
		for {
			x, err := p.expression()
			if err != nil {
				return nil, err
			}
			w.partition = append(w.partition, x)
			if !p.acceptSymbol(",") {
				break
			}
		}
	}
	if p.accept("ORDER", "BY") {
		if w.order, err = p.sortItems(); err != nil {
			return nil, err
		}
	}
	if w.frame, err = p.frame(); err != nil {
		return nil, err
	}
	return w, p.expectSymbol(")")
}

func (p *parser) startsFrame() bool {
	t := p.peek()
	return t.is("ROWS") || t.is("RANGE") || t.is("GROUPS") || t.is("MEASURES")
}

// frame reads ROWS BETWEEN … AND …, or nothing.
func (p *parser) frame() (_ *frame, err error) {
	if !p.startsFrame() {
		return nil, nil //nolint:nilnil // a window without a frame
	}
	if p.peek().is("MEASURES") {
		return nil, refuse(p.peek().pos, "pattern recognition in a window")
	}
	f := &frame{pos: p.here(), unit: strings.ToUpper(p.next().text)}
	f.end.kind = "CURRENT ROW"
	if !p.accept("BETWEEN") {
		f.start, err = p.bound()
		return f, err
	}
	if f.start, err = p.bound(); err != nil {
		return nil, err
	}
	if err := p.expect("AND"); err != nil {
		return nil, err
	}
	f.end, err = p.bound()
	return f, err
}

func (p *parser) bound() (b bound, err error) {
	switch {
	case p.accept("CURRENT", "ROW"):
		b.kind = "CURRENT ROW"
		return b, nil
	case p.accept("UNBOUNDED"):
		b.kind = "UNBOUNDED "
	default:
		if b.x, err = p.expression(); err != nil {
			return b, err
		}
	}
	switch {
	case p.accept("PRECEDING"):
		b.kind += "PRECEDING"
	case p.accept("FOLLOWING"):
		b.kind += "FOLLOWING"
	default:
		err = p.mismatch("'FOLLOWING'", "'PRECEDING'")
	}
	return b, err
}

// extract reads EXTRACT(YEAR FROM x), which is year(x).
func (p *parser) extract(at pos) (expr, error) {
	p.i += 2
	unit := strings.ToLower(p.next().text)
	switch unit {
	case "dow":
		unit = "day_of_week"
	case "doy":
		unit = "day_of_year"
	case "yow":
		unit = "year_of_week"
	case "timezone_hour", "timezone_minute", "year", "quarter", "month", "week", "day", "day_of_month", "day_of_week", "day_of_year",
		"year_of_week", "hour", "minute", "second":
	default:
		return nil, fail(int(at), SyntaxError, "Invalid EXTRACT field: %s", unit)
	}
	if err := p.expect("FROM"); err != nil {
		return nil, err
	}
	x, err := p.expression()
	if err != nil {
		return nil, err
	}
	return &call{pos: at, name: unit, args: []expr{x}, extract: true}, p.expectSymbol(")")
}

// position reads POSITION(a IN b), which is strpos(b, a).
func (p *parser) position(at pos) (expr, error) {
	p.i += 2
	a, err := p.concatenation()
	if err != nil {
		return nil, err
	}
	if err := p.expect("IN"); err != nil {
		return nil, err
	}
	b, err := p.concatenation()
	if err != nil {
		return nil, err
	}
	return &call{pos: at, name: "strpos", args: []expr{b, a}}, p.expectSymbol(")")
}

// substring reads SUBSTRING(x FROM a FOR b), and with commas.
func (p *parser) substring(at pos) (expr, error) {
	p.i += 2
	c := &call{pos: at, name: "substr"}
	for _, separators := range [][2]string{{",", "FROM"}, {",", "FOR"}, {}} {
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, x)
		if separators[0] == "" || !p.acceptSymbol(separators[0]) && !p.accept(separators[1]) {
			break
		}
	}
	return c, p.expectSymbol(")")
}

// trim reads TRIM([BOTH|LEADING|TRAILING] [chars] FROM x), TRIM(x, chars) and TRIM(x).
func (p *parser) trim(at pos) (expr, error) {
	p.i += 2
	c := &call{pos: at, name: "trim"}
	switch {
	case p.accept("LEADING"):
		c.name = "ltrim"
	case p.accept("TRAILING"):
		c.name = "rtrim"
	default:
		p.accept("BOTH")
	}
	var chars expr
	if !p.accept("FROM") {
		x, err := p.concatenation()
		if err != nil {
			return nil, err
		}
		switch {
		case p.acceptSymbol(","):
			c.args = []expr{x}
			chars, err = p.concatenation()
			c.args = append(c.args, chars)
			if err != nil {
				return nil, err
			}
			return c, p.expectSymbol(")")
		case !p.accept("FROM"):
			c.args = []expr{x}
			return c, p.expectSymbol(")")
		}
		chars = x
	}
	x, err := p.concatenation()
	if err != nil {
		return nil, err
	}
	c.args = []expr{x}
	if chars != nil {
		c.args = append(c.args, chars)
	}
	return c, p.expectSymbol(")")
}

// current reads CURRENT_DATE and its like, which are calls without brackets.
func (p *parser) current(at pos) (expr, error) {
	c := &call{pos: at, name: strings.ToLower(p.next().text)}
	if !p.acceptSymbol("(") {
		return c, nil
	}
	if p.acceptSymbol(")") {
		return nil, fail(int(at), SyntaxError, "mismatched input ')'. Expecting: <integer>")
	}
	t := p.peek()
	if t.kind != integerToken {
		return nil, p.mismatch("<integer>")
	}
	if n, err := strconv.Atoi(t.text); err != nil || n != 3 && n != 6 && n != 0 {
		return nil, refuse(t.pos, strings.ToUpper(c.name)+"("+t.text+")")
	}
	p.next()
	c.args = []expr{&literal{pos: pos(t.pos), kind: integerLiteral, text: t.text}}
	return c, p.expectSymbol(")")
}
