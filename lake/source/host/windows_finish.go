package host

import (
	"bytes"
	"strconv"

	"github.com/hindcast/hindcast/lake/source"
)

// windowsOut fills what the mapping can't say of an event.
type windowsOut struct {
	events map[int64]windowsEvent

	id, keywords, keyword, level, renderedLevel, opcode, renderedOpcode, task, renderedTask source.In
	category, kind, action, outcome, logLevel, allKeywords, opcodeName, taskName, instance  source.Out

	logon   windowsLogon
	users   windowsUsers
	process windowsProcess
	objects windowsObjects
}

func finishWindowsEvent(b *source.Binding) func(*source.Event) error {
	events, err := windowsEvents()
	o := &windowsOut{
		events: events,
		id:     b.In("event_id"), keywords: b.In("keywords"), keyword: b.In("rendered_keyword"), level: b.In("level"), renderedLevel: b.In("rendered_level"),
		opcode: b.In("opcode"), renderedOpcode: b.In("rendered_opcode"), task: b.In("task"), renderedTask: b.In("rendered_task"),
		category: b.Out("event.category"), kind: b.Out("event.type"), action: b.Out("event.action"), outcome: b.Out("event.outcome"), logLevel: b.Out("log.level"),
		allKeywords: b.Out("winlog.keywords"), opcodeName: b.Out("winlog.opcode"), taskName: b.Out("winlog.task"), instance: b.Out("cloud.instance.id"),
		logon: bindWindowsLogon(b), users: bindWindowsUsers(b), process: bindWindowsProcess(b), objects: bindWindowsObjects(b),
	}
	b.In("event_data")
	b.In("user_data")
	return func(e *source.Event) error {
		if err != nil {
			return err
		}
		id, _ := source.ParseInt(e.Text(o.id))
		o.classify(e, id)
		o.words(e)
		e.SetNew(o.instance, instanceOf(e.Delivery().LogStream))
		o.logon.set(e, id)
		o.users.set(e, id)
		o.process.set(e, id)
		o.objects.set(e, id)
		return nil
	}
}

// classify says what the event is. Its keywords tell whether what it audits succeeded.
func (o *windowsOut) classify(e *source.Event, id int64) {
	event, known := o.events[id]
	for _, text := range event.category {
		e.Set(o.category, text)
	}
	for _, text := range event.types {
		e.Set(o.kind, text)
	}
	if known {
		e.Set(o.action, event.action)
	} else {
		e.Set(o.action, e.Text(o.renderedTask))
	}
	const auditSuccess, auditFailure = 0x20000000000000, 0x10000000000000
	bits, _ := number64(e.Text(o.keywords))
	switch {
	case bits&auditFailure != 0:
		e.SetText(o.outcome, "failure")
	case len(event.outcome) > 0:
		e.Set(o.outcome, event.outcome)
	case bits&auditSuccess != 0:
		e.SetText(o.outcome, "success")
	}
	if e.Has(o.keyword) {
		for word := range e.All(o.keyword) {
			e.Set(o.allKeywords, word.Bytes)
		}
		return
	}
	switch {
	case bits&auditFailure != 0:
		e.SetText(o.allKeywords, "Audit Failure")
	case bits&auditSuccess != 0:
		e.SetText(o.allKeywords, "Audit Success")
	default:
		e.Set(o.allKeywords, e.Text(o.keywords))
	}
}

// words fills what Windows puts into words, or the numbers that stand for them.
func (o *windowsOut) words(e *source.Event) {
	if level := e.Text(o.renderedLevel); len(level) > 0 {
		var buf [32]byte
		e.Set(o.logLevel, appendLower(buf[:0], level))
	} else {
		e.SetText(o.logLevel, windowsLevel(e.Text(o.level)))
	}
	e.Set(o.taskName, e.First(o.renderedTask, o.task))
	if opcode := e.First(o.renderedOpcode, o.opcode); string(opcode) == "0" {
		e.SetText(o.opcodeName, "Info")
	} else {
		e.Set(o.opcodeName, opcode)
	}
}

func appendLower(out, text []byte) []byte {
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		out = append(out, c)
	}
	return out
}

// number64 reads 0x1f4 and 500.
func number64(text []byte) (uint64, bool) {
	base := 10
	if rest, ok := bytes.CutPrefix(text, []byte("0x")); ok {
		base, text = 16, rest
	}
	if len(text) == 0 || len(text) > 20 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text), base, 64)
	return n, err == nil
}

// windowsLogon is what an event says of a logon.
type windowsLogon struct {
	kind, reason, status, subStatus, subject, target, session source.In
	outKind, outReason, outStatus, outSubStatus, outID        source.Out
	code                                                      source.Out
	text                                                      []byte // without garbage
}

func bindWindowsLogon(b *source.Binding) windowsLogon {
	return windowsLogon{
		kind: b.In("data.LogonType"), reason: b.In("data.FailureReason"), status: b.In("data.Status"), subStatus: b.In("data.SubStatus"),
		subject: b.In("data.SubjectLogonId"), target: b.In("data.TargetLogonId"), session: b.In("data.LogonID"),
		outKind: b.Out("winlog.logon.type"), outReason: b.Out("winlog.logon.failure.reason"), outStatus: b.Out("winlog.logon.failure.status"),
		outSubStatus: b.Out("winlog.logon.failure.sub_status"), outID: b.Out("winlog.logon.id"), code: b.Out("error.code"),
	}
}

func (l *windowsLogon) set(e *source.Event, id int64) {
	e.SetText(l.outKind, logonType(e.Text(l.kind)))
	switch id {
	case 4634, 4647, 4964:
		e.Set(l.outID, e.First(l.target, l.subject))
	default:
		e.Set(l.outID, e.First(l.subject, l.session))
	}
	switch id {
	case 4625:
		l.words(e, l.outReason, failureReason(e.Text(l.reason)), e.Text(l.reason))
		l.words(e, l.outStatus, statusText(e.Text(l.status)), e.Text(l.status))
		l.words(e, l.outSubStatus, statusText(e.Text(l.subStatus)), e.Text(l.subStatus))
	case 4768, 4769, 4770, 4771, 4776, 4777:
	default:
		return
	}
	code := e.Text(l.subStatus)
	if n, ok := number64(code); !ok || n == 0 {
		code = e.Text(l.status)
	}
	if n, ok := number64(code); ok && n != 0 {
		e.Set(l.code, code)
	}
}

// statusText is what a status such as 0xC000006D stands for.
func statusText(status []byte) string {
	var buf [16]byte
	if len(status) < 3 || len(status) > len(buf) {
		return ""
	}
	return logonStatus(string(appendLower(buf[:0], status[2:])))
}

// words fills a field with what a code stands for, or with the code itself.
func (l *windowsLogon) words(e *source.Event, out source.Out, words string, code []byte) {
	if words == "" {
		e.Set(out, code)
		return
	}
	l.text = append(l.text[:0], words...)
	e.Set(out, l.text)
}
