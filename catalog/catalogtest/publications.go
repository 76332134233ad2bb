package catalogtest

import (
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var publicationCases = []sentence{
	{"a lake that is not published has nothing to publish, and collects its trash as ever", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		if _, err := l.Target(l.ctx); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("target: %v", err)
		}
		l.same("to publish", l.unpublished(), []string(nil))
		l.must(l.Swap(l.ctx, l.swapOf("m1", "2026-01-31")))
		l.clock.Move(2 * time.Hour)
		l.same("collected", len(l.collect(10)), 1)
		err := l.MarkPublished(l.ctx, catalog.Publishing{Shown: []catalog.Publication{{Table: table, Day: "2026-01-31", Version: 2}}})
		if !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("mark: %v", err)
		}
	}},
	{"a lake is published to one target, also when it is said again", func(l *lake) {
		l.must(l.PublishTo(l.ctx, "a"))
		l.must(l.reopen().PublishTo(l.ctx, "a"))
		if err := l.PublishTo(l.ctx, "b"); !errors.Is(err, catalog.ErrPublished) {
			l.Fatalf("got %v", err)
		}
		got, err := l.reopen().Target(l.ctx)
		l.must(err)
		l.same("target", got, "a")
		if err := l.PublishTo(l.ctx, ""); err == nil {
			l.Fatal("a lake was published to nowhere")
		}
	}},
	{"what was there before the lake was published is to be published, by table and day", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31", "2026-01-30")
		l.convertFlows("b2", "2026-01-29")
		l.must(l.PublishTo(l.ctx, "a"))
		l.same("to publish", l.unpublished(), []string{table + " 2026-01-30 1/0", table + " 2026-01-31 1/0", "aws_vpcflow 2026-01-29 1/0"})
		two, err := l.Unpublished(l.ctx, 2)
		l.must(err)
		l.same("two of them", len(two), 2)
		p, err := l.Partition(l.ctx, table, "2026-01-30")
		l.must(err)
		l.same("partition", two[0], catalog.Unpublished{Partition: p, Shown: catalog.Publication{Table: table, Day: "2026-01-30"}})
	}},
	{"what was published is shown until the partition moves, and its manifest leaves the trash", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		one := l.publish()
		l.same("to publish", l.unpublished(), []string(nil))
		l.same("trash", len(l.wasted()), 0)
		l.same("shown", l.shown(), []catalog.Publication{one})
		l.convert(batchOf("b2", "k2"), "2026-01-31")
		l.same("to publish", l.unpublished(), []string{table + " 2026-01-31 2/1"})
		two := l.publish()
		l.same("shown", l.reopen().shown(), []catalog.Publication{two})
		l.same("trash", l.wasted(), []catalog.Waste{{Path: one.Manifest, Table: table, Day: "2026-01-31", Why: catalog.WasteManifest,
			Since: start, Due: start.Add(time.Hour)}})
		l.balanced()
	}},
	{"recording the same again changes nothing, nor does an earlier version", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		one := l.publish()
		l.mark(one)
		l.convert(batchOf("b2", "k2"), "2026-01-31")
		two := l.publish()
		l.mark(two)
		l.mark(one)
		l.same("shown", l.shown(), []catalog.Publication{two})
		l.same("trash", len(l.wasted()), 1)
	}},
	{"a partition that was emptied is to be hidden", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		one := l.publish()
		l.expire()
		todo, err := l.Unpublished(l.ctx, 0)
		l.must(err)
		l.same("files and shown", []any{todo[0].Files, todo[0].Shown}, []any{int64(0), one})
		l.mark(catalog.Publication{Table: table, Day: "2026-01-31", Version: todo[0].Version})
		l.same("shown", l.shown(), []catalog.Publication(nil))
		l.same("to publish", l.unpublished(), []string(nil))
		l.must(l.Restore(l.ctx, table, "2026-01-31"))
		l.same("to publish", l.unpublished(), []string{table + " 2026-01-31 3/2"})
	}},
	{"a version or a partition that is not there cannot be recorded, and nothing beside it is", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-30", "2026-01-31")
		good := l.manifest("2026-01-30", 1)
		for _, bad := range []catalog.Publication{l.manifest("2026-01-31", 2), l.manifest("2026-02-01", 1), {Table: "nothing", Day: "2026-01-31", Version: 1}} {
			if err := l.MarkPublished(l.ctx, catalog.Publishing{Shown: []catalog.Publication{good, bad}}); !errors.Is(err, catalog.ErrNotFound) {
				l.Errorf("%v: got %v", bad, err)
			}
		}
		for _, bad := range [][]catalog.Publication{{good, good}, {{Table: table, Day: "2026-01-31"}}} {
			if err := l.MarkPublished(l.ctx, catalog.Publishing{Shown: bad}); err == nil {
				l.Errorf("%v was recorded", bad)
			}
		}
		l.same("shown", l.shown(), []catalog.Publication(nil))
	}},
	{"a manifest that is not in the trash, or collected, cannot be published", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		unknown := catalog.Publication{Table: table, Day: "2026-01-31", Version: 1, Manifest: "m"}
		if err := l.MarkPublished(l.ctx, catalog.Publishing{Shown: []catalog.Publication{unknown}}); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("got %v", err)
		}
		late := l.manifest("2026-01-31", 0)
		late.Version = 1
		l.clock.Move(25 * time.Hour)
		l.same("collected", l.collect(9), []string{late.Manifest})
		if err := l.MarkPublished(l.ctx, catalog.Publishing{Shown: []catalog.Publication{late}}); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("got %v", err)
		}
	}},
	{"a manifest that may be shown, although nobody has said so, is collected once another is published", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		maybe := l.manifest("2026-01-31", 1)
		l.clock.Move(1000 * time.Hour)
		l.same("before", l.collect(10), []string(nil))
		other := maybe
		other.Manifest += "2"
		l.throwManifest(other)
		l.mark(other)
		l.same("at once", l.collect(10), []string(nil))
		l.clock.Move(time.Hour)
		l.same("after", l.collect(10), []string{maybe.Manifest})
	}},
	{"a published manifest cannot be thrown", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		one := l.publish()
		if err := l.Throw(l.ctx, []catalog.Waste{waste("p", 1), waste(one.Manifest, 1)}); !errors.Is(err, catalog.ErrInUse) {
			l.Fatalf("got %v", err)
		}
		l.same("trash", len(l.wasted()), 0)
	}},
	{"nothing is recorded once the lease is lost", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		lease := l.acquire("a")
		p := catalog.Publishing{Lease: lease, Shown: []catalog.Publication{l.manifest("2026-01-31", 1)}}
		l.must(l.ReleaseLease(l.ctx, lease))
		if err := l.MarkPublished(l.ctx, p); !errors.Is(err, catalog.ErrLeaseLost) {
			l.Fatalf("got %v", err)
		}
		l.same("shown", l.shown(), []catalog.Publication(nil))
	}},
	{"files that a merge replaced are collected once a version without them is published, and queries have had their time", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		old := l.paths()
		l.publish()
		l.must(l.Swap(l.ctx, l.swapOf("m1", "2026-01-31")))
		l.clock.Move(100 * time.Hour)
		l.same("before", l.collect(10), []string(nil))
		l.publish()
		l.same("at once", l.collect(10), []string(nil))
		l.clock.Move(time.Hour)
		l.same("after", len(l.collect(10)), len(old)+1)
		l.balanced()
	}},
	{"files that were replaced and published stay collectable when the partition moves again", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		l.must(l.Swap(l.ctx, l.swapOf("m1", "2026-01-31")))
		l.publish()
		l.convert(batchOf("b2", "k2"), "2026-01-31")
		l.clock.Move(time.Hour)
		l.same("collected", len(l.collect(10)), 1)
	}},
	{"files of an expired day are collected once it is hidden", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		l.publish()
		l.expire()
		l.clock.Move(1000 * time.Hour)
		l.same("before", l.collect(10), []string(nil))
		l.mark(catalog.Publication{Table: table, Day: "2026-01-31", Version: 2})
		l.clock.Move(time.Hour)
		l.same("after", len(l.collect(10)), 2)
	}},
	{"what is withdrawn is to be published again, and its manifest stays until then", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		one := l.publish()
		l.must(l.Withdraw(l.ctx, []catalog.Publication{one, {Table: "nothing", Day: "2026-01-31"}}))
		l.same("to publish", l.unpublished(), []string{table + " 2026-01-31 1/0"})
		l.same("manifest", l.shown()[0].Manifest, one.Manifest)
		again := one
		again.Manifest += "2"
		l.throwManifest(again)
		l.mark(again)
		l.same("shown", l.shown(), []catalog.Publication{again})
	}},
	{"a lake that is published no more throws its manifests and may be published elsewhere", func(l *lake) {
		l.withTable().published().convert(batchOf("b1", "k1"), "2026-01-31")
		l.publish()
		l.must(l.Swap(l.ctx, l.swapOf("m1", "2026-01-31")))
		l.must(l.StopPublishing(l.ctx, start.Add(time.Hour)))
		l.must(l.StopPublishing(l.ctx, start.Add(time.Hour)))
		l.same("shown", l.shown(), []catalog.Publication(nil))
		l.clock.Move(2 * time.Hour)
		l.same("collected", len(l.collect(10)), 2)
		l.must(l.PublishTo(l.ctx, "b"))
		l.same("to publish", l.unpublished(), []string{table + " 2026-01-31 2/0"})
		l.balanced()
	}},
}

