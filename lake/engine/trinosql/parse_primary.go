package trinosql

import (
	"encoding/hex"
	"strings"
)

// primary reads a literal, a name, a call or what stands in brackets.
func (p *parser) primary() (expr, error) {
	t := p.peek()
	at := pos(t.pos)
	switch t.kind {
	case integerToken:
		return p.literal(integerLiteral)
	case decimalToken:
		return p.literal(decimalLiteral)
	case doubleToken:
		return p.literal(doubleLiteral)
	case stringToken:
		return p.literal(stringLiteral)
	case binaryToken:
		return p.binaryLiteral()
	case symbolToken:
		switch t.text {
		case "?":
			return p.parameter()
		case "(":
			return p.brackets()
		}
	case wordToken:
		if read := p.special(); read != nil {
			return read(at)
		}
		return p.nameOrCall()
	case quotedToken:
		return p.nameOrCall()
	}
	return nil, p.mismatch("<expression>")
}

func (p *parser) literal(k literalKind) (expr, error) {
	t := p.next()
	return &literal{pos: pos(t.pos), kind: k, text: t.text}, nil
}

func (p *parser) binaryLiteral() (expr, error) {
	t := p.next()
	digits := strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "").Replace(t.text)
	if _, err := hex.DecodeString(digits); err != nil {
		return nil, fail(t.pos, SyntaxError, "Binary literal can only contain hexadecimal digits, an even number of them")
	}
	return &literal{pos: pos(t.pos), kind: binaryLiteral, text: digits}, nil
}

// brackets reads a scalar query, a row, a lambda's parameters or an expression.
func (p *parser) brackets() (expr, error) {
	at := p.here()
	if beginsQuery(p.ahead(1)) {
		q, err := p.bracketed()
		return &scalar{at, q}, err
	}
	if p.isLambda() {
		return p.lambda()
	}
	p.next()
	items, err := p.list(")")
	if err != nil || len(items) == 1 {
		return first(items), err
	}
	return &row{at, items}, nil
}

func first(items []expr) expr {
	if len(items) == 0 {
		return nil
	}
	return items[0]
}

// isLambda tells whether () ->, (a) -> or (a, b) -> comes next.
func (p *parser) isLambda() bool {
	i := 1
	for ; !p.ahead(i).isSymbol(")"); i++ {
		if i > 1 && p.ahead(i).isSymbol(",") {
			i++
		}
		if !isName(p.ahead(i)) {
			return false
		}
	}
	return p.ahead(i + 1).isSymbol("->")
}

func (p *parser) lambda() (expr, error) {
	l := &lambda{pos: p.here()}
	if p.acceptSymbol("(") {
		for !p.acceptSymbol(")") {
			n, err := p.name()
			if err != nil {
				return nil, err
			}
			l.params = append(l.params, n)
			p.acceptSymbol(",")
		}
	} else {
		l.params = []string{p.next().text}
	}
	if err := p.expectSymbol("->"); err != nil {
		return nil, err
	}
	var err error
	l.body, err = p.expression()
	return l, err
}

func (p *parser) nameOrCall() (expr, error) {
	t := p.peek()
	switch {
	case p.ahead(1).isSymbol("->") && isName(t):
		return p.lambda()
	case t.kind == wordToken && p.ahead(1).kind == stringToken && isName(t):
		return p.typedLiteral(1)
	case t.is("DOUBLE") && p.ahead(1).is("PRECISION") && p.ahead(2).kind == stringToken:
		return p.typedLiteral(2)
	case t.is("INTERVAL") && (p.ahead(1).kind == stringToken || p.ahead(2).kind == stringToken):
		return p.interval()
	case p.ahead(1).isSymbol("(") && ownGrammar[strings.ToUpper(t.text)]:
		return nil, refuse(t.pos, "function "+strings.ToLower(t.text))
	case p.ahead(1).isSymbol("("):
		return p.call()
	}
	n, err := p.name()
	return &name{pos(t.pos), n}, err
}

// ownGrammar are functions of the SQL standard whose arguments have a grammar of their own.
var ownGrammar = words("JSON_EXISTS JSON_VALUE JSON_QUERY JSON_OBJECT JSON_ARRAY")

