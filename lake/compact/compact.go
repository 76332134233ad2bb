package compact

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// Catalog is what a compaction asks of the catalog.
type Catalog interface {
	catalog.Tables
	catalog.Ledger
	catalog.Files
	catalog.Leases
	catalog.Quarantine
	catalog.Work
}

// Config is what a compaction works with.
type Config struct {
	Raw     raw.Bucket
	Lake    raw.Store
	Catalog Catalog
	Sources *source.Set
	Enrich  *enrich.Set             // nil for none
	Work    string                  // a local folder for files in the making, of this lake's compactions alone: each run makes its own in it
	Owner   string                  // who holds leases: host and process
	Now     func() time.Time        // the clock
	Alive   func(owner string) bool // whether an owner of leases may still live; nil if nobody knows

	Wait func(ctx context.Context, d time.Duration) error // nil waits by the system's clock

	Limits      raw.Limits // of raw objects
	Workers     int
	BatchBytes  int64 // stored bytes of a batch's objects; 0 is the default
	BufferBytes int64 // memory of a worker's rows before they are written; 0 is the default
	Watch       func(Progress)
	Observe     *observe.Recorder // nil if nobody wants metrics or traces
}

const (
	defaultBatchBytes  = 64 << 20
	defaultBufferBytes = 48 << 20
	maxBatchObjects    = 10_000
)

// Selection says which raw objects to look at. The zero value means all.
type Selection struct {
	Sources []string // only these
	Since   time.Time
	Keys    iter.Seq2[raw.Named, error] // only these, in place of a listing; may be gone through more than once
	Order   Order
	DryRun  bool

	Left func(Left) // is told of each object that was looked at and left out, one at a time; may be nil
}

// Left is a raw object that was looked at and is in no batch as it is now.
type Left struct {
	Key    string
	Reason string
	Again  bool // it could not be read: another run tries it again
	Busy   bool // a run is at work on it that began when it had other contents: those it has now are yet to be looked at
}

// Order says which batches come first, of those that are planned together and of those that wait already.
type Order string

// Orders, by the days of delivery. What is planned as it is found comes before what is planned in another order: it has
// just arrived.
const (
	AsFound     Order = ""
	NewestFirst Order = "newest"
	OldestFirst Order = "oldest"
)

// Run brings the lake up to date with the raw objects selected. Many may run at a time, in many processes: they share
// the batches that are planned. A run ends when nothing is new and nothing is planned that nobody works on.
func Run(ctx context.Context, cfg Config, sel Selection) (*Report, error) {
	r := newRun(cfg, sel)
	if sel.DryRun {
		return r.report, r.dryRun(ctx)
	}
	ctx, span := cfg.Observe.Start(ctx, observe.Run)
	return r.report, span.End(r.run(ctx))
}

// run does it from the first list to the last commit.
func (r *run) run(ctx context.Context) error {
	end, err := r.begin(ctx)
	if err != nil {
		return err
	}
	err = r.compact(ctx)
	err = errors.Join(err, r.failures.join(), end())
	if ctx.Err() == nil {
		err = errors.Join(err, r.others(ctx))
	}
	r.report.finish(r.cfg.Now().Sub(r.started))
	if err == nil {
		r.report.idle()
	}
	return err
}

// maxListings is how often a run looks for new objects: once, and again when a batch was undone, or when another got
// ahead of it, after it has looked.
const maxListings = 3

// compact finishes what is planned, and then plans and converts what is new.
func (r *run) compact(ctx context.Context) error {
	if _, err := r.buryAll(ctx); err != nil {
		return err
	}
	if _, err := r.work(ctx); err != nil {
		return err
	}
	for range maxListings {
		r.again.Store(false)
		if err := r.round(ctx); err != nil {
			return err
		}
		if !r.again.Load() {
			return nil
		}
	}
	return errUnsettled
}

var errUnsettled = fmt.Errorf("looked for new objects %d times, and others planned or undid some each time: run again", maxListings)

// round looks through the objects once, wave by wave, so that a million of them need no more memory than the first.
func (r *run) round(ctx context.Context) error {
	lease, err := r.planning(ctx)
	if err != nil {
		return err
	}
	defer func() { lease.release() }()
	for wave, err := range r.find(ctx) {
		if err != nil {
			return err
		}
		_, span := r.cfg.Observe.Start(ctx, observe.Plan, observe.Count("objects", len(wave)))
		if err := span.End(r.planAll(ctx, lease, wave)); err != nil {
			return err
		}
		lease.release()
		if _, err := r.work(ctx); err != nil {
			return err
		}
		next, err := r.planning(ctx)
		if err != nil {
			return err
		}
		lease = next
	}
	lease.release()
	_, err = r.work(ctx) // what others have planned while this run looked
	return err
}

// planningPause is how long a run that has nothing to do waits for another to plan.
const planningPause = 200 * time.Millisecond

// planning takes the lease that planning is done under, so that no two runs plan the same objects. While another has
// it, what is planned already is worked off.
func (r *run) planning(ctx context.Context) (*held, error) {
	for {
		h, err := r.acquire(ctx, planningLease)
		var taken *catalog.HeldError
		if !errors.As(err, &taken) {
			return h, err
		}
		n, err := r.work(ctx)
		if err == nil && n == 0 {
			err = r.wait(ctx, planningPause)
		}
		if err != nil {
			return nil, err
		}
	}
}

// planAll plans a wave of objects. What another run plans meanwhile is looked at again, once this one has looked
// through all.
func (r *run) planAll(ctx context.Context, lease *held, wave []candidate) error {
	batches := plan(wave, r.cfg.batchBytes(), r.cfg.Workers, r.sel.Order, r.cfg.Now())
	for _, b := range rank(batches, r.sel.Order, r.planned) {
		r.planned++
		if lease.lost() {
			r.again.Store(true)
			return nil
		}
		err := r.record(ctx, b)
		if elsewhere(err) {
			r.again.Store(true)
			continue
		}
		if err != nil {
			return err
		}
		r.report.found(b)
	}
	return nil
}

// record plans a batch in the ledger, and makes sure that there is a table for it.
func (r *run) record(ctx context.Context, b catalog.Batch) error {
	if err := r.ensureTable(ctx, b.Table); err != nil {
		return err
	}
	if err := r.cfg.Catalog.Plan(ctx, b); err != nil {
		return fmt.Errorf("plan batch %s: %w", b.ID, err)
	}
	return nil
}

func (r *run) ensureTable(ctx context.Context, name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tables[name] {
		return nil
	}
	s, err := r.cfg.Sources.ByName(name)
	if err != nil {
		return err
	}
	if err := r.cfg.Catalog.EnsureTable(ctx, catalog.TableOf(name, s.Title, s.Schema())); err != nil {
		return fmt.Errorf("table %s: %w", name, err)
	}
	r.tables[name] = true
	return nil
}
