package correlate

import (
	"context"
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/retain"
)

// Retention says what of tables may be shown.
type Retention interface {
	// Promises are those of the tables that are not kept for ever.
	Promises(ctx context.Context, tables []string) (map[string]retain.Promise, error)
}

// keepsAll is the retention of a lake without policies.
type keepsAll struct{}

func (keepsAll) Promises(context.Context, []string) (map[string]retain.Promise, error) {
	return map[string]retain.Promise{}, nil
}

// Keeping is a planner that clamps ranges of time to what retention still promises, table by table.
func (p *Planner) Keeping(r Retention) *Planner {
	keeping := *p
	keeping.retention = r
	return &keeping
}

func (p *Planner) promises(ctx context.Context, tables []catalog.Table) (map[string]retain.Promise, error) {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	promises, err := p.retention.Promises(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("find what retention keeps: %w", err)
	}
	return promises, nil
}

// shownDays are the days of a range that may be shown, as runs.
func shownDays(may retain.Promise, first, last string) []DayRange {
	var runs []DayRange
	for _, day := range may.Held {
		if first <= day && day <= last && day < may.First {
			runs = extend(runs, day)
		}
	}
	if from := max(first, may.First); from <= last {
		if n := len(runs); n > 0 && nextDay(runs[n-1].To) == from {
			runs[n-1].To = last
		} else {
			runs = append(runs, DayRange{From: from, To: last})
		}
	}
	return runs
}

// clamped say which tables have days of the range that are past their retention; tables with the same are told together.
func (p *Plan) clamped() (texts []string) {
	type cut struct{ keep, past, held int }
	tables, order := map[cut][]string{}, []cut{}
	from := map[cut]string{}
	for _, c := range p.Coverage {
		if c.DaysPast == 0 {
			continue
		}
		k := cut{keep: c.KeepDays, past: c.DaysPast}
		for _, r := range c.Held {
			for range days(r.From, r.To) {
				k.held++
			}
		}
		if len(tables[k]) == 0 {
			order = append(order, k)
		}
		tables[k], from[k] = append(tables[k], c.Table), c.KeptFrom
	}
	for _, k := range order {
		text := fmt.Sprintf("retention: events of %s are kept for %s, so %s before %s %s not searched",
			strings.Join(tables[k], ", "), retain.DaysText(k.keep), retain.DaysText(k.past), from[k], isAre(k.past))
		if k.held > 0 {
			text += fmt.Sprintf("; %s before it %s, because a hold keeps them", retain.DaysText(k.held), isAre(k.held))
		}
		texts = append(texts, text)
	}
	return texts
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
