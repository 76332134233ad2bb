package trinosql

import "sync"

// form is a function that is no plain one: it looks at its arguments before they are translated.
type form func(e env, c *call) (value, error)

// library is all functions by name.
type library struct {
	functions, aggregates, windows map[string][]function
	forms                          map[string]form
}

// known builds the library once.
var known = sync.OnceValue(func() *library {
	var plain []function
	for _, table := range [][]function{textFunctions(), numberFunctions(), timeFunctions(), arrayFunctions(), mapFunctions(), jsonFunctions(), binaryFunctions()} {
		plain = append(plain, table...)
	}
	return &library{
		functions: indexed(plain), aggregates: indexed(aggregateFunctions()), windows: indexed(windowOnly()), forms: forms(),
	}
})
