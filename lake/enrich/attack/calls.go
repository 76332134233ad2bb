package attack

import (
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// Fills implements enrich.Enricher.
func (*Table) Fills(field string) bool {
	return field == "threat.framework" || strings.HasPrefix(field, "threat.tactic.") || strings.HasPrefix(field, "threat.technique.")
}

// For makes what tags rows of CloudTrail, or of findings.
func (t *Table) For(s *ecs.Schema) (enrich.Filler, bool) {
	to, ok := columnsOf(s)
	if !ok {
		return nil, false
	}
	if from := findingTypes(s); len(from) > 0 {
		return &findingFiller{table: t, columns: to, from: from, results: newResults()}, true
	}
	f, err := t.callFiller(s, to)
	return f, err == nil
}

// rule is a row of calls.csv that is ready.
type rule struct {
	number uint32
	terms  []int // of the evaluator
	burst  *burst
	by     int     // the column that a burst is counted by
	rows   []int32 // of the batch, that may be part of one
	tags
}

// callFiller tags the calls that CloudTrail recorded.
type callFiller struct {
	table *Table
	*evaluator
	columns
	results
	action   int
	byEvent  map[string][]*rule
	any      []*rule
	byAction []ruled // by id
	counted  []*rule
	keys     []uint32 // the rows' results
}

// ruled are the rules that there are for an event.
type ruled struct {
	asked bool
	rules []*rule
}

// callFiller is an error for rows that are not CloudTrail's.
func (t *Table) callFiller(s *ecs.Schema, to columns) (*callFiller, error) {
	f := &callFiller{
		table: t, evaluator: newEvaluator(s), columns: to, results: newResults(),
		action: s.Col("event.action"), byEvent: map[string][]*rule{},
	}
	for i := range t.calls {
		c := &t.calls[i]
		r := &rule{number: uint32(i), burst: c.when.burst, by: -1, tags: c.tags}
		var err error
		if r.terms, err = f.bind(c.terms()); err != nil {
			return f, fmt.Errorf("call %s of %s: %w", c.event, c.service, err)
		}
		if r.burst != nil {
			if r.by = s.Col(r.burst.by); r.by < 0 || s.Fields()[r.by].Type != ecs.String {
				return f, fmt.Errorf("call %s of %s: %q is no column of text", c.event, c.service, r.burst.by)
			}
			f.counted = append(f.counted, r)
		}
		if c.event == "*" {
			f.any = append(f.any, r)
			continue
		}
		f.byEvent[c.event] = append(f.byEvent[c.event], r)
	}
	return f, nil
}

// terms are the condition's, and the service.
func (c *call) terms() []term {
	if c.service == "*" {
		return c.when.terms
	}
	source := c.service + ".amazonaws.com"
	return append([]term{{text: "event.provider = " + source, column: "event.provider", op: equal, values: [][]byte{[]byte(source)}}}, c.when.terms...)
}

// Versions say which table this is.
func (f *callFiller) Versions() []enrich.Version { return []enrich.Version{f.table.ofCalls} }

// Fill tags the rows.
func (f *callFiller) Fill(b *ecs.Batch) {
	f.begin(b)
	f.byAction = append(f.byAction[:0], make([]ruled, b.Distinct(f.action)+1)...)
	f.keys = append(f.keys[:0], make([]uint32, b.Rows())...)
	actions := b.Keys(f.action)
	for row := range f.keys {
		if row < len(actions) {
			f.tag(row, f.rules(b, actions[row]))
		}
		f.tag(row, f.any)
	}
	for _, r := range f.counted {
		for _, row := range r.burst.rows(b, r.by, r.rows) {
			f.keys[row] = f.with(f.keys[row], r.number, r.tags)
		}
		r.rows = r.rows[:0]
	}
	f.write(b, f.table.matrix, &f.results, f.keys)
}

// tag notes which rules hold of a row.
func (f *callFiller) tag(row int, rules []*rule) {
	for _, r := range rules {
		switch {
		case !f.holds(r.terms, row):
		case r.burst != nil:
			r.rows = append(r.rows, int32(row))
		default:
			f.keys[row] = f.with(f.keys[row], r.number, r.tags)
		}
	}
}

// rules are those for an event's name, with its version or without.
func (f *callFiller) rules(b *ecs.Batch, action uint32) []*rule {
	if action == 0 {
		return nil
	}
	k := &f.byAction[action]
	if !k.asked {
		k.asked = true
		name := b.Value(f.action, action)
		if k.rules = f.byEvent[string(name)]; k.rules == nil {
			k.rules = f.byEvent[string(withoutVersion(name))]
		}
	}
	return k.rules
}

// withoutVersion cuts the version of an API from a call's name: CreateFunction20150331, UpdateFunctionCode20150331v2,
// CreateDistribution2020_05_31.
func withoutVersion(name []byte) []byte {
	const shortest = len("20150331")
	for at := 0; at+shortest <= len(name); at++ {
		if name[at] < '0' || name[at] > '9' {
			continue
		}
		for _, c := range name[at:] {
			if (c < '0' || c > '9') && c != '_' && c != 'v' {
				return name
			}
		}
		return name[:at]
	}
	return name
}
