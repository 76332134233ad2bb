package source

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The values of a line of a web server's access log. Their names are those that a definition maps.
const (
	accessClient = iota
	accessClientPort
	accessVhost
	accessVhostPort
	accessIdent
	accessUser
	accessTime
	accessRequest
	accessMethod
	accessURL
	accessPath
	accessQuery
	accessVersion
	accessNoHTTP
	accessJunk
	accessStatus
	accessBytes
	accessDuration
	accessReferrer
	accessAgent
	accessForwarded
	accessProtocol
	accessCipher
	accessRest
	accessValues
)

var accessNames = [accessValues]string{
	"client", "client_port", "vhost", "vhost_port", "ident", "user", "time", "request", "method", "url", "path", "query",
	"version", "not_http", "no_method", "status", "bytes", "duration", "referrer", "user_agent", "forwarded_for",
	"tls_protocol", "tls_cipher", "rest",
}

// AccessLogValues are the names of the values that [AccessLog] finds.
func AccessLogValues() []string { return slices.Clone(accessNames[:]) }

// AccessLog divides the lines of a web server's access log in the common and combined formats, with a virtual host
// before them and further fields behind them, and those of ssl_request_log. Which it is shows in the line itself.
// https://httpd.apache.org/docs/2.4/logs.html
func AccessLog(want []string) (Divider, error) {
	d := &accessDivider{}
	for i := range d.slots {
		d.slots[i] = -1
	}
	for slot, name := range want {
		at := slices.Index(accessNames[:], name)
		if at < 0 {
			return nil, fmt.Errorf("an access log has no value %q; it has %s", name, strings.Join(accessNames[:], ", "))
		}
		d.slots[at] = slot
	}
	wants := func(value int) bool { return d.slots[value] >= 0 }
	for value := range d.keep {
		switch value {
		case accessRequest, accessPath:
		case accessQuery:
			d.keep[value] = wants(accessPath) && !wants(accessURL) && !wants(accessRequest)
		case accessURL:
			d.keep[value] = wants(value) || !wants(accessPath) && !wants(accessRequest)
		case accessMethod, accessVersion, accessNoHTTP, accessJunk:
			d.keep[value] = wants(value) || !wants(accessRequest)
		default:
			d.keep[value] = true
		}
		d.keep[value] = d.keep[value] || wants(value)
	}
	d.split = wants(accessPath) || wants(accessQuery)
	return d, nil
}

type accessDivider struct {
	slots [accessValues]int
	keep  [accessValues]bool // whether the value is kept: in its slot, or in the rest
	split bool               // whether the URL is to be split
}

func (d *accessDivider) Begin(string) {}

func (d *accessDivider) Divide(record []byte, v *Values) error {
	var l accessLine
	if err := l.parse(record); err != nil {
		return err
	}
	for _, value := range [...]int{accessURL, accessUser, accessReferrer, accessAgent} {
		if bytes.IndexByte(l[value], '\\') >= 0 {
			l[value] = v.unlogged(l[value])
		}
	}
	if d.split {
		u := CutURL(l[accessURL])
		l[accessPath], l[accessQuery] = v.unpercent(u.Path), v.unpercent(u.Query)
	}
	for value, field := range l {
		if len(field) > 0 && d.keep[value] {
			v.SetField(d.slots[value], accessNames[value], field)
		}
	}
	return nil
}

// accessLine is a line's values.
type accessLine [accessValues][]byte

var (
	errNoBracketedTime = errors.New("no time in brackets stands before a quoted request, as in [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\"")
	errRequestEnd      = errors.New("the quoted request does not end before a status, as in \"GET / HTTP/1.1\" 200")
	errNoClient        = errors.New("before the time in brackets there must be a client, an identity and a user")
	errTLSRequest      = errors.New("behind the time there must be a client, a TLS protocol, a cipher, a quoted request and its bytes")
)

