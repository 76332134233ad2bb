package crashtest

import (
	"context"
	"math/rand/v2"

	"github.com/hindcast/hindcast/lake/merge"
)

func (s *session) mergeConfig() merge.Config {
	return merge.Config{
		Lake: s.lake, Catalog: s.catalog, Work: s.path("work", s.name, "merge"), Owner: owner(s.name), Now: s.now, Alive: s.alive, Delay: delay,
	}
}

func (s *session) merge(ctx context.Context, _ *rand.Rand) error {
	_, err := merge.Run(ctx, s.mergeConfig(), merge.Selection{All: true})
	return err
}

// nothingToMerge makes sure that a merge finds nothing to do.
func (p *play) nothingToMerge(s *session) {
	p.Helper()
	report, err := merge.Run(p.Context(), s.mergeConfig(), merge.Selection{All: true})
	p.must(err)
	if report.Merged > 0 || report.Failed > 0 {
		p.Errorf("something was left to merge: %+v", report)
	}
}
