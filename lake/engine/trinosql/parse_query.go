package trinosql

import "strings"

// query reads [WITH …] body [ORDER BY …] [OFFSET …] [LIMIT …].
func (p *parser) query() (*query, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	q := &query{pos: p.here()}
	if p.accept("WITH") {
		if err := p.with(q); err != nil {
			return nil, err
		}
	}
	var err error
	if q.body, err = p.union(); err != nil {
		return nil, err
	}
	if p.accept("ORDER", "BY") {
		if q.order, err = p.sortItems(); err != nil {
			return nil, err
		}
	}
	return q, p.bounds(q)
}

func (p *parser) with(q *query) error {
	if p.peek().is("RECURSIVE") {
		return refuse(p.peek().pos, "WITH RECURSIVE")
	}
	for {
		c := commonTable{pos: p.here()}
		var err error
		if c.name, err = p.name(); err != nil {
			return err
		}
		if p.peek().isSymbol("(") {
			if c.columns, err = p.names(); err != nil {
				return err
			}
		}
		if err := p.expect("AS"); err != nil {
			return err
		}
		if c.query, err = p.bracketed(); err != nil {
			return err
		}
		q.with = append(q.with, c)
		if !p.acceptSymbol(",") {
			return nil
		}
	}
}

// bracketed reads (query).
func (p *parser) bracketed() (*query, error) {
	if err := p.expectSymbol("("); err != nil {
		return nil, err
	}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	return q, p.expectSymbol(")")
}

// bounds reads OFFSET, LIMIT and FETCH FIRST.
func (p *parser) bounds(q *query) error {
	var err error
	if p.accept("OFFSET") {
		if q.offset, err = p.count(); err != nil {
			return err
		}
		if !p.accept("ROWS") {
			p.accept("ROW")
		}
	}
	switch {
	case p.accept("LIMIT", "ALL"):
	case p.accept("LIMIT"):
		q.limit, err = p.count()
	case p.accept("FETCH"):
		err = p.fetch(q)
	}
	return err
}

func (p *parser) fetch(q *query) (err error) {
	if !p.accept("FIRST") && !p.accept("NEXT") {
		return p.mismatch("'FIRST'", "'NEXT'")
	}
	q.limit = &literal{pos: p.here(), kind: integerLiteral, text: "1"}
	if !p.peek().is("ROW") && !p.peek().is("ROWS") {
		if q.limit, err = p.count(); err != nil {
			return err
		}
	}
	if !p.accept("ROW") && !p.accept("ROWS") {
		return p.mismatch("'ROW'", "'ROWS'")
	}
	if p.peek().is("WITH") {
		return refuse(p.peek().pos, "FETCH FIRST … WITH TIES")
	}
	return p.expect("ONLY")
}

// count reads a number of rows.
func (p *parser) count() (expr, error) {
	if p.peek().isSymbol("?") {
		return p.parameter()
	}
	if p.peek().kind != integerToken {
		return nil, p.mismatch("'ALL'", "<integer>", "'?'")
	}
	t := p.next()
	return &literal{pos: pos(t.pos), kind: integerLiteral, text: t.text}, nil
}

// union reads bodies with UNION and EXCEPT between them, which bind alike; INTERSECT binds more.
func (p *parser) union() (queryBody, error) {
	return p.setOperations([]string{"UNION", "EXCEPT"}, func() (queryBody, error) {
		return p.setOperations([]string{"INTERSECT"}, p.simpleQuery)
	})
}

func (p *parser) setOperations(operators []string, operand func() (queryBody, error)) (queryBody, error) {
	left, err := operand()
	if err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		at, op := p.here(), p.acceptOne(operators)
		if op == "" {
			return left, nil
		}
		if n > maxDepth*4 {
			return nil, fail(int(at), SyntaxError, "there are more than %d queries in a row", maxDepth*4)
		}
		all := p.accept("ALL")
		if !all {
			p.accept("DISTINCT")
		}
		right, err := operand()
		if err != nil {
			return nil, err
		}
		left = &setOperation{pos: at, op: op, all: all, left: left, right: right}
	}
}

func (p *parser) acceptOne(list []string) string {
	for _, w := range list {
		if p.accept(w) {
			return w
		}
	}
	return ""
}

func (p *parser) simpleQuery() (queryBody, error) {
	at := p.here()
	switch {
	case p.peek().isSymbol("("):
		q, err := p.bracketed()
		return &nested{at, q}, err
	case p.accept("VALUES"):
		return p.values(at)
	case p.accept("TABLE"):
		parts, err := p.qualified()
		return &selection{pos: at, items: []item{{pos: at, all: true}}, from: []relation{&table{at, parts}}}, err
	case p.accept("SELECT"):
		return p.selection(at)
	}
	return nil, p.mismatch("'('", "'SELECT'", "'TABLE'", "'VALUES'", "'WITH'")
}

func (p *parser) values(at pos) (queryBody, error) {
	v := &values{pos: at}
	for {
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		v.rows = append(v.rows, x)
		if !p.acceptSymbol(",") {
			return v, nil
		}
	}
}

func (p *parser) selection(at pos) (queryBody, error) {
	s := &selection{pos: at, windows: map[string]*window{}}
	s.distinct = p.accept("DISTINCT")
	if !s.distinct {
		p.accept("ALL")
	}
	for _, clause := range []func(*selection) error{p.items, p.from, p.where, p.groupBy, p.havingClause, p.windowClause} {
		if err := clause(s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (p *parser) items(s *selection) error {
	for {
		i, err := p.item()
		if err != nil {
			return err
		}
		s.items = append(s.items, i)
		if !p.acceptSymbol(",") {
			return nil
		}
	}
}

func (p *parser) item() (item, error) {
	i := item{pos: p.here()}
	if p.acceptSymbol("*") {
		i.all = true
		return i, nil
	}
	var err error
	if i.x, err = p.expression(); err != nil {
		return i, err
	}
	if p.peek().isSymbol(".") && p.ahead(1).isSymbol("*") {
		p.i += 2
		i.all = true
		if p.peek().is("AS") {
			return i, refuse(p.peek().pos, "a list of aliases after .*")
		}
		return i, nil
	}
	i.alias, err = p.alias()
	return i, err
}

func (p *parser) where(s *selection) (err error) {
	if p.accept("WHERE") {
		s.where, err = p.expression()
	}
	return err
}

func (p *parser) havingClause(s *selection) (err error) {
	if p.accept("HAVING") {
		s.having, err = p.expression()
	}
	return err
}

func (p *parser) windowClause(s *selection) error {
	if !p.peek().is("WINDOW") || !isName(p.ahead(1)) || !p.ahead(2).is("AS") {
		return nil
	}
	p.next()
	for {
		n, err := p.name()
		if err != nil {
			return err
		}
		if err := p.expect("AS"); err != nil {
			return err
		}
		w, err := p.windowSpec()
		if err != nil {
			return err
		}
		s.windows[strings.ToLower(n)] = w
		if !p.acceptSymbol(",") {
			return nil
		}
	}
}
