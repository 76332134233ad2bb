package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/retain"
)

type retentionReport struct {
	lakeFlags
	priceFlags
	WhatIf []string `sep:"none" placeholder:"POLICY" help:"Compare with another policy: aws_vpcflow=90d or default=400d,90d:GLACIER_IR,raw:30d:GLACIER. May be given again."`
	JSON   bool     `name:"json" help:"Print the report as JSON."`
}

func (*retentionReport) Help() string {
	return `Shows for each table how much there is, how well it is compressed, what a month brings, what its storage costs a month now
and in one, three and seven years, and the days without events: gaps, where logs are missing, apart from quiet days, where there was
nothing to log. Compression counts what has expired too. Years to come suppose that each day brings as much as the last thirty did
on average. Costs are for S3 by the policies' storage classes, with what small objects and early deletions are charged; requests and
traffic are not in them. A day is taken to be in the class of its age. S3 counts from when an object was written: after a backfill
or a merge its objects move later, and cost more until then.

  hindcast retention report --dir ./lake
  hindcast retention report --dir ./lake --what-if aws_vpcflow=90d --what-if "default=7y,90d:GLACIER_IR"`
}

func (c *retentionReport) Run(ctx context.Context, t *terminal) error {
	prices, err := c.prices()
	if err != nil {
		return err
	}
	var others []catalog.Policy
	for _, text := range c.WhatIf {
		p, err := retain.ParsePolicy(text)
		if err != nil {
			return usageError("--what-if: %w", err)
		}
		others = append(others, p)
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	r, err := l.keeper().Report(ctx, l.catalog, prices, others)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.out, r)
	}
	return c.print(t.out, r)
}

func (c *retentionReport) print(w io.Writer, r *retain.Report) error {
	for _, part := range []func(io.Writer, *retain.Report){printSizes, printGrowth, printCosts} {
		if err := columns(w, func(w io.Writer) { part(w, r) }); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	printAbsences(w, r)
	if r.WhatIf != nil {
		if err := columns(w, func(w io.Writer) { printWhatIf(w, r.WhatIf) }); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, priceText(r.Prices))
	return nil
}

func printSizes(w io.Writer, r *retain.Report) {
	fmt.Fprintln(w, "table\tstays\tdays\tfirst\tlast\trows\tParquet\traw logs\tunpacked\tcompression\texpired rows\t")
	for _, t := range r.Tables {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%.1f : 1\t%s\t\n", t.Table, retain.DaysText(t.Keep), t.Days, t.FirstDay, t.LastDay,
			count(t.Rows), size(t.Parquet), size(t.Raw), size(t.Unpacked), t.Packed, count(t.Expired.Rows))
	}
}

func printGrowth(w io.Writer, r *retain.Report) {
	fmt.Fprintf(w, "a month up to %s\trows\tParquet\traw logs\tmoves cost\tto read all once\t\n", r.Newest)
	for _, t := range r.Tables {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t\n", t.Table, count(int64(t.Month.Rows)), size(int64(t.Month.Parquet)), size(int64(t.Month.Raw)),
			usd(t.Moving), usd(t.Scan))
	}
}

func printCosts(w io.Writer, r *retain.Report) {
	fmt.Fprintln(w, "storage a month\tnow\tin 1 year\tin 3 years\tin 7 years\t")
	row := func(name string, of func(retain.Horizon) float64, at []retain.Horizon) {
		fmt.Fprintf(w, "%s\t", name)
		for _, h := range at {
			fmt.Fprintf(w, "%s\t", usd(of(h)))
		}
		fmt.Fprintln(w)
	}
	for _, t := range r.Tables {
		row(t.Table, func(h retain.Horizon) float64 { return h.Total }, t.Costs)
	}
	for _, kind := range []struct {
		name string
		of   func(retain.Horizon) retain.Costs
	}{
		{"Parquet", func(h retain.Horizon) retain.Costs { return h.Parquet }},
		{"raw logs", func(h retain.Horizon) retain.Costs { return h.Raw }},
	} {
		for _, class := range classesOf(r.Costs, kind.of) {
			row(kind.name+" in "+class, func(h retain.Horizon) float64 { return kind.of(h)[class] }, r.Costs)
		}
	}
	row("all", func(h retain.Horizon) float64 { return h.Total }, r.Costs)
}

