package dialect

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Dialect is the SQL of one engine. What both engines spell and mean alike is written here; a dozen functions differ.
type Dialect struct {
	name      string
	types     map[ecs.Type]string
	listHas   func(list, value string) string
	overlaps  func(list, values string) string
	anyMatch  func(list, element, condition string) string
	within    func(x string, p netip.Prefix) string
	lookup    func(name string, values []string) string
	found     func(x, name string) string
	listFound func(list, name string) string
	members   func(x, name string) string
	jsonText  func(x string) string
	listText  func(x string) string // nil where results hold lists as such
	names     bool                  // statements may name the files to read
	joins     bool                  // a look-up must be joined to whatever is compared with it
}

// Name is what people call the engine.
func (d Dialect) Name() string { return d.name }

// Ident is a table's, a column's or another name.
func (d Dialect) Ident(name string) SQL { return SQL{ident(name)} }

// Of is a column of a named table or subquery.
func (d Dialect) Of(table, column string) SQL { return SQL{ident(table) + "." + ident(column)} }

// Text is a string's literal.
func (d Dialect) Text(value string) SQL { return SQL{quote(value)} }

// Int is a number's literal.
func (d Dialect) Int(n int64) SQL { return SQL{strconv.FormatInt(n, 10)} }

// Time is a timestamp's literal, in milliseconds and UTC.
func (d Dialect) Time(t time.Time) SQL {
	return SQL{"TIMESTAMP " + quote(t.UTC().Format("2006-01-02 15:04:05.000"))}
}

// Null is a null of the type.
func (d Dialect) Null(t ecs.Type) SQL { return SQL{"CAST(NULL AS " + d.types[t] + ")"} }

// Cast is x in the type.
func (d Dialect) Cast(x SQL, t ecs.Type) SQL {
	return SQL{"CAST(" + x.text + " AS " + d.types[t] + ")"}
}

// As names an expression.
func (d Dialect) As(x SQL, name string) SQL { return SQL{x.text + " AS " + ident(name)} }

// Equal holds when a is b.
func (d Dialect) Equal(a, b SQL) SQL { return SQL{a.text + " = " + b.text} }

// AtLeast holds when a is b or more.
func (d Dialect) AtLeast(a, b SQL) SQL { return SQL{a.text + " >= " + b.text} }

// AtMost holds when a is b or less.
func (d Dialect) AtMost(a, b SQL) SQL { return SQL{a.text + " <= " + b.text} }

// Less holds when a is less than b.
func (d Dialect) Less(a, b SQL) SQL { return SQL{a.text + " < " + b.text} }

// NotNull holds when x is a value.
func (d Dialect) NotNull(x SQL) SQL { return SQL{x.text + " IS NOT NULL"} }

// In holds when x is one of the values, of which there must be one.
func (d Dialect) In(x SQL, values []string) SQL {
	if len(values) == 1 {
		return SQL{x.text + " = " + quote(values[0])}
	}
	return SQL{x.text + " IN (" + quoteAll(values) + ")"}
}

// ListIn holds when an element of the list is one of the values, of which there must be one, and at most [MaxInline].
func (d Dialect) ListIn(list SQL, values []string) SQL {
	if len(values) == 1 {
		return SQL{d.listHas(list.text, quote(values[0]))}
	}
	return SQL{d.overlaps(list.text, "ARRAY["+quoteAll(values)+"]")}
}

// MaxInline is how many values a statement compares with where they stand; Athena takes 254 elements in an array.
const MaxInline = 100

// Any holds when the condition does for an element of the list.
func (d Dialect) Any(list SQL, condition func(element SQL) SQL) SQL {
	return SQL{d.anyMatch(list.text, "x", condition(SQL{"x"}).text)}
}

// Within holds when x, a canonical address, lies in the range.
func (d Dialect) Within(x SQL, p netip.Prefix) SQL { return SQL{d.within(x.text, p.Masked())} }

// Below holds when x is the domain or one below it.
func (d Dialect) Below(x SQL, domain string) SQL {
	return SQL{"(" + x.text + " = " + quote(domain) + " OR " + x.text + " LIKE " + likeSuffix("."+domain) + ")"}
}

// Flatten is the list of all elements of the lists and all the single values, nulls among them.
func (d Dialect) Flatten(lists, singles []SQL) SQL {
	all := lists
	if len(singles) > 0 {
		all = append(all[:len(all):len(all)], SQL{"ARRAY[" + join(singles, ", ") + "]"})
	}
	switch len(all) {
	case 0:
		return d.Null(ecs.Strings)
	case 1:
		return all[0]
	}
	return SQL{"flatten(ARRAY[" + join(all, ", ") + "])"}
}

// ReadFrom holds for rows of the files of these URIs, and keeps Trino from opening others. It is empty for no files, and
// where the engine is given the files by itself: https://trino.io/docs/current/connector/hive.html#metadata-columns
func (d Dialect) ReadFrom(uris []string) SQL {
	if !d.names || len(uris) == 0 {
		return SQL{}
	}
	return d.In(SQL{ident("$path")}, uris)
}

// Shown is a list in the columns of a result, from which it can be read back exactly: its JSON, where results of the
// engine would render it ambiguously.
func (d Dialect) Shown(list SQL) SQL {
	if d.listText == nil {
		return list
	}
	return SQL{d.listText(list.text)}
}

func quoteAll(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return strings.Join(quoted, ", ")
}
