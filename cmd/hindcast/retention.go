package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/retain"
)

type retentionCommand struct {
	Show      retentionShow      `cmd:"" help:"Show how long events stay."`
	Set       retentionSet       `cmd:"" help:"Say how long a table's events stay, and when its objects move to colder storage."`
	Drop      retentionDrop      `cmd:"" help:"Remove a policy."`
	Hold      holdCommand        `cmd:"" help:"Keep events that policies would let go, for as long as a hold lasts."`
	Plan      retentionPlan      `cmd:"" help:"Show what would go, and what it saves."`
	Apply     retentionApply     `cmd:"" help:"Take days past their retention out of their tables; delete their files after a delay."`
	Restore   retentionRestore   `cmd:"" help:"Put a day back whose files are not deleted yet."`
	Report    retentionReport    `cmd:"" help:"Show sizes, growth, costs, gaps, and what another policy would change."`
	Lifecycle retentionLifecycle `cmd:"" help:"Print S3 lifecycle rules that move objects to colder storage."`
}

// keeper says what policies and holds come to in this lake.
func (l *lake) keeper() *retain.Keeper { return retain.NewKeeper(l.catalog, l.store(), "", time.Now) }

// policyRow is a policy as it is shown.
type policyRow struct {
	Table   string         `json:"table"`
	Keep    int            `json:"keep_days"` // 0 is for ever
	Parquet []catalog.Move `json:"parquet_moves,omitempty"`
	Raw     []catalog.Move `json:"raw_moves,omitempty"`
	SetAt   time.Time      `json:"set_at"`
}

type retentionShow struct {
	lakeFlags
	JSON bool `name:"json" help:"Print as JSON."`
}

func (c *retentionShow) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	policies, err := l.catalog.Policies(ctx)
	if err != nil {
		return err
	}
	rows := make([]policyRow, len(policies))
	for i, p := range policies {
		rows[i] = policyRow{retain.NameOf(p.Table), p.Keep, p.Parquet, p.Raw, p.SetAt}
	}
	if c.JSON {
		return printJSON(t.out, rows)
	}
	if len(rows) == 0 {
		fmt.Fprintln(t.out, "There is no policy: events stay for ever. \"hindcast retention set TABLE --keep 400d\" sets one.")
		return nil
	}
	return columns(t.out, func(w io.Writer) {
		fmt.Fprintln(w, "table\tevents stay\tParquet moves\traw logs move\tset\t")
		for _, r := range rows {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", r.Table, retain.DaysText(r.Keep), movesText(r.Parquet), movesText(r.Raw), r.SetAt.UTC().Format(time.DateOnly))
		}
	})
}

// movesText is how people read moves.
func movesText(moves []catalog.Move) string {
	if len(moves) == 0 {
		return "-"
	}
	var parts []string
	for _, m := range moves {
		parts = append(parts, fmt.Sprintf("%s after %d days", m.Class, m.After))
	}
	return strings.Join(parts, ", ")
}

type retentionSet struct {
	lakeFlags
	Table   string   `arg:"" help:"Table, or \"default\" for all that have no policy of their own."`
	Keep    string   `required:"" placeholder:"TIME" help:"How long events stay, counted from the end of their day: 90d, 13w, 6m (of 30 days), 7y (of 365), forever."`
	Parquet []string `placeholder:"TIME:CLASS" help:"When the table's files move to a colder storage class: 90d:GLACIER_IR. May be given again."`
	Raw     []string `placeholder:"TIME:CLASS" help:"The same for the raw logs. May be given again."`
	JSON    bool     `name:"json" help:"Print the policy as JSON."`
}

func (*retentionSet) Help() string {
	return `Sets the policy of a table, in place of the one it had. Queries stop to show what is past it at once; nothing is deleted until
"retention apply". Classes are STANDARD_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER and DEEP_ARCHIVE; "retention lifecycle" prints
the rules that make S3 move the objects. Raw logs are moved, and never deleted.

  hindcast retention set --dir ./lake default --keep 400d
  hindcast retention set --dir ./lake aws_cloudtrail --keep 7y --parquet 90d:GLACIER_IR --raw 30d:GLACIER --raw 180d:DEEP_ARCHIVE`
}

func (c *retentionSet) policy() (p catalog.Policy, err error) {
	p.Table = retain.TableOf(c.Table)
	if p.Keep, err = retain.ParseDays(c.Keep); err != nil {
		return p, usageError("--keep: %w", err)
	}
	for _, of := range []struct {
		flag  string
		texts []string
		moves *[]catalog.Move
	}{{"--parquet", c.Parquet, &p.Parquet}, {"--raw", c.Raw, &p.Raw}} {
		for _, text := range of.texts {
			m, err := retain.ParseMove(text)
			if err != nil {
				return p, usageError("%s: %w", of.flag, err)
			}
			*of.moves = append(*of.moves, m)
		}
	}
	if err := retain.Check(p); err != nil {
		return p, &exitError{exitUsage, err}
	}
	return p, nil
}

func (c *retentionSet) Run(ctx context.Context, t *terminal) error {
	p, err := c.policy()
	if err != nil {
		return err
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.catalog.SetPolicy(ctx, p); err != nil {
		return err
	}
	if err := l.warnOfTable(ctx, t, p.Table); err != nil {
		return err
	}
	for _, class := range retain.Unreadable(p) {
		fmt.Fprintf(t.err, "Note: queries cannot read files in %s until somebody restores them in S3.\n", class)
	}
	if c.JSON {
		return printJSON(t.out, policyRow{retain.NameOf(p.Table), p.Keep, p.Parquet, p.Raw, time.Now().UTC()})
	}
	if p.Keep == 0 {
		fmt.Fprintf(t.out, "Events of %s stay for ever.\n", nameOfTables(p.Table))
		return nil
	}
	fmt.Fprintf(t.out, "Events of %s stay for %s; \"hindcast retention plan\" shows what goes.\n", nameOfTables(p.Table), retain.DaysText(p.Keep))
	return nil
}

func nameOfTables(table string) string {
	if table == "" {
		return "all tables without a policy of their own"
	}
	return table
}

// warnOfTable says so when a table is not there: it may be misspelt, or come later.
func (l *lake) warnOfTable(ctx context.Context, t *terminal, table string) error {
	if table == "" {
		return nil
	}
	_, err := l.catalog.Table(ctx, table)
	if errors.Is(err, catalog.ErrNotFound) {
		fmt.Fprintf(t.err, "Note: there is no table %q yet; \"hindcast tables\" shows those there are.\n", table)
		return nil
	}
	return err
}

type retentionDrop struct {
	lakeFlags
	Table string `arg:"" help:"Table, or \"default\"."`
}

func (c *retentionDrop) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	err = l.catalog.DropPolicy(ctx, retain.TableOf(c.Table))
	if errors.Is(err, catalog.ErrNotFound) {
		return usageError("%s has no policy of its own; \"hindcast retention show\" shows those there are", c.Table)
	}
	if err != nil {
		return err
	}
	rules, err := l.keeper().Rules(ctx)
	if err != nil {
		return err
	}
	now := rules.Policy(retain.TableOf(c.Table))
	fmt.Fprintf(t.out, "The policy is removed: events of %s stay %s from now on.\n", nameOfTables(retain.TableOf(c.Table)), stayText(now.Keep))
	return nil
}

func stayText(days int) string {
	if days == 0 {
		return "for ever"
	}
	return "for " + retain.DaysText(days)
}
