package backlog

import (
	"context"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

const (
	paceAge = 30 * 24 * time.Hour // batches that are older tell nothing
	atLeast = time.Second         // a run of one small batch is over before it could be measured
)

// windows before the last commit in which the pace is looked for. Compactions rest between their runs, and plan more at
// a time than they convert: each window shows less than the pace, and the best of them shows the least less.
var windows = []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// Pace is how fast recent batches were, from the plan of the first to the commit of the last, all workers together; nil when there are none.
func Pace(ctx context.Context, work catalog.Work, now time.Time) (*Speed, error) {
	all, err := work.Pace(ctx, now.Add(-paceAge))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	_, _, last := sum(all)
	var best *Speed
	for _, w := range windows {
		recent, err := work.Pace(ctx, last.Add(-w))
		if err != nil {
			return nil, err
		}
		done, first, _ := sum(recent)
		s := speed(done, max(last.Sub(first), atLeast))
		if best == nil || s.Bytes > best.Bytes {
			best = &s
		}
	}
	return best, nil
}

// sum is what was committed of all tables, and between when.
func sum(all []catalog.Pace) (done Amount, first, last time.Time) {
	for i, p := range all {
		done.add(Amount{p.Objects, p.Bytes})
		if i == 0 || p.First.Before(first) {
			first = p.First
		}
		if p.Last.After(last) {
			last = p.Last
		}
	}
	return done, first, last
}
