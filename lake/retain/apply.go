package retain

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/lease"
	"github.com/hindcast/hindcast/lake/observe"
)

// Store is the catalog as an apply uses it.
type Store interface {
	PlanCatalog
	Expire(ctx context.Context, e catalog.Expiry) error
	Restore(ctx context.Context, table, day string) error
	AddHold(ctx context.Context, h catalog.Hold) error
	catalog.Leases
}

// Classes is a bucket whose objects have storage classes, as those of S3 do and the files of a folder do not.
type Classes interface {
	// Class is an object's storage class, by S3's name.
	Class(ctx context.Context, key string) (string, error)
	// SetClass moves an object to a storage class. Repeating it changes nothing.
	SetClass(ctx context.Context, key, class string) error
}

// Deleted is what was deleted from the trash.
type Deleted struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

// Config is what an apply works with.
type Config struct {
	Store   Store
	Owner   string
	Delay   time.Duration // from the expiry of a day to the deletion of its files
	Classes Classes       // nil when the lake's bucket has none
	// Empty deletes what is due in the trash, files first and then their records.
	Empty   func(ctx context.Context) (Deleted, error)
	Observe *observe.Recorder // nil if nobody wants metrics or traces
}

// DefaultDelay is for how long an expired day can be restored, and by then no query that has seen it may still run.
const DefaultDelay = 7 * 24 * time.Hour

// Applied is what an apply has done.
type Applied struct {
	Expired  []Day      `json:"expired"`
	Kept     []Day      `json:"kept"`
	Skipped  []Day      `json:"skipped"`  // somebody else is at work on them, or they changed; the next apply takes them
	Restored []Awaiting `json:"restored"` // expired before, and held since
	Rows     int64      `json:"rows"`     // of Expired
	Bytes    int64      `json:"bytes"`
	Due      time.Time  `json:"due"` // when their files may be deleted
	Deleted  Deleted    `json:"deleted"`
	Moved    int64      `json:"moved_files"` // to another storage class
}

// Apply takes days past their retention out of their tables, and deletes the files of those whose delay is over. It can
// be killed at any time and run again. Holds are looked at anew for each day, under the partition's lease.
func (k *Keeper) Apply(ctx context.Context, cfg Config) (*Applied, error) {
	a := &Applied{Expired: []Day{}, Kept: []Day{}, Skipped: []Day{}, Due: k.now().UTC().Add(cfg.Delay)}
	rules, err := k.Rules(ctx)
	if err != nil {
		return a, err
	}
	// Before anything is deleted: days that were expired before a hold came.
	if a.Restored, err = k.rescue(ctx, cfg.Store, rules); err != nil {
		return a, err
	}
	if err := k.reopen(ctx, cfg.Store, rules); err != nil {
		return a, err
	}
	days, err := pastDays(ctx, cfg.Store, rules, k.now())
	if err != nil {
		return a, err
	}
	for _, day := range days {
		_, span := cfg.Observe.Start(ctx, observe.Expire, observe.Of(day.Table), observe.On(day.Day))
		if err := span.End(k.expire(ctx, cfg, day, a)); err != nil {
			return a, fmt.Errorf("expire %s/%s: %w", day.Table, day.Day, err)
		}
	}
	if cfg.Classes != nil {
		if err := k.move(ctx, cfg, rules, a); err != nil {
			return a, err
		}
	}
	if a.Deleted, err = cfg.Empty(ctx); err != nil {
		return a, fmt.Errorf("delete files that are due: %w", err)
	}
	return a, nil
}

// expire takes one day out of its table, unless it is kept.
func (k *Keeper) expire(ctx context.Context, cfg Config, day Day, a *Applied) error {
	hold, err := lease.Take(ctx, cfg.Store, k.now, catalog.PartitionLease(day.Table, day.Day), cfg.Owner, nil)
	var held *catalog.HeldError
	if errors.As(err, &held) {
		day.Why = fmt.Sprintf("%s is at work on it", held.Lease.Owner)
		a.Skipped = append(a.Skipped, day)
		return nil
	}
	if err != nil {
		return err
	}
	defer hold.Release()
	return k.expireLeased(ctx, cfg, hold, day, a)
}

// expireLeased sees policies, holds and the partition as they are now that nobody else changes the partition's files
// but by adding to them, which the version tells.
func (k *Keeper) expireLeased(ctx context.Context, cfg Config, hold *lease.Taken, day Day, a *Applied) error {
	seen, err := cfg.Store.Partition(ctx, day.Table, day.Day)
	if err != nil {
		return err
	}
	rules, err := k.Rules(ctx)
	if err != nil {
		return err
	}
	if seen.Files == 0 || !rules.past(day.Table, day.Day, k.now()) {
		return nil
	}
	day.Rows, day.Bytes, day.Files, day.Keep = seen.Rows, seen.Bytes, seen.Files, rules.Policy(day.Table).Keep
	k.judge(hold.Context(), rules, &day)
	if err = hold.Check(); err == nil && day.Why != "" {
		a.Kept = append(a.Kept, day)
		return nil
	}
	if err == nil {
		err = cfg.Store.Expire(ctx, catalog.Expiry{Lease: hold.Current(), Seen: seen, Due: a.Due, Looked: rules.holds})
	}
	var moved *catalog.ConflictError
	switch {
	case errors.As(err, &moved):
		day.Why = "events were added to it meanwhile"
	case errors.Is(err, catalog.ErrLeaseLost):
		day.Held, day.Unmet, day.Error = nil, nil, false
		day.Why = "the lease on it was lost while its files were looked into"
	case errors.Is(err, catalog.ErrOnHold):
		day.Why = "a hold was added meanwhile"
	case err != nil:
		return err
	default:
		return k.expired(ctx, cfg, day, a)
	}
	a.Skipped = append(a.Skipped, day)
	return nil
}

// expired looks once more for holds: one may have been added right before the expiry was there to see, by somebody who
// did not find the day in the trash yet.
func (k *Keeper) expired(ctx context.Context, cfg Config, day Day, a *Applied) error {
	rules, err := k.Rules(ctx)
	if err != nil {
		return err
	}
	back, err := k.rescueDay(ctx, cfg.Store, rules, Awaiting{day.Table, day.Day, day.Rows, day.Bytes, a.Due})
	if err != nil {
		return err
	}
	if back {
		day.Why = "a hold was added meanwhile"
		a.Kept = append(a.Kept, day)
		return nil
	}
	a.Expired = append(a.Expired, day)
	a.Rows, a.Bytes = a.Rows+day.Rows, a.Bytes+day.Bytes
	return nil
}

// move carries out what policies say of storage classes.
func (k *Keeper) move(ctx context.Context, cfg Config, r Rules, a *Applied) error {
	return k.eachMove(ctx, cfg.Store, r, func(f catalog.File, class string) error {
		now, err := cfg.Classes.Class(ctx, f.Path)
		if err != nil {
			return fmt.Errorf("look up the storage class of %s: %w", f.Path, err)
		}
		if warmth(now) <= warmth(class) {
			return nil
		}
		if err := cfg.Classes.SetClass(ctx, f.Path, class); err != nil {
			return fmt.Errorf("move %s to %s: %w", f.Path, class, err)
		}
		a.Moved++
		return nil
	})
}

// Unclear is how many days are kept because it could not be told whether a hold keeps them.
func (a *Applied) Unclear() (n int) {
	for _, d := range a.Kept {
		if d.Error {
			n++
		}
	}
	return n
}
