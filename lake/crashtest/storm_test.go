package crashtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/raw"
	storefaulty "github.com/hindcast/hindcast/lake/raw/faulty"
)

// Everything that is done to a lake meets faults of the buckets and of the catalog, by dice: it may fail, but nothing may
// be lost or doubled, and what follows mends what was left.
func TestFaultsByDiceLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	storm(t, "")
}

// The same with a catalog on PostgreSQL.
func TestFaultsByDiceLoseAndDoubleNothingOnPostgreSQL(t *testing.T) {
	t.Parallel()
	storm(t, schema(t, server(t)))
}

func storm(t *testing.T, catalogURL string) {
	p := begin(t, catalogURL)
	p.arrive(4)
	failed, met, rounds, round := 0, 0, min(2*wanted(), 400), 0
	for ; round < rounds || failed == 0 || met == 0; round++ { // the dice may give few faults
		if round == 10*rounds {
			t.Fatal("the faults did nothing")
		}
		if round == rounds/2 {
			p.must(p.mend())
		}
		p.arrive(p.dice.IntN(3))
		p.must(p.pass(time.Duration(p.dice.IntN(90)) * time.Minute))
		f, m := p.gust(round)
		failed, met = failed+f, met+m
	}
	p.Logf("%d deeds failed in %d rounds; buckets met %d faults", failed, round, met)
	p.settle()
}

// gust does a few deeds among faults.
func (p *play) gust(round int) (failed, met int) {
	p.Helper()
	s := p.session(fmt.Sprintf("gust%d", round%3))
	defer s.close()
	s.wait = func(ctx context.Context, d time.Duration) error { return errors.Join(ctx.Err(), p.pass(d)) }
	dice := &sharedDice{dice: rand.New(rand.NewPCG(p.dice.Uint64(), 4))}
	under, lake := storefaulty.Wrap(p.raw), storefaulty.Wrap(s.lake)
	p.weather(under, dice)
	p.weather(lake, dice)
	s.raw, s.lake = raw.Bucket(under), raw.Store(lake)
	if p.dice.IntN(2) == 0 {
		s.raw, s.lake = patient(under), patient(lake)
	}
	b := faulty.New(s.catalog)
	if p.dice.IntN(6) == 0 {
		slow := []faulty.Call{faulty.Commit, faulty.Swap, faulty.Claim, faulty.Files, faulty.Plan}[p.dice.IntN(5)]
		b = b.Pass(slow, p.dice.IntN(4)).Hang(slow, 1)
	}
	s.catalog = b.Moody(func(faulty.Call) error {
		switch dice.roll(50) {
		case 0:
			return errMoment
		case 1:
			return faulty.ErrLost
		}
		return nil
	}).Store()
	for range 5 {
		ctx, cancel := context.WithTimeout(p.Context(), time.Second)
		if err := s.work(ctx, p.dice, 1); err != nil {
			failed++
		}
		cancel()
	}
	return failed, under.Met() + lake.Met()
}

// weather makes some of a bucket's calls meet a fault, each kind as often as another.
func (p *play) weather(b *storefaulty.Bucket, dice *sharedDice) {
	b.ListLate(p.dice.IntN(2))
	rarely := func() bool { return dice.roll(150) == 0 }
	for _, op := range []storefaulty.Op{storefaulty.List, storefaulty.Open, storefaulty.Stat, storefaulty.Put, storefaulty.Delete} {
		on := func() *storefaulty.Fault { return b.On(op).Times(storefaulty.Forever).Chance(rarely) }
		on().Fail(errMoment)
		on().Throttle(time.Millisecond)
		on().LoseAnswer(errMoment)
		on().Partial(40, errMoment)
		on().Partial(40, io.EOF)
		b.On(op).Chance(rarely).Hang()
	}
	b.On(storefaulty.Open).Chance(rarely).Stall(40)
}

// sharedDice are thrown by several goroutines.
type sharedDice struct {
	mu   sync.Mutex
	dice *rand.Rand
}

func (d *sharedDice) roll(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dice.IntN(n)
}
