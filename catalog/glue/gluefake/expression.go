package gluefake

import (
	"fmt"
	"regexp"
	"strings"
)

// ParseExpression reads a filter of partitions, https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html,
// on keys that are strings: = <> != < <= > >= IN BETWEEN LIKE IS NULL, NOT, AND, OR and brackets. It answers what holds
// for the values, in the order of the keys, of a partition that matches.
func ParseExpression(text string, keys []string) (func(values []string) bool, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, keys: keys}
	f, err := p.or(0)
	if err == nil && p.at < len(p.tokens) {
		err = fmt.Errorf("%q is not expected there", p.tokens[p.at].text)
	}
	return f, err
}

type matcher = func(values []string) bool

type parser struct {
	tokens []token
	keys   []string
	at     int
}

// maxDepth is how deeply brackets and NOT may nest.
const maxDepth = 100

func (p *parser) or(depth int) (matcher, error) { return p.chain(depth, "OR", p.and) }

func (p *parser) and(depth int) (matcher, error) { return p.chain(depth, "AND", p.not) }

// chain reads terms with an operator between them.
func (p *parser) chain(depth int, operator string, term func(int) (matcher, error)) (matcher, error) {
	first, err := term(depth)
	if err != nil {
		return nil, err
	}
	terms := []matcher{first}
	for p.word(operator) {
		next, err := term(depth)
		if err != nil {
			return nil, err
		}
		terms = append(terms, next)
	}
	enough := operator == "OR"
	return func(values []string) bool {
		for _, t := range terms {
			if t(values) == enough {
				return enough
			}
		}
		return !enough
	}, nil
}

func (p *parser) not(depth int) (matcher, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	if p.word("NOT") {
		f, err := p.not(depth + 1)
		return negated(f), err
	}
	if p.symbol("(") {
		f, err := p.or(depth + 1)
		if err == nil && !p.symbol(")") {
			err = fmt.Errorf("a bracket is not closed")
		}
		return f, err
	}
	return p.condition()
}

func negated(f matcher) matcher { return func(values []string) bool { return !f(values) } }

// condition reads a key, an operator and what it is held against.
func (p *parser) condition() (matcher, error) {
	key, err := p.key()
	if err != nil {
		return nil, err
	}
	if p.word("IS") {
		negative := p.word("NOT")
		if !p.word("NULL") {
			return nil, fmt.Errorf("IS wants NULL or NOT NULL")
		}
		return func([]string) bool { return negative }, nil // no value of a partition is null
	}
	negative := p.word("NOT")
	var f matcher
	switch {
	case p.word("IN"):
		f, err = p.in(key)
	case p.word("BETWEEN"):
		f, err = p.between(key)
	case p.word("LIKE"):
		f, err = p.like(key)
	case negative:
		err = fmt.Errorf("NOT wants IN, BETWEEN or LIKE")
	default:
		f, err = p.compare(key)
	}
	if negative && err == nil {
		f = negated(f)
	}
	return f, err
}

func (p *parser) key() (int, error) {
	t, ok := p.take(identifier)
	if !ok {
		return 0, fmt.Errorf("a key is expected at %s", p.here())
	}
	for i, k := range p.keys {
		if strings.EqualFold(k, t.text) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s is not a partition key", t.text)
}

func (p *parser) compare(key int) (matcher, error) {
	t, ok := p.take(symbol)
	if !ok {
		return nil, fmt.Errorf("an operator is expected at %s", p.here())
	}
	v, err := p.literal()
	if err != nil {
		return nil, err
	}
	compared := map[string]func(int) bool{
		"=": func(c int) bool { return c == 0 }, "<>": func(c int) bool { return c != 0 }, "!=": func(c int) bool { return c != 0 },
		"<": func(c int) bool { return c < 0 }, "<=": func(c int) bool { return c <= 0 },
		">": func(c int) bool { return c > 0 }, ">=": func(c int) bool { return c >= 0 },
	}[t.text]
	if compared == nil {
		return nil, fmt.Errorf("%s is not an operator", t.text)
	}
	return func(values []string) bool { return compared(strings.Compare(values[key], v)) }, nil
}

func (p *parser) in(key int) (matcher, error) {
	if !p.symbol("(") {
		return nil, fmt.Errorf("IN wants a list")
	}
	among := map[string]bool{}
	for {
		v, err := p.literal()
		if err != nil {
			return nil, err
		}
		among[v] = true
		if p.symbol(")") {
			return func(values []string) bool { return among[values[key]] }, nil
		}
		if !p.symbol(",") {
			return nil, fmt.Errorf("a list goes on with a comma or ends, at %s", p.here())
		}
	}
}

func (p *parser) between(key int) (matcher, error) {
	low, err := p.literal()
	if err != nil {
		return nil, err
	}
	if !p.word("AND") {
		return nil, fmt.Errorf("BETWEEN wants AND")
	}
	high, err := p.literal()
	return func(values []string) bool { return low <= values[key] && values[key] <= high }, err
}

func (p *parser) like(key int) (matcher, error) {
	v, err := p.literal()
	if err != nil {
		return nil, err
	}
	pattern, err := regexp.Compile("(?s)^" + strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(v)) + "$")
	if err != nil {
		return nil, err
	}
	return func(values []string) bool { return pattern.MatchString(values[key]) }, nil
}

func (p *parser) literal() (string, error) {
	if t, ok := p.take(text); ok {
		return t.text, nil
	}
	return "", fmt.Errorf("a text in quotes is expected at %s: the keys are strings", p.here())
}
