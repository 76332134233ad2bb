package dialect

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TokenKind is what a token is.
type TokenKind uint8

const (
	Word       TokenKind = iota // a keyword or a bare identifier
	Identifier                  // a quoted identifier
	Literal                     // a string
	Number
	Symbol // an operator or a bracket, one character each
)

// Token is a token of a statement. Comments and white space are none.
type Token struct {
	Kind TokenKind
	Text string // as it stands in the statement
	Pos  int    // in bytes
}

// Is tells whether the token is the word, in any case.
func (t Token) Is(word string) bool { return t.Kind == Word && strings.EqualFold(t.Text, word) }

// SyntaxError says where a text is not SQL.
type SyntaxError struct {
	Pos    int // in bytes
	Reason string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("at character %d: %s", e.Pos+1, e.Reason) }

// Tokens splits a statement into the tokens that DuckDB and Trino agree about. Forms that only one of them knows, such
// as dollar quotes and escape strings, are errors.
func Tokens(sql string) ([]Token, error) {
	var out []Token
	for pos := 0; ; {
		skipped, err := skipBlank(sql, pos)
		if err != nil || skipped == len(sql) {
			return out, err
		}
		pos = skipped
		t, err := next(sql, pos)
		if err != nil {
			return out, err
		}
		out = append(out, t)
		pos += len(t.Text)
	}
}

// skipBlank is the position after white space and comments.
func skipBlank(sql string, pos int) (int, error) {
	for pos < len(sql) {
		rest := sql[pos:]
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case unicode.IsSpace(r):
			pos += size
		case strings.HasPrefix(rest, "--"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				return len(sql), nil
			}
			pos += end + 1
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return pos, &SyntaxError{pos, "a comment is not closed"}
			}
			if strings.Contains(rest[2:2+end], "/*") {
				return pos, &SyntaxError{pos, "a comment stands in a comment"}
			}
			pos += end + 4
		default:
			return pos, nil
		}
	}
	return pos, nil
}

func next(sql string, pos int) (Token, error) {
	rest := sql[pos:]
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case r == utf8.RuneError && size <= 1, r == 0:
		return Token{}, &SyntaxError{pos, "this is not text"}
	case r == '\'':
		return quoted(sql, pos, Literal, '\'')
	case r == '"':
		return quoted(sql, pos, Identifier, '"')
	case r == '$' || r == '`':
		return Token{}, &SyntaxError{pos, fmt.Sprintf("%q has no meaning here", r)}
	case r >= '0' && r <= '9':
		return Token{Number, rest[:run(rest, inNumber)], pos}, nil
	case isLetter(r):
		return word(sql, pos)
	}
	return Token{Symbol, rest[:size], pos}, nil
}

// word is a keyword or a name. One right before a quote would be a prefix that changes what the string means.
func word(sql string, pos int) (Token, error) {
	rest := sql[pos:]
	n := run(rest, func(r rune) bool { return isLetter(r) || r >= '0' && r <= '9' })
	if n < len(rest) && rest[n] == '\'' && n <= 2 {
		return Token{}, &SyntaxError{pos, fmt.Sprintf("a string cannot begin with %s'", rest[:n])}
	}
	return Token{Word, rest[:n], pos}, nil
}

func quoted(sql string, pos int, kind TokenKind, quote byte) (Token, error) {
	for i := pos + 1; i < len(sql); i++ {
		switch {
		case sql[i] != quote:
		case i+1 < len(sql) && sql[i+1] == quote:
			i++
		default:
			return Token{kind, sql[pos : i+1], pos}, nil
		}
	}
	return Token{}, &SyntaxError{pos, fmt.Sprintf("a quote (%c) is not closed", quote)}
}

func run(s string, in func(rune) bool) int {
	for i, r := range s {
		if !in(r) {
			return i
		}
	}
	return len(s)
}

func isLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) }

func inNumber(r rune) bool { return r == '.' || r == '_' || r >= '0' && r <= '9' || isLetter(r) }
