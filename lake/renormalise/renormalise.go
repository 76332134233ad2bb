package renormalise

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// Catalog is what it takes of the catalog.
type Catalog interface {
	merge.Catalog
	EnsureTable(ctx context.Context, t catalog.Table) error
	Seen(ctx context.Context, keys []string) (map[string]catalog.ObjectResult, error)
}

// Config is what days are rebuilt with.
type Config struct {
	Raw     raw.Bucket
	Lake    raw.Store
	Catalog Catalog
	Sources *source.Set
	Enrich  *enrich.Set // nil enriches nothing
	Limits  raw.Limits  // of raw objects
	Work    string      // a local folder for files in the making
	Owner   string      // who holds the leases: host and process
	Now     func() time.Time
	Alive   func(owner string) bool
	Delay   time.Duration // how long replaced files stay for the queries that read them
	Watch   func(Day)     // is told of each day when it is done; may be nil
}

// Selection says which days to look at. The zero value means all.
type Selection struct {
	Sources        []string
	FromDay, ToDay string // both inclusive; empty is unbounded
	DryRun         bool
}

// Day is what became of a day, or would.
type Day struct {
	Table   string `json:"table"`
	Day     string `json:"day"`
	Version string `json:"mapping_version"` // of today
	Rows    int64  `json:"rows"`
	Rebuilt int64  `json:"rebuilt"`
	Kept    Kept   `json:"kept"`
	Error   string `json:"error,omitempty"`
}

// Kept counts rows that stay as an earlier mapping made them, by why.
type Kept struct {
	Gone     int64 `json:"object_gone"`
	Changed  int64 `json:"object_changed"`
	Rejected int64 `json:"rejected_now"` // or no record of the object any more
	Moved    int64 `json:"on_another_day"`
}

// Total is how many rows stay.
func (k Kept) Total() int64 { return k.Gone + k.Changed + k.Rejected + k.Moved }

// Report is what a run did, or would do.
type Report struct {
	Days    []Day `json:"days"`
	Rebuilt int64 `json:"rows_rebuilt"`
	Kept    int64 `json:"rows_kept"`
	Failed  int64 `json:"days_failed"`
	Busy    int64 `json:"days_busy"` // that somebody merges
}

// Run rebuilds the days that have rows of another version, the newest first. A day that cannot be rebuilt is left as it is
// and told in the report; the error is then of all such days.
func Run(ctx context.Context, cfg Config, sel Selection) (*Report, error) {
	r := &run{cfg: cfg, report: &Report{Days: []Day{}}}
	days, err := r.plan(ctx, sel)
	if err != nil {
		return r.report, err
	}
	if sel.DryRun {
		for _, d := range days {
			r.report.Days = append(r.report.Days, Day{Table: d.Table, Day: d.Day, Version: d.source.Version, Rows: d.Rows})
		}
		return r.report, nil
	}
	var failures []error
	for _, d := range days {
		if err := context.Cause(ctx); err != nil {
			return r.report, errors.Join(append(failures, err)...)
		}
		if err := r.day(ctx, d); err != nil {
			failures = append(failures, err)
		}
	}
	return r.report, errors.Join(failures...)
}

type run struct {
	cfg    Config
	report *Report
}

// day rebuilds one day. One that somebody merges is left to the next run.
func (r *run) day(ctx context.Context, d stale) error {
	t := catalog.TableOf(d.source.Name, d.source.Title, d.source.Schema())
	if err := r.cfg.Catalog.EnsureTable(ctx, t); err != nil {
		return fmt.Errorf("table %s: %w", d.Table, err)
	}
	b := &rebuild{cfg: r.cfg, source: d.source}
	made, err := merge.Rewrite(ctx, merge.Config{
		Lake: r.cfg.Lake, Catalog: r.cfg.Catalog, Work: r.cfg.Work, Owner: r.cfg.Owner, Now: r.cfg.Now, Alive: r.cfg.Alive, Delay: r.cfg.Delay,
	}, d.Table, d.Day, merge.Rewriting{Name: "mapping " + d.source.Version, Make: b.rows})
	day := Day{Table: d.Table, Day: d.Day, Version: d.source.Version, Rows: made.Rows, Rebuilt: b.rebuilt, Kept: b.kept}
	var held *catalog.HeldError
	switch {
	case errors.As(err, &held):
		r.report.Busy++
		return nil
	case err != nil:
		day.Error = err.Error()
		r.report.Failed++
	default:
		r.report.Rebuilt += day.Rebuilt
		r.report.Kept += day.Kept.Total()
	}
	r.report.Days = append(r.report.Days, day)
	if r.cfg.Watch != nil {
		r.cfg.Watch(day)
	}
	return err
}
