package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/hindcast/hindcast/lake/backlog"
	"github.com/hindcast/hindcast/lake/compact"
)

type backlogCommand struct {
	lakeFlags
	sourceFlags
	Raw      location      `placeholder:"DIR" help:"Folder of the raw logs, or s3://BUCKET/PREFIX."`
	Queue    string        `placeholder:"URL" help:"Ask this SQS queue in place of looking through --raw: sqs://NAME, sqs://ACCOUNT/NAME, an ARN, or the queue's URL."`
	Window   time.Duration `default:"1h" placeholder:"DURATION" help:"Count arrivals so far back (${default})."`
	FailOver time.Duration `placeholder:"DURATION" help:"Exit status 4 if something waits for longer, or what waits takes longer to clear."`
	JSON     bool          `name:"json" help:"Print as JSON."`
}

func (*backlogCommand) Help() string {
	return `Lists the raw objects and says, for each source, what is not compacted yet: waiting is not planned, planned is in a batch
that is not committed. Oldest is by the time that the bucket gives an object. The time to clear is what is left at the pace
of recent batches, all workers together, less what arrives meanwhile. Nothing is changed, and a compaction may run.

With --queue, the queue is asked how many messages it has, and its dead letters. It does not tell how old they are: CloudWatch's
ApproximateAgeOfOldestMessage does.

  hindcast backlog --raw ./bucket --dir ./lake
  hindcast backlog --raw ./bucket --dir ./lake --fail-over 1h || notify
  hindcast backlog --queue sqs://hindcast-logs --dir ./lake`
}

func (c *backlogCommand) Run(ctx context.Context, t *terminal) error {
	if c.Window <= 0 || c.FailOver < 0 {
		return usageError("--window and --fail-over: a duration is more than nothing, like 1h")
	}
	switch {
	case (c.Raw == "") == (c.Queue == ""):
		return usageError("which backlog? Give --raw DIR, --raw s3://BUCKET/PREFIX, or --queue URL, one of them")
	case c.Queue != "":
		return c.ofQueue(ctx, t)
	}
	set, err := c.set()
	if err != nil {
		return err
	}
	bucket, closed, err := c.Raw.open(ctx, c.awsFlags)
	if err != nil {
		return err
	}
	defer closed()
	l, done, err := (&compactCommand{lakeFlags: c.lakeFlags, DryRun: true}).lakeOf(ctx)
	if err != nil {
		return err
	}
	defer done()
	show := newProgress(t.err)
	defer show.done()
	r, err := backlog.Take(ctx, compact.Config{
		Raw: bucket, Lake: l.files, Catalog: l.catalog, Sources: set, Work: os.TempDir(), Owner: owner(), Now: time.Now, Watch: show.compaction,
	}, compact.Selection{}, c.Window)
	if err != nil {
		return err
	}
	show.done()
	if err := c.print(t, r); err != nil {
		return err
	}
	if c.FailOver > 0 && r.Over(c.FailOver) {
		return &exitError{exitBehind, fmt.Errorf("the backlog is over %s", c.FailOver)}
	}
	return nil
}

func (c *backlogCommand) print(t *terminal, r *backlog.Report) error {
	if c.JSON {
		return printJSON(t.out, r)
	}
	err := columns(t.out, func(w io.Writer) {
		fmt.Fprintln(w, "source\twaiting\tplanned\tbytes\toldest\tarrived\tbytes arrived\t")
		row := func(name string, s *backlog.Source) {
			oldest := "-"
			if !s.Oldest.IsZero() {
				oldest = span(r.At.Sub(s.Oldest))
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", name, count(s.Waiting.Objects), count(s.Planned.Objects),
				size(s.Waiting.Bytes+s.Planned.Bytes), oldest, count(s.Arrived.Objects), size(s.Arrived.Bytes))
		}
		for _, name := range slices.Sorted(maps.Keys(r.Sources)) {
			row(name, r.Sources[name])
		}
		row("all", &r.All)
	})
	fmt.Fprintf(t.out, "\nArriving: %.3g objects/s, %s/s in the last %s. %s\n", r.Arrival.Objects, size(int64(r.Arrival.Bytes)), span(c.Window), clearing(r))
	if r.Unknown > 0 {
		fmt.Fprintf(t.err, "Objects of no source, which do not count: %s.\n", count(r.Unknown))
	}
	if r.Failed > 0 {
		fmt.Fprintf(t.err, "Objects that could not be looked into: %s.\n", count(r.Failed))
	}
	return err
}

// clearing says in a sentence how long it takes until nothing waits.
func clearing(r *backlog.Report) string {
	busy := ""
	if r.InWork > 0 {
		busy = fmt.Sprintf(" Batches in work: %s.", count(r.InWork))
	}
	switch waits := r.All.Waiting.Objects + r.All.Planned.Objects; {
	case waits == 0:
		return "Nothing waits." + busy
	case r.Pace == nil:
		return "Nothing was compacted lately to tell the pace from." + busy
	case r.Clear == nil:
		return fmt.Sprintf("Recent batches took %.3g objects/s, %s/s: it never clears at this pace.%s", r.Pace.Objects, size(int64(r.Pace.Bytes)), busy)
	}
	return fmt.Sprintf("Recent batches took %.3g objects/s, %s/s: clear in %s.%s",
		r.Pace.Objects, size(int64(r.Pace.Bytes)), span(time.Duration(*r.Clear*float64(time.Second))), busy)
}

// span writes a duration as people do: its two largest units.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return fmt.Sprintf("%dd%dh", d/day, d%day/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%.2gs", d.Seconds())
}
