package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// What the messages of programs are that change users, and of those by which users act as others.
var (
	sudoRun       = newClass("-", "success", "process", "start")
	sudoRefused   = newClass("-", "failure", "process", "start")
	sudoStarts    = newClass("service-start", "success", "process", "start")
	sudoStops     = newClass("service-stop", "success", "process", "end")
	suDone        = newClass("su", "success", "authentication,session", "start")
	suFailed      = newClass("su", "failure", "authentication", "info")
	userCreated   = newClass("user-created", "success", "iam", "user,creation")
	userDeleted   = newClass("user-deleted", "success", "iam", "user,deletion")
	userChanged   = newClass("user-changed", "success", "iam", "user,change")
	groupCreated  = newClass("group-created", "success", "iam", "group,creation")
	groupDeleted  = newClass("group-deleted", "success", "iam", "group,deletion")
	groupChanged  = newClass("group-changed", "success", "iam", "group,change")
	userNotMade   = newClass("user-created", "failure", "iam", "user,creation")
	userNotGone   = newClass("user-deleted", "failure", "iam", "user,deletion")
	userNotNew    = newClass("user-changed", "failure", "iam", "user,change")
	groupNotMade  = newClass("group-created", "failure", "iam", "group,creation")
	groupNotGone  = newClass("group-deleted", "failure", "iam", "group,deletion")
	groupNotNew   = newClass("group-changed", "failure", "iam", "group,change")
	memberAdded   = newClass("group-member-added", "success", "iam", "user,change")
	memberRemoved = newClass("group-member-removed", "success", "iam", "user,deletion")
	memberJoins   = newClass("group-user-added", "success", "iam", "change")
	memberLeaves  = newClass("group-user-removed", "success", "iam", "change")
)

// sudo reads NAME : [ERROR ;] TTY=… ; PWD=… ; USER=… ; … ; COMMAND=…
func (l *line) sudo(m []byte) *class {
	name, rest, ok := bytes.Cut(m, []byte(" : "))
	if !ok || bytes.IndexByte(bytes.TrimSpace(name), ' ') >= 0 {
		return nil
	}
	head, run, ok := bytes.Cut(rest, []byte("COMMAND="))
	if !ok {
		return nil
	}
	l[userName] = bytes.TrimSpace(name)
	l[sudoCommand], l[command] = run, run
	for len(head) > 0 {
		var part []byte
		part, head, _ = bytes.Cut(head, []byte(" ; "))
		l.sudoPart(bytes.TrimSpace(part))
	}
	l[userEffective] = l[sudoUser]
	if l[sudoError] != nil {
		return sudoRefused
	}
	return l.systemctl(run)
}

func (l *line) sudoPart(part []byte) {
	key, value, ok := bytes.Cut(part, []byte("="))
	switch {
	case len(part) == 0:
	case !ok:
		l[sudoError] = part
	case string(key) == "TTY":
		l[sudoTTY] = value
	case string(key) == "PWD":
		l[sudoPWD], l[workingDirectory] = value, value
	case string(key) == "USER":
		l[sudoUser] = value
	case string(key) == "GROUP":
		l[groupName] = value
	}
}

// systemctl reads which service a command starts or stops.
func (l *line) systemctl(run []byte) *class {
	tool, rest := cutWord(run)
	verb, rest := cutWord(rest)
	if !bytes.HasSuffix(tool, []byte("systemctl")) || len(rest) == 0 {
		return sudoRun
	}
	unit, _ := cutWord(rest)
	switch string(verb) {
	case "start":
		l[serviceName] = bytes.TrimSuffix(unit, []byte(".service"))
		return sudoStarts
	case "stop":
		l[serviceName] = bytes.TrimSuffix(unit, []byte(".service"))
		return sudoStops
	}
	return sudoRun
}

