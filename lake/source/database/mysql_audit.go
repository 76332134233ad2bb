package database

import (
	"bytes"
	"strconv"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// MySQLAudit is the audit log of the MariaDB Audit Plugin, as RDS runs it, of Aurora, and of MySQL Enterprise in JSON.
func MySQLAudit() *source.Source {
	return &source.Source{
		Name:    "mysql_audit",
		Title:   "MySQL and MariaDB audit log",
		Version: "1",
		Docs: []string{
			"https://mariadb.com/kb/en/mariadb-audit-plugin-log-format/",
			"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.MySQL.Options.AuditPlugin.html",
			"https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Auditing.html",
			"https://dev.mysql.com/doc/refman/8.4/en/audit-log-file-formats.html",
		},
		Keys:  []string{`(?i)(mysql|mariadb|aurora|server_audit).*audit`, `(?i)server_audit\.log`, `/rds/(instance|cluster)/[^/]+/audit(/|$)`},
		Looks: looksLikeMySQLAudit,
		Notes: "Times have no zone and are taken for UTC; Aurora's are microseconds since 1970. The fields behind the operation end the record, and " +
			"those before it are found from there, so that a comma in a user's name shifts none. A return code of 0 is success; without one, as " +
			"for tables, there is no outcome. Of MySQL Enterprise the JSON format is read, not the XML one.",

		Framing: frame.Framing{Kind: frame.Multiline, First: isMySQLAuditFirst},
		Divide:  mySQLAuditLog,
		Static:  source.Fixed("event.kind", "event", "event.module", "mysql", "event.dataset", "mysql.audit"),
		Map: []source.Mapping{
			{To: "user.name", From: "username | account.user | login.user"},
			{To: "event.action", From: "operation | event", As: source.Lower},
			{To: "host.name", From: "serverhost"},
			{To: "mysql.audit.connection_id", From: "connectionid | connection_id", Type: ecs.Int, Doc: "connection that the record is of"},
			{To: "mysql.audit.query_id", From: "queryid", Type: ecs.Int, Doc: "statement that the record is of"},
			{To: "mysql.audit.operation", From: "operation", Doc: "CONNECT, QUERY, READ, WRITE …"},
			{To: "mysql.audit.database", From: "database | connection_data.db | table_access_data.db", Doc: "database that was in use"},
			{To: "mysql.audit.query", From: "query | general_data.query | table_access_data.query | query_data.query", Unique: true, Doc: "the statement"},
			{To: "mysql.audit.table", From: "table | table_access_data.table", Doc: "table that was read or changed"},
			{To: "mysql.audit.return_code", From: "retcode | connection_data.status | general_data.status | query_data.status", Type: ecs.Int, Doc: "0, or the error's number"},
			{To: "mysql.audit.connection_type", From: "connection_type | connection_data.connection_type", Doc: "1 TCP/IP, 2 socket, 3 named pipe, 4 SSL/TLS, 5 shared memory; or in words"},
			{To: "mysql.audit.class", From: "class", Doc: "class of MySQL Enterprise's event"},
			{To: "mysql.audit.id", From: "id", Type: ecs.Int, Doc: "number of MySQL Enterprise's event within its second"},
			{To: "mysql.audit.command", From: "general_data.command", Doc: "Query, Connect, Quit …"},
			{To: "mysql.audit.sql_command", From: "general_data.sql_command | table_access_data.sql_command | query_data.sql_command", Doc: "select, create_user …"},
			{To: "mysql.audit.proxy", From: "login.proxy", Kind: ecs.User, Doc: "user that was acted for"},
			{To: "mysql.audit.os_user", From: "login.os", Kind: ecs.User, Doc: "user of the operating system"},
			{To: "mysql.audit.attributes", From: "connection_data.connection_attributes", JSON: true, Doc: "what the client says of itself"},
		},
		Extra: deliveryFields(
			ecs.Field{Name: "@timestamp"}, ecs.Field{Name: "event.category"}, ecs.Field{Name: "event.type"}, ecs.Field{Name: "event.outcome"},
			ecs.Field{Name: "error.code"}, ecs.Field{Name: "source.address"}, ecs.Field{Name: "source.ip"}, ecs.Field{Name: "source.domain"},
		),
		Finish: finishMySQLAudit,
	}
}

// isMySQLAuditFirst tells the first line of a record: a date and a time, or microseconds, before a comma; or an object.
func isMySQLAuditFirst(line []byte) bool {
	if bytes.HasPrefix(line, []byte(`{`)) {
		return bytes.HasPrefix(bytes.TrimLeft(line[1:], " \t"), []byte(`"timestamp"`))
	}
	return auditTimeSize(line) > 0
}

func looksLikeMySQLAudit(head []byte) bool {
	if inLogGroup(head, "/audit") {
		return true
	}
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "[\r\n "), []byte("\n"))
	if bytes.HasPrefix(line, []byte("{")) {
		object := head[:min(len(head), 4<<10)]
		return bytes.Contains(object, []byte(`"class"`)) && bytes.Contains(object, []byte(`"event"`)) && bytes.Contains(object, []byte(`"connection_id"`)) && isMySQLAuditFirst(line)
	}
	_, n := cutAuditTime(line)
	var f auditFields
	return n > 0 && f.find(line[n:])
}

