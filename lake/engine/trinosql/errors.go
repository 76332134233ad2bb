package trinosql

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Codes of errors, as Athena's messages begin with them. A SyntaxError's message has none.
const (
	SyntaxError      = "SYNTAX_ERROR"
	NotSupported     = "NOT_SUPPORTED"
	ColumnNotFound   = "COLUMN_NOT_FOUND"
	TableNotFound    = "TABLE_NOT_FOUND"
	SchemaNotFound   = "SCHEMA_NOT_FOUND"
	CatalogNotFound  = "CATALOG_NOT_FOUND"
	FunctionNotFound = "FUNCTION_NOT_FOUND"
	TypeMismatch     = "TYPE_MISMATCH"
	InvalidArguments = "INVALID_FUNCTION_ARGUMENT"
	InvalidLiteral   = "INVALID_LITERAL"
	AmbiguousName    = "AMBIGUOUS_NAME"
	NotAggregate     = "EXPRESSION_NOT_AGGREGATE"
	NotScalar        = "EXPRESSION_NOT_SCALAR"
	InvalidPosition  = "INVALID_COLUMN_REFERENCE"
	WrongParameters  = "INVALID_PARAMETER_USAGE"
)

// Kinds of errors that a statement ends with as it runs, which are in front of their messages; InvalidArguments and NotSupported
// are among them too.
const (
	DivisionByZero = "DIVISION_BY_ZERO"
	InvalidCast    = "INVALID_CAST_ARGUMENT"
	OutOfRange     = "NUMERIC_VALUE_OUT_OF_RANGE"
	ManyRows       = "SUBQUERY_MULTIPLE_ROWS"
	OtherFailure   = "GENERIC_USER_ERROR"
)

// Error says what is wrong with a statement, and where, in Athena's words.
type Error struct {
	Pos          int    // in bytes, from 0
	Line, Column int    // as Athena counts: lines and characters from 1
	Code         string // one of the constants above
	Construct    string // what NotSupported is about: MATCH_RECOGNIZE, function foo
	Table        string // of the database, in small letters, that TableNotFound is about
	Reason       string
}

func (e *Error) Error() string {
	text := fmt.Sprintf("line %d:%d: %s", e.Line, e.Column, e.Reason)
	if e.Code == SyntaxError {
		return text
	}
	return e.Code + ": " + text
}

func fail(pos int, code, format string, args ...any) *Error {
	return &Error{Pos: pos, Code: code, Reason: fmt.Sprintf(format, args...)}
}

// refuse is for what Trino takes and this package does not translate.
func refuse(pos int, construct string) *Error {
	return &Error{
		Pos: pos, Code: NotSupported, Construct: construct,
		Reason: construct + " is not supported by the embedded Athena",
	}
}

// refuseFor is a refusal with what would be right.
func refuseFor(pos int, construct, format string, args ...any) *Error {
	e := refuse(pos, construct)
	e.Reason += ": " + fmt.Sprintf(format, args...)
	return e
}

// placed fills in line and column.
func placed(err *Error, sql string) *Error {
	before := sql[:min(err.Pos, len(sql))]
	err.Line = strings.Count(before, "\n") + 1
	err.Column = utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return err
}
