package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/backlog"
	"github.com/hindcast/hindcast/lake/raw/sqs"
)

// queueBacklog is what a queue has, and how long it takes.
type queueBacklog struct {
	Queue string `json:"queue"`
	sqs.Depth
	InWork int64          `json:"in_work"`       // batches that somebody is converting
	Pace   *backlog.Speed `json:"pace"`          // of recent batches; null when there are none
	Clear  *float64       `json:"clear_seconds"` // until no message waits, if each tells of one object; null when nothing is known of the pace
}

// ofQueue tells how many messages a queue has.
func (c *backlogCommand) ofQueue(ctx context.Context, t *terminal) error {
	queue, err := c.openQueue(ctx, c.Queue)
	if err != nil {
		return err
	}
	l, done, err := (&compactCommand{lakeFlags: c.lakeFlags, DryRun: true}).lakeOf(ctx)
	if err != nil {
		return err
	}
	defer done()
	b := queueBacklog{Queue: queue.ARN()}
	if b.Depth, err = queue.Depth(ctx); err != nil {
		return err
	}
	held, err := l.catalog.Held(ctx, catalog.BatchLease(""))
	if err != nil {
		return fmt.Errorf("look what is in work: %w", err)
	}
	b.InWork = int64(len(held))
	if b.Pace, err = backlog.Pace(ctx, l.catalog, time.Now()); err != nil {
		return fmt.Errorf("look how fast batches were: %w", err)
	}
	if b.Pace != nil && b.Pace.Objects > 0 {
		seconds := float64(b.Visible+b.InFlight+b.Delayed) / b.Pace.Objects
		b.Clear = &seconds
	}
	if err := c.printQueue(t, &b); err != nil {
		return err
	}
	if c.FailOver > 0 && b.Clear != nil && *b.Clear > c.FailOver.Seconds() {
		return &exitError{exitBehind, fmt.Errorf("the backlog is over %s", c.FailOver)}
	}
	return nil
}

func (c *backlogCommand) printQueue(t *terminal, b *queueBacklog) error {
	if c.JSON {
		return printJSON(t.out, b)
	}
	fmt.Fprintf(t.out, "Messages waiting: %s, in flight: %s, delayed: %s.", count(b.Visible), count(b.InFlight), count(b.Delayed))
	if b.Dead == nil {
		fmt.Fprint(t.out, " There is no queue of dead letters.")
	} else {
		fmt.Fprintf(t.out, " Dead letters: %s.", count(*b.Dead))
	}
	if b.InWork > 0 {
		fmt.Fprintf(t.out, " Batches in work: %s.", count(b.InWork))
	}
	fmt.Fprintln(t.out)
	switch {
	case b.Visible+b.InFlight+b.Delayed == 0:
		fmt.Fprintln(t.out, "Nothing waits.")
	case b.Clear == nil:
		fmt.Fprintln(t.out, "Nothing was compacted lately to tell the pace from.")
	default:
		fmt.Fprintf(t.out, "Recent batches took %.3g objects/s: clear in %s.\n", b.Pace.Objects, span(time.Duration(*b.Clear*float64(time.Second))))
	}
	return nil
}
