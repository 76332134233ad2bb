package database

import (
	"bytes"
	"errors"

	"github.com/hindcast/hindcast/lake/source"
)

// pgFinish is what a record of PostgreSQL says in its message.
type pgFinish struct {
	delivery
	stamp, began, structured, level, state, statement source.In

	time, zone, session, kind, outcome, action     source.Out
	message, duration, start, query, step, name    source.Out
	user, database, application, address, ip, port source.Out
	identity, method, cipher, version, protocol    source.Out
	buffers                                        source.Out
	audit                                          [9]source.Out

	csv csvFields // of pgAudit's message
}

func finishPostgreSQL(b *source.Binding) func(*source.Event) error {
	f := &pgFinish{
		delivery: bindDelivery(b),
		stamp:    b.In("timestamp"), began: b.In("session_start"), structured: b.In(pgStructured),
		level: b.In("error_severity"), state: b.In("state_code"), statement: b.In("statement"),
		time: b.Out("@timestamp"), zone: b.Out("event.timezone"), session: b.Out("postgresql.log.session_start_time"),
		kind: b.Out("event.type"), outcome: b.Out("event.outcome"), action: b.Out("event.action"), message: b.Out("message"),
		duration: b.Out("event.duration"), start: b.Out("event.start"), query: b.Out("postgresql.log.query"),
		step: b.Out("postgresql.log.query_step"), name: b.Out("postgresql.log.query_name"),
		user: b.Out("user.name"), database: b.Out("postgresql.log.database"), application: b.Out("postgresql.log.application_name"),
		address: b.Out("source.address"), ip: b.Out("source.ip"), port: b.Out("source.port"),
		identity: b.Out("postgresql.log.authentication.identity"), method: b.Out("postgresql.log.authentication.method"),
		cipher: b.Out("tls.cipher"), version: b.Out("tls.version"), protocol: b.Out("tls.version_protocol"),
		buffers: b.Out("postgresql.log.checkpoint.buffers"),
	}
	for i, name := range []string{"type", "statement_id", "substatement_id", "class", "command", "object_type", "object_name"} {
		f.audit[i] = b.Out("postgresql.log.audit." + name)
	}
	f.audit[7], f.audit[8] = b.Out("postgresql.log.audit.parameter"), b.Out("postgresql.log.audit.rows")
	return f.finish
}

var errUntimed = errors.New("the record has no time: log_line_prefix has none, or its beginning is in another object")

func (f *pgFinish) finish(e *source.Event) error {
	f.set(e)
	if err := f.setTimes(e); err != nil {
		return err
	}
	f.setKind(e)
	f.setMessage(e)
	return nil
}

// setTimes reads the times with their zones. The envelope's time stands for one that is missing or of an unknown zone.
func (f *pgFinish) setTimes(e *source.Event) error {
	if ms, zone, known := pgStampOf(e.Text(f.began)); known {
		e.SetTime(f.session, ms)
	} else if len(zone) > 0 {
		e.Rest("session_start", e.Text(f.began))
	}
	ms, zone, known := pgStampOf(e.Text(f.stamp))
	e.Set(f.zone, zone)
	delivered, ok := e.Sent()
	switch {
	case known || ms != 0 && !ok:
		e.SetTime(f.time, ms)
	case ok:
		e.SetTime(f.time, delivered)
	default:
		return errUntimed
	}
	return nil
}

// pgStampOf reads a time with its zone. Of an unknown zone the time is as in UTC.
func pgStampOf(text []byte) (ms int64, zone []byte, known bool) {
	ms, n := cutClock(text)
	if n == 0 {
		return 0, nil, false
	}
	zone = bytes.TrimSpace(text[n:])
	offset, known := zoneOffset(zone)
	return ms - offset, zone, known
}

// setKind tells by SQLSTATE whether the event is of an error: classes 00, 01 and 02 are none.
func (f *pgFinish) setKind(e *source.Event) {
	kind := "info"
	if state := e.Text(f.state); len(state) > 1 && (state[0] != '0' || state[1] > '2') {
		kind = "error"
	}
	e.SetText(f.kind, kind)
	switch string(e.Text(f.level)) {
	case "ERROR", "FATAL", "PANIC":
		e.SetText(f.outcome, "failure")
	}
}

// setMessage takes the message apart.
func (f *pgFinish) setMessage(e *source.Event) {
	e.Set(f.query, e.Text(f.statement))
	message := e.Get(f.message)
	if len(message) == 0 {
		return
	}
	if string(e.Text(f.level)) == "STATEMENT" {
		e.Set(f.query, message)
		return
	}
	rest := message
	if took := bytes.TrimPrefix(message, []byte("duration: ")); len(took) < len(message) {
		rest = f.setDuration(e, took)
	}
	if step, name, query, ok := cutStep(rest); ok {
		f.setStep(e, step, name, query)
		return
	}
	f.setKnown(e, message)
}

func (f *pgFinish) setStep(e *source.Event, step, name, query []byte) {
	e.Set(f.step, step)
	if string(name) != "<unnamed>" {
		e.Set(f.name, name)
	}
	e.Set(f.query, query)
	if e.Has(f.structured) {
		e.Set(f.message, query)
	}
}

// setDuration reads 0.658 ms and answers what is behind it.
func (f *pgFinish) setDuration(e *source.Event, took []byte) []byte {
	number, rest, _ := bytes.Cut(took, []byte(" ms"))
	ns, ok := scaled(number, 1_000_000)
	if !ok {
		return nil
	}
	e.SetInt(f.duration, ns)
	if end, ok := e.Int(f.time); ok {
		e.SetTime(f.start, end-ns/1_000_000)
	}
	return bytes.TrimLeft(rest, " ")
}

// scaled reads a decimal number times a unit of nanoseconds, without rounding by binary fractions.
func scaled(number []byte, unit int64) (ns int64, ok bool) {
	whole, fraction, _ := bytes.Cut(number, []byte("."))
	n, ok := source.ParseInt(whole)
	if !ok || n < 0 || n > (1<<62)/unit {
		return 0, false
	}
	ns = n * unit
	for _, c := range fraction {
		if !source.IsDigit(c) {
			return 0, false
		}
		unit /= 10
		ns += int64(c-'0') * unit
	}
	return ns, true
}

var pgSteps = []string{"statement", "parse", "bind", "execute fetch from", "execute", "fastpath function call"}

// cutStep cuts "execute name: " off a query.
func cutStep(text []byte) (step, name, query []byte, ok bool) {
	for _, s := range pgSteps {
		if len(text) <= len(s) || string(text[:len(s)]) != s {
			continue
		}
		if text[len(s)] == ':' {
			return text[:len(s)], nil, bytes.TrimLeft(text[len(s)+1:], " "), true
		}
		name, query, found := bytes.Cut(text[len(s):], []byte(": "))
		if found && len(name) > 1 && len(name) < 130 && name[0] == ' ' && bytes.IndexByte(name, '\n') < 0 {
			return text[:len(s)], name[1:], query, true
		}
	}
	return nil, nil, nil, false
}
