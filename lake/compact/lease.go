package compact

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/lease"
	"github.com/hindcast/hindcast/lake/observe"
)

const (
	planningLease = "planning"
	batchLeases   = "batch/" // begin the names of [catalog.BatchLease]

	leaseTTL = lease.TTL
)

// held is a lease that this run has.
type held struct {
	*lease.Held
	run  *run
	span *observe.Timer // of the batch that it is for

	rested, released sync.Once
	done             chan struct{} // is closed once nobody works under it any more
}

// hold cares for a lease until it is given back.
func (r *run) hold(ctx context.Context, l catalog.Lease) *held {
	h := &held{Held: lease.Keep(ctx, r.cfg.Catalog, r.cfg.Now, l), run: r, done: make(chan struct{})}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[h] = true
	return h
}

// lost tells whether another may have the lease by now.
func (h *held) lost() bool { return errors.Is(h.Check(), catalog.ErrLeaseLost) }

// rest says that nobody works under the lease any more.
func (h *held) rest() { h.rested.Do(func() { close(h.done) }) }

// release gives the lease back. One that cannot be given back expires by itself.
func (h *held) release() {
	h.rest()
	h.released.Do(func() {
		h.run.mu.Lock()
		delete(h.run.held, h)
		h.run.mu.Unlock()
		h.Release()
	})
}

// leases are those that the run holds.
func (r *run) leases() []*held {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]*held, 0, len(r.held))
	for h := range r.held {
		all = append(all, h)
	}
	return all
}

// holder is the one of the run's leases that has a name and, unless it is zero, a token.
func (r *run) holder(name string, token int64) *held {
	for _, h := range r.leases() {
		if l := h.Current(); l.Name == name && (token == 0 || l.Token == token) {
			return h
		}
	}
	return nil
}

// renew prolongs the run's leases, and shows other runs that its folder is in use, until the context is done.
func (r *run) renew(ctx context.Context) {
	tick := time.NewTicker(leaseTTL / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, h := range r.leases() {
			_ = h.Confirm() // one that cannot be renewed runs out, which is noticed before it is relied on
		}
		now := r.cfg.Now()
		_ = os.Chtimes(r.cfg.Work, now, now)
	}
}

// acquire takes a lease, also from an owner that is known to be dead.
func (r *run) acquire(ctx context.Context, name string) (*held, error) {
	for {
		h, err := r.acquireFree(ctx, name)
		if err == nil {
			return h, nil
		}
		var taken *catalog.HeldError
		if !errors.As(err, &taken) || !r.dead(taken.Lease) {
			return nil, err
		}
		if err := r.bury(ctx, taken.Lease); err != nil {
			return nil, err
		}
	}
}

func (r *run) acquireFree(ctx context.Context, name string) (*held, error) {
	r.noting.RLock()
	defer r.noting.RUnlock()
	l, err := r.cfg.Catalog.AcquireLease(ctx, name, r.cfg.Owner, leaseTTL)
	if err != nil {
		return nil, err
	}
	return r.hold(ctx, l), nil
}

// dead tells whether a lease is of an owner that is known to live no more. One that another worker of this run has just
// taken is noted first.
func (r *run) dead(l catalog.Lease) bool {
	if r.cfg.Alive == nil || r.cfg.Alive(l.Owner) {
		return false
	}
	r.noting.Lock()
	defer r.noting.Unlock()
	return r.holder(l.Name, l.Token) == nil
}

func (r *run) bury(ctx context.Context, l catalog.Lease) error {
	if err := r.cfg.Catalog.ReleaseLease(ctx, l); err != nil {
		return fmt.Errorf("take over from %s: %w", l.Owner, err)
	}
	return nil
}

// buryAll gives the batches of the dead back, and tells of how many.
func (r *run) buryAll(ctx context.Context) (n int, err error) {
	leases, err := r.cfg.Catalog.Held(ctx, batchLeases)
	if err != nil {
		return 0, fmt.Errorf("look for batches of the dead: %w", err)
	}
	for _, l := range leases {
		if !r.dead(l) {
			continue
		}
		if err := r.bury(ctx, l); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// others tells what other workers are at.
func (r *run) others(ctx context.Context) error {
	leases, err := r.cfg.Catalog.Held(ctx, batchLeases)
	if err != nil {
		return fmt.Errorf("look what others are doing: %w", err)
	}
	for _, l := range leases {
		if r.holder(l.Name, l.Token) == nil {
			r.report.other(l.Owner)
		}
	}
	return nil
}
