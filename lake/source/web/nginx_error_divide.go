package web

import (
	"bytes"
	"errors"

	"github.com/hindcast/hindcast/lake/source"
)

// The values of a record of nginx's error log.
const (
	ngxDate = iota
	ngxClock
	ngxLevel
	ngxPID
	ngxTID
	ngxConnection
	ngxMessage
	ngxTag
	ngxClient
	ngxClientPort
	ngxServer
	ngxRequest
	ngxSubrequest
	ngxUpstream
	ngxUpstreamHost
	ngxUpstreamName
	ngxUpstreamPort
	ngxMethod
	ngxVersion
	ngxURL
	ngxHost
	ngxReferrer
	ngxLogin
	ngxPath
	ngxNumber
	ngxError
	ngxTail
	ngxMentioned
	ngxValues
)

var ngxNames = [ngxValues]string{
	"date", "clock", "level", "pid", "tid", "connection", "message", "tag", "client", "client_port", "server", "request", "subrequest",
	"upstream", "upstream_host", "upstream_name", "upstream_port", "method", "version", "url", "host", "referrer", "login", "path", "errno",
	"error", "tail", "mentioned",
}

// nginxErrorLog divides the records of nginx's error log.
func nginxErrorLog(want []string) (source.Divider, error) {
	if err := source.CheckPaths(want, ngxNames[:]); err != nil {
		return nil, err
	}
	return &nginxErrorDivider{source.Bind(want, ngxNames[:]...)}, nil
}

type nginxErrorDivider struct{ layout source.Layout }

func (d *nginxErrorDivider) Begin(string) {}

// nginxError is a record's values.
type nginxError [ngxValues][]byte

var ambiguous = []byte("ambiguous-client")

func (d *nginxErrorDivider) Divide(record []byte, v *source.Values) error {
	var l nginxError
	if err := l.parse(record); err != nil {
		return err
	}
	var t nginxTail
	if t.cut(l[ngxMessage]) {
		l.tail(&t)
		l.cause()
	} else {
		l[ngxTag] = ambiguous
		d.mentioned(v, l[ngxMessage])
	}
	for i, value := range l {
		if len(value) > 0 {
			d.layout.Take(v, i, value)
		}
	}
	return nil
}

// mentioned keeps the addresses of all clients that a message seems to name.
func (d *nginxErrorDivider) mentioned(v *source.Values, message []byte) {
	for {
		_, rest, ok := bytes.Cut(message, clientMark)
		if !ok {
			return
		}
		if address := upTo(rest, ','); source.IsAddress(address) {
			address, _ = source.CutPort(address)
			v.Add(d.layout.Slots[ngxMentioned], source.Text, address)
		}
		message = rest
	}
}

var errNginxError = errors.New("the record is not as nginx writes errors: 2026/01/31 10:00:00 [error] 31#31: *7 message")

// startsNginxError tells whether a line begins with a date.
func startsNginxError(line []byte) bool {
	return len(line) > 20 && line[4] == '/' && line[7] == '/' && line[10] == ' ' && line[13] == ':' && source.IsDigit(line[0])
}

// parse takes what every record has.
func (l *nginxError) parse(b []byte) error {
	if !startsNginxError(b) || b[20] != '[' {
		return errNginxError
	}
	l[ngxDate], l[ngxClock] = b[:10], b[11:19]
	level, rest, ok := bytes.Cut(b[21:], []byte("] "))
	pid, rest, ok1 := bytes.Cut(rest, []byte("#"))
	tid, rest, ok2 := bytes.Cut(rest, []byte(":"))
	if !ok || !ok1 || !ok2 || !source.IsDigits(pid) || !source.IsDigits(tid) {
		return errNginxError
	}
	l[ngxLevel], l[ngxPID], l[ngxTID] = level, pid, tid
	l[ngxMessage] = bytes.TrimLeft(rest, " ")
	if number, rest, ok := bytes.Cut(l[ngxMessage], []byte(" ")); ok && len(number) > 1 && number[0] == '*' && source.IsDigits(number[1:]) {
		l[ngxConnection], l[ngxMessage] = number[1:], rest
	}
	return nil
}

// tail keeps what the tail says.
func (l *nginxError) tail(t *nginxTail) {
	if l[ngxClient] = t.client; source.IsAddress(t.client) {
		l[ngxClient], l[ngxClientPort] = source.CutPort(t.client)
	}
	l[ngxServer], l[ngxRequest], l[ngxSubrequest] = t.server, t.request, t.subrequest
	l[ngxUpstream], l[ngxHost], l[ngxReferrer], l[ngxLogin], l[ngxTail] = t.upstream, t.host, t.referrer, t.login, t.rest
	if method, target, version := source.CutRequest(t.request); len(version) > 0 {
		l[ngxMethod], l[ngxURL], l[ngxVersion] = method, target, version
	}
	l.upstream()
}

// upstream finds the address in http://10.0.0.5:8080/path, fastcgi://unix:/run/x.sock: or 10.0.0.1:80.
func (l *nginxError) upstream() {
	_, rest, ok := bytes.Cut(l[ngxUpstream], []byte("://"))
	if !ok {
		rest = l[ngxUpstream]
	}
	if bytes.HasPrefix(rest, []byte("unix:")) {
		return
	}
	host, port := source.CutPort(upTo(rest, '/'))
	l[ngxUpstreamHost], l[ngxUpstreamPort] = host, port
	if !source.IsAddress(host) && source.IsHostName(host) {
		l[ngxUpstreamName] = host
	}
}

// cause reads call() "path" failed (2: No such file or directory).
func (l *nginxError) cause() {
	message := l[ngxMessage]
	if tail := bytes.Index(message, clientMark); tail >= 0 {
		message = message[:tail]
	}
	at := bytes.LastIndex(message, []byte("failed ("))
	if at < 0 {
		return
	}
	number, text, ok := bytes.Cut(message[at+len("failed ("):], []byte(": "))
	end := bytes.IndexByte(text, ')')
	if !ok || end < 0 || !source.IsDigits(number) {
		return
	}
	l[ngxNumber], l[ngxError] = number, text[:end]
	if _, rest, ok := bytes.Cut(message[:at], []byte(`"`)); ok {
		if end := bytes.LastIndexByte(rest, '"'); end > 0 && rest[0] == '/' {
			l[ngxPath] = rest[:end]
		}
	}
}
