package correlate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/lake/engine"
)

// Runner runs plans on an engine.
type Runner struct {
	engine   engine.Engine
	clock    func() time.Time
	together int
}

// NewRunner makes a runner.
func NewRunner(e engine.Engine, clock func() time.Time) *Runner {
	return &Runner{engine: e, clock: clock, together: 1}
}

// Together is a runner that has so many statements run at a time, for an engine whose statements run elsewhere.
func (r *Runner) Together(statements int) *Runner {
	out := *r
	out.together = statements
	return &out
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
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	streams, err := r.startAll(ctx, p, s)
	defer func() {
		for _, st := range streams {
			stats, closeErr := st.rows.Close()
			s.add(stats)
			err = errors.Join(err, closeErr)
		}
	}()
	if err != nil {
		return false, err
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

// startAll starts the statements of the timeline. With an error come the streams that were started all the same.
func (r *Runner) startAll(ctx context.Context, p *Plan, s *Summary) ([]*stream, error) {
	matcher := newMatcher(p.Request.Indicators)
	all := make([]*stream, len(p.Timeline))
	group, during := errgroup.WithContext(ctx)
	group.SetLimit(r.together)
	for i, q := range p.Timeline {
		statement := q.In(r.engine.Dialect())
		s.SQL = append(s.SQL, statement.SQL)
		group.Go(func() error {
			if err := during.Err(); err != nil {
				return err
			}
			// Rows live on when all have started, so that they hang on ctx.
			rows, err := r.start(ctx, p, q, statement)
			if err == nil {
				all[i] = &stream{rows: rows, decoder: decoder{fields: q.fields, matcher: matcher}}
			}
			return err
		})
	}
	err := group.Wait()
	return slices.DeleteFunc(all, func(st *stream) bool { return st == nil }), err
}

func (r *Runner) start(ctx context.Context, p *Plan, q Query, statement engine.Statement) (engine.Rows, error) {
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
	statement := p.Statistics.In(r.engine.Dialect())
	s.SQL = append(s.SQL, statement.SQL)
	rows, err := r.start(ctx, p, *p.Statistics, statement)
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
