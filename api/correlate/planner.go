package correlate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/retain"
)

// Catalog is what a planner asks.
type Catalog interface {
	// Tables are all tables, by name.
	Tables(ctx context.Context) ([]catalog.Table, error)
	// Coverage are the partitions of the tables, by table and day; days are inclusive, empty is unbounded.
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error)
	// Files are the files that the query selects, by table, day and path.
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
}

// Planner turns requests into plans. It reads the catalog and nothing else, but for what retention looks up.
type Planner struct {
	catalog   Catalog
	retention Retention
	root      string // of a lake that Athena reads, with a slash at its end
	published Published
}

// NewPlanner makes a planner.
func NewPlanner(c Catalog) *Planner { return &Planner{catalog: c, retention: keepsAll{}} }

// Plan plans a request. A wrong one gives a *RequestError.
func (p *Planner) Plan(ctx context.Context, r Request) (*Plan, error) {
	r, err := r.normal()
	if err != nil {
		return nil, err
	}
	tables, err := p.tables(ctx, r.Sources)
	if err != nil {
		return nil, err
	}
	plan := &Plan{Request: r}
	plan.FirstDay, plan.LastDay = r.days()
	promises, err := p.promises(ctx, tables)
	if err != nil {
		return nil, err
	}
	partitions, err := p.partitions(ctx, tables)
	if err != nil {
		return nil, err
	}
	plan.Coverage = coverage(tables, partitions, promises, plan.FirstDay, plan.LastDay)
	files, err := p.files(ctx, r, tables, promises)
	if err != nil {
		return nil, err
	}
	behind, err := p.behind(ctx, plan.FirstDay, plan.LastDay) // after the files: what is published by then is what they are
	if err != nil {
		return nil, err
	}
	plan.choose(tables, files, promises)
	p.narrow(plan, behind)
	if err := plan.write(); err != nil {
		return nil, err
	}
	plan.stays = p.staying(plan)
	plan.again = func(ctx context.Context) (*Plan, error) { return p.Plan(ctx, r) }
	plan.Warnings = append(plan.warnings(), plan.unseen(behind)...)
	return plan, nil
}

// tables are the tables that were asked for.
func (p *Planner) tables(ctx context.Context, sources []string) ([]catalog.Table, error) {
	all, err := p.catalog.Tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	if len(sources) == 0 {
		return all, nil
	}
	var known, unknown []string
	for _, t := range all {
		known = append(known, t.Name)
	}
	for _, s := range sources {
		if !slices.Contains(known, s) {
			unknown = append(unknown, s)
		}
	}
	switch {
	case len(unknown) > 0 && len(known) == 0:
		return nil, refuse("sources", "there is no %s: the lake has no tables yet", strings.Join(unknown, ", "))
	case len(unknown) > 0:
		return nil, refuse("sources", "there is no %s: the lake has %s", strings.Join(unknown, ", "), strings.Join(known, ", "))
	}
	return slices.DeleteFunc(all, func(t catalog.Table) bool { return !slices.Contains(sources, t.Name) }), nil
}

// files are the files that may hold events of the time range and may be shown, by table.
func (p *Planner) files(
	ctx context.Context, r Request, tables []catalog.Table, promises map[string]retain.Promise,
) (map[string][]catalog.File, error) {
	byTable := map[string][]catalog.File{}
	if len(tables) == 0 {
		return byTable, nil
	}
	q := catalog.FileQuery{FromTime: r.From, ToTime: r.To}
	q.FromDay, q.ToDay = r.days()
	for _, t := range tables {
		q.Tables = append(q.Tables, t.Name)
	}
	files, err := p.catalog.Files(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list the files from %s to %s: %w", q.FromDay, q.ToDay, err)
	}
	for _, f := range files {
		if promises[f.Table].Shows(f.Day) {
			byTable[f.Table] = append(byTable[f.Table], f)
		}
	}
	return byTable, nil
}

// noDataInRange is why a table is not searched that could be, at another time.
const noDataInRange = "it has no data in the time range"

