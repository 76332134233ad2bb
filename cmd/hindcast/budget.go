package main

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/budget"
)

// budgetFlags say what may be read by a query, and by all on a day.
type budgetFlags struct {
	MaxScan    string `name:"max-scan" placeholder:"SIZE|USD" help:"Refuse a query that may read more than this, 500GB, or cost more, 2.50USD."`
	MaxScanDay string `name:"max-scan-day" placeholder:"SIZE|USD" help:"Refuse a query with which more than this may have been read, or spent, on this day (UTC), by all who share the catalog."`
}

// limits reads the flags.
func (f budgetFlags) limits() (l budget.Limits, err error) {
	if l.QueryBytes, l.QueryMicroUSD, err = amount("--max-scan", f.MaxScan); err == nil {
		l.DayBytes, l.DayMicroUSD, err = amount("--max-scan-day", f.MaxScanDay)
	}
	return l, err
}

// amount reads a number of bytes or a price, of which the other is 0. An empty text is neither.
func amount(flag, text string) (bytes, microUSD int64, err error) {
	if text == "" {
		return 0, 0, nil
	}
	upper := strings.ToUpper(strings.TrimSpace(text))
	if number, ok := strings.CutSuffix(upper, "USD"); ok {
		usd, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(usd > 0 && usd < 1e9) {
			return 0, 0, usageError("%s: %q is not a price such as 2.50USD", flag, text)
		}
		return 0, int64(math.Ceil(usd * 1e6)), nil
	}
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || n > math.MaxInt64 {
		return 0, 0, usageError("%s: %q is neither a size such as 500GB nor a price such as 2.50USD", flag, text)
	}
	return int64(n), 0, nil
}

// keep is the engine within the budget. What an engine that costs something takes is recorded also without one; price is
// nil for any other.
func (f budgetFlags) keep(l *lake, e engine.Engine, price budget.Pricer, warn func(error)) (engine.Engine, error) {
	limits, err := f.limits()
	if err != nil {
		return nil, err
	}
	if limits == (budget.Limits{}) && price == nil {
		return e, nil
	}
	b, err := f.budget(l, price, warn)
	if err != nil {
		return nil, err
	}
	return b.Engine(e), nil
}

// budget is what may be spent on a lake's engine.
func (f budgetFlags) budget(l *lake, price budget.Pricer, warn func(error)) (*budget.Budget, error) {
	limits, err := f.limits()
	if err != nil {
		return nil, err
	}
	cfg := budget.Config{
		Limits: limits, Price: price, Now: time.Now, Warn: warn, Raise: "or raise --max-scan or --max-scan-day",
	}
	if !l.catalog.ReadOnly() || limits.DayBytes+limits.DayMicroUSD > 0 {
		cfg.Ledger = l.catalog
	}
	b, err := budget.New(cfg)
	if err != nil {
		return nil, usageError("%w", err)
	}
	return b, nil
}
