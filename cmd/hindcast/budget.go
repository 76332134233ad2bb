package main

import (
	"fmt"
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
	MaxScan    amount `name:"max-scan" placeholder:"SIZE|USD" help:"Refuse a query that may read more than this, 500GB, or cost more, 2.50USD; no limit unless given, or none."`
	MaxScanDay amount `name:"max-scan-day" placeholder:"SIZE|USD" help:"Refuse a query with which more than this may have been read, or spent, on this day (UTC), by all who share the catalog."`
}

// limits are those of the flags.
func (f budgetFlags) limits() budget.Limits {
	return budget.Limits{
		QueryBytes: f.MaxScan.bytes, QueryMicroUSD: f.MaxScan.microUSD, DayBytes: f.MaxScanDay.bytes, DayMicroUSD: f.MaxScanDay.microUSD,
	}
}

// amount is a number of bytes or a price; the zero amount is neither.
type amount struct{ bytes, microUSD int64 }

// UnmarshalText reads an amount. An empty text is more likely a variable that is not set than meant.
func (a *amount) UnmarshalText(b []byte) error {
	text := string(b)
	upper := strings.ToUpper(strings.TrimSpace(text))
	if upper == "NONE" {
		*a = amount{}
		return nil
	}
	if number, ok := strings.CutSuffix(upper, "USD"); ok {
		usd, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(usd > 0 && usd < 1e9) {
			return fmt.Errorf("%q is not a price such as 2.50USD", text)
		}
		*a = amount{microUSD: int64(math.Ceil(usd * 1e6))}
		return nil
	}
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || n > math.MaxInt64 {
		return fmt.Errorf("%q is neither a size such as 500GB nor a price such as 2.50USD; none is no limit", text)
	}
	*a = amount{bytes: int64(n)}
	return nil
}

// keep is the engine within the budget. What an engine that costs something takes is recorded also without one; price is
// nil for any other.
func (f budgetFlags) keep(l *lake, e engine.Engine, price budget.Pricer, warn func(error)) (engine.Engine, error) {
	if f.limits() == (budget.Limits{}) && price == nil {
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
	limits := f.limits()
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
