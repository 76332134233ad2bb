package database_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

const (
	pgLine = "2026-01-15 09:00:11.250 UTC:192.0.2.15(51234):app@orders:[20452]:LOG:  "
	pgCSV  = `2026-01-15 09:00:11.250 UTC,"app","orders",34,"192.0.2.15:51234",5ff25bb2.22,3,"idle",2026-01-15 09:00:00 UTC,3/2,0,LOG,00000,`
)

func postgreSQLSeeds() []string {
	return []string{
		pgLine + "duration: 1.5 ms  execute a: select 1",
		pgLine + "connection authorized: user=app database=orders SSL enabled (protocol=TLSv1.3, cipher=A, bits=256)",
		pgLine + "disconnection: session time: 1:02:03.004 user=app database=orders host=192.0.2.15 port=1",
		pgLine + `AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.t,"a ""b""",<none>`,
		"2026-01-15 09:00:00.1 CEST [1]: [2-1] user=a,db=b,app=c d,client=192.0.2.1(5) 3/4 FATAL:  28P01: password authentication failed for user \"x\"",
		pgLine[:len(pgLine)-6] + "5:00000:2026-01-15 09:00:00 UTC:3/4:0:6968bd03.4fec:psqlLOG:  x",
		pgCSV + `"a ""b""",,,,,,,,,"psql"`,
		`{"timestamp":"2026-01-15 09:00:00 UTC","pid":1,"error_severity":"LOG","message":"x"}`,
	}
}

