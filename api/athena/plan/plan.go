// Package plan makes statements of DuckDB from queries in Athena's SQL.
package plan

import (
	"context"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/lake/engine/usersql"
)

// Planner implements [athena.Planner].
type Planner struct {
	Shown  func() usersql.Catalog // of one statement: the tables, and the files that may be shown
	Parser usersql.Parser
}

// Plan translates a query.
func (p Planner) Plan(ctx context.Context, q athena.Query) (athena.Plan, error) {
	s, err := usersql.Prepare(ctx, p.Shown(), p.Parser, q.SQL, 0)
	return athena.Plan{Statement: s}, err
}
