package correlate

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// Run gives the plan's events to emit, in the order that the request wants, and sums them up. An error of emit ends it.
// Where files of the plan go meanwhile, the request is planned and run anew, a few times: engine.ErrStale when they keep going.
//
// A second scan is made only when the timeline was cut off: else its events tell the counts as well.
func (r *Runner) Run(ctx context.Context, p *Plan, emit func(Event) error) (*Summary, error) {
	start := r.clock()
	c := &course{plan: p, attempt: 1, sum: &Summary{}}
	if err := r.search(ctx, c, emit); err != nil {
		return nil, err
	}
	s := c.summary()
	s.Elapsed = r.clock().Sub(start)
	return s, nil
}

func (r *Runner) search(ctx context.Context, c *course, emit func(Event) error) error {
	var counts *tally
	more, s := false, c.sum
	err := c.lasting(ctx, func(ctx context.Context, p *Plan, took *Summary) (err error) {
		s.Outcome, s.Coverage, s.Warnings = outcomeOf(p.Coverage), p.Coverage, p.Warnings
		if counts, more = newTally(nil), false; len(p.Timeline) == 0 {
			return nil
		}
		counts = newTally(p.Statistics.fields)
		more, err = r.timeline(ctx, p, took, func(e Event) error {
			counts.add(e)
			s.Returned++
			c.begun = true
			return emit(e)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("read the timeline: %w", err)
	}
	if more {
		c.begun = false // the events were all given, whatever becomes of the counts
		err = c.lasting(ctx, func(ctx context.Context, p *Plan, took *Summary) (err error) {
			s.warn(p.Warnings)
			counts, err = r.statistics(ctx, p, took)
			return err
		})
		if err != nil {
			return fmt.Errorf("count the events: %w", err)
		}
	}
	counts.fill(s)
	if s.Matched > 0 {
		s.Outcome = Found
	}
	return nil
}

// timeline gives the first events up to the request's limit and tells whether there are more.
func (r *Runner) timeline(ctx context.Context, p *Plan, took *Summary, emit func(Event) error) (more bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	streams, err := r.startAll(ctx, p, took)
	defer func() {
		for _, st := range streams {
			stats, closeErr := st.rows.Close()
			took.add(stats)
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
func (r *Runner) startAll(ctx context.Context, p *Plan, took *Summary) (streams []*stream, err error) {
	matcher := newMatcher(p.Request.Indicators)
	all := make([]started, len(p.Timeline))
	group, during := errgroup.WithContext(ctx)
	group.SetLimit(r.together)
	for i, q := range p.Timeline {
		group.Go(func() error {
			if err := during.Err(); err != nil {
				return err
			}
			all[i] = r.start(ctx, p, q) // rows live on when all have started, so that they hang on ctx
			return all[i].err
		})
	}
	err = group.Wait()
	for i, st := range all {
		took.ran(st)
		if st.rows != nil {
			streams = append(streams, &stream{rows: st.rows, decoder: decoder{fields: p.Timeline[i].fields, matcher: matcher}})
		}
	}
	return streams, err
}

// started is a statement that was started, or tried to be.
type started struct {
	sql  string      // empty for one that was not even tried
	rows engine.Rows // nil with an error
	err  error
}

// start starts a statement. One that has read by the names of files fails if they have gone meanwhile.
func (r *Runner) start(ctx context.Context, p *Plan, q Query) started {
	statement := q.In(r.engine.Dialect())
	out := started{sql: statement.SQL}
	if out.rows, out.err = r.engine.Query(ctx, statement); out.err != nil || p.stays == nil || statement.SQL != q.Athena {
		return out
	}
	if err := p.stays(ctx); err != nil {
		stats, closeErr := out.rows.Close()
		out.rows, out.err = nil, &engine.FailedError{Stats: stats, Err: errors.Join(err, closeErr)}
	}
	return out
}

// statistics counts all the events that match.
func (r *Runner) statistics(ctx context.Context, p *Plan, took *Summary) (*tally, error) {
	if p.Statistics == nil {
		return nil, fmt.Errorf("%w: no data of the time range is left", engine.ErrStale) // it has expired
	}
	st := r.start(ctx, p, *p.Statistics)
	took.ran(st)
	if st.err != nil {
		return nil, st.err
	}
	t := newTally(p.Statistics.fields)
	for {
		row, err := st.rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = t.addCounted(row)
		}
		if err != nil {
			_, closeErr := st.rows.Close()
			return nil, errors.Join(err, closeErr)
		}
	}
	stats, err := st.rows.Close()
	took.add(stats)
	return t, err
}
