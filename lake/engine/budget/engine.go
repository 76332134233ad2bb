package budget

import (
	"context"
	"fmt"

	"github.com/hindcast/hindcast/lake/engine"
)

// Engine is an engine that runs statements within the budget. engine.ErrBudget for one that would exceed it.
func (b *Budget) Engine(inner engine.Engine) engine.Engine { return bounded{inner, b} }

type bounded struct {
	engine.Engine
	budget *Budget
}

// Query runs a statement; what it took is settled when its rows are closed.
func (e bounded) Query(ctx context.Context, s engine.Statement) (engine.Rows, error) {
	var inner engine.Rows
	settle, err := e.budget.spend(ctx, s, func() (stats engine.Stats, err error) {
		inner, err = e.Engine.Query(ctx, s)
		return stats, err
	})
	if err != nil {
		return nil, err
	}
	kept := rows{inner, settle}
	if exact, ok := inner.(engine.Exact); ok {
		return exactRows{kept, exact}, nil
	}
	return kept, nil
}

// Export writes a statement's rows to files, by an engine that can.
func (e bounded) Export(ctx context.Context, s engine.Statement, x engine.Export) (out engine.Exported, err error) {
	exporter, ok := e.Engine.(engine.Exporter)
	if !ok {
		return out, fmt.Errorf("%s does not write files", e.Dialect().Name())
	}
	settle, err := e.budget.spend(ctx, s, func() (engine.Stats, error) {
		out, err = exporter.Export(ctx, s, x)
		return out.Stats, err
	})
	if err == nil {
		settle(out.Stats)
	}
	return out, err
}

type rows struct {
	engine.Rows
	settle func(engine.Stats)
}

// Close settles what the statement took.
func (r rows) Close() (engine.Stats, error) {
	stats, err := r.Rows.Close()
	r.settle(stats)
	return stats, err
}

// exactRows are rows whose values can be had without loss.
type exactRows struct {
	rows
	exact engine.Exact
}

// Exact is the row that Next gave.
func (r exactRows) Exact() []any { return r.exact.Exact() }

// Executor runs statements without a result, such as UNLOAD.
type Executor interface {
	// Execute runs a statement to its end. Repeating it with the same token waits for the same execution.
	Execute(ctx context.Context, s engine.Statement, token string) (engine.Stats, error)
}

// Executor is an executor that runs statements within the budget.
func (b *Budget) Executor(inner Executor) Executor { return executor{inner, b} }

type executor struct {
	inner  Executor
	budget *Budget
}

func (e executor) Execute(ctx context.Context, s engine.Statement, token string) (stats engine.Stats, err error) {
	settle, err := e.budget.spend(ctx, s, func() (engine.Stats, error) {
		stats, err = e.inner.Execute(ctx, s, token)
		return stats, err
	})
	if err == nil {
		settle(stats)
	}
	return stats, err
}