func (l *accessLine) parse(line []byte) error {
	line = bytes.TrimRight(line, " \t\r\n")
	if len(line) == 0 {
		return ErrNoRecord
	}
	if len(line) > 3 && line[0] == '[' && line[3] == '/' {
		return l.tlsRequest(line)
	}
	from, to := bracketedTime(line)
	if from < 0 {
		return errNoBracketedTime
	}
	l[accessTime] = line[from+1 : to]
	if !l.head(line[:from-1]) {
		return errNoClient
	}
	rest := line[to+3:]
	end := requestEnd(rest)
	if end < 0 {
		return errRequestEnd
	}
	l.request(rest[:end])
	l.tail(rest[end+2:])
	return nil
}

// bracketedTime finds " [time] \"": the brackets of the first such place that have no bracket between them, as a user's name
// before the time may.
func bracketedTime(line []byte) (from, to int) {
	const longest = 48
	for at := 1; ; at++ {
		next := bytes.IndexByte(line[at:], '[')
		if next < 0 {
			return -1, -1
		}
		at += next
		end := bytes.IndexByte(line[at:min(len(line), at+longest)], ']')
		if end > 1 && bytes.IndexByte(line[at+1:at+end], '[') < 0 && line[at-1] == ' ' && IsDigit(line[at+1]) && bytes.HasPrefix(line[at+end+1:], []byte(` "`)) {
			return at, at + end
		}
	}
}

// requestEnd is the position of the quote that ends a request, or -1. One behind a version of HTTP is preferred to
// others, since a request that is not HTTP has no headers in which such an end could be forged.
func requestEnd(b []byte) int {
	first := closingQuote(b, beforeStatus)
	for at := first; at >= 0; {
		if space := bytes.LastIndexByte(b[:at], ' '); space >= 0 && bytes.HasPrefix(b[space+1:at], httpSlash) && isVersion(b[space+6:at]) {
			return at
		}
		next := closingQuote(b[at+1:], beforeStatus)
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return first
}

var httpSlash = []byte("HTTP/")

// closingQuote is the position of the first quote that is not escaped and has behind it what may follow, or -1. Servers
// other than Apache write quotes within a value as they come.
func closingQuote(b []byte, follows func([]byte) bool) int {
	for at := 0; ; at++ {
		next := bytes.IndexByte(b[at:], '"')
		if next < 0 {
			return -1
		}
		at += next
		if !Escaped(b[:at]) && follows(b[at+1:]) {
			return at
		}
	}
}

// beforeStatus tells whether a status follows.
func beforeStatus(b []byte) bool {
	if len(b) < 2 || b[0] != ' ' {
		return false
	}
	if b[1] == '-' {
		return len(b) == 2 || b[2] == ' '
	}
	return len(b) >= 4 && IsDigit(b[1]) && IsDigit(b[2]) && IsDigit(b[3]) && (len(b) == 4 || b[4] == ' ')
}

// beforeBytes tells whether a number of bytes follows, and no more.
func beforeBytes(b []byte) bool {
	return len(b) > 1 && b[0] == ' ' && (string(b[1:]) == "-" || isNumber(b[1:]))
}

// beforeQuoted tells whether another quoted value follows, or nothing.
func beforeQuoted(b []byte) bool { return len(b) == 0 || len(b) > 1 && b[0] == ' ' && b[1] == '"' }

// beforeMore tells whether another value follows, or nothing.
func beforeMore(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if len(b) == 1 || b[0] != ' ' {
		return false
	}
	if c := b[1]; c == '"' || c == '-' || IsDigit(c) {
		return true
	}
	for i := 1; i < len(b) && b[i] != ' ' && b[i] != '"'; i++ {
		if b[i] == '=' {
			return i+1 < len(b) && b[i+1] == '"'
		}
	}
	return false
}

func IsDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNumber(b []byte) bool {
	for _, c := range b {
		if !IsDigit(c) {
			return false
		}
	}
	return len(b) > 0
}
