// Package budget keeps statements from reading, and so costing, more than may be spent on one of them or in a day.
//
// What a statement may read is reserved in the ledger before it begins, and settled by what it has read when it ends:
// all who share the ledger stay within a day's limit together, also those that run at the same time. A statement whose
// end nobody tells, because its process was killed or Athena did not answer, counts as expected, and once where another
// process goes on with its piece of work.
package budget

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
)

// Limits are the most that may be spent. What is 0 has no limit.
type Limits struct {
	QueryBytes, QueryMicroUSD int64 // by one statement
	DayBytes, DayMicroUSD     int64 // on one day, in UTC
}

// Ledger knows what was spent; catalog.Spending does.
type Ledger interface {
	Reserve(ctx context.Context, r catalog.Reservation) error
	Settle(ctx context.Context, id string, took catalog.Spend) error
}

// Pricer knows what reading costs, in millionths of a US dollar.
type Pricer interface{ Price(bytes int64) int64 }

// Config says what a budget is made of.
type Config struct {
	Limits
	Ledger Ledger           // may be missing where no day has a limit
	Price  Pricer           // nil for an engine that costs nothing
	Now    func() time.Time // says which day it is
	Warn   func(error)      // told when what a statement took could not be recorded, and what was expected counts; may be nil
	Raise  string           // what an error says of how to raise a limit: "--max-scan and --max-scan-day raise it"
}

// Budget is a limit on statements.
type Budget struct{ cfg Config }

// New makes a budget.
func New(cfg Config) (*Budget, error) {
	if l := cfg.Limits; min(l.QueryBytes, l.QueryMicroUSD, l.DayBytes, l.DayMicroUSD) < 0 {
		return nil, errors.New("a budget is never negative")
	}
	if cfg.Ledger == nil && cfg.DayBytes+cfg.DayMicroUSD > 0 {
		return nil, errors.New("a budget for a day needs a catalog that it can be kept in")
	}
	if cfg.Price == nil && cfg.QueryMicroUSD+cfg.DayMicroUSD > 0 {
		return nil, errors.New("a budget in US dollars needs an engine that costs something: give it in bytes")
	}
	return &Budget{cfg}, nil
}

// settleTime is how long is waited for the ledger when the caller is gone already.
const settleTime = 15 * time.Second

// spend runs a statement within the budget. What run gives is settled when settle is called, once.
func (b *Budget) spend(ctx context.Context, s engine.Statement, run func() (engine.Stats, error)) (settle func(engine.Stats), err error) {
	expected := catalog.Spend{Bytes: s.Bytes()}
	if b.cfg.Price != nil {
		expected.MicroUSD = b.cfg.Price.Price(expected.Bytes)
	}
	if exceeds(expected.Bytes, b.cfg.QueryBytes) || exceeds(expected.MicroUSD, b.cfg.QueryMicroUSD) {
		return nil, fmt.Errorf("%w: it may read up to %s, and a query may read %s: %s", engine.ErrBudget,
			b.text(expected), b.text(catalog.Spend{Bytes: b.cfg.QueryBytes, MicroUSD: b.cfg.QueryMicroUSD}), b.wayOut())
	}
	id, ok := s.InWork(ctx)
	if !ok {
		id = rand.Text()
	}
	id, err = b.reserve(ctx, id, expected)
	if err != nil {
		return nil, err
	}
	var once sync.Once
	settle = func(took engine.Stats) { once.Do(func() { b.settle(ctx, id, took) }) }
	stats, err := run()
	if err != nil && !errors.Is(err, engine.ErrCost) { // else it counts as expected
		var failed *engine.FailedError
		if errors.As(err, &failed) {
			stats = failed.Stats
		}
		settle(stats)
	}
	return settle, err
}

// reserve takes a part of the day's budget under an id; what it gives is empty where none is kept.
func (b *Budget) reserve(ctx context.Context, id string, expected catalog.Spend) (string, error) {
	if b.cfg.Ledger == nil {
		return "", nil
	}
	r := catalog.Reservation{
		ID: id, Day: catalog.Day(b.cfg.Now()), Expected: expected,
		Limit: catalog.Spend{Bytes: b.cfg.DayBytes, MicroUSD: b.cfg.DayMicroUSD},
	}
	err := b.cfg.Ledger.Reserve(ctx, r)
	var over *catalog.OverBudgetError
	if errors.As(err, &over) {
		return "", fmt.Errorf("%w: it may read up to %s, and of the day's %s (UTC %s) %s are spent or reserved: %s", engine.ErrBudget,
			b.text(expected), b.text(r.Limit), r.Day, b.text(over.Spent), b.wayOut())
	}
	return r.ID, err
}

func (b *Budget) settle(ctx context.Context, id string, took engine.Stats) {
	if id == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	spent := catalog.Spend{Bytes: took.BytesRead, MicroUSD: took.Execution.MicroUSD}
	if took.Execution.ID != "" || took.BytesRead > 0 {
		spent.Executions = 1
	}
	if err := b.cfg.Ledger.Settle(ctx, id, spent); err != nil && b.cfg.Warn != nil {
		b.cfg.Warn(fmt.Errorf("record what a query took: %w", err))
	}
}

func (b *Budget) wayOut() string {
	text := "narrow the time range or name fewer sources"
	if b.cfg.Raise != "" {
		text += "; " + b.cfg.Raise
	}
	return text
}

// text is what may be spent, in bytes and as far as it is known in dollars. A limit of 0 is none.
func (b *Budget) text(s catalog.Spend) string {
	switch {
	case b.cfg.Price == nil || s.MicroUSD == 0:
		return humanize.Bytes(uint64(s.Bytes))
	case s.Bytes == 0:
		return "for " + engine.USD(s.MicroUSD)
	}
	return humanize.Bytes(uint64(s.Bytes)) + " for " + engine.USD(s.MicroUSD)
}

func exceeds(n, limit int64) bool { return limit > 0 && n > limit }
