package athena

import (
	"strings"

	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// table reads a statement that ends with a table's name.
func table(kind string) func(p *parser) (statement, error) {
	return func(p *parser) (statement, error) {
		st := statement{kind: kind}
		err := p.tableName(&st)
		return p.done(st, err)
	}
}

func parseShowTables(kind string) func(p *parser) (statement, error) {
	return func(p *parser) (statement, error) {
		st := statement{kind: kind}
		var err error
		if p.words("IN") || p.words("FROM") {
			st.database, err = p.name()
		}
		if err == nil {
			err = p.like(&st)
		}
		return p.done(st, err)
	}
}

// parseShowProperties reads SHOW TBLPROPERTIES table ['(name)'].
func parseShowProperties(p *parser) (statement, error) {
	st := statement{kind: kindProperties}
	err := p.tableName(&st)
	if err == nil && p.takeSymbol("(") {
		if st.property, err = p.text(); err == nil && !p.takeSymbol(")") {
			err = p.unexpected(")")
		}
	}
	return p.done(st, err)
}

func parseShowDatabases(p *parser) (statement, error) {
	st := statement{kind: kindDatabases}
	err := p.like(&st)
	return p.done(st, err)
}

// like takes an optional pattern.
func (p *parser) like(st *statement) (err error) {
	if p.words("LIKE") || p.peek().Kind == dialect.Literal {
		st.like, err = p.text()
	}
	return err
}

func parseShowColumns(p *parser) (statement, error) {
	st := statement{kind: kindColumns}
	if !p.words("IN") && !p.words("FROM") {
		return st, p.unexpected("IN or FROM")
	}
	err := p.tableName(&st)
	if err == nil && (p.words("IN") || p.words("FROM")) {
		st.database, err = p.name()
	}
	return p.done(st, err)
}

func parseDescribe(p *parser) (statement, error) {
	st := statement{kind: kindDescribe}
	if p.is("EXTENDED") || p.is("FORMATTED") {
		return st, malformed("DESCRIBE %s is not supported here: DESCRIBE gives the columns, GetTableMetadata what else is known", strings.ToUpper(p.peek().Text))
	}
	p.words("TABLE")
	err := p.tableName(&st)
	return p.done(st, err)
}

func parseDrop(p *parser) (statement, error) {
	st := statement{kind: kindDrop}
	st.ifExists = p.words("IF", "EXISTS")
	err := p.tableName(&st)
	return p.done(st, err)
}

// parseExplain takes the plan as text alone.
func parseExplain(p *parser) (statement, error) {
	st := statement{kind: kindExplain}
	switch {
	case p.is("ANALYZE"):
		return st, malformed("EXPLAIN ANALYZE is not supported here: the statistics of an execution have its times and bytes")
	case p.symbol("(") && p.at+1 < len(p.tokens) && (p.tokens[p.at+1].Is("TYPE") || p.tokens[p.at+1].Is("FORMAT")):
		return st, malformed("options of EXPLAIN are not supported here: it gives the plan as text")
	}
	st.query = p.sql[p.peek().Pos:]
	if !p.is("SELECT") && !p.is("WITH") && !p.is("VALUES") && !p.symbol("(") {
		return st, p.unexpected("a query")
	}
	return st, nil
}

// parseUnload reads UNLOAD (query) TO 'location' WITH (settings).
func parseUnload(p *parser) (statement, error) {
	st := statement{kind: kindUnload}
	var err error
	if st.query, err = p.bracketed(); err != nil {
		return st, err
	}
	if !p.words("TO") {
		return st, p.unexpected("TO")
	}
	if st.to, err = p.text(); err != nil {
		return st, err
	}
	if !p.words("WITH") {
		return st, p.unexpected("WITH")
	}
	err = p.with(&st)
	return p.done(st, err)
}

// parseCreateAs reads CREATE TABLE name WITH (settings) AS query.
func parseCreateAs(p *parser) (statement, error) {
	st := statement{kind: kindCreateAs}
	if p.is("IF") {
		return st, malformed("CREATE TABLE IF NOT EXISTS is not supported here")
	}
	if err := p.tableName(&st); err != nil {
		return st, err
	}
	if p.symbol("(") {
		return st, malformed("CREATE TABLE with columns is not supported here: the lake's tables are made by compaction, and CREATE TABLE … AS SELECT keeps a result")
	}
	if p.words("WITH") {
		if err := p.with(&st); err != nil {
			return st, err
		}
	}
	if !p.words("AS") {
		return st, p.unexpected("AS")
	}
	st.query = p.sql[p.peek().Pos:]
	if p.end() {
		return st, p.unexpected("a query")
	}
	return st, nil
}

// bracketed takes what stands in brackets, as a text.
func (p *parser) bracketed() (string, error) {
	if !p.takeSymbol("(") {
		return "", p.unexpected("(")
	}
	start, depth := p.peek().Pos, 1
	for ; !p.end(); p.at++ {
		switch {
		case p.symbol("("):
			depth++
		case p.symbol(")"):
			depth--
		}
		if depth == 0 {
			text := p.sql[start:p.peek().Pos]
			p.at++
			return text, nil
		}
	}
	return "", p.unexpected(")")
}

// with takes (name = value, …), where a value is a text, a number, a word or ARRAY['…'].
func (p *parser) with(st *statement) error {
	st.settings, st.lists = map[string]string{}, map[string][]string{}
	if !p.takeSymbol("(") {
		return p.unexpected("(")
	}
	for {
		name, err := p.name()
		if err != nil {
			return err
		}
		if !p.takeSymbol("=") {
			return p.unexpected("=")
		}
		if err := p.setting(st, name); err != nil {
			return err
		}
		if p.takeSymbol(")") {
			return nil
		}
		if !p.takeSymbol(",") {
			return p.unexpected(", or )")
		}
	}
}

func (p *parser) setting(st *statement, name string) (err error) {
	switch t := p.peek(); {
	case p.words("ARRAY"):
		st.lists[name], err = p.array()
	case t.Kind == dialect.Literal:
		st.settings[name], err = p.text()
	case t.Kind == dialect.Word, t.Kind == dialect.Number:
		st.settings[name] = strings.ToLower(t.Text)
		p.at++
	default:
		err = p.unexpected("a value")
	}
	return err
}

func (p *parser) array() ([]string, error) {
	if !p.takeSymbol("[") {
		return nil, p.unexpected("[")
	}
	var out []string
	for {
		v, err := p.text()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if p.takeSymbol("]") {
			return out, nil
		}
		if !p.takeSymbol(",") {
			return nil, p.unexpected(", or ]")
		}
	}
}

func parsePrepare(p *parser) (statement, error) {
	st := statement{kind: kindPrepare}
	var err error
	if st.name, err = p.name(); err != nil {
		return st, err
	}
	if !p.words("FROM") {
		return st, p.unexpected("FROM")
	}
	st.query = p.sql[p.peek().Pos:]
	return st, nil
}

func parseDeallocate(p *parser) (statement, error) {
	st := statement{kind: kindDeallocate}
	var err error
	st.name, err = p.name()
	return p.done(st, err)
}

// parseExecute reads EXECUTE name USING value, ….
func parseExecute(p *parser) (statement, error) {
	st := statement{kind: kindExecute}
	var err error
	if st.name, err = p.name(); err != nil || p.end() {
		return st, err
	}
	if !p.words("USING") {
		return st, p.unexpected("USING")
	}
	start, depth := p.peek().Pos, 0
	for ; !p.end(); p.at++ {
		switch {
		case p.symbol("("), p.symbol("["):
			depth++
		case p.symbol(")"), p.symbol("]"):
			depth--
		case p.symbol(",") && depth == 0:
			st.arguments = append(st.arguments, strings.TrimSpace(p.sql[start:p.peek().Pos]))
			start = p.peek().Pos + 1
		}
	}
	st.arguments = append(st.arguments, strings.TrimSpace(p.sql[start:]))
	return st, nil
}
