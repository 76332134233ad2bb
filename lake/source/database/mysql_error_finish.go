package database

import (
	"bytes"
	"fmt"

	"github.com/hindcast/hindcast/lake/source"
)

// errorFinish is what a record of MySQL's error log says in its message.
type errorFinish struct {
	delivery
	peerOut
	stamp, millis, level, number source.In

	time, tags, category, kind, action, outcome, reason source.Out
	message, database, code                             source.Out
	symbol                                              []byte
}

func finishMySQLError(b *source.Binding) func(*source.Event) error {
	f := &errorFinish{
		delivery: bindDelivery(b), peerOut: bindPeer(b),
		stamp: b.In("time"), millis: b.In("ts"), level: b.In("label"), number: b.In("err_code"),
		time: b.Out("@timestamp"), tags: b.Out("tags"), category: b.Out("event.category"), kind: b.Out("event.type"),
		action: b.Out("event.action"), outcome: b.Out("event.outcome"), reason: b.Out("event.reason"),
		message: b.Out("message"), database: b.Out("mysql.error.database"), code: b.Out("event.code"),
	}
	return f.finish
}

func (f *errorFinish) finish(e *source.Event) error {
	f.set(e)
	if err := f.setTime(e); err != nil {
		return err
	}
	e.SetText(f.category, "database")
	e.SetText(f.kind, "info")
	if bytes.EqualFold(e.Text(f.level), []byte("error")) {
		e.SetText(f.kind, "error")
	}
	if number := e.Text(f.number); source.IsDigits(number) && len(number) < 7 && !e.Filled(f.code) {
		f.symbol = append(append(f.symbol[:0], "MY-000000"[:9-len(number)]...), number...)
		e.Set(f.code, f.symbol)
	}
	line, _, _ := bytes.Cut(withoutBrackets(e.Get(f.message)), []byte("\n"))
	f.setMessage(e, bytes.TrimSpace(line))
	return nil
}

// setTime takes the record's time, the envelope's, or that of ingestion.
func (f *errorFinish) setTime(e *source.Event) error {
	if text := e.Text(f.stamp); len(text) > 0 {
		ms, n := cutMySQLTime(text)
		if n == 0 {
			return fmt.Errorf("the record's time is none: %.40q", text)
		}
		e.SetTime(f.time, ms)
		return nil
	}
	if ms, ok := source.ParseInt(e.Text(f.millis)); ok {
		e.SetTime(f.time, ms)
		return nil
	}
	f.setDelivered(e, f.time, f.tags)
	return nil
}

// setDelivered gives an event without a time that of its delivery, or of its ingestion.
func (d *delivery) setDelivered(e *source.Event, time, tags source.Out) {
	ms, ok := e.Sent()
	if !ok {
		ms = e.Ingested()
	}
	e.SetTime(time, ms)
	e.SetText(tags, "time-of-delivery")
}

// withoutBrackets is a message without the code and the subsystem before it.
func withoutBrackets(message []byte) []byte {
	for range 2 {
		_, message = cutBrackets(message)
	}
	return message
}

// setMessage reads what messages say of clients.
func (f *errorFinish) setMessage(e *source.Event, message []byte) {
	switch {
	case bytes.HasPrefix(message, []byte("Access denied for user ")):
		f.setDenied(e, message[len("Access denied for user "):])
	case bytes.HasPrefix(message, []byte("Aborted connection ")):
		f.setAborted(e, message)
	case bytes.HasPrefix(message, []byte("Unknown database '")):
		f.fail(e, "authentication-failed")
		e.Set(f.database, source.Between(message, "'", "'"))
	case bytes.HasPrefix(message, []byte("IP address '")):
		f.setHost(e, source.Between(message, "IP address '", "'"))
	case bytes.HasPrefix(message, []byte("Host '")) && bytes.Contains(message, []byte("' is blocked ")):
		f.fail(e, "connection-blocked")
		f.setHost(e, source.Between(message, "Host '", "'"))
	}
}

func (f *errorFinish) fail(e *source.Event, action string) {
	e.SetText(f.action, action)
	e.SetText(f.outcome, "failure")
}

// setDenied reads 'user'@'host' (using password: YES), or 'user'@'host' to database 'name'.
func (f *errorFinish) setDenied(e *source.Event, rest []byte) {
	if at := bytes.LastIndex(rest, []byte(" (using password: ")); at >= 0 {
		f.fail(e, "authentication-failed")
		e.SetText(f.category, "authentication")
		f.setAccount(e, rest[:at])
		return
	}
	f.fail(e, "access-denied")
	account := rest
	if at := bytes.LastIndex(rest, []byte("' to database '")); at >= 0 {
		account = rest[:at+1]
		e.Set(f.database, source.Between(rest[at:], " database '", "'"))
	}
	f.setAccount(e, account)
}

// setAborted reads Aborted connection 5 to db: 'd' user: 'u' host: 'h' (reason).
func (f *errorFinish) setAborted(e *source.Event, message []byte) {
	e.SetText(f.action, "connection-aborted")
	if name := source.Between(message, " to db: '", "'"); string(name) != "unconnected" {
		e.Set(f.database, name)
	}
	if user := source.Between(message, "' user: '", "' host: '"); string(user) != "unauthenticated" {
		e.Set(f.user, user)
	}
	f.setHost(e, source.Between(message, "' host: '", "'"))
	if at := bytes.LastIndexByte(message, '('); at >= 0 {
		e.Set(f.reason, bytes.TrimRight(message[at+1:], ")."))
	}
}
