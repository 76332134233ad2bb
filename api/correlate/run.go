package correlate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
)

// Runner runs plans on an engine.
type Runner struct {
	engine engine.Engine
	clock  func() time.Time
}

// NewRunner makes a runner.
func NewRunner(e engine.Engine, clock func() time.Time) *Runner {
	return &Runner{engine: e, clock: clock}
}

// Run gives the plan's events to emit, in the order that the request wants, and sums them up. An error of emit ends it. Where the error is
// engine.ErrStale, the request is to be planned and run again.
//
// A second scan is made only when the timeline was cut off: else its events tell the counts as well.
func (r *Runner) Run(ctx context.Context, p *Plan, emit func(Event) error) (*Summary, error) {
	start := r.clock()
	s := &Summary{Outcome: NoData, Coverage: p.Coverage}
	if slices.ContainsFunc(p.Coverage, func(c TableCoverage) bool { return c.Searched }) {
		s.Outcome = NoMatch
	}
	if len(p.Timeline) > 0 {
		if err := r.search(ctx, p, s, emit); err != nil {
			return nil, err
		}
	}
	s.Elapsed = r.clock().Sub(start)
	return s, nil
}

func (r *Runner) search(ctx context.Context, p *Plan, s *Summary, emit func(Event) error) error {
	tally := newTally(p.Statistics.fields)
	more, err := r.timeline(ctx, p, s, func(e Event) error {
		tally.add(e)
		s.Returned++
		return emit(e)
	})
	if err != nil {
		return fmt.Errorf("read the timeline: %w", err)
	}
	if more {
		if tally, err = r.statistics(ctx, p, s); err != nil {
			return fmt.Errorf("count the events: %w", err)
		}
	}
	tally.fill(s)
	if s.Matched > 0 {
		s.Outcome = Found
	}
	return nil
}

// timeline gives the first events up to the request's limit and tells whether there are more.
func (r *Runner) timeline(ctx context.Context, p *Plan, s *Summary, emit func(Event) error) (more bool, err error) {
	streams := make([]*stream, 0, len(p.Timeline))
	defer func() {
		for _, st := range streams {
			stats, closeErr := st.rows.Close()
			s.add(stats)
			err = errors.Join(err, closeErr)
		}
	}()
	matcher := newMatcher(p.Request.Indicators)
	for _, q := range p.Timeline {
		st, err := r.start(ctx, p, q, s)
		if err != nil {
			return false, err
		}
		streams = append(streams, &stream{rows: st, decoder: decoder{fields: q.fields, matcher: matcher}})
	}
	before := newer
	if p.Request.Oldest {
		before = older
	}
	next, err := merge(streams, before)
	for given := 0; err == nil; given++ {
		var e Event
		if e, err = next(); err != nil {
			break
		}
		if given == p.Request.Limit {
			return true, nil
		}
		err = emit(e)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return false, err
}

func (r *Runner) start(ctx context.Context, p *Plan, q Query, s *Summary) (engine.Rows, error) {
	statement := q.In(r.engine.Dialect())
	s.SQL = append(s.SQL, statement.SQL)
	rows, err := r.engine.Query(ctx, statement)
	if err != nil || p.stays == nil || statement.SQL != q.Athena {
		return rows, err
	}
	if err := p.stays(ctx); err != nil {
		_, closeErr := rows.Close()
		return nil, errors.Join(err, closeErr)
	}
	return rows, nil
}

// statistics counts all the events that match.
func (r *Runner) statistics(ctx context.Context, p *Plan, s *Summary) (*tally, error) {
	rows, err := r.start(ctx, p, *p.Statistics, s)
	if err != nil {
		return nil, err
	}
	t := newTally(p.Statistics.fields)
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = t.addCounted(row)
		}
		if err != nil {
			_, closeErr := rows.Close()
			return nil, errors.Join(err, closeErr)
		}
	}
	stats, err := rows.Close()
	s.add(stats)
	return t, err
}
