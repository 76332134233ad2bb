package catalogtest

import (
	"errors"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

const minute = time.Minute

var leaseCases = []sentence{
	{"a lease is held by one owner, whom others are told", func(l *lake) {
		got := l.acquire("a")
		l.same("lease", got, catalog.Lease{Name: "compact", Owner: "a", Token: 1, Expires: start.Add(minute)})
		for _, owner := range []string{"b", "a"} {
			_, err := l.reopen().AcquireLease(l.ctx, "compact", owner, minute)
			var held *catalog.HeldError
			if !errors.As(err, &held) {
				l.Fatalf("got %v", err)
			}
			l.same("held", held.Lease, got)
		}
	}},
	{"leases of other names are free", func(l *lake) {
		l.acquire("a")
		_, err := l.AcquireLease(l.ctx, "merge", "b", minute)
		l.must(err)
	}},
	{"a lease that is given back is free, and its token grows", func(l *lake) {
		l.must(l.ReleaseLease(l.ctx, l.acquire("a")))
		l.same("token", l.acquire("b").Token, int64(2))
	}},
	{"a lease is free from the moment it expires", func(l *lake) {
		l.acquire("a")
		l.clock.Move(minute - time.Millisecond)
		if _, err := l.AcquireLease(l.ctx, "compact", "b", minute); err == nil {
			l.Fatal("the lease was taken before it expired")
		}
		l.clock.Move(time.Millisecond)
		l.same("owner", l.acquire("b").Owner, "b")
	}},
	{"renewing prolongs a lease from now", func(l *lake) {
		first := l.acquire("a")
		l.clock.Move(minute / 2)
		renewed, err := l.RenewLease(l.ctx, first, minute)
		l.must(err)
		l.same("expires", renewed.Expires, start.Add(minute+minute/2))
		l.clock.Move(minute - time.Second)
		if _, err := l.AcquireLease(l.ctx, "compact", "b", minute); err == nil {
			l.Fatal("the renewed lease was taken")
		}
	}},
	{"a lost lease cannot be renewed, and giving it back leaves the next owner alone", func(l *lake) {
		old := l.acquire("a")
		l.clock.Move(minute)
		if _, err := l.RenewLease(l.ctx, old, minute); !errors.Is(err, catalog.ErrLeaseLost) {
			l.Fatalf("expired: got %v", err)
		}
		now := l.acquire("b")
		if _, err := l.RenewLease(l.ctx, old, minute); !errors.Is(err, catalog.ErrLeaseLost) {
			l.Fatalf("taken over: got %v", err)
		}
		l.must(l.ReleaseLease(l.ctx, old))
		_, err := l.RenewLease(l.ctx, now, minute)
		l.must(err)
	}},
	{"whoever knows the owner to be dead frees the lease", func(l *lake) {
		l.acquire("a")
		_, err := l.AcquireLease(l.ctx, "compact", "b", minute)
		var held *catalog.HeldError
		if !errors.As(err, &held) {
			l.Fatalf("got %v", err)
		}
		l.must(l.ReleaseLease(l.ctx, held.Lease))
		l.same("owner", l.acquire("b").Owner, "b")
	}},
	{"a commit under a lease goes through while it is held, also renewed", func(l *lake) {
		c := l.leasedCommit(l.acquire("a"))
		_, err := l.RenewLease(l.ctx, c.Lease, 2*minute)
		l.must(err)
		l.clock.Move(minute)
		l.must(l.Commit(l.ctx, c))
	}},
	{"a worker that wakes up after its lease expired cannot commit", func(l *lake) {
		c := l.leasedCommit(l.acquire("a"))
		l.clock.Move(minute)
		l.lost(c)
		l.acquire("b")
		l.lost(c)
	}},
	{"a worker whose lease another one took and gave back cannot commit", func(l *lake) {
		c := l.leasedCommit(l.acquire("a"))
		l.must(l.ReleaseLease(l.ctx, c.Lease))
		l.must(l.ReleaseLease(l.ctx, l.acquire("b")))
		l.acquire("a")
		l.lost(c)
	}},
}

func (l *lake) acquire(owner string) catalog.Lease {
	l.Helper()
	got, err := l.AcquireLease(l.ctx, "compact", owner, minute)
	l.must(err)
	return got
}

func (l *lake) leasedCommit(lease catalog.Lease) catalog.Commit {
	l.Helper()
	b := batchOf("b1", "k1")
	l.withTable().must(l.Plan(l.ctx, b))
	c := l.commitOf(b, "2026-01-31")
	c.Lease = lease
	return c
}

func (l *lake) lost(c catalog.Commit) {
	l.Helper()
	if err := l.Commit(l.ctx, c); !errors.Is(err, catalog.ErrLeaseLost) {
		l.Fatalf("got %v", err)
	}
	l.same("files", l.paths(), []string(nil))
}
