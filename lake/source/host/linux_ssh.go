package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// What sshd's messages are, https://github.com/openssh/openssh-portable/blob/master/auth.c and its neighbours.
var (
	sshAccepted  = newClass("ssh_login", "success", "authentication,session", "info")
	sshFailed    = newClass("ssh_login", "failure", "authentication", "info")
	sshOpened    = newClass("ssh_connect", "-", "network", "connection,start")
	sshClosed    = newClass("ssh_disconnect", "-", "network", "connection,end")
	sshRefused   = newClass("ssh_connect", "failure", "network", "connection,denied")
	sshSession   = newClass("ssh_session", "success", "session", "start")
	sshEnded     = newClass("ssh_session", "-", "session", "end")
	sshListening = newClass("ssh_listen", "success", "process", "start")
)

// ssh reads a message of sshd. What a client sends, the user's name above all, may look like the rest of a message: the
// address is searched from the end.
func (l *line) ssh(m []byte) *class {
	m = bytes.TrimSuffix(m, []byte(" [preauth]"))
	for _, level := range [...]string{"error: ", "fatal: ", "debug1: "} {
		m, _ = cut(m, level)
	}
	first, rest := cutWord(m)
	switch string(first) {
	case "Accepted", "Failed", "Postponed", "Partial":
		return l.sshAuth(first, rest)
	case "Invalid":
		if rest, ok := cut(rest, "user "); ok {
			l[sshEvent] = first
			l.nameFrom(rest)
			return sshFailed
		}
	case "Connection", "Disconnected", "Disconnecting":
		return l.sshConnection(m)
	case "User":
		return l.sshDenied(rest)
	}
	return l.sshOther(m)
}

// sshAuth reads how a login came out: METHOD for [invalid user] NAME from ADDRESS port N ssh2[: KEY]
func (l *line) sshAuth(event, rest []byte) *class {
	method, rest, ok := bytes.Cut(rest, []byte(" for "))
	if !ok {
		return nil
	}
	l[sshEvent], l[sshMethod] = event, method
	rest, _ = cut(rest, "invalid user ")
	tail := l.nameFrom(rest)
	if key, ok := cut(tail, " ssh2: "); ok {
		_, print := cutWord(key)
		l[sshSignature] = key
		l[sshFingerprint], _ = cutWord(print)
	}
	switch string(event) {
	case "Accepted":
		return sshAccepted
	case "Failed":
		return sshFailed
	}
	return nil
}

// nameFrom reads NAME from ADDRESS [port N], and answers what is behind it.
func (l *line) nameFrom(b []byte) (tail []byte) {
	for end := len(b); ; {
		at := bytes.LastIndex(b[:end], []byte("from "))
		if at < 0 || at > 0 && b[at-1] != ' ' {
			if at < 0 {
				return nil
			}
			end = at
			continue
		}
		address, port, tail := endpoint(b[at+len("from "):])
		if isPeer(address) && (len(tail) == 0 || port != nil) {
			l[userName] = bytes.TrimSpace(b[:at])
			l[peerAddress], l[peerPort] = address, port
			return tail
		}
		end = at
	}
}

// endpoint reads ADDRESS [port N] and answers what is behind it.
func endpoint(b []byte) (address, port, tail []byte) {
	n := bytes.IndexByte(b, ' ')
	if n < 0 {
		return bytes.TrimRight(b, ":."), nil, nil
	}
	address, tail = b[:n], b[n:]
	if rest, ok := cut(tail, " port "); ok {
		n := 0
		for n < len(rest) && source.IsDigit(rest[n]) {
			n++
		}
		if n > 0 {
			return address, rest[:n], rest[n:]
		}
	}
	return bytes.TrimSuffix(address, []byte(":")), nil, tail
}

// isPeer tells whether a word is an address or a host's name.
func isPeer(b []byte) bool {
	_, ok := source.ParseAddr(b)
	return ok || source.IsHostName(b)
}

// sshConnection reads how a connection began or ended.
func (l *line) sshConnection(m []byte) *class {
	if rest, ok := cut(m, "Connection from "); ok {
		var tail []byte
		l[peerAddress], l[peerPort], tail = endpoint(rest)
		if rest, ok := cut(tail, " on "); ok {
			l[localAddress], l[localPort], _ = endpoint(rest)
		}
		return sshOpened
	}
	for _, start := range [...]string{"Connection closed by ", "Connection reset by ", "Disconnected from ", "Disconnecting "} {
		if rest, ok := cut(m, start); ok {
			l.nameAt(rest)
			return sshClosed
		}
	}
	return nil
}