func TestPostgreSQL(t *testing.T) {
	checkDocuments(t, database.PostgreSQL(), []documentCase{
		{"an hour's session lasts 3600 seconds", pgLine + "disconnection: session time: 1:00:00.500 user=app database=orders host=192.0.2.15 port=51234", nil,
			map[string]any{"event.duration": 3600.5e9, "event.action": "disconnection", "event.start": "2026-01-15T08:00:10.750Z"}},
		{"a session may last a hundred hours", pgLine + "disconnection: session time: 100:10:01.000 user=app database=orders host=[local]", nil,
			map[string]any{"event.duration": (100*3600 + 601) * 1e9}},
		{"a duration is exact", pgLine + "duration: 6921.284 ms", nil, map[string]any{"event.duration": 6921284000.0, "postgresql.log.query": nil}},
		{"a query has a step and a name", pgLine + "duration: 0.455 ms  execute fetch from S_1/C_2: select $1", nil,
			map[string]any{"postgresql.log.query_step": "execute fetch from", "postgresql.log.query_name": "S_1/C_2", "postgresql.log.query": "select $1"}},
		{"a log without brackets around the client's address has one too", "2026-01-15 09:00:11 UTC:db-client.example.com(51234):app@orders:[20452]:LOG:  x", nil,
			map[string]any{"source.address": "db-client.example.com", "source.ip": nil, "source.port": 51234.0}},
		{"a user of a directory has an at sign", "2026-01-15 09:00:11 UTC:192.0.2.15(51234):ann@CORP.EXAMPLE.COM@orders:[20452]:LOG:  x", nil,
			map[string]any{"user.name": "ann@CORP.EXAMPLE.COM", "postgresql.log.database": "orders"}},
		{"a user's name may have colons and brackets", "2026-01-15 09:00:11 UTC:192.0.2.15(51234):a:[1]:b@orders:[20452]:FATAL:  x", nil,
			map[string]any{"user.name": "a:[1]:b", "process.pid": 20452.0, "log.level": "FATAL", "message": "x"}},
		{"quotes in a user's name do not end it", pgLine[:len(pgLine)-6] + `FATAL:  no pg_hba.conf entry for host "192.0.2.99", user "x" y", database "d", no encryption`, nil,
			map[string]any{"event.action": "connection-rejected", "event.outcome": "failure", "source.ip": "192.0.2.15", "user.name": "app"}},
		{"a failed login names its user where the prefix does not", `2026-01-15 09:00:11 UTC [7] FATAL:  PAM authentication failed for user "mallory"`, nil,
			map[string]any{"user.name": "mallory", "related.user": sourcetest.List("mallory"), "event.action": "authentication-failed", "event.outcome": "failure", "postgresql.log.authentication.method": "PAM"}},
		{"a connection names its client where the prefix does not", "2026-01-15 09:00:11 UTC [7] LOG:  connection received: host=2001:DB8::1 port=5000", nil,
			map[string]any{"source.ip": "2001:db8::1", "source.port": 5000.0, "related.ip": sourcetest.List("2001:db8::1")}},
		{"an application's name may have spaces and equal signs", "2026-01-15 09:00:11 UTC [7] LOG:  connection authorized: user=u database=d application_name=a = b SSL enabled (protocol=TLSv1.2, cipher=C, bits=256)", nil,
			map[string]any{"postgresql.log.application_name": "a = b", "tls.version": "1.2", "tls.cipher": "C", "event.outcome": "success"}},
		{"SQLSTATE tells errors", pgLine[:len(pgLine)-6] + "ERROR:  42P01: x", nil, map[string]any{"event.type": sourcetest.List("error"), "postgresql.log.sql_state_code": "42P01", "message": "x"}},
		{"a warning's SQLSTATE is no error", pgLine[:len(pgLine)-6] + "WARNING:  01000: x", nil, map[string]any{"event.type": sourcetest.List("info"), "event.outcome": nil}},
		{"a word of five capitals is no SQLSTATE", pgLine + "QUERY: x", nil, map[string]any{"message": "QUERY: x", "postgresql.log.sql_state_code": nil}},
		{"a zone is an offset", "2026-01-15 09:00:11.5 -03 [7] LOG:  x", nil, map[string]any{"@timestamp": "2026-01-15T12:00:11.500Z", "event.timezone": "-03"}},
		{"an unknown zone is the envelope's matter", "2026-01-15 09:00:11.5 QQQ [7] LOG:  x", logGroup("/aws/rds/instance/i/postgresql", "i"),
			map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "event.timezone": "QQQ"}},
		{"a line that goes on has the envelope's time", "\tfrom t", logGroup("/aws/rds/instance/i/postgresql", "i"),
			map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "message": "\tfrom t", "cloud.account.id": "111122223333", "cloud.provider": "aws"}},
		{"words of a prefix that no field has are kept", "2026-01-15 09:00:11 UTC [7] blue green u@d LOG:  x", nil,
			map[string]any{"unmapped.prefix": "blue green", "user.name": "u", "postgresql.log.database": "d"}},
		{"bytes that are no UTF-8 stay in their field", pgLine + "a \xff\x00 b", nil, map[string]any{"process.pid": 20452.0, "user.name": "app"}},
		{"csvlog has quotes, commas and newlines in fields", pgCSV + "\"duration: 2 ms  statement: select \"\"a\"\",\n1\",,,,,,,,,\"a, b\",\"client backend\",,5", nil,
			map[string]any{"message": "select \"a\",\n1", "event.duration": 2e6, "postgresql.log.application_name": "a, b", "postgresql.log.query_id": 5.0, "source.port": 51234.0}},
		{"csvlog of tomorrow has more fields", pgCSV + `"x",,,,,,,,,"a","b",,5,new`, nil, map[string]any{"unmapped.field_27": "new"}},
		{"jsonlog's numbers may be strings", `{"timestamp":"2026-01-15 09:00:11.250 GMT","pid":"34","error_severity":"LOG","message":{"a":1}}`, nil,
			map[string]any{"process.pid": 34.0, "message": `{"a":1}`}},
		{"pgAudit's fields may be quoted", pgLine + `AUDIT: OBJECT,2,3,WRITE,INSERT,TABLE,"public.""a,b""","insert ""x""","1,2",7`, nil,
			map[string]any{"postgresql.log.audit.object_name": `public."a,b"`, "postgresql.log.query": `insert "x"`, "postgresql.log.audit.parameter": "1,2", "postgresql.log.audit.rows": 7.0, "event.action": "INSERT"}},
		{"pgAudit may not log a statement again", pgLine + `AUDIT: SESSION,2,1,READ,SELECT,,,<previously logged>,<previously logged>`, nil,
			map[string]any{"postgresql.log.query": "<previously logged>", "postgresql.log.audit.object_name": nil}},
	})
}

func TestPostgreSQLRejects(t *testing.T) {
	const untimed = "the record has no time: log_line_prefix has none, or its beginning is in another object"
	checkRejected(t, database.PostgreSQL(), map[string]string{
		"LOG:  x":                    untimed,
		"\tfrom t":                   untimed,
		"2026-02-30 09:00:00 UTC":    untimed,
		"2026-01-15 09:00:00 UTC x":  "the record has a time and no severity, such as LOG or ERROR",
		"2026-01-15 09:00:00 UTC,a,": "the record ends after 3 fields, before pid",
		pgCSV + `"x`:                 "the record ends within a quoted field",
	})
}

