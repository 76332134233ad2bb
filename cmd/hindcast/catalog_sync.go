package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/lake/mirror"
)

type catalogSync struct {
	lakeFlags
	DryRun  bool `help:"Say what differs and what would mend it, and change nothing."`
	Orphans bool `help:"Throw files of the lake that nobody has known for a day into the trash, from which they are deleted a day later."`
	JSON    bool `name:"json" help:"Print the report as JSON."`
}

func (*catalogSync) Help() string {
	return `Compares what the bucket holds, what the ledger knows and what Glue shows: files that nobody knows and files that are
gone, days that Glue shows wrongly or not, tables and columns that differ, the view over all tables. The ledger is right:
Glue is made as it has it, which also publishes a lake for the first time. Files are never deleted, columns' types never
changed, and tables of somebody else's left alone: such differences are told, and exit status is 1 while one is left.

  hindcast catalog sync --lake s3://BUCKET/lake --catalog postgres://... --dry-run
  hindcast catalog sync --lake s3://BUCKET/lake --catalog postgres://... --json`
}

func (c *catalogSync) Run(ctx context.Context, t *terminal) error {
	l, g, err := c.openMirrored(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	cfg := mirror.Config{Ledger: l.catalog, Lake: l.store(), Glue: g, Now: time.Now, Orphans: c.Orphans}
	var report *mirror.Report
	if c.DryRun {
		report, err = mirror.Compare(ctx, cfg)
	} else {
		report, err = mirror.Sync(ctx, cfg, l.publisher)
	}
	if err != nil && len(report.Differences) == 0 {
		return err
	}
	if e := c.print(t, report); e != nil {
		return e
	}
	if err == nil && report.Left() > 0 {
		err = &exitError{exitFailed, fmt.Errorf("%s of %s differences are left", count(int64(report.Left())), count(int64(len(report.Differences))))}
	}
	return err
}

func (c *catalogSync) print(t *terminal, r *mirror.Report) error {
	if c.JSON {
		return printJSON(t.out, r)
	}
	for _, line := range summed(r.Differences) {
		fmt.Fprintln(t.out, printable(line))
	}
	what := fmt.Sprintf("%s tables, %s days, %s files", count(int64(r.Tables)), count(int64(r.Days)), count(r.Files))
	switch n := int64(len(r.Differences)); {
	case n == 0:
		fmt.Fprintf(t.out, "Bucket, ledger and Glue agree: %s.\n", what)
	case c.DryRun:
		fmt.Fprintf(t.out, "%s differences in %s.\n", count(n), what)
	default:
		fmt.Fprintf(t.out, "Mended %s of %s differences in %s.\n", count(int64(r.Mended)), count(n), what)
	}
	return nil
}

// fewDays is how many days of a table are shown by themselves.
const fewDays = 5

// summed writes a line for each difference, and one for many days of a table that differ alike.
func summed(all []mirror.Difference) (lines []string) {
	type alike struct{ table, mend string }
	days := map[alike][]mirror.Difference{}
	for _, d := range all {
		if d.Kind == mirror.OfDay {
			k := alike{d.Table, d.Mend}
			days[k] = append(days[k], d)
		}
	}
	for _, d := range all {
		k := alike{d.Table, d.Mend}
		switch same := days[k]; {
		case d.Kind != mirror.OfDay || len(same) <= fewDays:
			lines = append(lines, sentenceOf(d))
		case same[0] == d:
			lines = append(lines, fmt.Sprintf("%s: %s days from %s to %s, such as the first: %s%s", d.Table, count(int64(len(same))), d.Day, same[len(same)-1].Day, d.Text, mends(d)))
		}
	}
	return lines
}

// sentenceOf says what a difference is about, what it is, and what mends it.
func sentenceOf(d mirror.Difference) string {
	about := d.Path
	switch d.Kind {
	case mirror.OfDay:
		about = d.Table + " " + d.Day
	case mirror.OfTable, mirror.OfView:
		about = string(d.Kind) + " " + d.Table
	case mirror.OfLake, mirror.OfFile:
	}
	if about == "" {
		return d.Text + mends(d)
	}
	return about + ": " + d.Text + mends(d)
}

func mends(d mirror.Difference) string {
	if d.Mend == "" {
		return ""
	}
	return " → " + d.Mend
}
