package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hindcast/hindcast/api/timerange"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/drift"
)

type sourcesDrift struct {
	lakeFlags
	budgetFlags
	Source []string `placeholder:"NAME" help:"Only this source; may be given again."`
	From   string   `placeholder:"DAY" help:"Only days since then: a date, or -7d."`
	New    bool     `help:"Only fields that were not there on the first of the days."`
	JSON   bool     `name:"json" help:"Print as JSON."`
}

func (*sourcesDrift) Help() string {
	return `What a raw record has beyond the columns of its source is kept in the column unmapped. This counts it by field: how many events
have it, since when, and what it holds. A field that AWS has added shows up here first, and so does a value that was unfit for
its column. Say --new to see what has come since the first of the days. Once a new version, or a definition of yours, maps the
field, "hindcast compact --renormalise" fills its column for the days that are there.

  hindcast sources drift --dir ./lake
  hindcast sources drift --dir ./lake --source aws_cloudtrail --from -30d --new`
}

func (c *sourcesDrift) Run(ctx context.Context, t *terminal) error {
	sel := drift.Selection{Tables: c.Source}
	if c.From != "" {
		from, err := timerange.Parse(c.From, time.Now())
		if err != nil {
			return usageError("--from: %w", err)
		}
		sel.FromDay = catalog.Day(from)
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	e, err := l.asking(c.budgetFlags, t.warn)
	if err != nil {
		return err
	}
	fields, err := drift.Fields(ctx, l.catalog, e, sel)
	if errors.Is(err, catalog.ErrNotFound) {
		return &exitError{exitUsage, err}
	}
	if err != nil {
		return err
	}
	return c.print(t, fields)
}

func (c *sourcesDrift) print(t *terminal, fields []drift.Field) error {
	shown := []drift.Field{}
	for _, f := range fields {
		if f.New || !c.New {
			shown = append(shown, f)
		}
	}
	if c.JSON {
		return printJSON(t.out, shown)
	}
	if len(shown) == 0 {
		fmt.Fprintln(t.out, "Columns take all that arrives.")
		return nil
	}
	return columns(t.out, func(w io.Writer) {
		fmt.Fprintln(w, "source\tfield\tevents\tof all\tfirst\tlast\tnew\tfor example\t")
		for _, f := range shown {
			isNew := ""
			if f.New {
				isNew = "new"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%.2f %%\t%s\t%s\t%s\t%.60s\t\n", f.Table, printable(f.Field), count(f.Events), 100*f.Share,
				f.FirstDay, f.LastDay, isNew, printable(f.Sample))
		}
	})
}
