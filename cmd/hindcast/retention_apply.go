package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/retain"
	"github.com/hindcast/hindcast/lake/trash"
)

// priceFlags say which prices count.
type priceFlags struct {
	Region string `default:"us-east-1" placeholder:"REGION" help:"AWS region whose prices count: us-east-1 or eu-central-1 (${default})."`
}

func (f priceFlags) prices() (retain.Prices, error) {
	p, err := retain.PricesOf(f.Region)
	if err != nil {
		return p, usageError("--region: %w", err)
	}
	return p, nil
}

type retentionPlan struct {
	lakeFlags
	priceFlags
	JSON bool `name:"json" help:"Print the plan as JSON."`
}

func (*retentionPlan) Help() string {
	return `Shows the days that are past their retention, those of them that a hold keeps and why, those that have expired and can still
be restored, and the files that belong in a colder storage class. It changes nothing.

  hindcast retention plan --dir ./lake`
}

func (c *retentionPlan) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	return c.plan(ctx, t, l)
}

func (c *retentionPlan) plan(ctx context.Context, t *terminal, l *lake) error {
	prices, err := c.prices()
	if err != nil {
		return err
	}
	plan, err := l.keeper().Plan(ctx, l.catalog, prices)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.out, plan)
	}
	return printPlan(t.out, plan)
}

func printPlan(w io.Writer, p *retain.Plan) error {
	err := columns(w, func(w io.Writer) {
		if len(p.Go)+len(p.Kept) > 0 {
			fmt.Fprintln(w, "table\tday\trows\tParquet\tstays\tsaves a month\tkept by\t")
		}
		for _, d := range p.Go {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t\t\n", d.Table, d.Day, count(d.Rows), size(d.Bytes), retain.DaysText(d.Keep), usd(d.Saves))
		}
		for _, d := range p.Kept {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\t%s\t\n", d.Table, d.Day, count(d.Rows), size(d.Bytes), retain.DaysText(d.Keep), printable(d.Why))
		}
	})
	if err != nil {
		return err
	}
	if len(p.Go)+len(p.Kept) > 0 {
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%s days would go: %s rows, %s, which saves %s a month%s.\n",
		count(int64(len(p.Go))), count(p.Rows), size(p.Bytes), usd(p.Saves), earlyText(p.Early))
	printUnmet(w, p.Go)
	if n := len(p.Kept); n > 0 {
		fmt.Fprintf(w, "%s days past their retention are kept.\n", count(int64(n)))
	}
	for _, a := range p.Awaiting {
		fmt.Fprintf(w, "%s of %s has expired; its %s can be restored until %s.\n", a.Day, a.Table, size(a.Bytes), a.Due.UTC().Format(time.RFC3339))
	}
	for _, m := range p.Moves {
		fmt.Fprintf(w, "%s files of %s (%s) belong in %s.\n", count(m.Files), m.Table, size(m.Bytes), m.Class)
	}
	if len(p.Moves) > 0 {
		fmt.Fprintln(w, noClasses)
	}
	fmt.Fprintln(w, priceText(p.Prices))
	return nil
}

// noClasses is said where moves are planned: this lake is in a folder.
const noClasses = `A folder has no storage classes, so nothing is moved here; "hindcast retention lifecycle" prints the rules by which S3 does it.`

func earlyText(early float64) string {
	if early == 0 {
		return ""
	}
	return ", after a charge of " + usd(early) + " once for leaving its storage class early"
}

func priceText(n retain.PriceNote) string {
	days := n.From
	if n.To != n.From {
		days += " to " + n.To
	}
	return fmt.Sprintf("Prices of %s as of %s (%s).", n.Region, days, n.Pages[len(n.Pages)-1])
}

// usd writes an amount of money.
func usd(v float64) string {
	switch {
	case v == 0:
		return "$0"
	case v < 0:
		return "-" + usd(-v)
	case v < 0.0001:
		return "<$0.0001"
	case v < 0.1:
		return fmt.Sprintf("$%.4f", v)
	}
	cents := int64(v*100 + 0.5)
	return fmt.Sprintf("$%s.%02d", count(cents/100), cents%100)
}

type retentionApply struct {
	retentionPlan
	fileFlag
	Yes   bool          `help:"Do it; without this the plan is shown and nothing is done."`
	Delay time.Duration `default:"168h" placeholder:"DURATION" help:"For how long the files stay and a day can be restored (${default})."`
}

