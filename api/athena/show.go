package athena

import (
	"context"
	"path"
	"slices"
	"strings"
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
	case kindViews:
		names, err := s.viewNames(ctx)
		if err != nil {
			return result{}, err
		}
		return s.writeLines(ctx, rec, []string{"views"}, matching(names, st.like))
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
	case kindProperties:
		lines, err := t.propertyLines(st)
		if err != nil {
			return result{}, err
		}
		return s.writeLines(ctx, rec, []string{"prpt_name", "prpt_value"}, lines)
	}
	switch asView := st.kind == kindCreateView; {
	case asView && !t.isView():
		return result{}, userFailure("line 1:1: Relation '%s' is a table, not a view", t.Name)
	case asView:
		return s.writeLines(ctx, rec, []string{"Create View"}, t.ddl(s.o.Database))
	case t.isView():
		return result{}, userFailure("%s is a view, and this statement is for tables", t.Name)
	case st.kind == kindPartitions:
		days, err := s.days(ctx, t.Name)
		if err != nil {
			return result{}, err
		}
		lines := make([]string, len(days))
		for i, d := range days {
			lines[i] = dayName(d)
		}
		return s.writeLines(ctx, rec, []string{"partition"}, lines)
	}
	return s.writeLines(ctx, rec, []string{"createtab_stmt"}, t.ddl(s.o.Database))
}

// explain gives the engine's plan, which is not Trino's.
func (s *Service) explain(ctx context.Context, rec record, st statement) (result, error) {
	plan, err := s.plan(ctx, st.asQuery())
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
