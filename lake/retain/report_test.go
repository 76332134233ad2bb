package retain_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/retain"
)

const (
	gb    = 1 << 30
	month = 365.25 / 12
)

// deliver adds a day's events, made from a raw object of the day.
func (l *testLake) deliver(name, day string, size int64, rows ...event) catalog.File {
	l.Helper()
	l.batch++
	return l.addFrom(name, day, catalog.Object{Key: fmt.Sprintf("logs/%s/%s-%d.gz", name, day, l.batch), Size: size, ModTime: l.clock}, rows...)
}

func (l *testLake) report(others ...catalog.Policy) *retain.Report {
	l.Helper()
	r, err := l.keeper().Report(context.Background(), l.store, l.prices(), others)
	l.must(err)
	return r
}

// is fails the test unless an amount is as expected, but for rounding.
func is(t testing.TB, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*max(math.Abs(want), 1e-6) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestAReportsFiguresAreThoseOfAHand(t *testing.T) {
	l := newLake(t, "flows", "trail") // it is the 1st of April
	l.must(l.store.SetPolicy(t.Context(), catalog.Policy{Table: "flows", Keep: 100, Raw: []catalog.Move{{After: 30, Class: "STANDARD_IA"}}}))
	l.must(l.store.SetPolicy(t.Context(), catalog.Policy{Table: "trail", Keep: 30}))
	a := l.deliver("flows", "2026-03-29", 200_000, events(10, ours)...)
	b := l.deliver("flows", "2026-03-31", 200_000, events(20, ours)...)
	l.deliver("trail", "2026-01-01", 5_000, events(40, ours)...)
	gone := l.apply()
	l.deliver("trail", "2026-03-30", 5_000, events(8, ours)...)
	r := l.report(catalog.Policy{Table: "flows", Keep: 10}, catalog.Policy{Table: "trail", Keep: 30})

	flows, trail := r.Tables[0], r.Tables[1]
	parquet := float64(a.Bytes + b.Bytes)
	if r.Newest != "2026-03-31" || flows.FirstDay != "2026-03-29" || flows.LastDay != "2026-03-31" || flows.Days != 2 || flows.Rows != 30 || flows.Files != 2 {
		t.Errorf("flows: %+v", flows)
	}
	if flows.Parquet != int64(parquet) || flows.Objects != 2 || flows.Raw != 400_000 || flows.Unpacked != 4_000_000 || flows.Keep != 100 {
		t.Errorf("flows: %+v", flows)
	}
	is(t, "compression", flows.Packed, 4_000_000/parquet)
	is(t, "compression of raw", flows.PackedRaw, 400_000/parquet)
	if diff := cmp.Diff(retain.Sum{Days: 1, Rows: 40, Bytes: gone.Bytes}, trail.Expired); diff != "" || trail.Rows != 8 {
		t.Errorf("trail: %+v\n%s", trail, diff)
	}

	// Three days measured, of which two had events.
	if flows.Month.Measured != 3 {
		t.Errorf("measured are %d days", flows.Month.Measured)
	}
	is(t, "rows a month", flows.Month.Rows, 30.0/3*month)
	is(t, "Parquet a month", flows.Month.Parquet, parquet/3*month)
	is(t, "raw a month", flows.Month.Raw, 400_000.0/3*month)
	is(t, "moves a month", flows.Moving, 2.0/3*month/1000*0.01)
	is(t, "a scan", flows.Scan, parquet/(1<<40)*5)
	// Of the trail, the last 30 days had 8 rows; its life began in January.
	is(t, "rows a month of the trail", trail.Month.Rows, 8.0/30*month)

	is(t, "Parquet now", flows.Costs[0].Parquet["STANDARD"], parquet/gb*0.023)
	is(t, "raw now", flows.Costs[0].Raw["STANDARD"], 400_000.0/gb*0.023)
	for i, years := range []float64{0, 1, 3, 7} {
		if h := flows.Costs[i]; h.Years != int(years) || len(h.Parquet) > 1 {
			t.Errorf("horizon %d: %+v", i, h)
		}
		if i == 0 {
			continue
		}
		// A hundred days of Parquet; of raw thirty in Standard, and what is older, with the first two days, in Standard-IA.
		is(t, "Parquet later", flows.Costs[i].Parquet["STANDARD"], 100*parquet/3/gb*0.023)
		is(t, "young raw later", flows.Costs[i].Raw["STANDARD"], 30*400_000.0/3/gb*0.023)
		is(t, "old raw later", flows.Costs[i].Raw["STANDARD_IA"], ((years*365-30)*400_000/3+400_000)/gb*0.0125)
		is(t, "all later", flows.Costs[i].Total, flows.Costs[i].Parquet.Total()+flows.Costs[i].Raw.Total())
		is(t, "all tables later", r.Costs[i].Total, flows.Costs[i].Total+trail.Costs[i].Total)
	}

	if len(r.WhatIf.Tables) != 1 || r.WhatIf.Tables[0].Table != "flows" || r.WhatIf.Tables[0].Goes != (retain.Sum{}) {
		t.Fatalf("what if: %+v", r.WhatIf)
	}
	is(t, "what if, now", r.WhatIf.Change[0], 0) // nothing is old enough to go or to move
	is(t, "what if, in a year", r.WhatIf.Tables[0].Costs[1].Parquet["STANDARD"], 10*parquet/3/gb*0.023)
	raw := (365*400_000.0/3 + 400_000) / gb * 0.023 // that policy moves no raw objects
	is(t, "what if, raw in a year", r.WhatIf.Tables[0].Costs[1].Raw["STANDARD"], raw)
	is(t, "what if, the change", r.WhatIf.Change[1], r.WhatIf.Tables[0].Costs[1].Total-flows.Costs[1].Total)
	if r.Prices.Region != "us-east-1" || r.Prices.From == "" {
		t.Errorf("prices are of %+v", r.Prices)
	}
}

func TestWhatIfTellsWhatWouldGoAtOnce(t *testing.T) {
	l := newLake(t, "flows")
	l.keep("flows", 60)
	l.deliver("flows", "2026-01-01", 100, events(1, ours)...) // past either way
	l.deliver("flows", "2026-03-01", 100, events(2, ours)...)
	f := l.deliver("flows", "2026-03-02", 100, events(4, theirs)...)
	l.deliver("flows", "2026-03-22", 100, events(8, ours)...)
	l.deliver("flows", "2026-03-03", 100, events(16, ours)...)
	l.hold(catalog.Hold{ID: "h", Table: "flows", From: at("2026-03-01", 0), To: at("2026-03-02", 0)})
	l.hold(catalog.Hold{ID: "account", Account: ours, From: at("2026-03-02", 0), To: at("2026-03-04", 0)})
	w := l.report(catalog.Policy{Table: "flows", Keep: 10}).WhatIf
	is(t, "what if, now", w.Change[0], -float64(f.Bytes)/gb*0.023)
	if diff := cmp.Diff(retain.Sum{Days: 1, Rows: 4, Bytes: f.Bytes}, w.Tables[0].Goes); diff != "" {
		t.Error(diff)
	}
	// In a year: ten days of new events, and the days that are held.
	if w.Tables[0].Costs[1].Total >= l.report().Tables[0].Costs[1].Total {
		t.Errorf("to keep less costs more: %+v", w)
	}
}

func TestAReportTellsGapsFromQuietDays(t *testing.T) {
	l := newLake(t, "flows", "trail")
	for i := range 40 {
		day := catalog.Day(start.AddDate(0, 0, i-40))
		if i != 20 {
			l.deliver("flows", day, 100, events(1, ours)...)
		}
		switch i {
		case 20: // nothing came
		case 30: // what came holds no event of its day
			l.addFrom("trail", catalog.Day(start.AddDate(0, 0, i-41)), catalog.Object{Key: "logs/trail/" + day + ".gz", Size: 10, ModTime: l.clock}, events(1, ours)...)
		case 35: // only the trail's logs did not come
		default:
			l.deliver("trail", day, 100, events(1, ours)...)
		}
	}
	var got []string
	for _, tr := range l.report().Tables {
		for _, a := range tr.Absences {
			got = append(got, fmt.Sprint(tr.Table, " ", a.From, " ", a.Days, " ", a.Quiet))
		}
	}
	of := func(i int) string { return catalog.Day(start.AddDate(0, 0, i-40)) }
	want := []string{"flows " + of(20) + " 1 false", "trail " + of(20) + " 1 false", "trail " + of(30) + " 1 true", "trail " + of(35) + " 1 false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// What a policy lets go is not missing, and what it is told by stays.
	l.keep("trail", 8)
	l.apply()
	got = got[:0]
	for _, a := range l.report().Tables[1].Absences {
		got = append(got, a.From)
	}
	if diff := cmp.Diff([]string{of(35)}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRawObjectsWithoutADayAreSpreadByTheirRows(t *testing.T) {
	l := newLake(t, "flows")
	copied := func(n int, size int64, day string, rows ...event) {
		l.addFrom("flows", day, catalog.Object{Key: fmt.Sprintf("flows-%c.gz", 'a'+n), Size: size, ModTime: l.clock}, rows...)
	}
	copied(0, 3000, "2025-06-01", events(30, ours)...)
	copied(1, 1000, "2026-03-31", events(10, ours)...)
	m := l.report().Tables[0].Month
	if m.Measured != 30 {
		t.Errorf("measured are %d days", m.Measured)
	}
	is(t, "raw a month", m.Raw, 4000.0*10/40/30*month)
	is(t, "unpacked a month", m.Unpacked, 40_000.0*10/40/30*month)
}

func TestAnEmptyLakeHasAReport(t *testing.T) {
	l := newLake(t, "flows")
	l.must(l.store.SetPolicy(t.Context(), catalog.Policy{Keep: 1}))
	r := l.report(catalog.Policy{Keep: 2})
	if r.Newest != "" || len(r.Tables) != 1 || r.Costs[3].Total != 0 || len(r.Tables[0].Absences) != 0 {
		t.Errorf("%+v", r)
	}
	l = newLake(t)
	if r := l.report(); len(r.Tables) != 0 || r.Costs[0].Total != 0 || !r.At.Equal(start) {
		t.Errorf("%+v", r)
	}
}

func TestPromises(t *testing.T) {
	l := newLake(t, "flows", "trail", "doors")
	l.keep("flows", 30)
	l.keep("trail", 0)
	l.add("flows", "2026-01-01", events(1, ours)...)
	l.add("flows", "2026-01-02", events(1, theirs)...)
	l.add("flows", "2026-01-03", events(1, ours)...)
	l.add("flows", "2026-03-02", events(1, ours)...)
	names := []string{"flows", "trail", "doors"}
	promises := func() map[string]retain.Promise {
		p, err := l.keeper().Promises(t.Context(), names)
		l.must(err)
		return p
	}
	if diff := cmp.Diff(map[string]retain.Promise{"flows": {Table: "flows", Keep: 30, First: "2026-03-02"}}, promises()); diff != "" {
		t.Error(diff)
	}
	l.hold(catalog.Hold{ID: "h", Account: ours, From: at("2026-01-02", 0), To: at("2026-02-01", 0)})
	p := promises()["flows"]
	if diff := cmp.Diff([]string{"2026-01-03"}, p.Held); diff != "" {
		t.Error(diff)
	}
	for day, shown := range map[string]bool{"2026-01-01": false, "2026-01-02": false, "2026-01-03": true, "2026-03-01": false, "2026-03-02": true, "2026-05-01": true} {
		if p.Shows(day) != shown {
			t.Errorf("%s is shown: %v", day, !shown)
		}
	}
	if !(retain.Promise{}).Shows("0001-01-01") {
		t.Error("without a promise to bound it, a day is not shown")
	}
	l.clock = l.clock.Add(24 * time.Hour)
	if first := promises()["flows"].First; first != "2026-03-03" {
		t.Errorf("a day later the first day is %s", first)
	}

	c := l.keeper().Clamp(l.store)
	files, err := c.Files(t.Context(), catalog.FileQuery{Tables: names})
	l.must(err)
	if len(files) != 1 || files[0].Day != "2026-01-03" {
		t.Errorf("shown are %v", files)
	}
	if h := c.Hidden(); len(h) != 1 || h[0].Days != 3 || h[0].Rows != 3 || h[0].Table != "flows" {
		t.Errorf("hidden are %+v", h)
	}
}

func TestDaysThatHaveExpiredDoNotMakeTheDaysToComeSmaller(t *testing.T) {
	l := newLake(t, "flows")
	l.keep("flows", 5)
	var left float64
	for i := range 10 {
		day := catalog.Day(start.AddDate(0, 0, i-10))
		f := l.deliver("flows", day, 200_000, events(10, ours)...)
		if i >= 5 {
			left += float64(f.Bytes)
		}
	}
	before := l.report().Tables[0]
	a := l.apply()
	after := l.report().Tables[0]
	if len(a.Expired) != 5 || after.Month.Measured != 10 {
		t.Fatalf("%d days have expired, %d are measured", len(a.Expired), after.Month.Measured)
	}
	is(t, "rows a month", after.Month.Rows, 10*month)
	is(t, "Parquet a month", after.Month.Parquet, before.Month.Parquet)
	is(t, "compression", after.Packed, before.Packed)
	is(t, "Parquet now", after.Costs[0].Parquet["STANDARD"], left/gb*0.023)
	is(t, "Parquet in a year", after.Costs[1].Parquet["STANDARD"], 5*left/5/gb*0.023)
}
