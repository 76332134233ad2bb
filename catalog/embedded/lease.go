package embedded

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// AcquireLease takes a lease that is free or expired.
func (s *Store) AcquireLease(ctx context.Context, name, owner string, ttl time.Duration) (catalog.Lease, error) {
	var got catalog.Lease
	err := s.write(ctx, "acquire lease "+name, func(t session) (err error) {
		var taken bool
		if got, taken, err = t.takeLease(ctx, name, owner, ttl); err == nil && !taken {
			err = &catalog.HeldError{Lease: got}
		}
		return err
	})
	if err != nil {
		return catalog.Lease{}, err
	}
	return got, nil
}

// takeLease takes a lease if it is free or expired, and tells how it stands.
func (s session) takeLease(ctx context.Context, name, owner string, ttl time.Duration) (l catalog.Lease, taken bool, err error) {
	now := s.now()
	n, err := s.exec(ctx, s.sq.Insert("leases").Columns("name", "owner", "token", "expires_at").
		Values(name, owner, 1, millis(now.Add(ttl))).
		Suffix("ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, token = leases.token + 1, "+
			"expires_at = excluded.expires_at WHERE leases.expires_at <= ?", millis(now)))
	if err != nil {
		return l, false, err
	}
	l, err = s.lease(ctx, name)
	return l, n > 0, err
}

func (s session) lease(ctx context.Context, name string) (catalog.Lease, error) {
	found, err := list(ctx, s, s.selectLeases().Where(sq.Eq{"name": name}), scanLease)
	if err != nil {
		return catalog.Lease{}, err
	}
	if len(found) == 0 {
		return catalog.Lease{}, catalog.ErrNotFound
	}
	return found[0], nil
}

// RenewLease prolongs a lease that is not lost.
func (s *Store) RenewLease(ctx context.Context, l catalog.Lease, ttl time.Duration) (catalog.Lease, error) {
	now := s.now()
	l.Expires = time.UnixMilli(millis(now.Add(ttl))).UTC()
	t := s.session(s.db)
	n, err := t.exec(ctx, t.sq.Update("leases").Set("expires_at", millis(l.Expires)).Where(alive(l, millis(now))))
	if err == nil && n == 0 {
		err = catalog.ErrLeaseLost
	}
	if err != nil {
		return catalog.Lease{}, fmt.Errorf("renew lease %s of %s: %w", l.Name, l.Owner, err)
	}
	return l, nil
}

// ReleaseLease gives a lease back. Its row stays with its token, so that the next owner's is greater.
func (s *Store) ReleaseLease(ctx context.Context, l catalog.Lease) error {
	if err := s.session(s.db).releaseLease(ctx, l); err != nil {
		return fmt.Errorf("release lease %s of %s: %w", l.Name, l.Owner, err)
	}
	return nil
}

func (s session) releaseLease(ctx context.Context, l catalog.Lease) error {
	_, err := s.exec(ctx, s.sq.Update("leases").Set("expires_at", 0).Where(sq.Eq{"name": l.Name, "token": l.Token}))
	return err
}

// checkLease keeps the lease for the rest of the transaction: nobody can take it over meanwhile.
func (s session) checkLease(ctx context.Context, l catalog.Lease, now int64) error {
	if l == (catalog.Lease{}) {
		return nil
	}
	n, err := s.exec(ctx, s.sq.Update("leases").Set("token", sq.Expr("token")).Where(alive(l, now)))
	if err == nil && n == 0 {
		err = catalog.ErrLeaseLost
	}
	if err != nil {
		return fmt.Errorf("lease %s of %s: %w", l.Name, l.Owner, err)
	}
	return nil
}

func alive(l catalog.Lease, now int64) sq.And {
	return sq.And{sq.Eq{"name": l.Name, "token": l.Token}, sq.Gt{"expires_at": now}}
}

func (s session) selectLeases() sq.SelectBuilder {
	return s.sq.Select("name", "owner", "token", "expires_at").From("leases")
}

func scanLease(r row, l *catalog.Lease) error {
	return r.Scan(&l.Name, &l.Owner, &l.Token, instant{&l.Expires})
}
