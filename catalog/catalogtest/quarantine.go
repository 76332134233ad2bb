package catalogtest

import (
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
)

var quarantineCases = []sentence{
	{"a rejected record comes back as it was committed", func(l *lake) {
		l.withRejected(2)
		rows, err := l.Quarantined(l.ctx, catalog.QuarantineFilter{})
		l.must(err)
		want := rejected("q1")
		want.Batch, want.Table, want.State, want.At = "b1", table, catalog.Held, start
		l.same("first row", rows[0], want)
		l.same("rows", len(rows), 2)
		l.balanced()
	}},
	{"records are selected by what is known of them, in pages", func(l *lake) {
		l.withRejected(3)
		l.must(l.Dismiss(l.ctx, []string{"q2"}))
		for _, c := range []struct {
			filter catalog.QuarantineFilter
			want   []string
		}{
			{catalog.QuarantineFilter{}, []string{"q1", "q2", "q3"}},
			{catalog.QuarantineFilter{Limit: 2}, []string{"q1", "q2"}},
			{catalog.QuarantineFilter{After: "q1", Limit: 1}, []string{"q2"}},
			{catalog.QuarantineFilter{State: catalog.Held}, []string{"q1", "q3"}},
			{catalog.QuarantineFilter{IDs: []string{"q3", "q1", "q3", "q9"}}, []string{"q1", "q3"}},
			{catalog.QuarantineFilter{IDs: []string{"q3", "q1"}, Limit: 1}, []string{"q1"}},
			{catalog.QuarantineFilter{Table: table, Batch: "b1", Object: "k1", Reason: "not JSON"}, []string{"q1", "q2", "q3"}},
			{catalog.QuarantineFilter{Table: "another"}, nil},
			{catalog.QuarantineFilter{Batch: "another"}, nil},
			{catalog.QuarantineFilter{Object: "another"}, nil},
			{catalog.QuarantineFilter{Reason: "another"}, nil},
		} {
			rows, err := l.Quarantined(l.ctx, c.filter)
			l.must(err)
			var ids []string
			for _, r := range rows {
				ids = append(ids, r.ID)
			}
			l.same(fmt.Sprintf("%+v", c.filter), ids, c.want)
		}
	}},
	{"more records than were rejected, of other objects, or twice are refused", func(l *lake) {
		l.refused(catalog.ErrUnbalanced, func(c *catalog.Commit) { c.Quarantine = []catalog.QuarantineRow{rejected("q1")} })
		l.refused(nil, func(c *catalog.Commit) {
			c.Objects[0].Rejected, c.Objects[0].RecordsIn = 2, c.Objects[0].RecordsIn+2
			c.Quarantine = []catalog.QuarantineRow{rejected("q1"), rejected("q1")}
		})
	}},
	{"records that are retried with success move their object's counts, and the books balance", func(l *lake) {
		l.withRejected(4)
		retry := l.planRetry("b2", "q1", "q2", "q3")
		p, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		c := catalog.Commit{
			Batch: "b2", Expect: []catalog.Partition{p}, Files: []catalog.File{fileOf(retry, p, 1)},
			Release: []catalog.Release{{ID: "q1"}, {ID: "q2", Duplicate: true}},
		}
		l.must(l.Commit(l.ctx, c))
		l.must(l.Commit(l.ctx, c))
		seen, err := l.Seen(l.ctx, []string{"k1"})
		l.must(err)
		l.same("counts", seen["k1"].Counts, catalog.Counts{RecordsIn: 15, EventsOut: 11, Duplicates: 2, Rejected: 2})
		l.same("states", l.states(), "q1 released, q2 released, q3 held, q4 held")
		l.balanced()
		l.planRetry("b3", "q3")
	}},
	{"a record is retried by one batch at a time, until that is undone", func(l *lake) {
		l.withRejected(2)
		l.planRetry("b2", "q1")
		err := l.Plan(l.ctx, catalog.Batch{ID: "b3", Table: table, PlannedAt: start, Retry: []string{"q1", "q2"}})
		var taken *catalog.TakenError
		if !errors.As(err, &taken) {
			l.Fatalf("got %v", err)
		}
		l.same("taken", taken.Keys, []string{"q1"})
		l.must(l.Undo(l.ctx, "b2"))
		l.planRetry("b3", "q1", "q2")
		l.balanced()
	}},
	{"a batch releases only what it planned to retry", func(l *lake) {
		l.withRejected(2)
		l.planRetry("b2", "q1")
		err := l.Commit(l.ctx, catalog.Commit{Batch: "b2", Release: []catalog.Release{{ID: "q2", Duplicate: true}}})
		if !errors.Is(err, catalog.ErrNotHeld) {
			l.Fatalf("got %v", err)
		}
		l.same("states", l.states(), "q1 held, q2 held")
		l.balanced()
	}},
	{"an event out of quarantine needs a row in a file", func(l *lake) {
		l.withRejected(1)
		l.planRetry("b2", "q1")
		err := l.Commit(l.ctx, catalog.Commit{Batch: "b2", Release: []catalog.Release{{ID: "q1"}}})
		if !errors.Is(err, catalog.ErrUnbalanced) {
			l.Fatalf("got %v", err)
		}
	}},
	{"dismissed records are not retried until they are held again", func(l *lake) {
		l.withRejected(1)
		l.must(l.Dismiss(l.ctx, []string{"q1"}))
		l.must(l.Dismiss(l.ctx, []string{"q1"}))
		retry := catalog.Batch{ID: "b2", Table: table, PlannedAt: start, Retry: []string{"q1"}}
		if err := l.Plan(l.ctx, retry); !errors.Is(err, catalog.ErrNotHeld) {
			l.Fatalf("got %v", err)
		}
		l.must(l.Hold(l.ctx, []string{"q1"}))
		l.must(l.Plan(l.ctx, retry))
		if err := l.Dismiss(l.ctx, []string{"q1"}); !errors.Is(err, catalog.ErrNotHeld) {
			l.Fatalf("dismiss what is being retried: got %v", err)
		}
	}},
	{"released records stay released", func(l *lake) {
		l.withRejected(1)
		l.planRetry("b2", "q1")
		l.must(l.Commit(l.ctx, catalog.Commit{Batch: "b2", Release: []catalog.Release{{ID: "q1", Duplicate: true}}}))
		for what, err := range map[string]error{"hold": l.Hold(l.ctx, []string{"q1"}), "dismiss": l.Dismiss(l.ctx, []string{"q1"})} {
			if !errors.Is(err, catalog.ErrNotHeld) {
				l.Errorf("%s: got %v", what, err)
			}
		}
	}},
	{"records that are not there are not found, and nothing else changes", func(l *lake) {
		l.withRejected(1)
		if err := l.Dismiss(l.ctx, []string{"q1", "q9"}); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("got %v", err)
		}
		l.same("states", l.states(), "q1 held")
	}},
}