// classesOf are the storage classes that cost something at any time.
func classesOf(at []retain.Horizon, of func(retain.Horizon) retain.Costs) []string {
	found := map[string]bool{}
	for _, h := range at {
		for class := range of(h) {
			found[class] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// printAbsences prints gaps one by one, and quiet days in sum.
func printAbsences(w io.Writer, r *retain.Report) {
	const shown = 20
	for _, t := range r.Tables {
		quiet, gaps := 0, 0
		for _, a := range t.Absences {
			if a.Quiet {
				quiet += a.Days
				continue
			}
			if gaps++; gaps <= shown {
				fmt.Fprintf(w, "Gap in %s: %s: %s.\n", t.Table, daysText(a), a.Why)
			}
		}
		if gaps > shown {
			fmt.Fprintf(w, "… and %d more gaps in %s; --json lists them.\n", gaps-shown, t.Table)
		}
		if quiet > 0 {
			fmt.Fprintf(w, "Quiet days in %s: %d.\n", t.Table, quiet)
		}
	}
}

func daysText(a retain.Absence) string {
	if a.Days == 1 {
		return a.From
	}
	return fmt.Sprintf("%s to %s (%d days)", a.From, a.To, a.Days)
}

func printWhatIf(w io.Writer, what *retain.WhatIf) {
	fmt.Fprintln(w, "what if\tstays\tdays that go at once\trows\tParquet\tnow\tin 1 year\tin 3 years\tin 7 years\t")
	for _, t := range what.Tables {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t\n", t.Table, retain.DaysText(t.Keep), t.Goes.Days, count(t.Goes.Rows), size(t.Goes.Bytes), changes(t.Change))
	}
	fmt.Fprintf(w, "all\t\t\t\t\t%s\t\n", changes(what.Change))
}

// changes are more or less money a month.
func changes(all []float64) string {
	parts := make([]string, len(all))
	for i, v := range all {
		parts[i] = usd(v)
		if v > 0 {
			parts[i] = "+" + parts[i]
		}
	}
	return strings.Join(parts, "\t")
}

type retentionLifecycle struct {
	lakeFlags
	sourceFlags
	Raw    location `placeholder:"DIR" help:"Print the rules of the bucket of raw logs, of which this folder is a copy: its keys tell where each source's logs lie."`
	Prefix []string `sep:"none" placeholder:"TABLE=PREFIX" help:"Print the rules of the bucket of raw logs, where a table's logs lie below this prefix; may be given again."`
}

func (*retentionLifecycle) Help() string {
	return `Prints a lifecycle configuration for S3 that moves objects to the storage classes of the policies: without flags that of the lake's
bucket, with --raw or --prefix that of the raw logs' bucket. It deletes nothing, since deletion is for "retention apply". It takes
the place of whatever configuration the bucket has: put other rules of the bucket into it first.

  hindcast retention lifecycle --dir ./lake > lifecycle.json
  aws s3api put-bucket-lifecycle-configuration --bucket NAME --lifecycle-configuration file://lifecycle.json`
}

func (c *retentionLifecycle) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	rules, err := l.keeper().Rules(ctx)
	if err != nil {
		return err
	}
	var config retain.Lifecycle
	if c.Raw == "" && len(c.Prefix) == 0 {
		config, err = c.parquet(ctx, l, rules)
	} else {
		config, err = c.raw(ctx, rules)
	}
	if err != nil {
		return err
	}
	return printJSON(t.out, config)
}

func (c *retentionLifecycle) parquet(ctx context.Context, l *lake, rules retain.Rules) (retain.Lifecycle, error) {
	tables, err := l.catalog.Tables(ctx)
	if err != nil {
		return retain.Lifecycle{}, err
	}
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	return retain.ParquetLifecycle(rules, names)
}

func (c *retentionLifecycle) raw(ctx context.Context, rules retain.Rules) (retain.Lifecycle, error) {
	prefixes := map[string][]string{}
	if c.Raw != "" {
		var err error
		if prefixes, err = c.prefixes(ctx); err != nil {
			return retain.Lifecycle{}, err
		}
	}
	for _, text := range c.Prefix {
		table, prefix, ok := strings.Cut(text, "=")
		if !ok || table == "" || prefix == "" {
			return retain.Lifecycle{}, usageError("--prefix: %q is not TABLE=PREFIX", text)
		}
		prefixes[table] = append(prefixes[table], prefix)
	}
	return retain.RawLifecycle(rules, prefixes)
}

// prefixes are where the logs of each source lie in a copy of the bucket.
func (c *retentionLifecycle) prefixes(ctx context.Context) (map[string][]string, error) {
	set, err := c.set()
	if err != nil {
		return nil, err
	}
	bucket, done, err := c.Raw.open(ctx, c.awsFlags)
	if err != nil {
		return nil, err
	}
	defer done()
	var tree retain.PrefixTree
	for o, err := range bucket.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		table := ""
		if s, skip := set.ByKey(o.Key); s != nil && !skip {
			table = s.Name
		}
		tree.Add(raw.InBucket(o.Key), table)
	}
	return tree.Prefixes(), nil
}
