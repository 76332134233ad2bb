// Package plan makes statements of the embedded engine from queries in Athena's SQL.
package plan

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
	"github.com/hindcast/hindcast/lake/view"
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
	Location string         // URI of the lake's root, with a slash at its end
	Now      func() time.Time

	// Estimate is the most bytes that a query reads of the scans' files; where it is nil, all of them.
	Estimate func(ctx context.Context, sql string, scans []engine.Scan) (int64, error)
}

// Plan translates a query, and finds the files of the days that it reads.
func (p Planner) Plan(ctx context.Context, q athena.Query) (athena.Plan, error) {
	c := p.Shown()
	all, err := c.Tables(ctx)
	if err != nil {
		return athena.Plan{}, fmt.Errorf("list the tables: %w", err)
	}
	seen := view.Schema(all)
	t, err := trinosql.Translate(q.SQL, seen, trinosql.Options{
		Catalog: athena.CatalogName, Database: p.Database, Parameters: q.Parameters, Now: p.Now(),
	})
	if err != nil {
		return athena.Plan{}, told(err)
	}
	scans, err := seen.Scans(ctx, c, p.Location, t)
	if err != nil {
		return athena.Plan{}, err
	}
	plan := athena.Plan{Statement: engine.Statement{SQL: t.SQL, Scans: scans}}
	if p.Estimate != nil {
		if plan.Statement.Estimate, err = p.Estimate(ctx, q.SQL, scans); err != nil {
			return athena.Plan{}, err
		}
	}
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
	f := athena.UserFailure(text)
	f.Table = e.Table
	return f
}
