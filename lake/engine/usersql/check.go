// Package usersql takes SQL that a person wrote: one SELECT over the catalog's tables, and nothing else.
package usersql

import (
	"fmt"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// MaxBytes is the longest statement that is taken, which is Athena's bound.
const MaxBytes = dialect.AthenaMaxBytes

// refuse says what is wrong with the statement.
func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", engine.ErrStatement, fmt.Sprintf(format, args...))
}

// check looks at the statement's tokens and gives its text without a semicolon at its end.
func check(sql string) (string, error) {
	if len(sql) > MaxBytes {
		return "", refuse("it is %d bytes long, and %d are allowed", len(sql), MaxBytes)
	}
	tokens, err := dialect.Tokens(sql)
	if err != nil {
		return "", refuse("%v", err)
	}
	if n := len(tokens); n > 0 && isSymbol(tokens[n-1], ";") {
		sql, tokens = sql[:tokens[n-1].Pos], tokens[:n-1]
	}
	switch {
	case len(tokens) == 0:
		return "", refuse("it is empty")
	case !tokens[0].Is("SELECT") && !tokens[0].Is("WITH") && !isSymbol(tokens[0], "("):
		return "", refuse("it begins with %s: only SELECT, or WITH and SELECT, can be run", tokens[0].Text)
	}
	return sql, checkSymbols(tokens)
}

// checkSymbols finds what cannot be in one SELECT: a second statement, a placeholder, brackets that do not close.
func checkSymbols(tokens []dialect.Token) error {
	depth := 0
	for _, t := range tokens {
		switch {
		case isSymbol(t, ";"):
			return refuse("at character %d: there is a second statement", t.Pos+1)
		case isSymbol(t, "?"):
			return refuse("at character %d: a placeholder (?) has no value here", t.Pos+1)
		case isSymbol(t, "("):
			depth++
		case isSymbol(t, ")"):
			depth--
		}
		if depth < 0 {
			return refuse("at character %d: a bracket closes that was not opened", t.Pos+1)
		}
	}
	if depth > 0 {
		return refuse("%d brackets are not closed", depth)
	}
	return nil
}

func isSymbol(t dialect.Token, s string) bool { return t.Kind == dialect.Symbol && t.Text == s }
