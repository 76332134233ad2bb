package compact

import (
	"context"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// repeatable tells whether a batch gives the rows that it was planned for: its mapping and its objects are what they
// were, and may be read. Nothing is lost with the plan of one whose objects are out of reach: they are found as new once
// they are not, and until then are told of as what could not be read. The objects of one that was planned since the run
// began are looked at when they are read.
func (r *run) repeatable(ctx context.Context, b catalog.Batch) (bool, error) {
	s, err := r.cfg.Sources.ByName(b.Table)
	if err != nil || s.Version != b.MappingVersion {
		return false, nil
	}
	if b.PlannedAt.After(r.started) {
		return true, nil
	}
	for _, o := range b.Objects {
		now, err := raw.Stat(ctx, r.cfg.Raw, o.Key)
		if errors.Is(err, raw.ErrNotFound) || errors.Is(err, raw.ErrRefused) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("look for object %s of unfinished batch %s: %w", o.Key, b.ID, err)
		}
		if now.Size != o.Size || now.ETag != o.ETag && changedTag(now) != o.ETag {
			return false, nil
		}
	}
	return true, nil
}
