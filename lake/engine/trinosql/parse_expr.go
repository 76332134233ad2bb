package trinosql

import "strings"

// expression reads the loosest operators first: OR, AND, NOT, comparisons, ||, + -, * / %, signs, AT TIME ZONE.
func (p *parser) expression() (expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	return p.chain(p.conjunction, "OR")
}

func (p *parser) conjunction() (expr, error) { return p.chain(p.negation, "AND") }

// chain reads operands with a word between them.
func (p *parser) chain(operand func() (expr, error), op string) (expr, error) {
	left, err := operand()
	for err == nil && p.peek().is(op) {
		at := pos(p.next().pos)
		var right expr
		if right, err = operand(); err == nil {
			left = &binary{at, op, left, right}
		}
	}
	return left, err
}

func (p *parser) negation() (expr, error) {
	at := p.here()
	if !p.accept("NOT") {
		return p.predicated()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	x, err := p.negation()
	return &unary{at, "NOT", x}, err
}

var comparisons = map[string]string{"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

// predicated reads a value and the predicates that follow it.
func (p *parser) predicated() (expr, error) {
	x, err := p.concatenation()
	for err == nil {
		t := p.peek()
		if op := comparisons[t.text]; t.kind == symbolToken && op != "" {
			p.next()
			x, err = p.comparison(pos(t.pos), op, x)
			continue
		}
		var more bool
		if x, more, err = p.predicate(x); !more {
			break
		}
	}
	return x, err
}

func (p *parser) comparison(at pos, op string, x expr) (expr, error) {
	if p.ahead(1).isSymbol("(") {
		for _, w := range []string{"ALL", "ANY", "SOME"} {
			if p.accept(w) {
				q, err := p.bracketed()
				return &quantified{at, op, w == "ALL", x, q}, err
			}
		}
	}
	y, err := p.concatenation()
	return &binary{at, op, x, y}, err
}

// predicate reads [NOT] BETWEEN, IN, LIKE and IS, if one comes next.
func (p *parser) predicate(x expr) (_ expr, more bool, err error) {
	c := &predicate{pos: p.here(), x: x}
	if p.peek().is("NOT") && (p.ahead(1).is("BETWEEN") || p.ahead(1).is("IN") || p.ahead(1).is("LIKE")) {
		p.next()
		c.not = true
	}
	switch {
	case p.accept("BETWEEN"):
		c.op = "BETWEEN"
		err = p.between(c)
	case p.accept("IN"):
		c.op = "IN"
		err = p.in(c)
	case p.accept("LIKE"):
		c.op = "LIKE"
		err = p.like(c)
	case p.accept("IS"):
		c.not = p.accept("NOT")
		err = p.is(c)
	default:
		return x, false, nil
	}
	return c, true, err
}

func (p *parser) between(c *predicate) error {
	low, err := p.concatenation()
	if err != nil {
		return err
	}
	if err := p.expect("AND"); err != nil {
		return err
	}
	high, err := p.concatenation()
	c.args = []expr{low, high}
	return err
}

// in reads a query or a list in brackets. Where brackets follow brackets both are tried.
func (p *parser) in(c *predicate) (err error) {
	start, used := p.i, p.used
	if p.peek().isSymbol("(") && beginsQuery(p.firstInBrackets()) {
		c.query, err = p.bracketed()
		if err == nil || !p.tokens[start+1].isSymbol("(") {
			return err
		}
		if err := p.retry(start, used); err != nil {
			return err
		}
		c.query = nil
	}
	if err := p.expectSymbol("("); err != nil {
		return err
	}
	c.args, err = p.list(")")
	return err
}

// list reads expressions with commas between them, to the symbol that closes.
func (p *parser) list(closing string) ([]expr, error) {
	var out []expr
	for {
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		out = append(out, x)
		if !p.acceptSymbol(",") {
			return out, p.expectSymbol(closing)
		}
	}
}

func (p *parser) like(c *predicate) error {
	pattern, err := p.concatenation()
	if err != nil {
		return err
	}
	c.args = []expr{pattern}
	if p.accept("ESCAPE") {
		escape, err := p.concatenation()
		if err != nil {
			return err
		}
		c.args = append(c.args, escape)
	}
	return nil
}

func (p *parser) is(c *predicate) error {
	switch {
	case p.accept("NULL"):
		c.op = "IS NULL"
		return nil
	case p.accept("DISTINCT", "FROM"):
		c.op = "IS DISTINCT FROM"
		y, err := p.concatenation()
		c.args = []expr{y}
		return err
	case p.peek().is("JSON"):
		return refuse(p.peek().pos, "IS JSON")
	}
	return p.mismatch("'DISTINCT'", "'NULL'")
}

func (p *parser) concatenation() (expr, error) { return p.operators(p.sum, "||") }

func (p *parser) sum() (expr, error) { return p.operators(p.product, "+", "-") }

func (p *parser) product() (expr, error) { return p.operators(p.signed, "*", "/", "%") }

// maxChain bounds how many operators, subscripts or fields follow one another: each is a level of what is written.
const maxChain = 500

// operators reads operands with symbols between them.
func (p *parser) operators(operand func() (expr, error), symbols ...string) (expr, error) {
	left, err := operand()
	for n := 0; err == nil; n++ {
		op := ""
		for _, s := range symbols {
			if p.peek().isSymbol(s) {
				op = s
			}
		}
		if op == "" {
			break
		}
		if n == maxChain {
			return nil, fail(p.peek().pos, SyntaxError, "there are more than %d operators in a row", maxChain)
		}
		at := pos(p.next().pos)
		var right expr
		if right, err = operand(); err == nil {
			left = &binary{at, op, left, right}
		}
	}
	return left, err
}

func (p *parser) signed() (expr, error) {
	at := p.here()
	for _, s := range []string{"-", "+"} {
		if !p.acceptSymbol(s) {
			continue
		}
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer p.leave()
		x, err := p.signed()
		if n, ok := x.(*literal); ok && s == "-" && n.kind == integerLiteral && !strings.HasPrefix(n.text, "-") {
			return &literal{pos: at, kind: integerLiteral, text: "-" + n.text}, err
		}
		return &unary{at, s, x}, err
	}
	return p.atZone()
}

func (p *parser) atZone() (expr, error) {
	x, err := p.postfixed()
	for err == nil && p.peek().is("AT") && p.ahead(1).is("TIME") && p.ahead(2).is("ZONE") {
		at := p.here()
		p.i += 3
		var zone expr
		if p.peek().is("INTERVAL") && p.ahead(1).kind != stringToken {
			return nil, p.mismatch("<string>")
		}
		if zone, err = p.postfixed(); err == nil {
			x = &zoned{at, x, zone}
		}
	}
	return x, err
}

// postfixed reads a value with [i] and .name after it.
func (p *parser) postfixed() (expr, error) {
	x, err := p.primary()
	for n := 0; err == nil; n++ {
		at := p.here()
		if n == maxChain {
			return nil, fail(int(at), SyntaxError, "there are more than %d subscripts and fields in a row", maxChain)
		}
		switch {
		case p.acceptSymbol("["):
			var i expr
			if i, err = p.expression(); err == nil {
				err = p.expectSymbol("]")
			}
			x = &subscript{at, x, i}
		case p.peek().isSymbol(".") && !p.ahead(1).isSymbol("*"):
			p.next()
			var n string
			if n, err = p.name(); err == nil && p.peek().isSymbol("(") {
				err = refuse(int(at), "a schema before a function's name")
			}
			x = &field{pos(x.at()), x, n}
		default:
			return x, nil
		}
	}
	return x, err
}
