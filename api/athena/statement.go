package athena

import (
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Kinds of statements, as Athena names them in SubstatementType.
const (
	kindSelect     = "SELECT"
	kindExplain    = "EXPLAIN"
	kindUnload     = "UNLOAD"
	kindCreateAs   = "CREATE_TABLE_AS_SELECT"
	kindDrop       = "DROP_TABLE"
	kindTables     = "SHOW_TABLES"
	kindViews      = "SHOW_VIEWS"
	kindCreateView = "SHOW_CREATE_VIEW"
	kindProperties = "SHOW_TBLPROPERTIES"
	kindDatabases  = "SHOW_DATABASES"
	kindColumns    = "SHOW_COLUMNS"
	kindPartitions = "SHOW_PARTITIONS"
	kindCreate     = "SHOW_CREATE_TABLE"
	kindDescribe   = "DESCRIBE_TABLE"
	kindPrepare    = "PREPARE"
	kindDeallocate = "DEALLOCATE"
	kindExecute    = "EXECUTE"
)

// typeOf is the StatementType of a kind.
func typeOf(kind string) string {
	switch kind {
	case kindSelect, kindUnload:
		return "DML"
	case kindCreateAs, kindDrop:
		return "DDL"
	}
	return "UTILITY"
}

// statement is what a text asks for.
type statement struct {
	kind      string
	query     string // the SELECT in it, or the statement that is prepared
	database  string // of the table, or that SHOW is told
	name      string // of a table or a prepared statement
	like      string // the pattern of SHOW TABLES, SHOW VIEWS and SHOW DATABASES
	property  string // of SHOW TBLPROPERTIES, if one alone is asked for
	ifExists  bool
	to        string            // where UNLOAD writes
	settings  map[string]string // of UNLOAD and CREATE TABLE AS
	lists     map[string][]string
	arguments []string // of EXECUTE, as they stand, or for the question marks of a query
}

func (st statement) asQuery() Query { return Query{SQL: st.query, Parameters: st.arguments} }

// parse tells what a text asks for. What this service does not do is refused by name.
func parse(sql string) (statement, error) {
	tokens, lexErr := dialect.Tokens(unquoteHive(sql))
	p := &parser{sql: sql, tokens: tokens}
	if p.end() {
		return statement{}, malformed("Query string is empty")
	}
	if p.is("SELECT") || p.is("WITH") || p.is("VALUES") || p.is("TABLE") || p.symbol("(") {
		return statement{kind: kindSelect, query: withoutEnd(sql, tokens, lexErr)}, nil
	}
	if lexErr != nil {
		return statement{}, malformed("line 1:1: %v", lexErr)
	}
	if last := len(tokens) - 1; tokens[last].Text == ";" {
		p.tokens = tokens[:last]
		p.sql = sql[:tokens[last].Pos]
	}
	for _, form := range forms {
		if p.words(form.words...) {
			return form.parse(p)
		}
	}
	return statement{}, p.unsupported()
}

// withoutEnd leaves out a semicolon at the end.
func withoutEnd(sql string, tokens []dialect.Token, lexErr error) string {
	if n := len(tokens); lexErr == nil && tokens[n-1].Text == ";" && tokens[n-1].Kind == dialect.Symbol {
		return sql[:tokens[n-1].Pos]
	}
	return sql
}

// forms are the statements that are no queries, by their first words.
var forms = []struct {
	words []string
	parse func(p *parser) (statement, error)
}{
	{[]string{"SHOW", "CREATE", "TABLE"}, table(kindCreate)},
	{[]string{"SHOW", "CREATE", "VIEW"}, table(kindCreateView)},
	{[]string{"SHOW", "TABLES"}, parseShowTables(kindTables)},
	{[]string{"SHOW", "VIEWS"}, parseShowTables(kindViews)},
	{[]string{"SHOW", "TBLPROPERTIES"}, parseShowProperties},
	{[]string{"SHOW", "DATABASES"}, parseShowDatabases},
	{[]string{"SHOW", "SCHEMAS"}, parseShowDatabases},
	{[]string{"SHOW", "COLUMNS"}, parseShowColumns},
	{[]string{"SHOW", "PARTITIONS"}, table(kindPartitions)},
	{[]string{"DESCRIBE"}, parseDescribe},
	{[]string{"DESC"}, parseDescribe},
	{[]string{"EXPLAIN"}, parseExplain},
	{[]string{"UNLOAD"}, parseUnload},
	{[]string{"CREATE", "TABLE"}, parseCreateAs},
	{[]string{"DROP", "TABLE"}, parseDrop},
	{[]string{"PREPARE"}, parsePrepare},
	{[]string{"DEALLOCATE", "PREPARE"}, parseDeallocate},
	{[]string{"EXECUTE"}, parseExecute},
}

// parser goes through a statement's tokens.
type parser struct {
	sql    string
	tokens []dialect.Token
	at     int
}

func (p *parser) end() bool { return p.at >= len(p.tokens) }

func (p *parser) peek() dialect.Token {
	if p.end() {
		return dialect.Token{Kind: dialect.Symbol, Pos: len(p.sql)}
	}
	return p.tokens[p.at]
}

func (p *parser) is(word string) bool { return p.peek().Is(word) }

// words takes the words, all or none.
func (p *parser) words(words ...string) bool {
	for i, w := range words {
		if p.at+i >= len(p.tokens) || !p.tokens[p.at+i].Is(w) {
			return false
		}
	}
	p.at += len(words)
	return true
}

func (p *parser) symbol(s string) bool {
	t := p.peek()
	return t.Kind == dialect.Symbol && t.Text == s
}

func (p *parser) takeSymbol(s string) bool {
	if p.symbol(s) {
		p.at++
		return true
	}
	return false
}

// name takes an identifier.
func (p *parser) name() (string, error) {
	t := p.peek()
	switch t.Kind {
	case dialect.Word:
		p.at++
		return strings.ToLower(t.Text), nil
	case dialect.Identifier:
		p.at++
		return strings.ToLower(strings.ReplaceAll(t.Text[1:len(t.Text)-1], `""`, `"`)), nil
	}
	return "", p.unexpected("a name")
}

// text takes a string literal.
func (p *parser) text() (string, error) {
	t := p.peek()
	if t.Kind != dialect.Literal {
		return "", p.unexpected("a text in quotes")
	}
	p.at++
	return strings.ReplaceAll(t.Text[1:len(t.Text)-1], "''", "'"), nil
}

// tableName takes [catalog.][database.]table.
func (p *parser) tableName(st *statement) error {
	var parts []string
	for {
		n, err := p.name()
		if err != nil {
			return err
		}
		if parts = append(parts, n); !p.takeSymbol(".") {
			break
		}
	}
	switch {
	case len(parts) > 3:
		return malformed("line 1:1: %s has more parts than catalog, database and table", strings.Join(parts, "."))
	case len(parts) == 3 && parts[0] != strings.ToLower(CatalogName):
		return invalid("Data catalog %s was not found", parts[0])
	}
	slices.Reverse(parts)
	st.name = parts[0]
	if len(parts) > 1 {
		st.database = parts[1]
	}
	return nil
}

// done refuses what follows a statement.
func (p *parser) done(st statement, err error) (statement, error) {
	if err == nil && !p.end() {
		err = p.unexpected("the end of the statement")
	}
	return st, err
}

func (p *parser) unexpected(want string) error {
	t := p.peek()
	line := 1 + strings.Count(p.sql[:t.Pos], "\n")
	column := t.Pos - strings.LastIndexByte(p.sql[:t.Pos], '\n')
	if p.end() {
		return malformed("line %d:%d: the statement ends where %s is expected", line, column, want)
	}
	return malformed("line %d:%d: mismatched input '%s'. Expecting: %s", line, column, t.Text, want)
}

// unsupported names what a statement begins with.
func (p *parser) unsupported() error {
	var begins []string
	for _, t := range p.tokens[:min(2, len(p.tokens))] {
		if t.Kind == dialect.Word {
			begins = append(begins, strings.ToUpper(t.Text))
		}
	}
	return malformed("Queries of this type are not supported: %s. This service runs SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN, UNLOAD, "+
		"CREATE TABLE AS, DROP TABLE of such a table, PREPARE, EXECUTE and DEALLOCATE PREPARE", strings.Join(begins, " "))
}

// unquoteHive turns Hive's quotes of names (`) into those of SQL, at the same places.
func unquoteHive(sql string) string {
	b := []byte(sql)
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0 && c == quote:
			quote = 0
			if c == '`' {
				b[i] = '"'
			}
		case quote != 0:
		case c == '`':
			quote, b[i] = c, '"'
		case c == '\'', c == '"':
			quote = c
		}
	}
	return string(b)
}
