package database

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// MySQLSlow is the slow query log of MySQL, Percona Server and MariaDB, of RDS and of Aurora.
func MySQLSlow() *source.Source {
	return &source.Source{
		Name:    "mysql_slow",
		Title:   "MySQL and MariaDB slow query log",
		Version: "2",
		Docs: []string{
			"https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html",
			"https://docs.percona.com/percona-server/8.0/slow-extended.html",
			"https://mariadb.com/kb/en/slow-query-log-overview/",
		},
		Keys:  []string{`(?i)(mysql|mariadb|aurora).*slow`, `/rds/(instance|cluster)/[^/]+/slowquery(/|$)`},
		Looks: looksLikeMySQLSlow,
		Notes: "An event's time is that of SET timestamp, when the statement began, else that of the line # Time, else the envelope's. A line # Time " +
			"that stands alone is the time of the records behind it. Attributes that no column has are in unmapped. The log does not escape " +
			"statements: one that has a line like # User@Host ends there.",

		Framing: frame.Framing{Kind: frame.Multiline, First: isMySQLSlowFirst},
		Divide:  mySQLSlowLog,
		Static: source.Fixed("event.kind", "event", "event.category", "database", "event.type", "info",
			"event.module", "mysql", "event.dataset", "mysql.slowlog"),
		Map: mySQLSlowMap(),
		Extra: deliveryFields(
			ecs.Field{Name: "@timestamp"}, ecs.Field{Name: "event.duration"}, ecs.Field{Name: "event.action"}, ecs.Field{Name: "event.outcome"},
			ecs.Field{Name: "source.address"}, ecs.Field{Name: "source.domain"}, ecs.Field{Name: "source.ip"},
			ecs.Field{Name: "event.start"}, ecs.Field{Name: "event.end"}, ecs.Field{Name: "tags"},
		),
		Finish: finishMySQLSlow,
	}
}

func mySQLSlowMap() []source.Mapping {
	maps := []source.Mapping{
		{To: "mysql.slowlog.query", From: "query", Unique: true, Doc: "the statement, or an administrator command"},
		{To: "mysql.slowlog.schema", From: "schema | Schema", Doc: "database that the statement ran in"},
		{To: "mysql.slowlog.current_user", From: "current_user", Kind: ecs.User, Doc: "user as it logged in"},
		{To: "mysql.slowlog.explain", From: "explain", Unique: true, Doc: "how MariaDB executed the statement"},
		{To: "mysql.thread_id", From: "Id | Thread_id", Type: ecs.Int, Doc: "connection that the record is of"},
		{To: "mysql.slowlog.lock_time.sec", From: "Lock_time", Type: ecs.Float},
		{To: "mysql.slowlog.last_errno", From: "Last_errno | Errno"},
		{To: "mysql.slowlog.killed", From: "Killed"},
		{To: "mysql.slowlog.innodb.trx_id", From: "InnoDB_trx_id"},
		{To: "mysql.slowlog.log_slow_rate_type", From: "Log_slow_rate_type"},
		{To: "mysql.slowlog.innodb.io_r_wait.sec", From: "InnoDB_IO_r_wait", Type: ecs.Float},
		{To: "mysql.slowlog.innodb.rec_lock_wait.sec", From: "InnoDB_rec_lock_wait", Type: ecs.Float},
		{To: "mysql.slowlog.innodb.queue_wait.sec", From: "InnoDB_queue_wait", Type: ecs.Float},
	}
	for _, c := range []struct{ to, from string }{
		{"rows_sent", "Rows_sent"}, {"rows_examined", "Rows_examined"}, {"rows_affected", "Rows_affected"},
		{"bytes_sent", "Bytes_sent"}, {"bytes_received", "Bytes_received"},
		{"tmp_tables", "Tmp_tables | Created_tmp_tables"}, {"tmp_disk_tables", "Tmp_disk_tables | Created_tmp_disk_tables"},
		{"tmp_table_sizes", "Tmp_table_sizes"}, {"merge_passes", "Merge_passes"}, {"log_slow_rate_limit", "Log_slow_rate_limit"},
		{"read_first", "Read_first"}, {"read_last", "Read_last"}, {"read_key", "Read_key"}, {"read_next", "Read_next"},
		{"read_prev", "Read_prev"}, {"read_rnd", "Read_rnd"}, {"read_rnd_next", "Read_rnd_next"},
		{"sort_merge_passes", "Sort_merge_passes"}, {"sort_range_count", "Sort_range_count"}, {"sort_rows", "Sort_rows"},
		{"sort_scan_count", "Sort_scan_count"},
		{"innodb.io_r_ops", "InnoDB_IO_r_ops"}, {"innodb.io_r_bytes", "InnoDB_IO_r_bytes"}, {"innodb.pages_distinct", "InnoDB_pages_distinct"},
	} {
		maps = append(maps, source.Mapping{To: "mysql.slowlog." + c.to, From: c.from, Type: ecs.Int})
	}
	for _, c := range []struct{ to, from string }{
		{"query_cache_hit", "QC_hit | QC_Hit"}, {"full_scan", "Full_scan"}, {"full_join", "Full_join"}, {"tmp_table", "Tmp_table"},
		{"tmp_table_on_disk", "Tmp_table_on_disk"}, {"filesort", "Filesort"}, {"filesort_on_disk", "Filesort_on_disk"},
		{"priority_queue", "Priority_queue"},
	} {
		maps = append(maps, source.Mapping{To: "mysql.slowlog." + c.to, From: c.from, Type: ecs.Bool})
	}
	return maps
}

