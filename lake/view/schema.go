package view

import (
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
)

// Schema is what a statement in Athena's SQL sees of a lake: its tables, and the view over them.
type Schema []catalog.Table

var _ trinosql.Schema = Schema(nil)

// types are Trino's names of the lake's types.
var types = map[ecs.Type]string{
	ecs.String: "varchar", ecs.Int: "bigint", ecs.Float: "double", ecs.Bool: "boolean", ecs.Time: "timestamp(3)", ecs.Strings: "array(varchar)",
}

// Columns are a table's, with the day that it is divided by, and the paths of files, which no * gives.
func (s Schema) Columns(table string) ([]trinosql.Column, bool) {
	i := s.index(table)
	if i < 0 {
		return nil, false
	}
	var out []trinosql.Column
	for _, c := range s[i].Columns {
		out = append(out, trinosql.Column{Name: c.Name, Type: types[c.Type]})
	}
	return append(out, trinosql.Column{Name: catalog.DayColumn, Type: "varchar"}, trinosql.Column{Name: dialect.PathColumn, Type: "varchar"}), true
}

// View is the SELECT of the view, as Glue has it. There is none where a table has its name, or it cannot be made.
func (s Schema) View(name string) (string, bool) {
	if name != Name || s.index(name) >= 0 {
		return "", false
	}
	sql, _, err := SQL(dialect.Athena(), s)
	return sql.String(), err == nil
}

// Tables are all tables and the view, by name.
func (s Schema) Tables() []trinosql.Listed {
	var out []trinosql.Listed
	for _, t := range s {
		l := trinosql.Listed{Name: t.Name}
		for _, c := range t.Columns {
			l.Columns = append(l.Columns, trinosql.ListedColumn{Name: c.Name, Type: types[c.Type], Comment: c.Doc})
		}
		l.Columns = append(l.Columns, trinosql.ListedColumn{Name: catalog.DayColumn, Type: "varchar", Key: true})
		out = append(out, l)
	}
	if s.index(Name) < 0 {
		if sql, columns, err := SQL(dialect.Athena(), s); err == nil {
			l := trinosql.Listed{Name: Name, Query: sql.String()}
			for _, c := range columns { // of which Athena's definition of a view keeps no comments
				l.Columns = append(l.Columns, trinosql.ListedColumn{Name: c.Name, Type: types[c.Type]})
			}
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b trinosql.Listed) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (s Schema) index(table string) int {
	return slices.IndexFunc(s, func(t catalog.Table) bool { return t.Name == table })
}
