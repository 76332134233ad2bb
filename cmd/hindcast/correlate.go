package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/api/timerange"
	"github.com/hindcast/hindcast/lake/ecs"
)

type correlateCommand struct {
	lakeFlags
	budgetFlags
	IP        []string `sep:"none" name:"ip" placeholder:"ADDRESS" help:"Address or range: 203.0.113.7, 2001:db8::/32, 203[.]0[.]113[.]7."`
	Instance  []string `sep:"none" placeholder:"ID" help:"EC2 instance: i-0123456789abcdef0."`
	User      []string `sep:"none" placeholder:"NAME" help:"User, role or session name, exactly as logged: case counts."`
	AccessKey []string `sep:"none" placeholder:"ID" help:"Access key: AKIA…, ASIA…."`
	Account   []string `sep:"none" placeholder:"ID" help:"AWS account of 12 digits."`
	ARN       []string `sep:"none" name:"arn" placeholder:"ARN" help:"ARN of a principal or resource."`
	Domain    []string `sep:"none" placeholder:"NAME" help:"Domain or name of a host; *.example.com is all below it."`
	Hash      []string `sep:"none" placeholder:"HEX" help:"MD5, SHA-1 or SHA-256 of a file."`
	From      string   `required:"" placeholder:"TIME" help:"Start, inclusive: RFC 3339, a date, or -7d."`
	To        string   `required:"" placeholder:"TIME" help:"End, exclusive: RFC 3339, a date, -1d or now."`
	Source    []string `placeholder:"NAME" help:"Only this source; may be given again."`
	Match     string   `enum:"any,all" default:"any" help:"Events that match any of the values, or all of them (any, all)."`
	Action    []string `sep:"none" placeholder:"NAME" help:"Only events with this event.action, exactly; may be given again."`
	Outcome   string   `enum:"success,failure," default:"" placeholder:"success|failure" help:"Only events that came out so."`
	Writes    bool     `help:"Leave out the calls that CloudTrail says only read; other sources stay as they are."`
	Limit     int      `default:"100" placeholder:"N" help:"Events of the timeline, the newest (${default})."`
	Oldest    bool     `help:"Begin with the oldest; --limit then keeps the oldest."`
	Each      bool     `help:"Print a line for each event, where the table has one for events that are alike."`
	Explain   bool     `help:"Show the plan, the SQL for Athena and DuckDB and the bytes that would be read, and run nothing."`
	Files     bool     `help:"With --explain, name every file that would be read."`
	Format    string   `enum:"table,ndjson,csv" default:"table" help:"table, ndjson (whole ECS documents) or csv."`
	JSON      bool     `name:"json" help:"Print the answer, or the plan, as one JSON document."`
}

func (*correlateCommand) Help() string {
	return `Searches every table for the values given and prints one timeline, newest first, with the counts by source and day, the
days that were searched, and what it cost. Times are UTC. Flags that take a value to look for may be given again, each time
with one value: a comma does not separate, it is a part of the value.

  hindcast correlate --dir ./lake --ip 203.0.113.7 --from -30d --to now
  hindcast correlate --dir ./lake --access-key AKIAIOSFODNN7EXAMPLE --ip 198.51.100.0/24 --match all --from 2026-01-01 --to 2026-02-01
  hindcast correlate --dir ./lake --user alice --user bob --writes --oldest --from 2026-01-01 --to 2026-02-01
  hindcast correlate --dir ./lake --user alice --from 2026-01-01 --to 2026-02-01 --explain`
}

func (c *correlateCommand) Run(ctx context.Context, t *terminal) error {
	request, err := c.request(time.Now())
	if err != nil {
		return &exitError{exitUsage, err}
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	plan, err := l.planner().Plan(ctx, request)
	var wrong *correlate.RequestError
	if errors.As(err, &wrong) {
		return &exitError{exitUsage, err}
	}
	if err != nil {
		return err
	}
	a, err := l.asking(c.budgetFlags, t.warn)
	if err != nil {
		return err
	}
	if c.Explain || a.athena != nil || c.budgetFlags != (budgetFlags{}) {
		if err := a.refine(ctx, l, plan); err != nil {
			return err
		}
	}
	if c.Explain {
		return c.explain(t, plan)
	}
	return c.answer(ctx, t, a, plan)
}

// explain prints what the plan would do.
func (c *correlateCommand) explain(t *terminal, plan *correlate.Plan) error {
	if c.JSON {
		return printJSON(t.out, plan.Explain())
	}
	return plan.Explain().Text(t.out, c.Files)
}

// answer runs the plan and prints what comes.
func (c *correlateCommand) answer(ctx context.Context, t *terminal, a asking, plan *correlate.Plan) error {
	p := c.printer(t, plan)
	summary, err := correlate.NewRunner(a, time.Now).Together(a.together).Run(ctx, plan, p.event)
	if err != nil {
		return err
	}
	return p.summary(summary)
}

// request reads the flags.
func (c *correlateCommand) request(now time.Time) (correlate.Request, error) {
	r := correlate.Request{
		Sources: c.Source, Match: correlate.Match(c.Match), Limit: c.Limit, Oldest: c.Oldest,
		Actions: c.Action, Outcome: c.Outcome, Writes: c.Writes, Full: c.JSON || c.Format == "ndjson",
	}
	if c.Limit < 1 {
		return r, fmt.Errorf("--limit: %d is not a number of events", c.Limit)
	}
	for _, kind := range ecs.Kinds() {
		for _, value := range c.values(kind) {
			i, err := indicator.Parse(kind, value)
			if err != nil {
				return r, fmt.Errorf("--%s: %w", kind, err)
			}
			r.Indicators = append(r.Indicators, i)
		}
	}
	if len(r.Indicators) == 0 {
		return r, errors.New("nothing to look for: give at least one of --ip, --instance, --user, --access-key, --account, --arn, --domain, --hash")
	}
	span, err := timerange.ParseRange(c.From, c.To, now)
	if err != nil {
		return r, err
	}
	r.From, r.To = span.From, span.To
	return r, nil
}

func (c *correlateCommand) values(kind ecs.Kind) []string {
	return map[ecs.Kind][]string{
		ecs.IP: c.IP, ecs.Instance: c.Instance, ecs.User: c.User, ecs.AccessKey: c.AccessKey,
		ecs.Account: c.Account, ecs.ARN: c.ARN, ecs.Domain: c.Domain, ecs.Hash: c.Hash,
	}[kind]
}
