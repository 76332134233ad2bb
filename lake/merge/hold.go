package merge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

const leaseTTL = time.Minute

// hold is a lease that is prolonged until it is given back.
type hold struct {
	run  *run
	ctx  context.Context // ends when the lease is lost
	end  context.CancelCauseFunc
	done chan struct{}

	mu    sync.Mutex
	lease catalog.Lease
}

// hold takes a lease, also from an owner that is known to be dead.
func (r *run) hold(ctx context.Context, name string) (*hold, error) {
	l, err := r.cfg.Catalog.AcquireLease(ctx, name, r.cfg.Owner, leaseTTL)
	var held *catalog.HeldError
	if errors.As(err, &held) && r.cfg.Alive != nil && !r.cfg.Alive(held.Lease.Owner) {
		if err := r.cfg.Catalog.ReleaseLease(ctx, held.Lease); err != nil {
			return nil, fmt.Errorf("take over from %s: %w", held.Lease.Owner, err)
		}
		l, err = r.cfg.Catalog.AcquireLease(ctx, name, r.cfg.Owner, leaseTTL)
	}
	if err != nil {
		return nil, err
	}
	h := &hold{run: r, lease: l, done: make(chan struct{})}
	h.ctx, h.end = context.WithCancelCause(ctx)
	go h.renew()
	return h, nil
}

func (h *hold) renew() {
	defer close(h.done)
	tick := time.NewTicker(leaseTTL / 4)
	defer tick.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
			_ = h.confirm() // one that cannot be renewed runs out, which is noticed before it is relied on
		}
	}
}

func (h *hold) current() catalog.Lease {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lease
}

// check tells by the clock alone whether the lease may still be relied on.
func (h *hold) check() error {
	if err := context.Cause(h.ctx); err != nil {
		return err
	}
	if l := h.current(); !h.run.cfg.Now().Before(l.Expires) {
		h.end(fmt.Errorf("lease %s has expired: %w", l.Name, catalog.ErrLeaseLost))
	}
	return context.Cause(h.ctx)
}

// confirm asks the catalog whether the lease is still held, and prolongs it.
func (h *hold) confirm() error {
	l, err := h.run.cfg.Catalog.RenewLease(h.ctx, h.current(), leaseTTL)
	if errors.Is(err, catalog.ErrLeaseLost) {
		h.end(err)
	}
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lease = l
	return nil
}

// release gives the lease back. One that cannot be given back expires by itself.
func (h *hold) release() {
	h.end(nil)
	<-h.done
	_ = h.run.cfg.Catalog.ReleaseLease(context.WithoutCancel(h.ctx), h.current())
}
