package database

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// MySQLError is the error log of MySQL and MariaDB servers, of RDS and of Aurora.
func MySQLError() *source.Source {
	return &source.Source{
		Name:    "mysql_error",
		Title:   "MySQL and MariaDB error log",
		Version: "1",
		Docs: []string{
			"https://dev.mysql.com/doc/refman/8.4/en/error-log-format.html",
			"https://mariadb.com/kb/en/error-log/",
			"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQL.LogFileSize.html",
		},
		Keys:  []string{`(?i)(mysql|mariadb|aurora).*error`, `/rds/(instance|cluster)/[^/]+/error(/|$)`},
		Looks: looksLikeMySQLError,
		Notes: "Formats of MySQL 5.5 to 8.4 and of MariaDB, and the JSON sink. Times without a zone are taken for UTC, years of two digits are of " +
			"this century. Lines without a time belong to the record before; without one before they have the envelope's time, or that of " +
			"ingestion, and the tag time-of-delivery.",

		Framing: frame.Framing{Kind: frame.Multiline, First: isMySQLErrorFirst},
		Divide:  mySQLErrorLog,
		Static:  source.Fixed("event.kind", "event", "event.module", "mysql", "event.dataset", "mysql.error"),
		Map: []source.Mapping{
			{To: "message", From: "msg"},
			{To: "log.level", From: "label"},
			{To: "event.code", From: "code"},
			{To: "event.provider", From: "subsystem"},
			{To: "mysql.thread_id", From: "thread", Type: ecs.Int, Doc: "connection that the record is of; in MySQL 5.6 the process"},
			{To: "error.code", From: "err_code"},
			{To: "error.type", From: "err_symbol"},
			{To: "mysql.error.sql_state", From: "SQL_state", Doc: "SQLSTATE of the error"},
			{To: "mysql.error.priority", From: "prio", Type: ecs.Int, Doc: "0 system, 1 error, 2 warning, 3 note"},
			{To: "mysql.error.log_type", From: "log_type", Type: ecs.Int},
			{To: "mysql.error.buffered", From: "buffered", Type: ecs.Int, Doc: "when the record was kept back until logging began, in microseconds since 1970"},
			{To: "mysql.error.code.file", From: "source_file", Doc: "file of the server that wrote the record"},
			{To: "mysql.error.code.line", From: "source_line", Type: ecs.Int},
			{To: "mysql.error.code.function", From: "function"},
			{To: "mysql.error.component", From: "component"},
		},
		Extra: deliveryFields(
			ecs.Field{Name: "@timestamp"}, ecs.Field{Name: "event.category"}, ecs.Field{Name: "event.type"}, ecs.Field{Name: "event.action"},
			ecs.Field{Name: "event.outcome"}, ecs.Field{Name: "event.reason"}, ecs.Field{Name: "tags"},
			ecs.Field{Name: "source.address"}, ecs.Field{Name: "source.domain"}, ecs.Field{Name: "source.ip"},
			ecs.Field{Name: "mysql.error.database", Doc: "database that the client wanted"},
		),
		Finish: finishMySQLError,
	}
}

// mySQLErrorLog divides records of text and of the JSON sink.
func mySQLErrorLog(want []string) (source.Divider, error) {
	json, err := source.JSON(want)
	if err != nil {
		return nil, err
	}
	names := []string{"time", "thread", "label", "code", "subsystem", "msg"}
	return &mySQLErrorDivider{json: json, fields: source.Bind(want, names...)}, nil
}

type mySQLErrorDivider struct {
	json   source.Divider
	fields source.Layout
}

func (d *mySQLErrorDivider) Begin(key string) { d.json.Begin(key) }

func (d *mySQLErrorDivider) Divide(record []byte, v *source.Values) error {
	if len(record) > 1 && record[0] == '{' && record[1] == '"' {
		return d.json.Divide(record, v)
	}
	rest := bytes.TrimSpace(record)
	if len(rest) == 0 {
		return source.ErrNoRecord
	}
	_, n := cutMySQLTime(rest)
	d.fields.Take(v, 0, rest[:n])
	if rest = bytes.TrimLeft(rest[n:], " \t"); n > 0 {
		rest = d.cutThread(rest, v)
		var level []byte
		level, rest = cutBrackets(rest)
		d.fields.Take(v, 2, level)
	}
	d.fields.Take(v, 5, rest)
	code, after := cutBrackets(rest)
	if subsystem, _ := cutBrackets(after); len(code) > 0 && len(subsystem) > 0 && len(code) < 16 && len(subsystem) < 32 {
		d.fields.Take(v, 3, code)
		d.fields.Take(v, 4, subsystem)
	}
	return nil
}

// cutThread cuts the number of a thread off.
func (d *mySQLErrorDivider) cutThread(rest []byte, v *source.Values) []byte {
	n := 0
	for n < len(rest) && source.IsDigit(rest[n]) {
		n++
	}
	if n == 0 || n == len(rest) || rest[n] != ' ' && rest[n] != '\t' {
		return rest
	}
	d.fields.Take(v, 1, rest[:n])
	return bytes.TrimLeft(rest[n:], " \t")
}

// cutBrackets cuts a [word] and the spaces behind it off.
func cutBrackets(text []byte) (inner, rest []byte) {
	if len(text) == 0 || text[0] != '[' {
		return nil, text
	}
	n := bytes.IndexByte(text, ']')
	if n < 0 {
		return nil, text
	}
	return text[1:n], bytes.TrimLeft(text[n+1:], " ")
}

// isMySQLErrorFirst tells the first line of a record.
func isMySQLErrorFirst(line []byte) bool {
	if len(line) < 2 || !source.IsDigit(line[0]) {
		return len(line) > 1 && line[0] == '{' && line[1] == '"'
	}
	_, n := cutMySQLTime(line)
	return n > 0
}

func looksLikeMySQLError(head []byte) bool {
	if inLogGroup(head, "/error") {
		return true
	}
	if bytes.HasPrefix(head, []byte(`{"`)) {
		line, _, _ := bytes.Cut(head, []byte("\n"))
		return bytes.Contains(line, []byte(`"err_code"`)) && bytes.Contains(line, []byte(`"prio"`))
	}
	for range 5 { // a message may have lines before the first that has a time
		var line []byte
		line, head, _ = bytes.Cut(head, []byte("\n"))
		if isMySQLErrorLine(line) {
			return true
		}
	}
	return false
}

// isMySQLErrorLine tells a line by its time and its level, or by what starts the server.
func isMySQLErrorLine(line []byte) bool {
	_, n := cutMySQLTime(line)
	if n == 0 {
		return false
	}
	rest := bytes.TrimLeft(line[n:], " \t0123456789")
	level, _ := cutBrackets(rest)
	switch string(level) {
	case "Note", "Warning", "ERROR", "System", "Error":
		return true
	}
	return bytes.HasPrefix(rest, []byte("mysqld_safe ")) || bytes.HasPrefix(rest, []byte("InnoDB: "))
}
