package athena

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// show answers the statements that ask the catalog. Their results are texts, a row a line, as Hive writes them.
func (s *Service) show(ctx context.Context, rec record, st statement) (result, error) {
	switch st.kind {
	case kindExplain:
		return s.explain(ctx, rec, st)
	case kindDatabases:
		return s.writeLines(ctx, rec, []string{"database_name"}, matching([]string{s.o.Database}, st.like))
	case kindTables:
		names, err := s.tableNames(ctx)
		if err != nil {
			return result{}, err
		}
		return s.writeLines(ctx, rec, []string{"tab_name"}, matching(names, st.like))
	}
	t, err := s.table(ctx, st.name)
	if err != nil {
		return result{}, err
	}
	switch st.kind {
	case kindColumns:
		return s.writeLines(ctx, rec, []string{"field"}, t.columnLines(func(c hiveColumn) string { return pad(c.Name) }))
	case kindDescribe:
		return s.writeLines(ctx, rec, []string{"col_name", "data_type", "comment"}, t.describeLines())
	case kindPartitions:
		days, err := s.days(ctx, t.Name)
		if err != nil {
			return result{}, err
		}
		return s.writeLines(ctx, rec, []string{"partition"}, days)
	}
	return s.writeLines(ctx, rec, []string{"createtab_stmt"}, t.ddl(s.o.Database))
}

// explain gives the engine's plan, which is not Trino's.
func (s *Service) explain(ctx context.Context, rec record, st statement) (result, error) {
	plan, err := s.o.Planner.Plan(ctx, st.asQuery())
	if err != nil {
		return result{}, err
	}
	text, err := s.o.Engine.Explain(ctx, plan.Statement)
	if err != nil {
		return result{}, err
	}
	return s.writeLines(ctx, rec, []string{"Query Plan"}, strings.Split(strings.TrimRight(text, "\n"), "\n"))
}

// matching are the names that a pattern of Hive's takes: * is anything, | divides alternatives. Without one all are.
func matching(names []string, pattern string) []string {
	if pattern == "" {
		return names
	}
	var out []string
	for _, n := range names {
		if slices.ContainsFunc(strings.Split(pattern, "|"), func(p string) bool {
			ok, err := path.Match(strings.ReplaceAll(strings.ToLower(p), ".*", "*"), n)
			return ok && err == nil
		}) {
			out = append(out, n)
		}
	}
	return out
}

// hiveTable is a table as Hive, Glue and Athena describe it.
type hiveTable struct {
	Name       string
	Doc        string
	Columns    []hiveColumn
	Partitions []hiveColumn
	Location   string // of a table that CREATE TABLE AS made; the lake's have none that S3 knows
	Created    time.Time
}

type hiveColumn = dialect.HiveColumn

// hiveTypes are Hive's names of the lake's types.
var hiveTypes = map[ecs.Type]string{
	ecs.String: "string", ecs.Int: "bigint", ecs.Float: "double", ecs.Bool: "boolean", ecs.Time: "timestamp", ecs.Strings: "array<string>",
}

func hiveOf(t catalog.Table) hiveTable {
	h := hiveTable{Name: t.Name, Doc: t.Doc, Created: t.CreatedAt, Partitions: []hiveColumn{{Name: catalog.DayColumn, Type: "string"}}}
	for _, c := range t.Columns {
		h.Columns = append(h.Columns, hiveColumn{Name: c.Name, Type: hiveTypes[c.Type], Comment: c.Doc})
	}
	return h
}

// table is one of the lake's, or one that CREATE TABLE AS made.
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

// tables are all tables, by name.
func (s *Service) tables(ctx context.Context) ([]hiveTable, error) {
	all, err := s.o.Catalog.Tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	var out []hiveTable
	for _, t := range all {
		out = append(out, hiveOf(t))
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

// days are the partitions of a table, as SHOW PARTITIONS writes them.
func (s *Service) days(ctx context.Context, name string) ([]string, error) {
	partitions, err := s.o.Catalog.Coverage(ctx, []string{name}, "", "")
	if err != nil {
		return nil, fmt.Errorf("list the partitions of %s: %w", name, err)
	}
	days := make([]string, len(partitions))
	for i, p := range partitions {
		days[i] = catalog.DayColumn + "=" + p.Day
	}
	return days, nil
}

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

// ddl is the table's CREATE TABLE in Hive's words. It is for reading: the table exists through the catalog alone.
func (t hiveTable) ddl(database string) []string {
	h := dialect.HiveTable{Database: database, Name: t.Name, Columns: t.Columns, Partitions: t.Partitions, Location: t.Location}
	return strings.Split(h.Create().String(), "\n")
}
