package catalogtest

import (
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var bookCases = []sentence{
	{"a table's totals sum up its partitions and its committed objects", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1", "k2"), "2026-01-30", "2026-01-31")
		l.convert(batchOf("b2", "k3"), "2026-01-31")
		l.must(l.Plan(l.ctx, batchOf("b3", "k4")))
		l.must(l.EnsureTable(l.ctx, tableOf("empty")))
		got, err := l.Totals(l.ctx)
		l.must(err)
		l.same("totals", got, []catalog.TableTotals{
			{
				Table: table, Events: 30, Bytes: 3000, Files: 3, Days: 2, FirstDay: "2026-01-30", LastDay: "2026-01-31",
				MinTime: time.Date(2026, 1, 30, 10, 0, 0, 0, time.UTC), MaxTime: time.Date(2026, 1, 31, 11, 0, 0, 0, time.UTC),
				Objects: 3, RawBytes: 3000, Counts: catalog.Counts{RecordsIn: 33, EventsOut: 30, Duplicates: 3},
			},
			{Table: "empty"},
		})
	}},
	{"an empty catalog has no totals and nothing to find", func(l *lake) {
		got, err := l.Totals(l.ctx)
		l.must(err)
		l.same("totals", len(got), 0)
		l.balanced()
	}},
}
