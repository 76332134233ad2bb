package trinosql

import (
	"regexp"
	"strings"

	"github.com/hindcast/hindcast/lake/engine"
)

var failureKind = regexp.MustCompile(`^[A-Z][A-Z_]+: `)

// uncast are floating point numbers of which Trino makes no integer; others it calls out of range.
var uncast = regexp.MustCompile(`Type (DOUBLE|FLOAT) with value (nan|.* destination type INT64)`)

// natives are the errors of DuckDB's own that a statement may end with, by what is in them: the first that fits counts.
var natives = []struct{ part, kind string }{
	{"QUANTILE can only take parameters", InvalidArguments},
	{"Out of Range Error: ", OutOfRange},
	{"out of range for the destination type", OutOfRange},
	{"Conversion Error: ", InvalidCast},
	{"More than one row returned by a subquery", ManyRows},
	{"Map keys must be unique", InvalidArguments},
	{"Map keys can not be NULL", InvalidArguments},
	{"Invalid Input Error: ", InvalidArguments},
	{"Not implemented Error: ", NotSupported},
	{"Parser Error: ", NotSupported},
	{"Binder Error: ", NotSupported},
	{"Catalog Error: ", NotSupported},
}

// Failure is what went wrong with a translated statement as it ran, named as Trino names it: KIND: message. It is no error of syntax:
// Translate has taken the statement. What DuckDB adds after a blank line is of its own SQL, which the user has not written.
func Failure(err error) string {
	message, _, _ := strings.Cut(err.Error(), "\n\n")
	if _, after, found := strings.Cut(message, engine.ErrStatement.Error()+": "); found {
		message = after
	}
	switch {
	case failureKind.MatchString(message):
		return message
	case uncast.MatchString(message):
		return InvalidCast + ": " + message
	}
	for _, n := range natives {
		if strings.Contains(message, n.part) {
			return n.kind + ": " + message
		}
	}
	return OtherFailure + ": " + message
}
