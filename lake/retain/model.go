package retain

import (
	"maps"
	"slices"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// model turns histories into figures.
type model struct {
	prices Prices
	now    time.Time
	newest string
}

func (m model) table(h *history, p catalog.Policy) TableReport {
	t := TableReport{
		Table: h.table, Keep: p.Keep, Moves: p.Parquet, RawMoves: p.Raw, FirstDay: "", LastDay: "",
	}
	for day, d := range h.days {
		if d.expiredRows > 0 {
			t.Expired.Days, t.Expired.Rows, t.Expired.Bytes = t.Expired.Days+1, t.Expired.Rows+d.expiredRows, t.Expired.Bytes+d.expiredBytes
		}
		if d.files.objects() == 0 {
			continue
		}
		t.Days, t.Rows, t.Files, t.Parquet = t.Days+1, t.Rows+d.rows, t.Files+d.files.objects(), t.Parquet+d.files.bytes()
		if t.FirstDay == "" || day < t.FirstDay {
			t.FirstDay = day
		}
		t.LastDay = max(t.LastDay, day)
		for _, l := range d.files.lots(age(day, m.now), 1, true) {
			t.Scan += m.prices.scan(p.Parquet, l)
		}
	}
	for _, d := range h.deliveries {
		t.Objects, t.Raw, t.Unpacked = t.Objects+d.Objects, t.Raw+d.bytes(), t.Unpacked+d.Unpacked
	}
	if ever := float64(t.Parquet + t.Expired.Bytes); ever > 0 {
		t.Packed, t.PackedRaw = float64(t.Unpacked)/ever, float64(t.Raw)/ever
	}
	var arriving arrival
	t.Month, arriving = m.growth(h)
	t.Costs = m.costs(h, p, arriving, func(day string, d *dayHistory, years int) bool {
		return d.held || years == 0 // what is there now costs something, be it past its retention or not
	})
	t.Moving = m.moving(p, arriving)
	return t
}

// arrival is what all the days measured have brought.
type arrival struct {
	parquet, raw sizes
	days         int
	unexpired    int // days whose files are in parquet
}

// growth is what a month brings by the last days up to the lake's newest, or by as many as the table has.
func (m model) growth(h *history) (Growth, arrival) {
	first := max(addDays(m.newest, 1-measured), h.first())
	var a arrival
	var rows, expiredBytes, unpacked int64
	if h.first() == "" {
		return Growth{}, a
	}
	for day := first; day <= m.newest; day = addDays(day, 1) {
		a.days++
		a.unexpired++
		if d := h.days[day]; d != nil {
			rows += d.rows + d.expiredRows
			if d.expiredBytes > 0 { // of files of sizes that are not known any more
				expiredBytes += d.expiredBytes + d.files.bytes()
				a.unexpired--
			} else {
				a.parquet.join(d.files)
			}
		}
		d := h.deliveries[day]
		unpacked += d.Unpacked
		a.raw.join(d.sizes)
	}
	if a.days == 0 {
		return Growth{}, a
	}
	if a.raw.objects() == 0 && rows > 0 {
		a.raw, unpacked = h.undated(rows)
	}
	month := func(n int64) float64 { return float64(n) / float64(a.days) * daysPerMonth }
	return Growth{
		Rows: month(rows), Parquet: month(a.parquet.bytes() + expiredBytes), Raw: month(a.raw.bytes()), Unpacked: month(unpacked),
		Measured: a.days,
	}, a
}

// undated is the raw objects' share of so many rows, for objects that tell no day of theirs: they have no date in their
// keys, and were copied since.
func (h *history) undated(rows int64) (raw sizes, unpacked int64) {
	var all int64
	for _, d := range h.days {
		all += d.rows + d.expiredRows
	}
	for _, d := range h.deliveries {
		raw.join(d.sizes)
		unpacked += d.Unpacked
	}
	share := func(n int64) int64 { return int64(float64(n) * float64(rows) / float64(all)) }
	raw = sizes{large: share(raw.large), largeBytes: share(raw.largeBytes), small: share(raw.small), smallBytes: share(raw.smallBytes)}
	return raw, share(unpacked)
}

// costs are what a table costs a month, now and in years. Some days stay then, whatever the policy.
func (m model) costs(h *history, p catalog.Policy, a arrival, stays func(day string, d *dayHistory, years int) bool) []Horizon {
	out := make([]Horizon, len(horizons))
	for i, years := range horizons {
		later := years * daysPerYear
		o := Horizon{Years: years, Parquet: Costs{}, Raw: Costs{}}
		for _, day := range slices.Sorted(maps.Keys(h.days)) { // sums in another order differ, if only by a hair
			d := h.days[day]
			for _, l := range d.files.lots(age(day, m.now)+later, 1, stays(day, d, years)) {
				o.Parquet.add(m.prices.month(p.Parquet, p.Keep, l))
			}
		}
		for _, day := range slices.Sorted(maps.Keys(h.deliveries)) {
			for _, l := range h.deliveries[day].lots(age(day, m.now)+later, 1, true) {
				o.Raw.add(m.prices.month(p.Raw, 0, l))
			}
		}
		for old := range later {
			for _, l := range a.parquet.lots(old, oneOf(a.unexpired), false) {
				o.Parquet.add(m.prices.month(p.Parquet, p.Keep, l))
			}
			for _, l := range a.raw.lots(old, oneOf(a.days), true) {
				o.Raw.add(m.prices.month(p.Raw, 0, l))
			}
		}
		o.Total = o.Parquet.Total() + o.Raw.Total()
		out[i] = o
	}
	return out
}

// oneOf is the share that one of so many days has.
func oneOf(days int) float64 {
	if days == 0 {
		return 0
	}
	return 1 / float64(days)
}

// moving is what it costs that a month's objects move, over all their life.
func (m model) moving(p catalog.Policy, a arrival) (usd float64) {
	for _, l := range a.parquet.lots(0, oneOf(a.unexpired)*daysPerMonth, false) {
		usd += m.prices.moving(p.Parquet, p.Keep, l)
	}
	for _, l := range a.raw.lots(0, oneOf(a.days)*daysPerMonth, false) {
		usd += m.prices.moving(p.Raw, 0, l)
	}
	return usd
}

// WhatIf compares other policies with those that there are.
type WhatIf struct {
	Tables []WhatIfTable `json:"tables"` // whose policy would be another
	Change []float64     `json:"change_usd_month"`
}

// WhatIfTable is a table under another policy.
type WhatIfTable struct {
	Table    string         `json:"table"`
	Keep     int            `json:"keep_days"`
	Moves    []catalog.Move `json:"parquet_moves,omitempty"`
	RawMoves []catalog.Move `json:"raw_moves,omitempty"`
	Goes     Sum            `json:"goes_at_once"` // beyond what is past its retention already
	Costs    []Horizon      `json:"costs"`
	Change   []float64      `json:"change_usd_month"` // at each of the horizons
}

func (m model) whatIf(histories []*history, now, then Rules, tables []TableReport) *WhatIf {
	w := &WhatIf{Tables: []WhatIfTable{}, Change: make([]float64, len(horizons))}
	for i, h := range histories {
		p := then.Policy(h.table)
		if samePolicy(p, now.Policy(h.table)) {
			continue
		}
		goes := func(day string, d *dayHistory) bool {
			return !d.heldThen && then.past(h.table, day, m.now) && !now.past(h.table, day, m.now)
		}
		_, a := m.growth(h)
		t := WhatIfTable{Table: h.table, Keep: p.Keep, Moves: p.Parquet, RawMoves: p.Raw}
		t.Costs = m.costs(h, p, a, func(day string, d *dayHistory, years int) bool {
			return d.heldThen || years == 0 && !goes(day, d)
		})
		for day, d := range h.days {
			if d.files.objects() > 0 && goes(day, d) {
				t.Goes.Days, t.Goes.Rows, t.Goes.Bytes = t.Goes.Days+1, t.Goes.Rows+d.rows, t.Goes.Bytes+d.files.bytes()
			}
		}
		for j := range horizons {
			change := t.Costs[j].Total - tables[i].Costs[j].Total
			t.Change = append(t.Change, change)
			w.Change[j] += change
		}
		w.Tables = append(w.Tables, t)
	}
	return w
}

func samePolicy(a, b catalog.Policy) bool {
	same := func(a, b []catalog.Move) bool {
		if len(a) != len(b) {
			return false
		}
		for i := range a {
			if a[i] != b[i] {
				return false
			}
		}
		return true
	}
	return a.Keep == b.Keep && same(a.Parquet, b.Parquet) && same(a.Raw, b.Raw)
}
