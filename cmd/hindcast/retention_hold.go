package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/api/timerange"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/retain"
)

type holdCommand struct {
	Add  holdAdd  `cmd:"" help:"Add a hold, or replace the one of the same name."`
	Drop holdDrop `cmd:"" help:"End a hold."`
	List holdList `cmd:"" help:"List the holds."`
}

// holdRow is a hold as it is shown.
type holdRow struct {
	ID      string     `json:"id"`
	Table   string     `json:"table,omitempty"`
	Account string     `json:"account,omitempty"`
	From    *time.Time `json:"from,omitempty"`
	To      *time.Time `json:"to,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Owner   string     `json:"owner,omitempty"`
	SetAt   time.Time  `json:"set_at"`
}

func holdRowOf(h catalog.Hold) holdRow {
	r := holdRow{ID: h.ID, Table: h.Table, Account: h.Account, Reason: h.Reason, Owner: h.Owner, SetAt: h.SetAt}
	if !h.From.IsZero() {
		r.From = &h.From
	}
	if !h.To.IsZero() {
		r.To = &h.To
	}
	return r
}

type holdAdd struct {
	lakeFlags
	ID      string `arg:"" help:"Name of the hold: case-2026-17."`
	Table   string `placeholder:"NAME" help:"Only events of this table."`
	Account string `placeholder:"ID" help:"Only events that an account column says are of this AWS account, or name it."`
	From    string `placeholder:"TIME" help:"Only events since then: RFC 3339, a date, or -30d."`
	To      string `placeholder:"TIME" help:"Only events before then."`
	Reason  string `required:"" placeholder:"TEXT" help:"What it is for."`
	Owner   string `required:"" placeholder:"NAME" help:"Who asked for it."`
	JSON    bool   `name:"json" help:"Print the hold, and the days that it brought back, as JSON."`
}

func (*holdAdd) Help() string {
	return `A hold keeps the days that have events of its table, account and time, whatever the policies say; without any of the three it
keeps all. Days that have expired and whose files are still there come back. Whether a day has events of an account is looked up in
its files. Events without an account, as those of a web server, are of none: to keep them, hold their table.

  hindcast retention hold add --dir ./lake case-17 --account 111122223333 --from 2026-01-01 --to 2026-02-01 --reason "case 17" --owner legal
  hindcast retention hold add --dir ./lake audit --table aws_cloudtrail --reason "audit of 2026" --owner compliance`
}

func (c *holdAdd) hold(now time.Time) (h catalog.Hold, err error) {
	if strings.TrimSpace(c.Reason) == "" || strings.TrimSpace(c.Owner) == "" {
		return h, usageError("--reason and --owner: a hold without them says nothing to whoever finds it")
	}
	h = catalog.Hold{ID: c.ID, Table: c.Table, Reason: c.Reason, Owner: c.Owner, SetAt: now.UTC()}
	if c.Account != "" {
		i, err := indicator.Parse(ecs.Account, c.Account)
		if err != nil {
			return h, usageError("--account: %w", err)
		}
		h.Account = i.Value
	}
	for _, end := range []struct {
		flag, text string
		to         *time.Time
	}{{"--from", c.From, &h.From}, {"--to", c.To, &h.To}} {
		if end.text == "" {
			continue
		}
		if *end.to, err = timerange.Parse(end.text, now); err != nil {
			return h, usageError("%s: %w", end.flag, err)
		}
	}
	if !h.From.IsZero() && !h.To.IsZero() && !h.From.Before(h.To) {
		return h, usageError("--to: the hold ends at %s, no later than it begins, at %s", c.To, c.From)
	}
	if err := h.Validate(); err != nil {
		return h, &exitError{exitUsage, err}
	}
	return h, nil
}

func (c *holdAdd) Run(ctx context.Context, t *terminal) error {
	h, err := c.hold(time.Now())
	if err != nil {
		return err
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	back, err := l.keeper().AddHold(ctx, l.ledger(), h)
	if err != nil {
		return err
	}
	if err := l.show(ctx); err != nil {
		return fmt.Errorf("hold %s is set, but %w", h.ID, err)
	}
	if err := l.warnOfTable(ctx, t, h.Table); err != nil {
		return err
	}
	beyond, err := l.beyond(ctx, h)
	if err != nil {
		return fmt.Errorf("hold %s is set, but which tables have no accounts cannot be told: %w", h.ID, err)
	}
	if c.JSON {
		return printJSON(t.out, struct {
			holdRow
			Restored []retain.Awaiting `json:"restored"`
			Beyond   []string          `json:"tables_without_accounts"`
		}{holdRowOf(h), back, beyond})
	}
	fmt.Fprintf(t.out, "Hold %s is set.\n", h.ID)
	if len(beyond) > 0 {
		fmt.Fprintf(t.out, "It keeps nothing of %s: their events have no account. %s\n", strings.Join(beyond, ", "), byTable)
	}
	printRestored(t.out, back)
	return nil
}

// byTable is how events are kept that have no account.
const byTable = `"hindcast retention hold add NAME --table TABLE" keeps those of a table, for a time if --from and --to say one.`

// beyond are the tables that a hold of an account keeps nothing of, whosever account it is.
func (l *lake) beyond(ctx context.Context, h catalog.Hold) ([]string, error) {
	if h.Account == "" {
		return []string{}, nil
	}
	tables, err := l.catalog.Tables(ctx)
	if err != nil {
		return nil, err
	}
	return l.keeper().Accountless(ctx, slices.DeleteFunc(tables, func(t catalog.Table) bool { return h.Table != "" && h.Table != t.Name }))
}

// printUnmet says which of the days that go are of a hold's table and time, but not of its account.
func printUnmet(w io.Writer, days []retain.Day) {
	var tables, holds []string
	n := int64(0)
	for _, d := range days {
		if len(d.Unmet) > 0 {
			n, tables, holds = n+1, append(tables, d.Table), append(holds, d.Unmet...)
		}
	}
	if n == 0 {
		return
	}
	slices.Sort(tables)
	slices.Sort(holds)
	fmt.Fprintf(w, "%s of them are not kept though there is a hold of an account (%s), since no event of theirs names it: of %s. %s\n",
		count(n), printable(strings.Join(slices.Compact(holds), ", ")), strings.Join(slices.Compact(tables), ", "), byTable)
}

// printRestored says which days came back.
func printRestored(w io.Writer, back []retain.Awaiting) {
	for _, d := range back {
		fmt.Fprintf(w, "%s of %s had expired and is back: a hold keeps it (%s rows).\n", d.Day, d.Table, count(d.Rows))
	}
}

type holdDrop struct {
	lakeFlags
	ID string `arg:"" help:"Name of the hold."`
}

func (c *holdDrop) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	err = l.catalog.DropHold(ctx, c.ID)
	if errors.Is(err, catalog.ErrNotFound) {
		return usageError("there is no hold %q; \"hindcast retention hold list\" shows those there are", c.ID)
	}
	if err == nil {
		fmt.Fprintf(t.out, "Hold %s has ended; the next \"retention apply\" takes what it alone has kept.\n", c.ID)
	}
	return err
}

type holdList struct {
	lakeFlags
	JSON bool `name:"json" help:"Print as JSON."`
}

func (c *holdList) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	holds, err := l.catalog.Holds(ctx)
	if err != nil {
		return err
	}
	rows := make([]holdRow, len(holds))
	for i, h := range holds {
		rows[i] = holdRowOf(h)
	}
	if c.JSON {
		return printJSON(t.out, rows)
	}
	if len(rows) == 0 {
		fmt.Fprintln(t.out, "There are no holds.")
		return nil
	}
	return columns(t.out, func(w io.Writer) {
		fmt.Fprintln(w, "hold\ttable\taccount\tfrom\tto\tset\towner\treason\t")
		for _, r := range rows {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", printable(r.ID), orAll(r.Table), orAll(r.Account), orOpen(r.From), orOpen(r.To),
				r.SetAt.UTC().Format(time.DateOnly), printable(r.Owner), printable(r.Reason))
		}
	})
}

func orAll(text string) string {
	if text == "" {
		return "all"
	}
	return printable(text)
}

func orOpen(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04")
}
