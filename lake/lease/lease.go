// Package lease keeps a right to work that the catalog gives until it expires.
package lease

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// TTL is how long a lease lasts that is not prolonged.
const TTL = time.Minute

// Held is a lease that its owner relies on. What is done under it is done with its context, which ends when the lease
// expires, is lost or given back.
type Held struct {
	catalog catalog.Leases
	now     func() time.Time
	ctx     context.Context
	end     context.CancelCauseFunc

	mu     sync.Mutex
	lease  catalog.Lease
	expiry *time.Timer
}

// Keep cares for a lease that was taken.
func Keep(ctx context.Context, c catalog.Leases, now func() time.Time, l catalog.Lease) *Held {
	h := &Held{catalog: c, now: now, lease: l}
	h.ctx, h.end = context.WithCancelCause(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.expiry = time.AfterFunc(l.Expires.Sub(now()), h.expire)
	context.AfterFunc(h.ctx, func() { h.expiry.Stop() })
	return h
}

// expire ends the work if the lease was not prolonged, whatever a call that prolongs it waits for.
func (h *Held) expire() {
	if h.Check() != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.expiry.Reset(h.lease.Expires.Sub(h.now()))
}

// Context ends when the lease expires, is lost or given back.
func (h *Held) Context() context.Context { return h.ctx }

// Current is the lease as it was prolonged last.
func (h *Held) Current() catalog.Lease {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lease
}

// Check tells by the clock alone whether the lease may still be relied on.
func (h *Held) Check() error {
	if err := context.Cause(h.ctx); err != nil {
		return err
	}
	if l := h.Current(); !h.now().Before(l.Expires) {
		h.end(fmt.Errorf("lease %s has expired: %w", l.Name, catalog.ErrLeaseLost))
	}
	return context.Cause(h.ctx)
}

// Blame says why something failed that was done under the lease: for the lost lease, if it was lost, since whoever has it
// may have moved what was worked on. Otherwise it is the error itself.
func (h *Held) Blame(err error) error {
	lost := h.Check()
	if err == nil || errors.Is(err, catalog.ErrLeaseLost) || !errors.Is(lost, catalog.ErrLeaseLost) {
		return err
	}
	return fmt.Errorf("%w: %w", lost, err)
}

// Confirm asks the catalog whether the lease is still its owner's, and prolongs it: what cannot be taken back, such as
// a deletion, is done at once after it or not at all.
func (h *Held) Confirm() error {
	if err := h.Check(); err != nil {
		return err
	}
	l, err := h.catalog.RenewLease(h.ctx, h.Current(), TTL)
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

// Release gives the lease back. One that cannot be given back expires by itself, and is not waited for any longer.
func (h *Held) Release() {
	h.End(nil)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.ctx), TTL)
	defer cancel()
	_ = h.catalog.ReleaseLease(ctx, h.Current())
}

// End ends the work under the lease, which expires by itself, for a cause that [Held.Check] then answers with.
func (h *Held) End(cause error) { h.end(cause) }
