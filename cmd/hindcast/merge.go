package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/hindcast/hindcast/api/timerange"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/merge"
)

type mergeCommand struct {
	lakeFlags
	fileFlag
	unloadFlags
	Table      []string      `placeholder:"TABLE" help:"Only this table; may be given again."`
	From       string        `placeholder:"DAY" help:"Only days since then: a date, or -7d."`
	To         string        `placeholder:"DAY" help:"Only days until then, that one included."`
	TargetSize string        `default:"256MB" placeholder:"SIZE" help:"Size of the files to be made; 128MB to 512MB is good for queries. ${default} if not given."`
	Grace      time.Duration `default:"6h" placeholder:"TIME" help:"How long after its end a day is taken to be still written to; ${default} if not given."`
	All        bool          `help:"Also days that are still written to."`
	Delay      time.Duration `default:"1h" placeholder:"TIME" help:"How long replaced files stay for queries that read them; ${default} if not given."`
	DryRun     bool          `help:"Say what would be merged, and what it would gain."`
	JSON       bool          `name:"json" help:"Print the report as JSON."`
}

func (*mergeCommand) Help() string {
	return `A day that was compacted bit by bit has many small files, and each costs a query a request and a footer. A merge makes
few large ones of them, sorted by time over the whole day. Days are merged that gain by it: again when late data came, and
never while they are still written to, unless --all is given. Every file that is read is held against its checksum, and what
was written is read back: a day whose contents are not the same to the last value stays as it is, and exit status is 1.
Queries see the old files or the new ones, never both; the old ones are deleted by a later run, once --delay is over.

A day of a lake in S3 that is larger than --athena-from is merged by Athena, which is paid for reading it: its files are sorted
too, but for parts of the day, and have no bloom filters. They are read back and compared like any.

  hindcast merge --dir ./lake --dry-run
  hindcast merge --dir ./lake --table aws_vpcflow --from -30d --target-size 512MB`
}

func (c *mergeCommand) Run(ctx context.Context, t *terminal) error {
	target, sel, err := c.selection(time.Now())
	if err != nil {
		return err
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	byAthena, err := c.remote(l, t.warn)
	if err != nil {
		return err
	}
	o, err := c.observe(ctx, t, "merge")
	defer o.close()
	if err != nil {
		return err
	}
	show := newProgress(t.err)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(mergeMemory)
	}
	report, err := merge.Run(ctx, merge.Config{
		Lake: l.store(), Catalog: l.ledger(), Work: l.workIn("merge"), Owner: owner(), Alive: alive, Now: time.Now,
		TargetBytes: target, Grace: c.Grace, Delay: c.Delay, Remote: byAthena,
		Watch: func(p merge.Progress) { showMerge(show, p) }, Observe: o.recorder,
	}, sel)
	o.write()
	show.done()
	if errors.Is(err, catalog.ErrNotFound) && len(report.Days) == 0 {
		return &exitError{exitUsage, err}
	}
	if !c.DryRun && ctx.Err() == nil { // also what was merged before something failed
		err = errors.Join(err, l.show(ctx))
	}
	if e := c.print(t, report); err == nil {
		err = e
	}
	return err
}

// mergeMemory is what the garbage collector works to stay below; GOMEMLIMIT says otherwise.
const mergeMemory = 320 << 20

// selection reads the flags that say which days to merge, and into files of what size.
func (c *mergeCommand) selection(now time.Time) (target int64, sel merge.Selection, err error) {
	bytes, err := humanize.ParseBytes(c.TargetSize)
	if err != nil || bytes < 1<<20 || bytes > 16<<30 {
		return 0, sel, usageError("--target-size: %q is not a size between 1MB and 16GB", c.TargetSize)
	}
	if c.Grace < 0 || c.Delay < 0 {
		return 0, sel, usageError("--grace and --delay cannot be negative")
	}
	sel = merge.Selection{Tables: c.Table, All: c.All, DryRun: c.DryRun}
	for _, day := range []struct {
		flag, text string
		into       *string
	}{{"--from", c.From, &sel.FromDay}, {"--to", c.To, &sel.ToDay}} {
		if day.text == "" {
			continue
		}
		at, err := timerange.Parse(day.text, now)
		if err != nil {
			return 0, sel, usageError("%s: %w", day.flag, err)
		}
		*day.into = catalog.Day(at)
	}
	if sel.FromDay != "" && sel.ToDay != "" && sel.ToDay < sel.FromDay {
		return 0, sel, usageError("--to: %s is before %s", sel.ToDay, sel.FromDay)
	}
	return int64(bytes), sel, nil
}

func showMerge(show *progress, p merge.Progress) {
	seconds := max(time.Since(show.started).Seconds(), 0.001)
	rate := float64(p.Bytes) / seconds
	left := "?"
	if rate > 0 {
		left = (time.Duration(float64(p.BytesTotal-p.Bytes)/rate) * time.Second).String()
	}
	show.line("%s/%s: %s of %s rows, %s of %s, %.0f MB/s, %s left", p.Table, p.Day,
		count(p.Rows), count(p.RowsTotal), size(p.Bytes), size(p.BytesTotal), rate/1e6, left)
}

func (c *mergeCommand) print(t *terminal, r *merge.Report) error {
	if c.JSON {
		return printJSON(t.out, r)
	}
	if len(r.Days) > 0 {
		if err := columns(t.out, func(w io.Writer) { mergeRows(w, r) }); err != nil {
			return err
		}
	}
	about, verb := "", "Merged"
	if c.DryRun {
		about, verb = "about ", "Would merge"
	}
	if r.Merged > 0 {
		fmt.Fprintf(t.out, "%s %s days: %s files of %s become %s of %s%s.\n", verb, count(r.Merged),
			count(r.FilesBefore), size(r.BytesBefore), count(r.FilesAfter), about, size(r.BytesAfter))
	} else if r.Failed == 0 {
		fmt.Fprintln(t.out, "No day gains by a merge.")
	}
	if r.Writing > 0 {
		fmt.Fprintf(t.err, "%s days are still written to, or may be; --all merges them too.\n", count(r.Writing))
	}
	if r.Deleted.Files > 0 {
		fmt.Fprintf(t.err, "Deleted %s files (%s) that no table shows any more.\n", count(r.Deleted.Files), size(r.Deleted.Bytes))
	}
	return nil
}

func mergeRows(w io.Writer, r *merge.Report) {
	fmt.Fprintln(w, "day\ttable\trows\tfiles\tbytes\trow groups\tgeneration\twhy\t")
	for _, d := range r.Days {
		why := d.Why
		if d.By != "" {
			why += ", by " + d.By
		}
		if d.MicroUSD > 0 {
			why += " for " + engine.USD(d.MicroUSD)
		}
		if d.Error != "" {
			why = "not merged: " + printable(d.Error)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", d.Day, d.Table, count(d.Rows), change(d.FilesBefore, d.FilesAfter, count),
			change(d.BytesBefore, d.BytesAfter, size), change(d.GroupsBefore, d.GroupsAfter, count), change(int64(d.From), int64(d.To), count), why)
	}
}

// change writes what was and what is.
func change(before, after int64, text func(int64) string) string {
	if before == after {
		return text(before)
	}
	return text(before) + " → " + text(after)
}
