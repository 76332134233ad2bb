package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/source"
)

type quarantineCommand struct {
	List  quarantineList  `cmd:"" help:"List records that were rejected, and why."`
	Show  quarantineShow  `cmd:"" help:"Show a rejected record's bytes."`
	Retry quarantineRetry `cmd:"" help:"Read rejected records again, after a source was mended."`
}

// quarantineFilter says which records are meant.
type quarantineFilter struct {
	Source string `placeholder:"NAME" help:"Only of this source."`
	State  string `enum:"held,released,dismissed,all" default:"held" help:"held, released, dismissed or all."`
	Limit  int    `default:"100" placeholder:"N" help:"Records to list (${default})."`
}

type quarantineList struct {
	lakeFlags
	quarantineFilter
	JSON bool `name:"json" help:"Print as JSON."`
}

// quarantined is a rejected record as it is listed.
type quarantined struct {
	ID     string    `json:"id"`
	Source string    `json:"source"`
	State  string    `json:"state"`
	Object string    `json:"object"`
	Offset int64     `json:"offset"`
	Length int64     `json:"length"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

func (c *quarantineList) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if c.Limit < 0 {
		return usageError("--limit: %d is not a number of records", c.Limit)
	}
	filter := catalog.QuarantineFilter{Table: c.Source, State: catalog.QuarantineState(c.State), Limit: c.Limit}
	if c.State == "all" {
		filter.State = ""
	}
	rows, err := l.catalog.Quarantined(ctx, filter)
	if err != nil {
		return err
	}
	out := make([]quarantined, len(rows))
	for i, q := range rows {
		out[i] = quarantined{q.ID, q.Table, string(q.State), q.Object, q.Offset, q.Length, q.Reason, q.At}
	}
	if c.JSON {
		return printJSON(t.out, out)
	}
	if len(out) == 0 {
		fmt.Fprintln(t.out, "No records are in quarantine.")
		return nil
	}
	return columns(t.out, func(w io.Writer) {
		fmt.Fprintln(w, "id\tsource\tstate\toffset\tbytes\treason\tobject\t")
		for _, q := range out {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\t%s\t\n", q.ID, q.Source, q.State, q.Offset, q.Length, printable(q.Reason), printable(q.Object))
		}
	})
}

type quarantineShow struct {
	lakeFlags
	ID   string `arg:"" help:"Id of the record, as quarantine list shows it."`
	JSON bool   `name:"json" help:"Print the record with its place and reason as JSON."`
}

// errFound ends the reading of a quarantine file.
var errFound = errors.New("found")

func (c *quarantineShow) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	rows, err := l.catalog.Quarantined(ctx, catalog.QuarantineFilter{IDs: []string{c.ID}})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return usageError("no record %q is in quarantine; \"hindcast quarantine list\" shows those that are", c.ID)
	}
	found := compact.Rejected{}
	err = compact.ReadQuarantine(ctx, l.files, rows[0].Path, func(rec compact.Rejected) error {
		if rec.ID != c.ID {
			return nil
		}
		found = rec
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return err
	}
	if c.JSON {
		return printJSON(t.out, found)
	}
	fmt.Fprintf(t.err, "%s at offset %d, %d bytes, %s: %s\n", printable(found.Object), found.Offset, found.Length, rows[0].State, printable(found.Reason))
	_, err = fmt.Fprintf(t.out, "%s\n", found.Data())
	return err
}

type quarantineRetry struct {
	lakeFlags
	sourceFlags
	storeFlags
	enrichFlags
	limitFlags
	ID     []string `arg:"" optional:"" help:"Only these records."`
	Source string   `placeholder:"NAME" help:"Only of this source."`
	Raw    location `placeholder:"DIR" help:"Folder of the raw logs, or s3://BUCKET, for records longer than the 1 MiB that the quarantine keeps."`
	DryRun bool     `help:"Say how many records would be tried, and do nothing."`
	JSON   bool     `name:"json" help:"Print the report as JSON."`
}

func (c *quarantineRetry) Run(ctx context.Context, t *terminal) error {
	limits, err := c.limits()
	if err != nil {
		return err
	}
	set, err := c.set()
	if err != nil {
		return err
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	filter := catalog.QuarantineFilter{IDs: c.ID, Table: c.Source, State: catalog.Held}
	held, err := l.held(ctx, t, set, filter)
	if err != nil {
		return err
	}
	if c.DryRun {
		fmt.Fprintf(t.out, "Would try %s records again.\n", count(held))
		return nil
	}
	more, err := c.enrichers(t, &c.storeFlags)
	if err != nil {
		return err
	}
	cfg := compact.Config{
		Enrich: more, Lake: l.store(), Catalog: l.ledger(), Sources: c.of(set), Work: l.workIn("compact"), Owner: owner(), Alive: alive, Now: time.Now, Limits: limits,
	}
	if c.Raw != "" {
		bucket, done, err := c.Raw.open(ctx, c.awsFlags)
		if err != nil {
			return err
		}
		defer done()
		cfg.Raw = bucket
	}
	limitMemory(1)
	report, err := compact.Retry(ctx, cfg, filter)
	if err == nil {
		err = l.show(ctx)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(t.out, report)
	} else {
		fmt.Fprintf(t.out, "Tried %s records: %s became events, %s were duplicates, %s stay in quarantine.\n",
			count(report.Tried), count(report.Released), count(report.Duplicates), count(report.Held))
		if report.Busy > 0 {
			fmt.Fprintf(t.out, "Another retry is at %s of them.\n", count(report.Busy))
		}
	}
	if err == nil && report.Held > 0 {
		return &exitError{exitRejected, nil}
	}
	return err
}

// held counts the records that a filter selects, and names the sources of those that stay because nobody says how to read
// them.
func (l *lake) held(ctx context.Context, t *terminal, set *source.Set, f catalog.QuarantineFilter) (n int64, err error) {
	told := map[string]bool{}
	for rows, err := range catalog.QuarantinePages(ctx, l.catalog, f) {
		if err != nil {
			return 0, err
		}
		n += int64(len(rows))
		for _, q := range rows {
			if _, err := set.ByName(q.Table); err != nil && !told[q.Table] {
				told[q.Table] = true
				fmt.Fprintf(t.err, "Records of %s stay as they are: give its --definition.\n", q.Table)
			}
		}
	}
	return n, nil
}
