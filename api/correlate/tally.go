package correlate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
)

// tally counts events by source and day, and by the values of the top fields.
type tally struct {
	fields []output // of the statistics: source, day, then the top fields
	days   map[Bucket]int64
	values []map[string]int64 // by position in fields
}

func newTally(fields []output) *tally {
	t := &tally{fields: fields, days: map[Bucket]int64{}, values: make([]map[string]int64, len(fields))}
	for i := range t.values {
		t.values[i] = map[string]int64{}
	}
	return t
}

// add counts an event of the timeline.
func (t *tally) add(e Event) {
	t.days[Bucket{Source: e.Source, Day: catalog.Day(e.Time)}]++
	for i, f := range t.fields[2:] {
		if v, ok := e.Fields[f.ecs].(string); ok {
			t.values[i+2][v]++
		}
	}
}

// addCounted takes in a row of the statistics: the number of its set, a value for each field, and the count.
func (t *tally) addCounted(row []any) error {
	n := len(t.fields)
	if len(row) != n+2 {
		return fmt.Errorf("a row has %d columns, not %d", len(row), n+2)
	}
	set, okSet := row[0].(int64)
	count, okCount := row[n+1].(int64)
	if !okSet || !okCount {
		return fmt.Errorf("a row has %T for its set and %T for its count", row[0], row[n+1])
	}
	if set == histogramSet(n) {
		source, _ := row[1].(string)
		day, _ := row[2].(string)
		t.days[Bucket{Source: source, Day: day}] += count
		return nil
	}
	for i := 2; i < n; i++ {
		if v, ok := row[i+1].(string); ok && set == valueSet(n, i) {
			t.values[i][v] += count
		}
	}
	return nil
}

// fill writes the counts into the summary.
func (t *tally) fill(s *Summary) {
	for b, count := range t.days {
		s.Matched += count
		b.Count = count
		s.Histogram = append(s.Histogram, b)
	}
	slices.SortFunc(s.Histogram, func(a, b Bucket) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Source, b.Source))
	})
	for _, field := range topFields {
		i := slices.IndexFunc(t.fields, func(o output) bool { return o.ecs == field })
		if i >= 0 && len(t.values[i]) > 0 {
			s.Top = append(s.Top, TopValues{Field: field, Values: mostFrequent(t.values[i])})
		}
	}
}

func mostFrequent(counts map[string]int64) []ValueCount {
	values := make([]ValueCount, 0, len(counts))
	for v, n := range counts {
		values = append(values, ValueCount{Value: v, Count: n})
	}
	slices.SortFunc(values, func(a, b ValueCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return values[:min(len(values), topCount)]
}
