package compact

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/observe"
)

// maxFailures is how many batches may fail before a run gives up: something is wrong that is not theirs.
const maxFailures = 100

var (
	errTooMany = fmt.Errorf("%d batches have failed: no more are tried", maxFailures)
	errForeign = errors.New("another worker plans with another version of the source: all that work on a lake at a time need the same")
)

// work takes planned batches, as many at a time as there are workers, until there is none that nobody holds. It tells
// how many it took. One batch's failure does not stop the others.
func (r *run) work(ctx context.Context) (int64, error) {
	var group errgroup.Group
	var taken atomic.Int64
	for _, w := range r.workers {
		group.Go(func() error { return w.toil(ctx, &taken) })
	}
	err := group.Wait()
	return taken.Load(), errors.Join(err, context.Cause(ctx))
}

func (w *worker) toil(ctx context.Context, taken *atomic.Int64) error {
	for ctx.Err() == nil {
		b, h, err := w.run.claim(ctx)
		if errors.Is(err, catalog.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("take a batch: %w", err)
		}
		taken.Add(1)
		if err := w.one(h, b); err != nil {
			return err
		}
	}
	return nil
}

// claim takes a batch that nobody holds, or that a dead worker held.
func (r *run) claim(ctx context.Context) (catalog.Batch, *held, error) {
	b, h, late, err := r.claimFree(ctx)
	if errors.Is(err, catalog.ErrNotFound) {
		n, e := r.buryAll(ctx)
		if e != nil {
			return b, nil, e
		}
		if n > 0 {
			b, h, late, err = r.claimFree(ctx)
		}
	}
	if err != nil {
		return b, nil, err
	}
	if late == nil {
		return b, h, nil
	}
	late.End(catalog.ErrLeaseLost)
	select {
	case <-late.done: // from here on it writes no more into the batch's folder
		return b, h, nil
	case <-ctx.Done():
		h.release()
		return b, nil, context.Cause(ctx)
	}
}

// claimFree takes a batch that nobody holds. late is the hold of a worker of this run that has lost the batch's lease and
// did not notice, or nil.
func (r *run) claimFree(ctx context.Context) (b catalog.Batch, h, late *held, err error) {
	r.noting.RLock()
	defer r.noting.RUnlock()
	b, l, err := r.cfg.Catalog.Claim(ctx, r.cfg.Owner, leaseTTL)
	if err != nil {
		return b, nil, nil, err
	}
	late = r.holder(l.Name, 0)
	ctx, span := r.cfg.Observe.Start(ctx, observe.Batch, observe.Of(b.Table), observe.In(b.ID), observe.Count("objects", len(b.Objects)))
	h = r.hold(ctx, l)
	h.span = span
	return b, h, late, nil
}

// one takes a batch as far as it goes under its lease. What fails stays held until the run ends, so that it is not
// taken again; what another has taken over is left to it.
func (w *worker) one(h *held, b catalog.Batch) error {
	err := h.span.End(w.take(h, b))
	clear := os.RemoveAll(filepath.Join(w.run.cfg.Work, b.ID))
	switch {
	case err != nil && h.lost():
		w.run.report.takenOver()
	case errors.Is(err, errForeign):
		h.release()
		return err
	case err != nil || clear != nil:
		h.rest()
		if w.run.failures.add(errors.Join(err, clear)) >= maxFailures {
			return errTooMany
		}
		return nil
	}
	h.release()
	return nil
}

// take takes a batch the whole way. A raw object that cannot be read is left out, and what is left of its batch is
// planned without it.
func (w *worker) take(h *held, b catalog.Batch) error {
	again, err := w.run.repeatable(h.Context(), b)
	if err != nil {
		return err
	}
	if !again {
		return w.giveUp(h, b)
	}
	if err := w.run.ensureTable(h.Context(), b.Table); err != nil {
		return err
	}
	w.run.report.found(b)
	err = w.batch(h, b)
	for _, reason := range []error{errUnfit, errCrowded} {
		if errors.Is(err, reason) {
			return w.split(h, b, reason)
		}
	}
	var misfiled *misfiledError
	if errors.As(err, &misfiled) && h.Check() == nil {
		return w.refile(h, b, misfiled)
	}
	var bad *unreadableError
	if !errors.As(err, &bad) || h.Check() != nil {
		return err
	}
	rest := without(b, w.unreadable(h.Context(), b, bad))
	if err := w.undo(h, b); err != nil {
		return err
	}
	if len(rest.Objects) == 0 {
		return nil
	}
	return w.replan(h, rest)
}

// giveUp undoes a batch that cannot be repeated; what is left of its objects is found again as new. One that was
// planned since the run began is of somebody who is at work.
func (w *worker) giveUp(h *held, b catalog.Batch) error {
	if b.PlannedAt.After(w.run.started) {
		return fmt.Errorf("batch %s of %s, version %s: %w", b.ID, b.Table, b.MappingVersion, errForeign)
	}
	w.run.again.Store(true)
	return w.undo(h, b)
}

// replan plans a part of a batch that was undone, for whoever takes it next.
func (w *worker) replan(h *held, b catalog.Batch) error {
	err := w.run.record(h.Context(), b)
	if elsewhere(err) {
		return nil
	}
	return err
}

// elsewhere tells whether a plan was refused since another has planned, or done, the same.
func elsewhere(err error) bool {
	var taken *catalog.TakenError
	return errors.As(err, &taken) || errors.Is(err, catalog.ErrCommitted)
}

// split plans a batch of which too much was rejected in two halves, until it is one object that is to blame. That one
// is left out.
func (w *worker) split(h *held, b catalog.Batch, reason error) error {
	if err := w.undo(h, b); err != nil {
		return err
	}
	half := len(b.Objects) / 2
	if half == 0 {
		w.run.report.fail(b.Table, b.Objects[0].Key, reason)
		return nil
	}
	return errors.Join(w.replan(h, withObjects(b, b.Objects[:half])), w.replan(h, withObjects(b, b.Objects[half:])))
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
func (w *worker) batch(h *held, b catalog.Batch) error {
	for {
		out, err := w.convert(h.Context(), b)
		if err != nil {
			return fmt.Errorf("convert batch %s of %s: %w", b.ID, b.Table, err)
		}
		err = w.commit(h, b, out)
		if errors.Is(err, errDuplicates) {
			continue // another batch has committed events of this one since: convert again, without them
		}
		if err == nil && h.lost() {
			err = catalog.ErrLeaseLost // it may be another that has committed the batch
		}
		if err != nil {
			return fmt.Errorf("commit batch %s of %s: %w", b.ID, b.Table, err)
		}
		w.run.report.add(b, out)
		return nil
	}
}
