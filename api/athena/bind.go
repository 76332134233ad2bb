package athena

import (
	"strings"

	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// bind puts values in the place of question marks. A value is an expression in SQL, as Athena has it: a text stands in
// quotes. It must be one expression and no more, so that nobody's value becomes another part of the statement.
func bind(sql string, values []string) (string, error) {
	tokens, err := dialect.Tokens(sql)
	if err != nil && len(values) == 0 {
		return sql, nil // the planner tells what is wrong with it
	}
	if err != nil {
		return "", malformed("line 1:1: %v", err)
	}
	var b strings.Builder
	last, used := 0, 0
	for _, t := range tokens {
		if t.Kind != dialect.Symbol || t.Text != "?" {
			continue
		}
		if used < len(values) {
			value, err := expression(values[used])
			if err != nil {
				return "", err
			}
			b.WriteString(sql[last:t.Pos])
			b.WriteString(value)
			last = t.Pos + 1
		}
		used++
	}
	if used != len(values) {
		return "", invalid("INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected %d but found %d", used, len(values))
	}
	return b.String() + sql[last:], nil
}

// expression checks that a value is one expression, and puts it in brackets unless it is a literal.
func expression(value string) (string, error) {
	tokens, err := dialect.Tokens(value)
	if err != nil || len(tokens) == 0 {
		return "", invalid("the parameter %s is not an expression: a text stands in single quotes", value)
	}
	depth := 0
	for _, t := range tokens {
		switch {
		case t.Kind != dialect.Symbol:
			continue
		case t.Text == "(" || t.Text == "[":
			depth++
		case t.Text == ")" || t.Text == "]":
			depth--
		case t.Text == ";" || t.Text == "?" || t.Text == "," && depth == 0:
			return "", invalid("the parameter %s is not one expression", value)
		}
		if depth < 0 {
			return "", invalid("the parameter %s closes a bracket that it did not open", value)
		}
	}
	if depth != 0 {
		return "", invalid("the parameter %s does not close a bracket", value)
	}
	if literal(tokens) {
		return text(value, tokens), nil
	}
	return "(" + text(value, tokens) + ")", nil
}

// text leaves out comments at both ends, of which one might hide what follows.
func text(value string, tokens []dialect.Token) string {
	last := tokens[len(tokens)-1]
	return value[tokens[0].Pos : last.Pos+len(last.Text)]
}

// literal tells whether a value is a text, a number or a word such as NULL, perhaps with a sign or its type before it.
func literal(tokens []dialect.Token) bool {
	if len(tokens) == 2 && (tokens[0].Text == "-" || tokens[0].Kind == dialect.Word && tokens[1].Kind == dialect.Literal) {
		tokens = tokens[1:]
	}
	return len(tokens) == 1
}
