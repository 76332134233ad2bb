package correlate

import (
	"context"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Plan is what a request will do, before anything is read.
type Plan struct {
	Request           Request // as it was understood
	FirstDay, LastDay string  // the days that the time range has a part of
	Tables            []TablePlan
	Coverage          []TableCoverage // of every table that was asked for, searched or not
	Estimate          Estimate
	Warnings          []string

	// Timeline gives the newest events, or the oldest if they are to come first: one statement, or one a table when the events are wanted in full.
	Timeline []Query
	// Statistics gives the histogram and the top values in one scan. It is run only when the timeline was cut off:
	// otherwise both follow from its events.
	Statistics *Query

	searched []searched
	stays    func(ctx context.Context) error          // nil where statements name no files
	again    func(ctx context.Context) (*Plan, error) // plans the request by what the lake has by then
	sizer    Sizer                                    // that the estimate was refined by, if it was
}

// anew is a plan for the same request by what the lake has by now.
func (p *Plan) anew(ctx context.Context) (*Plan, error) {
	fresh, err := p.again(ctx)
	if err != nil {
		return nil, fmt.Errorf("plan anew: %w", err)
	}
	if p.sizer != nil {
		err = fresh.Refine(ctx, p.sizer)
	}
	return fresh, err
}

// TablePlan is a table that is searched.
type TablePlan struct {
	Table   catalog.Table
	Columns map[ecs.Kind][]string // the columns in which each kind of indicator is looked for
	Days    int                   // with data
	Files   []catalog.File
}

// Query is a statement in each dialect, and what it may read.
type Query struct {
	Purpose        string // timeline or statistics
	Athena, DuckDB string
	Scans          []engine.Scan
	Uses           map[string][]string // the columns that it reads, by table
	Bytes          int64               // the most that it may read

	fields []output
}

// In is the statement in the engine's dialect.
func (q Query) In(d dialect.Dialect) engine.Statement {
	if d.Name() == dialect.Athena().Name() {
		return engine.Statement{SQL: q.Athena, Scans: q.Scans, Lists: q.lists(), Estimate: q.Bytes}
	}
	return engine.Statement{SQL: q.DuckDB, Scans: q.Scans, Estimate: q.Bytes}
}

// lists are the columns that Athena gives as JSON.
func (q Query) lists() (names []string) {
	for _, o := range q.fields {
		if o.typ == ecs.Strings {
			names = append(names, o.name)
		}
	}
	return names
}

// Estimate is what a plan would read.
type Estimate struct {
	Files int
	Rows  int64 // in the files
	Bytes int64
	Basis string // how Bytes came about

	MicroUSD   int64  // what Bytes would cost, in millionths of a US dollar; 0 where reading costs nothing
	PriceBasis string // what it is reckoned with
}

// TableCoverage says what a table holds of the time range, so that no data can be told from no match.
type TableCoverage struct {
	Table       string     `json:"table"`
	Searched    bool       `json:"searched"`
	Reason      string     `json:"reason,omitempty"` // why it was not searched
	Days        int        `json:"days"`             // of the range that have data
	DaysMissing int        `json:"days_missing"`     // of the range that have none
	Present     []DayRange `json:"present"`
	Missing     []DayRange `json:"missing"`
	FirstDay    string     `json:"first_day,omitempty"` // that has data at all; empty when none has
	LastDay     string     `json:"last_day,omitempty"`
	Files       int64      `json:"files"` // of the range's days, as are the next
	Rows        int64      `json:"rows"`
	Bytes       int64      `json:"bytes"`

	KeepDays int        `json:"keep_days,omitempty"` // the table's retention; 0 is for ever
	KeptFrom string     `json:"kept_from,omitempty"` // the first day that it keeps
	DaysPast int        `json:"days_past,omitempty"` // of the range that are past it, and neither searched nor counted above
	Held     []DayRange `json:"held,omitempty"`      // of the range that are past it and searched all the same: a hold keeps them
}

// DayRange is days without a gap, both inclusive.
type DayRange struct {
	From string `json:"from"`
	To   string `json:"to"`
}
