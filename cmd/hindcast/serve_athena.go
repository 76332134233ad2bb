package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/hindcast/hindcast/api/athena/plan"
	"github.com/hindcast/hindcast/api/server"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/usersql"
)

// Names under which the Athena API shows the lake.
const (
	athenaDatabase = "hindcast"
	athenaOutput   = "s3://hindcast-athena-results/"
)

// athena is what the Athena API is served from. A lake in S3 has Athena's own.
func (c *serveCommand) athena(l *lake, a asking) (server.Athena, error) {
	if c.Athena == "" {
		return server.Athena{}, nil
	}
	exporter, ok := a.Engine.(engine.Exporter)
	if !ok {
		return server.Athena{}, fmt.Errorf("serve Athena: %s does not write files", a.name())
	}
	root, err := filepath.Abs(l.dir)
	if err != nil {
		return server.Athena{}, fmt.Errorf("serve Athena: %w", err)
	}
	location, keeper := "file://"+filepath.ToSlash(root)+"/", l.keeper()
	planner := plan.Planner{Shown: func() plan.Catalog { return keeper.Clamp(l.catalog) }, Database: athenaDatabase, Location: location, Now: time.Now}
	if c.budgetFlags != (budgetFlags{}) {
		planner.Estimate = func(ctx context.Context, sql string, scans []engine.Scan) (int64, error) {
			return usersql.EstimateAthena(ctx, l.catalog, a.embedded, sql, scans)
		}
	}
	return server.Athena{
		Addr: c.Athena, Dir: filepath.Join(l.dir, "athena"), Catalog: l.catalog, Engine: lakeEngine{a.Engine, exporter, a.embedded},
		Planner:  planner,
		Database: athenaDatabase, Location: location, Output: athenaOutput,
	}, nil
}

// lakeEngine is DuckDB as the Athena API needs it: what runs, or is written to files, is within the budget.
type lakeEngine struct {
	engine.Engine
	engine.Exporter
	embedded *duckdb.Engine
}

// Explain is DuckDB's plan, which costs nothing.
func (e lakeEngine) Explain(ctx context.Context, s engine.Statement) (string, error) {
	return e.embedded.Explain(ctx, s)
}
