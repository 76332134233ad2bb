package lease_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/lease"
)

// leases are a catalog's.
type leases struct {
	renew, release func(ctx context.Context) error
}

func (leases) AcquireLease(_ context.Context, name, owner string, ttl time.Duration) (catalog.Lease, error) {
	return catalog.Lease{Name: name, Owner: owner, Token: 1, Expires: time.Now().Add(ttl)}, nil
}

func (l leases) RenewLease(ctx context.Context, held catalog.Lease, ttl time.Duration) (catalog.Lease, error) {
	held.Expires = time.Now().Add(ttl)
	return held, l.renew(ctx)
}

func (l leases) ReleaseLease(ctx context.Context, _ catalog.Lease) error { return l.release(ctx) }

func answers(context.Context) error { return nil }

// hangs waits for an answer that never comes.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestWorkEndsWhenItsLeaseExpires(t *testing.T) {
	for _, c := range []struct {
		name  string
		renew func(ctx context.Context) error
		ends  bool
	}{
		{"the catalog answers", answers, false},
		{"the catalog fails", func(context.Context) error { return errors.New("down") }, true},
		{"the catalog is gone without a word", hangs, true},
		{"a call goes on after its end", func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(time.Hour)
			return nil
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				held, err := lease.Take(t.Context(), leases{c.renew, answers}, time.Now, "work", "me", nil)
				if err != nil {
					t.Fatal(err)
				}
				select {
				case <-held.Context().Done():
				case <-time.After(10 * lease.TTL):
				}
				why := context.Cause(held.Context())
				if took := time.Since(began); c.ends && took != lease.TTL || errors.Is(why, catalog.ErrLeaseLost) != c.ends {
					t.Errorf("after %v it was over because of %v", took, why)
				}
				held.Release()
				if held.Check() == nil {
					t.Error("it is held though it was given back")
				}
			})
		})
	}
}

func TestALeaseThatCannotBeGivenBackIsNotWaitedForAfterItExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held, err := lease.Take(t.Context(), leases{answers, hangs}, time.Now, "work", "me", nil)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		held.Release()
		if took := time.Since(began); took != lease.TTL {
			t.Errorf("waited %v", took)
		}
	})
}
