package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

var (
	passwordSet    = newClass("password-changed", "success", "iam", "user,change")
	accountChanged = newClass("user-changed", "success", "iam", "user,change")
	cronRun        = newClass("cron-run", "success", "process", "start")
	cronEdited     = newClass("crontab-changed", "success", "configuration", "change")
	cronRead       = newClass("crontab-read", "success", "configuration", "access")
	sessionStarted = newClass("logged-on", "success", "session", "start")
	sessionEnded   = newClass("logged-off", "-", "session", "end")
	hostShuts      = newClass("-", "-", "host", "end")
	loginDone      = newClass("logged-on", "success", "authentication,session", "start")
	loginFailed    = newClass("authentication_failure", "failure", "authentication", "info")
	polkitGranted  = newClass("authentication_success", "success", "authentication", "info")
	polkitRefused  = newClass("authentication_failure", "failure", "authentication", "info")
	polkitAgent    = newClass("-", "-", "session", "info")
	pkexecRun      = newClass("-", "success", "process", "start")
)

// passwd reads password for 'NAME' changed by 'NAME', and what chage, chfn and chsh write.
func (l *line) passwd(m []byte) *class {
	if rest, ok := cut(m, "password for "); ok {
		name, rest := quoted(rest)
		l[userTarget] = name
		if _, by, ok := bytes.Cut(rest, []byte("by ")); ok && name != nil {
			l[userName], _ = quoted(by)
			return passwordSet
		}
		return nil
	}
	for _, start := range [...]string{"changed user ", "changed password expiry for "} {
		if rest, ok := cut(m, start); ok {
			if l[userTarget], _ = quoted(rest); l[userTarget] == nil {
				l[userTarget], _ = cutWord(rest)
			}
			return accountChanged
		}
	}
	return nil
}

// gpasswd reads user NAME added by NAME to group GROUP, and removed by NAME from group GROUP.
func (l *line) gpasswd(m []byte) *class {
	rest, ok := cut(m, "user ")
	if !ok {
		return nil
	}
	name, rest := cutWord(rest)
	verb, rest := cutWord(rest)
	by, rest := cutWord(bytes.TrimPrefix(rest, []byte("by ")))
	_, group, ok := bytes.Cut(rest, []byte("group "))
	if !ok {
		return nil
	}
	l[userTarget], l[userName], l[groupName] = name, by, group
	if string(verb) == "removed" {
		return memberLeaves
	}
	return memberJoins
}

// cron reads (NAME) CMD (COMMAND), and what crontab writes in the same form.
func (l *line) cron(m []byte) *class {
	if len(m) == 0 || m[0] != '(' {
		return nil
	}
	name, rest, ok := bytes.Cut(m[1:], []byte(") "))
	if !ok {
		return nil
	}
	l[userName] = name
	at := bytes.IndexByte(rest, '(')
	if at < 1 {
		return nil
	}
	switch run := bytes.TrimSuffix(rest[at+1:], []byte(")")); string(bytes.TrimSpace(rest[:at])) {
	case "CMD", "CMDOUT", "CMDEND":
		l[command] = run
		return cronRun
	case "REPLACE", "DELETE", "END EDIT", "RELOAD":
		l[userTarget] = run
		return cronEdited
	case "LIST", "BEGIN EDIT":
		l[userTarget] = run
		return cronRead
	}
	return nil
}

// logind reads New session N of user NAME. and what follows of it.
func (l *line) logind(m []byte) *class {
	if rest, ok := cut(m, "New session "); ok {
		number, name, _ := bytes.Cut(rest, []byte(" of user "))
		name, _, _ = bytes.Cut(name, []byte(" with class "))
		l[sessionID], l[userName] = bytes.Trim(number, "'"), bytes.Trim(name, ".'")
		return sessionStarted
	}
	if rest, ok := cut(m, "Removed session "); ok {
		l[sessionID] = bytes.Trim(rest, ".'")
		return sessionEnded
	}
	if rest, ok := cut(m, "Session "); ok {
		l[sessionID], rest = cutWord(rest)
		if bytes.HasPrefix(rest, []byte("logged out")) {
			return sessionEnded
		}
		return nil
	}
	if bytes.HasPrefix(m, []byte("System is ")) || contains(m, "will be shut down") {
		return hostShuts
	}
	return nil
}

var root = []byte("root")

// login reads LOGIN ON tty BY NAME, ROOT LOGIN ON tty and FAILED LOGIN … FOR NAME.
func (l *line) login(m []byte) *class {
	if contains(m, "FAILED LOGIN") || contains(m, "TOO MANY LOGIN TRIES") {
		if _, rest, ok := bytes.Cut(m, []byte("FOR ")); ok {
			if l[userName], _ = quoted(rest); l[userName] == nil {
				l[userName], _, _ = bytes.Cut(rest, []byte(","))
			}
		}
		if host := source.Between(m, "FROM ", " FOR"); isPeer(host) {
			l[peerAddress] = host
		}
		return loginFailed
	}
	rest, ok := cut(bytes.TrimPrefix(m, []byte("DIALUP AT ")), "LOGIN ON ")
	if behind, isRoot := cut(m, "ROOT LOGIN "); isRoot {
		l[userName] = root
		_, rest, _ = bytes.Cut(behind, []byte("ON "))
		ok = true
	}
	if !ok {
		return nil
	}
	tty, rest := cutWord(rest)
	l[terminal] = bytes.Trim(tty, "'")
	if name, ok := cut(rest, "BY "); ok {
		l[userName], _ = cutWord(name)
	}
	if _, from, ok := bytes.Cut(rest, []byte("FROM ")); ok && isPeer(from) {
		l[peerAddress] = from
	}
	return loginDone
}

// polkit reads who was authenticated to do what, and what pkexec runs.
func (l *line) polkit(m []byte) *class {
	if who, rest, ok := bytes.Cut(m, []byte(": Executing command [USER=")); ok {
		l[userName] = who
		l[userEffective], _, _ = bytes.Cut(rest, []byte("]"))
		l[terminal], l[workingDirectory], l[command] = source.Between(rest, "[TTY=", "]"), source.Between(rest, "[CWD=", "]"), source.Between(rest, "[COMMAND=", "]")
		return pkexecRun
	}
	if name := source.Between(m, "unix-user:", " "); name != nil {
		l[userEffective] = name
	}
	switch {
	case contains(m, "successfully authenticated"):
		return polkitGranted
	case contains(m, "FAILED to authenticate"):
		return polkitRefused
	case bytes.HasPrefix(m, []byte("Registered Authentication Agent")), bytes.HasPrefix(m, []byte("Unregistered Authentication Agent")):
		return polkitAgent
	}
	return nil
}
