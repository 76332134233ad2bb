package host

import (
	"bytes"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// line is the values of a line.
type line [logValues][]byte

// class is what ECS says of a kind of message.
type class struct {
	action, outcome []byte
	category, types [][]byte
}

// newClass makes a class of words; lists are separated by commas, and a dash is nothing.
func newClass(action, outcome, category, types string) *class {
	return &class{action: word(action), outcome: word(outcome), category: words(category), types: words(types)}
}

func word(text string) []byte { return source.Undash([]byte(text)) }

func words(text string) (list [][]byte) {
	for item := range strings.SplitSeq(text, ",") {
		list = append(list, []byte(item))
	}
	return list
}

// program is which of the programs it is whose messages are known.
type program uint8

const (
	otherProgram program = iota
	sshd
	sudo
	su
	shadow // the tools that edit users and groups
	passwd
	gpasswd
	cron
	logind
	login
	polkit
	pamUser // a program of which only what PAM says is known
)

// programOf tells programs by their name, which may have a path before it and a PAM module behind it.
func programOf(name []byte) program {
	name = name[bytes.LastIndexByte(name, '/')+1:]
	if at := bytes.IndexByte(name, '('); at > 0 {
		name = name[:at]
	}
	switch string(name) {
	case "sshd", "sshd-session", "sshd-auth":
		return sshd
	case "sudo":
		return sudo
	case "su", "su-l":
		return su
	case "useradd", "userdel", "usermod", "groupadd", "groupdel", "groupmod", "adduser", "deluser":
		return shadow
	case "passwd", "chpasswd", "chage", "chfn", "chsh":
		return passwd
	case "gpasswd":
		return gpasswd
	case "CRON", "crond", "cron", "crontab":
		return cron
	case "systemd-logind", "elogind":
		return logind
	case "login":
		return login
	case "polkitd", "polkit-agent-helper-1", "pkexec":
		return polkit
	case "unix_chkpwd", "gdm-password]", "sssd", "runuser", "vsftpd", "systemd-user":
		return pamUser
	}
	return otherProgram
}

var repeated = []byte("message repeated ")

// read finds what a message tells, and what kind of message it is; nil when it is none that is known.
func (l *line) read() *class {
	m := l[logMessage]
	if bytes.HasPrefix(m, repeated) { // message repeated 2 times: [ … ]
		if _, inner, ok := bytes.Cut(m, []byte(": [ ")); ok {
			m = bytes.TrimSuffix(inner, []byte("]"))
		}
	}
	c := l.byPAM(m)
	if c == nil {
		c = l.byProgram(m)
	}
	if c == nil && l[pamModule] == nil {
		c = l.byFailure(m)
	}
	if l[userName] == nil && l[userEffective] == nil && l[userTarget] == nil {
		l.anyUser(m)
	}
	if peer := l[peerAddress]; peer != nil {
		if _, ok := source.ParseAddr(peer); !ok {
			l[peerDomain] = peer
		}
	}
	return c
}

func (l *line) byProgram(m []byte) *class {
	switch programOf(l[logProgram]) {
	case sshd:
		return l.ssh(m)
	case sudo:
		return l.sudo(m)
	case su:
		return l.su(m)
	case shadow:
		return l.shadow(m)
	case passwd:
		return l.passwd(m)
	case gpasswd:
		return l.gpasswd(m)
	case cron:
		return l.cron(m)
	case logind:
		return l.logind(m)
	case login:
		return l.login(m)
	case polkit:
		return l.polkit(m)
	}
	return nil
}

// anyUser finds the user whom a message names at its end or in quotes: for user x, by user "x", user 'x'.
func (l *line) anyUser(m []byte) {
	for _, before := range [...]string{"for user ", "by user "} {
		if at := bytes.LastIndex(m, []byte(before)); at >= 0 && bytes.IndexByte(m[at+len(before):], ' ') < 0 {
			l[userName] = bytes.Trim(m[at+len(before):], `'"`)
			return
		}
	}
	if _, rest, ok := bytes.Cut(m, []byte(" user ")); ok {
		l[userName], _ = quoted(rest)
	}
}

// quoted is what stands in the quotes that text begins with, and what is behind them; nil when there are none.
func quoted(text []byte) (inner, rest []byte) {
	if len(text) < 2 || text[0] != '\'' && text[0] != '"' && text[0] != '`' {
		return nil, text
	}
	end := text[0]
	if end == '`' {
		end = '\''
	}
	n := bytes.IndexByte(text[1:], end)
	if n < 0 {
		return nil, text
	}
	return text[1 : 1+n], text[n+2:]
}

// cut takes a prefix off.
func cut(text []byte, prefix string) ([]byte, bool) { return bytes.CutPrefix(text, []byte(prefix)) }

// cutWord takes the first word off.
func cutWord(text []byte) (first, rest []byte) {
	first, rest, _ = bytes.Cut(text, []byte(" "))
	return first, rest
}

// contains tells whether text has a part.
func contains(text []byte, part string) bool { return bytes.Contains(text, []byte(part)) }
