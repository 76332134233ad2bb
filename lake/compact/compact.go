package compact

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/catalog"
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
}

// Config is what a compaction works with.
type Config struct {
	Raw     raw.Bucket
	Lake    raw.Store
	Catalog Catalog
	Sources *source.Set
	Work    string           // a local folder for files in the making, of this lake's compaction alone; cleared by each run
	Owner   string           // who holds the lease: host and process
	Now     func() time.Time // the clock
	Alive   func(owner string) bool

	Workers     int
	BatchBytes  int64 // stored bytes of a batch's objects; 0 is the default
	BufferBytes int64 // memory of a worker's rows before they are written; 0 is the default
	Watch       func(Progress)
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
	Keys    []string // only these, in place of a listing
	DryRun  bool
}

// Run brings the lake up to date with the raw objects selected.
func Run(ctx context.Context, cfg Config, sel Selection) (*Report, error) {
	r := newRun(cfg, sel)
	if sel.DryRun {
		return r.report, r.dryRun(ctx)
	}
	ctx, release, err := r.lease(ctx)
	if err != nil {
		return r.report, err
	}
	defer release()
	started := cfg.Now()
	err = errors.Join(r.recover(ctx), r.compact(ctx))
	r.report.finish(cfg.Now().Sub(started))
	return r.report, err
}

// compact works through the objects wave by wave, so that a million of them need no more memory than the first.
func (r *run) compact(ctx context.Context) error {
	for wave, err := range r.find(ctx) {
		if err != nil {
			return err
		}
		batches := plan(wave, r.cfg.batchBytes(), r.cfg.Workers, r.cfg.Now())
		for _, b := range batches {
			if err := r.record(ctx, b); err != nil {
				return err
			}
		}
		if err := r.convertAll(ctx, batches); err != nil {
			return err
		}
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

// convertAll converts batches, as many at a time as there are workers. One batch's failure does not stop the others.
func (r *run) convertAll(ctx context.Context, batches []catalog.Batch) error {
	queue := make(chan catalog.Batch)
	var group errgroup.Group
	var failures errorList
	for range max(r.cfg.Workers, 1) {
		group.Go(func() error {
			w := r.worker()
			for b := range queue {
				if err := w.do(ctx, b); err != nil {
					failures.add(err)
				}
			}
			return nil
		})
	}
	for _, b := range batches {
		if ctx.Err() != nil {
			break
		}
		queue <- b
	}
	close(queue)
	return errors.Join(group.Wait(), failures.join(), context.Cause(ctx))
}

// do takes a batch the whole way. A raw object that cannot be read is left out, and its batch is planned without it.
func (w *worker) do(ctx context.Context, b catalog.Batch) error {
	for {
		err := w.batch(ctx, b)
		if errors.Is(err, errUnfit) {
			return w.split(ctx, b)
		}
		var bad *unreadableError
		if !errors.As(err, &bad) || ctx.Err() != nil {
			return err
		}
		rest := without(b, w.unreadable(ctx, b, bad))
		if err := w.undo(ctx, b); err != nil {
			return err
		}
		if len(rest.Objects) == 0 {
			return nil
		}
		if err := w.run.record(ctx, rest); err != nil {
			return err
		}
		b = rest
	}
}

// split takes a batch of which too much was rejected in two halves, until it is one object that is to blame. That one
// is left out.
func (w *worker) split(ctx context.Context, b catalog.Batch) error {
	if err := w.undo(ctx, b); err != nil {
		return err
	}
	half := len(b.Objects) / 2
	if half == 0 {
		w.run.report.fail(b.Table, b.Objects[0].Key, errUnfit)
		return nil
	}
	var failures errorList
	for _, objects := range [][]catalog.Object{b.Objects[:half], b.Objects[half:]} {
		part := withObjects(b, objects)
		err := w.run.record(ctx, part)
		if err == nil {
			err = w.do(ctx, part)
		}
		failures.add(err)
	}
	return failures.join()
}

// unreadable are the keys of a batch's objects that cannot be opened, beside the one that could not be read: when a
// bucket is out of reach, they all are left out at once.
func (w *worker) unreadable(ctx context.Context, b catalog.Batch, bad *unreadableError) []string {
	w.run.report.fail(b.Table, bad.key, bad.err)
	keys := []string{bad.key}
	for _, o := range b.Objects {
		if o.Key == bad.key {
			continue
		}
		body, err := w.run.cfg.Raw.Open(ctx, o.Key)
		if err == nil {
			err = body.Close()
		}
		if err != nil {
			w.run.report.fail(b.Table, o.Key, err)
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// batch converts, verifies and commits.
func (w *worker) batch(ctx context.Context, b catalog.Batch) error {
	for {
		out, err := w.convert(ctx, b)
		if err != nil {
			return fmt.Errorf("convert batch %s of %s: %w", b.ID, b.Table, err)
		}
		err = w.commit(ctx, b, out)
		if errors.Is(err, errDuplicates) {
			continue // another batch has committed events of this one since: convert again, without them
		}
		if err != nil {
			return fmt.Errorf("commit batch %s of %s: %w", b.ID, b.Table, err)
		}
		w.run.report.add(b, out)
		return nil
	}
}
