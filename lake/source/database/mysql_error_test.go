package database_test

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func mySQLErrorSeeds() []string {
	return []string{
		"2026-01-15T09:00:02.000001Z 21 [Note] [MY-010926] [Server] Access denied for user 'root'@'192.0.2.44' (using password: YES)",
		"260115  9:00:02 [Warning] Access denied for user 'app'@'h' to database 'payroll'",
		"2026-01-15 09:00:04 7 [Warning] Aborted connection 7 to db: 'd' user: 'u' host: '10.0.0.9' (x)",
		`{"prio":1,"err_code":10926,"msg":"IP address '192.0.2.1' could not","time":"2026-01-15T09:00:01.000000Z","ts":1,"label":"Error"}`,
		"InnoDB: 127 rollback segment(s) active.",
	}
}

func TestMySQLError(t *testing.T) {
	denied := "2026-01-15T09:00:02.000001Z 21 [Note] [MY-010926] [Server] Access denied for user "
	checkDocuments(t, database.MySQLError(), []documentCase{
		{"a denied login is a failed authentication of a user from an address", denied + "'root'@'192.0.2.44' (using password: YES)", nil,
			map[string]any{"event.category": sourcetest.List("database", "authentication"), "event.outcome": "failure", "event.action": "authentication-failed",
				"user.name": "root", "source.ip": "192.0.2.44", "related.ip": sourcetest.List("192.0.2.44"), "related.user": sourcetest.List("root"), "event.code": "MY-010926", "mysql.thread_id": 21.0}},
		{"a denied login may be without a user", denied + "''@'localhost' (using password: NO)", nil,
			map[string]any{"event.outcome": "failure", "user.name": nil, "source.domain": "localhost"}},
		{"a user's name can't forge an address", denied + "'x'@'203.0.113.1' (using password: YES)'@'192.0.2.44' (using password: YES)", nil,
			map[string]any{"source.ip": "192.0.2.44", "user.name": "x'@'203.0.113.1' (using password: YES)"}},
		{"a denied database is no failed authentication", denied + "'app'@'%' to database 'pay'", nil,
			map[string]any{"event.category": sourcetest.List("database"), "event.outcome": "failure", "event.action": "access-denied", "user.name": "app", "mysql.error.database": "pay", "source.address": "%", "source.domain": nil}},
		{"a blocked host is a failure", "2026-01-15T09:00:02Z 0 [Warning] Host '192.0.2.9' is blocked because of many connection errors", nil,
			map[string]any{"source.ip": "192.0.2.9", "event.action": "connection-blocked", "event.outcome": "failure"}},
		{"a connection that breaks off has a reason", "2026-01-15 09:00:04 7 [Warning] Aborted connection 7 to db: 'd' user: 'u' host: 'h.example.com' (Got an error (x))", nil,
			map[string]any{"event.action": "connection-aborted", "user.name": "u", "source.domain": "h.example.com", "mysql.error.database": "d"}},
		{"an offset is taken off", "2026-01-15T09:00:02.5+05:30 0 [ERROR] x", nil,
			map[string]any{"@timestamp": "2026-01-15T03:30:02.500Z", "event.type": sourcetest.List("info", "error"), "log.level": "ERROR"}},
		{"a year of two digits is of this century", "260115  9:00:02 x", nil, map[string]any{"@timestamp": "2026-01-15T09:00:02.000Z", "message": "x"}},
		{"a line without a time has the envelope's", "InnoDB: x", logGroup("/aws/rds/instance/i/error", "i"),
			map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "tags": sourcetest.List("time-of-delivery"), "aws.rds.db_instance.identifier": "i"}},
		{"without an envelope it has the ingestion's", "InnoDB: x", nil,
			map[string]any{"@timestamp": "2026-02-01T00:00:00.000Z", "tags": sourcetest.List("time-of-delivery")}},
		{"the JSON sink's number is a code", `{"prio":3,"err_code":10926,"msg":"m","time":"2026-01-15T09:00:01.000000Z","label":"Note"}`, nil,
			map[string]any{"event.code": "MY-010926", "message": "m", "log.level": "Note"}},
		{"the JSON sink may have its time as a number", `{"ts":1768467600109,"msg":"m"}`, nil, map[string]any{"@timestamp": "2026-01-15T09:00:00.109Z"}},
		{"brackets in a message are no code", "2026-01-15T09:00:02Z 0 [Note] [a] b", nil, map[string]any{"event.code": nil, "message": "[a] b"}},
	})
}

func TestMySQLErrorRejects(t *testing.T) {
	checkRejected(t, database.MySQLError(), map[string]string{
		`{"time":"soon","msg":"x"}`: `the record's time is none: "soon"`,
		`{"msg":"x`:                 `JSON ends at byte 9, where '"' should be`,
		" \t":                       "not a record",
	})
}

func TestMySQLErrorFirstLines(t *testing.T) {
	checkFirst(t, database.MySQLError(), map[string]bool{
		"2026-01-15T09:00:02.000001Z 21 [Note] x": true,
		"2026-01-15  9:00:02 21 [Note] x":         true,
		"260115  9:00:02 x":                       true,
		`{"prio":1}`:                              true,
		"InnoDB: 127 rollback segment(s) active.": false,
		"260115": false,
		"":       false,
	})
}

func TestMySQLErrorMakesNoGarbage(t *testing.T) {
	for _, record := range mySQLErrorSeeds() {
		sourcetest.NoGarbage(t, database.MySQLError(), record)
	}
}

func BenchmarkMySQLError(b *testing.B) {
	sourcetest.Bench(b, database.MySQLError(), func(n int) string {
		return fmt.Sprintf("2026-01-15T09:%02d:%02d.%06dZ %d [Note] [MY-010926] [Server] Access denied for user 'web%d'@'192.0.2.%d' (using password: YES)", n/60%60, n%60, n, n%9000, n%50, n%200)
	})
}
