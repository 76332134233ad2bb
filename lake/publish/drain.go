package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/lease"
)

// handful is how many partitions are taken from the outbox at a time.
const handful = 500

// drain empties the outbox under a lease. Partitions that cannot be published stay in it, where they come first each
// time: those of one table must not keep others from being seen at all.
func (p *Publisher) drain(held *lease.Taken, r *Report) error {
	ctx := held.Context()
	errs := []error{p.tables(ctx, r)}
	stuck := map[catalog.Publication]bool{}
	for {
		todo, err := p.Ledger.Unpublished(ctx, len(stuck)+handful)
		if err != nil {
			return errors.Join(append(errs, fmt.Errorf("publish: %w", err))...)
		}
		todo = slices.DeleteFunc(todo, func(u catalog.Unpublished) bool { return stuck[versionOf(u)] })
		if len(todo) == 0 {
			return errors.Join(errs...)
		}
		for of := range byTable(todo) {
			err := p.days(held, of, r)
			if err == nil {
				continue
			}
			errs = append(errs, fmt.Errorf("publish table %s: %w", of[0].Table, err))
			if held.Check() != nil {
				return errors.Join(errs...)
			}
			for _, u := range of {
				stuck[versionOf(u)] = true
			}
		}
	}
}

// versionOf names what is to be published of a partition.
func versionOf(u catalog.Unpublished) catalog.Publication {
	return catalog.Publication{Table: u.Table, Day: u.Day, Version: u.Version}
}

// byTable divides partitions, which come by table, into those of each.
func byTable(all []catalog.Unpublished) func(yield func([]catalog.Unpublished) bool) {
	return func(yield func([]catalog.Unpublished) bool) {
		for len(all) > 0 {
			n := 1
			for n < len(all) && all[n].Table == all[0].Table {
				n++
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// days publishes partitions of one table: all manifests first, then Glue, then the ledger.
func (p *Publisher) days(held *lease.Taken, todo []catalog.Unpublished, r *Report) error {
	ctx := held.Context()
	t, err := p.table(ctx, todo[0].Table, r)
	if err != nil {
		return err
	}
	manifests, err := p.manifests(ctx, held.Current().Token, todo)
	if err != nil {
		return err
	}
	if err := p.put(ctx, manifests); err != nil {
		return err
	}
	if err := held.Confirm(); err != nil {
		return err
	}
	var show []glue.Day
	for _, m := range manifests {
		show = append(show, glue.Day{Publication: m.Publication, There: m.there})
	}
	var hide []string
	done := make([]catalog.Publication, 0, len(todo))
	for _, u := range todo {
		if u.Files == 0 {
			hide = append(hide, u.Day)
			done = append(done, versionOf(u))
		}
	}
	for _, m := range manifests {
		done = append(done, m.Publication)
	}
	if len(done) == 0 { // they have all lost their files since
		return &catalog.ConflictError{Moved: partitionsOf(todo)}
	}
	return p.write(held, t, show, hide, done, r)
}

func partitionsOf(all []catalog.Unpublished) (partitions []catalog.Partition) {
	for _, u := range all {
		partitions = append(partitions, u.Partition)
	}
	return partitions
}

// write writes to Glue and records what was written.
func (p *Publisher) write(held *lease.Taken, t catalog.Table, show []glue.Day, hide []string, done []catalog.Publication, r *Report) error {
	ctx := held.Context()
	var err error
	failed := map[string]bool{}
	for _, step := range []func() error{
		func() error { return p.Glue.Show(ctx, t, show) },
		func() error { return p.Glue.Hide(ctx, t.Name, hide) },
	} {
		e := step()
		var some *glue.DaysError
		switch {
		case errors.As(e, &some):
			for day := range some.Days {
				failed[day] = true
			}
			err = errors.Join(err, e)
		case errors.Is(e, glue.ErrNotFound):
			p.forget(t.Name) // somebody has dropped the table: it is made again the next time
			return e
		case e != nil:
			return e
		}
	}
	done = slices.DeleteFunc(done, func(d catalog.Publication) bool { return failed[d.Day] })
	marking := catalog.Publishing{Lease: held.Current(), Shown: done, Due: p.Now().Add(p.Delay)}
	if e := p.Ledger.MarkPublished(ctx, marking); e != nil {
		return errors.Join(err, e)
	}
	for _, d := range done {
		if d.Manifest == "" {
			r.Hidden++
		} else {
			r.Shown++
		}
	}
	return err
}

// table is a table as it is now, which Glue has been brought to.
func (p *Publisher) table(ctx context.Context, name string, r *Report) (catalog.Table, error) {
	t, err := p.Ledger.Table(ctx, name)
	if err != nil {
		return t, err
	}
	changed, err := p.ensure(ctx, t, r)
	if changed { // the view takes the new columns up
		p.mu.Lock()
		p.stale = true
		p.mu.Unlock()
	}
	return t, err
}
