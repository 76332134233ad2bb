package embedded

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
)

// EnsureTable creates or evolves a table.
func (s *Store) EnsureTable(ctx context.Context, want catalog.Table) error {
	if err := want.Validate(); err != nil {
		return err
	}
	return s.write(ctx, "ensure table "+want.Name, func(t session) error {
		now := millis(s.now())
		// Inserting first takes the row's lock, so that two evolutions follow one another.
		_, err := t.exec(ctx, t.sq.Insert("lake_tables").Columns("name", "doc", "created_at", "updated_at").
			Values(want.Name, want.Doc, now, now).Suffix("ON CONFLICT (name) DO UPDATE SET name = excluded.name"))
		if err != nil {
			return err
		}
		have, err := t.tables(ctx, want.Name)
		if err != nil {
			return err
		}
		next, err := have[0].Evolve(want)
		if err != nil {
			return err
		}
		return t.alter(ctx, have[0], next, now)
	})
}

// alter stores what differs between two states of a table.
func (s session) alter(ctx context.Context, have, next catalog.Table, now int64) error {
	if have.Doc == next.Doc && slices.Equal(have.Columns, next.Columns) {
		return nil
	}
	_, err := s.exec(ctx, s.sq.Update("lake_tables").Set("doc", next.Doc).Set("updated_at", now).Where(sq.Eq{"name": next.Name}))
	if err != nil {
		return err
	}
	for i, c := range next.Columns {
		if i < len(have.Columns) && have.Columns[i] == c {
			continue
		}
		_, err := s.exec(ctx, s.sq.Insert("lake_columns").
			Columns("table_name", "ordinal", "name", "ecs", "column_type", "doc", "kind", "is_json").
			Values(next.Name, i, c.Name, c.ECS, c.Type.String(), c.Doc, string(c.Kind), c.JSON).
			Suffix("ON CONFLICT (table_name, name) DO UPDATE SET "+
				"ecs = excluded.ecs, doc = excluded.doc, kind = excluded.kind, is_json = excluded.is_json"))
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return nil
}

// Tables are all tables.
func (s *Store) Tables(ctx context.Context) (tables []catalog.Table, err error) {
	err = s.read(ctx, "list tables", func(t session) error {
		tables, err = t.tables(ctx)
		return err
	})
	return tables, err
}

// Table is one table.
func (s *Store) Table(ctx context.Context, name string) (catalog.Table, error) {
	var found []catalog.Table
	err := s.read(ctx, "read table "+name, func(t session) (err error) {
		found, err = t.tables(ctx, name)
		if err == nil && len(found) == 0 {
			err = catalog.ErrNotFound
		}
		return err
	})
	if err != nil {
		return catalog.Table{}, err
	}
	return found[0], nil
}

// tables reads the named tables with their columns, or all.
func (s session) tables(ctx context.Context, names ...string) ([]catalog.Table, error) {
	selected := s.sq.Select("name", "doc", "created_at", "updated_at").From("lake_tables")
	ordered := s.sq.Select("table_name", "name", "ecs", "column_type", "doc", "kind", "is_json").
		From("lake_columns").OrderBy("table_name", "ordinal")
	if len(names) > 0 {
		selected, ordered = selected.Where(sq.Eq{"name": names}), ordered.Where(sq.Eq{"table_name": names})
	}
	tables, err := list(ctx, s, selected, func(r row, t *catalog.Table) error {
		return r.Scan(&t.Name, &t.Doc, instant{&t.CreatedAt}, instant{&t.UpdatedAt})
	})
	if err != nil {
		return nil, err
	}
	columns, err := list(ctx, s, ordered, scanColumn)
	if err != nil {
		return nil, err
	}
	of := make(map[string][]catalog.Column, len(tables))
	for _, c := range columns {
		of[c.table] = append(of[c.table], c.Column)
	}
	for i := range tables {
		tables[i].Columns = of[tables[i].Name]
	}
	slices.SortFunc(tables, func(a, b catalog.Table) int { return strings.Compare(a.Name, b.Name) })
	return tables, nil
}

type tableColumn struct {
	table string
	catalog.Column
}

func scanColumn(r row, c *tableColumn) error {
	var typeName, kind string
	if err := r.Scan(&c.table, &c.Name, &c.ECS, &typeName, &c.Doc, &kind, &c.JSON); err != nil {
		return err
	}
	c.Kind = ecs.Kind(kind)
	var err error
	c.Type, err = ecs.ParseType(typeName)
	return err
}