// typedLiteral reads DATE '2026-01-01'.
func (p *parser) typedLiteral(n int) (expr, error) {
	at := p.here()
	if n == 1 && p.peek().is("INTERVAL") {
		return p.interval()
	}
	of, err := p.typeOf()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != stringToken {
		return nil, p.mismatch("<string>")
	}
	return &literal{pos: at, kind: typedLiteral, text: p.next().text, typ: of}, nil
}

var intervalUnits = words("YEAR MONTH DAY HOUR MINUTE SECOND")

func (p *parser) interval() (expr, error) {
	v := &interval{pos: p.here()}
	p.next()
	if p.acceptSymbol("-") {
		v.negative = true
	} else {
		p.acceptSymbol("+")
	}
	if p.peek().kind != stringToken {
		return nil, p.mismatch("<string>")
	}
	v.text = p.next().text
	unit := func() (string, error) {
		u := strings.ToUpper(p.peek().text)
		if p.peek().kind != wordToken || !intervalUnits[u] {
			return "", p.mismatch("'DAY'", "'HOUR'", "'MINUTE'", "'MONTH'", "'SECOND'", "'YEAR'")
		}
		p.next()
		return u, nil
	}
	var err error
	if v.from, err = unit(); err == nil && p.accept("TO") {
		v.to, err = unit()
	}
	return v, err
}

// special is what reads an expression that begins with a keyword, or nothing.
func (p *parser) special() func(pos) (expr, error) {
	bracket := p.ahead(1).isSymbol("(")
	switch strings.ToUpper(p.peek().text) {
	case "NULL":
		return p.constant(nullLiteral)
	case "TRUE", "FALSE":
		return p.constant(boolLiteral)
	case "CASE":
		return p.cases
	case "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "CURRENT_USER", "CURRENT_CATALOG",
		"CURRENT_SCHEMA", "CURRENT_PATH":
		return p.current
	case "ARRAY":
		if p.ahead(1).isSymbol("[") {
			return p.array
		}
	}
	if !bracket {
		return nil
	}
	switch strings.ToUpper(p.peek().text) {
	case "CAST", "TRY_CAST":
		return p.cast
	case "EXISTS":
		return p.exists
	case "EXTRACT":
		return p.extract
	case "POSITION":
		return p.position
	case "SUBSTRING":
		return p.substring
	case "TRIM":
		return p.trim
	case "ROW":
		return p.row
	case "GROUPING", "LISTAGG", "NORMALIZE":
		return func(pos) (expr, error) { return p.call() }
	}
	return nil
}

func (p *parser) constant(k literalKind) func(pos) (expr, error) {
	return func(at pos) (expr, error) {
		return &literal{pos: at, kind: k, text: strings.ToLower(p.next().text)}, nil
	}
}

func (p *parser) array(at pos) (expr, error) {
	p.i += 2
	if p.acceptSymbol("]") {
		return &array{pos: at}, nil
	}
	items, err := p.list("]")
	return &array{at, items}, err
}

func (p *parser) row(at pos) (expr, error) {
	p.i += 2
	items, err := p.list(")")
	return &row{at, items}, err
}

func (p *parser) exists(at pos) (expr, error) {
	p.next()
	q, err := p.bracketed()
	return &exists{at, q}, err
}

func (p *parser) cast(at pos) (expr, error) {
	c := &cast{pos: at, try: p.next().is("TRY_CAST")}
	p.next()
	var err error
	if c.x, err = p.expression(); err != nil {
		return nil, err
	}
	if err := p.expect("AS"); err != nil {
		return nil, err
	}
	if c.to, err = p.typeOf(); err != nil {
		return nil, err
	}
	return c, p.expectSymbol(")")
}

func (p *parser) cases(at pos) (expr, error) {
	p.next()
	c := &cases{pos: at}
	var err error
	if !p.peek().is("WHEN") {
		if c.operand, err = p.expression(); err != nil {
			return nil, err
		}
	}
	for p.accept("WHEN") {
		var w when
		if w.condition, err = p.expression(); err != nil {
			return nil, err
		}
		if err := p.expect("THEN"); err != nil {
			return nil, err
		}
		if w.result, err = p.expression(); err != nil {
			return nil, err
		}
		c.when = append(c.when, w)
	}
	if len(c.when) == 0 {
		return nil, p.mismatch("'WHEN'")
	}
	if p.accept("ELSE") {
		if c.orElse, err = p.expression(); err != nil {
			return nil, err
		}
	}
	return c, p.expect("END")
}