// su reads the messages of its several authors.
func (l *line) su(m []byte) *class {
	if len(m) > 2 && m[1] == ' ' && (m[0] == '+' || m[0] == '-') { // + /dev/pts/1 root:tsg
		_, names := cutWord(m[2:])
		by, to, ok := bytes.Cut(names, []byte(":"))
		if !ok {
			return nil
		}
		l[userName], l[userEffective] = by, to
		return outcomeOfSu(m[0] == '+')
	}
	failed := bytes.HasPrefix(m, []byte("FAILED "))
	if to := source.Between(m, "(to ", ") "); to != nil { // [FAILED SU] (to root) tsg on pts/0
		_, rest, _ := bytes.Cut(m, []byte(") "))
		l[userEffective] = to
		l[userName], _ = cutWord(rest)
		return outcomeOfSu(!failed)
	}
	for _, start := range [...]string{"Successful su for ", "FAILED su for "} {
		if names, ok := cut(m, start); ok {
			l[userEffective], l[userName], _ = bytes.Cut(names, []byte(" by "))
			return outcomeOfSu(!failed)
		}
	}
	return nil
}

func outcomeOfSu(ok bool) *class {
	if ok {
		return suDone
	}
	return suFailed
}

// shadow reads the messages of useradd, userdel, usermod, groupadd, groupdel and groupmod.
func (l *line) shadow(m []byte) *class {
	if pairs, ok := cut(m, "new user: "); ok {
		l.pairs(pairs)
		l[userTarget], l[userTargetID] = l[userName], l[userID]
		return userCreated
	}
	for _, start := range [...]string{"new group: ", "group added to /etc/group: ", "group added to /etc/gshadow: "} {
		if pairs, ok := cut(m, start); ok {
			l.pairs(pairs)
			l[groupName], l[userName] = l[userName], nil
			return groupCreated
		}
	}
	if c := l.member(m); c != nil {
		return c
	}
	if c := l.group(m); c != nil {
		return c
	}
	c := classOfTool(l[logProgram], contains(m, "fail") || contains(m, "not ") || contains(m, "cannot "))
	if c == userDeleted || c == userChanged || c == userCreated {
		if _, rest, ok := bytes.Cut(m, []byte("user ")); ok {
			l[userName], _ = quoted(rest)
			l[userTarget] = l[userName]
		}
	}
	return c
}

// member reads add 'NAME' to [shadow] group 'GROUP' and delete 'NAME' from [shadow] group 'GROUP'.
func (l *line) member(m []byte) *class {
	rest, added := cut(m, "add ")
	rest, removed := cut(rest, "delete ")
	name, rest := quoted(rest)
	if name == nil || !added && !removed {
		return nil
	}
	_, rest, ok := bytes.Cut(rest, []byte("group "))
	if !ok {
		return nil
	}
	l[groupName], _ = quoted(rest)
	if l[userTarget] = name; added {
		l[userName] = name
		return memberAdded
	}
	return memberRemoved
}

// group reads group 'NAME' removed [from FILE] and removed [shadow] group 'NAME' [owned by 'USER'].
func (l *line) group(m []byte) *class {
	_, rest, ok := bytes.Cut(m, []byte("group "))
	if !ok {
		return nil
	}
	name, rest := quoted(rest)
	if name == nil {
		return nil
	}
	switch {
	case bytes.HasPrefix(m, []byte("removed ")):
		if _, owner, ok := bytes.Cut(rest, []byte(" owned by ")); ok {
			l[userTarget], _ = quoted(owner)
		}
	case !bytes.HasPrefix(rest, []byte(" removed")):
		l[groupName] = name
		return nil
	}
	l[groupName] = name
	return groupDeleted
}

// pairs reads name=…, UID=…, GID=…, home=…, shell=…
func (l *line) pairs(b []byte) {
	for len(b) > 0 {
		var pair []byte
		pair, b, _ = bytes.Cut(b, []byte(", "))
		key, value, _ := bytes.Cut(pair, []byte("="))
		switch string(key) {
		case "name":
			l[userName] = value
		case "UID":
			l[userID] = value
		case "GID":
			l[groupID] = value
		case "home":
			l[userHome] = value
		case "shell":
			l[userShell] = value
		case "from":
			l[terminal] = value
		}
	}
}

// classOfTool is what a tool does.
func classOfTool(tool []byte, failed bool) *class {
	done, not := userChanged, userNotNew
	switch string(tool[bytes.LastIndexByte(tool, '/')+1:]) {
	case "useradd", "adduser":
		done, not = userCreated, userNotMade
	case "userdel", "deluser":
		done, not = userDeleted, userNotGone
	case "groupadd":
		done, not = groupCreated, groupNotMade
	case "groupdel":
		done, not = groupDeleted, groupNotGone
	case "groupmod":
		done, not = groupChanged, groupNotNew
	}
	if failed {
		return not
	}
	return done
}
