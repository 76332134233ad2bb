// Package drift finds what arrives in raw logs that no column takes: the fields that a service has begun to write.
package drift

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Catalog is what is asked for the tables and their files.
type Catalog interface {
	Tables(ctx context.Context) ([]catalog.Table, error)
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error)
}

// Selection says where to look. The zero value means everywhere.
type Selection struct {
	Tables         []string
	FromDay, ToDay string // both inclusive; empty is unbounded
}

// Field is a raw field that no column takes, or that was unfit for its column.
type Field struct {
	Table     string  `json:"table"`
	Field     string  `json:"field"` // its path in the raw record
	Events    int64   `json:"events"`
	Share     float64 `json:"share"` // of the table's events on the days looked at
	FirstDay  string  `json:"first_day"`
	LastDay   string  `json:"last_day"`
	New       bool    `json:"new"` // the table has earlier days, on which it was not there
	Sample    string  `json:"sample"`
	EventsAll int64   `json:"events_all"` // of the table on the days looked at
}

const unmapped = "unmapped"

// Fields are the fields that no column takes, by table, those that came last first.
func Fields(ctx context.Context, c Catalog, e engine.Engine, sel Selection) ([]Field, error) {
	tables, err := c.Tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	for _, name := range sel.Tables {
		if !slices.ContainsFunc(tables, func(t catalog.Table) bool { return t.Name == name }) {
			return nil, fmt.Errorf("table %s: %w", name, catalog.ErrNotFound)
		}
	}
	all := []Field{}
	for _, t := range tables {
		has := slices.ContainsFunc(t.Columns, func(c catalog.Column) bool { return c.Name == unmapped })
		if !has || len(sel.Tables) > 0 && !slices.Contains(sel.Tables, t.Name) {
			continue
		}
		fields, err := fieldsOf(ctx, c, e, t, sel)
		if err != nil {
			return nil, fmt.Errorf("look into %s of %s: %w", unmapped, t.Name, err)
		}
		all = append(all, fields...)
	}
	return all, nil
}

func fieldsOf(ctx context.Context, c Catalog, e engine.Engine, t catalog.Table, sel Selection) ([]Field, error) {
	days, err := c.Coverage(ctx, []string{t.Name}, sel.FromDay, sel.ToDay)
	if err != nil || len(days) == 0 {
		return nil, err
	}
	files, err := c.Files(ctx, catalog.FileQuery{Tables: []string{t.Name}, FromDay: sel.FromDay, ToDay: sel.ToDay})
	if err != nil {
		return nil, err
	}
	text, err := statement(e.Dialect(), t.Name, days[0].Day, days[len(days)-1].Day)
	if err != nil {
		return nil, err
	}
	rows, err := e.Query(ctx, engine.Statement{SQL: text.String(), Scans: []engine.Scan{{Table: t.Name, Columns: t.Columns, Files: files}}})
	if err != nil {
		return nil, err
	}
	fields, err := read(rows)
	_, closed := rows.Close()
	events := int64(0)
	for _, d := range days {
		events += d.Rows
	}
	for i := range fields {
		f := &fields[i]
		f.Table, f.EventsAll, f.Share, f.New = t.Name, events, float64(f.Events)/float64(events), f.FirstDay > days[0].Day
	}
	return fields, errors.Join(err, closed)
}

// statement counts the members of the rest of each event.
func statement(d dialect.Dialect, table, from, to string) (dialect.SQL, error) {
	const members, events = "members", "events"
	key, day := d.Of(members, "key"), d.Of(table, catalog.DayColumn)
	return dialect.Built(sq.Select().
		Column(d.As(key, "field")).Column(d.As(d.Count(), events)).
		Column(d.As(d.Min(day), "first_day")).Column(d.As(d.Max(day), "last_day")).
		Column(d.As(d.Min(d.JSONText(d.Of(members, "value"))), "sample")).
		From(d.Ident(table).String()).
		JoinClause(d.Members(d.Of(table, unmapped), members)).
		Where(dialect.And(d.AtLeast(day, d.Text(from)), d.AtMost(day, d.Text(to)), d.NotNull(d.Of(table, unmapped)))).
		GroupBy(key.String()).
		OrderByClause(d.Descending(d.Ident("first_day"))).OrderByClause(d.Descending(d.Ident(events))).OrderByClause(d.Ident("field")))
}

func read(rows engine.Rows) (all []Field, err error) {
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		var f Field
		for i, into := range []any{&f.Field, &f.Events, &f.FirstDay, &f.LastDay, &f.Sample} {
			switch into := into.(type) {
			case *string:
				*into, _ = row[i].(string) // null is empty
			case *int64:
				*into, _ = row[i].(int64)
			}
		}
		all = append(all, f)
	}
}
