package trinosql

import (
	"fmt"
	"slices"
	"strings"
)

// maxDepth bounds how deep brackets, operators and queries stand in one another.
const maxDepth = 250

// reserved are the words that cannot be names without quotes, as in Trino's and Athena's documentation.
var reserved = words(`ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH
	CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END
	ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN LEFT
	LIKE LISTAGG LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP
	TABLE THEN TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH`)

func words(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

// parser reads one statement.
type parser struct {
	sql        string
	tokens     []token
	i          int
	depth      int
	parameters []expr // what stands for each ?
	used       int
	retries    int
}

func newParser(sql string) (*parser, error) {
	list, err := tokens(sql)
	if err != nil {
		return nil, err
	}
	return &parser{sql: sql, tokens: list}, nil
}

func (p *parser) peek() token { return p.tokens[p.i] }

// ahead is the n-th token after the next.
func (p *parser) ahead(n int) token { return p.tokens[min(p.i+n, len(p.tokens)-1)] }

func (p *parser) next() token {
	t := p.tokens[p.i]
	if t.kind != endToken {
		p.i++
	}
	return t
}

func (p *parser) here() pos { return pos(p.peek().pos) }

// accept takes the words if they come next, all of them.
func (p *parser) accept(list ...string) bool {
	for i, w := range list {
		if !p.ahead(i).is(w) {
			return false
		}
	}
	p.i += len(list)
	return true
}

func (p *parser) acceptSymbol(s string) bool {
	if p.peek().isSymbol(s) {
		p.i++
		return true
	}
	return false
}

func (p *parser) expect(word string) error {
	if !p.accept(word) {
		return p.mismatch(fmt.Sprintf("'%s'", word))
	}
	return nil
}

func (p *parser) expectSymbol(s string) error {
	if !p.acceptSymbol(s) {
		return p.mismatch(fmt.Sprintf("'%s'", s))
	}
	return nil
}

// mismatch is the error for a token that may not come here.
func (p *parser) mismatch(expecting ...string) error {
	t := p.peek()
	text := p.sql[t.pos:t.end]
	if t.kind == endToken {
		text = t.text
	}
	if t.kind == backToken {
		return fail(t.pos, SyntaxError, "backquoted identifiers are not supported; use double quotes to quote identifiers")
	}
	err := fail(t.pos, SyntaxError, "mismatched input '%s'", text)
	if len(expecting) > 0 {
		err.Reason += ". Expecting: " + strings.Join(expecting, ", ")
	}
	return err
}

// enter counts how deep the text is nested; leave it by leave.
func (p *parser) enter() error {
	p.depth++
	if p.depth > maxDepth {
		return fail(p.peek().pos, SyntaxError, "the statement is nested more than %d deep", maxDepth)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// isName tells whether a token can be a name.
func isName(t token) bool {
	return t.kind == quotedToken || t.kind == wordToken && !reserved[strings.ToUpper(t.text)]
}

func (p *parser) name() (string, error) {
	if !isName(p.peek()) {
		return "", p.mismatch("<identifier>")
	}
	t := p.next()
	if t.text == "" {
		return "", fail(t.pos, SyntaxError, "Zero-length delimited identifier not allowed")
	}
	return t.text, nil
}

// names reads (a, b).
func (p *parser) names() ([]string, error) {
	if err := p.expectSymbol("("); err != nil {
		return nil, err
	}
	var out []string
	for {
		n, err := p.name()
		if err != nil {
			return nil, err
		}
		out = append(out, n)
		if !p.acceptSymbol(",") {
			return out, p.expectSymbol(")")
		}
	}
}

// qualified reads a.b.c, of at most three parts.
func (p *parser) qualified() ([]string, error) {
	first, err := p.name()
	if err != nil {
		return nil, err
	}
	out := []string{first}
	for p.acceptSymbol(".") {
		n, err := p.name()
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// alias reads [AS] name, if there is one.
func (p *parser) alias() (string, error) {
	if p.accept("AS") {
		return p.name()
	}
	if !isName(p.peek()) || p.peek().kind == wordToken && slices.Contains(notAliases, strings.ToUpper(p.peek().text)) {
		return "", nil
	}
	return p.name()
}

// notAliases are words that are not reserved, and yet begin the next clause where a bare alias could stand.
var notAliases = []string{"LIMIT", "OFFSET", "FETCH", "WINDOW", "TABLESAMPLE", "MATCH_RECOGNIZE"}

// statement reads a query to the end of the text.
func (p *parser) statement() (*query, error) {
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	p.acceptSymbol(";")
	if p.peek().kind != endToken {
		return nil, p.mismatch("<EOF>")
	}
	if p.used != len(p.parameters) {
		return nil, fail(0, WrongParameters, "Incorrect number of parameters: expected %d but found %d", p.used, len(p.parameters))
	}
	return q, nil
}

// parameter is what stands for the next ?.
func (p *parser) parameter() (expr, error) {
	at := p.next().pos
	p.used++
	if p.used > len(p.parameters) {
		total := p.used
		for _, t := range p.tokens[p.i:] {
			if t.isSymbol("?") {
				total++
			}
		}
		return nil, fail(at, WrongParameters, "Incorrect number of parameters: expected %d but found %d", total, len(p.parameters))
	}
	return p.parameters[p.used-1], nil
}
