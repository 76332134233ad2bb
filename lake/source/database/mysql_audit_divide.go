package database

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/lake/source"
)

// Positions among an audit record's fields.
const (
	auditStamp = iota
	auditServer
	auditUser
	auditHost
	auditConnection
	auditQueryID
	auditOperation
	auditDatabase
	auditCode
	auditType
	auditQuery
	auditTable
)

// mySQLAuditLog divides records of comma-separated fields and of JSON.
func mySQLAuditLog(want []string) (source.Divider, error) {
	json, err := source.JSON(want)
	if err != nil {
		return nil, err
	}
	return &mySQLAuditDivider{json: json, fields: source.Bind(want, "timestamp", "serverhost", "username", "host", "connectionid", "queryid",
		"operation", "database", "retcode", "connection_type", "query", "table")}, nil
}

type mySQLAuditDivider struct {
	json   source.Divider
	fields source.Layout
	text   []byte // of the object, without escapes
}

func (d *mySQLAuditDivider) Begin(key string) { d.json.Begin(key) }

var (
	errNoAuditTime = errors.New("the record has no time, neither a date nor microseconds since 1970, before its first comma")
	errNoAudit     = errors.New("the record has no connection, query and operation with their object and return code behind them")
)

func (d *mySQLAuditDivider) Divide(record []byte, v *source.Values) error {
	record = bytes.TrimSpace(record)
	if len(record) == 0 || string(record) == "[" || string(record) == "]" {
		return source.ErrNoRecord
	}
	if record[0] == '{' {
		return d.json.Divide(bytes.TrimRight(record, ",] \r\n"), v)
	}
	_, n := cutAuditTime(record)
	if n == 0 {
		return errNoAuditTime
	}
	var f auditFields
	if !f.find(record[n:]) {
		return errNoAudit
	}
	d.fields.Take(v, auditStamp, record[:n])
	for i, field := range [][]byte{f.server, f.user, f.host, f.connection, f.query, f.operation, f.database, f.code, f.kind} {
		d.fields.Take(v, auditServer+i, field)
	}
	d.object(&f, v)
	return nil
}

// object keeps what the operation was done to: a statement in quotes, or a table.
func (d *mySQLAuditDivider) object(f *auditFields, v *source.Values) {
	object := f.object
	if n := len(object); n > 1 && object[0] == '\'' && object[n-1] == '\'' {
		object = object[1 : n-1]
		if bytes.IndexByte(object, '\\') >= 0 {
			d.text = appendUnescaped(d.text[:0], object)
			object = d.text
		}
	}
	if bytes.HasPrefix(f.operation, []byte("QUERY")) {
		d.fields.Take(v, auditQuery, object)
		return
	}
	d.fields.Take(v, auditTable, object)
}

// appendUnescaped appends text without the plugin's backslashes. What they would not stand before is left alone.
func appendUnescaped(dst, text []byte) []byte {
	const names, bytesOf = `'"\nrtb0`, "'\"\\\n\r\t\b\x00"
	for {
		n := bytes.IndexByte(text, '\\')
		if n < 0 || n+1 == len(text) {
			return append(dst, text...)
		}
		dst = append(dst, text[:n]...)
		if at := bytes.IndexByte([]byte(names), text[n+1]); at >= 0 {
			dst = append(dst, bytesOf[at])
		} else {
			dst = append(dst, text[n:n+2]...)
		}
		text = text[n+2:]
	}
}

// cutAuditTime reads 20260131 10:00:00 or microseconds since 1970, before a comma.
func cutAuditTime(line []byte) (ms int64, n int) {
	switch n = auditTimeSize(line); n {
	case 17:
		year, ok0 := source.Digits(line[:4])
		month, ok1 := source.Digits(line[4:6])
		day, ok2 := source.Digits(line[6:8])
		clock, size := cutTime(line[9:17])
		date, ok := dateOf(year, month, day)
		if ok && ok0 && ok1 && ok2 && size == 8 {
			return date + clock, n
		}
	case 16:
		if micros, ok := source.ParseInt(line[:16]); ok {
			return micros / 1000, n
		}
	}
	return 0, 0
}

// auditTimeSize is how long the time at the start of a line is by its shape; 0 if there is none.
func auditTimeSize(line []byte) int {
	n := bytes.IndexByte(line[:min(len(line), 24)], ',')
	switch {
	case n == 17 && line[8] == ' ' && line[11] == ':' && line[14] == ':' && source.IsDigits(line[:8]):
		return n
	case n == 16 && source.IsDigits(line[:16]):
		return n
	}
	return 0
}

