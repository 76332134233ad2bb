// Package faulty is a catalog that fails when it is told to, for tests of what uses one.
//
//	store := faulty.New(inner).
//		Fail(faulty.Plan, 2, errDown). // the first two plans fail and do nothing
//		Pass(faulty.Commit, 1).        // the first commit goes through,
//		Lose(faulty.Commit, 1).        // the second one happens, but its answer is lost,
//		KillBefore(faulty.Commit).     // and at the third one everything ends
//		Store()
package faulty

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/hindcast/hindcast/catalog"
)

// Call is a method of a catalog.
type Call string

// The methods that can be told to fail: all that compaction, merges, retention and publishing use.
const (
	EnsureTable  Call = "EnsureTable"
	Seen         Call = "Seen"
	Plan         Call = "Plan"
	Batch        Call = "Batch"
	Unfinished   Call = "Unfinished"
	Stage        Call = "Stage"
	Commit       Call = "Commit"
	Undo         Call = "Undo"
	Partition    Call = "Partition"
	Partitions   Call = "Partitions"
	Files        Call = "Files"
	Quarantined  Call = "Quarantined"
	AcquireLease Call = "AcquireLease"
	RenewLease   Call = "RenewLease"
	ReleaseLease Call = "ReleaseLease"
	Tables       Call = "Tables"
	Table        Call = "Table"
	Coverage     Call = "Coverage"
	Throw        Call = "Throw"
	Wasted       Call = "Wasted"
	Collect      Call = "Collect"
	Forget       Call = "Forget"
	Swap         Call = "Swap"
	Merged       Call = "Merged"
	Policies     Call = "Policies"
	Holds        Call = "Holds"
	Expire       Call = "Expire"
	Restore      Call = "Restore"
	Expired      Call = "Expired"
	Claim        Call = "Claim"
	Held         Call = "Held"
	Pace         Call = "Pace"

	Target        Call = "Target"
	Unpublished   Call = "Unpublished"
	Publications  Call = "Publications"
	MarkPublished Call = "MarkPublished"
	Withdraw      Call = "Withdraw"
)

// What failing calls return, unless they were told otherwise.
var (
	ErrLost   = errors.New("the answer was lost")
	ErrKilled = errors.New("the process was killed")
)

// fault is what happens to one call.
type fault struct {
	before, after error  // instead of the call; instead of its answer
	kills         bool   // every later call fails too
	hangs         bool   // until its context is done
	hook, then    func() // run before the call, and after it
}

// Builder collects what shall go wrong. Faults of a method strike one call each, in the order they were told.
type Builder struct{ store *Store }

// New wraps a catalog that does not fail by itself.
func New(inner catalog.Store) Builder {
	return Builder{&Store{Store: inner, faults: make(map[Call][]fault)}}
}

// Pass lets n calls through.
func (b Builder) Pass(c Call, n int) Builder { return b.add(c, n, fault{}) }

// Fail makes n calls fail with err, having done nothing.
func (b Builder) Fail(c Call, n int, err error) Builder { return b.add(c, n, fault{before: err}) }

// Hang makes n calls wait until their context is done, having done nothing.
func (b Builder) Hang(c Call, n int) Builder { return b.add(c, n, fault{hangs: true}) }

// Lose makes n calls happen and return ErrLost.
func (b Builder) Lose(c Call, n int) Builder { return b.add(c, n, fault{after: ErrLost}) }

// Meanwhile runs f right before a call, as another worker would.
func (b Builder) Meanwhile(c Call, f func()) Builder { return b.add(c, 1, fault{hook: f}) }

// Afterwards runs f right after a call has happened, before anybody has its answer.
func (b Builder) Afterwards(c Call, f func()) Builder { return b.add(c, 1, fault{then: f}) }

// Moody asks f at each call for which nothing else was told: it fails with what f answers, having done nothing, or
// happens when that is ErrLost, or goes well when it is nil.
func (b Builder) Moody(f func(Call) error) Builder {
	b.store.mood = f
	return b
}

// KillBefore ends everything at a call, which does not happen: it and all later ones return ErrKilled.
func (b Builder) KillBefore(c Call) Builder {
	return b.add(c, 1, fault{before: ErrKilled, kills: true})
}

// KillAfter ends everything at a call, which happens: it and all later ones return ErrKilled.
func (b Builder) KillAfter(c Call) Builder { return b.add(c, 1, fault{after: ErrKilled, kills: true}) }

// Store is the catalog that fails.
func (b Builder) Store() *Store { return b.store }

func (b Builder) add(c Call, n int, f fault) Builder {
	for range n {
		b.store.faults[c] = append(b.store.faults[c], f)
	}
	return b
}

// Store is a catalog that fails when it was told to. Methods that are not among the Calls never do.
type Store struct {
	catalog.Store

	mu     sync.Mutex
	faults map[Call][]fault
	mood   func(Call) error
	killed bool
	calls  []Call
}

// Calls are the calls that were made, in their order.
func (s *Store) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// call makes a call, or what goes wrong with it.
func (s *Store) call(ctx context.Context, c Call, inner func() error) error {
	f := s.next(c)
	if f.hook != nil {
		f.hook()
	}
	if f.hangs {
		<-ctx.Done()
		return fmt.Errorf("%s: %w", c, ctx.Err())
	}
	if f.before != nil {
		return fmt.Errorf("%s: %w", c, f.before)
	}
	err := inner()
	if f.then != nil {
		f.then()
	}
	if f.after != nil {
		return fmt.Errorf("%s: %w", c, f.after)
	}
	return err
}

func (s *Store) next(c Call) fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	if s.killed {
		return fault{before: ErrKilled}
	}
	told := s.faults[c]
	if len(told) == 0 {
		return s.moody(c)
	}
	s.faults[c] = told[1:]
	s.killed = told[0].kills
	return told[0]
}

func (s *Store) moody(c Call) fault {
	if s.mood == nil {
		return fault{}
	}
	err := s.mood(c)
	if errors.Is(err, ErrLost) {
		return fault{after: err}
	}
	return fault{before: err}
}

// answer makes a call that has an answer, which is lost with it when it fails.
func answer[T any](ctx context.Context, s *Store, c Call, inner func() (T, error)) (T, error) {
	var v, none T
	err := s.call(ctx, c, func() (err error) {
		v, err = inner()
		return err
	})
	if err != nil {
		return none, err
	}
	return v, nil
}
