package trinosql

import "strings"

// from reads relations with commas between them.
func (p *parser) from(s *selection) error {
	if !p.accept("FROM") {
		return nil
	}
	for {
		r, err := p.joins()
		if err != nil {
			return err
		}
		s.from = append(s.from, r)
		if !p.acceptSymbol(",") {
			return nil
		}
	}
}

// joins reads a relation and what is joined to it.
func (p *parser) joins() (relation, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	left, err := p.sampled()
	if err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		at, kind, err := p.joinKind()
		if err != nil || kind == "" {
			return left, err
		}
		if n > maxDepth {
			return nil, fail(int(at), SyntaxError, "there are more than %d joins in a row", maxDepth)
		}
		j := &join{pos: at, kind: kind, left: left}
		if kind == "CROSS" {
			if j.right, err = p.sampled(); err != nil {
				return nil, err
			}
		} else if err := p.joined(j); err != nil {
			return nil, err
		}
		left = j
	}
}

func (p *parser) joinKind() (pos, string, error) {
	at := p.here()
	switch {
	case p.peek().is("NATURAL"):
		return at, "", refuse(int(at), "NATURAL JOIN")
	case p.accept("CROSS", "JOIN"):
		return at, "CROSS", nil
	case p.accept("JOIN"), p.accept("INNER", "JOIN"):
		return at, "INNER", nil
	}
	for _, k := range []string{"LEFT", "RIGHT", "FULL"} {
		if p.accept(k) {
			p.accept("OUTER")
			return at, k, p.expect("JOIN")
		}
	}
	return at, "", nil
}

// joined reads the right side of a join and its condition.
func (p *parser) joined(j *join) (err error) {
	if j.right, err = p.joins(); err != nil {
		return err
	}
	switch {
	case p.accept("ON"):
		j.on, err = p.expression()
		return err
	case p.peek().is("USING"):
		j.usingPos = p.next().pos
		j.using, err = p.names()
		return err
	}
	return p.mismatch("'ON'", "'USING'")
}

// sampled reads a relation with its alias, and refuses what may follow it.
func (p *parser) sampled() (relation, error) {
	r, err := p.named()
	if err != nil {
		return nil, err
	}
	for _, w := range []string{"TABLESAMPLE", "MATCH_RECOGNIZE"} {
		if p.peek().is(w) {
			return nil, refuse(p.peek().pos, w)
		}
	}
	if p.peek().is("FOR") && (p.ahead(1).is("TIMESTAMP") || p.ahead(1).is("VERSION")) {
		return nil, refuse(p.peek().pos, "FOR "+strings.ToUpper(p.ahead(1).text)+" AS OF")
	}
	return r, nil
}

func (p *parser) named() (relation, error) {
	r, err := p.primaryRelation()
	if err != nil {
		return nil, err
	}
	at := p.here()
	alias, err := p.alias()
	if err != nil || alias == "" {
		return r, err
	}
	a := &aliased{pos: at, of: r, alias: alias}
	if p.peek().isSymbol("(") {
		a.columns, err = p.names()
	}
	return a, err
}

func (p *parser) primaryRelation() (relation, error) {
	at := p.here()
	switch {
	case p.peek().is("LATERAL") && p.ahead(1).isSymbol("("):
		return nil, refuse(int(at), "LATERAL")
	case p.peek().is("UNNEST") && p.ahead(1).isSymbol("("):
		return p.unnest()
	case p.peek().is("TABLE") && p.ahead(1).isSymbol("("):
		return nil, refuse(int(at), "a table function")
	case p.peek().is("JSON_TABLE") && p.ahead(1).isSymbol("("):
		return nil, refuse(int(at), "JSON_TABLE")
	case p.peek().isSymbol("("):
		return p.bracketedRelation()
	}
	parts, err := p.qualified()
	if err == nil && p.peek().isSymbol("(") {
		return nil, refuse(int(at), "a table function")
	}
	return &table{at, parts}, err
}

func (p *parser) unnest() (relation, error) {
	u := &unnest{pos: p.here()}
	p.i += 2
	for {
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		u.args = append(u.args, x)
		if !p.acceptSymbol(",") {
			break
		}
	}
	if err := p.expectSymbol(")"); err != nil {
		return nil, err
	}
	u.ordinality = p.accept("WITH", "ORDINALITY")
	return u, nil
}

// bracketedRelation is a subquery, or relations that are joined before others are. Which it is, what follows the
// brackets inside tells; so both are tried.
func (p *parser) bracketedRelation() (relation, error) {
	at, start, used := p.here(), p.i, p.used
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if !beginsQuery(p.firstInBrackets()) {
		return p.relationInBrackets()
	}
	q, queryErr := p.bracketed()
	if queryErr == nil {
		return &derived{at, q}, nil
	}
	if !p.tokens[start+1].isSymbol("(") {
		return nil, queryErr
	}
	if err := p.retry(start, used); err != nil {
		return nil, err
	}
	r, err := p.relationInBrackets()
	if err != nil {
		return nil, queryErr
	}
	return r, nil
}

func beginsQuery(t token) bool {
	return t.is("SELECT") || t.is("WITH") || t.is("VALUES") || t.is("TABLE")
}

// maxRetries bounds how often a text is read in a second way.
const maxRetries = 100

// retry goes back to where brackets opened.
func (p *parser) retry(start, used int) error {
	p.i, p.used = start, used
	p.retries++
	if p.retries > maxRetries {
		return fail(p.peek().pos, SyntaxError, "the statement has too many brackets")
	}
	return nil
}

func (p *parser) relationInBrackets() (relation, error) {
	if err := p.expectSymbol("("); err != nil {
		return nil, err
	}
	r, err := p.joins()
	if err != nil {
		return nil, err
	}
	return r, p.expectSymbol(")")
}

// firstInBrackets is the first token that is no opening bracket.
func (p *parser) firstInBrackets() token {
	for i := 0; ; i++ {
		if t := p.ahead(i); !t.isSymbol("(") {
			return t
		}
	}
}
