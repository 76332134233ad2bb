package merge

import (
	"context"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
)

// estimate reports what merges of days would do, by the footers of their files.
func (r *run) estimate(ctx context.Context, jobs []job) error {
	var failures []error
	for _, j := range jobs {
		d, err := r.foresee(ctx, j)
		if err != nil {
			err = fmt.Errorf("estimate %s/%s: %w", j.Table, j.Day, err)
			failures = append(failures, err)
			r.report.fail(j, err)
			continue
		}
		r.report.Days = append(r.report.Days, d)
		r.report.progress(j.Table, j.Day, j.Rows, j.Bytes)
	}
	return errors.Join(failures...)
}

// foresee estimates one day. What lies around the pages grows with row groups and columns, not with rows; pages stay as
// large as they are, which is more than they will be when many rows share a dictionary.
func (r *run) foresee(ctx context.Context, j job) (Day, error) {
	var all table.Shape
	for _, f := range j.files {
		body, err := raw.OpenRandom(ctx, r.cfg.Lake, f.Path, f.Bytes, "")
		if err != nil {
			return Day{}, fmt.Errorf("open %s: %w", f.Path, err)
		}
		s, err := table.ShapeOf(body, f.Bytes)
		if err = errors.Join(err, body.Close()); err != nil {
			return Day{}, &DamagedError{f.Path, err}
		}
		all.RowGroups += s.RowGroups
		all.Data += s.Data
		all.Unpacked += s.Unpacked
	}
	d := dayOf(j, true, j.reason)
	d.FilesAfter, d.To, d.GroupsBefore = j.count, j.Generation+1, all.RowGroups
	d.GroupsAfter = max(d.FilesAfter, (j.Rows+maxGroupRows-1)/maxGroupRows, all.Unpacked/(2*r.cfg.GroupBytes))
	around := (j.Bytes - all.Data) / max(all.RowGroups, 1)
	if r.rules().remote(j.Bytes) {
		d.By = byAthena
		if r.cfg.Remote.Price != nil {
			d.MicroUSD = r.cfg.Remote.Price(j.Bytes)
		}
	}
	d.BytesAfter = min(j.Bytes, all.Data+around*d.GroupsAfter)
	return d, nil
}
