package catalogtest

import (
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var fileCases = []sentence{
	{"a partition that nobody wrote to has version 0 and generation 1", func(l *lake) {
		p, err := l.Partition(l.ctx, table, "2026-01-31")
		l.must(err)
		l.same("partition", p, catalog.Partition{Table: table, Day: "2026-01-31", Generation: 1})
	}},
	{"partitions are listed by day, both ends included", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-02-01", "2026-01-29", "2026-01-31", "2025-12-31")
		for _, c := range []struct {
			from, to string
			want     []string
		}{
			{"", "", []string{"2025-12-31", "2026-01-29", "2026-01-31", "2026-02-01"}},
			{"2026-01-29", "2026-01-31", []string{"2026-01-29", "2026-01-31"}},
			{"2026-01-30", "", []string{"2026-01-31", "2026-02-01"}},
			{"", "2026-01-28", []string{"2025-12-31"}},
			{"2026-01-30", "2026-01-30", nil},
		} {
			found, err := l.Partitions(l.ctx, table, c.from, c.to)
			l.must(err)
			l.same("days from "+c.from+" to "+c.to, daysOf(found), c.want)
		}
	}},
	{"coverage names the days of every table asked for", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-30", "2026-01-31")
		l.convertFlows("b2", "2026-01-31", "2026-02-01")
		for _, c := range []struct {
			tables []string
			want   []string
		}{
			{nil, []string{"aws_cloudtrail/2026-01-31", "aws_vpcflow/2026-01-31", "aws_vpcflow/2026-02-01"}},
			{[]string{table}, []string{"aws_cloudtrail/2026-01-31"}},
			{[]string{"aws_vpcflow", table, "nothing"}, []string{"aws_cloudtrail/2026-01-31", "aws_vpcflow/2026-01-31", "aws_vpcflow/2026-02-01"}},
			{[]string{"nothing"}, nil},
		} {
			found, err := l.Coverage(l.ctx, c.tables, "2026-01-31", "")
			l.must(err)
			var got []string
			for _, p := range found {
				got = append(got, p.Table+"/"+p.Day)
				l.same("rows", p.Rows, int64(10))
			}
			l.same("coverage", got, c.want)
		}
	}},
	{"files are selected by table and day", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-30", "2026-01-31")
		l.convertFlows("b2", "2026-01-31")
		files, err := l.Files(l.ctx, catalog.FileQuery{Tables: []string{table, "aws_vpcflow"}, FromDay: "2026-01-31", ToDay: "2026-01-31"})
		l.must(err)
		var got []string
		for _, f := range files {
			got = append(got, f.Path)
		}
		l.same("files", got, []string{
			"tables/aws_cloudtrail/day=2026-01-31/g000001/b1-1.parquet", "tables/aws_vpcflow/day=2026-01-31/g000001/b2-1.parquet",
		})
	}},
	{"files are selected by a half-open time that overlaps theirs", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "2026-01-31") // from 10:00 to 11:00
		at := func(hour, minute int) time.Time { return time.Date(2026, 1, 31, hour, minute, 0, 0, time.UTC) }
		for _, c := range []struct {
			says     string
			from, to time.Time
			want     bool
		}{
			{"around", at(9, 0), at(12, 0), true},
			{"within", at(10, 15), at(10, 30), true},
			{"ends as the file begins", at(9, 0), at(10, 0), false},
			{"ends a millisecond later", at(9, 0), at(10, 0).Add(time.Millisecond), true},
			{"ends a nanosecond after the first event", at(9, 0), at(10, 0).Add(1), true},
			{"begins as the file ends", at(11, 0), at(12, 0), true},
			{"begins a nanosecond after the last event", at(11, 0).Add(1), at(12, 0), false},
			{"only from, before", at(9, 0), time.Time{}, true},
			{"only from, after", at(12, 0), time.Time{}, false},
			{"only to, after", time.Time{}, at(12, 0), true},
			{"only to, before", time.Time{}, at(9, 0), false},
			{"in another zone", at(9, 0), at(10, 30).In(time.FixedZone("", -8*3600)), true},
		} {
			files, err := l.Files(l.ctx, catalog.FileQuery{FromTime: c.from, ToTime: c.to})
			l.must(err)
			l.same(c.says, len(files) == 1, c.want)
		}
	}},
	{"files of events before 1970 are kept and found", func(l *lake) {
		l.withTable().convert(batchOf("b1", "k1"), "1969-12-31")
		files, err := l.Files(l.ctx, catalog.FileQuery{ToTime: time.Unix(0, 0)})
		l.must(err)
		l.same("begin", files[0].MinTime, time.Date(1969, 12, 31, 10, 0, 0, 0, time.UTC))
	}},
}

// convertFlows commits a batch of one object of its own to the table of flow logs, which it makes.
func (l *lake) convertFlows(id string, days ...string) {
	l.Helper()
	l.must(l.EnsureTable(l.ctx, tableOf("aws_vpcflow")))
	b := batchOf(id, "key-of-"+id)
	b.Table = "aws_vpcflow"
	l.convert(b, days...)
}

func daysOf(partitions []catalog.Partition) (days []string) {
	for _, p := range partitions {
		days = append(days, p.Day)
	}
	return days
}
