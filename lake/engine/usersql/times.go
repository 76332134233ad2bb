package usersql

import (
	"math"
	"strings"
)

// references are what names in FROM stand in: how often, by the common table expression that they are in, "" outside of all.
type references map[string]map[string]int64

// note counts a name.
func (r references) note(in, name string) {
	if r[in] == nil {
		r[in] = map[string]int64{}
	}
	r[in][name]++
}

// times is how often what has the name is read at most, and once at least. Athena reads a table at each place where it is
// named, and a common table expression anew at each place where that is.
func (r references) times(name string) int64 { return max(r.count(name, map[string]int64{"": 1}), 1) }

// count counts what is not known yet.
func (r references) count(name string, known map[string]int64) (n int64) {
	if n, is := known[name]; is {
		return n
	}
	known[name] = 1 // to an expression that names itself
	for in, names := range r {
		if names[name] > 0 {
			n = add(n, multiply(names[name], r.count(in, known)))
		}
	}
	known[name] = n
	return n
}

// most is where sums of bytes end, so that prices and sums of them are numbers too: 1 EiB.
const most = 1 << 60

func add(a, b int64) int64 {
	if a > most-b {
		return most
	}
	return a + b
}

func multiply(a, b int64) int64 {
	if a > 0 && b > 0 && a > math.MaxInt64/b {
		return most
	}
	return min(a*b, most)
}

// defined is the name of the common table expression that an entry of a statement's map defines, or "".
func defined(n map[string]any) string {
	if value, ok := n["value"].(map[string]any); ok && value["query"] != nil {
		return strings.ToLower(text(n, "key"))
	}
	return ""
}
