package renormalise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/table"
)

// stale is a day with rows of another version than its source's mapping.
type stale struct {
	catalog.Partition
	source *source.Compiled
}

// versionColumn says which version of its source's mapping has made a row.
const versionColumn = "mapping_version"

// plan finds the days to rebuild, the newest first. It reads the footers of their files.
func (r *run) plan(ctx context.Context, sel Selection) (days []stale, err error) {
	for _, name := range sel.Sources {
		if _, err := r.cfg.Sources.ByName(name); err != nil {
			return nil, err
		}
	}
	partitions, err := r.cfg.Catalog.Coverage(ctx, sel.Sources, sel.FromDay, sel.ToDay)
	if err != nil {
		return nil, fmt.Errorf("list the days: %w", err)
	}
	for _, p := range partitions {
		s, err := r.cfg.Sources.ByName(p.Table)
		if err != nil || p.Files == 0 {
			continue // its source's definition is not given: there is no other version
		}
		files, err := r.cfg.Catalog.Files(ctx, catalog.FileQuery{Tables: []string{p.Table}, FromDay: p.Day, ToDay: p.Day})
		if err != nil {
			return nil, fmt.Errorf("look at the files of %s/%s: %w", p.Table, p.Day, err)
		}
		old, err := r.anyOld(ctx, files, s.Version)
		if err != nil {
			return nil, err
		}
		if old {
			days = append(days, stale{p, s})
		}
	}
	slices.SortStableFunc(days, func(a, b stale) int { return cmp.Compare(b.Day, a.Day) })
	return days, nil
}

// anyOld tells whether one of the files has rows of another version.
func (r *run) anyOld(ctx context.Context, files []catalog.File, version string) (bool, error) {
	for _, f := range files {
		body, err := raw.OpenRandom(ctx, r.cfg.Lake, f.Path, f.Bytes, "")
		if errors.Is(err, raw.ErrNotFound) {
			continue // a merge has replaced it meanwhile, or "verify" tells
		}
		if err != nil {
			return false, err
		}
		least, greatest, err := table.Range(body, f.Bytes, versionColumn)
		closed := body.Close()
		if errors.Is(err, table.ErrMismatch) {
			return true, closed // it does not say, so that its day is made anew, or fails alone
		}
		if err = errors.Join(err, closed); err != nil {
			return false, fmt.Errorf("look at %s: %w", f.Path, err)
		}
		if least != version || greatest != version {
			return true, nil
		}
	}
	return false, nil
}