// auditFinish is what a mapping can't say of an audit record.
type auditFinish struct {
	delivery
	peerOut
	stamp, operation, event, class, host, address, account, query, command source.In

	time, category, kind, outcome, failed source.Out
}

func finishMySQLAudit(b *source.Binding) func(*source.Event) error {
	f := &auditFinish{
		delivery: bindDelivery(b), peerOut: bindPeer(b),
		stamp: b.In("timestamp"), operation: b.In("operation"), event: b.In("event"), class: b.In("class"),
		host: b.In("host"), address: b.In("login.ip"), account: b.In("account.host"), query: b.In("query"), command: b.In("general_data.sql_command"),
		time: b.Out("@timestamp"), category: b.Out("event.category"), kind: b.Out("event.type"), outcome: b.Out("event.outcome"), failed: b.Out("error.code"),
	}
	code := b.Out("mysql.audit.return_code")
	return func(e *source.Event) error {
		f.set(e)
		if err := f.setTime(e); err != nil {
			return err
		}
		f.setHost(e, e.First(f.address, f.host, f.account))
		if name := e.Text(f.account); source.IsHostName(name) && !source.IsAddr(name) {
			e.SetNew(f.domain, name)
		}
		f.setOutcome(e, code)
		f.setCategory(e)
		return nil
	}
}

// setOutcome tells by the return code whether what was asked for was done.
func (f *auditFinish) setOutcome(e *source.Event, code source.Out) {
	switch n, ok := e.Int(code); {
	case ok && n == 0:
		e.SetText(f.outcome, "success")
	case ok:
		e.SetText(f.outcome, "failure")
		var digits [20]byte
		e.Set(f.failed, strconv.AppendInt(digits[:0], n, 10))
	}
}

// auditKinds are the categories and types of operations.
var auditKinds = []struct{ operation, category, kind string }{
	{"QUERY", "", "access"}, {"CONNECT", "authentication", "start"}, {"DISCONNECT", "session", "end"},
	{"FAILED_CONNECT", "authentication", "start"}, {"CHANGEUSER", "authentication", "start"}, {"PROXY_CONNECT", "authentication", "start"},
	{"READ", "", "access"}, {"WRITE", "", "change"}, {"CREATE", "", "creation"}, {"ALTER", "", "change"}, {"RENAME", "", "change"}, {"DROP", "", "deletion"},
	{"connect", "authentication", "start"}, {"disconnect", "session", "end"}, {"change_user", "authentication", "start"},
	{"read", "", "access"}, {"insert", "", "change"}, {"update", "", "change"}, {"delete", "", "deletion"},
}

func (f *auditFinish) setCategory(e *source.Event) {
	e.SetText(f.category, "database")
	operation, kind := e.First(f.operation, f.event), "access"
	for _, k := range auditKinds {
		if string(operation) == k.operation {
			e.SetText(f.category, k.category)
			kind = k.kind
			break
		}
	}
	e.SetText(f.kind, kind)
	if managesAccounts(e.Text(f.query)) || isAccountCommand(e.Text(f.command)) {
		e.SetText(f.category, "iam")
	}
}

// managesAccounts tells statements that change users, roles and their rights.
func managesAccounts(query []byte) bool {
	query = bytes.TrimLeft(query, " \t\r\n(")
	for _, verb := range []string{"grant ", "revoke ", "create user ", "drop user ", "alter user ", "rename user ", "set password ", "create role ", "drop role "} {
		if _, ok := cutPrefixFold(query, verb); ok {
			return true
		}
	}
	return false
}

func isAccountCommand(command []byte) bool {
	switch string(command) {
	case "grant", "revoke", "revoke_all", "create_user", "drop_user", "alter_user", "rename_user", "set_password", "create_role", "drop_role", "grant_roles", "revoke_roles":
		return true
	}
	return false
}