func (l *lake) published() *lake {
	l.Helper()
	l.must(l.PublishTo(l.ctx, "a"))
	return l
}

// unpublished are the partitions to publish with their versions, as they are and as they are shown.
func (l *lake) unpublished() (texts []string) {
	l.Helper()
	all, err := l.Unpublished(l.ctx, 0)
	l.must(err)
	for _, u := range all {
		texts = append(texts, fmt.Sprintf("%s %s %d/%d", u.Table, u.Day, u.Version, u.Shown.Version))
	}
	return texts
}

func (l *lake) shown() []catalog.Publication {
	l.Helper()
	all, err := l.Publications(l.ctx)
	l.must(err)
	return all
}

// manifest is a publication of a day whose manifest is in the trash, as it is before it is put.
func (l *lake) manifest(day string, version int64) catalog.Publication {
	l.Helper()
	p := catalog.Publication{Table: table, Day: day, Version: version, Manifest: fmt.Sprintf("manifests/%s/day=%s/%d/files", table, day, version)}
	l.throwManifest(p)
	return p
}

func (l *lake) throwManifest(p catalog.Publication) {
	l.Helper()
	l.must(l.Throw(l.ctx, []catalog.Waste{{Path: p.Manifest, Table: p.Table, Day: p.Day, Why: catalog.WasteUnfinished,
		Due: l.clock.Now().Add(24 * time.Hour), Version: p.Version}}))
}

func (l *lake) mark(p catalog.Publication) {
	l.Helper()
	l.must(l.MarkPublished(l.ctx, catalog.Publishing{Shown: []catalog.Publication{p}, Due: l.clock.Now().Add(time.Hour)}))
}

// publish publishes the day as it is.
func (l *lake) publish() catalog.Publication {
	l.Helper()
	now, err := l.Partition(l.ctx, table, day)
	l.must(err)
	p := l.manifest(day, now.Version)
	l.mark(p)
	return p
}
