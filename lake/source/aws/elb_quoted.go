package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// quoted is the field in quotes that begins here. A request and a user agent are what a client likes: they end where
// what stands behind them begins, whatever quotes and backslashes are in them, if there is such a place.
func (l *elbLayout) quoted(t *source.Tokens, i int) []byte {
	ends := l.ends(i)
	if ends == nil {
		return t.Quoted()
	}
	from := t.At
	field := t.Quoted()
	if !t.Cut && ends(t.Line, t.At-1) {
		return field
	}
	for end := from + 1; ; end++ {
		n := bytes.IndexByte(t.Line[end:], '"')
		if n < 0 {
			return field
		}
		if end += n; ends(t.Line, end) {
			t.At, t.Cut = from, false
			return t.Until(end)
		}
	}
}

// ends answers what tells whether the quote at a position of a line ends a field; nil if the quote is enough.
func (l *elbLayout) ends(i int) func(line []byte, end int) bool {
	if i < len(l.as) {
		switch l.as[i] {
		case elbRequest:
			return endsELBRequest
		case elbAgent:
			return endsELBAgent
		}
	}
	return nil
}

// endsELBRequest tells a quote behind a version, with the user agent behind it: GET / HTTP/1.1" "curl.
func endsELBRequest(line []byte, end int) bool {
	if !bytes.HasPrefix(line[end+1:], []byte(` "`)) {
		return false
	}
	last := line[bytes.LastIndexByte(line[:end], ' ')+1 : end]
	return bytes.Equal(last, dash) || bytes.HasPrefix(last, []byte("HTTP/"))
}

// endsELBAgent tells a quote with a cipher, a version of TLS, a target group and the quoted trace behind it.
func endsELBAgent(line []byte, end int) bool {
	t := source.Tokens{Line: line, At: end + 1}
	if t.At < len(line) && line[t.At] != ' ' {
		return false
	}
	t.Word()
	version, group := t.Word(), t.Word()
	return (bytes.Equal(version, dash) || bytes.HasPrefix(version, []byte("TLS")) || bytes.HasPrefix(version, []byte("SSL"))) &&
		(bytes.Equal(group, dash) || bytes.HasPrefix(group, []byte("arn:"))) && t.More() && line[t.At] == '"'
}