func rejected(id string) catalog.QuarantineRow {
	return catalog.QuarantineRow{ID: id, Object: "k1", Offset: 1 << 40, Length: 17, Reason: "not JSON",
		Path: "quarantine/aws_cloudtrail/b1.ndjson.gz"}
}

// withRejected commits batch b1 of object k1 with ten events, a duplicate and n rejected records q1, q2, …
func (l *lake) withRejected(n int) {
	l.Helper()
	b := batchOf("b1", "k1")
	l.withTable().must(l.Plan(l.ctx, b))
	c := l.commitOf(b, "2026-01-31")
	c.Objects[0].RecordsIn += int64(n)
	c.Objects[0].Rejected = int64(n)
	for i := range n {
		c.Quarantine = append(c.Quarantine, rejected(fmt.Sprintf("q%d", i+1)))
	}
	l.must(l.Commit(l.ctx, c))
}

// planRetry plans a batch that retries records.
func (l *lake) planRetry(id string, records ...string) catalog.Batch {
	l.Helper()
	b := catalog.Batch{ID: id, Table: table, MappingVersion: "2", PlannedAt: start, Retry: records}
	l.must(l.Plan(l.ctx, b))
	got, err := l.Batch(l.ctx, id)
	l.must(err)
	l.same("records to retry", got.Retry, records)
	return b
}

func (l *lake) states() (s string) {
	l.Helper()
	rows, err := l.Quarantined(l.ctx, catalog.QuarantineFilter{})
	l.must(err)
	for i, r := range rows {
		if i > 0 {
			s += ", "
		}
		s += r.ID + " " + string(r.State)
	}
	return s
}
