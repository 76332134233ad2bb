package database_test

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func mySQLGeneralSeeds() []string {
	return []string{
		"2026-01-15T09:00:00.123456Z\t   12 Connect\tweb@db-client.example.com on shop using SSL/TLS",
		"2026-01-15T09:00:00.123456Z\t   12 Query\tselect\n1",
		"260115  9:00:00\t    1 Connect\tAccess denied for user 'root'@'192.0.2.44' (using password: YES)",
	}
}

func TestMySQLGeneral(t *testing.T) {
	const head = "2026-01-15T09:00:00.123456Z\t   12 "
	checkDocuments(t, database.MySQLGeneral(), []documentCase{
		{"a connection has a user, a client, a database and a type", mySQLGeneralSeeds()[0], nil,
			map[string]any{"@timestamp": "2026-01-15T09:00:00.123Z", "user.name": "web", "source.domain": "db-client.example.com", "mysql.general.database": "shop",
				"mysql.general.connection_type": "SSL/TLS", "event.action": "connect", "event.outcome": "success", "event.category": sourcetest.List("database", "authentication"), "mysql.thread_id": 12.0}},
		{"a denied connection is a failure", mySQLGeneralSeeds()[2], nil,
			map[string]any{"event.outcome": "failure", "user.name": "root", "source.ip": "192.0.2.44", "@timestamp": "2026-01-15T09:00:00.000Z"}},
		{"a user's name may have an at sign", head + "Connect\ta@b@192.0.2.1 on  using TCP/IP", nil,
			map[string]any{"user.name": "a@b", "source.ip": "192.0.2.1", "mysql.general.database": nil, "mysql.general.connection_type": "TCP/IP"}},
		{"a connection may be without a database", head + "Connect\troot@localhost on ", nil, map[string]any{"user.name": "root", "source.domain": "localhost", "mysql.general.database": nil}},
		{"a statement may have several lines", mySQLGeneralSeeds()[1], nil, map[string]any{"mysql.general.query": "select\n1", "event.action": "query", "event.type": sourcetest.List("access")}},
		{"a command may have several words", head + "Init DB\tpayroll", nil, map[string]any{"event.action": "init-db", "mysql.general.database": "payroll"}},
		{"a command may have no argument", head + "Quit", nil, map[string]any{"event.action": "quit", "event.type": sourcetest.List("end")}},
		{"a change of accounts is told", head + "Query\t  CREATE USER eve", nil, map[string]any{"event.category": sourcetest.List("database", "iam")}},
		{"a record without a time has the envelope's", "\t\t   12 Query\tselect 1", logGroup("/aws/rds/instance/i/general", "i"), map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z"}},
	})
}

func TestMySQLGeneralTimeOfTheRecordBefore(t *testing.T) {
	r := sourcetest.New(t, database.MySQLGeneral(), "k")
	sourcetest.Check(t, r.Document("260115  9:00:05\t    1 Query\tselect 1"), map[string]any{"@timestamp": "2026-01-15T09:00:05.000Z"})
	sourcetest.Check(t, r.Document("\t\t    1 Query\tselect 2"), map[string]any{"@timestamp": "2026-01-15T09:00:05.000Z"})
}

func TestMySQLGeneralRejects(t *testing.T) {
	const noBeginning = "the record has no connection and command: its beginning is in another object"
	checkRejected(t, database.MySQLGeneral(), map[string]string{
		"\t\t    1 Query\tselect 2":                   "the record has no time",
		"  from t":                                    noBeginning,
		"2026-01-15T09:00:00.123456Z 12 Query\tx":     noBeginning,
		"2026-01-15T09:00:00.123456Z\tQuery\tx":       noBeginning,
		"Time                 Id Command    Argument": "not a record",
	})
}

func TestMySQLGeneralFirstLines(t *testing.T) {
	checkFirst(t, database.MySQLGeneral(), map[string]bool{
		mySQLGeneralSeeds()[0]:           true,
		"\t\t    1 Query\tselect 2":      true,
		"\t\t    1 Init DB\tx":           true,
		"Tcp port: 3306  Unix socket: x": true,
		"\t\tand 1 = 2":                  false,
		"\t\t    1 is not a command\tx":  false,
		"12 Query\tx":                    false,
		"":                               false,
	})
}

func TestMySQLGeneralMakesNoGarbage(t *testing.T) {
	for _, record := range mySQLGeneralSeeds() {
		sourcetest.NoGarbage(t, database.MySQLGeneral(), record)
	}
}

func BenchmarkMySQLGeneral(b *testing.B) {
	sourcetest.Bench(b, database.MySQLGeneral(), func(n int) string {
		return fmt.Sprintf("2026-01-15T09:%02d:%02d.%06dZ\t%5d Query\tSELECT o.id, o.total FROM orders o WHERE o.id = %d AND o.note = 'x'", n/60%60, n%60, n, n%900, n)
	})
}
