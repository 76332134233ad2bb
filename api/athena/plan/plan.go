// Package plan makes statements of the embedded engine from queries in Athena's SQL.
package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
)

// Catalog is what a query's tables are looked up in.
type Catalog interface {
	// Tables are all tables, by name.
	Tables(ctx context.Context) ([]catalog.Table, error)
	// Files are the files that the query selects.
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
}

// Planner implements [athena.Planner].
type Planner struct {
	Shown    func() Catalog // of one query: the tables, and the files that may be shown
	Database string         // by which the tables go
	Now      func() time.Time
}

// Plan translates a query, and finds the files of the days that it reads.
func (p Planner) Plan(ctx context.Context, q athena.Query) (athena.Plan, error) {
	c := p.Shown()
	all, err := c.Tables(ctx)
	if err != nil {
		return athena.Plan{}, fmt.Errorf("list the tables: %w", err)
	}
	t, err := trinosql.Translate(q.SQL, schema(all), trinosql.Options{
		Catalog: athena.CatalogName, Database: p.Database, Parameters: q.Parameters, Now: p.Now(),
	})
	if err != nil {
		return athena.Plan{}, told(err)
	}
	scans, err := scansOf(ctx, c, all, t)
	if err != nil {
		return athena.Plan{}, err
	}
	plan := athena.Plan{Statement: engine.Statement{SQL: t.SQL, Scans: scans}}
	for _, c := range t.Columns {
		plan.Columns = append(plan.Columns, athena.Column(c))
	}
	return plan, nil
}

// told is the failure that a user sees.
func told(err error) error {
	var e *trinosql.Error
	if !errors.As(err, &e) {
		return err
	}
	text := e.Error()
	if e.Code == trinosql.SyntaxError {
		text = trinosql.SyntaxError + ": " + text
	}
	return athena.UserFailure(text)
}

func scansOf(ctx context.Context, c Catalog, all []catalog.Table, t *trinosql.Translated) ([]engine.Scan, error) {
	if len(t.Tables) == 0 {
		return nil, nil
	}
	scans := make([]engine.Scan, len(t.Tables))
	for i, name := range t.Tables {
		at := slices.IndexFunc(all, func(t catalog.Table) bool { return t.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("the translation reads %s, which is no table", name)
		}
		scans[i] = engine.Scan{Table: name, Columns: all[at].Columns}
	}
	files, err := c.Files(ctx, catalog.FileQuery{Tables: t.Tables, FromDay: t.From, ToDay: t.To})
	if err != nil {
		return nil, fmt.Errorf("list the files: %w", err)
	}
	for _, f := range files {
		if i := slices.Index(t.Tables, f.Table); i >= 0 {
			scans[i].Files = append(scans[i].Files, f)
		}
	}
	return scans, nil
}

// types are Trino's names of the lake's types.
var types = map[ecs.Type]string{
	ecs.String: "varchar", ecs.Int: "bigint", ecs.Float: "double", ecs.Bool: "boolean", ecs.Time: "timestamp(3)", ecs.Strings: "array(varchar)",
}

// schema is the catalog's tables as the translation sees them.
type schema []catalog.Table

// Columns are a table's, with the day that it is divided by.
func (s schema) Columns(table string) ([]trinosql.Column, bool) {
	i := slices.IndexFunc(s, func(t catalog.Table) bool { return t.Name == table })
	if i < 0 {
		return nil, false
	}
	var out []trinosql.Column
	for _, c := range s[i].Columns {
		out = append(out, trinosql.Column{Name: c.Name, Type: types[c.Type]})
	}
	return append(out, trinosql.Column{Name: catalog.DayColumn, Type: "varchar"}), true
}
