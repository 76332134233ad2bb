package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// What PAM's messages are, http://www.linux-pam.org/Linux-PAM-html/
var (
	pamOpened  = newClass("logged-on", "-", "session", "start")
	pamClosed  = newClass("logged-off", "-", "session", "end")
	pamFailed  = newClass("authentication_failure", "failure", "authentication", "info")
	pamPassed  = newClass("authentication_success", "success", "authentication", "info")
	pamDenied  = newClass("-", "failure", "authentication", "info")
	pamChanged = newClass("password-changed", "success", "iam", "change")
	pamKept    = newClass("password-changed", "failure", "iam", "change")
	pamLocked  = newClass("account-locked", "failure", "authentication", "info")
)

// byPAM reads what PAM's modules write in the name of any program: module(service:type): text.
func (l *line) byPAM(m []byte) *class {
	if !bytes.HasPrefix(m, []byte("pam_")) {
		return nil
	}
	head, text, ok := bytes.Cut(m, []byte("): "))
	module, place, ok1 := bytes.Cut(head, []byte("("))
	if !ok || !ok1 {
		return nil
	}
	l[pamModule] = module
	l[pamService], l[pamType], _ = bytes.Cut(place, []byte(":"))
	switch {
	case bytes.HasPrefix(text, []byte("session opened")):
		l.pamSession(text)
		return pamOpened
	case bytes.HasPrefix(text, []byte("session closed")):
		l.pamSession(text)
		return pamClosed
	}
	if c := l.byFailure(text); c != nil {
		return c
	}
	return l.pamOther(text)
}

// byFailure tells messages of failures that any program may write: sshd counts those of PAM, unix_chkpwd has its own.
func (l *line) byFailure(text []byte) *class {
	switch {
	case contains(text, "authentication failure"):
		l.pamPairs(text)
		return pamFailed
	case contains(text, "password check failed"):
		l.pamUser(source.Between(text, "for user (", ")"))
		return pamFailed
	}
	return nil
}

func (l *line) pamOther(text []byte) *class {
	switch {
	case contains(text, "authentication success"):
		l.pamPairs(text)
		return pamPassed
	case string(l[pamModule]) == "pam_faillock" || string(l[pamModule]) == "pam_tally2":
		_, rest, _ := bytes.Cut(text, []byte("for user "))
		name, _ := cutWord(rest)
		l.pamUser(name)
		return pamLocked
	case string(l[pamType]) == "chauthtok":
		return l.pamPassword(text)
	case string(l[pamModule]) == "pam_unix" && string(l[pamType]) == "auth":
		l.pamUser(source.Between(text, "for [", "]"))
		return pamDenied
	}
	return nil
}

func (l *line) pamUser(name []byte) {
	if len(name) > 0 {
		l[userName] = name
	}
}

// pamPassword reads password changed for NAME.
func (l *line) pamPassword(text []byte) *class {
	if name, ok := cut(text, "password changed for "); ok {
		l[userName], l[userTarget] = name, name
		return pamChanged
	}
	return pamKept
}

// pamSession reads session opened for user NAME[(uid=N)] [by [NAME][(uid=N)]]. Who opens a session acts as its user; the
// one that is closed is the user's own.
func (l *line) pamSession(text []byte) {
	_, rest, ok := bytes.Cut(text, []byte(" for user "))
	if !ok {
		return
	}
	of, by, acted := bytes.Cut(rest, []byte(" by "))
	name, id := cutUID(of)
	if !acted {
		l[userName], l[userID] = name, id
		return
	}
	l[userEffective], l[userEffectiveID] = name, id
	l[userName], l[userID] = cutUID(by)
}

// cutUID takes (uid=N) off a name.
func cutUID(b []byte) (name, id []byte) {
	if name, rest, ok := bytes.Cut(b, []byte("(uid=")); ok {
		return name, bytes.TrimSuffix(rest, []byte(")"))
	}
	return b, nil
}

// pamPairs reads rhost=ADDRESS user=NAME, which may stand without values.
func (l *line) pamPairs(text []byte) {
	if _, rest, ok := bytes.Cut(text, []byte(" rhost=")); ok {
		if host, _ := cutWord(rest); isPeer(host) {
			l[peerAddress] = host
		}
	}
	if at := bytes.LastIndex(text, []byte(" user=")); at >= 0 {
		l.pamUser(text[at+len(" user="):])
	}
}