func TestPostgreSQLFirstLines(t *testing.T) {
	checkFirst(t, database.PostgreSQL(), map[string]bool{
		pgLine + "x":         true,
		pgCSV:                true,
		"LOG:  x":            true,
		pgCSV + `"x",`:       true,
		pgCSV + `"""x"" y",`: true,
		`2026-01-15 09:00:00 UTC,,,27,,5ff25ba2.1b,1,,2026-01-15 09:00:00 UTC,,0,LOG,00000,"x`: true,
		`2026-01-15 09:00:00 UTC,"a","","`:   true,
		strings.ReplaceAll(pgCSV, `"`, `""`): false,
		strings.ReplaceAll(pgCSV, `"`, ""):   false,
		`2026-01-15 09:00:00 UTC,,,27,,5ff25ba2.1b,1,,2026-01-15 09:00:00 UTC,,0,LOG,00000,""x`: false,
		`2026-01-15 09:00:00 UTC,,,27,,5ff25ba2.1b,1,,2026-01-15 09:00:00 UTC,,0,LOG,00000,"",`: false,
		`2026-01-15 09:00:00 UTC,,,27,,5ff25ba2.1b,1,,2026-01-15 09:00:00 UTC,,0,LOG,00000,x`:   false,
		"< 2026-01-15 09:00:00 UTC >LOG:  x":                                                    true,
		"user=a 2026-01-15 09:00:00 UTC LOG: x":                                                 true,
		`{"timestamp":"2026-01-15 09:00:00"}`:                                                   true,
		"\t2026-01-15 09:00:00 UTC LOG:  x":                                                     false,
		"":                                                                                      false,
		"select 'LOG:  x'":                                                                      false,
		`{"a":1}`:                                                                               false,
	})
}

func TestPostgreSQLStatementsThatLookLikeRecords(t *testing.T) {
	s := database.PostgreSQL()
	for name, c := range map[string]struct {
		log  string
		want int
	}{
		"a csvlog's statement with a line of stderr's format": {pgCSV + "\"select '\n" + pgLine + "x\n'\",,,,,,,,,\"psql\"\n" + pgCSV + `"y",`, 2},
		"a csvlog's statement with a line of no prefix":       {pgCSV + "\"select '\nLOG:  x\n'\",,,,,,,,,\"psql\"\n" + pgCSV + `"y",`, 2},
		"a csvlog's statement with a line of jsonlog":         {pgCSV + "\"select '\n{\"\"timestamp\"\":1\n'\",,,,,,,,,\"psql\"\n" + pgCSV + `"y",`, 2},
		"a csvlog's record that is cut":                       {pgCSV + "\"select '\n" + pgCSV + `"y",`, 2},
		"stderr's records behind a csvlog's":                  {pgCSV + "\"x\",\n" + pgLine + "a \"b\n" + pgLine + "c", 3},
	} {
		got := 0
		for records := frame.New(strings.NewReader(c.log), 0, s.Framing, frame.Limits{}); ; got++ {
			if _, err := records.Next(); err != nil {
				break
			}
		}
		if got != c.want {
			t.Errorf("%s: %d records, want %d", name, got, c.want)
		}
	}
}

func TestPostgreSQLMakesNoGarbage(t *testing.T) {
	for _, record := range postgreSQLSeeds() {
		sourcetest.NoGarbage(t, database.PostgreSQL(), record)
	}
}

func BenchmarkPostgreSQL(b *testing.B) {
	sourcetest.Bench(b, database.PostgreSQL(), func(n int) string {
		if n%3 == 0 {
			return fmt.Sprintf("2026-01-15 09:%02d:%02d UTC:192.0.2.%d(%d):app@orders:[%d]:LOG:  connection received: host=192.0.2.%d port=%d", n/60%60, n%60, n%200, 1024+n, 100+n%900, n%200, 1024+n)
		}
		return fmt.Sprintf("2026-01-15 09:%02d:%02d UTC:192.0.2.%d(%d):app@orders:[%d]:LOG:  duration: %d.%03d ms  execute <unnamed>: SELECT o.id, o.total, o.created_at FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = %d AND c.region = $1 ORDER BY o.created_at DESC LIMIT 50",
			n/60%60, n%60, n%200, 1024+n, 100+n%900, n%5000, n%1000, n)
	})
}

func BenchmarkPostgreSQLCSV(b *testing.B) {
	sourcetest.Bench(b, database.PostgreSQL(), func(n int) string {
		return fmt.Sprintf(`2026-01-15 09:%02d:%02d.%03d UTC,"app","orders",%d,"192.0.2.%d:%d",5ff25bb2.%x,%d,"idle",2026-01-15 09:00:00 UTC,3/%d,0,LOG,00000,"duration: %d.%03d ms  statement: SELECT o.id, o.total FROM ""orders"" o WHERE o.id = %d",,,,,,,,,"psql","client backend",,%d`,
			n/60%60, n%60, n%1000, 100+n%900, n%200, 1024+n, n%900, n%50, n, n%5000, n%1000, n, n*7919)
	})
}
