package athena_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/athena"
)

func TestWorkThatAnotherGoesOnWithIsNotPaidForTwice(t *testing.T) {
	o := one
	o.running = 3
	s := &service{outcomes: []outcome{o, one}}
	e, w := serve(t, s)
	ctx, end := context.WithCancelCause(engine.ForWork(t.Context(), "alert-4711"))
	left := fmt.Errorf("the server ends: %w", engine.ErrHandedOver)
	w.do = func(int) { end(left) }
	_, err := e.Query(ctx, engine.Statement{SQL: "SELECT n FROM t"})
	if !errors.Is(err, left) || !errors.Is(err, engine.ErrCost) || s.calls["StopQueryExecution"] > 0 {
		t.Fatalf("got %v after %v", err, s.calls)
	}
	w.do = nil
	ctx = engine.ForWork(t.Context(), "alert-4711")
	rows, err := e.Query(ctx, engine.Statement{SQL: "SELECT n FROM t"})
	if err != nil {
		t.Fatal(err)
	}
	if got, stats := all(t, rows); len(got) != 1 || stats.Execution.ID != "x0" || len(s.executions) != 1 {
		t.Errorf("%d rows of %s, %d executions", len(got), stats.Execution.ID, len(s.executions))
	}
}

func TestWorkThatGoesOnElsewhereInAthenaStartsAnew(t *testing.T) {
	for name, change := range map[string]func(*athena.Options){
		"another workgroup":         func(o *athena.Options) { o.WorkGroup = "other" },
		"another place for results": func(o *athena.Options) { o.Output = "s3://results/there/" },
		"results are reused":        func(o *athena.Options) { o.ReuseMaxAge = time.Hour },
	} {
		tokens := map[string]bool{}
		for _, f := range []func(*athena.Options){func(*athena.Options) {}, change} {
			s := &service{outcomes: []outcome{one}}
			e, _ := serve(t, s, f)
			if _, err := e.Query(engine.ForWork(t.Context(), "alert-4711"), engine.Statement{SQL: "SELECT n FROM t"}); err != nil {
				t.Fatal(err)
			}
			tokens[s.tokens()[0]] = true
		}
		if len(tokens) != 2 {
			t.Errorf("%s: Athena would refuse the token, since it was given with other parameters", name)
		}
	}
}
