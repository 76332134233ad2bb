package merge

import (
	"context"

	"github.com/hindcast/hindcast/lake/lease"
)

// hold takes a lease, also from an owner that is known to be dead.
func (r *run) hold(ctx context.Context, name string) (*lease.Taken, error) {
	return lease.Take(ctx, r.cfg.Catalog, r.cfg.Now, name, r.cfg.Owner, r.cfg.Alive)
}
