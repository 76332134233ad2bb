package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/renormalise"
)

// replacedDelay is how long files that were replaced stay for the queries that read them.
const replacedDelay = time.Hour

// renormalise rebuilds the days that earlier mappings have made.
func (j *compaction) renormalise(ctx context.Context) error {
	sel, err := j.days()
	if err != nil {
		return err
	}
	undeleted := j.empty(ctx)
	show := newProgress(j.t.err)
	report, err := renormalise.Run(ctx, renormalise.Config{
		Raw: j.bucket, Lake: j.lake.store(), Catalog: j.lake.ledger(), Sources: j.storeFlags.of(j.set), Enrich: j.enrich,
		Work: j.lake.workIn("renormalise"), Owner: owner(), Alive: alive, Now: time.Now, Delay: replacedDelay, Limits: j.bounds,
		Watch: func(d renormalise.Day) { show.line("%s/%s: %s rows", d.Table, d.Day, count(d.Rows)) },
	}, sel)
	show.done()
	if err == nil && !j.DryRun {
		err = j.lake.show(ctx)
	}
	return errors.Join(j.printRebuilt(report), err, undeleted)
}

// days are those that the flags select.
func (j *compaction) days() (renormalise.Selection, error) {
	sel, err := j.selection()
	out := renormalise.Selection{Sources: sel.Sources, DryRun: sel.DryRun}
	if !sel.Since.IsZero() {
		out.FromDay = catalog.Day(sel.Since)
	}
	return out, err
}

func (j *compaction) printRebuilt(r *renormalise.Report) error {
	if j.JSON {
		return printJSON(j.t.out, r)
	}
	if len(r.Days) == 0 {
		fmt.Fprintln(j.t.out, "Every row is as its source's mapping of today has it.")
		return nil
	}
	err := columns(j.t.out, func(w io.Writer) {
		fmt.Fprintln(w, "day\ttable\tmapping\trows\trebuilt\tobject gone\tchanged\trejected now\ton another day\t")
		for _, d := range r.Days {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", d.Day, d.Table, d.Version, count(d.Rows), count(d.Rebuilt),
				count(d.Kept.Gone), count(d.Kept.Changed), count(d.Kept.Rejected), count(d.Kept.Moved))
		}
	})
	if err != nil {
		return err
	}
	if j.DryRun {
		fmt.Fprintf(j.t.out, "Would rebuild %s days from the raw logs.\n", count(int64(len(r.Days))))
		return nil
	}
	fmt.Fprintf(j.t.out, "Rebuilt %s rows; %s stay as they were.\n", count(r.Rebuilt), count(r.Kept))
	if r.Busy > 0 {
		fmt.Fprintf(j.t.err, "%s days are being merged: run again.\n", count(r.Busy))
	}
	return nil
}
