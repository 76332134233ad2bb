package database_test

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

const auditHead = "20260115 09:00:01,ip-10-0-0-5,admin,192.0.2.15,12,"

func mySQLAuditSeeds() []string {
	return []string{
		auditHead + "0,CONNECT,,,0",
		auditHead + `101,QUERY,shop,'select \'a,b\' from \\ t\n',1064`,
		"1768467601493563,orders-1,admin,db.example.com,27,58,READ,shop,orders,",
		`{ "timestamp": "2026-01-15 09:00:00", "id": 0, "class": "connection", "event": "connect", "connection_id": 9, "account": { "user": "web", "host": "h" }, "login": { "user": "web", "ip": "192.0.2.15" }, "connection_data": { "status": 0 } },`,
	}
}

func TestMySQLAudit(t *testing.T) {
	checkDocuments(t, database.MySQLAudit(), []documentCase{
		{"a return code of zero is success", auditHead + "0,CONNECT,,,0", nil,
			map[string]any{"event.outcome": "success", "event.action": "connect", "event.category": sourcetest.List("database", "authentication"), "event.type": sourcetest.List("start"),
				"user.name": "admin", "source.ip": "192.0.2.15", "error.code": nil, "mysql.audit.return_code": 0.0}},
		{"another is failure, with the error's number", auditHead + "0,FAILED_CONNECT,,,1045", nil,
			map[string]any{"event.outcome": "failure", "error.code": "1045", "event.action": "failed_connect"}},
		{"a table has no return code and no outcome", auditHead + "102,READ,shop,orders,", nil,
			map[string]any{"event.outcome": nil, "mysql.audit.table": "orders", "mysql.audit.database": "shop", "mysql.audit.query": nil}},
		{"quotes, commas and backslashes in a statement shift nothing", auditHead + `101,QUERY,shop,'select \'a,b\', "\\c" from t where x = \'\',0',1064`, nil,
			map[string]any{"mysql.audit.query": `select 'a,b', "\c" from t where x = '',0`, "mysql.audit.return_code": 1064.0, "event.outcome": "failure"}},
		{"a newline in a statement may be written as it is", auditHead + "101,QUERY,shop,'select\n1',0", nil, map[string]any{"mysql.audit.query": "select\n1"}},
		{"a statement may be without its closing quote", auditHead + "101,QUERY,shop,'select 1,0", nil, map[string]any{"mysql.audit.query": "'select 1", "event.outcome": "success"}},
		{"a comma in a user's name shifts nothing", "20260115 09:00:01,srv,a,b,192.0.2.15,12,0,FAILED_CONNECT,,,1045", nil,
			map[string]any{"user.name": "a,b", "source.ip": "192.0.2.15"}},
		{"a user's name can't forge a connection", "20260115 09:00:01,srv,x,203.0.113.1,1,1,CONNECT,,,0,192.0.2.15,12,0,FAILED_CONNECT,,,1045", nil,
			map[string]any{"source.ip": "192.0.2.15", "event.outcome": "failure", "mysql.audit.connection_id": 12.0}},
		{"a user's name can't forge a statement", "20260115 09:00:01,srv,x,203.0.113.1,1,1,QUERY,,',192.0.2.15,12,0,FAILED_CONNECT,,,1045", nil,
			map[string]any{"source.ip": "192.0.2.15", "event.outcome": "failure", "event.action": "failed_connect"}},
		{"a connection may have a type", auditHead + "0,DISCONNECT,shop,,0,4", nil, map[string]any{"mysql.audit.connection_type": "4", "event.type": sourcetest.List("end")}},
		{"Aurora has microseconds", "1768467601493563,orders-1,admin,192.0.2.15,27,58,QUERY,shop,'x',0", nil, map[string]any{"@timestamp": "2026-01-15T09:00:01.493Z", "host.name": "orders-1"}},
		{"a grant is of accounts", auditHead + `101,QUERY,shop,'grant all on *.* to eve',0`, nil, map[string]any{"event.category": sourcetest.List("database", "iam")}},
		{"MySQL Enterprise's status is the outcome", mySQLAuditSeeds()[3], nil,
			map[string]any{"event.outcome": "success", "user.name": "web", "source.ip": "192.0.2.15", "source.domain": "h", "event.action": "connect"}},
	})
}

func TestMySQLAuditRejects(t *testing.T) {
	const noAudit = "the record has no connection, query and operation with their object and return code behind them"
	checkRejected(t, database.MySQLAudit(), map[string]string{
		"x": "the record has no time, neither a date nor microseconds since 1970, before its first comma",
		"20261315 09:00:01,srv,a,h,1,2,QUERY,,'x',0":   "the record has no time, neither a date nor microseconds since 1970, before its first comma",
		auditHead + "101,QUERY":                        noAudit,
		auditHead + "101,QUERY,shop,'x','y":            noAudit,
		auditHead + "0,CONNECT,,,zero":                 noAudit,
		auditHead + "QUERY,shop,'x',0":                 noAudit,
		"20260115 09:00:01,srv\n,a,h,1,2,QUERY,,'x',0": noAudit,
		`{"timestamp": "soon"}`:                        `the record's time is none: "soon"`,
		"[":                                            "not a record",
	})
}

func TestMySQLAuditFirstLines(t *testing.T) {
	checkFirst(t, database.MySQLAudit(), map[string]bool{
		auditHead:                   true,
		"1768467601493563,orders-1": true,
		"20261315 09:00:01,srv":     true,
		`{ "timestamp": "x"`:        true,
		`  "account": {`:            false,
		"select 1, 2":               false,
		"]":                         false,
	})
}

func TestMySQLAuditMakesNoGarbage(t *testing.T) {
	for _, record := range mySQLAuditSeeds() {
		sourcetest.NoGarbage(t, database.MySQLAudit(), record)
	}
}

func BenchmarkMySQLAudit(b *testing.B) {
	sourcetest.Bench(b, database.MySQLAudit(), func(n int) string {
		return fmt.Sprintf(`20260115 09:%02d:%02d,ip-10-0-0-5,web,192.0.2.%d,%d,%d,QUERY,shop,'SELECT o.id, o.total FROM orders o WHERE o.id = %d AND o.note = \'x\'',0`, n/60%60, n%60, n%200, n%900, n, n)
	})
}
