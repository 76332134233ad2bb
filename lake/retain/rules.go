package retain

import (
	"context"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// ruleBook is where policies and holds are kept.
type ruleBook interface {
	Policies(ctx context.Context) ([]catalog.Policy, error)
	Holds(ctx context.Context) ([]catalog.Hold, error)
}

// Rules are the policies and holds at a time.
type Rules struct {
	policies map[string]catalog.Policy
	holds    []catalog.Hold
}

// NewRules puts policies and holds together.
func NewRules(policies []catalog.Policy, holds []catalog.Hold) Rules {
	r := Rules{policies: make(map[string]catalog.Policy, len(policies)), holds: holds}
	for _, p := range policies {
		r.policies[p.Table] = p
	}
	return r
}

// ReadRules reads all policies and holds.
func ReadRules(ctx context.Context, b ruleBook) (Rules, error) {
	policies, err := b.Policies(ctx)
	if err != nil {
		return Rules{}, fmt.Errorf("read the retention policies: %w", err)
	}
	holds, err := b.Holds(ctx)
	if err != nil {
		return Rules{}, fmt.Errorf("read the holds: %w", err)
	}
	return NewRules(policies, holds), nil
}

// With are the rules with other policies in place of those of the same tables.
func (r Rules) With(policies ...catalog.Policy) Rules {
	all := policies
	for table, p := range r.policies {
		if _, replaced := NewRules(policies, nil).policies[table]; !replaced {
			all = append(all[:len(all):len(all)], p)
		}
	}
	return NewRules(all, r.holds)
}

// Policy is a table's own policy, or else the one of all tables. Without either, events stay for ever.
func (r Rules) Policy(table string) catalog.Policy {
	if p, own := r.policies[table]; own {
		return p
	}
	p := r.policies[""]
	p.Table = table
	return p
}

// FirstDay is the first day that a table's policy keeps; empty when it keeps all.
func (r Rules) FirstDay(table string, now time.Time) string {
	keep := r.Policy(table).Keep
	if keep == 0 {
		return ""
	}
	return catalog.Day(now.UTC().AddDate(0, 0, -keep))
}

// past tells whether a day is past its table's retention.
func (r Rules) past(table, day string, now time.Time) bool { return day < r.FirstDay(table, now) }

// holdsOn are the holds that may keep a day of a table.
func (r Rules) holdsOn(table, day string) []catalog.Hold {
	start, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return r.holds
	}
	var found []catalog.Hold
	for _, h := range r.holds {
		if (h.Table == "" || h.Table == table) && touches(h, start, start.AddDate(0, 0, 1)) {
			found = append(found, h)
		}
	}
	return found
}

// touches tells whether a hold's time has a moment of from ≤ t < to.
func touches(h catalog.Hold, from, to time.Time) bool {
	return (h.To.IsZero() || h.To.After(from)) && (h.From.IsZero() || h.From.Before(to))
}

// dayBefore is the day before another.
func dayBefore(day string) string { return addDays(day, -1) }

func addDays(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// age is how many whole days have gone by since the end of a day; a day that has not ended has the age 0.
func age(day string, now time.Time) int {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return max(0, int(now.UTC().Sub(t.AddDate(0, 0, 1))/(24*time.Hour)))
}
