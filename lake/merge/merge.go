package merge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/lease"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
	"github.com/hindcast/hindcast/lake/trash"
)

// Catalog is what a merge asks of the catalog.
type Catalog interface {
	Table(ctx context.Context, name string) (catalog.Table, error)
	Partition(ctx context.Context, table, day string) (catalog.Partition, error)
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error)
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
	catalog.Trash
	Swap(ctx context.Context, s catalog.Swap) error
	catalog.Leases
}

// Config is what a merge works with.
type Config struct {
	Lake    raw.Store
	Catalog Catalog
	Work    string           // a local folder for files in the making
	Owner   string           // who holds the leases: host and process
	Now     func() time.Time // the clock
	Alive   func(owner string) bool

	TargetBytes int64         // of a file; 0 is the default of 256 MB
	Grace       time.Duration // how long after its end a day is taken to be still written to
	Delay       time.Duration // how long replaced files stay for the queries that read them
	InputBytes  int64         // memory for what is read; 0 is the default
	GroupBytes  int64         // memory of the rows of a row group; 0 is the default
	Watch       func(Progress)
	Observe     *observe.Recorder // nil if nobody wants metrics or traces
	Remote      *Remote           // who merges days that are too large for this machine; nil for nobody
}

const (
	defaultTarget = 256 << 20
	defaultInput  = 96 << 20
	defaultGroup  = 40 << 20

	// unfinishedDelay is when files of a merge are deleted that was never repeated.
	unfinishedDelay = 24 * time.Hour
)

func (c Config) withDefaults() Config {
	if c.TargetBytes <= 0 {
		c.TargetBytes = defaultTarget
	}
	if c.InputBytes <= 0 {
		c.InputBytes = defaultInput
	}
	if c.GroupBytes <= 0 {
		c.GroupBytes = defaultGroup
	}
	return c
}

// Selection says which days to look at. The zero value means all that are no longer written to.
type Selection struct {
	Tables         []string // only these
	FromDay, ToDay string   // both inclusive; empty is unbounded
	All            bool     // days that are still written to as well
	DryRun         bool
}

// Run merges the days that gain by it, the newest first. A day that cannot be merged is left as it is and told in the
// report; the error is then of all such days.
func Run(ctx context.Context, cfg Config, sel Selection) (*Report, error) {
	r := &run{cfg: cfg.withDefaults(), sel: sel, report: newReport(cfg.Watch)}
	started := cfg.Now()
	err := r.run(ctx)
	r.report.finish(cfg.Now().Sub(started))
	return r.report, err
}

// run is one run of merges.
type run struct {
	cfg     Config
	sel     Selection
	report  *Report
	readers *table.Readers
}

// run empties the trash and merges. What cannot be deleted keeps no day from being merged.
func (r *run) run(ctx context.Context) error {
	if r.sel.DryRun {
		return r.merge(ctx)
	}
	var err error
	if r.report.Deleted, err = trash.Empty(ctx, r.cfg.Catalog, r.cfg.Lake); err != nil {
		err = fmt.Errorf("empty the trash: %w", err)
	}
	return errors.Join(r.merge(ctx), err)
}

func (r *run) merge(ctx context.Context) error {
	jobs, err := r.plan(ctx)
	if err != nil {
		return err
	}
	if r.sel.DryRun {
		return r.estimate(ctx, jobs)
	}
	if r.readers, err = table.NewReaders(); err != nil {
		return err
	}
	defer r.readers.Close()
	var failures []error
	for _, j := range jobs {
		if err := context.Cause(ctx); err != nil {
			return errors.Join(append(failures, err)...)
		}
		if err := r.day(ctx, j); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// day merges one day under its lease. One that another merge works on is left to that.
func (r *run) day(ctx context.Context, j job) error {
	hold, err := r.hold(ctx, catalog.PartitionLease(j.Table, j.Day))
	var held *catalog.HeldError
	if errors.As(err, &held) {
		r.report.leave(j, fmt.Sprintf("%s works on it", held.Lease.Owner))
		return nil
	}
	if err == nil {
		err = hold.Blame(r.held(hold, j))
		hold.Release()
	}
	if err != nil {
		err = fmt.Errorf("merge %s/%s: %w", j.Table, j.Day, err)
		r.report.fail(j, err)
	}
	return err
}

// held looks at a day again, now that nobody else can merge it, and merges it.
func (r *run) held(hold *lease.Taken, j job) error {
	s, err := r.snapshot(hold.Context(), j.Table, j.Day)
	if err != nil {
		return err
	}
	rules := r.rules()
	now := rules.decide(s)
	if !now.merge {
		r.report.leave(job{s, now}, now.reason)
		return nil
	}
	d := &dayMerge{run: r, hold: hold, snapshot: s}
	make := d.merge
	if rules.remote(s.Bytes) {
		seen, err := r.seen(hold.Context(), s)
		if err != nil {
			return err
		}
		if !seen {
			r.report.leave(job{s, now}, unseen)
			return nil
		}
		make = d.unload
	}
	_, span := r.cfg.Observe.Start(hold.Context(), observe.Merge, observe.Of(j.Table), observe.On(j.Day))
	result, err := make()
	span.Say(observe.Count("rows", result.rows()), observe.Count("bytes", result.bytes()))
	if span.End(err) != nil {
		return err
	}
	r.report.merged(job{s, now}, result)
	return nil
}
