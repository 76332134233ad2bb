package trinosql

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// translator is the state of one translation.
type translator struct {
	schema  Schema
	options Options
	names   map[string]bool // the relations' and lambdas' names that are taken, in lower case
	scans   []*scan
	inView  bool
	queries int // that were translated
	library *library
}

// scan is one place where a table is read, and what conditions leave of it.
type scan struct {
	table    string
	from, to string   // days
	paths    []string // of files; nil means all
	none     bool     // no row of it can be in the answer
}

// origin is a scan that conditions on a column bound, by the scan's day unless it says otherwise.
type origin struct {
	scan *scan
	path bool    // by the paths of files
	text *string // by the one value that the column has in rows of the scan
}

// column is what a name can mean.
type column struct {
	at       pos
	database string // of the table, where the name may be qualified by it
	relation string // as it is called in the statement
	name     string
	sql      string
	typ      typ
	hidden   bool // left out of *
	merged   bool // stands for a column of both sides of USING, and has no qualified name
	simple   bool
	origins  []origin
}

// result is a translated query.
type result struct {
	sql     string
	columns []column
	scans   []*scan // of a common table expression, for each reference to have its own
	used    bool
}

// scope is what names mean in a place. Names that it does not know are looked up in the parent.
type scope struct {
	parent     *scope
	lambda     bool
	columns    []column
	tables     map[string]*result // common table expressions, by name in lower case
	cte        map[string]string  // what they are called in the translation
	windows    map[string]*window
	groups     map[string]bool // texts of the GROUP BY's expressions; nil before they are known
	loose      []looseColumn
	aggregates int // that stood in its expressions, and
	overs      int // window functions
}

// looseColumn is a column that no aggregate and no GROUP BY expression has around it.
type looseColumn struct {
	at   int
	name string
}

// query is the scope of the SELECT that a lambda stands in.
func (s *scope) query() *scope {
	for s.lambda && s.parent != nil {
		s = s.parent
	}
	return s
}

// unique gives a relation a name that no other has.
func (t *translator) unique(name string) string {
	base := strings.ToLower(name)
	if base == "" {
		base = "_"
	}
	candidate := base
	for n := 2; t.names[candidate]; n++ {
		candidate = base + "_" + strconv.Itoa(n)
	}
	t.names[candidate] = true
	return candidate
}

// fresh is a name for a lambda's parameter. Expressions that are alike get the same, so that DuckDB finds a GROUP BY's
// expression again; those within one another differ.
func (e env) fresh(prefix string, of ...value) string {
	hash := fnv.New32a()
	for _, v := range of {
		_, _ = hash.Write([]byte(v.sql)) // which never fails
	}
	depth := 0
	for s := e.scope; s != nil; s = s.parent {
		if s.lambda {
			depth++
		}
	}
	return ident("_" + prefix + strconv.Itoa(depth) + strconv.FormatUint(uint64(hash.Sum32()), 36))
}

// outputs makes the names of a SELECT's columns differ, in the order of the columns.
func outputs(columns []column) []string {
	taken := map[string]bool{}
	names := make([]string, len(columns))
	for i, c := range columns {
		base := c.name
		if base == "" {
			base = "_col" + strconv.Itoa(i)
		}
		candidate := base
		for n := 1; taken[strings.ToLower(candidate)]; n++ {
			candidate = base + "_" + strconv.Itoa(n)
		}
		taken[strings.ToLower(candidate)] = true
		names[i] = candidate
	}
	return names
}

// parts are the names of a.b.c, or nothing when x is something else.
func parts(x expr) []string {
	switch x := x.(type) {
	case *name:
		return []string{x.text}
	case *field:
		if before := parts(x.of); before != nil {
			return append(before, x.name)
		}
	}
	return nil
}

// lookup finds what the longest beginning of the parts means. The rest are fields of a row.
func (s *scope) lookup(at int, names []string) (*column, *scope, []string, error) {
	for ; s != nil; s = s.parent {
		for n := min(len(names), 3); n > 0; n-- {
			c, err := s.match(at, names[:n])
			if err != nil || c != nil {
				return c, s, names[n:], err
			}
		}
	}
	if last := strings.ToLower(names[len(names)-1]); slices.Contains(hidden, last) {
		return nil, nil, nil, refuse(at, "the column "+last)
	}
	return nil, nil, nil, fail(at, ColumnNotFound, "Column '%s' cannot be resolved", strings.Join(names, "."))
}

// hidden are columns that Trino's tables have, and those here have not.
var hidden = []string{"$file_size", "$file_modified_time", "$partition", "$bucket"}

// match finds the column that is called by the qualified name.
func (s *scope) match(at int, names []string) (*column, error) {
	var found *column
	for i := range s.columns {
		c := &s.columns[i]
		if !c.called(names) {
			continue
		}
		if found != nil {
			return nil, fail(at, AmbiguousName, "Column '%s' is ambiguous", strings.Join(names, "."))
		}
		found = c
	}
	return found, nil
}

func (c *column) called(names []string) bool {
	last := len(names) - 1
	if c.name == "" || !sameName(c.name, names[last]) || last > 0 && c.merged {
		return false
	}
	if last > 0 && !sameName(c.relation, names[last-1]) {
		return false
	}
	return last < 2 || c.database != "" && sameName(c.database, names[0])
}

// common finds a common table expression.
func (s *scope) common(name string) (*result, string) {
	key := strings.ToLower(name)
	for ; s != nil; s = s.parent {
		if r := s.tables[key]; r != nil {
			return r, s.cte[key]
		}
	}
	return nil, ""
}
