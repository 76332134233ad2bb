package database

import (
	"bytes"
	"errors"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// MySQLGeneral is the general query log of MySQL and MariaDB servers, of RDS and of Aurora.
func MySQLGeneral() *source.Source {
	return &source.Source{
		Name:    "mysql_general",
		Title:   "MySQL and MariaDB general query log",
		Version: "1",
		Docs: []string{
			"https://dev.mysql.com/doc/refman/8.4/en/query-log.html",
			"https://mariadb.com/kb/en/general-query-log/",
			"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQL.Generallog.html",
		},
		Keys:  []string{`(?i)(mysql|mariadb|aurora).*general`, `/rds/(instance|cluster)/[^/]+/general(/|$)`},
		Looks: looksLikeMySQLGeneral,
		Notes: "A record without a time has that of the one before it, as MySQL 5.6 and MariaDB write one a second, unless an envelope has one. Times without " +
			"a zone are taken for UTC. Lines that go on from a statement belong to it; one that looks like a record does not. What a server " +
			"writes when it opens the log is passed over.",

		Framing: frame.Framing{Kind: frame.Multiline, First: isMySQLGeneralFirst},
		Divide:  mySQLGeneralLog,
		Static:  source.Fixed("event.kind", "event", "event.module", "mysql", "event.dataset", "mysql.general"),
		Map: []source.Mapping{
			{To: "message", From: "argument"},
			{To: "mysql.thread_id", From: "id", Type: ecs.Int, Doc: "connection that the record is of"},
			{To: "mysql.general.command", From: "command", Doc: "Connect, Query, Quit, Prepare …"},
		},
		Extra: deliveryFields(
			ecs.Field{Name: "@timestamp"}, ecs.Field{Name: "event.category"}, ecs.Field{Name: "event.type"}, ecs.Field{Name: "event.action"},
			ecs.Field{Name: "event.outcome"}, ecs.Field{Name: "user.name"}, ecs.Field{Name: "source.address"}, ecs.Field{Name: "source.ip"},
			ecs.Field{Name: "source.domain"},
			ecs.Field{Name: "mysql.general.query", Unique: true, Doc: "the statement"},
			ecs.Field{Name: "mysql.general.database", Doc: "database that the client asked for"},
			ecs.Field{Name: "mysql.general.connection_type", Doc: "TCP/IP, SSL/TLS, Socket …"},
		),
		Finish: finishMySQLGeneral,
	}
}

// mySQLGeneralLog divides records of general query logs.
func mySQLGeneralLog(want []string) (source.Divider, error) {
	names := []string{"time", "id", "command", "argument", "before"}
	if err := source.CheckPaths(want, names); err != nil {
		return nil, err
	}
	return &mySQLGeneralDivider{fields: source.Bind(want, names...)}, nil
}

type mySQLGeneralDivider struct {
	fields source.Layout
	time   []byte // of the record before
}

func (d *mySQLGeneralDivider) Begin(string) { d.time = d.time[:0] }

var errNoGeneral = errors.New("the record has no connection and command: its beginning is in another object")

func (d *mySQLGeneralDivider) Divide(record []byte, v *source.Values) error {
	line, _, _ := bytes.Cut(record, []byte("\n"))
	if isMySQLOpening(line) {
		return source.ErrNoRecord
	}
	_, n := cutMySQLTime(record)
	id, command, argument := cutCommand(record[n:])
	if command == nil {
		return errNoGeneral
	}
	if n > 0 {
		d.time = append(d.time[:0], record[:n]...)
	}
	d.fields.Take(v, 0, record[:n])
	d.fields.Take(v, 4, d.time)
	d.fields.Take(v, 1, id)
	d.fields.Take(v, 2, command)
	d.fields.Take(v, 3, bytes.TrimRight(argument, "\r\n"))
	return nil
}

// cutCommand cuts the connection and the command off: tabs and spaces, a number, a space, words, and a tab.
func cutCommand(text []byte) (id, command, argument []byte) {
	if len(text) == 0 || text[0] != '\t' {
		return nil, nil, nil
	}
	text = bytes.TrimLeft(text, "\t ")
	n := 0
	for n < len(text) && source.IsDigit(text[n]) {
		n++
	}
	if n == 0 || n == len(text) || text[n] != ' ' {
		return nil, nil, nil
	}
	id = text[:n]
	command, argument, _ = bytes.Cut(text[n+1:], []byte("\t"))
	command = bytes.TrimRight(command, " \r\n")
	if !isCommand(command) {
		return nil, nil, nil
	}
	return id, command, argument
}

// isCommand tells words with a capital, such as Query, Init DB and Binlog Dump GTID.
func isCommand(words []byte) bool {
	if len(words) == 0 || len(words) > 24 || words[0] < 'A' || words[0] > 'Z' {
		return false
	}
	for _, c := range words {
		if c != ' ' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// isMySQLGeneralFirst tells the first line of a record, which may have no time.
func isMySQLGeneralFirst(line []byte) bool {
	if len(line) == 0 || line[0] != '\t' && !source.IsDigit(line[0]) {
		return isMySQLOpening(line)
	}
	_, n := cutMySQLTime(line)
	_, command, _ := cutCommand(line[n:])
	return command != nil
}

// isMySQLOpening tells a line that a server writes when it opens a log.
func isMySQLOpening(line []byte) bool {
	return isMySQLBanner(line) || bytes.HasPrefix(line, []byte("Tcp port: ")) || bytes.HasPrefix(line, []byte("Time ")) && bytes.HasSuffix(bytes.TrimRight(line, " \r"), []byte(" Argument"))
}

func looksLikeMySQLGeneral(head []byte) bool {
	if inLogGroup(head, "/general") {
		return true
	}
	for range 4 {
		var line []byte
		line, head, _ = bytes.Cut(head, []byte("\n"))
		if _, n := cutMySQLTime(line); n > 0 {
			_, command, _ := cutCommand(line[n:])
			return command != nil
		}
	}
	return false
}

// generalFinish is what a mapping can't say of a record of the general log.
type generalFinish struct {
	delivery
	peerOut
	stamp, before, command, argument source.In

	time, category, kind, action, outcome, query, database, connection source.Out
	name                                                               []byte
}

func finishMySQLGeneral(b *source.Binding) func(*source.Event) error {
	f := &generalFinish{
		delivery: bindDelivery(b), peerOut: bindPeer(b),
		stamp: b.In("time"), before: b.In("before"), command: b.In("command"), argument: b.In("argument"),
		time: b.Out("@timestamp"), category: b.Out("event.category"), kind: b.Out("event.type"), action: b.Out("event.action"),
		outcome: b.Out("event.outcome"), query: b.Out("mysql.general.query"), database: b.Out("mysql.general.database"),
		connection: b.Out("mysql.general.connection_type"),
	}
	return f.finish
}

func (f *generalFinish) finish(e *source.Event) error {
	f.set(e)
	f.setTime(e)
	command, argument := e.Text(f.command), e.Text(f.argument)
	f.name = append(f.name[:0], bytes.TrimSpace(command)...)
	for i, c := range f.name {
		if f.name[i] = c | 0x20; c == ' ' {
			f.name[i] = '-'
		}
	}
	e.Set(f.action, f.name)
	e.SetText(f.category, "database")
	f.setCommand(e, string(command), argument)
	return nil
}

// setTime takes the record's time, the envelope's, or that of the record before.
func (f *generalFinish) setTime(e *source.Event) {
	ms, n := cutMySQLTime(e.Text(f.stamp))
	if n == 0 {
		if at, ok := e.Sent(); ok {
			e.SetTime(f.time, at)
			return
		}
		ms, n = cutMySQLTime(e.Text(f.before))
	}
	if n > 0 {
		e.SetTime(f.time, ms)
	}
}

// setCommand says what a command does, and to what.
func (f *generalFinish) setCommand(e *source.Event, command string, argument []byte) {
	kind := "access"
	switch command {
	case "Query", "Prepare", "Execute":
		e.Set(f.query, argument)
		if managesAccounts(argument) {
			e.SetText(f.category, "iam")
		}
	case "Connect", "Change user":
		kind = "start"
		e.SetText(f.category, "authentication")
		f.setConnect(e, argument)
	case "Quit":
		kind = "end"
		e.SetText(f.category, "session")
	case "Init DB", "Create DB", "Drop DB":
		e.Set(f.database, argument)
	}
	e.SetText(f.kind, kind)
}

// setConnect reads user@host on database using SSL/TLS, or why it was denied.
func (f *generalFinish) setConnect(e *source.Event, argument []byte) {
	if account, ok := bytes.CutPrefix(argument, []byte("Access denied for user ")); ok {
		e.SetText(f.outcome, "failure")
		if at := bytes.LastIndex(account, []byte(" (using password: ")); at >= 0 {
			account = account[:at]
		}
		f.setAccount(e, account)
		return
	}
	e.SetText(f.outcome, "success")
	at := bytes.LastIndex(argument, []byte(" on "))
	if at < 0 {
		at = len(argument)
	}
	rest := argument[min(at+4, len(argument)):]
	account, as, _ := bytes.Cut(argument[:at], []byte(" as anonymous"))
	if user, host, ok := cutLast(account, '@'); ok {
		e.Set(f.user, user)
		f.setHost(e, host)
	}
	if len(as) > 0 {
		e.Rest("as", as)
	}
	database, using, _ := bytes.Cut(rest, []byte("using "))
	e.Set(f.database, bytes.TrimSpace(database))
	e.Set(f.connection, using)
}

// cutLast cuts text around the last of a byte.
func cutLast(text []byte, c byte) (before, after []byte, ok bool) {
	at := bytes.LastIndexByte(text, c)
	if at < 0 {
		return text, nil, false
	}
	return text[:at], text[at+1:], true
}
