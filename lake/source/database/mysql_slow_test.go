package database_test

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

const (
	slowUser  = "# User@Host: web[web] @ db-client.example.com [192.0.2.30]  Id:  7\n"
	slowTimes = "# Query_time: 1.5  Lock_time: 0.25 Rows_sent: 1  Rows_examined: 9\n"
)

func mySQLSlowSeeds() []string {
	return []string{
		"# Time: 2026-01-15T09:00:00.123456Z\n" + slowUser + slowTimes + "use shop;\nSET timestamp=1768467585;\nselect 1;",
		slowUser + "# Schema: shop  Last_errno: 0\n" + slowTimes + "# QC_Hit: No  Full_scan: Yes\n#   InnoDB_IO_r_ops: 4\n# explain: a\n#\nSET insert_id=5,timestamp=1768467585.5;\n# administrator command: Quit;",
	}
}

func TestMySQLSlow(t *testing.T) {
	checkDocuments(t, database.MySQLSlow(), []documentCase{
		{"a statement has its time, user, client and how long it took", mySQLSlowSeeds()[0], nil,
			map[string]any{"@timestamp": "2026-01-15T08:59:45.000Z", "event.end": "2026-01-15T09:00:00.123Z", "event.duration": 1.5e9, "user.name": "web", "source.ip": "192.0.2.30",
				"source.domain": "db-client.example.com", "mysql.slowlog.schema": "shop", "mysql.slowlog.query": "select 1;", "mysql.slowlog.lock_time.sec": 0.25, "mysql.thread_id": 7.0}},
		{"words for truth are truth", mySQLSlowSeeds()[1], nil,
			map[string]any{"mysql.slowlog.query_cache_hit": false, "mysql.slowlog.full_scan": true, "mysql.slowlog.innodb.io_r_ops": 4.0, "event.action": "Quit", "unmapped.set": "insert_id=5", "@timestamp": "2026-01-15T08:59:45.500Z"}},
		{"a microsecond stays one", slowUser + "# Query_time: 0.000001\nSET timestamp=1;\nx", nil, map[string]any{"event.duration": 1000.0}},
		{"a day's query does not overflow", slowUser + "# Query_time: 86400.5\nSET timestamp=1;\nx", nil, map[string]any{"event.duration": 86400.5e9}},
		{"a statement without a timestamp has its line's time", "# Time: 260115  9:00:00\n" + slowUser + slowTimes + "x", nil, map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "mysql.slowlog.query": "x"}},
		{"or the envelope's", slowUser + slowTimes + "x", logGroup("/aws/rds/instance/i/slowquery", "i"), map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "tags": sourcetest.List("time-of-delivery")}},
		{"a setting that is no timestamp is the statement", slowUser + slowTimes + "SET my_timestamp=3;", logGroup("g", "s"), map[string]any{"mysql.slowlog.query": "SET my_timestamp=3;"}},
		{"a use in the statement stays in it", slowUser + slowTimes + "SET timestamp=1;\nuse shop;", nil, map[string]any{"mysql.slowlog.schema": nil, "mysql.slowlog.query": "use shop;"}},
		{"an attribute can't take the place of a field", slowUser + "# user: root  query: x  timestamp: 5\nSET timestamp=1;\ny", nil,
			map[string]any{"user.name": "web", "mysql.slowlog.query": "y", "unmapped.user": "root"}},
		{"a number that is none is kept", slowUser + "# Rows_sent: many\nSET timestamp=1;\ny", nil, map[string]any{"unmapped.Rows_sent": "many", "mysql.slowlog.rows_sent": nil}},
		{"lines may end in carriage returns", "# User@Host: web[web] @  [192.0.2.30]\r\n# Query_time: 2\r\nuse shop;\r\nSET timestamp=1;\r\nx\r\n", nil,
			map[string]any{"event.duration": 2e9, "mysql.slowlog.schema": "shop", "@timestamp": "1970-01-01T00:00:01.000Z", "mysql.slowlog.query": "x"}},
	})
}

func TestMySQLSlowTimeOfSeveral(t *testing.T) {
	r := sourcetest.New(t, database.MySQLSlow(), "k")
	if err := r.Add("# Time: 260115  9:00:00"); err == nil {
		t.Error("a line of time is a record")
	}
	sourcetest.Check(t, r.Document(slowUser+"x"), map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "event.end": "2026-01-15T09:00:00.000Z"})
	sourcetest.Check(t, r.Document(slowUser+"x"), map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "event.end": nil})
}

func TestMySQLSlowRejects(t *testing.T) {
	checkRejected(t, database.MySQLSlow(), map[string]string{
		"from t":                        "the record has no line # User@Host: its beginning is in another object",
		"# Query_time: 1\nselect 1":     "the record has no line # User@Host: its beginning is in another object",
		"# User@Host: nobody\nselect 1": "the line # User@Host has no user, host and address",
		"# User@Host: a @ b] [\nselect": "the line # User@Host has no user, host and address",
		"# Time: 260115  9:00:00":       "not a record",
		"/usr/sbin/mysqld, Version: 8.0.36 (x). started with:\nTcp port: 3306": "not a record",
	})
}

func TestMySQLSlowFirstLines(t *testing.T) {
	checkFirst(t, database.MySQLSlow(), map[string]bool{
		"# Time: 260115  9:00:00":                           true,
		"# User@Host: a[a] @ b []":                          true,
		"/usr/sbin/mysqld, Version: 8.0 (x). started with:": true,
		"# Query_time: 1":                                   false,
		"# administrator command: Quit;":                    false,
		"select 1, Version: 'x'":                            false,
	})
}

func TestMySQLSlowMakesNoGarbage(t *testing.T) {
	for _, record := range mySQLSlowSeeds() {
		sourcetest.NoGarbage(t, database.MySQLSlow(), record)
	}
}

func BenchmarkMySQLSlow(b *testing.B) {
	sourcetest.Bench(b, database.MySQLSlow(), func(n int) string {
		return fmt.Sprintf("# Time: 2026-01-15T09:%02d:%02d.%06dZ\n# User@Host: web[web] @  [192.0.2.%d]  Id: %d\n# Query_time: %d.%06d  Lock_time: 0.000002 Rows_sent: %d  Rows_examined: %d\nSET timestamp=%d;\nSELECT o.id, o.total, o.created_at FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = %d AND c.region = 'eu' ORDER BY o.created_at DESC LIMIT 50;",
			n/60%60, n%60, n, n%200, n%900, n%30, n, n%50, n*13, 1768467585+n/20, n)
	})
}
