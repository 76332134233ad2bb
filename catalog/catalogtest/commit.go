package catalogtest

import (
	"errors"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var commitCases = []sentence{
	{"a commit makes files, partitions and results visible at once", func(l *lake) {
		b := batchOf("b1", "k1", "k2")
		l.withTable().must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-30", "2026-01-31")
		l.must(l.Stage(l.ctx, "b1", []string{c.Files[0].Path, c.Files[1].Path}))
		l.must(l.Commit(l.ctx, c))
		files, err := l.Files(l.ctx, catalog.FileQuery{})
		l.must(err)
		l.same("files", files, c.Files)
		p, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		l.same("partition", p, catalog.Partition{Table: table, Day: "2026-01-31", Generation: 1, Version: 1,
			Rows: 10, Bytes: 1000, Files: 1, MinTime: c.Files[1].MinTime, MaxTime: c.Files[1].MaxTime})
		done, err := l.Batch(l.ctx, "b1")
		l.must(err)
		b.State = catalog.Committed
		l.same("batch", done, b)
		l.balanced()
	}},
	{"a commit whose answer was lost can be repeated, and counts once", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-31")
		l.must(l.Commit(l.ctx, c))
		l.must(l.Commit(l.ctx, c))
		l.must(l.reopen().Commit(l.ctx, c))
		p, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		l.same("rows and version", []int64{p.Rows, p.Version}, []int64{10, 1})
		l.balanced()
	}},
	{"a partition grows by what later commits add to it", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		b := batchOf("b2", "k2")
		l.must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-31")
		c.Files[0].MinTime, c.Files[0].MaxTime = c.Files[0].MinTime.Add(-time.Hour), c.Files[0].MaxTime.Add(time.Hour)
		l.must(l.Commit(l.ctx, c))
		p, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		l.same("partition", p, catalog.Partition{Table: table, Day: "2026-01-31", Generation: 1, Version: 2,
			Rows: 20, Bytes: 2000, Files: 2, MinTime: c.Files[0].MinTime, MaxTime: c.Files[0].MaxTime})
	}},
	{"a commit that saw an older partition is refused, changes nothing, and says what has moved", func(l *lake) {
		b1, b2 := batchOf("b1", "k1"), batchOf("b2", "k2")
		l.withTable().convert(batchOf("b0", "k0"), "2026-01-29")
		l.must(l.Plan(l.ctx, b1))
		l.must(l.Plan(l.ctx, b2))
		late := l.commitOf(b2, "2026-01-29", "2026-01-30", "2026-01-31")
		l.must(l.Commit(l.ctx, l.commitOf(b1, "2026-01-29", "2026-01-31")))
		err := l.Commit(l.ctx, late)
		var conflict *catalog.ConflictError
		if !errors.As(err, &conflict) {
			l.Fatalf("got %v", err)
		}
		moved := map[string]int64{}
		for _, p := range conflict.Moved {
			moved[p.Day] = p.Version
			l.same("generation", p.Generation, 1)
		}
		l.same("moved", moved, map[string]int64{"2026-01-29": 2, "2026-01-31": 1})
		l.same("rows", l.rows(), int64(30))
		p, err := l.Partition(l.ctx, table, "2026-01-30")
		l.must(err)
		l.same("version of the partition that did not move", p.Version, int64(0))
		l.same("unfinished", l.unfinished(), []string{"b2"})
		l.balanced()
		l.must(l.Commit(l.ctx, l.commitOf(b2, "2026-01-29", "2026-01-30", "2026-01-31")))
		l.balanced()
	}},
	{"a partition that no file goes to may have moved", func(l *lake) {
		b := batchOf("b2", "k2")
		l.withTable().must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-30")
		c.Expect = append(c.Expect, catalog.Partition{Table: table, Day: "2026-01-31", Generation: 1})
		l.convert(batchOf("b1", "k1"), "2026-01-31")
		l.must(l.Commit(l.ctx, c))
	}},
	{"a batch of nothing but duplicates commits without files", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		l.must(l.Commit(l.ctx, l.commitOf(b)))
		l.same("unfinished", l.unfinished(), []string{})
		l.balanced()
	}},
	{"an object whose records are not all accounted for is refused with the numbers", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-31")
		c.Objects[0].Rejected = 3
		err := l.Commit(l.ctx, c)
		if !errors.Is(err, catalog.ErrUnbalanced) ||
			!strings.Contains(err.Error(), "k1: 11 records in are not 10 events out + 1 duplicates + 3 rejected") {
			l.Fatalf("got %v", err)
		}
		l.same("unfinished", l.unfinished(), []string{"b1"})
	}},
	{"files that do not hold the events of the objects are refused", func(l *lake) {
		l.refused(catalog.ErrUnbalanced, func(c *catalog.Commit) { c.Files[0].Rows++ })
	}},
	{"results for other objects than the planned ones are refused", func(l *lake) {
		l.refused(catalog.ErrUnbalanced, func(c *catalog.Commit) { c.Objects = c.Objects[:1] })
		l.refused(catalog.ErrUnbalanced, func(c *catalog.Commit) { c.Objects[1].Key = "k3" })
		l.refused(catalog.ErrUnbalanced, func(c *catalog.Commit) { c.Objects[1].ETag = "another" })
		l.refused(nil, func(c *catalog.Commit) { c.Objects[1] = c.Objects[0] })
	}},
	{"files that do not fit their partition are refused", func(l *lake) {
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].Generation = 2 })
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].Day = "2026-01-30" })
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].MaxTime = c.Files[0].MaxTime.Add(24 * time.Hour) })
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].MaxTime = c.Files[0].MinTime.Add(-time.Hour) })
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].Path = "" })
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].Batch = "b2" })
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].Rows = 0 })
		l.refused(nil, func(c *catalog.Commit) { c.Expect = nil })
		l.refused(nil, func(c *catalog.Commit) { c.Expect[0].Day = "31.1.2026" })
		l.refused(nil, func(c *catalog.Commit) { c.Expect = append(c.Expect, c.Expect[0]) })
		l.refused(nil, func(c *catalog.Commit) { c.Files = append(c.Files, c.Files[0]) })
		l.refused(nil, func(c *catalog.Commit) { c.Expect[0].Table, c.Files[0].Table = "another", "another" })
	}},
	{"a batch that was not planned, or was undone, cannot be committed", func(l *lake) {
		b := batchOf("b1", "k1")
		c := l.withTable().commitOf(b, "2026-01-31")
		l.must(l.Plan(l.ctx, b))
		l.must(l.Undo(l.ctx, "b1"))
		if err := l.Commit(l.ctx, c); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("got %v", err)
		}
		l.same("files", l.paths(), []string(nil))
	}},
	{"a batch of a table that does not exist cannot be committed", func(l *lake) {
		b := batchOf("b1", "k1")
		l.must(l.Plan(l.ctx, b))
		if err := l.Commit(l.ctx, l.commitOf(b, "2026-01-31")); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("got %v", err)
		}
	}},
	{"an object that was read in part keeps its problem", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-31")
		c.Objects[0].Problem = "unexpected end of gzip"
		l.must(l.Commit(l.ctx, c))
		seen, err := l.Seen(l.ctx, []string{"k1"})
		l.must(err)
		l.same("problem", seen["k1"].Problem, "unexpected end of gzip")
	}},
}

// refused makes sure that a commit of b1, spoiled, is refused and leaves nothing. A nil error stands for any.
func (l *lake) refused(want error, spoil func(*catalog.Commit)) {
	l.Helper()
	b := batchOf("b1", "k1", "k2")
	l.withTable().must(l.Plan(l.ctx, b))
	c := l.commitOf(b, "2026-01-31")
	spoil(&c)
	err := l.Commit(l.ctx, c)
	if err == nil || want != nil && !errors.Is(err, want) {
		l.Fatalf("got %v, want %v", err, want)
	}
	l.same("files", l.paths(), []string(nil))
	l.same("unfinished", l.unfinished(), []string{"b1"})
	seen, err := l.Seen(l.ctx, []string{"k1", "k2", "k3"})
	l.must(err)
	l.same("seen", seen, map[string]catalog.ObjectResult{
		"k1": {Object: objectOf("k1"), Batch: "b1", State: catalog.Planned},
		"k2": {Object: objectOf("k2"), Batch: "b1", State: catalog.Planned},
	})
}
