package athena

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/view"
)

// hiveTable is a table as Hive, Glue and Athena describe it.
type hiveTable struct {
	Name       string
	Doc        string
	Columns    []hiveColumn
	Partitions []hiveColumn
	Location   string // of a view, none
	Created    time.Time
	Query      string // of a view
	ViewText   string // of a view: what Glue keeps of it
}

type hiveColumn = dialect.HiveColumn

// hiveTypes are Hive's names of the lake's types.
var hiveTypes = map[ecs.Type]string{
	ecs.String: "string", ecs.Int: "bigint", ecs.Float: "double", ecs.Bool: "boolean", ecs.Time: "timestamp", ecs.Strings: "array<string>",
}

func (t hiveTable) isView() bool { return t.ViewText != "" }

// kind is Glue's TableType.
func (t hiveTable) kind() string {
	if t.isView() {
		return glue.ViewType
	}
	return "EXTERNAL_TABLE"
}

// parameters are Glue's of the table.
func (t hiveTable) parameters() map[string]string {
	if t.isView() {
		return glue.ViewParameters()
	}
	return map[string]string{"EXTERNAL": "TRUE", "classification": "parquet"}
}

func (s *Service) hiveOf(t catalog.Table) hiveTable {
	h := hiveTable{Name: t.Name, Doc: t.Doc, Created: t.CreatedAt, Location: s.place("tables", t.Name), Partitions: []hiveColumn{{Name: catalog.DayColumn, Type: "string"}}}
	for _, c := range t.Columns {
		h.Columns = append(h.Columns, hiveColumn{Name: c.Name, Type: hiveTypes[c.Type], Comment: c.Doc})
	}
	return h
}

// viewOf is the view over the lake's tables, as it is kept in Glue. There is none of no tables, and none where a table has
// its name.
func (s *Service) viewOf(tables []catalog.Table) (hiveTable, bool, error) {
	if len(tables) == 0 || slices.ContainsFunc(tables, func(t catalog.Table) bool { return t.Name == view.Name }) {
		return hiveTable{}, false, nil
	}
	v, err := view.Of(tables)
	if err != nil {
		return hiveTable{}, false, err
	}
	out := hiveTable{Name: v.Name, Query: v.SQL}
	if out.ViewText, err = v.Text(strings.ToLower(CatalogName), s.o.Database); err != nil {
		return hiveTable{}, false, err
	}
	for _, c := range v.Columns {
		out.Columns = append(out.Columns, hiveColumn{Name: c.Name, Type: hiveTypes[c.Type], Comment: c.Doc})
	}
	for _, t := range tables {
		if t.CreatedAt.After(out.Created) { // which made the view another
			out.Created = t.CreatedAt
		}
	}
	return out, true, nil
}

// table is one of the lake's, the view over them, or one that CREATE TABLE AS made.
func (s *Service) table(ctx context.Context, name string) (hiveTable, error) {
	all, err := s.tables(ctx)
	if err != nil {
		return hiveTable{}, err
	}
	for _, t := range all {
		if t.Name == name {
			return t, nil
		}
	}
	return hiveTable{}, userFailure("TABLE_NOT_FOUND: line 1:1: Table '%s.%s.%s' does not exist", strings.ToLower(CatalogName), s.o.Database, name)
}

// tables are all tables and the view, by name.
func (s *Service) tables(ctx context.Context) ([]hiveTable, error) {
	all, err := s.o.Catalog.Tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	var out []hiveTable
	for _, t := range all {
		out = append(out, s.hiveOf(t))
	}
	over, there, err := s.viewOf(all)
	if err != nil {
		return nil, err
	}
	if there {
		out = append(out, over)
	}
	out = append(out, s.madeTables()...)
	slices.SortFunc(out, func(a, b hiveTable) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (s *Service) tableNames(ctx context.Context) ([]string, error) {
	all, err := s.tables(ctx)
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Name
	}
	return names, err
}

func (s *Service) viewNames(ctx context.Context) ([]string, error) {
	all, err := s.tables(ctx)
	var names []string
	for _, t := range all {
		if t.isView() {
			names = append(names, t.Name)
		}
	}
	return names, err
}

// place is the URI of a folder of the lake, where it has one.
func (s *Service) place(folders ...string) string {
	if s.o.Location == "" {
		return ""
	}
	return s.o.Location + strings.Join(folders, "/") + "/"
}

// days are the partitions of a table that have files.
func (s *Service) days(ctx context.Context, name string) ([]catalog.Partition, error) {
	partitions, err := s.o.Catalog.Coverage(ctx, []string{name}, "", "")
	if err != nil {
		return nil, fmt.Errorf("list the partitions of %s: %w", name, err)
	}
	return partitions, nil
}

// dayName is how SHOW PARTITIONS writes one.
func dayName(p catalog.Partition) string { return catalog.DayColumn + "=" + p.Day }

func (t hiveTable) columnLines(line func(hiveColumn) string) []string {
	var lines []string
	for _, c := range append(slices.Clone(t.Columns), t.Partitions...) {
		lines = append(lines, line(c))
	}
	return lines
}

// pad is a name in Hive's columns of twenty characters.
func pad(s string) string { return fmt.Sprintf("%-20s", s) }

func describeLine(c hiveColumn) string {
	comment := strings.Join(strings.Fields(c.Comment), " ")
	return pad(c.Name) + "\t" + pad(c.Type) + "\t" + pad(comment)
}

// describeLines are all columns, then those that partition the table.
func (t hiveTable) describeLines() []string {
	lines := t.columnLines(describeLine)
	if len(t.Partitions) == 0 {
		return lines
	}
	lines = append(lines, pad(" ")+"\t"+pad(" ")+"\t"+pad(" "), pad("# Partition Information")+"\t"+pad(" ")+"\t"+pad(" "),
		pad("# col_name")+"\t"+pad("data_type")+"\t"+pad("comment"), pad(" ")+"\t"+pad(" ")+"\t"+pad(" "))
	for _, c := range t.Partitions {
		lines = append(lines, describeLine(c))
	}
	return lines
}

// ddl is the table's CREATE TABLE in Hive's words, or the view's statement, whose SELECT is as it is published. It is for
// reading: both exist through the catalog alone.
func (t hiveTable) ddl(database string) []string {
	if t.isView() {
		return strings.Split(dialect.CreateView(t.Name, t.Query).String(), "\n")
	}
	h := dialect.HiveTable{Database: database, Name: t.Name, Columns: t.Columns, Partitions: t.Partitions, Location: t.Location}
	return strings.Split(h.Create().String(), "\n")
}

// propertyLines are the table's properties by name, or the value of one.
func (t hiveTable) propertyLines(st statement) ([]string, error) {
	all := t.parameters()
	if st.property != "" {
		value, there := all[st.property]
		if !there {
			return nil, userFailure("Table %s does not have property: %s", t.Name, st.property)
		}
		return []string{value}, nil
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		lines = append(lines, name+"\t"+all[name])
	}
	return lines, nil
}
