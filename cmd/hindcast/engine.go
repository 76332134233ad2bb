package main

import (
	"context"
	"time"

	"github.com/hindcast/hindcast/api/answer"
	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/athena"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/schedule"
)

// asking is what questions to a lake run on.
type asking struct {
	engine.Engine                // within the budget
	embedded      *duckdb.Engine // over the lake's folder; of a lake in S3 it only parses
	athena        *athena.Engine // of a lake in S3; else nil
	together      int            // how many statements of one question run at a time
}

// together is how many statements of one question Athena runs at a time: a tenth of the smallest quota of large regions.
const together = 10

// asking opens the engine of the lake: DuckDB over a folder, Athena over S3.
func (l *lake) asking(f budgetFlags, warn func(error)) (a asking, err error) {
	if a.embedded, err = l.duckdb(); err != nil {
		return a, err
	}
	if !l.remote() {
		a.together = 1
		a.Engine, err = f.keep(l, a.embedded, nil, warn)
		return a, err
	}
	if a.athena, err = l.athena(); err != nil {
		return a, err
	}
	a.together = together
	a.Engine, err = f.keep(l, a.athena, a.athena, warn)
	return a, err
}

// duckdb is DuckDB over the lake's files.
func (l *lake) duckdb() (*duckdb.Engine, error) {
	spill, err := l.spill()
	if err != nil {
		return nil, err
	}
	root := l.dir
	if l.remote() {
		root = l.work
	}
	return duckdb.Open(root, duckdb.Options{Clock: time.Now, TempDir: spill})
}

// athena is Athena over the lake's tables in Glue.
func (l *lake) athena() (*athena.Engine, error) {
	s := l.aws.settings.Athena
	e, err := athena.Open(l.aws.config, athena.Options{
		Catalog: s.Catalog, Database: l.aws.settings.Glue.Database, Published: l.catalog, WorkGroup: s.Workgroup, Output: s.Output,
		ReuseMaxAge: s.Reuse, USDPerTB: s.PricePerTB, Now: time.Now, Sleep: schedule.Wall{Time: time.Now}.Wait,
	})
	if err != nil {
		return nil, usageError("--aws: %w", err)
	}
	return e, nil
}

// name is the engine's name in statistics.
func (a asking) name() string { return a.Dialect().Name() }

// refine makes a plan's estimate that of the columns that it reads, and says their price.
func (a asking) refine(ctx context.Context, l *lake, plan *correlate.Plan) error {
	err := plan.Refine(ctx, l.catalog)
	if err == nil && a.athena != nil {
		plan.PriceBy(a.athena)
	}
	return err
}

// planner plans questions to the lake.
func (l *lake) planner() *correlate.Planner {
	p := correlate.NewPlanner(l.catalog).Keeping(l.keeper())
	if l.remote() {
		p = p.At(l.url, l.catalog)
	}
	return p
}

// correlator answers the API's questions.
func (a asking) correlator(l *lake) *answer.Correlator {
	c := answer.New(l.planner(), correlate.NewRunner(a, time.Now).Together(a.together), a.name()).Sized(l.catalog)
	if a.athena != nil {
		return c.Priced(a.athena)
	}
	return c
}
