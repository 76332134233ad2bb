package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/hindcast/hindcast/catalog"
)

type tablesCommand struct {
	lakeFlags
	Name string `arg:"" optional:"" help:"Show this table's columns and days."`
	JSON bool   `name:"json" help:"Print as JSON."`
}

// tableRow is a table in the overview.
type tableRow struct {
	Name     string `json:"name"`
	Events   int64  `json:"events"`
	Days     int64  `json:"days"`
	FirstDay string `json:"first_day,omitempty"`
	LastDay  string `json:"last_day,omitempty"`
	Files    int64  `json:"files"`
	Bytes    int64  `json:"bytes"`
	RawBytes int64  `json:"raw_bytes"`
	Rejected int64  `json:"rejected"`
}

type columnRow struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Field     string `json:"field"`
	Indicator string `json:"indicator,omitempty"`
	Doc       string `json:"description"`
}

type dayRow struct {
	Day   string `json:"day"`
	Rows  int64  `json:"rows"`
	Files int64  `json:"files"`
	Bytes int64  `json:"bytes"`
}

func (c *tablesCommand) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if c.Name != "" {
		return c.table(ctx, t, l)
	}
	totals, err := l.catalog.Totals(ctx)
	if err != nil {
		return err
	}
	rows := make([]tableRow, len(totals))
	for i, s := range totals {
		rows[i] = tableRow{s.Table, s.Events, s.Days, s.FirstDay, s.LastDay, s.Files, s.Bytes, s.RawBytes, s.Rejected}
	}
	if c.JSON {
		return printJSON(t.out, rows)
	}
	return columns(t.out, func(w io.Writer) {
		fmt.Fprintln(w, "table\tevents\tdays\tfirst day\tlast day\tfiles\tbytes\traw bytes\trejected\t")
		for _, r := range rows {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", r.Name, count(r.Events), count(r.Days), r.FirstDay, r.LastDay,
				count(r.Files), size(r.Bytes), size(r.RawBytes), count(r.Rejected))
		}
	})
}

func (c *tablesCommand) table(ctx context.Context, t *terminal, l *lake) error {
	table, err := l.catalog.Table(ctx, c.Name)
	if errors.Is(err, catalog.ErrNotFound) {
		return usageError("there is no table %q; \"hindcast tables %s\" lists those there are", c.Name, l.flag())
	}
	if err != nil {
		return err
	}
	partitions, err := l.catalog.Partitions(ctx, c.Name, "", "")
	if err != nil {
		return err
	}
	var cols []columnRow
	for _, col := range table.Columns {
		cols = append(cols, columnRow{col.Name, col.Type.Athena(), col.ECS, string(col.Kind), col.Doc})
	}
	cols = append(cols, columnRow{catalog.DayColumn, "string", "", "", "partition: the UTC day of the event"})
	var days []dayRow
	for _, p := range partitions {
		days = append(days, dayRow{p.Day, p.Rows, p.Files, p.Bytes})
	}
	by, err := c.enrichedBy(ctx, l, days)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.out, map[string]any{"name": table.Name, "columns": cols, "days": days, "enriched_by": by})
	}
	defer func() {
		if len(by) > 0 {
			fmt.Fprintln(t.out, "\nThe rows of the last day are enriched by:")
		}
		for _, v := range by {
			fmt.Fprintln(t.out, " ", printable(v.String()))
		}
	}()
	return columns(t.out, func(w io.Writer) {
		fmt.Fprintln(w, "column\ttype\tECS field\tindicator\tdescription\t")
		for _, r := range cols {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", r.Name, r.Type, r.Field, r.Indicator, r.Doc)
		}
		fmt.Fprintln(w, "\nday\trows\tfiles\tbytes\t")
		for _, r := range days {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", r.Day, count(r.Rows), count(r.Files), size(r.Bytes))
		}
	})
}
