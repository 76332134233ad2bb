package database

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// PostgreSQL is the log of a PostgreSQL server, of RDS and of Aurora.
func PostgreSQL() *source.Source {
	return &source.Source{
		Name:    "postgresql",
		Title:   "PostgreSQL log",
		Version: "1",
		Docs: []string{
			"https://www.postgresql.org/docs/current/runtime-config-logging.html",
			"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html",
			"https://github.com/pgaudit/pgaudit/blob/main/README.md",
		},
		Keys:  []string{`(?i)postgre`},
		Looks: looksLikePostgreSQL,
		Notes: "The formats stderr, csvlog and jsonlog are told apart record by record. In stderr's the fields of log_line_prefix are told " +
			"by their shapes; what has none of them is in unmapped. DETAIL, HINT, STATEMENT and the like are events of their own there, as " +
			"they are lines of their own. A time zone that is not known is taken for UTC unless the envelope has a time; event.timezone has it as " +
			"it was written. A line that goes on from one in another object has the envelope's time, or is rejected. " +
			"What a client writes can't look like a record: in csvlog its quotes are doubled, and in stderr's format a tab begins its lines.",

		Framing: frame.Framing{Kind: frame.Multiline, First: isPostgreSQLFirst, GoesOn: goesOnInCSV},
		Divide:  postgreSQLLog,
		Static:  source.Fixed("event.kind", "event", "event.category", "database", "event.module", "postgresql", "event.dataset", "postgresql.log"),
		Map:     postgreSQLMap(),
		Extra: deliveryFields(
			ecs.Field{Name: "@timestamp"}, ecs.Field{Name: "event.type"}, ecs.Field{Name: "event.outcome"}, ecs.Field{Name: "event.action"},
			ecs.Field{Name: "event.duration"}, ecs.Field{Name: "event.start"}, ecs.Field{Name: "event.timezone"},
			ecs.Field{Name: "postgresql.log.session_start_time", Type: ecs.Time, Doc: "when the session began"},
			ecs.Field{Name: "postgresql.log.query", Unique: true, Doc: "statement that the record is about"},
			ecs.Field{Name: "postgresql.log.query_step", Doc: "statement, parse, bind or execute"},
			ecs.Field{Name: "postgresql.log.query_name", Doc: "name of the prepared statement or portal"},
			ecs.Field{Name: "user.effective.name"}, ecs.Field{Name: "tls.cipher"}, ecs.Field{Name: "tls.version"}, ecs.Field{Name: "tls.version_protocol"},
			ecs.Field{Name: "postgresql.log.authentication.identity", Kind: ecs.User, Related: "related.user", Doc: "who the client has proved to be"},
			ecs.Field{Name: "postgresql.log.authentication.method", Doc: "how the client has proved it"},
			ecs.Field{Name: "postgresql.log.checkpoint.buffers", Type: ecs.Int, Doc: "buffers that a checkpoint wrote"},
			ecs.Field{Name: "postgresql.log.audit.type", Doc: "SESSION or OBJECT, of pgAudit"},
			ecs.Field{Name: "postgresql.log.audit.statement_id", Type: ecs.Int, Doc: "number of the statement in its session"},
			ecs.Field{Name: "postgresql.log.audit.substatement_id", Type: ecs.Int, Doc: "number within the statement"},
			ecs.Field{Name: "postgresql.log.audit.class", Doc: "READ, WRITE, FUNCTION, ROLE, DDL, MISC …"},
			ecs.Field{Name: "postgresql.log.audit.command", Doc: "command of the statement"},
			ecs.Field{Name: "postgresql.log.audit.object_type", Doc: "type of the object"},
			ecs.Field{Name: "postgresql.log.audit.object_name", Doc: "name of the object, with its schema"},
			ecs.Field{Name: "postgresql.log.audit.parameter", Unique: true, Doc: "parameters of the statement"},
			ecs.Field{Name: "postgresql.log.audit.rows", Type: ecs.Int, Doc: "rows that the statement returned or changed"},
		),
		Finish: finishPostgreSQL,
	}
}