// nameAt reads [[authenticating | invalid] user NAME] ADDRESS [port N][: REASON].
func (l *line) nameAt(b []byte) {
	named := false
	for _, kind := range [...]string{"authenticating user ", "invalid user ", "user "} {
		if b, named = cut(b, kind); named {
			break
		}
	}
	end := len(b)
	for at := bytes.LastIndex(b, []byte(" port ")); at >= 0; at = bytes.LastIndex(b[:at], []byte(" port ")) {
		if _, port, tail := endpoint(b[at:]); port != nil {
			end = at
			l[peerPort] = port
			if why, ok := cut(tail, ": "); ok {
				l[reason] = why
			}
			break
		}
	}
	at := bytes.LastIndexByte(b[:end], ' ')
	if address := b[at+1 : end]; isPeer(address) {
		l[peerAddress] = address
	}
	if named && at > 0 {
		l[userName] = b[:at]
	}
}

// sshDenied reads NAME from HOST not allowed because REASON.
func (l *line) sshDenied(rest []byte) *class {
	at := bytes.LastIndex(rest, []byte(" not allowed because "))
	if at < 0 {
		return nil
	}
	l[reason] = rest[at+len(" not allowed because "):]
	l.nameFrom(rest[:at])
	return sshFailed
}

// sshOther reads the messages that do not begin with a word that tells them.
func (l *line) sshOther(m []byte) *class {
	for _, c := range sshMessages {
		rest, ok := cut(m, c.start)
		if !ok {
			continue
		}
		switch c.as {
		case sshName:
			rest, _ = cut(rest, "invalid user ")
			rest, _ = cut(rest, "illegal user ")
			l.nameFrom(rest)
		case sshPeer:
			var tail []byte
			l[peerAddress], l[peerPort], tail = endpoint(rest)
			l[reason] = bytes.TrimLeft(tail, ": ")
		case sshDrop:
			l[peerAddress], l[peerPort], _ = endpoint(rest)
			l[sshDropped] = l[peerAddress]
		case sshUser:
			l[userName] = rest
		case sshWithin:
			l.peerWithin(m)
		case sshLocal:
			l[localAddress], l[localPort], _ = endpoint(rest)
		}
		return c.class
	}
	if rest, ok := cut(m, "PAM: "); ok {
		l.pamError(rest)
		return sshFailed
	}
	l[peerDomain] = source.Between(m, "getaddrinfo for ", " ")
	l.peerWithin(m)
	return nil
}

// What stands behind the start of a message.
const (
	sshPeer   = iota // ADDRESS [port N][: reason]
	sshDrop          // the same, of a client that went away
	sshName          // NAME from ADDRESS [port N]
	sshUser          // NAME
	sshWithin        // an address somewhere
	sshLocal         // the server's own ADDRESS port N
)

var sshMessages = []struct {
	start string
	as    int
	class *class
}{
	{"Received disconnect from ", sshPeer, sshClosed},
	{"Did not receive identification string from ", sshDrop, nil},
	{"Unable to negotiate with ", sshPeer, sshRefused},
	{"maximum authentication attempts exceeded for ", sshName, sshFailed},
	{"Close session: user ", sshName, sshEnded},
	{"Starting session: ", sshWithin, sshSession},
	{"input_userauth_request: invalid user ", sshUser, sshFailed},
	{"ROOT LOGIN REFUSED FROM ", sshPeer, sshFailed},
	{"Timeout before authentication for ", sshPeer, sshRefused},
	{"Timeout, client not responding from ", sshWithin, sshClosed},
	{"Bad protocol version identification ", sshWithin, sshRefused},
	{"banner exchange: ", sshWithin, sshRefused},
	{"drop connection ", sshWithin, sshRefused},
	{"ssh_dispatch_run_fatal: ", sshWithin, sshClosed},
	{"Authentication tried for ", sshWithin, sshFailed},
	{"Server listening on ", sshLocal, sshListening},
}

// pamError reads ERROR for [illegal user] NAME from HOST.
func (l *line) pamError(m []byte) {
	if at := bytes.LastIndex(m, []byte(" user ")); at >= 0 {
		l.nameFrom(m[at+len(" user "):])
	} else if _, rest, ok := bytes.Cut(m, []byte(" for ")); ok {
		l.nameFrom(rest)
	}
}

// peerWithin finds an address within a message: ADDRESS port N, [ADDRESS]:N, or the word behind from.
func (l *line) peerWithin(m []byte) {
	if l[peerAddress] != nil {
		return
	}
	for rest := m; len(rest) > 0; {
		var w []byte
		behind := rest
		w, rest = cutWord(rest)
		if len(w) < 3 || w[len(w)-1] == '.' {
			continue
		}
		if host, port := source.CutPort(bytes.Trim(w, ",;")); w[0] == '[' && port != nil && source.IsAddress(host) {
			l[peerAddress], l[peerPort] = host, port
			return
		}
		if address, port, _ := endpoint(behind); source.IsAddress(bytes.Trim(address, "[],;")) {
			l[peerAddress], l[peerPort] = bytes.Trim(address, "[],;"), port
			return
		}
	}
}
