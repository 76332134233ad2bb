package correlate

import (
	"context"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/api/timerange"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/retain"
)

// partitions are all those of the tables.
func (p *Planner) partitions(ctx context.Context, tables []catalog.Table) ([]catalog.Partition, error) {
	if len(tables) == 0 {
		return nil, nil
	}
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	partitions, err := p.catalog.Coverage(ctx, names, "", "")
	if err != nil {
		return nil, fmt.Errorf("list the days of the tables: %w", err)
	}
	return partitions, nil
}

// coverage says, for each of the tables, what it holds of the days.
func coverage(
	tables []catalog.Table, partitions []catalog.Partition, promises map[string]retain.Promise, firstDay, lastDay string,
) []TableCoverage {
	if len(tables) == 0 {
		return nil
	}
	byTable := map[string][]catalog.Partition{}
	for _, part := range partitions {
		byTable[part.Table] = append(byTable[part.Table], part)
	}
	out := make([]TableCoverage, len(tables))
	for i, t := range tables {
		out[i] = Cover(t.Name, byTable[t.Name], promises[t.Name], firstDay, lastDay)
	}
	return out
}

// Cover says what a table holds of the days, both inclusive, given all its partitions by day and what of them may be
// shown.
func Cover(table string, partitions []catalog.Partition, may retain.Promise, firstDay, lastDay string) TableCoverage {
	c := TableCoverage{Table: table, KeepDays: may.Keep, KeptFrom: may.First}
	there := map[string]bool{}
	for _, p := range partitions {
		if p.Rows == 0 || !may.Shows(p.Day) {
			continue
		}
		if c.FirstDay == "" {
			c.FirstDay = p.Day
		}
		c.LastDay = p.Day
		if p.Day < firstDay || p.Day > lastDay {
			continue
		}
		there[p.Day] = true
		c.Files += p.Files
		c.Rows += p.Rows
		c.Bytes += p.Bytes
	}
	for day := range days(firstDay, lastDay) {
		if !may.Shows(day) {
			c.DaysPast++
			continue
		}
		if day < may.First {
			c.Held = extend(c.Held, day)
		}
		if there[day] {
			c.Days++
			c.Present = extend(c.Present, day)
		} else {
			c.DaysMissing++
			c.Missing = extend(c.Missing, day)
		}
	}
	return c
}

// extend adds the day that follows to the last run, or begins a run with it.
func extend(runs []DayRange, day string) []DayRange {
	if n := len(runs); n > 0 && nextDay(runs[n-1].To) == day {
		runs[n-1].To = day
		return runs
	}
	return append(runs, DayRange{From: day, To: day})
}

func days(first, last string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for day := first; day <= last; day = nextDay(day) {
			if !yield(day) {
				return
			}
		}
	}
}

func nextDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "9999-99-99"
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

func (r Request) days() (first, last string) {
	return timerange.Range{From: r.From, To: r.To}.Days()
}
