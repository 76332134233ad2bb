package catalogtest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var claimCases = []sentence{
	{"workers that claim at once never get the same batch, and together all of them", func(l *lake) {
		const workers, batches = 4, 40
		l.withTable()
		for i := range batches {
			l.must(l.Plan(l.ctx, batchOf(fmt.Sprintf("b%02d", i), fmt.Sprint("k", i))))
		}
		var mu sync.Mutex
		owners := map[string]int{}
		l.apart(workers, func(w int, own *lake) error {
			for {
				b, _, err := own.Claim(own.ctx, fmt.Sprint(w), minute)
				if errors.Is(err, catalog.ErrNotFound) {
					return nil
				}
				if err != nil {
					return err
				}
				mu.Lock()
				owners[b.ID]++
				mu.Unlock()
			}
		})
		l.same("batches", len(owners), batches)
		for id, n := range owners {
			l.same("owners of "+id, n, 1)
		}
	}},
	{"workers that claim, die, take over and wake up again convert every batch once", func(l *lake) {
		const workers, batches = 4, 24
		l.withTable()
		for i := range batches {
			l.must(l.Plan(l.ctx, batchOf(fmt.Sprintf("b%02d", i), fmt.Sprint("k", i))))
		}
		l.apart(workers, func(w int, own *lake) error { return own.work(fmt.Sprint(w), w%2 == 1) })
		l.same("unfinished", l.unfinished(), []string{})
		l.same("rows", l.rows(), int64(batches*20))
		l.balanced()
	}},
	{"workers that swap, expire, restore and append to the same day at once keep the books", func(l *lake) {
		l.withTable().convert(batchOf("b", "k"), day)
		l.apart(4, func(w int, own *lake) error {
			for i := range 8 {
				var err error
				switch id := fmt.Sprintf("%d-%d", w, i); w {
				case 0:
					err = own.trySwap(id)
				case 1:
					err = own.tryExpire(i)
				default:
					_, err = own.insist(batchOf("b"+id, "k"+id), day)
				}
				if err != nil {
					return err
				}
				if findings, err := own.Audit(own.ctx); err != nil || len(findings) > 0 {
					return fmt.Errorf("a reader found %v: %w", findings, err)
				}
			}
			return nil
		})
		if err := l.Restore(l.ctx, table, day); err != nil && !errors.Is(err, catalog.ErrNotFound) {
			l.Fatal(err)
		}
		l.same("rows", l.rows(), int64(10+16*10))
		l.balanced()
	}},
	{"a reader never sees rows doubled or missing while files are swapped", func(l *lake) {
		l.withTable().convert(batchOf("b", "k"), day)
		l.apart(3, func(w int, own *lake) error {
			for i := range 20 {
				if w == 0 {
					if err := own.trySwap(fmt.Sprint(i)); err != nil {
						return err
					}
					continue
				}
				files, err := own.Files(own.ctx, catalog.FileQuery{})
				if err != nil || len(files) != 1 || files[0].Rows != 10 {
					return fmt.Errorf("a reader saw %v: %w", files, err)
				}
			}
			return nil
		})
	}},
	{"files are either collected or swapped in, not both", func(l *lake) {
		l.withTable().convert(batchOf("b", "k"), day)
		collected := map[string]bool{}
		for i := range 10 {
			s := l.swapOf(fmt.Sprint("m", i), day)
			due := wasteOf(s)
			due[0].Due = start
			l.must(l.Throw(l.ctx, due))
			l.apart(2, func(w int, own *lake) error {
				if w == 0 {
					if err := own.Swap(own.ctx, s); !errors.Is(err, catalog.ErrNotFound) {
						return err
					}
					return nil
				}
				found, err := own.Collect(own.ctx, 100)
				for _, f := range found {
					collected[f.Path] = true
				}
				return err
			})
			for _, path := range l.paths() {
				l.same(path+" is collected", collected[path], false)
			}
		}
		l.balanced()
	}},
}

// apart runs n workers at once, each on a handle of its own, as processes are.
func (l *lake) apart(n int, work func(w int, own *lake) error) {
	l.Helper()
	handles := make([]*lake, n)
	for w := range handles {
		handles[w] = l.reopen()
	}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for w, own := range handles {
		wg.Go(func() { errs[w] = work(w, own) })
	}
	wg.Wait()
	l.must(errors.Join(errs...))
}

// work claims and converts batches until none is left. A tired worker sleeps beyond its lease over every other one, and
// then tries to commit it.
func (l *lake) work(owner string, tired bool) error {
	for n := 0; ; n++ {
		b, lease, err := l.Claim(l.ctx, owner, minute)
		if errors.Is(err, catalog.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if tired && n%2 == 0 {
			l.clock.Move(2 * minute)
		}
		err = l.commitUnder(lease, b)
		if err != nil && !errors.Is(err, catalog.ErrLeaseLost) {
			return err
		}
	}
}

// commitUnder commits a batch to two days under a lease, again after every conflict.
func (l *lake) commitUnder(lease catalog.Lease, b catalog.Batch) error {
	for {
		c, err := l.tenADay(b, "2026-01-30", day)
		if err != nil {
			return err
		}
		c.Lease = lease
		err = l.Commit(l.ctx, c)
		var conflict *catalog.ConflictError
		if !errors.As(err, &conflict) {
			return err
		}
	}
}

// trySwap merges the day, if nobody else changes it meanwhile.
func (l *lake) trySwap(id string) error {
	p, err := l.Partition(l.ctx, table, day)
	if err != nil || p.Files == 0 {
		return err
	}
	s := swapOf("m"+id, p)
	if err := l.Throw(l.ctx, wasteOf(s)); err != nil {
		return err
	}
	return unlessMoved(l.Swap(l.ctx, s))
}

// tryExpire expires the day, or restores it, if nobody else changes it meanwhile.
func (l *lake) tryExpire(i int) error {
	if i%2 == 1 {
		if err := l.Restore(l.ctx, table, day); !errors.Is(err, catalog.ErrNotFound) {
			return err
		}
		return nil
	}
	p, err := l.Partition(l.ctx, table, day)
	if err != nil {
		return err
	}
	return unlessMoved(l.Expire(l.ctx, catalog.Expiry{Seen: p, Due: start.Add(24 * time.Hour)}))
}

func unlessMoved(err error) error {
	var conflict *catalog.ConflictError
	if errors.As(err, &conflict) {
		return nil
	}
	return err
}
