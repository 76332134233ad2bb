package correlate

import (
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// The outcomes that a request can ask for.
const (
	Success = "success"
	Failure = "failure"
)

const readOnlyField = "aws.cloudtrail.read_only"

// filters are the parts of a request that narrow it down, each with its column.
type filters struct {
	action, outcome, readOnly *catalog.Column
}

// filtersFor finds the filters' columns in the table, and the fields that it lacks. A table that does not say which
// calls only read lacks nothing: all its events stay.
func (r Request) filtersFor(t catalog.Table) (f filters, missing []string) {
	find := func(name string) *catalog.Column {
		c, ok := column(t, name, ecs.String)
		if !ok {
			missing = append(missing, name)
			return nil
		}
		return &c
	}
	if len(r.Actions) > 0 {
		f.action = find("event.action")
	}
	if r.Outcome != "" {
		f.outcome = find("event.outcome")
	}
	if c, ok := column(t, readOnlyField, ecs.Bool); r.Writes && ok {
		f.readOnly = &c
	}
	return f, missing
}

// where are the conditions that rows must meet besides matching.
func (f filters) where(d dialect.Dialect, r Request) []dialect.SQL {
	var all []dialect.SQL
	if f.action != nil {
		all = append(all, d.In(d.Ident(f.action.Name), r.Actions))
	}
	if f.outcome != nil {
		all = append(all, d.Equal(d.Ident(f.outcome.Name), d.Text(r.Outcome)))
	}
	if f.readOnly != nil { // a call that does not say stays
		no := dialect.Or()
		all = append(all, d.Equal(d.Coalesce(d.Ident(f.readOnly.Name), no), no))
	}
	return all
}

// reads are the columns of which the conditions are made.
func (f filters) reads() []string {
	var all []string
	for _, c := range []*catalog.Column{f.action, f.outcome, f.readOnly} {
		if c != nil {
			all = append(all, c.Name)
		}
	}
	return all
}

// filterTexts say what the filters ask for.
func (r Request) filterTexts() []string {
	var all []string
	if len(r.Actions) > 0 {
		all = append(all, "event.action is "+strings.Join(r.Actions, " or "))
	}
	if r.Outcome != "" {
		all = append(all, "event.outcome is "+r.Outcome)
	}
	if r.Writes {
		all = append(all, "calls that CloudTrail says only read are left out")
	}
	return all
}

// checkFilters tells what is wrong with the filters.
func (r Request) checkFilters() error {
	switch {
	case r.Outcome != "" && r.Outcome != Success && r.Outcome != Failure:
		return refuse("outcome", "%q is neither %s nor %s", r.Outcome, Success, Failure)
	case len(r.Actions) > dialect.MaxInline:
		return refuse("actions", "%d are more than the %d of one request", len(r.Actions), dialect.MaxInline)
	case slices.Contains(r.Actions, ""):
		return refuse("actions", "an empty one matches nothing")
	}
	return nil
}
