package catalogtest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/hindcast/hindcast/catalog"
)

const spendDay = "2026-02-01"

var spendingCases = []sentence{
	{"what is reserved counts until it is settled by what was taken", func(l *lake) {
		l.must(l.Reserve(l.ctx, reservation("a", 100, catalog.Spend{})))
		l.spent(catalog.Spend{Bytes: 100, MicroUSD: 1000})
		l.must(l.Reserve(l.ctx, reservation("b", 50, catalog.Spend{})))
		l.must(l.Settle(l.ctx, "a", catalog.Spend{Bytes: 7, MicroUSD: 48, Executions: 1}))
		l.spent(catalog.Spend{Bytes: 57, MicroUSD: 548, Executions: 1})
	}},
	{"a day on which nothing was spent has nothing", func(l *lake) {
		l.must(l.Reserve(l.ctx, reservation("a", 100, catalog.Spend{})))
		got, err := l.Spent(l.ctx, "2026-02-02")
		l.must(err)
		l.same("spent", got, catalog.Spend{})
	}},
	{"reserving and settling twice count once", func(l *lake) {
		for range 2 {
			l.must(l.Reserve(l.ctx, reservation("a", 100, catalog.Spend{})))
		}
		l.spent(catalog.Spend{Bytes: 100, MicroUSD: 1000})
		for range 2 {
			l.must(l.Settle(l.ctx, "a", catalog.Spend{Bytes: 7, MicroUSD: 48, Executions: 1}))
		}
		l.spent(catalog.Spend{Bytes: 7, MicroUSD: 48, Executions: 1})
		l.must(l.Settle(l.ctx, "never reserved", catalog.Spend{Bytes: 7}))
		l.spent(catalog.Spend{Bytes: 7, MicroUSD: 48, Executions: 1})
	}},
	{"what would exceed a limit of bytes or of the price is refused, and nothing reserved", func(l *lake) {
		l.must(l.Reserve(l.ctx, reservation("a", 60, catalog.Spend{})))
		for _, limit := range []catalog.Spend{{Bytes: 99}, {MicroUSD: 999}} {
			var over *catalog.OverBudgetError
			err := l.Reserve(l.ctx, reservation("b", 40, limit))
			if !errors.As(err, &over) || over.Spent != (catalog.Spend{Bytes: 60, MicroUSD: 600}) || over.Expected.Bytes != 40 || over.Limit != limit {
				l.Fatalf("got %v", err)
			}
			l.spent(catalog.Spend{Bytes: 60, MicroUSD: 600})
		}
		l.must(l.Reserve(l.ctx, reservation("b", 40, catalog.Spend{Bytes: 100, MicroUSD: 1000})))
	}},
	{"a day's limit does not count other days", func(l *lake) {
		l.must(l.Reserve(l.ctx, reservation("a", 100, catalog.Spend{})))
		r := reservation("b", 100, catalog.Spend{Bytes: 100})
		r.Day = "2026-02-02"
		l.must(l.Reserve(l.ctx, r))
	}},
	{"two who reserve at once stay within the limit together", func(l *lake) {
		const each, room = 10, 7
		limit := catalog.Spend{Bytes: each * room}
		errs := make([]error, 20)
		var wg sync.WaitGroup
		for i := range errs {
			other := l.reopen()
			wg.Go(func() { errs[i] = other.Reserve(l.ctx, reservation(fmt.Sprint("r", i), each, limit)) })
		}
		wg.Wait()
		given := 0
		for _, err := range errs {
			var over *catalog.OverBudgetError
			switch {
			case err == nil:
				given++
			case !errors.As(err, &over):
				l.Fatal(err)
			}
		}
		l.same("reservations", given, room)
		l.spent(catalog.Spend{Bytes: each * room, MicroUSD: 10 * each * room})
	}},
	{"reservations that are none are refused", func(l *lake) {
		for _, change := range []func(*catalog.Reservation){
			func(r *catalog.Reservation) { r.ID = "" },
			func(r *catalog.Reservation) { r.Day = "today" },
			func(r *catalog.Reservation) { r.Expected.Bytes = -1 },
		} {
			r := reservation("a", 1, catalog.Spend{})
			change(&r)
			if err := l.Reserve(l.ctx, r); err == nil {
				l.Fatalf("%+v was taken", r)
			}
		}
	}},
}

// reservation is one of so many bytes, each of which costs ten millionths of a dollar.
func reservation(id string, bytes int64, limit catalog.Spend) catalog.Reservation {
	return catalog.Reservation{ID: id, Day: spendDay, Expected: catalog.Spend{Bytes: bytes, MicroUSD: 10 * bytes}, Limit: limit}
}

func (l *lake) spent(want catalog.Spend) {
	l.Helper()
	got, err := l.Spent(l.ctx, spendDay)
	l.must(err)
	l.same("spent", got, want)
}
