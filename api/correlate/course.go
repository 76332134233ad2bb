package correlate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/lake/engine"
)

// attempts is how often a request is run when files that it was to read keep going.
const attempts = 3

// course is a request on its way, over more than one plan where files go meanwhile.
type course struct {
	plan    *Plan
	attempt int
	begun   bool // events of this attempt were given, which cannot be taken back
	sum     *Summary
	lost    Summary // the statements, and their cost, of attempts that did not last
}

// lasting does something by the plan, and again by a new one when files of the plan have gone. What it took, it adds to a
// summary of its own.
func (c *course) lasting(ctx context.Context, do func(ctx context.Context, p *Plan, took *Summary) error) error {
	for {
		var took Summary
		err := do(engine.Anew(ctx, c.attempt), c.plan, &took)
		switch {
		case err == nil:
			c.sum.also(&took)
			return nil
		case !errors.Is(err, engine.ErrStale) || c.begun || c.plan.again == nil:
			return err
		case c.attempt == attempts:
			return fmt.Errorf("%w, in %d attempts", err, attempts)
		}
		c.lost.also(&took)
		c.attempt++
		if c.plan, err = c.plan.anew(ctx); err != nil {
			return err
		}
	}
}

// summary is what was found, and what all of it took: first what the answer comes of.
func (c *course) summary() *Summary {
	c.sum.also(&c.lost)
	return c.sum
}

// outcomeOf is the outcome where nothing has matched.
func outcomeOf(coverage []TableCoverage) Outcome {
	if slices.ContainsFunc(coverage, func(c TableCoverage) bool { return c.Searched }) {
		return NoMatch
	}
	return NoData
}
