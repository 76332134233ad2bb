package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/usersql"
	"github.com/hindcast/hindcast/lake/retain"
)

type queryCommand struct {
	lakeFlags
	budgetFlags
	SQL    string `arg:"" name:"SELECT" help:"One SELECT over the lake's tables."`
	Format string `enum:"table,ndjson,csv" default:"table" help:"table, ndjson or csv."`
	JSON   bool   `name:"json" help:"The same as --format ndjson."`
	Limit  int    `default:"10000" placeholder:"N" help:"Rows to print at most; 0 is all (${default})."`
}

func (*queryCommand) Help() string {
	return `Runs one SELECT in a sandbox that sees the lake's tables and nothing else. Each table has the columns that
"hindcast tables NAME" shows; say which days you mean by the column day, and other days are not read. Over a lake in a folder (--dir) the SQL is
DuckDB's; over one in S3 (--lake) it is Athena's. "hindcast serve --dir … --athena" takes Athena's SQL over a folder.

  hindcast query --dir ./lake "SELECT event_action, count(*) FROM aws_cloudtrail WHERE day = '2026-01-31' GROUP BY 1 ORDER BY 2 DESC"`
}

func (c *queryCommand) Run(ctx context.Context, t *terminal) error {
	if c.Limit < 0 {
		return usageError("--limit: %d is not a number of rows", c.Limit)
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	a, err := l.asking(c.budgetFlags, t.warn)
	if err != nil {
		return err
	}
	statement, hidden, err := c.prepare(ctx, l, a)
	if err != nil {
		return c.told(ctx, l, err)
	}
	rows, err := a.Query(ctx, statement)
	if err != nil {
		return c.told(ctx, l, err)
	}
	err = c.print(t.out, rows)
	stats, closeErr := rows.Close()
	if err = errors.Join(err, closeErr); err != nil {
		return c.told(ctx, l, err)
	}
	if stats.Truncated {
		fmt.Fprintf(t.err, "There are more rows; --limit says how many are printed.\n")
	}
	printHidden(t.err, hidden())
	fmt.Fprintf(t.err, "Read %s in %.2f s%s.\n", size(stats.BytesRead), stats.Elapsed.Seconds(), costs(stats.Execution))
	return nil
}

// prepare checks the statement, and says what retention hides from it: DuckDB is given the files that are left, and
// Athena sees whatever has not expired yet.
func (c *queryCommand) prepare(ctx context.Context, l *lake, a asking) (s engine.Statement, hidden func() []retain.Hidden, err error) {
	if a.athena != nil {
		in := usersql.Database{Catalog: "awsdatacatalog", Name: l.aws.settings.Glue.Database}
		s, err = usersql.PrepareAthena(ctx, l.catalog, a.embedded, in, c.SQL, c.Limit)
		return s, func() []retain.Hidden { return nil }, err
	}
	shown := l.keeper().Clamp(l.catalog)
	s, err = usersql.Prepare(ctx, shown, a.embedded, c.SQL, c.Limit)
	return s, shown.Hidden, err
}

// printHidden says what retention keeps statements from seeing.
func printHidden(w io.Writer, all []retain.Hidden) {
	for _, h := range all {
		text := fmt.Sprintf("Note: retention: events of %s are kept for %s: days before %s are not shown", h.Table, retain.DaysText(h.Keep), h.First)
		if n := len(h.Held); n > 0 {
			text += fmt.Sprintf(", but for %s that a hold keeps", retain.DaysText(n))
		}
		fmt.Fprintln(w, text+".")
	}
}

// told is an error with its exit status and, where one is known, with the way out.
func (c *queryCommand) told(ctx context.Context, l *lake, err error) error {
	switch {
	case ctx.Err() != nil, !errors.Is(err, engine.ErrStatement):
		return err
	case describes.MatchString(err.Error()):
		return usageError("%w; \"hindcast tables NAME\" shows a table's columns", err)
	}
	found := noTable.FindStringSubmatch(err.Error())
	if found == nil {
		return &exitError{exitUsage, err}
	}
	if column := c.dotted(ctx, l, found[1]); column != "" {
		return usageError("%w\nColumns are ECS fields with _ for '.': %s", err, column)
	}
	return &exitError{exitUsage, err}
}

var (
	describes = regexp.MustCompile(`(?i)begins with (SHOW|DESCRIBE|DESC|SUMMARIZE)\b|DESCRIBE, SHOW and|show ref`)
	noTable   = regexp.MustCompile(`Referenced table "(\w+)" not found`)
	dottedECS = regexp.MustCompile(`\w+(\.\w+)+`)
)

// dotted is the column that the statement means where it says "source.ip"; the first part was taken for a table.
func (c *queryCommand) dotted(ctx context.Context, l *lake, first string) string {
	tables, err := l.catalog.Tables(ctx)
	if err != nil {
		return ""
	}
	for _, name := range dottedECS.FindAllString(strings.ToLower(c.SQL), -1) {
		if !strings.HasPrefix(name, strings.ToLower(first)+".") {
			continue
		}
		for _, t := range tables {
			for _, column := range t.Columns {
				if column.ECS == name {
					return column.Name
				}
			}
		}
	}
	return ""
}

func (c *queryCommand) print(w io.Writer, rows engine.Rows) error {
	switch {
	case c.JSON || c.Format == "ndjson":
		return printLines(w, rows)
	case c.Format == "csv":
		return printCSV(w, rows)
	}
	var err error
	flushed := columns(w, func(w io.Writer) { err = printCells(w, rows) })
	return errors.Join(err, flushed)
}

// each calls f with every row.
func each(rows engine.Rows, f func([]any) error) error {
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
}

func names(rows engine.Rows) []string {
	var out []string
	for _, c := range rows.Columns() {
		out = append(out, c.Name)
	}
	return out
}

func printCells(w io.Writer, rows engine.Rows) error {
	fmt.Fprintln(w, strings.Join(names(rows), "\t")+"\t")
	return each(rows, func(row []any) error {
		for _, v := range row {
			fmt.Fprint(w, printable(cell(v)), "\t")
		}
		_, err := fmt.Fprintln(w)
		return err
	})
}

func printCSV(w io.Writer, rows engine.Rows) error {
	out := csv.NewWriter(w)
	if err := out.Write(names(rows)); err != nil {
		return err
	}
	err := each(rows, func(row []any) error {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = cell(v)
		}
		return out.Write(cells)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

// printLines prints each row as a JSON object with the columns in their order.
func printLines(w io.Writer, rows engine.Rows) error {
	var line []byte
	columns := names(rows)
	return each(rows, func(row []any) error {
		line = append(line[:0], '{')
		for i, v := range row {
			if i > 0 {
				line = append(line, ',')
			}
			if at, ok := v.(time.Time); ok {
				v = at.UTC().Format(ecs.TimeLayout)
			}
			value, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("column %s: %w", columns[i], err)
			}
			line = append(append(ecs.AppendQuoted(line, []byte(columns[i])), ':'), value...)
		}
		_, err := w.Write(append(line, '}', '\n'))
		return err
	})
}

// cell is a value as text; null is empty.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return v.UTC().Format(stamp)
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	case json.RawMessage:
		return string(v)
	}
	return fmt.Sprint(v)
}
