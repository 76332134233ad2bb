package catalogtest

import (
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var trashCases = []sentence{
	{"what is thrown is listed by path", func(l *lake) {
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p2", 2), waste("p1", 1)}))
		one, two := waste("p1", 1), waste("p2", 2)
		one.Since, two.Since = start, start
		l.same("trash", l.wasted(), []catalog.Waste{one, two})
		l.balanced()
	}},
	{"throwing a file again moves the time it is due to a later one and nothing else", func(l *lake) {
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p1", 1)}))
		l.clock.Move(time.Minute)
		again := waste("p1", 5)
		again.Why, again.Bytes = catalog.WasteMerged, 99
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p1", 3), again}))
		want := waste("p1", 5)
		want.Since = start
		l.same("trash", l.wasted(), []catalog.Waste{want})
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p1", 4)}))
		l.same("trash", l.wasted(), []catalog.Waste{want})
	}},
	{"files of a table cannot be thrown, and those beside them are not either", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		if err := l.Throw(l.ctx, []catalog.Waste{waste("p1", 1), waste(l.paths()[0], 1)}); !errors.Is(err, catalog.ErrInUse) {
			l.Fatalf("got %v", err)
		}
		l.same("trash", len(l.wasted()), 0)
		if err := l.Throw(l.ctx, []catalog.Waste{waste("", 1)}); err == nil {
			l.Fatal("a file without path was thrown")
		}
	}},
	{"a batch cannot commit files that are in the trash", func(l *lake) {
		b := batchOf("b1", "k1")
		l.withTable().must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-31")
		l.must(l.Throw(l.ctx, []catalog.Waste{waste(c.Files[0].Path, 1)}))
		if err := l.Commit(l.ctx, c); !errors.Is(err, catalog.ErrWaste) {
			l.Fatalf("got %v", err)
		}
		l.same("files", l.paths(), []string(nil))
		l.must(l.Forget(l.ctx, []string{c.Files[0].Path}))
		l.must(l.Commit(l.ctx, c))
		l.balanced()
	}},
	{"what is due is collected, at most as much as is asked for", func(l *lake) {
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p1", 3), waste("p2", 1), waste("p3", 2)}))
		l.clock.Move(time.Hour - time.Millisecond)
		l.same("too early", l.collect(10), []string(nil))
		l.clock.Move(time.Millisecond)
		l.same("the first", l.collect(10), []string{"p2"})
		l.clock.Move(2 * time.Hour)
		l.same("none", l.collect(0), []string(nil))
		l.same("two", l.collect(2), []string{"p1", "p3"})
		l.same("trash", len(l.wasted()), 3)
	}},
	{"what was collected and not forgotten comes again, after all others", func(l *lake) {
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p1", 1), waste("p2", 2), waste("p3", 2)}))
		l.clock.Move(3 * time.Hour)
		l.same("first", l.collect(1), []string{"p1"})
		l.same("second", l.collect(1), []string{"p2"})
		l.same("third", l.reopen().collect(2), []string{"p1", "p3"})
		l.must(l.Forget(l.ctx, []string{"p1", "p3", "p9"}))
		l.must(l.Forget(l.ctx, []string{"p1", "p3", "p9"}))
		l.same("left", l.collect(5), []string{"p2"})
	}},
	{"a file that is being deleted cannot be thrown until it is forgotten", func(l *lake) {
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p1", 1)}))
		l.clock.Move(time.Hour)
		l.same("collected", l.collect(1), []string{"p1"})
		if err := l.Throw(l.ctx, []catalog.Waste{waste("p1", 9)}); !errors.Is(err, catalog.ErrCollected) {
			l.Fatalf("got %v", err)
		}
		l.must(l.Forget(l.ctx, []string{"p1"}))
		l.must(l.Throw(l.ctx, []catalog.Waste{waste("p1", 9)}))
		l.same("collected", l.collect(1), []string(nil))
	}},
	{"thousands of files are thrown, collected and forgotten", func(l *lake) {
		var all []catalog.Waste
		var paths []string
		for i := range 2345 {
			paths = append(paths, fmt.Sprintf("p%04d", i))
			all = append(all, waste(paths[i], 0))
		}
		l.must(l.Throw(l.ctx, all))
		l.same("collected", l.collect(3000), paths)
		l.must(l.Forget(l.ctx, paths))
		l.same("trash", len(l.wasted()), 0)
	}},
	{"nothing is thrown and forgotten", func(l *lake) {
		l.must(l.Throw(l.ctx, nil))
		l.must(l.Forget(l.ctx, nil))
	}},
}

// waste is an unfinished file of 10 bytes that is due after some hours.
func waste(path string, hours int) catalog.Waste {
	return catalog.Waste{Path: path, Table: table, Day: "2026-01-31", Bytes: 10, Why: catalog.WasteUnfinished,
		Due: start.Add(time.Duration(hours) * time.Hour)}
}

func (l *lake) wasted() []catalog.Waste {
	l.Helper()
	found, err := l.Wasted(l.ctx)
	l.must(err)
	return found
}

// collect are the paths collected.
func (l *lake) collect(limit int) (paths []string) {
	l.Helper()
	found, err := l.Collect(l.ctx, limit)
	l.must(err)
	for _, w := range found {
		paths = append(paths, w.Path)
	}
	return paths
}