func postgreSQLMap() []source.Mapping {
	return []source.Mapping{
		{To: "message", From: "message"},
		{To: "log.level", From: "error_severity"},
		{To: "process.pid", From: "pid"},
		{To: "user.name", From: "user"},
		{To: "source.address", From: "remote_host"},
		{To: "source.ip", From: "remote_host"},
		{To: "source.port", From: "remote_port"},
		{To: "postgresql.log.timestamp", From: "timestamp", Unique: true, Doc: "time of the record as the log writes it"},
		{To: "postgresql.log.client_addr", From: "remote_host"},
		{To: "postgresql.log.client_port", From: "remote_port", Type: ecs.Int},
		{To: "postgresql.log.database", From: "dbname"},
		{To: "postgresql.log.application_name", From: "application_name"},
		{To: "postgresql.log.session_id", From: "session_id"},
		{To: "postgresql.log.session_line_number", From: "line_num", Type: ecs.Int},
		{To: "postgresql.log.command_tag", From: "ps"},
		{To: "postgresql.log.virtual_transaction_id", From: "vxid", Unique: true},
		{To: "postgresql.log.transaction_id", From: "txid", Type: ecs.Int},
		{To: "postgresql.log.sql_state_code", From: "state_code"},
		{To: "postgresql.log.detail", From: "detail", Unique: true},
		{To: "postgresql.log.hint", From: "hint"},
		{To: "postgresql.log.internal_query", From: "internal_query", Unique: true},
		{To: "postgresql.log.internal_query_pos", From: "internal_position", Type: ecs.Int},
		{To: "postgresql.log.context", From: "context", Unique: true},
		{To: "postgresql.log.query_pos", From: "cursor_position", Type: ecs.Int},
		{To: "postgresql.log.location", From: "location"},
		{To: "postgresql.log.code.function", From: "func_name", Doc: "function of the server that wrote the record"},
		{To: "postgresql.log.code.file", From: "file_name", Doc: "its file"},
		{To: "postgresql.log.code.line", From: "file_line_num", Type: ecs.Int, Doc: "its line"},
		{To: "postgresql.log.backend_type", From: "backend_type"},
		{To: "postgresql.log.leader_pid", From: "leader_pid", Type: ecs.Int, Doc: "leader of a parallel group"},
		{To: "postgresql.log.query_id", From: "query_id", Type: ecs.Int, Doc: "identifier of the query"},
	}
}

// isPostgreSQLFirst tells the first line of a record. In stderr's format lines that go on begin with a tab.
func isPostgreSQLFirst(line []byte) bool {
	if len(line) == 0 || line[0] == '\t' || line[0] == ' ' {
		return false
	}
	if stamp, rest := cutStamp(line); stamp != nil {
		return len(rest) == 0 || rest[0] != ',' || isCSVRecord(rest[1:])
	}
	if line[0] == '{' {
		return bytes.HasPrefix(line, []byte(`{"timestamp"`))
	}
	at, level := findLevel(line[:min(len(line), longestPrefix)])
	return level != nil && (at == 0 || clockIn(line[:at]) >= 0)
}

// goesOnInCSV tells a line in the quotes of a csvlog's record that looks like one of another format.
func goesOnInCSV(record, line []byte) bool {
	if !isCSVFirst(record) || isCSVFirst(line) {
		return false
	}
	return bytes.Count(record, []byte(`"`))%2 == 1
}

func isCSVFirst(line []byte) bool {
	_, rest := cutStamp(line)
	return len(rest) > 0 && len(rest) < len(line) && rest[0] == ','
}

// isCSVRecord tells the first line of a csvlog's record, behind its time, from a line of a statement that someone has made
// look like one: PostgreSQL quotes names and messages, and doubles the quotes of what it quotes.
func isCSVRecord(rest []byte) bool {
	var c csvFields
	c.begin(rest)
	for i := pgUser; i <= pgMessage && c.at < len(rest); i++ {
		field := rest[c.at:]
		quotes := len(field) - len(bytes.TrimLeft(field, `"`))
		named := i == pgUser || i == pgDatabase || i == pgTag || i == pgMessage
		switch {
		case quotes == 0 && named && field[0] != ',',
			quotes > 0 && quotes%2 == 0 && (i == pgMessage || quotes < len(field) && field[quotes] != ','):
			return false
		case i == pgMessage:
			return true
		}
		c.next()
	}
	return true
}

func looksLikePostgreSQL(head []byte) bool {
	if inLogGroup(head, "/postgresql") {
		return true
	}
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	if bytes.HasPrefix(line, []byte(`{"timestamp":"`)) {
		return bytes.Contains(line, []byte(`"error_severity":"`)) && bytes.Contains(line, []byte(`"pid":`))
	}
	at, level := findLevel(line[:min(len(line), longestPrefix)])
	if level != nil && clockIn(line[:at]) >= 0 {
		return true
	}
	_, n := cutClock(line)
	if n == 0 || n >= len(line) {
		return false
	}
	zone := cutZone(line[n+1:])
	rest := line[n+1+len(zone):]
	return len(zone) > 0 && len(rest) > 0 && rest[0] == ',' && isCSVHead(rest[1:])
}

// isCSVHead tells whether the fields behind a csvlog's time may be user, database, process, client and session.
func isCSVHead(rest []byte) bool {
	var c csvFields
	c.begin(rest)
	for i := 0; ; i++ {
		field, ok := c.next()
		switch {
		case !ok:
			return false
		case i == 2 && !source.IsDigits(field):
			return false
		case i == 4:
			return bytes.IndexByte(field, '.') > 0
		}
	}
}
