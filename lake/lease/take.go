package lease

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// Taken is a lease that is prolonged until it is given back.
type Taken struct {
	*Held
	done chan struct{}
}

// Take takes a lease, also from an owner that is known to be dead; alive may be nil. *catalog.HeldError when somebody
// has it.
func Take(ctx context.Context, c catalog.Leases, now func() time.Time, name, owner string, alive func(owner string) bool) (*Taken, error) {
	l, err := c.AcquireLease(ctx, name, owner, TTL)
	var held *catalog.HeldError
	if errors.As(err, &held) && alive != nil && !alive(held.Lease.Owner) {
		if err := c.ReleaseLease(ctx, held.Lease); err != nil {
			return nil, fmt.Errorf("take over from %s: %w", held.Lease.Owner, err)
		}
		l, err = c.AcquireLease(ctx, name, owner, TTL)
	}
	if err != nil {
		return nil, err
	}
	t := &Taken{Held: Keep(ctx, c, now, l), done: make(chan struct{})}
	go t.renew()
	return t, nil
}

func (t *Taken) renew() {
	defer close(t.done)
	tick := time.NewTicker(TTL / 4)
	defer tick.Stop()
	for {
		select {
		case <-t.Context().Done():
			return
		case <-tick.C:
			_ = t.Confirm() // one that cannot be renewed runs out, which is noticed before it is relied on
		}
	}
}

// Release gives the lease back.
func (t *Taken) Release() {
	t.End(nil)
	<-t.done
	t.Held.Release()
}
