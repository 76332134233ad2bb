package web

import (
	"bytes"
	"errors"

	"github.com/hindcast/hindcast/lake/source"
)

// The values of a record of Apache's error log.
const (
	aeTime = iota
	aeLevel
	aeModule
	aePID
	aeTID
	aeProgram
	aeMessage
	aeCode
	aeCause
	aeStatus
	aeFile
	aeLine
	aeClient
	aeClientName
	aeClientPort
	aePath
	aeReferrer
	aeRule
	aeRuleMessage
	aeRuleFile
	aeHost
	aeURI
	aeUniqueID
	aeMentioned
	aeValues
)

var aeNames = [aeValues]string{
	"time", "level", "module", "pid", "tid", "program", "message", "code", "cause", "status", "file", "line", "client", "client_name", "client_port",
	"path", "referrer", "rule", "rule_message", "rule_file", "host", "uri", "unique_id", "mentioned",
}

// apacheErrorLog divides the records of Apache's error log.
func apacheErrorLog(want []string) (source.Divider, error) {
	if err := source.CheckPaths(want, aeNames[:]); err != nil {
		return nil, err
	}
	return &apacheErrorDivider{source.Bind(want, aeNames[:]...)}, nil
}

type apacheErrorDivider struct{ layout source.Layout }

func (d *apacheErrorDivider) Begin(string) {}

func (d *apacheErrorDivider) Divide(record []byte, v *source.Values) error {
	var l apacheError
	if err := l.parse(record); err != nil {
		return err
	}
	for i, value := range l {
		if len(value) > 0 {
			d.layout.Take(v, i, value)
		}
	}
	for address := range source.Addresses(l[aeMessage]) {
		v.Add(d.layout.Slots[aeMentioned], source.Text, address)
	}
	return nil
}

// apacheError is a record's values.
type apacheError [aeValues][]byte

var (
	errApacheError = errors.New("the record is not as Apache writes errors: [Fri Sep 09 10:42:29.902022 2011] [core:error] [pid 7:tid 9] message")
	errNoLevel     = errors.New("no level in brackets follows the time")
)

// startsApacheError tells whether a line is the first of a record.
func startsApacheError(line []byte) bool { return hasWeekday(line) || len(early(line)) > 0 }

// hasWeekday tells whether a line begins with [Fri Sep.
func hasWeekday(line []byte) bool {
	return len(line) > 12 && line[0] == '[' && line[4] == ' ' && line[8] == ' ' && source.Month(line[5:8]) > 0
}

// early is how the server begins what it says before it has a log: AH00558: or httpd:, which is nil for other lines.
func early(line []byte) []byte {
	colon := bytes.IndexByte(line[:min(len(line), 16)], ':')
	if colon < 0 {
		return nil
	}
	switch first := line[:colon]; {
	case isMessageNumber(first), string(first) == "httpd", string(first) == "apache2":
		return first
	}
	return nil
}

// isMessageNumber tells AH00558.
func isMessageNumber(b []byte) bool {
	return len(b) == 7 && b[0] == 'A' && b[1] == 'H' && source.IsDigits(b[2:])
}

func looksLikeApacheError(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if isMessageNumber(early(line)) {
		return true
	}
	var l apacheError
	_, ok := weekdayTime(upTo(line[min(1, len(line)):], ']'))
	return ok && l.parse(line) == nil
}

func (l *apacheError) parse(b []byte) error {
	if len(early(b)) > 0 {
		l.message(b)
		return nil
	}
	if !hasWeekday(b) {
		return errApacheError
	}
	var ok bool
	if l[aeTime], b, ok = bracketed(b); !ok {
		return errApacheError
	}
	level, b, ok := bracketed(b)
	if !ok {
		return errNoLevel
	}
	if module, after, split := bytes.Cut(level, []byte(":")); split {
		l[aeModule], level = module, after
	}
	l[aeLevel] = level
	if place, rest, ok := bracketed(b); ok && bytes.HasPrefix(place, []byte("pid ")) {
		l[aePID], l[aeTID], _ = bytes.Cut(place[len("pid "):], []byte(":tid "))
		b = rest
	}
	if client, rest, ok := bracketed(b); ok && bytes.HasPrefix(client, clientWord) {
		l.client(client[len(clientWord):])
		b = rest
	}
	l.message(b)
	return nil
}