// setTime takes the record's time; MySQL Enterprise writes it as other logs do.
func (f *auditFinish) setTime(e *source.Event) error {
	text := e.Text(f.stamp)
	if len(text) == 16 || len(text) == 17 {
		var line [18]byte
		if ms, n := cutAuditTime(append(append(line[:0], text...), ',')); n > 0 {
			e.SetTime(f.time, ms)
			return nil
		}
	}
	if ms, n := cutClock(text); n > 0 {
		e.SetTime(f.time, ms)
		return nil
	}
	return fmt.Errorf("the record's time is none: %.40q", text)
}

// auditFields are the fields of a record behind its time.
type auditFields struct {
	server, user, host, connection, query, operation, database, object, code, kind []byte
}

var auditOperations = []string{"QUERY", "CONNECT", "DISCONNECT", "FAILED_CONNECT", "READ", "WRITE", "CREATE", "ALTER", "RENAME", "DROP", "CHANGEUSER", "PROXY_CONNECT",
	"TABLE", "QUERY_DDL", "QUERY_DML", "QUERY_DCL"}

// find finds the operation behind two numbers, and the fields around it. What a user's name or a statement holds may look
// like it: only one counts behind which the record ends as it should.
func (f *auditFields) find(rest []byte) bool { return f.scan(rest, true) || f.scan(rest, false) }

// scan looks for the operation; strictly, statements are in quotes.
func (f *auditFields) scan(rest []byte, strict bool) bool {
	for from := 0; ; {
		n := bytes.IndexByte(rest[from:], ',')
		if n < 0 {
			return false
		}
		at := from + n
		from = at + 1
		connection, after := cutNumber(rest[from:])
		query, after := cutNumber(after)
		if len(query) == 0 {
			continue
		}
		operation, tail, ok := bytes.Cut(after, []byte(","))
		if !ok || !isAuditOperation(operation) || !f.before(rest[:at]) || !f.behind(operation, tail, strict) {
			continue
		}
		f.connection, f.query, f.operation = connection, query, operation
		return true
	}
}

// cutNumber cuts digits and their comma off; nil if there are none.
func cutNumber(text []byte) (digits, rest []byte) {
	n := 0
	for n < len(text) && source.IsDigit(text[n]) {
		n++
	}
	if n == 0 || n == len(text) || text[n] != ',' {
		return nil, nil
	}
	return text[:n], text[n+1:]
}

func isAuditOperation(word []byte) bool {
	for _, operation := range auditOperations {
		if string(word) == operation {
			return true
		}
	}
	return false
}

// before divides ,server,user,host. A user's name may have commas, a host's has none.
func (f *auditFields) before(head []byte) bool {
	if len(head) == 0 || head[0] != ',' {
		return false
	}
	server, rest, ok := bytes.Cut(head[1:], []byte(","))
	last := bytes.LastIndexByte(rest, ',')
	if !ok || last < 0 || bytes.IndexByte(head, '\n') >= 0 {
		return false
	}
	f.server, f.user, f.host = server, rest[:last], rest[last+1:]
	return true
}

// behind divides database,object,retcode, of which the object may be in quotes, and what is behind the return code.
func (f *auditFields) behind(operation, tail []byte, strict bool) bool {
	database, rest, ok := bytes.Cut(tail, []byte(","))
	if !ok {
		return false
	}
	object, codes, ok := cutObject(rest, operation, strict)
	if !ok {
		return false
	}
	code, kind, _ := bytes.Cut(codes, []byte(","))
	if len(code) > 0 && !source.IsDigits(code) || bytes.IndexByte(kind, ',') >= 0 {
		return false
	}
	f.database, f.object, f.code, f.kind = database, object, code, kind
	return true
}

// cutObject cuts an object off the codes behind it. One in quotes ends at the last of them; connections have none.
func cutObject(rest, operation []byte, strict bool) (object, codes []byte, ok bool) {
	if bytes.HasSuffix(operation, []byte("CONNECT")) || string(operation) == "CHANGEUSER" {
		return bytes.Cut(rest, []byte(","))
	}
	if len(rest) > 0 && rest[0] == '\'' {
		if end := bytes.LastIndex(rest, []byte("',")); end > 0 {
			return rest[:end+1], rest[end+2:], true
		}
	}
	if strict && bytes.HasPrefix(operation, []byte("QUERY")) {
		return nil, nil, false
	}
	last := bytes.LastIndexByte(rest, ',')
	if last < 0 {
		return nil, nil, false
	}
	return rest[:last], rest[last+1:], true
}
