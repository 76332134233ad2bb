package catalogtest

import (
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var ledgerCases = []sentence{
	{"a planned batch comes back with its objects, its staged files and the time of its plan", func(l *lake) {
		b := batchOf("b1", "k1", "k2")
		l.must(l.Plan(l.ctx, b))
		l.must(l.Stage(l.ctx, "b1", []string{"p1", "p2"}))
		l.must(l.Stage(l.ctx, "b1", []string{"p2", "p3"}))
		got, err := l.Unfinished(l.ctx)
		l.must(err)
		b.State, b.Staged = catalog.Planned, []string{"p1", "p2", "p3"}
		l.same("unfinished", got, []catalog.Batch{b})
		one, err := l.Batch(l.ctx, "b1")
		l.must(err)
		l.same("batch", one, b)
	}},
	{"unfinished batches come oldest first", func(l *lake) {
		for i, id := range []string{"b1", "b3", "b2"} {
			b := batchOf(id, "k"+id)
			b.PlannedAt = start.Add(-time.Duration(i) * time.Hour)
			l.must(l.Plan(l.ctx, b))
		}
		l.same("unfinished", l.unfinished(), []string{"b2", "b3", "b1"})
	}},
	{"planning a batch again keeps the first plan", func(l *lake) {
		b := batchOf("b1", "k1")
		l.must(l.Plan(l.ctx, b))
		b.PlannedAt = start.Add(time.Hour)
		l.must(l.Plan(l.ctx, b))
		got, err := l.Batch(l.ctx, "b1")
		l.must(err)
		l.same("planned at", got.PlannedAt, start)
	}},
	{"an object belongs to one batch", func(l *lake) {
		l.must(l.Plan(l.ctx, batchOf("b1", "k1", "k2")))
		err := l.Plan(l.ctx, batchOf("b2", "k3", "k2"))
		var taken *catalog.TakenError
		if !errors.As(err, &taken) {
			l.Fatalf("got %v", err)
		}
		l.same("taken", taken, &catalog.TakenError{Batch: "b2", Keys: []string{"k2"}, Count: 1})
		seen, err := l.Seen(l.ctx, []string{"k3"})
		l.must(err)
		l.same("seen of the refused batch", keysOf(seen), []string{})
		l.same("unfinished", l.unfinished(), []string{"b1"})
	}},
	{"a key that was written anew is another object, and the later one is seen", func(l *lake) {
		l.must(l.Plan(l.ctx, batchOf("b1", "k1")))
		again := batchOf("b2", "k1")
		again.Objects[0].ETag, again.PlannedAt = "another", start.Add(time.Hour)
		l.must(l.Plan(l.ctx, again))
		seen, err := l.Seen(l.ctx, []string{"k1"})
		l.must(err)
		l.same("etag", seen["k1"].ETag, "another")
	}},
	{"a batch with the same key twice, without an id or without a table is refused", func(l *lake) {
		nameless, homeless := batchOf("", "k"), batchOf("b", "k")
		homeless.Table = ""
		for _, b := range []catalog.Batch{batchOf("b", "k", "k"), batchOf("b", ""), nameless, homeless} {
			if err := l.Plan(l.ctx, b); err == nil {
				l.Errorf("batch %+v was planned", b)
			}
		}
		l.same("unfinished", l.unfinished(), []string{})
	}},
	{"planned objects are seen as planned, committed ones with their result, others not at all", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		l.must(l.Plan(l.ctx, batchOf("b2", "k2")))
		seen, err := l.Seen(l.ctx, []string{"k1", "k2", "k3"})
		l.must(err)
		l.same("seen", seen, map[string]catalog.ObjectResult{
			"k1": {Object: objectOf("k1"), Source: table, SHA256: "sha-k1", RawBytes: 1000, Batch: "b1", State: catalog.Committed,
				Counts: catalog.Counts{RecordsIn: 11, EventsOut: 10, Duplicates: 1}},
			"k2": {Object: objectOf("k2"), Batch: "b2", State: catalog.Planned},
		})
	}},
	{"no keys are no question", func(l *lake) {
		seen, err := l.Seen(l.ctx, nil)
		l.must(err)
		l.same("seen", keysOf(seen), []string{})
	}},
	{"thousands of objects fit in a batch and in a question", func(l *lake) {
		keys := make([]string, 2345)
		for i := range keys {
			keys[i] = fmt.Sprintf("AWSLogs/%05d.json.gz", i)
		}
		b := batchOf("b1", keys...)
		l.withTable().convert(b, "2026-01-31")
		seen, err := l.Seen(l.ctx, append(keys, "another"))
		l.must(err)
		l.same("seen", keysOf(seen), keys)
		l.same("last object's counts", seen[keys[2344]].Counts, catalog.Counts{RecordsIn: 1, Duplicates: 1})
		l.same("taken", l.Plan(l.ctx, batchOf("b2", keys...)).(interface{ Unwrap() error }).Unwrap(),
			error(&catalog.TakenError{Batch: "b2", Keys: keys[:10], Count: 2345}))
	}},
	{"undoing a batch frees its objects, which can be planned again in another one", func(l *lake) {
		l.withTable().must(l.Plan(l.ctx, batchOf("b1", "k1", "k2")))
		l.must(l.Stage(l.ctx, "b1", []string{"p1"}))
		l.must(l.Undo(l.ctx, "b1"))
		seen, err := l.Seen(l.ctx, []string{"k1", "k2"})
		l.must(err)
		l.same("seen", keysOf(seen), []string{})
		l.convert(batchOf("b2", "k2"), "2026-01-31")
		l.must(l.Plan(l.ctx, batchOf("b1", "k1")))
		l.same("unfinished", l.unfinished(), []string{"b1"})
	}},
	{"undoing what is not there is done", func(l *lake) {
		l.must(l.Undo(l.ctx, "b1"))
	}},
	{"what is committed cannot be undone, planned again or staged", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().convert(b, "2026-01-31")
		for what, err := range map[string]error{
			"undo": l.Undo(l.ctx, "b1"), "plan": l.Plan(l.ctx, b), "stage": l.Stage(l.ctx, "b1", []string{"p"}),
		} {
			if !errors.Is(err, catalog.ErrCommitted) {
				l.Errorf("%s: got %v", what, err)
			}
		}
		l.same("rows", l.rows(), int64(10))
	}},
	{"what was not planned cannot be staged or read", func(l *lake) {
		if err := l.Stage(l.ctx, "b1", []string{"p"}); !errors.Is(err, catalog.ErrNotFound) {
			l.Errorf("stage: got %v", err)
		}
		if _, err := l.Batch(l.ctx, "b1"); !errors.Is(err, catalog.ErrNotFound) {
			l.Errorf("batch: got %v", err)
		}
	}},
	{"a process that dies between plan and commit leaves a batch that the next one finishes", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		next := l.reopen()
		found, err := next.Unfinished(l.ctx)
		l.must(err)
		l.same("files before", next.paths(), []string(nil))
		l.must(next.Commit(l.ctx, next.commitOf(found[0], "2026-01-31")))
		l.same("unfinished", next.unfinished(), []string{})
		l.same("rows", l.rows(), int64(10))
		l.balanced()
	}},
}