func (*retentionApply) Help() string {
	return `With --yes, takes every day that is past its retention and that no hold keeps out of its table, and deletes the files of those
whose delay is over. It can be interrupted and run again. Without --yes it shows the plan.

  hindcast retention apply --dir ./lake --yes`
}

func (c *retentionApply) Run(ctx context.Context, t *terminal) error {
	if c.Delay < 0 {
		return usageError("--delay: files cannot be deleted %s before they expire", -c.Delay)
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if !c.Yes {
		if err := c.plan(ctx, t, l); err != nil {
			return err
		}
		fmt.Fprintln(t.err, "Nothing was done; --yes does it.")
		return nil
	}
	o, err := c.observe(ctx, t, "retention apply")
	defer o.close()
	if err != nil {
		return err
	}
	applied, err := l.keeper().Apply(ctx, retain.Config{
		Store: l.ledger(), Owner: owner(), Delay: c.Delay, Observe: o.recorder,
		Empty: func(ctx context.Context) (retain.Deleted, error) {
			r, err := trash.Empty(ctx, l.ledger(), l.store())
			return retain.Deleted{Files: r.Files, Bytes: r.Bytes}, err
		},
	})
	o.write()
	if ctx.Err() == nil { // also what has expired before something failed
		err = errors.Join(err, l.show(ctx))
	}
	if c.JSON {
		err = errors.Join(err, printJSON(t.out, applied))
	} else {
		printApplied(t.out, applied)
	}
	if n := applied.Unclear(); err == nil && n > 0 {
		err = fmt.Errorf("%d days are kept because it cannot be told whether a hold keeps them", n)
	}
	return err
}

func printApplied(w io.Writer, a *retain.Applied) {
	printRestored(w, a.Restored)
	for _, d := range a.Kept {
		fmt.Fprintf(w, "%s of %s is kept: %s.\n", d.Day, d.Table, printable(d.Why))
	}
	for _, d := range a.Skipped {
		fmt.Fprintf(w, "%s of %s is left for the next time: %s.\n", d.Day, d.Table, printable(d.Why))
	}
	fmt.Fprintf(w, "%s days have expired: %s rows, %s.", count(int64(len(a.Expired))), count(a.Rows), size(a.Bytes))
	if len(a.Expired) > 0 {
		fmt.Fprintf(w, " They can be restored until %s.", a.Due.Format(time.RFC3339))
	}
	fmt.Fprintf(w, "\n%s files of earlier ones were deleted (%s).\n", count(a.Deleted.Files), size(a.Deleted.Bytes))
}

type retentionRestore struct {
	lakeFlags
	Table string `arg:"" help:"Table."`
	Day   string `arg:"" help:"Day: 2026-01-31."`
	JSON  bool   `name:"json" help:"Print the day as it is now as JSON."`
}

func (c *retentionRestore) Run(ctx context.Context, t *terminal) error {
	if _, err := time.Parse(time.DateOnly, c.Day); err != nil {
		return usageError("%q is not a day like 2026-01-31", c.Day)
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	switch err := retain.Restore(ctx, l.ledger(), c.Table, c.Day); {
	case errors.Is(err, retain.ErrGone):
		return err
	case errors.Is(err, catalog.ErrNotFound):
		return usageError("%s of %s has not expired; \"hindcast retention plan\" shows what has", c.Day, c.Table)
	case err != nil:
		return err
	}
	if err := l.show(ctx); err != nil {
		return err
	}
	p, err := l.catalog.Partition(ctx, c.Table, c.Day)
	if err != nil {
		return err
	}
	promises, err := l.keeper().Promises(ctx, []string{c.Table})
	if err != nil {
		return err
	}
	if promise, bound := promises[c.Table]; bound && !promise.Shows(c.Day) {
		fmt.Fprintf(t.err, "Note: it is still past its retention of %s: queries do not show it, and the next apply takes it again. "+
			"Set another policy, or add a hold.\n", retain.DaysText(promise.Keep))
	}
	if c.JSON {
		return printJSON(t.out, struct {
			Table string `json:"table"`
			dayRow
		}{c.Table, dayRow{p.Day, p.Rows, p.Files, p.Bytes}})
	}
	fmt.Fprintf(t.out, "%s of %s is back: %s rows in %s files, %s.\n", p.Day, c.Table, count(p.Rows), count(p.Files), size(p.Bytes))
	return nil
}
