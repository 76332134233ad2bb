// Package trinofn computes what Trino's functions give where DuckDB has no function that gives the same.
//
// The functions are pure, and known to DuckDB by their names, which begin with trino_. Package trinosql writes
// statements that call them.
package trinofn

import "errors"

// Type is a type of arguments and results.
type Type uint8

// The types, and what a value of each is in Go.
const (
	Text    Type = iota // string
	Int                 // int64
	Double              // float64
	Real                // float32
	Bool                // bool
	Binary              // []byte
	Date                // time.Time
	Time                // time.Time, in UTC
	Instant             // time.Time
	Texts               // []string
)

// Function is a function of one result. It is null when an argument is.
type Function struct {
	Name   string
	Args   []Type
	Result Type
	// Call gets arguments of the types. Its result is nil for null; an error ends the statement, and its text begins with the kind
	// that Trino gives it.
	Call func(args []any) (any, error)
}

// All are all functions.
func All() []Function {
	var out []Function
	for _, list := range [][]Function{casts(), texts(), numbers(), times(), documents(), urls(), binaries()} {
		for _, f := range list {
			out = append(out, told(f))
		}
	}
	for _, f := range casts() {
		if f.Name != "trino_fail" && f.Name != "trino_refuse" {
			out = append(out, lenient(f))
		}
	}
	return out
}

// lenient is the function that gives null for an error, but for what only Trino can read: trino_try_….
func lenient(f Function) Function {
	call := f.Call
	f.Name = "trino_try_" + f.Name[len("trino_"):]
	f.Call = func(args []any) (any, error) {
		v, err := call(args)
		var beyond *failure
		if err != nil && !errors.As(err, &beyond) {
			return nil, nil //nolint:nilerr,nilnil // null, as TRY_CAST gives
		}
		return v, err
	}
	return f
}

// text makes functions of one text.
func text[T any](name string, result Type, f func(string) (T, error)) Function {
	return Function{name, []Type{Text}, result, func(args []any) (any, error) { return f(args[0].(string)) }}
}

// texts2 makes functions of two texts.
func texts2[T any](name string, result Type, f func(a, b string) (T, error)) Function {
	return Function{name, []Type{Text, Text}, result, func(args []any) (any, error) { return f(args[0].(string), args[1].(string)) }}
}

// maybe is a text, or null when there is none.
func maybe(s string, ok bool) any {
	if !ok {
		return nil
	}
	return s
}