var clientWord = []byte("client ")

// bracketed takes [text] off, and the space behind it.
func bracketed(b []byte) (inner, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '[' {
		return nil, b, false
	}
	end := bytes.IndexByte(b, ']')
	if end < 0 {
		return nil, b, false
	}
	return b[1:end], bytes.TrimPrefix(b[end+1:], []byte(" ")), true
}

// client reads ADDRESS or ADDRESS:PORT. Version 2.4, which has numbers of processes, always writes a port, and writes IPv6
// without brackets.
func (l *apacheError) client(b []byte) {
	if l[aePID] != nil {
		if at := bytes.LastIndexByte(b, ':'); at > 0 && source.IsDigits(b[at+1:]) {
			b, l[aeClientPort] = b[:at], b[at+1:]
		}
	}
	host, port := source.CutPort(b)
	if port != nil {
		l[aeClientPort] = port
	}
	if l[aeClient] = host; !source.IsAddress(host) && source.IsHostName(host) {
		l[aeClientName] = host
	}
}

// message reads [file.c(1): ][(13)Cause: ][[client …] ][AH00001: ]text[, referer: URL].
func (l *apacheError) message(b []byte) {
	l[aeMessage] = b
	b = l.origin(b)
	if len(b) > 2 && b[0] == '(' {
		status, rest, ok := bytes.Cut(b[1:], []byte(")"))
		cause, rest, ok1 := bytes.Cut(rest, []byte(": "))
		if ok && ok1 && source.IsDigits(status) {
			l[aeStatus], l[aeCause], b = status, cause, rest
		}
	}
	if client, rest, ok := bracketed(b); ok && l[aeClient] == nil && bytes.HasPrefix(client, clientWord) {
		l.client(client[len(clientWord):])
		b = rest
	}
	if first := early(b); isMessageNumber(first) {
		l[aeCode] = first
		b = bytes.TrimPrefix(b[len(first)+1:], []byte(" "))
	}
	if first := early(b); first != nil && l[aeTime] == nil {
		l[aeProgram] = first
	}
	if at := bytes.LastIndex(b, []byte(", referer: ")); at >= 0 {
		b, l[aeReferrer] = b[:at], b[at+len(", referer: "):]
	}
	if path, ok := bytes.CutPrefix(b, []byte("File does not exist: ")); ok {
		l[aePath] = path
	}
	if bytes.HasPrefix(b, []byte("ModSecurity: ")) {
		l.rule(b)
	}
}

// origin reads mod_rewrite.c(470): and answers what follows.
func (l *apacheError) origin(b []byte) []byte {
	file, rest, ok := bytes.Cut(b, []byte("("))
	line, rest, ok1 := bytes.Cut(rest, []byte("): "))
	if !ok || !ok1 || !bytes.HasSuffix(file, []byte(".c")) || !source.IsHostName(file) || !source.IsDigits(line) {
		return b
	}
	l[aeFile], l[aeLine] = file, line
	return rest
}

// rule reads what ModSecurity says of a rule: [id "959100"] and so on. It escapes quotes within values.
func (l *apacheError) rule(b []byte) {
	for _, field := range [...]struct {
		start string
		to    int
	}{
		{`[id "`, aeRule}, {`[msg "`, aeRuleMessage}, {`[file "`, aeRuleFile}, {`[hostname "`, aeHost}, {`[uri "`, aeURI}, {`[unique_id "`, aeUniqueID},
	} {
		if _, rest, ok := bytes.Cut(b, []byte(field.start)); ok {
			l[field.to], _, _ = bytes.Cut(rest, []byte(`"]`))
		}
	}
}
