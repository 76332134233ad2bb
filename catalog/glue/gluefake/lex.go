package gluefake

import (
	"fmt"
	"strings"
)

type kind int

const (
	identifier kind = iota // a word too
	text
	symbol
)

type token struct {
	kind kind
	text string
}

// lex divides an expression. A quote in a text is doubled.
func lex(s string) (tokens []token, err error) {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'':
			value, n, closed := quoted(s[i+1:])
			if !closed {
				return nil, fmt.Errorf("a text is not closed")
			}
			tokens = append(tokens, token{text, value})
			i += 1 + n
		case letter(c):
			n := i
			for n < len(s) && (letter(s[n]) || s[n] >= '0' && s[n] <= '9') {
				n++
			}
			tokens = append(tokens, token{identifier, s[i:n]})
			i = n
		case strings.IndexByte("=<>!(),", c) >= 0:
			n := i + 1
			if n < len(s) && (c == '<' || c == '>' || c == '!') && (s[n] == '=' || c == '<' && s[n] == '>') {
				n++
			}
			tokens = append(tokens, token{symbol, s[i:n]})
			i = n
		default:
			return nil, fmt.Errorf("%q is not expected there", string(c))
		}
	}
	return tokens, nil
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// quoted reads a text up to its quote, and answers how long it is with it.
func quoted(s string) (value string, n int, closed bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\'' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 == len(s) || s[i+1] != '\'' {
			return b.String(), i + 1, true
		}
		b.WriteByte('\'')
		i++
	}
	return "", 0, false
}

func (p *parser) take(k kind) (token, bool) {
	if p.at == len(p.tokens) || p.tokens[p.at].kind != k {
		return token{}, false
	}
	p.at++
	return p.tokens[p.at-1], true
}

// word takes a keyword, if it is next.
func (p *parser) word(w string) bool {
	return p.is(identifier, func(t string) bool { return strings.EqualFold(t, w) })
}

func (p *parser) symbol(s string) bool {
	return p.is(symbol, func(t string) bool { return t == s })
}

func (p *parser) is(k kind, matches func(string) bool) bool {
	if p.at == len(p.tokens) || p.tokens[p.at].kind != k || !matches(p.tokens[p.at].text) {
		return false
	}
	p.at++
	return true
}

// here says where the parser is.
func (p *parser) here() string {
	if p.at == len(p.tokens) {
		return "the end"
	}
	return fmt.Sprintf("%q", p.tokens[p.at].text)
}
