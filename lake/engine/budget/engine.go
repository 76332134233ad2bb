package budget

import (
	"context"

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
	return rows{inner, settle}, nil
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
