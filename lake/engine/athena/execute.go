package athena

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/hindcast/hindcast/lake/engine"
)

// executions is how often a statement is run at most when Athena itself fails.
const executions = 3

// How an execution is looked at: soon, for short ones, then ever more rarely.
const (
	firstLook = 200 * time.Millisecond
	longLook  = 3 * time.Second
)

// stopTime is how long Athena is asked for the id of an execution, or to stop it and how it has ended, when the caller is
// gone already.
const stopTime = 15 * time.Second

// execute runs a statement until it has succeeded, or failed in a way that another run would not mend.
func (e *Engine) execute(ctx context.Context, r request) (engine.Stats, error) {
	for n := 1; ; n++ {
		stats, err := e.once(ctx, request{sql: r.sql, token: r.token + "-" + strconv.Itoa(n), reuse: r.reuse})
		var own *ownError
		if err == nil || !errors.As(err, &own) {
			return stats, err
		}
		if n == executions {
			return stats, fmt.Errorf("%w, in %d executions", err, n)
		}
		if err := e.options.Sleep(ctx, firstPause<<(2*n)); err != nil {
			return stats, err
		}
	}
}

// once runs a statement once. The statistics are there with an error too, as far as they are known.
func (e *Engine) once(ctx context.Context, r request) (engine.Stats, error) {
	if n := len(r.sql); n > e.options.MaxStatementBytes {
		return engine.Stats{}, fmt.Errorf("%w: it is %d bytes long, and Athena takes %d", engine.ErrStatement, n, e.options.MaxStatementBytes)
	}
	id, err := e.start(ctx, r)
	if err != nil {
		return engine.Stats{}, err
	}
	x, err := e.wait(ctx, id, math.MaxInt64)
	switch {
	case err == nil:
		err = e.failure(x)
	case errors.Is(context.Cause(ctx), engine.ErrHandedOver):
		err = fmt.Errorf("leave execution %s: %w, and %w", id, context.Cause(ctx), engine.ErrCost)
	default:
		x, err = e.stop(ctx, id, err)
	}
	stats := e.stats(id, x)
	if err != nil {
		err = &engine.FailedError{Stats: stats, Err: err}
	}
	return stats, err
}

// start starts an execution. A caller who goes away meanwhile is not heeded at once: the execution may have begun, and
// only its id lets it be stopped.
func (e *Engine) start(ctx context.Context, r request) (id string, err error) {
	if err := context.Cause(ctx); err != nil {
		return "", err
	}
	in := &athena.StartQueryExecutionInput{
		QueryString: &r.sql, ClientRequestToken: &r.token, WorkGroup: &e.options.WorkGroup,
		QueryExecutionContext: &types.QueryExecutionContext{Catalog: &e.options.Catalog, Database: &e.options.Database},
	}
	if e.options.Output != "" {
		in.ResultConfiguration = &types.ResultConfiguration{OutputLocation: &e.options.Output}
	}
	if r.reuse > 0 {
		in.ResultReuseConfiguration = &types.ResultReuseConfiguration{ResultReuseByAgeConfiguration: &types.ResultReuseByAgeConfiguration{
			Enabled: true, MaxAgeInMinutes: aws.Int32(int32(r.reuse / time.Minute)),
		}}
	}
	lost := false // whether a call has got no answer since the last one that did
	begin := func(ctx context.Context) error {
		out, err := e.client.StartQueryExecution(ctx, in)
		switch {
		case err == nil:
			id, lost = aws.ToString(out.QueryExecutionId), false
		case looked(err):
			lost = false
		case arrived(err):
			lost = true
		}
		return err
	}
	const what = "start a query in Athena"
	err = e.call(ctx, what, func(ctx context.Context) error { return e.within(context.WithoutCancel(ctx), begin) })
	if lost && context.Cause(ctx) != nil { // it may have begun: the same token gives its id
		answered, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		err = e.call(answered, what, begin)
	}
	if err != nil && lost {
		err = fmt.Errorf("%w; it may have begun, and %w", err, engine.ErrCost)
	}
	return id, err
}

// looked tells whether a start was refused for what it says: then one before it under the same token has not begun either.
func looked(err error) bool {
	var invalid *types.InvalidRequestException
	return errors.As(err, &invalid)
}

// arrived tells whether a start that has failed may have begun an execution.
func arrived(err error) bool {
	var network *net.OpError
	return passing(err) && !throttled(err) && !(errors.As(err, &network) && network.Op == "dial")
}

// wait waits for an execution's end, but no longer than for a time.
func (e *Engine) wait(ctx context.Context, id string, most time.Duration) (*types.QueryExecution, error) {
	for pause := firstLook; ; pause = min(pause*3/2, longLook) {
		x, err := e.look(ctx, id)
		if err != nil {
			return nil, err
		}
		switch x.Status.State {
		case types.QueryExecutionStateSucceeded, types.QueryExecutionStateFailed, types.QueryExecutionStateCancelled:
			return x, nil
		}
		if most -= pause; most < 0 {
			return nil, fmt.Errorf("execution %s has not ended yet", id)
		}
		if err := e.options.Sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

func (e *Engine) look(ctx context.Context, id string) (x *types.QueryExecution, err error) {
	err = e.call(ctx, "look at execution "+id, func(ctx context.Context) error {
		out, err := e.client.GetQueryExecution(ctx, &athena.GetQueryExecutionInput{QueryExecutionId: &id})
		if err == nil {
			x = out.QueryExecution
		}
		return err
	})
	if err == nil && (x == nil || x.Status == nil) {
		err = fmt.Errorf("look at execution %s: the answer has no status", id)
	}
	return x, err
}

// stop stops an execution that is not waited for any longer, and finds what it has cost.
func (e *Engine) stop(ctx context.Context, id string, why error) (*types.QueryExecution, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	err := e.call(ctx, "stop execution "+id, func(ctx context.Context) error {
		_, err := e.client.StopQueryExecution(ctx, &athena.StopQueryExecutionInput{QueryExecutionId: &id})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%w; it may run on, and %w: %w", why, engine.ErrCost, err)
	}
	x, err := e.wait(ctx, id, stopTime) // while it is being stopped, it says little of what it has read
	if err != nil {
		return nil, fmt.Errorf("%w; %w: %w", why, engine.ErrCost, err)
	}
	return x, why
}

// stats are what an execution cost. One that failed is not charged, one that was cancelled for what it had read.
func (e *Engine) stats(id string, x *types.QueryExecution) engine.Stats {
	out := engine.Stats{Execution: engine.Execution{ID: id}}
	if x == nil || x.Statistics == nil {
		return out
	}
	s := x.Statistics
	out.BytesRead = aws.ToInt64(s.DataScannedInBytes)
	out.Execution.Queue = millis(s.QueryQueueTimeInMillis)
	out.Execution.Planning = millis(s.QueryPlanningTimeInMillis)
	out.Execution.Run = millis(s.EngineExecutionTimeInMillis)
	out.Execution.Reused = s.ResultReuseInformation != nil && s.ResultReuseInformation.ReusedPreviousResult
	free := out.Execution.Reused || x.Status.State == types.QueryExecutionStateFailed || x.StatementType == types.StatementTypeDdl
	if !free {
		out.Execution.MicroUSD = e.Price(out.BytesRead)
	}
	return out
}

func millis(n *int64) time.Duration { return time.Duration(aws.ToInt64(n)) * time.Millisecond }
