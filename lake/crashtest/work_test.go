package crashtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/retain"
	"github.com/hindcast/hindcast/lake/trash"
)

// delay is for how long files that were replaced or expired stay.
const delay = 30 * time.Minute

// deed is something that is done to a lake.
type deed struct {
	name string
	do   func(s *session, ctx context.Context, dice *rand.Rand) error
}

// deeds stand here as often as they are done.
var deeds = []deed{
	{"compact", (*session).compact}, {"compact", (*session).compact}, {"compact", (*session).compact},
	{"merge", (*session).merge}, {"merge", (*session).merge}, {"merge", (*session).merge},
	{"retry", (*session).retry},
	{"expire", (*session).expire}, {"restore", (*session).restore},
}

// work does deeds in an order of the dice until one fails, or so many are done.
func (s *session) work(ctx context.Context, dice *rand.Rand, n int) error {
	for range n {
		d := deeds[dice.IntN(len(deeds))]
		if err := d.do(s, ctx, dice); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

func (s *session) config() compact.Config {
	return compact.Config{
		Raw: s.raw, Lake: s.lake, Catalog: s.catalog, Sources: s.sources, Work: s.path("work", s.name),
		Owner: owner(s.name), Now: s.now, Alive: s.alive, Wait: s.wait, Workers: 2, BatchBytes: 1 << 10,
	}
}

func (s *session) compact(ctx context.Context, _ *rand.Rand) error {
	report, err := compact.Run(ctx, s.config(), compact.Selection{})
	if err == nil && report.Failed > 0 {
		err = fmt.Errorf("%d objects failed: %+v", report.Failed, report.Problems)
	}
	return err
}

func (s *session) retry(ctx context.Context, _ *rand.Rand) error {
	_, err := compact.Retry(ctx, s.config(), catalog.QuarantineFilter{})
	return err
}

func (s *session) keeper() *retain.Keeper { return retain.NewKeeper(s.catalog, s.lake, "", s.now) }

func (s *session) expire(ctx context.Context, _ *rand.Rand) error {
	_, err := s.keeper().Apply(ctx, retain.Config{
		Store: s.catalog, Owner: owner(s.name), Delay: delay,
		Empty: func(ctx context.Context) (retain.Deleted, error) {
			r, err := trash.Empty(ctx, s.catalog, s.lake)
			return retain.Deleted{Files: r.Files, Bytes: r.Bytes}, err
		},
	})
	return err
}

// restore puts one of the expired days back, unless it is gone.
func (s *session) restore(ctx context.Context, dice *rand.Rand) error {
	expired, err := s.catalog.Expired(ctx)
	if err != nil || len(expired) == 0 {
		return err
	}
	e := expired[dice.IntN(len(expired))]
	err = retain.Restore(ctx, s.catalog, e.Table, e.Day)
	if errors.Is(err, catalog.ErrNotFound) || errors.Is(err, retain.ErrGone) {
		return nil
	}
	return err
}