// choose picks the tables to search, and says in the coverage why the others are not.
func (p *Plan) choose(tables []catalog.Table, files map[string][]catalog.File, promises map[string]retain.Promise) {
	p.Estimate.Basis = "size of the files, the most that a statement can read"
	for i, t := range tables {
		columns, can := p.Request.searchable(t)
		narrow, missing := p.Request.filtersFor(t)
		c := &p.Coverage[i]
		switch {
		case len(missing) > 0:
			c.Reason = "it has no " + strings.Join(missing, " and no ")
		case !can:
			c.Reason = "it has no column for " + strings.Join(p.Request.unfindable(columns), ", ")
		case c.DaysPast > 0 && c.Days+c.DaysMissing == 0:
			c.Reason = "the time range is past its retention of " + retain.DaysText(c.KeepDays)
		case c.Days == 0:
			c.Reason = noDataInRange
		case len(files[t.Name]) == 0:
			c.Searched = true // its days have data, and the bounds of their files say that none is of the time range
		default:
			c.Searched = true
			p.search(searched{
				table: t, columns: columns, filters: narrow, files: files[t.Name], days: shownDays(promises[t.Name], p.FirstDay, p.LastDay),
			}, c.Days)
		}
	}
}

func (p *Plan) search(t searched, days int) {
	columns := map[ecs.Kind][]string{}
	for k, cs := range t.columns {
		columns[k] = names(cs)
	}
	p.searched = append(p.searched, t)
	p.Tables = append(p.Tables, TablePlan{Table: t.table, Columns: columns, Days: days, Files: t.files})
	for _, f := range t.files {
		p.Estimate.Files++
		p.Estimate.Rows += f.Rows
		p.Estimate.Bytes += f.Bytes
	}
}

// write writes the plan's statements, once more without the names of files if Athena would not take them with these.
func (p *Plan) write() error {
	if err := p.writeOnce(); err != nil {
		return err
	}
	tooLong := slices.ContainsFunc(p.queries(), func(q Query) bool { return len(q.Athena) > dialect.AthenaMaxBytes })
	if tooLong && p.widen() {
		return p.writeOnce()
	}
	return nil
}

// writeOnce writes the plan's statements. Without a table to search there are none.
func (p *Plan) writeOnce() error {
	p.Timeline, p.Statistics = nil, nil
	if len(p.searched) == 0 {
		return nil
	}
	w := newWriter(p.Request)
	kinds := kindsOf(p.Request.Indicators)
	groups := [][]searched{p.searched}
	if p.Request.Full {
		groups = nil
		for _, t := range p.searched {
			groups = append(groups, []searched{t})
		}
	}
	for _, tables := range groups {
		outs := commonOutputs(tables, kinds)
		if p.Request.Full {
			outs = fullOutputs(tables[0], kinds)
		}
		q, err := w.timeline(tables, outs)
		if err != nil {
			return err
		}
		p.Timeline = append(p.Timeline, q)
	}
	q, err := w.statistics(p.searched)
	p.Statistics = &q
	return err
}

func (p *Plan) warnings() []string {
	out := append(append(p.clamped(), p.gaps()...), p.elsewhere()...)
	for _, q := range p.queries() {
		if n := len(q.Athena); n > dialect.AthenaMaxBytes {
			out = append(out, fmt.Sprintf("Athena would refuse the %s: it is %d bytes long, and %d are allowed",
				q.Purpose, n, dialect.AthenaMaxBytes))
		}
	}
	return out
}

// gaps say that tables have days without data; the coverage says which.
func (p *Plan) gaps() []string {
	var most TableCoverage
	searched, gaps := 0, 0
	for _, c := range p.Coverage {
		if !c.Searched {
			continue
		}
		searched++
		if c.DaysMissing > 0 {
			gaps++
		}
		if c.DaysMissing > most.DaysMissing {
			most = c
		}
	}
	all := most.Days + most.DaysMissing
	switch gaps {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("%s has no data on %d of %d days", most.Table, most.DaysMissing, all)}
	}
	return []string{fmt.Sprintf("%d of the %d tables searched have no data on up to %d of %d days", gaps, searched, most.DaysMissing, all)}
}

// elsewhere says when there is data, if there is none in the time range.
func (p *Plan) elsewhere() []string {
	var first, last string
	for _, c := range p.Coverage {
		if c.Searched {
			return nil
		}
		if c.Reason != noDataInRange || c.FirstDay == "" {
			continue
		}
		if first == "" || c.FirstDay < first {
			first = c.FirstDay
		}
		last = max(last, c.LastDay)
	}
	switch {
	case first == "":
		return nil
	case len(p.Request.Sources) > 0:
		return []string{fmt.Sprintf("of these sources the lake has data from %s to %s", first, last)}
	}
	return []string{fmt.Sprintf("the lake has data from %s to %s", first, last)}
}

func (p *Plan) queries() []Query {
	if p.Statistics == nil {
		return p.Timeline
	}
	return append(p.Timeline[:len(p.Timeline):len(p.Timeline)], *p.Statistics)
}