// isMySQLSlowFirst tells the first line of a record: its time, its user where several records share a time, or what a
// server writes when it opens the log.
func isMySQLSlowFirst(line []byte) bool {
	return bytes.HasPrefix(line, []byte("# Time: ")) || bytes.HasPrefix(line, []byte("# User@Host: ")) || isMySQLBanner(line)
}

// isMySQLBanner tells /usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:
func isMySQLBanner(line []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(line, " \r"), []byte("started with:")) && bytes.Contains(line, []byte(", Version: "))
}

func looksLikeMySQLSlow(head []byte) bool {
	if inLogGroup(head, "/slowquery") {
		return true
	}
	for range 6 {
		var line []byte
		line, head, _ = bytes.Cut(head, []byte("\n"))
		if bytes.HasPrefix(line, []byte("# User@Host: ")) || bytes.HasPrefix(line, []byte("# Query_time: ")) {
			return true
		}
	}
	return false
}

// slowFinish is what a mapping can't say of a slow query.
type slowFinish struct {
	delivery
	peerOut
	stamp, line, written, user, current, host, address, query, took, began, ended source.In

	time, tags, start, end, duration, action source.Out
}

func finishMySQLSlow(b *source.Binding) func(*source.Event) error {
	f := &slowFinish{
		delivery: bindDelivery(b), peerOut: bindPeer(b),
		stamp: b.In("timestamp"), line: b.In("time"), written: b.In("written"), user: b.In("user"), current: b.In("current_user"), host: b.In("host"), address: b.In("ip"),
		query: b.In("query"), took: b.In("Query_time"), began: b.In("Start"), ended: b.In("End"),
		time: b.Out("@timestamp"), tags: b.Out("tags"), start: b.Out("event.start"), end: b.Out("event.end"),
		duration: b.Out("event.duration"), action: b.Out("event.action"),
	}
	return f.finish
}

func (f *slowFinish) finish(e *source.Event) error {
	f.set(e)
	f.setTime(e)
	e.Set(f.peerOut.user, e.First(f.user, f.current))
	f.setHost(e, e.Text(f.address))
	if host := e.Text(f.host); source.IsHostName(host) {
		e.Set(f.domain, host)
		e.SetNew(f.peerOut.address, host)
	}
	if ns, ok := scaled(e.Text(f.took), 1_000_000_000); ok {
		e.SetInt(f.duration, ns)
	}
	if command, ok := bytes.CutPrefix(e.Text(f.query), []byte("# administrator command: ")); ok {
		e.Set(f.action, bytes.TrimRight(command, ";\n"))
	}
	return nil
}

// setTime takes the statement's time, else its line's.
func (f *slowFinish) setTime(e *source.Event) {
	for _, x := range []struct {
		in  source.In
		out source.Out
	}{{f.began, f.start}, {f.written, f.end}, {f.ended, f.end}} {
		if ms, n := cutMySQLTime(e.Text(x.in)); n > 0 {
			e.SetTime(x.out, ms)
		}
	}
	ms, ok := scaled(e.Text(f.stamp), 1000)
	written, n := cutMySQLTime(e.Text(f.written))
	_, delivered := e.Sent()
	line, before := cutMySQLTime(e.Text(f.line))
	switch {
	case ok:
		e.SetTime(f.time, ms)
	case n > 0:
		e.SetTime(f.time, written)
	case before > 0 && !delivered:
		e.SetTime(f.time, line)
	default:
		f.setDelivered(e, f.time, f.tags)
	}
}
