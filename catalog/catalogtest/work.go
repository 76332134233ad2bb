package catalogtest

import (
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var workCases = []sentence{
	{"batches are claimed by rank, then by age, then by id, with their lease", func(l *lake) {
		l.withTable()
		for _, c := range []struct {
			id   string
			rank int64
			age  time.Duration
		}{{"b6", 2, 9 * time.Hour}, {"b5", 1, 0}, {"b2", -1, time.Hour}, {"b3", -1, 0}, {"b4", -1, 0}, {"b1", -5, 0}} {
			b := batchOf(c.id, "key of "+c.id)
			b.Rank, b.PlannedAt = c.rank, start.Add(-c.age)
			l.must(l.Plan(l.ctx, b))
			got, err := l.Batch(l.ctx, c.id)
			l.must(err)
			l.same("rank", got.Rank, c.rank)
		}
		l.must(l.Stage(l.ctx, "b1", []string{"p1"}))
		got, lease, err := l.Claim(l.ctx, "a", minute)
		l.must(err)
		want, err := l.Batch(l.ctx, "b1")
		l.must(err)
		l.same("batch", got, want)
		l.same("lease", lease, catalog.Lease{Name: "batch/b1", Owner: "a", Token: 1, Expires: start.Add(minute)})
		for _, id := range []string{"b2", "b3", "b4", "b5", "b6"} {
			l.same("claimed", l.claim("b").Name, catalog.BatchLease(id))
		}
		l.nothingToClaim()
	}},
	{"a batch is claimed again when its lease is given back or has expired, with a greater token", func(l *lake) {
		l.must(l.Plan(l.ctx, batchOf("b1", "k1")))
		first := l.claim("a")
		l.nothingToClaim()
		l.must(l.ReleaseLease(l.ctx, first))
		l.same("token", l.claim("b").Token, int64(2))
		l.clock.Move(minute - time.Millisecond)
		l.nothingToClaim()
		l.clock.Move(time.Millisecond)
		l.same("lease", l.claim("c"), catalog.Lease{Name: "batch/b1", Owner: "c", Token: 3, Expires: start.Add(2 * minute)})
	}},
	{"a worker that wakes up after its batch was taken over cannot commit it", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		late := l.commitOf(b, day)
		late.Lease = l.claim("a")
		l.clock.Move(minute)
		c := l.commitOf(b, day)
		c.Lease = l.claim("b")
		l.lost(late)
		l.must(l.Commit(l.ctx, c))
		l.must(l.Commit(l.ctx, late)) // it is done
		l.same("rows", l.rows(), int64(10))
		l.balanced()
	}},
	{"a lease of a batch that was undone and planned again is another", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		c := l.commitOf(b, day)
		c.Lease = l.claim("a")
		l.must(l.Undo(l.ctx, "b1"))
		l.must(l.ReleaseLease(l.ctx, c.Lease))
		l.must(l.Plan(l.ctx, b))
		l.claim("b")
		l.lost(c)
	}},
	{"finished batches and those that retry quarantined records are not claimed", func(l *lake) {
		l.withRejected(1)
		l.planRetry("b2", "q1")
		l.nothingToClaim()
	}},
	{"leases that have not expired are listed by name", func(l *lake) {
		for _, name := range []string{"batch/b2", "planning", "batch/b1", "batch"} {
			_, err := l.AcquireLease(l.ctx, name, "a", minute)
			l.must(err)
		}
		gone, err := l.AcquireLease(l.ctx, "batch/b0", "a", minute)
		l.must(err)
		l.must(l.ReleaseLease(l.ctx, gone))
		_, err = l.AcquireLease(l.ctx, "batch/b3", "a", 2*minute)
		l.must(err)
		l.same("held", l.held("batch/"), []string{"batch/b1", "batch/b2", "batch/b3"})
		l.same("all held", l.held(""), []string{"batch", "batch/b1", "batch/b2", "batch/b3", "planning"})
		l.clock.Move(minute)
		l.same("held later", l.held("batch/"), []string{"batch/b3"})
	}},
	{"the pace is what was committed since a time, by table", func(l *lake) {
		l.withTable().convert(batchOf("b0", "k0"), day)
		l.clock.Move(time.Hour)
		l.convert(batchOf("b1", "k1", "k2"), day)
		l.convert(batchOf("b2", "k3"), "2026-01-30", day)
		l.must(l.Plan(l.ctx, batchOf("b3", "k4")))
		l.convertFlows("b4", day)
		nothing := batchOf("b5")
		nothing.Table = "aws_elb"
		l.must(l.EnsureTable(l.ctx, tableOf("aws_elb")))
		l.convert(nothing)
		got, err := l.Pace(l.ctx, start.Add(time.Hour))
		l.must(err)
		l.same("pace", got, []catalog.Pace{
			{Table: table, Batches: 2, Objects: 3, Bytes: 300, RawBytes: 3000, Events: 30, First: start, Last: start.Add(time.Hour)},
			{Table: "aws_elb", Batches: 1, First: start, Last: start.Add(time.Hour)},
			{Table: "aws_vpcflow", Batches: 1, Objects: 1, Bytes: 100, RawBytes: 1000, Events: 10, First: start, Last: start.Add(time.Hour)},
		})
		got, err = l.Pace(l.ctx, start.Add(time.Hour+time.Millisecond))
		l.must(err)
		l.same("pace later", len(got), 0)
	}},
	{"hundreds of unfinished batches come with what belongs to each", func(l *lake) {
		for i := range 601 {
			b := batchOf(fmt.Sprintf("b%03d", i), fmt.Sprint("k", i, "a"), fmt.Sprint("k", i, "b"))
			l.must(l.Plan(l.ctx, b))
			l.must(l.Stage(l.ctx, b.ID, []string{fmt.Sprint("p", i)}))
		}
		batches, err := l.Unfinished(l.ctx)
		l.must(err)
		l.same("batches", len(batches), 601)
		for i, b := range batches {
			want := batchOf(fmt.Sprintf("b%03d", i), fmt.Sprint("k", i, "a"), fmt.Sprint("k", i, "b"))
			want.State, want.Staged = catalog.Planned, []string{fmt.Sprint("p", i)}
			l.same("batch", b, want)
		}
	}},
}

func (l *lake) claim(owner string) catalog.Lease {
	l.Helper()
	_, lease, err := l.Claim(l.ctx, owner, minute)
	l.must(err)
	return lease
}

func (l *lake) nothingToClaim() {
	l.Helper()
	if b, _, err := l.Claim(l.ctx, "z", minute); !errors.Is(err, catalog.ErrNotFound) {
		l.Fatalf("claimed %+v, %v", b, err)
	}
}

func (l *lake) held(prefix string) (names []string) {
	l.Helper()
	leases, err := l.Held(l.ctx, prefix)
	l.must(err)
	for _, h := range leases {
		names = append(names, h.Name)
	}
	return names
}
