package trinosql

import (
	"strings"
	"unicode/utf8"
)

type kind uint8

const (
	endToken    kind = iota
	wordToken        // a keyword or a bare name
	quotedToken      // a "quoted" name
	stringToken
	binaryToken // X'00'
	integerToken
	decimalToken
	doubleToken
	symbolToken
	backToken // a `name`, which Athena's DDL has and its queries have not
)

// token is a token; the text of strings and quoted names is what they say, without quotes.
type token struct {
	kind kind
	text string
	pos  int
	end  int
}

func (t token) is(word string) bool {
	return t.kind == wordToken && strings.EqualFold(t.text, word)
}

func (t token) isSymbol(s string) bool { return t.kind == symbolToken && t.text == s }

// symbols are the operators of more than one character; all others are one.
var symbols = []string{"<>", "!=", "<=", ">=", "||", "->", "=>"}

const singles = "()[]{},.;+-*/%=<>?|:^$@"

// tokens divides a statement. The last token is the end.
func tokens(sql string) ([]token, error) {
	var out []token
	pos := 0
	for {
		next, err := blank(sql, pos)
		if err != nil {
			return nil, err
		}
		pos = next
		if pos == len(sql) {
			return append(out, token{kind: endToken, text: "<EOF>", pos: pos, end: pos}), nil
		}
		t, err := nextToken(sql, pos)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		pos = t.end
	}
}

// blank is the position after white space and comments.
func blank(sql string, pos int) (int, error) {
	for pos < len(sql) {
		rest := sql[pos:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			pos++
		case strings.HasPrefix(rest, "--"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				return len(sql), nil
			}
			pos += end + 1
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return 0, fail(pos, SyntaxError, "a comment is not closed")
			}
			pos += end + 4
		default:
			return pos, nil
		}
	}
	return pos, nil
}

func nextToken(sql string, pos int) (token, error) {
	rest := sql[pos:]
	switch c := rest[0]; {
	case c == '\'':
		return delimited(sql, pos, stringToken, '\'')
	case c == '"':
		return delimited(sql, pos, quotedToken, '"')
	case c == '`':
		return delimited(sql, pos, backToken, '`')
	case (c == 'x' || c == 'X') && len(rest) > 1 && rest[1] == '\'':
		t, err := delimited(sql, pos+1, binaryToken, '\'')
		t.pos = pos
		return t, err
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return number(sql, pos)
	case isLetter(c):
		return word(sql, pos)
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			return token{symbolToken, s, pos, pos + len(s)}, nil
		}
	}
	if strings.IndexByte(singles, rest[0]) >= 0 {
		return token{symbolToken, rest[:1], pos, pos + 1}, nil
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return token{}, fail(pos, SyntaxError, "extraneous input '%c'", r)
}

// delimited reads what stands between quotes; a doubled quote is one.
func delimited(sql string, pos int, k kind, quote byte) (token, error) {
	for i := pos + 1; i < len(sql); i++ {
		switch {
		case sql[i] != quote:
		case i+1 < len(sql) && sql[i+1] == quote:
			i++
		default:
			text := sql[pos+1 : i]
			if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
				return token{}, fail(pos, SyntaxError, "what stands in the quotes is not text")
			}
			one := string(quote)
			return token{k, strings.ReplaceAll(text, one+one, one), pos, i + 1}, nil
		}
	}
	return token{}, fail(pos, SyntaxError, "a quote (%c) is not closed", quote)
}

func word(sql string, pos int) (token, error) {
	end := pos
	for end < len(sql) && (isLetter(sql[end]) || isDigit(sql[end])) {
		end++
	}
	if end+1 < len(sql) && strings.EqualFold(sql[pos:end], "U") && sql[end] == '&' && sql[end+1] == '\'' {
		return token{}, refuse(pos, "a Unicode string (U&'…')")
	}
	return token{wordToken, sql[pos:end], pos, end}, nil
}

// number reads 1, 1.5, .5, 1e3. A name may not begin with a digit.
func number(sql string, pos int) (token, error) {
	end, k := digits(sql, pos), integerToken
	if end < len(sql) && sql[end] == '.' {
		end, k = digits(sql, end+1), decimalToken
	}
	if end < len(sql) && (sql[end] == 'e' || sql[end] == 'E') {
		exponent := end + 1
		if exponent < len(sql) && (sql[exponent] == '+' || sql[exponent] == '-') {
			exponent++
		}
		if last := digits(sql, exponent); last > exponent {
			end, k = last, doubleToken
		}
	}
	if end < len(sql) && isLetter(sql[end]) {
		return token{}, fail(pos, SyntaxError, "identifiers must not start with a digit; surround the identifier with double quotes")
	}
	return token{k, sql[pos:end], pos, end}, nil
}

func digits(sql string, pos int) int {
	for pos < len(sql) && isDigit(sql[pos]) {
		pos++
	}
	return pos
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
