package budget_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/budget"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// meter is an engine whose statements read so much, or fail.
type meter struct {
	took  engine.Stats
	err   error
	calls int
}

func (*meter) Dialect() dialect.Dialect { return dialect.Athena() }

func (m *meter) Query(context.Context, engine.Statement) (engine.Rows, error) {
	m.calls++
	if m.err != nil {
		return nil, m.err
	}
	return read{m.took}, nil
}

func (m *meter) Execute(context.Context, engine.Statement, string) (engine.Stats, error) {
	m.calls++
	return m.took, m.err
}

type read struct{ took engine.Stats }

func (read) Columns() []engine.Column       { return nil }
func (read) Next() ([]any, error)           { return nil, io.EOF }
func (r read) Close() (engine.Stats, error) { return r.took, nil }

// dear costs a cent a gigabyte.
type dear struct{}

func (dear) Price(bytes int64) int64 { return bytes / 100_000 }

const gb = 1_000_000_000

func statement(bytes int64) engine.Statement { return engine.Statement{SQL: "x", Estimate: bytes} }

func took(bytes int64) engine.Stats {
	return engine.Stats{BytesRead: bytes, Execution: engine.Execution{ID: "x1", MicroUSD: bytes / 100_000}}
}

// world is a ledger, a day and who spends.
type world struct {
	*embedded.Store
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 2, 1, 23, 59, 0, 0, time.UTC)}
	s, err := embedded.Open(t.Context(), filepath.Join(t.TempDir(), "catalog.db"), func() time.Time { return w.now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w.Store = s
	return w
}

func (w *world) budget(t *testing.T, l budget.Limits) *budget.Budget {
	t.Helper()
	b, err := budget.New(budget.Config{
		Limits: l, Ledger: w.Store, Price: dear{}, Now: func() time.Time { return w.now }, Raise: "--max-scan raises it",
		Warn: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (w *world) spent(t *testing.T, want catalog.Spend) {
	t.Helper()
	got, err := w.Spent(t.Context(), catalog.Day(w.now))
	if err != nil || got != want {
		t.Errorf("spent %+v, %v; want %+v", got, err, want)
	}
}

func TestAStatementThatMayExceedItsBudgetIsNotRun(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits budget.Limits
		says   []string
	}{
		{"bytes of a query", budget.Limits{QueryBytes: 99 * gb}, []string{"100 GB for 1.00 USD", "a query may read 99 GB", "narrow the time range", "--max-scan raises it"}},
		{"price of a query", budget.Limits{QueryMicroUSD: 990_000}, []string{"a query may read for 0.99 USD"}},
		{"bytes of a day", budget.Limits{DayBytes: 149 * gb}, []string{"of the day's 149 GB (UTC 2026-02-01) 50 GB for 0.50 USD are spent"}},
		{"price of a day", budget.Limits{DayMicroUSD: 1_490_000}, []string{"of the day's for 1.49 USD"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			if err := w.Reserve(t.Context(), catalog.Reservation{ID: "other", Day: "2026-02-01", Expected: catalog.Spend{Bytes: 50 * gb, MicroUSD: 500_000}}); err != nil {
				t.Fatal(err)
			}
			m := &meter{}
			_, err := w.budget(t, c.limits).Engine(m).Query(t.Context(), statement(100*gb))
			if !errors.Is(err, engine.ErrBudget) || m.calls != 0 {
				t.Fatalf("got %v after %d calls", err, m.calls)
			}
			for _, says := range c.says {
				if !strings.Contains(err.Error(), says) {
					t.Errorf("%q does not say %q", err, says)
				}
			}
			w.spent(t, catalog.Spend{Bytes: 50 * gb, MicroUSD: 500_000})
		})
	}
}

func TestWhatWasReadTakesThePlaceOfWhatWasExpected(t *testing.T) {
	w := newWorld(t)
	e := w.budget(t, budget.Limits{DayBytes: 100 * gb}).Engine(&meter{took: took(3 * gb)})
	rows, err := e.Query(t.Context(), statement(90*gb))
	if err != nil {
		t.Fatal(err)
	}
	w.spent(t, catalog.Spend{Bytes: 90 * gb, MicroUSD: 900_000})
	if _, err := e.Query(t.Context(), statement(20*gb)); !errors.Is(err, engine.ErrBudget) {
		t.Errorf("two at once exceed the day: %v", err)
	}
	for range 2 {
		if stats, err := rows.Close(); err != nil || stats.BytesRead != 3*gb {
			t.Errorf("got %+v, %v", stats, err)
		}
	}
	w.spent(t, catalog.Spend{Bytes: 3 * gb, MicroUSD: 30_000, Executions: 1})
}

func TestADaysBudgetEndsWithTheDay(t *testing.T) {
	w := newWorld(t)
	e := w.budget(t, budget.Limits{DayBytes: 100 * gb}).Engine(&meter{took: took(99 * gb)})
	run := func() error {
		rows, err := e.Query(t.Context(), statement(99*gb))
		if err == nil {
			_, err = rows.Close()
		}
		return err
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	if err := run(); !errors.Is(err, engine.ErrBudget) {
		t.Errorf("got %v", err)
	}
	w.now = w.now.Add(time.Minute)
	if err := run(); err != nil {
		t.Errorf("on the next day: %v", err)
	}
}

func TestAStatementThatFailsCountsForWhatItTook(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want catalog.Spend
	}{
		{"one that never began", engine.ErrStatement, catalog.Spend{}},
		{"one that was stopped", &engine.FailedError{Stats: took(2 * gb), Err: context.Canceled}, catalog.Spend{Bytes: 2 * gb, MicroUSD: 20_000, Executions: 1}},
		{"one of which nobody knows", &engine.FailedError{Stats: engine.Stats{Execution: engine.Execution{ID: "x1"}}, Err: engine.ErrCost},
			catalog.Spend{Bytes: 90 * gb, MicroUSD: 900_000}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			b := w.budget(t, budget.Limits{})
			if _, err := b.Engine(&meter{err: c.err}).Query(t.Context(), statement(90*gb)); !errors.Is(err, c.err) {
				t.Errorf("got %v", err)
			}
			w.spent(t, c.want)
		})
	}
}

func TestWhatIsExecutedCountsToo(t *testing.T) {
	w := newWorld(t)
	x := w.budget(t, budget.Limits{QueryBytes: 10 * gb}).Executor(&meter{took: took(gb)})
	if _, err := x.Execute(t.Context(), statement(11*gb), "t"); !errors.Is(err, engine.ErrBudget) {
		t.Errorf("got %v", err)
	}
	if stats, err := x.Execute(t.Context(), statement(9*gb), "t"); err != nil || stats.BytesRead != gb {
		t.Errorf("got %+v, %v", stats, err)
	}
	w.spent(t, catalog.Spend{Bytes: gb, MicroUSD: 10_000, Executions: 1})
}

func TestWhatCannotBeRecordedIsTold(t *testing.T) {
	w := newWorld(t)
	var warned error
	b, err := budget.New(budget.Config{Ledger: w.Store, Now: func() time.Time { return w.now }, Warn: func(err error) { warned = err }})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := b.Engine(&meter{took: took(gb)}).Query(t.Context(), statement(2*gb))
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Store.Close()
	if _, err := rows.Close(); err != nil || warned == nil {
		t.Errorf("the answer fails with %v, and the warning is %v", err, warned)
	}
}

func TestBudgetsThatAreNone(t *testing.T) {
	for _, c := range []budget.Config{
		{Limits: budget.Limits{QueryBytes: -1}},
		{Limits: budget.Limits{DayBytes: 1}},
		{Limits: budget.Limits{QueryMicroUSD: 1}},
	} {
		if _, err := budget.New(c); err == nil {
			t.Errorf("%+v was taken", c.Limits)
		}
	}
}

func TestWorkThatAnotherGoesOnWithIsReservedOnce(t *testing.T) {
	w := newWorld(t)
	ctx := engine.ForWork(t.Context(), "alert-4711")
	left := &meter{err: &engine.FailedError{Err: errors.Join(engine.ErrHandedOver, engine.ErrCost)}}
	if _, err := w.budget(t, budget.Limits{DayBytes: 100 * gb}).Engine(left).Query(ctx, statement(90*gb)); !errors.Is(err, engine.ErrHandedOver) {
		t.Fatal(err)
	}
	w.spent(t, catalog.Spend{Bytes: 90 * gb, MicroUSD: 900_000})
	rows, err := w.budget(t, budget.Limits{DayBytes: 100 * gb}).Engine(&meter{took: took(3 * gb)}).Query(ctx, statement(90*gb))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	w.spent(t, catalog.Spend{Bytes: 3 * gb, MicroUSD: 30_000, Executions: 1})
}
