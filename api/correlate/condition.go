package correlate

import (
	"net/netip"
	"time"

	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// wanted are the values to look for in the columns of a kind.
type wanted struct {
	values  []string
	ranges  []netip.Prefix
	domains []string
}

// group sorts terms by the kind of column that they look in.
func group(indicators ...indicator.Indicator) map[ecs.Kind]*wanted {
	groups := map[ecs.Kind]*wanted{}
	seen := map[indicator.Term]bool{}
	for _, i := range indicators {
		for _, t := range i.Terms() {
			if seen[t] {
				continue
			}
			seen[t] = true
			if groups[t.Kind] == nil {
				groups[t.Kind] = &wanted{}
			}
			groups[t.Kind].add(t)
		}
	}
	return groups
}

func (w *wanted) add(t indicator.Term) {
	switch t.Op {
	case indicator.Within:
		w.ranges = append(w.ranges, t.Prefix)
	case indicator.Below:
		w.domains = append(w.domains, t.Value)
	default:
		w.values = append(w.values, t.Value)
	}
}

// lookups are the values that are too many to stand in the statement's conditions.
func lookups(groups map[ecs.Kind]*wanted) []dialect.Lookup {
	var out []dialect.Lookup
	for _, k := range ecs.Kinds() {
		if w := groups[k]; w != nil && len(w.values) > dialect.MaxInline {
			out = append(out, dialect.Lookup{Name: lookupName(k), Values: w.values})
		}
	}
	return out
}

func lookupName(k ecs.Kind) string { return "wanted_" + ecs.ColumnName(string(k)) }

// conditions writes the part of a statement that says which of a table's rows are meant.
type conditions struct {
	dialect.Dialect
	columns map[ecs.Kind][]catalog.Column
}

// matches holds for rows that match the request's indicators: any of them, or all.
func (c conditions) matches(r Request) dialect.SQL {
	if r.Match != All {
		return c.any(group(r.Indicators...))
	}
	var all []dialect.SQL
	for _, i := range r.Indicators {
		all = append(all, c.any(group(i)))
	}
	return dialect.And(all...)
}

func (c conditions) any(groups map[ecs.Kind]*wanted) dialect.SQL {
	var parts []dialect.SQL
	for _, k := range ecs.Kinds() {
		if groups[k] == nil {
			continue
		}
		for _, col := range c.columns[k] {
			parts = append(parts, c.holds(col, k, groups[k])...)
		}
	}
	return dialect.Or(parts...)
}

// holds are the conditions, of which one must hold, for a column to have a wanted value.
func (c conditions) holds(col catalog.Column, k ecs.Kind, w *wanted) []dialect.SQL {
	var parts []dialect.SQL
	x, list := c.Ident(col.Name), col.Type == ecs.Strings
	switch n := len(w.values); {
	case n > dialect.MaxInline && list:
		parts = append(parts, c.ListFound(x, lookupName(k)))
	case n > dialect.MaxInline:
		parts = append(parts, c.Found(x, lookupName(k)))
	case n > 0 && list:
		parts = append(parts, c.ListIn(x, w.values))
	case n > 0:
		parts = append(parts, c.In(x, w.values))
	}
	switch {
	case len(w.ranges)+len(w.domains) == 0:
	case list:
		parts = append(parts, c.Any(x, func(e dialect.SQL) dialect.SQL { return c.patterns(e, w) }))
	default:
		parts = append(parts, c.patterns(x, w))
	}
	return parts
}

func (c conditions) patterns(x dialect.SQL, w *wanted) dialect.SQL {
	var parts []dialect.SQL
	for _, p := range w.ranges {
		parts = append(parts, c.Within(x, p))
	}
	for _, d := range w.domains {
		parts = append(parts, c.Below(x, d))
	}
	return dialect.Or(parts...)
}

// during holds for rows of the time range. The day comes first: it is what keeps other partitions from being read.
func (c conditions) during(from, to time.Time, days []DayRange) []dialect.SQL {
	at := c.Ident("timestamp")
	parts := make([]dialect.SQL, len(days))
	for i, r := range days {
		parts[i] = dialect.And(c.dayIn(r)...)
	}
	on := []dialect.SQL{dialect.Or(parts...)}
	if len(days) == 1 {
		on = c.dayIn(days[0])
	}
	return append(on, c.AtLeast(at, c.Time(from)), c.Less(at, c.Time(to)))
}

func (c conditions) dayIn(r DayRange) []dialect.SQL {
	day := c.Ident(catalog.DayColumn)
	if r.From == r.To {
		return []dialect.SQL{c.Equal(day, c.Text(r.From))}
	}
	return []dialect.SQL{c.AtLeast(day, c.Text(r.From)), c.AtMost(day, c.Text(r.To))}
}
