package dialect

import (
	"fmt"
	"strings"

	sq "github.com/Masterminds/squirrel"
)

// Lookup is a common table expression with values to compare with: many of them are a join, never an IN list.
type Lookup struct {
	Name   string
	Values []string
}

// Define is the look-up's definition, for [Dialect.With].
func (d Dialect) Define(l Lookup) SQL { return SQL{d.lookup(l.Name, l.Values)} }

// Found holds when x is in the look-up.
func (d Dialect) Found(x SQL, lookup string) SQL { return SQL{d.found(x.text, lookup)} }

// ListFound holds when an element of the list is in the look-up.
func (d Dialect) ListFound(list SQL, lookup string) SQL { return SQL{d.listFound(list.text, lookup)} }

// Join joins the look-ups to a statement that compares with them, where the dialect wants that.
func (d Dialect) Join(s sq.SelectBuilder, lookups []Lookup) sq.SelectBuilder {
	if !d.joins {
		return s
	}
	for _, l := range lookups {
		s = s.JoinClause(SQL{"CROSS JOIN " + ident(l.Name)})
	}
	return s
}

// With begins a statement with common table expressions.
func (d Dialect) With(definitions ...SQL) SQL { return SQL{"WITH " + join(definitions, ", ")} }

// Named is a query as a common table expression.
func (d Dialect) Named(name string, query SQL) SQL {
	return SQL{ident(name) + " AS (" + query.text + ")"}
}

// Derived is a query to select from.
func (d Dialect) Derived(query SQL, name string) SQL {
	return SQL{"(" + query.text + ") AS " + ident(name)}
}

// UnionAll is the rows of all queries, of which there must be one.
func (d Dialect) UnionAll(queries []sq.SelectBuilder) (SQL, error) {
	parts := make([]SQL, len(queries))
	for i, q := range queries {
		var err error
		if parts[i], err = Built(q); err != nil {
			return SQL{}, err
		}
	}
	return SQL{join(parts, " UNION ALL ")}, nil
}

// Built is the text of a statement that was built of pieces. It takes no arguments: literals are in the text, since
// Athena takes few placeholders, and in few places.
func Built(s sq.Sqlizer) (SQL, error) {
	text, args, err := s.ToSql()
	if err != nil {
		return SQL{}, fmt.Errorf("build a statement: %w", err)
	}
	if len(args) > 0 {
		return SQL{}, fmt.Errorf("build a statement: %d arguments are not in its text", len(args))
	}
	return SQL{text}, nil
}

// Members joins a row with each member of the JSON object x in it: a table of the name with the columns key and value.
func (d Dialect) Members(x SQL, name string) SQL { return SQL{d.members(x.text, name)} }

// JSONText is a member's value as text.
func (d Dialect) JSONText(x SQL) SQL { return SQL{d.jsonText(x.text)} }

// Min is the least of a group's values.
func (d Dialect) Min(x SQL) SQL { return SQL{"min(" + x.text + ")"} }

// Max is the greatest of a group's values.
func (d Dialect) Max(x SQL) SQL { return SQL{"max(" + x.text + ")"} }

// Count counts rows.
func (d Dialect) Count() SQL { return SQL{"count(*)"} }

// Coalesce is the first of the expressions that is not null.
func (d Dialect) Coalesce(xs ...SQL) SQL { return SQL{"coalesce(" + join(xs, ", ") + ")"} }

// Grouping is a number that tells which of the columns a group is not of: the last column is its lowest bit.
func (d Dialect) Grouping(columns ...SQL) SQL { return SQL{"grouping(" + join(columns, ", ") + ")"} }

// GroupingSets is the GROUP BY clause for several sets of columns at once.
func (d Dialect) GroupingSets(sets ...[]SQL) SQL {
	texts := make([]string, len(sets))
	for i, s := range sets {
		texts[i] = "(" + join(s, ", ") + ")"
	}
	return SQL{"GROUPING SETS (" + strings.Join(texts, ", ") + ")"}
}

// RowNumber numbers the rows of each partition from 1 in the order.
func (d Dialect) RowNumber(partition SQL, order ...SQL) SQL {
	return SQL{"row_number() OVER (PARTITION BY " + partition.text + " ORDER BY " + join(order, ", ") + ")"}
}

// Descending orders by x from high to low.
func (d Dialect) Descending(x SQL) SQL { return SQL{x.text + " DESC"} }
