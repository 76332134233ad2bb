package correlate

import (
	"slices"

	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
)

// relatedColumns are the lists in which an event's values of a kind are gathered.
var relatedColumns = map[ecs.Kind]string{
	ecs.IP: "related_ip", ecs.User: "related_user", ecs.Hash: "related_hash",
	ecs.Instance: "related_hosts", ecs.Domain: "related_hosts",
}

// columnsFor are the table's columns in which values of the kind can stand: the related list, and the columns whose
// values it does not receive.
func columnsFor(t catalog.Table, kind ecs.Kind) []catalog.Column {
	list := relatedColumns[kind]
	gathered := slices.ContainsFunc(t.Columns, func(c catalog.Column) bool { return isList(c, list) })
	var out []catalog.Column
	for _, c := range t.Columns {
		switch {
		case isList(c, list):
			out = append(out, c)
		case c.Kind != kind || c.JSON || c.Type != ecs.String && c.Type != ecs.Strings:
		case gathered && reaches(c, list):
		default:
			out = append(out, c)
		}
	}
	return out
}

func isList(c catalog.Column, list string) bool {
	return list != "" && c.Name == list && c.Type == ecs.Strings
}

// reaches tells whether every value of the column is in the list too.
func reaches(c catalog.Column, list string) bool {
	f, known := ecs.Lookup(c.ECS)
	return known && f.Related != "" && ecs.ColumnName(f.Related) == list
}

// kindsOf are the kinds of column that any of the indicators is looked for in, in the order in which kinds are shown.
func kindsOf(indicators []indicator.Indicator) []ecs.Kind {
	asked := map[ecs.Kind]bool{}
	for _, i := range indicators {
		for _, t := range i.Terms() {
			asked[t.Kind] = true
		}
	}
	var out []ecs.Kind
	for _, k := range ecs.Kinds() {
		if asked[k] {
			out = append(out, k)
		}
	}
	return out
}

// searchable are the table's columns for each kind, and whether an event of the table can match the request at all.
func (r Request) searchable(t catalog.Table) (columns map[ecs.Kind][]catalog.Column, can bool) {
	columns = map[ecs.Kind][]catalog.Column{}
	for _, k := range kindsOf(r.Indicators) {
		if cs := columnsFor(t, k); len(cs) > 0 {
			columns[k] = cs
		}
	}
	missing := r.unfindable(columns)
	if r.Match == All {
		return columns, len(missing) == 0
	}
	return columns, slices.ContainsFunc(r.Indicators, func(i indicator.Indicator) bool { return findable(i, columns) })
}

// unfindable are the kinds of the indicators that could stand in none of the columns.
func (r Request) unfindable(columns map[ecs.Kind][]catalog.Column) []string {
	var kinds []string
	for _, i := range r.Indicators {
		if !findable(i, columns) && !slices.Contains(kinds, string(i.Kind)) {
			kinds = append(kinds, string(i.Kind))
		}
	}
	return kinds
}

func findable(i indicator.Indicator, columns map[ecs.Kind][]catalog.Column) bool {
	return slices.ContainsFunc(i.Terms(), func(t indicator.Term) bool { return len(columns[t.Kind]) > 0 })
}

// column finds a column by its ECS name, if it has the type.
func column(t catalog.Table, name string, typ ecs.Type) (catalog.Column, bool) {
	for _, c := range t.Columns {
		if c.ECS == name && c.Type == typ {
			return c, true
		}
	}
	return catalog.Column{}, false
}
