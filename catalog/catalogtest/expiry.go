package catalogtest

import (
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

const day = "2026-01-31"

var expiryCases = []sentence{
	{"an expired partition is not listed, and its files wait in the trash", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-30", day)
		path := l.paths()[1]
		l.expire()
		found, err := l.Partitions(l.ctx, table, "", "")
		l.must(err)
		l.same("days", daysOf(found), []string{"2026-01-30"})
		found, err = l.Coverage(l.ctx, nil, "", "")
		l.must(err)
		l.same("covered days", daysOf(found), []string{"2026-01-30"})
		p, err := l.Partition(l.ctx, table, day)
		l.must(err)
		l.same("partition", p, catalog.Partition{Table: table, Day: day, Generation: 2, Version: 2})
		l.same("trash", l.wasted(), []catalog.Waste{{Path: path, Table: table, Day: day, Bytes: 1000,
			Why: catalog.WasteExpired, Since: start, Due: start.Add(time.Hour)}})
		l.same("expired", l.expired(), []catalog.Expired{{Table: table, Day: day, Generation: 1, Rows: 10, Bytes: 1000, Files: 1,
			At: start, Due: start.Add(time.Hour)}})
		l.balanced()
	}},
	{"files of expired days are listed for who asks for them, until they are collected", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-30", day)
		before, err := l.Files(l.ctx, catalog.FileQuery{})
		l.must(err)
		ask := func(q catalog.FileQuery) []catalog.File {
			q.Restorable = true
			found, err := l.Files(l.ctx, q)
			l.must(err)
			return found
		}
		l.same("files before", ask(catalog.FileQuery{}), before)
		l.expire()
		l.same("files of queries", len(l.paths()), 1)
		l.same("files", ask(catalog.FileQuery{}), before)
		l.same("files of the other day", ask(catalog.FileQuery{ToDay: "2026-01-30"}), before[:1])
		l.same("files of another table", len(ask(catalog.FileQuery{Tables: []string{"other"}})), 0)
		l.clock.Move(time.Hour)
		l.collect(10)
		l.same("files once collected", ask(catalog.FileQuery{}), before[:1])
	}},
	{"totals leave expired events out and say how many they were", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-30", day)
		l.expire()
		got, err := l.Totals(l.ctx)
		l.must(err)
		l.same("totals", got, []catalog.TableTotals{{
			Table: table, Events: 10, Bytes: 1000, Files: 1, Days: 1, FirstDay: "2026-01-30", LastDay: "2026-01-30",
			MinTime: time.Date(2026, 1, 30, 10, 0, 0, 0, time.UTC), MaxTime: time.Date(2026, 1, 30, 11, 0, 0, 0, time.UTC),
			Expired: 10, Objects: 1, RawBytes: 1000, Counts: catalog.Counts{RecordsIn: 21, EventsOut: 20, Duplicates: 1},
		}})
	}},
	{"the books balance when the files are gone for good", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), day)
		l.expire()
		l.clock.Move(time.Hour)
		paths := l.collect(10)
		l.same("collected", len(paths), 1)
		l.same("collected are known to be", l.expired()[0].Collected, true)
		l.balanced()
		l.must(l.Forget(l.ctx, paths))
		l.same("forgotten are known to be", l.expired()[0].Collected, true)
		l.balanced()
	}},
	{"an expiry whose answer was lost can be repeated, also after its lease expired and late events came", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), day)
		e := l.expiryOf()
		e.Lease = l.acquire("a")
		l.must(l.Expire(l.ctx, e))
		l.must(l.Expire(l.ctx, e))
		l.convert(batchOf("b2", "k2"), day)
		l.clock.Move(time.Hour)
		l.must(l.reopen().Expire(l.ctx, e))
		l.same("rows", l.rows(), int64(10))
		l.same("expired", len(l.expired()), 1)
		l.balanced()
	}},
	{"late events begin the next generation, and can expire too", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), day)
		l.expire()
		b := batchOf("b2", "k2")
		l.must(l.Plan(l.ctx, b))
		c := l.commitOf(b, day)
		l.must(l.Commit(l.ctx, c))
		p, err := l.Partition(l.ctx, table, day)
		l.must(err)
		l.same("partition", p, catalog.Partition{Table: table, Day: day, Generation: 2, Version: 3, Rows: 10, Bytes: 1000, Files: 1,
			MinTime: c.Files[0].MinTime, MaxTime: c.Files[0].MaxTime})
		l.balanced()
		l.expire()
		l.same("expired", len(l.expired()), 2)
		l.balanced()
	}},
	{"an expiry of a partition that has moved, or under a lost lease, is refused", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), day)
		e := l.expiryOf()
		e.Lease = l.acquire("a")
		l.clock.Move(minute)
		if err := l.Expire(l.ctx, e); !errors.Is(err, catalog.ErrLeaseLost) {
			l.Fatalf("got %v", err)
		}
		e.Lease = catalog.Lease{}
		l.convert(batchOf("b2", "k2"), day)
		var conflict *catalog.ConflictError
		if err := l.Expire(l.ctx, e); !errors.As(err, &conflict) || conflict.Moved[0].Version != 2 {
			l.Fatalf("got %v", err)
		}
		l.same("files", len(l.paths()), 2)
		l.same("expired", len(l.expired()), 0)
		l.balanced()
	}},
	{"the expiry of a partition without files changes nothing", func(l *lake) {
		l.withTable().must(l.Expire(l.ctx, l.expiryOf()))
		l.convert(batchOf("b1", "k1"), day)
		l.expire()
		l.must(l.Expire(l.ctx, l.expiryOf()))
		p, err := l.Partition(l.ctx, table, day)
		l.must(err)
		l.same("generation and version", []int64{int64(p.Generation), p.Version}, []int64{2, 2})
		l.same("expired", len(l.expired()), 1)
	}},
	{"restoring takes the files back as they were, beside those that came late", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), day)
		before, err := l.Files(l.ctx, catalog.FileQuery{})
		l.must(err)
		l.expire()
		l.must(l.Restore(l.ctx, table, day))
		l.must(l.Restore(l.ctx, table, day))
		after, err := l.Files(l.ctx, catalog.FileQuery{})
		l.must(err)
		l.same("files", after, before)
		p, err := l.Partition(l.ctx, table, day)
		l.must(err)
		l.same("partition", p, catalog.Partition{Table: table, Day: day, Generation: 2, Version: 3, Rows: 10, Bytes: 1000, Files: 1,
			MinTime: before[0].MinTime, MaxTime: before[0].MaxTime})
		l.same("trash", len(l.wasted()), 0)
		l.same("restored", l.expired()[0].Restored, true)
		l.balanced()
		l.convert(batchOf("b2", "k2"), day)
		l.expire()
		l.same("expired again", len(l.expired()), 2)
		l.balanced()
		l.must(l.Restore(l.ctx, table, day))
		l.same("rows", l.rows(), int64(20))
		l.balanced()
	}},
	{"restoring takes back every time that a day expired, but those that are being deleted", func(l *lake) {
		l.withTable()
		for i := range 3 {
			l.convert(batchOf(fmt.Sprint("b", i), fmt.Sprint("k", i)), day)
			l.expireUntil(start.Add(time.Duration(i+1) * time.Hour))
		}
		l.clock.Move(time.Hour)
		l.same("collected", len(l.collect(10)), 1)
		l.must(l.Restore(l.ctx, table, day))
		l.same("rows", l.rows(), int64(20))
		l.balanced()
	}},
	{"what did not expire, or is being deleted, cannot be restored", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), day)
		l.convert(batchOf("b2", "k2"), day)
		if err := l.Restore(l.ctx, table, day); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("got %v", err)
		}
		l.expire()
		l.clock.Move(time.Hour)
		l.same("collected", len(l.collect(1)), 1)
		if err := l.Restore(l.ctx, table, day); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("got %v", err)
		}
		l.same("trash", len(l.wasted()), 2)
		p, err := l.Partition(l.ctx, table, day)
		l.must(err)
		l.same("version", p.Version, int64(3))
		l.balanced()
	}},
	{"a hold of all accounts keeps a partition that has one of its events from expiring", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), day) // from 10:00 to 11:00
		at := func(hour int) time.Time { return time.Date(2026, 1, 31, hour, 0, 0, 0, time.UTC) }
		for _, c := range []struct {
			says string
			hold catalog.Hold
			want bool
		}{
			{"of everything", catalog.Hold{}, true},
			{"of the table", catalog.Hold{Table: table}, true},
			{"of another table", catalog.Hold{Table: "aws_vpcflow"}, false},
			{"of the first event", catalog.Hold{To: at(10).Add(time.Millisecond)}, true},
			{"until the first event", catalog.Hold{To: at(10)}, false},
			{"from the last event", catalog.Hold{From: at(11), To: at(12)}, true},
			{"from later", catalog.Hold{From: at(11).Add(1)}, false},
			{"of an account, which was looked for", catalog.Hold{Account: "111122223333"}, false},
		} {
			c.hold.ID = "h"
			l.must(l.AddHold(l.ctx, c.hold))
			e := l.expiryOf()
			e.Lease.Name = "nobody's" // so that nothing happens where nothing is held
			err := l.Expire(l.ctx, e)
			l.same(c.says, errors.Is(err, catalog.ErrLeaseLost), true)
			e.Lease = catalog.Lease{}
			if c.want {
				l.same(c.says, errors.Is(l.Expire(l.ctx, e), catalog.ErrOnHold), true)
				continue
			}
			l.must(l.Expire(l.ctx, e))
			l.must(l.Restore(l.ctx, table, day))
		}
		l.same("rows", l.rows(), int64(10))
	}},
	{"a hold of an account that was not looked for, or was changed since, keeps a partition from expiring", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), day)
		before := l.expiryOf()
		l.must(l.AddHold(l.ctx, catalog.Hold{ID: "h", Account: "111122223333"}))
		l.same("not looked for", errors.Is(l.Expire(l.ctx, before), catalog.ErrOnHold), true)
		looked := l.expiryOf()
		l.clock.Move(time.Second)
		l.must(l.AddHold(l.ctx, catalog.Hold{ID: "h", Account: "444455556666"}))
		l.same("changed", errors.Is(l.Expire(l.ctx, looked), catalog.ErrOnHold), true)
		l.must(l.AddHold(l.ctx, catalog.Hold{ID: "h", Account: "444455556666", From: start.AddDate(1, 0, 0)}))
		l.must(l.Expire(l.ctx, looked))
		l.same("rows", l.rows(), int64(0))
	}},
	{"a hold keeps files that have expired from being deleted", func(l *lake) {
		l.withTable().must(l.AddHold(l.ctx, catalog.Hold{ID: "looked at", Account: "111122223333"}))
		l.clock.Move(time.Second)
		l.convert(batchOf("b1", "k1"), day)
		l.expire()
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p1", 1)}))
		l.must(l.AddHold(l.ctx, catalog.Hold{ID: "all", Table: table}))
		l.clock.Move(time.Hour)
		l.same("collected", l.collect(10), []string{"p1"})
		l.must(l.DropHold(l.ctx, "all"))
		l.must(l.AddHold(l.ctx, catalog.Hold{ID: "later", Account: "444455556666"}))
		l.same("collected", l.collect(10), []string{"p1"})
		l.must(l.DropHold(l.ctx, "later"))
		l.same("collected", len(l.collect(10)), 2)
	}},
}

// expiryOf expires the day as it is now, its files having been looked into for every hold.
func (l *lake) expiryOf() catalog.Expiry {
	l.Helper()
	p, err := l.Partition(l.ctx, table, day)
	l.must(err)
	holds, err := l.Holds(l.ctx)
	l.must(err)
	return catalog.Expiry{Seen: p, Due: start.Add(time.Hour), Looked: holds}
}

func (l *lake) expire() {
	l.Helper()
	l.must(l.Expire(l.ctx, l.expiryOf()))
}

func (l *lake) expireUntil(due time.Time) {
	l.Helper()
	e := l.expiryOf()
	e.Due = due
	l.must(l.Expire(l.ctx, e))
}

func (l *lake) expired() []catalog.Expired {
	l.Helper()
	found, err := l.Expired(l.ctx)
	l.must(err)
	return found
}
