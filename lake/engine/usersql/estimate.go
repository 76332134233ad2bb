package usersql

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
)

// columns is what a walk has seen that reads columns without their names.
type columns struct {
	star      bool            // *, a join by whatever is alike, or columns called otherwise than they are
	relations map[string]bool // the names that tables are called by, and
	single    map[string]bool // those that columns are called by: a table's name is its whole row
}

func (c *columns) look(n map[string]any) {
	if c.relations == nil {
		c.relations, c.single = map[string]bool{}, map[string]bool{}
	}
	switch text(n, "type") {
	case "STAR", "PIVOT":
		c.star = true
	case "JOIN":
		c.star = c.star || !slices.Contains([]string{"REGULAR", "CROSS"}, text(n, "ref_type"))
	case "BASE_TABLE":
		called, _ := n["column_name_alias"].([]any)
		c.star = c.star || len(called) > 0
		c.relations[strings.ToLower(text(n, "table_name"))] = true
		c.relations[strings.ToLower(text(n, "alias"))] = true
	case "COLUMN_REF":
		if names, _ := n["column_names"].([]any); len(names) > 0 { // DuckDB takes schema.table for a row too
			name, _ := names[len(names)-1].(string)
			c.single[strings.ToLower(name)] = true
		}
	}
}

// readsRows tells whether all columns of a table may be read.
func (c *columns) readsRows() bool {
	for name := range c.single {
		if c.relations[name] {
			return true
		}
	}
	return c.star
}

// estimate is the most bytes that the statement reads of the scans' files; 0 stands for all, as in [engine.Statement].
func (m mentions) estimate(ctx context.Context, c Catalog, scans []engine.Scan) (n int64, err error) {
	for _, s := range scans {
		once, err := m.once(ctx, c, s)
		if err != nil {
			return 0, fmt.Errorf("size the columns of %s: %w", s.Table, err)
		}
		n = add(n, multiply(once, m.refs.times(s.Table)))
	}
	return n, nil
}

// once is the most bytes that are read of a table where it is named once.
func (m mentions) once(ctx context.Context, c Catalog, s engine.Scan) (int64, error) {
	if m.whole {
		return engine.Statement{Scans: []engine.Scan{s}}.Bytes(), nil
	}
	sizes, err := c.ColumnBytes(ctx, s.Table, s.Files)
	return sizes.Read(m.columnsOf(s.Columns)), err
}

// columnsOf are those of a table's columns that are mentioned.
func (m mentions) columnsOf(all []catalog.Column) (names []string) {
	for _, c := range all {
		if m.names[c.Name] {
			names = append(names, c.Name)
		}
	}
	return names
}

// EstimateAthena is the most bytes that a statement in Athena's SQL reads of the scans' files; 0 stands for all. Of one that
// DuckDB's parser does not understand, and of one that reads a view, all columns count.
func EstimateAthena(ctx context.Context, c Catalog, p Parser, sql string, scans []engine.Scan) (int64, error) {
	serialized, err := p.Serialize(ctx, sql)
	if err != nil {
		return 0, err
	}
	m, err := find(serialized, true)
	if errors.Is(err, engine.ErrStatement) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, name := range m.tables {
		if !slices.ContainsFunc(scans, func(s engine.Scan) bool { return s.Table == name }) {
			return 0, nil
		}
	}
	return m.estimate(ctx, c, scans)
}
