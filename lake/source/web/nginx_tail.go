package web

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// nginxTail is what nginx writes behind an error of a request or connection, in this order.
type nginxTail struct{ client, server, request, subrequest, upstream, host, referrer, login, rest []byte }

var clientMark = []byte(", client: ")

// cut finds the tail of a message. A path or a referrer may imitate one: when more than one could be the tail, whole is
// false, and none is taken.
func (t *nginxTail) cut(message []byte) (whole bool) {
	found := -1
	for at := 0; ; at += len(clientMark) {
		next := bytes.Index(message[at:], clientMark)
		if next < 0 {
			break
		}
		if at += next; !isClient(message[at+len(clientMark):]) {
			continue
		}
		if found >= 0 {
			return false
		}
		found = at
	}
	if found >= 0 {
		t.read(message[found+2:])
	}
	return true
}

// isClient tells whether text begins with a client's address, or with unix: for one on the same host.
func isClient(b []byte) bool {
	word := upTo(b, ',')
	return source.IsAddress(word) || bytes.HasPrefix(word, []byte("unix:"))
}

// upTo is what stands before a byte, or all.
func upTo(b []byte, c byte) []byte {
	if at := bytes.IndexByte(b, c); at >= 0 {
		return b[:at]
	}
	return b
}

// read takes the tail apart.
func (t *nginxTail) read(b []byte) {
	for _, field := range [...]struct {
		name string
		to   *[]byte
	}{
		{"client: ", &t.client}, {"server: ", &t.server}, {"login: ", &t.login}, {"request: ", &t.request}, {"subrequest: ", &t.subrequest},
		{"upstream: ", &t.upstream}, {"host: ", &t.host}, {"referrer: ", &t.referrer},
	} {
		value, ok := bytes.CutPrefix(b, []byte(field.name))
		if !ok {
			continue
		}
		var end int
		if len(value) > 0 && value[0] == '"' {
			value = value[1:]
			end = quotedEnd(value, field.to == &t.request)
			b = value[min(end+1, len(value)):]
		} else {
			end = len(upTo(value, ','))
			b = value[end:]
		}
		*field.to = value[:end]
		b = bytes.TrimPrefix(b, []byte(", "))
	}
	t.rest = b
}

// quotedEnd is where a value in quotes ends: before a quote behind which another field begins, or the text is over. Of a
// request, a quote behind its version is preferred.
func quotedEnd(b []byte, request bool) int {
	first := -1
	for at := 0; ; at++ {
		next := bytes.IndexByte(b[at:], '"')
		if next < 0 {
			break
		}
		at += next
		if !endsField(b[at+1:]) {
			continue
		}
		if first < 0 {
			first = at
		}
		if !request || at > 8 && bytes.HasPrefix(b[at-8:], []byte("HTTP/")) {
			return at
		}
	}
	if first < 0 {
		return len(b)
	}
	return first
}

func endsField(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if b[0] != ',' {
		return false
	}
	for _, name := range [...]string{", subrequest: ", ", request: ", ", upstream: ", ", host: ", ", referrer: ", ", bytes from/to", ", login: "} {
		if bytes.HasPrefix(b, []byte(name)) {
			return true
		}
	}
	return false
}
