package source

import (
	"bytes"
	"unicode/utf8"
)

// head takes what stands before the time apart: [vhost[:port]] client[:port] identity user, where a list of the
// addresses that a request was forwarded for may stand before the client or in its place.
func (l *accessLine) head(b []byte) bool {
	l[accessForwarded], b = cutForwarded(b)
	words := 1 + bytes.Count(b, []byte(" "))
	if words > 3 {
		if first, rest := cutWord(b); hasVhost(first, rest) {
			l[accessVhost], l[accessVhostPort] = CutPort(first)
			if b = rest; l[accessForwarded] == nil {
				l[accessForwarded], b = cutForwarded(b)
			}
			words = 1 + bytes.Count(b, []byte(" "))
		}
	}
	if words == 2 && l[accessForwarded] != nil {
		l[accessIdent], l[accessUser] = cutWord(b)
		return true
	}
	if words < 3 {
		return false
	}
	first, rest := cutWord(b)
	l[accessClient], l[accessClientPort] = CutPort(first)
	l[accessIdent], l[accessUser] = cutWord(rest)
	if user := l[accessUser]; len(user) > 1 && user[0] == '"' && user[len(user)-1] == '"' {
		l[accessUser] = user[1 : len(user)-1]
	}
	return true
}

// cutForwarded splits off words that commas make a list.
func cutForwarded(b []byte) (list, rest []byte) {
	at := 0
	for {
		word := firstWord(b[at:])
		at += len(word)
		if len(word) == 0 || word[len(word)-1] != ',' {
			break
		}
		for at < len(b) && b[at] == ' ' {
			at++
		}
	}
	if bytes.IndexByte(b[:at], ',') < 0 {
		return nil, b
	}
	return b[:at], bytes.TrimLeft(b[at:], " ")
}

// hasVhost tells whether the first of at least four words is a virtual host, and not the client of a user whose name
// has spaces.
func hasVhost(first, rest []byte) bool {
	second, rest := cutWord(rest)
	third, _ := cutWord(rest)
	if string(second) == "-" {
		return false
	}
	return IsAddress(second) || string(third) == "-" || !IsAddress(first)
}

// IsAddress tells whether a word looks like an address, with a port or without.
func IsAddress(word []byte) bool {
	host, _ := CutPort(word)
	if plainIPv4(host) {
		return true
	}
	colons := 0
	for _, c := range host {
		if _, hex := hexDigit(c); c == ':' {
			colons++
		} else if !hex && c != '.' && c != '%' {
			return false
		}
	}
	return colons > 1
}

func firstWord(b []byte) []byte {
	if at := bytes.IndexByte(b, ' '); at >= 0 {
		return b[:at]
	}
	return b
}

// cutWord splits off the first word.
func cutWord(b []byte) (word, rest []byte) {
	word = firstWord(b)
	if len(word) < len(b) {
		rest = b[len(word)+1:]
	}
	return word, rest
}

// request takes a request line apart: METHOD url HTTP/version.
func (l *accessLine) request(b []byte) {
	if len(b) == 0 || string(b) == "-" {
		return
	}
	l[accessRequest] = b
	method, url := cutWord(b)
	if at := bytes.LastIndex(url, httpSlash); at >= 0 && isVersion(url[at+5:]) && (at == 0 || url[at-1] == ' ') {
		l[accessVersion] = url[at+5:]
		url = url[:max(at-1, 0)]
	} else if len(url) == 0 || url[0] != '/' {
		l[accessNoHTTP] = b
		return
	}
	l[accessURL] = url
	if isMethod(method) {
		l[accessMethod] = method
	} else {
		l[accessJunk] = method
	}
}

func isVersion(b []byte) bool {
	for _, c := range b {
		if !IsDigit(c) && c != '.' {
			return false
		}
	}
	return len(b) > 0 && IsDigit(b[0])
}

func isMethod(b []byte) bool {
	for _, c := range b {
		if !IsDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' && c != '-' {
			return false
		}
	}
	return len(b) > 0
}

