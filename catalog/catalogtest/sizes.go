package catalogtest

import (
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
)

// sizesOf are sizes of a file of the table.
func sizesOf(timestamp, sourceIP, rest int64) catalog.FileSizes {
	return catalog.FileSizes{Columns: map[string]int64{"timestamp": timestamp, "source_ip": sourceIP}, Rest: rest}
}

// convertSized commits a batch of a file a day, of these sizes.
func (l *lake) convertSized(b catalog.Batch, sizes catalog.FileSizes, days ...string) {
	l.Helper()
	l.must(l.Plan(l.ctx, b))
	c := l.commitOf(b, days...)
	for i := range c.Files {
		c.Files[i].Sizes = sizes
	}
	l.must(l.Commit(l.ctx, c))
}

// sized makes sure what the table's files that a query selects take together.
func (l *lake) sized(q catalog.FileQuery, want catalog.ColumnBytes) {
	l.Helper()
	files, err := l.Files(l.ctx, q)
	l.must(err)
	got, err := l.ColumnBytes(l.ctx, table, files)
	l.must(err)
	l.same("sizes", got, want)
}

var sizeCases = []sentence{
	{"the sizes of columns are summed up over the files asked for, and no others", func(l *lake) {
		l.withTable().convertSized(batchOf("b1", "k1"), sizesOf(1<<40, 200, 30), "2026-01-30", "2026-01-31")
		l.convertSized(batchOf("b2", "k2"), sizesOf(0, 7, 1), "2026-01-31")
		l.sized(catalog.FileQuery{FromDay: "2026-01-31"}, catalog.ColumnBytes{FileSizes: sizesOf(1<<40, 207, 31)})
		l.sized(catalog.FileQuery{}, catalog.ColumnBytes{FileSizes: sizesOf(2<<40, 407, 61)})
		l.sized(catalog.FileQuery{FromDay: "2027-01-01"}, catalog.ColumnBytes{FileSizes: sizesOf(0, 0, 0)})
	}},
	{"what a question reads of files is its columns, what is no column's, and all of files of unknown sizes", func(l *lake) {
		b := catalog.ColumnBytes{FileSizes: sizesOf(1000, 200, 30), Unknown: 4, UnknownOf: 1}
		l.same("no column", b.Read(nil), int64(34))
		l.same("a column", b.Read([]string{"source_ip"}), int64(234))
		l.same("both, and one that the files lack", b.Read([]string{"source_ip", "timestamp", "user_name"}), int64(1234))
	}},
	{"files without sizes, and such as are gone, are of unknown sizes", func(l *lake) {
		l.withTable().convertSized(batchOf("b1", "k1"), sizesOf(1, 2, 3), "2026-01-30", "2026-01-31")
		l.convert(batchOf("b2", "k2"), "2026-01-31")
		before, err := l.Files(l.ctx, catalog.FileQuery{})
		l.must(err)
		l.same("files", len(before), 3)
		l.must(l.Swap(l.ctx, l.swapOf("m1", "2026-01-30")))
		got, err := l.ColumnBytes(l.ctx, table, before)
		l.must(err)
		l.same("sizes", got, catalog.ColumnBytes{FileSizes: sizesOf(1, 2, 3), Unknown: 2000, UnknownOf: 2})
	}},
	{"columns that a table got later are of no size in the files before, and keep their own", func(l *lake) {
		l.withTable().convertSized(batchOf("b1", "k1"), sizesOf(1, 2, 3), "2026-01-31")
		t := tableOf(table)
		t.Columns = append([]catalog.Column{{Name: "user_name", ECS: "user.name", Type: ecs.String}}, t.Columns...)
		l.must(l.EnsureTable(l.ctx, t))
		more := sizesOf(10, 20, 30)
		more.Columns["user_name"] = 40
		l.convertSized(batchOf("b2", "k2"), more, "2026-01-31")
		want := sizesOf(11, 22, 33)
		want.Columns["user_name"] = 40
		l.sized(catalog.FileQuery{}, catalog.ColumnBytes{FileSizes: want})
	}},
	{"a column that the table does not know is always read", func(l *lake) {
		sizes := sizesOf(1, 2, 3)
		sizes.Columns["unheard_of"] = 50
		l.withTable().convertSized(batchOf("b1", "k1"), sizes, "2026-01-31")
		l.sized(catalog.FileQuery{}, catalog.ColumnBytes{FileSizes: sizesOf(1, 2, 53)})
	}},
	{"sizes that cannot be are refused", func(l *lake) {
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].Sizes = sizesOf(1, 2, -1) })
		l.refused(nil, func(c *catalog.Commit) { c.Files[0].Sizes = sizesOf(-1, 2, 3) })
	}},
	{"a merge records sizes as a commit does", func(l *lake) {
		l.withTable().convertSized(batchOf("b1", "k1"), sizesOf(1, 2, 3), "2026-01-31")
		s := l.swapOf("m1", "2026-01-31")
		s.Files[0].Sizes = sizesOf(4, 5, 6)
		l.must(l.Swap(l.ctx, s))
		l.sized(catalog.FileQuery{}, catalog.ColumnBytes{FileSizes: sizesOf(4, 5, 6)})
	}},
	{"a day that is restored has its sizes again", func(l *lake) {
		l.withTable().convertSized(batchOf("b1", "k1"), sizesOf(1, 2, 3), day)
		l.convert(batchOf("b2", "k2"), day)
		l.expire()
		l.must(l.Restore(l.ctx, table, day))
		l.sized(catalog.FileQuery{}, catalog.ColumnBytes{FileSizes: sizesOf(1, 2, 3), Unknown: 1000, UnknownOf: 1})
	}},
	{"sizes of very many files are summed up", func(l *lake) {
		const n = 1234
		l.withTable()
		b := batchOf("b1", "k1")
		l.must(l.Plan(l.ctx, b))
		c := l.commitOf(b, day)
		c.Files[0].Rows, c.Files[0].Sizes = 1, sizesOf(1, 2, 3)
		c.Files = many(c.Files[0], n)
		c.Objects[0].EventsOut, c.Objects[0].RecordsIn = n, n+1
		l.must(l.Commit(l.ctx, c))
		l.sized(catalog.FileQuery{FromTime: time.Unix(0, 0)}, catalog.ColumnBytes{FileSizes: sizesOf(n, 2*n, 3*n)})
	}},
}
