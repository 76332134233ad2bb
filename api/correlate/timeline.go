package correlate

import (
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// writer writes a plan's statements.
type writer struct {
	request Request
	groups  map[ecs.Kind]*wanted
	lookups []dialect.Lookup
}

func newWriter(r Request) writer {
	w := writer{request: r, groups: group(r.Indicators...)}
	if r.Match == Any {
		w.lookups = lookups(w.groups)
	}
	return w
}

// timeline gives the newest events of the tables, or the oldest: one more than asked for, which tells that there are more.
func (w writer) timeline(tables []searched, outs []output) (Query, error) {
	return w.query("timeline", tables, outs, func(d dialect.Dialect) (dialect.SQL, error) {
		branches := make([]sq.SelectBuilder, len(tables))
		for i, t := range tables {
			branches[i] = w.branch(d, t, outs)
		}
		union, err := d.UnionAll(branches)
		if err != nil {
			return dialect.SQL{}, err
		}
		s := w.defining(d)
		for _, o := range outs {
			x := d.Ident(o.name)
			if o.typ == ecs.Strings {
				x = d.Shown(x)
			}
			if x != d.Ident(o.name) {
				x = d.As(x, o.name)
			}
			s = s.Column(x)
		}
		s = s.From(d.Derived(union, "events").String())
		for _, o := range w.order(d, outs) {
			s = s.OrderByClause(o)
		}
		return dialect.Built(s.Limit(uint64(w.request.Limit) + 1))
	})
}

// order is one in which no two events are equal, so that a timeline is cut at the same place every time.
func (w writer) order(d dialect.Dialect, outs []output) []dialect.SQL {
	at := d.Ident("timestamp")
	if !w.request.Oldest {
		at = d.Descending(at)
	}
	order := []dialect.SQL{at, d.Ident(sourceColumn)}
	for _, name := range []string{"event_id", "log_file_path", "log_offset"} {
		if slices.ContainsFunc(outs, func(o output) bool { return o.name == name }) {
			order = append(order, d.Ident(name))
		}
	}
	return order
}

// branch is one table's part of a statement.
func (w writer) branch(d dialect.Dialect, t searched, outs []output) sq.SelectBuilder {
	s := sq.Select().From(d.Ident(t.table.Name).String())
	for _, o := range outs {
		x, _ := t.expression(d, o)
		if x != d.Ident(o.name) {
			x = d.As(x, o.name)
		}
		s = s.Column(x)
	}
	s = d.Join(s, w.lookups)
	c := conditions{Dialect: d, columns: t.columns}
	for _, p := range c.during(w.request.From, w.request.To, t.days) {
		s = s.Where(p)
	}
	if only := d.ReadFrom(t.paths); !only.Empty() {
		s = s.Where(only)
	}
	for _, p := range t.filters.where(d, w.request) {
		s = s.Where(p)
	}
	return s.Where(c.matches(w.request))
}

// defining begins a statement with the values to compare with, if they are many, and what else it names.
func (w writer) defining(d dialect.Dialect, more ...dialect.SQL) sq.SelectBuilder {
	var definitions []dialect.SQL
	for _, l := range w.lookups {
		definitions = append(definitions, d.Define(l))
	}
	if definitions = append(definitions, more...); len(definitions) == 0 {
		return sq.Select()
	}
	return sq.Select().PrefixExpr(d.With(definitions...))
}

// query writes a statement in both dialects and says what it reads.
func (w writer) query(
	purpose string, tables []searched, outs []output, write func(dialect.Dialect) (dialect.SQL, error),
) (Query, error) {
	athena, err := write(dialect.Athena())
	if err != nil {
		return Query{}, err
	}
	duckdb, err := write(dialect.DuckDB())
	if err != nil {
		return Query{}, err
	}
	q := Query{
		Purpose: purpose, Athena: athena.Format().String(), DuckDB: duckdb.Format().String(),
		Uses: map[string][]string{}, fields: outs,
	}
	for _, t := range tables {
		q.Bytes += bytesOf(t.files)
		q.Uses[t.table.Name] = w.uses(t, outs)
		q.Scans = append(q.Scans, engine.Scan{
			Table: t.table.Name, Columns: t.table.Columns, Files: t.files, From: w.request.From, To: w.request.To,
		})
	}
	return q, nil
}

// uses are the columns of a table that a statement with the outputs reads.
func (w writer) uses(t searched, outs []output) []string {
	all := []string{"timestamp"}
	for _, o := range outs {
		_, reads := t.expression(dialect.DuckDB(), o)
		all = append(all, reads...)
	}
	all = append(all, t.filters.reads()...)
	for k := range w.groups {
		all = append(all, names(t.columns[k])...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func names(columns []catalog.Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Name
	}
	return out
}
