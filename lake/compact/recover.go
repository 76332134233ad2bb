package compact

import (
	"context"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// recover finishes what a run that died has left: batches that were planned and not committed. One that can be
// repeated exactly is; one whose mapping has changed or whose objects are gone is undone, and what is left of its
// objects is found again as new.
func (r *run) recover(ctx context.Context) error {
	unfinished, err := r.cfg.Catalog.Unfinished(ctx)
	if err != nil {
		return fmt.Errorf("look for unfinished batches: %w", err)
	}
	inOrder(unfinished)
	var again []catalog.Batch
	for _, b := range unfinished {
		if len(b.Retry) > 0 {
			continue // a retry of quarantined records is repeated by the next retry
		}
		ok, err := r.repeatable(ctx, b)
		if err != nil {
			return err
		}
		if !ok {
			if err := r.worker().undo(ctx, b); err != nil {
				return err
			}
			continue
		}
		if err := r.ensureTable(ctx, b.Table); err != nil {
			return err
		}
		again = append(again, b)
	}
	return r.convertAll(ctx, again)
}

// repeatable tells whether a batch would give the same rows again.
func (r *run) repeatable(ctx context.Context, b catalog.Batch) (bool, error) {
	s, err := r.cfg.Sources.ByName(b.Table)
	if err != nil || s.Version != b.MappingVersion {
		return false, nil
	}
	for _, o := range b.Objects {
		now, err := r.stat(ctx, o.Key)
		if errors.Is(err, raw.ErrNotFound) {
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
