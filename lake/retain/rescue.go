package retain

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
)

// ErrGone says that a day's files are deleted, or being deleted.
var ErrGone = errors.New("its files are deleted already")

// Restore puts an expired day back into its table, until its files are deleted.
func Restore(ctx context.Context, s Store, table, day string) error {
	err := s.Restore(ctx, table, day)
	if errors.Is(err, catalog.ErrNotFound) {
		return whyNot(ctx, s, table, day, err)
	}
	return err
}

// whyNot tells a day that is gone from one that has not expired.
func whyNot(ctx context.Context, s Store, table, day string, err error) error {
	expired, listed := s.Expired(ctx)
	if listed != nil {
		return errors.Join(err, listed)
	}
	for _, e := range expired {
		if e.Table == table && e.Day == day {
			return fmt.Errorf("restore %s/%s: %w", table, day, ErrGone)
		}
	}
	return err
}

// AddHold adds a hold and puts the days back that it keeps and that were expired before. They are put back first: a
// hold that is there has its days, wherever this was interrupted.
func (k *Keeper) AddHold(ctx context.Context, s Store, h catalog.Hold) ([]Awaiting, error) {
	if err := h.Validate(); err != nil {
		return nil, err
	}
	rules, err := k.Rules(ctx)
	if err != nil {
		return nil, err
	}
	before, err := k.rescue(ctx, s, NewRules(nil, []catalog.Hold{h}))
	if err != nil {
		return before, err
	}
	if err := s.AddHold(ctx, h); err != nil {
		return before, err
	}
	// Those that an apply, which has not seen the hold, has expired meanwhile.
	after, err := k.rescue(ctx, s, NewRules(nil, append(rules.holds[:len(rules.holds):len(rules.holds)], h)))
	return append(before, after...), err
}

// rescue puts expired days back that holds keep, as long as their files are there.
func (k *Keeper) rescue(ctx context.Context, s Store, r Rules) ([]Awaiting, error) {
	back := []Awaiting{}
	if len(r.holds) == 0 {
		return back, nil
	}
	waiting, err := awaiting(ctx, s)
	if err != nil || len(waiting) == 0 {
		return back, err
	}
	for _, day := range waiting {
		restored, err := k.rescueDay(ctx, s, r, day)
		if err != nil {
			return back, err
		}
		if restored {
			back = append(back, day)
		}
	}
	return back, nil
}

// reopen puts days back that holds of accounts came upon in the trash and do not keep: the catalog, which does not look
// into files, would not let go of them while the hold lasts. They are past their retention, so that no query shows them,
// and expire again at once, this time with the hold looked for.
func (k *Keeper) reopen(ctx context.Context, s Store, r Rules) error {
	expired, err := s.Expired(ctx)
	if err != nil {
		return fmt.Errorf("list the expired days: %w", err)
	}
	for _, e := range expired {
		late := func(h catalog.Hold) bool { return h.Account != "" && !h.SetAt.Before(e.At) }
		if e.Restored || e.Collected || !r.past(e.Table, e.Day, k.now()) || !slices.ContainsFunc(r.holdsOn(e.Table, e.Day), late) {
			continue
		}
		if err := s.Restore(ctx, e.Table, e.Day); err != nil && !errors.Is(err, catalog.ErrNotFound) {
			return fmt.Errorf("put %s/%s back to look into it: %w", e.Table, e.Day, err)
		}
	}
	return nil
}

// rescueDay puts one day back if a hold keeps it, or what came to it since it expired.
func (k *Keeper) rescueDay(ctx context.Context, s Store, r Rules, day Awaiting) (bool, error) {
	if len(r.holdsOn(day.Table, day.Day)) == 0 {
		return false, nil
	}
	found, err := s.Files(ctx, catalog.FileQuery{Tables: []string{day.Table}, FromDay: day.Day, ToDay: day.Day, Restorable: true})
	if err != nil {
		return false, fmt.Errorf("list the files of %s/%s, which has expired: %w", day.Table, day.Day, err)
	}
	files := make([]stored, len(found))
	for i, f := range found {
		files[i] = stored{path: f.Path, bytes: f.Bytes} // without its times it is looked into, and the answer exact
	}
	holds, err := k.held(ctx, r, day.Table, day.Day, files)
	if err == nil && len(holds) == 0 {
		return false, nil
	}
	// Where the files cannot be read, the day comes back too: a hold must not be lost for want of an answer.
	if restored := s.Restore(ctx, day.Table, day.Day); restored != nil && !errors.Is(restored, catalog.ErrNotFound) {
		return false, errors.Join(err, restored)
	} else if errors.Is(restored, catalog.ErrNotFound) {
		return false, nil
	}
	return true, nil
}
