package merge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/lease"
)

// hold is a lease that is prolonged until it is given back.
type hold struct {
	*lease.Held
	done chan struct{}
}

// hold takes a lease, also from an owner that is known to be dead.
func (r *run) hold(ctx context.Context, name string) (*hold, error) {
	l, err := r.cfg.Catalog.AcquireLease(ctx, name, r.cfg.Owner, lease.TTL)
	var held *catalog.HeldError
	if errors.As(err, &held) && r.cfg.Alive != nil && !r.cfg.Alive(held.Lease.Owner) {
		if err := r.cfg.Catalog.ReleaseLease(ctx, held.Lease); err != nil {
			return nil, fmt.Errorf("take over from %s: %w", held.Lease.Owner, err)
		}
		l, err = r.cfg.Catalog.AcquireLease(ctx, name, r.cfg.Owner, lease.TTL)
	}
	if err != nil {
		return nil, err
	}
	h := &hold{Held: lease.Keep(ctx, r.cfg.Catalog, r.cfg.Now, l), done: make(chan struct{})}
	go h.renew()
	return h, nil
}

func (h *hold) renew() {
	defer close(h.done)
	tick := time.NewTicker(lease.TTL / 4)
	defer tick.Stop()
	for {
		select {
		case <-h.Context().Done():
			return
		case <-tick.C:
			_ = h.Confirm() // one that cannot be renewed runs out, which is noticed before it is relied on
		}
	}
}

func (h *hold) release() {
	h.End(nil)
	<-h.done
	h.Release()
}
