package catalogtest

import (
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var mergeCases = []sentence{
	{"a swap replaces the files of a partition, and the books balance", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-30", "2026-01-31")
		l.convert(batchOf("b2", "k2"), "2026-01-31")
		old := l.paths()[1:]
		s := l.swapOf("m1", "2026-01-31")
		l.must(l.Swap(l.ctx, s))
		files, err := l.Files(l.ctx, catalog.FileQuery{FromDay: "2026-01-31"})
		l.must(err)
		l.same("files", files, s.Files)
		p, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		l.same("partition", p, catalog.Partition{Table: table, Day: "2026-01-31", Generation: 2, Version: 3,
			Rows: 20, Bytes: 500, Files: 1, MinTime: s.Files[0].MinTime, MaxTime: s.Files[0].MaxTime})
		var want []catalog.Waste
		for _, path := range old {
			want = append(want, catalog.Waste{Path: path, Table: table, Day: "2026-01-31", Bytes: 1000,
				Why: catalog.WasteMerged, Since: start, Due: start.Add(time.Hour)})
		}
		l.same("trash", l.wasted(), want)
		l.balanced()
	}},
	{"what was swapped is told, newest first", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-30", "2026-01-31")
		l.convertFlows("b2", "2026-01-31")
		l.must(l.Swap(l.ctx, l.swapOf("m1", "2026-01-30")))
		l.clock.Move(time.Second)
		l.must(l.Swap(l.ctx, l.swapOf("m2", "2026-01-31")))
		l.clock.Move(time.Second)
		l.must(l.Swap(l.ctx, l.swapIn("aws_vpcflow", "m3", "2026-01-31")))
		for _, c := range []struct {
			tables []string
			limit  int
			want   string
		}{
			{nil, 0, "m3 m2 m1"}, {nil, 2, "m3 m2"}, {[]string{table}, 0, "m2 m1"}, {[]string{"aws_vpcflow", table}, 1, "m3"}, {[]string{"nothing"}, 0, ""},
		} {
			merges, err := l.Merged(l.ctx, c.tables, c.limit)
			l.must(err)
			l.same(fmt.Sprint(c.tables, c.limit), mergeIDs(merges), c.want)
		}
		merges, err := l.Merged(l.ctx, nil, 0)
		l.must(err)
		l.same("merge", merges[1], catalog.Merge{ID: "m2", Table: table, Day: "2026-01-31", Generation: 2, Rows: 10,
			FilesBefore: 1, FilesNow: 1, BytesBefore: 1000, BytesNow: 500, At: start.Add(time.Second)})
	}},
	{"a swap whose answer was lost can be repeated, also after its lease expired and the partition moved on", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		s := l.swapOf("m1", "2026-01-31")
		s.Lease = l.acquire("a")
		l.must(l.Swap(l.ctx, s))
		l.must(l.Swap(l.ctx, s))
		l.convert(batchOf("b2", "k2"), "2026-01-31")
		l.clock.Move(time.Hour)
		l.must(l.reopen().Swap(l.ctx, s))
		p, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		l.same("generation, version and rows", []int64{int64(p.Generation), p.Version, p.Rows}, []int64{2, 3, 20})
		l.balanced()
	}},
	{"a swap of a partition that has moved is refused and changes nothing", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		s := l.swapOf("m1", "2026-01-31")
		l.convert(batchOf("b2", "k2"), "2026-01-31")
		before := l.paths()
		err := l.Swap(l.ctx, s)
		var conflict *catalog.ConflictError
		if !errors.As(err, &conflict) {
			l.Fatalf("got %v", err)
		}
		now, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		l.same("moved", conflict.Moved, []catalog.Partition{now})
		l.same("files", l.paths(), before)
		l.same("trash", len(l.wasted()), 1)
		l.balanced()
	}},
	{"a swap under a lost lease is refused", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		s := l.swapOf("m1", "2026-01-31")
		s.Lease = l.acquire("a")
		l.clock.Move(minute)
		before := l.paths()
		for range 2 {
			if err := l.Swap(l.ctx, s); !errors.Is(err, catalog.ErrLeaseLost) {
				l.Fatalf("got %v", err)
			}
			l.same("files", l.paths(), before)
			l.acquire("b")
			l.clock.Move(minute)
		}
		l.balanced()
	}},
	{"files that do not hold the partition's rows, or do not fit it, are refused", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		before := l.paths()
		for i, spoil := range []func(*catalog.Swap){
			func(s *catalog.Swap) { s.Files[0].Rows++ },
			func(s *catalog.Swap) { s.Files[0].Rows++; s.Seen.Rows++ },
			func(s *catalog.Swap) { s.Files[0].Generation = 1 },
			func(s *catalog.Swap) { s.Files[0].Batch = "b1" },
			func(s *catalog.Swap) { s.Files[0].Day = "2026-01-30" },
			func(s *catalog.Swap) { s.Files[0].Table = "aws_vpcflow" },
			func(s *catalog.Swap) { s.Files = nil; s.Seen.Rows = 0 },
			func(s *catalog.Swap) { s.Files = append(s.Files, s.Files[0]); s.Seen.Rows *= 2 },
			func(s *catalog.Swap) { s.ID = "" },
		} {
			s := l.swapOf("m1", "2026-01-31")
			spoil(&s)
			err := l.Swap(l.ctx, s)
			if err == nil || i < 2 && !errors.Is(err, catalog.ErrUnbalanced) {
				l.Errorf("case %d: got %v", i, err)
			}
			l.same("files", l.paths(), before)
		}
		l.balanced()
	}},
	{"files that are not in the trash any more, or are being deleted, cannot be swapped in", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		s := l.swapOf("m1", "2026-01-31")
		l.must(l.Forget(l.ctx, []string{s.Files[0].Path}))
		if err := l.Swap(l.ctx, s); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("forgotten: got %v", err)
		}
		s = l.swapOf("m1", "2026-01-31")
		l.clock.Move(24 * time.Hour)
		l.same("collected", l.collect(10), []string{s.Files[0].Path})
		if err := l.Swap(l.ctx, s); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("collected: got %v", err)
		}
		replaced := l.swapOf("m2", "2026-01-31")
		w := wasteOf(replaced)
		w[0].Path, w[0].Why = "p", catalog.WasteMerged
		l.must(l.Throw(l.ctx, w))
		replaced.Files[0].Path = "p"
		if err := l.Swap(l.ctx, replaced); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("replaced by another merge: got %v", err)
		}
		l.same("files", len(l.paths()), 1)
		l.balanced()
	}},
	{"a batch that saw the generation before the swap cannot commit", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31")
		b := batchOf("b2", "k2")
		l.must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-31")
		l.must(l.Swap(l.ctx, l.swapOf("m1", "2026-01-31")))
		var conflict *catalog.ConflictError
		if err := l.Commit(l.ctx, c); !errors.As(err, &conflict) || conflict.Moved[0].Generation != 2 {
			l.Fatalf("got %v", err)
		}
		l.must(l.Commit(l.ctx, l.commitOf(b, "2026-01-31")))
		l.same("rows", l.rows(), int64(20))
		l.balanced()
	}},
	{"thousands of files are swapped for thousands", func(l *lake) {
		l.withTable()
		b := batchOf("b1", "k1")
		l.must(l.Plan(l.ctx, b))
		c := l.commitOf(b, "2026-01-31")
		c.Files = many(c.Files[0], 1201)
		c.Objects[0].EventsOut, c.Objects[0].RecordsIn = 12010, 12011
		l.must(l.Commit(l.ctx, c))
		s := l.swapOf("m1", "2026-01-31")
		s.Files = many(s.Files[0], 1201)
		for i := range s.Files {
			s.Files[i].Rows = 10
		}
		l.throwFiles(s)
		l.must(l.Swap(l.ctx, s))
		l.same("files", len(l.paths()), 1201)
		l.same("rows", l.rows(), int64(12010))
		l.clock.Move(time.Hour)
		collected := l.collect(5000)
		l.same("collected", len(collected), 1201)
		l.must(l.Forget(l.ctx, collected))
		l.same("trash", len(l.wasted()), 1) // the file that swapOf threw
		l.balanced()
	}},
}

