package crashtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/faulty"
)

// Between two steps of one that works on the lake, another does all of something: right before a call by which the first
// changes what there is, when it has already looked.
func TestDeedsBetweenTheStepsOfOthersLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	between(t, "")
}

// The same with a catalog on PostgreSQL.
func TestDeedsBetweenTheStepsOfOthersLoseAndDoubleNothingOnPostgreSQL(t *testing.T) {
	t.Parallel()
	between(t, schema(t, server(t)))
}

func between(t *testing.T, catalogURL string) {
	p := begin(t, catalogURL)
	p.arrive(6)
	rounds, round, struck := min(4*wanted(), 400), 0, 0
	for ; round < rounds || struck < rounds/10; round++ { // the dice may give few rounds in which somebody comes between
		if round == 10*rounds {
			t.Fatal("hardly ever was anybody interrupted")
		}
		if round == rounds/2 {
			p.must(p.mend())
		}
		p.must(p.pass(time.Duration(p.dice.IntN(30)) * time.Minute))
		if p.interrupted() {
			struck++
		}
	}
	p.Logf("in %d of %d rounds something was done between the steps of others", struck, round)
	p.settle()
}

// interrupted lets one do something that another interrupts.
func (p *play) interrupted() (struck bool) {
	p.Helper()
	one, two := p.session("one"), p.session("two")
	defer one.close()
	defer two.close()
	for _, s := range []*session{one, two} {
		s.wait = func(ctx context.Context, d time.Duration) error { return errors.Join(ctx.Err(), p.pass(d)) }
	}
	p.arrive(p.dice.IntN(2))
	at := []faulty.Call{faulty.Commit, faulty.Swap, faulty.Swap, faulty.Expire, faulty.Restore, faulty.Collect, faulty.Forget, faulty.Plan, faulty.Stage}[p.dice.IntN(9)]
	one.catalog = faulty.New(one.catalog).Pass(at, p.dice.IntN(3)).Meanwhile(at, func() {
		struck = true
		p.arrive(1)
		if err := two.work(p.Context(), p.dice, 2); err != nil && !inTheWay(err) {
			p.Errorf("who came between at %s: %v", at, err)
		}
	}).Store()
	if err := one.work(p.Context(), p.dice, 3); err != nil && !inTheWay(err) {
		p.Errorf("who was interrupted at %s: %v", at, err)
	}
	return struck
}
