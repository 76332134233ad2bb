package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hindcast/hindcast/catalog"
)

var workerCases = []sentence{
	{"workers that commit to the same days at once lose nothing and double nothing", func(l *lake) {
		l.withTable()
		const workers, batches = 4, 6
		var conflicts int
		var mu sync.Mutex
		l.together(workers, func(w int, own *lake) error {
			for i := range batches {
				n, err := own.insist(batchOf(fmt.Sprintf("b%d-%d", w, i), fmt.Sprintf("k%d-%d", w, i)), "2026-01-30", "2026-01-31")
				if err != nil {
					return err
				}
				mu.Lock()
				conflicts += n
				mu.Unlock()
			}
			return nil
		})
		l.Logf("%d conflicts", conflicts)
		l.same("rows", l.rows(), int64(workers*batches*20))
		p, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		l.same("version", p.Version, int64(workers*batches))
		l.balanced()
	}},
	{"of workers that plan the same objects, one gets them", func(l *lake) {
		const workers = 6
		won := make([]bool, workers)
		l.together(workers, func(w int, own *lake) error {
			err := own.Plan(own.ctx, batchOf(fmt.Sprintf("b%d", w), "k3", "k1", "k2"))
			var taken *catalog.TakenError
			if won[w] = err == nil; won[w] || errors.As(err, &taken) {
				return nil
			}
			return err
		})
		l.same("winners", len(l.unfinished()), 1)
		winners := 0
		for _, w := range won {
			if w {
				winners++
			}
		}
		l.same("told that they won", winners, 1)
	}},
	{"of workers that want a lease, one gets it", func(l *lake) {
		const workers = 6
		var mu sync.Mutex
		var owners []int64
		l.together(workers, func(w int, own *lake) error {
			got, err := own.AcquireLease(own.ctx, "compact", fmt.Sprint(w), minute)
			var held *catalog.HeldError
			switch {
			case errors.As(err, &held):
				return nil
			case err != nil:
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			owners = append(owners, got.Token)
			return nil
		})
		l.same("tokens", owners, []int64{1})
	}},
	{"a batch that several workers commit at once counts once", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-31")
		l.together(4, func(_ int, own *lake) error { return own.Commit(own.ctx, c) })
		l.same("rows", l.rows(), int64(10))
		l.balanced()
	}},
	{"a reader sees all of a commit or nothing of it", func(l *lake) {
		l.withTable()
		l.together(2, func(w int, own *lake) error {
			for i := range 20 {
				if w == 0 {
					if _, err := own.insist(batchOf(fmt.Sprintf("b%d", i), fmt.Sprintf("k%d", i)), "2026-01-30", "2026-01-31"); err != nil {
						return err
					}
					continue
				}
				files, err := own.Files(own.ctx, catalog.FileQuery{})
				if err != nil || len(files)%2 != 0 {
					return fmt.Errorf("a reader saw %d files: %w", len(files), err)
				}
				if findings, err := own.Audit(own.ctx); err != nil || len(findings) > 0 {
					return fmt.Errorf("a reader found %v: %w", findings, err)
				}
			}
			return nil
		})
	}},
	{"processes that evolve a table at once keep each other's columns", func(l *lake) {
		const workers = 4
		l.together(workers, func(w int, own *lake) error {
			t := tableOf(table)
			t.Columns = append(t.Columns, catalog.Column{Name: fmt.Sprintf("c%d", w), ECS: "c"})
			return own.EnsureTable(own.ctx, t)
		})
		t, err := l.Table(l.ctx, table)
		l.must(err)
		names := map[string]bool{}
		for _, c := range t.Columns {
			names[c.Name] = true
		}
		l.same("columns", []int{len(t.Columns), len(names)}, []int{2 + workers, 2 + workers})
	}},
	{"a call whose context is done returns its error", func(l *lake) {
		ctx, cancel := context.WithCancel(l.ctx)
		cancel()
		if err := l.Plan(ctx, batchOf("b1", "k1")); !errors.Is(err, context.Canceled) {
			l.Fatalf("got %v", err)
		}
		l.same("unfinished", l.unfinished(), []string{})
	}},
}

// together runs n workers at once, every other one on a handle of its own.
func (l *lake) together(n int, work func(w int, own *lake) error) {
	l.Helper()
	other := l.reopen()
	errs := make([]error, n)
	var wg sync.WaitGroup
	for w := range n {
		wg.Go(func() {
			own := l
			if w%2 == 1 {
				own = other
			}
			errs[w] = work(w, own)
		})
	}
	wg.Wait()
	l.must(errors.Join(errs...))
}

// insist plans a batch and commits it, again after every conflict, and tells how many there were. It may be called
// from any goroutine.
func (l *lake) insist(b catalog.Batch, days ...string) (conflicts int, err error) {
	if err := l.Plan(l.ctx, b); err != nil {
		return 0, err
	}
	for {
		c, err := l.tenADay(b, days...)
		if err != nil {
			return conflicts, err
		}
		err = l.Commit(l.ctx, c)
		var conflict *catalog.ConflictError
		if !errors.As(err, &conflict) {
			return conflicts, err
		}
		conflicts++
	}
}

// tenADay commits ten rows a day of a batch with one object. It may be called from any goroutine.
func (l *lake) tenADay(b catalog.Batch, days ...string) (catalog.Commit, error) {
	c := catalog.Commit{Batch: b.ID}
	for _, day := range days {
		p, err := l.Partition(l.ctx, b.Table, day)
		if err != nil {
			return c, err
		}
		c.Expect, c.Files = append(c.Expect, p), append(c.Files, fileOf(b, p, 10))
	}
	n := int64(10 * len(days))
	c.Objects = []catalog.ObjectResult{{Object: b.Objects[0], Counts: catalog.Counts{RecordsIn: n, EventsOut: n}}}
	return c, nil
}