// swapOf merges all files of a day of the table into one, which is thrown.
func (l *lake) swapOf(id, day string) catalog.Swap {
	l.Helper()
	return l.swapIn(table, id, day)
}

func (l *lake) swapIn(name, id, day string) catalog.Swap {
	l.Helper()
	p, err := l.Partition(l.ctx, name, day)
	l.must(err)
	s := swapOf(id, p)
	l.throwFiles(s)
	return s
}

// swapOf merges all of a partition into a file of half its bytes.
func swapOf(id string, p catalog.Partition) catalog.Swap {
	next := p
	next.Generation++
	f := fileOf(catalog.Batch{ID: id}, next, int(p.Rows))
	f.Bytes, f.MinTime, f.MaxTime = max(p.Bytes/max(2*p.Files, 1), 1), p.MinTime, p.MaxTime
	return catalog.Swap{ID: id, Seen: p, Files: []catalog.File{f}, Due: start.Add(time.Hour)}
}

func wasteOf(s catalog.Swap) (waste []catalog.Waste) {
	for _, f := range s.Files {
		waste = append(waste, catalog.Waste{Path: f.Path, Table: f.Table, Day: f.Day, Bytes: f.Bytes,
			Why: catalog.WasteUnfinished, Due: start.Add(24 * time.Hour)})
	}
	return waste
}

func (l *lake) throwFiles(s catalog.Swap) {
	l.Helper()
	l.must(l.Throw(l.ctx, wasteOf(s)))
}

// many are n files like the one given, under paths of their own.
func many(f catalog.File, n int) []catalog.File {
	files := make([]catalog.File, n)
	for i := range files {
		files[i] = f
		files[i].Path = fmt.Sprintf("%s.%04d", f.Path, i)
	}
	return files
}

func mergeIDs(merges []catalog.Merge) (ids string) {
	for i, m := range merges {
		if i > 0 {
			ids += " "
		}
		ids += m.ID
	}
	return ids
}