// tail takes what follows the request apart: status bytes [duration] ["referrer" ["user agent"]] and whatever else.
func (l *accessLine) tail(b []byte) {
	l[accessStatus], b = cutWord(b)
	if word := firstWord(b); isNumber(word) || string(word) == "-" {
		l[accessBytes], b = cutWord(b)
	}
	if word := firstWord(b); isDecimal(word) {
		l[accessDuration], b = cutWord(b)
	}
	if len(b) > 0 && b[0] == '"' {
		l[accessReferrer], b = cutQuoted(b[1:], beforeQuoted)
	}
	if len(b) > 0 && b[0] == '"' {
		l[accessAgent], b = cutQuoted(b[1:], beforeMore)
	}
	l.forwarded(b)
}

func isDecimal(b []byte) bool {
	whole, fraction, dot := bytes.Cut(b, []byte("."))
	return isNumber(whole) && (!dot || isNumber(fraction))
}

// cutQuoted splits off a value whose first quote is gone already. One that does not end goes to the end of the line.
func cutQuoted(b []byte, follows func([]byte) bool) (value, rest []byte) {
	end := closingQuote(b, follows)
	if end < 0 {
		return b, nil
	}
	return b[:end], bytes.TrimLeft(b[end+1:], " ")
}

// forwarded finds X-Forwarded-For="…" in what follows the user agent.
func (l *accessLine) forwarded(b []byte) {
	name := []byte(`X-Forwarded-For="`)
	at := bytes.Index(b, name)
	if at < 0 || at > 0 && b[at-1] != ' ' {
		l[accessRest] = b
		return
	}
	l[accessRest] = bytes.TrimRight(b[:at], " ")
	l[accessForwarded] = b[at+len(name):]
	if end := bytes.LastIndexByte(l[accessForwarded], '"'); end >= 0 {
		if after := bytes.TrimLeft(l[accessForwarded][end+1:], " "); len(l[accessRest]) == 0 {
			l[accessRest] = after
		}
		l[accessForwarded] = l[accessForwarded][:end]
	}
}

// tlsRequest takes a line of ssl_request_log apart: [time] client protocol cipher "request" bytes.
func (l *accessLine) tlsRequest(line []byte) error {
	end := bytes.IndexByte(line, ']')
	if end < 0 || !bytes.HasPrefix(line[end+1:], []byte(" ")) {
		return errTLSRequest
	}
	l[accessTime] = line[1:end]
	var client []byte
	rest := line[end+2:]
	client, rest = cutWord(rest)
	l[accessProtocol], rest = cutWord(rest)
	l[accessCipher], rest = cutWord(rest)
	l[accessClient], l[accessClientPort] = CutPort(client)
	if len(rest) == 0 || rest[0] != '"' {
		return errTLSRequest
	}
	quote := closingQuote(rest[1:], beforeBytes)
	if quote < 0 {
		return errTLSRequest
	}
	l.request(rest[1 : 1+quote])
	l[accessBytes] = rest[quote+3:]
	return nil
}

// unlogged resolves the escapes that Apache writes into its logs. A text that would not be UTF-8 then stays as it is.
func (v *Values) unlogged(b []byte) []byte {
	from := len(v.text)
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == '\\' && i+1 < len(b) {
			size := 0
			if c, size = logEscape(b[i+1:]); size > 0 {
				i += size
			}
		}
		v.text = append(v.text, c)
	}
	if text := v.text[from:len(v.text):len(v.text)]; utf8.Valid(text) {
		return text
	}
	v.text = v.text[:from]
	return b
}

// logEscape reads an escape behind its backslash, and tells its length; 0 when it is none.
func logEscape(b []byte) (byte, int) {
	switch b[0] {
	case '"', '\\':
		return b[0], 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case 'b':
		return '\b', 1
	case 'v':
		return '\v', 1
	case 'x':
		if x, ok := hexByte(b[1:]); ok {
			return x, 3
		}
	}
	return '\\', 0
}
