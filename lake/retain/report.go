package retain

import (
	"context"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// Report says how much there is, how it grows, what it costs and what is missing.
type Report struct {
	At     time.Time     `json:"at"`
	Newest string        `json:"newest_day,omitempty"` // the last whole day of the lake: a month is one that ends with it
	Tables []TableReport `json:"tables"`
	Costs  []Horizon     `json:"costs"` // of all tables
	WhatIf *WhatIf       `json:"what_if,omitempty"`
	Prices PriceNote     `json:"prices"`
}

// TableReport is the report of a table.
type TableReport struct {
	Table     string         `json:"table"`
	Keep      int            `json:"keep_days"` // 0 is for ever
	Moves     []catalog.Move `json:"parquet_moves,omitempty"`
	RawMoves  []catalog.Move `json:"raw_moves,omitempty"`
	FirstDay  string         `json:"first_day,omitempty"`
	LastDay   string         `json:"last_day,omitempty"`
	Days      int            `json:"days"`
	Rows      int64          `json:"rows"`
	Files     int64          `json:"files"`
	Parquet   int64          `json:"parquet_bytes"`
	Objects   int64          `json:"raw_objects"`
	Raw       int64          `json:"raw_bytes"`          // as stored
	Unpacked  int64          `json:"raw_bytes_unpacked"` //
	Packed    float64        `json:"compression"`        // unpacked bytes for one of Parquet, expired days included
	PackedRaw float64        `json:"compression_of_raw"` // bytes as stored for one of Parquet, the same
	Expired   Sum            `json:"expired"`
	Month     Growth         `json:"growth_month"`
	Costs     []Horizon      `json:"costs"`
	Moving    float64        `json:"moving_usd_month"` // requests that move a month's objects to their classes, once each
	Scan      float64        `json:"scan_usd"`         // one query that reads all of it
	Absences  []Absence      `json:"absences"`
}

// Sum is an amount of days.
type Sum struct {
	Days  int   `json:"days"`
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
}

// Growth is what a month brings.
type Growth struct {
	Rows     float64 `json:"rows"`
	Parquet  float64 `json:"parquet_bytes"`
	Raw      float64 `json:"raw_bytes"`
	Unpacked float64 `json:"raw_bytes_unpacked"`
	Measured int     `json:"measured_days"` // that it was taken from
}

// Horizon is what storage costs a month at a time from now, in USD by class.
type Horizon struct {
	Years   int     `json:"years"`
	Parquet Costs   `json:"parquet"`
	Raw     Costs   `json:"raw"`
	Total   float64 `json:"usd_month"`
}

// horizons are the years that costs are told for.
var horizons = []int{0, 1, 3, 7}

// daysPerYear is a year in the costs of years to come.
const daysPerYear = 365

// measured is how many days growth is taken from.
const measured = 30

// ReportCatalog is what a report is made from.
type ReportCatalog interface {
	PlanCatalog
	catalog.Deliveries
}

// Report makes a report. Other policies, if given, are compared with those that there are.
//
// Costs of years to come suppose that each day brings as much as the last thirty have on average, in objects of the same
// sizes, and that holds stay. Holds of accounts count for days that are past their retention already, by the policies there
// are or by the others.
func (k *Keeper) Report(ctx context.Context, c ReportCatalog, prices Prices, others []catalog.Policy) (*Report, error) {
	rules, err := k.Rules(ctx)
	if err != nil {
		return nil, err
	}
	now := k.now()
	then := rules.With(others...)
	histories, err := k.histories(ctx, c, rules, then)
	if err != nil {
		return nil, err
	}
	r := &Report{At: now.UTC(), Prices: prices.Note(), Tables: []TableReport{}, Newest: newest(histories, now)}
	m := model{prices: prices, now: now, newest: r.Newest}
	came := map[string]int{} // by day, from how many sources
	for _, h := range histories {
		for day := range h.deliveries {
			came[day]++
		}
	}
	for _, h := range histories {
		t := m.table(h, rules.Policy(h.table))
		t.Absences = h.absences(rules.FirstDay(h.table, now), r.Newest, came)
		r.Tables = append(r.Tables, t)
	}
	r.Costs = sumHorizons(r.Tables)
	if len(others) > 0 {
		r.WhatIf = m.whatIf(histories, rules, then, r.Tables)
	}
	return r, nil
}

// newest is the lake's last whole day.
func newest(histories []*history, now time.Time) (day string) {
	for _, h := range histories {
		day = max(day, h.last())
	}
	return min(day, addDays(catalog.Day(now), -1))
}

// absences are the days without events from the table's first day, or the first that its policy keeps, to the last.
// What is usual is told by all of its history.
func (h *history) absences(kept, last string, came map[string]int) []Absence {
	out := []Absence{}
	if h.first() == "" {
		return out
	}
	has := func(day string) bool { return day < kept || h.days[day] != nil }
	others := func(day string) bool { return came[day] > 0 } // this one's did not come, when it is asked
	return append(out, absences(h.first(), last, has, h.deliveries, others)...)
}

// sumHorizons are the costs of all tables.
func sumHorizons(tables []TableReport) []Horizon {
	sum := make([]Horizon, len(horizons))
	for i, years := range horizons {
		sum[i] = Horizon{Years: years, Parquet: Costs{}, Raw: Costs{}}
		for _, t := range tables {
			sum[i].Parquet.add(t.Costs[i].Parquet)
			sum[i].Raw.add(t.Costs[i].Raw)
		}
		sum[i].Total = sum[i].Parquet.Total() + sum[i].Raw.Total()
	}
	return sum
}

// history is all that there was of a table, by day.
type history struct {
	table      string
	days       map[string]*dayHistory // with events, or that had some and have expired
	deliveries Deliveries
}

type dayHistory struct {
	rows, expiredRows, expiredBytes int64
	files                           sizes
	held, heldThen                  bool // under the policies that there are, and under others
}

func (h *history) first() (day string) {
	for d := range h.days {
		if day == "" || d < day {
			day = d
		}
	}
	return day
}

func (h *history) last() (day string) {
	for d := range h.days {
		day = max(day, d)
	}
	return day
}

func (h *history) at(day string) *dayHistory {
	if h.days[day] == nil {
		h.days[day] = &dayHistory{}
	}
	return h.days[day]
}

// histories reads what there is and was of all tables.
func (k *Keeper) histories(ctx context.Context, c ReportCatalog, now, then Rules) ([]*history, error) {
	tables, err := c.Tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	expired, err := c.Expired(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the expired days: %w", err)
	}
	var all []*history
	for _, t := range tables {
		h := &history{table: t.Name, days: map[string]*dayHistory{}, deliveries: Deliveries{}}
		for _, e := range expired {
			if e.Table == t.Name && !e.Restored {
				d := h.at(e.Day)
				d.expiredRows, d.expiredBytes = d.expiredRows+e.Rows, d.expiredBytes+e.Bytes
			}
		}
		if err := k.fill(ctx, c, now, then, h); err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

func (k *Keeper) fill(ctx context.Context, c ReportCatalog, now, then Rules, h *history) error {
	files, err := c.Files(ctx, catalog.FileQuery{Tables: []string{h.table}})
	if err != nil {
		return fmt.Errorf("list the files of %s: %w", h.table, err)
	}
	for _, f := range files {
		d := h.at(f.Day)
		d.rows += f.Rows
		d.files.add(f.Bytes)
	}
	for day, d := range h.days {
		d.held = k.staysHeld(ctx, now, h.table, day)
		d.heldThen = k.staysHeld(ctx, then, h.table, day)
	}
	return c.Delivered(ctx, h.table, func(o catalog.ObjectResult) error {
		h.deliveries.Add(o)
		return nil
	})
}

// staysHeld tells whether a day's costs go on in spite of its policy.
func (k *Keeper) staysHeld(ctx context.Context, r Rules, table, day string) bool {
	for _, h := range r.holdsOn(table, day) {
		if h.Account == "" {
			return true
		}
	}
	if !r.past(table, day, k.now()) {
		return false
	}
	d := Day{Table: table, Day: day}
	k.judge(ctx, r, &d)
	return d.Why != ""
}
