package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// windowsUsers are the users of an event: who acted, and on whom or as whom.
type windowsUsers struct {
	subject, target, account      account
	targetSID, member, memberSID  source.In
	oldName, newName              source.In
	user, acted, on, group, owner accountOut // who acted, as whom, on whom, the group, the group that a member is of
	computer                      accountOut
	changes, related              source.Out
}

// account is where an event names a user.
type account struct{ id, name, domain source.In }

// accountOut is where a user goes.
type accountOut struct{ id, name, domain source.Out }

func bindWindowsUsers(b *source.Binding) windowsUsers {
	in := func(id, name, domain string) account {
		return account{b.In("data." + id), b.In("data." + name), b.In("data." + domain)}
	}
	out := func(to string) accountOut {
		return accountOut{b.Out(to + ".id"), b.Out(to + ".name"), b.Out(to + ".domain")}
	}
	return windowsUsers{
		subject: in("SubjectUserSid", "SubjectUserName", "SubjectDomainName"), target: in("TargetUserSid", "TargetUserName", "TargetDomainName"),
		account: in("AccountSid", "AccountName", "AccountDomain"), targetSID: b.In("data.TargetSid"),
		member: b.In("data.MemberName"), memberSID: b.In("data.MemberSid"), oldName: b.In("data.OldTargetUserName"), newName: b.In("data.NewTargetUserName"),
		user: out("user"), acted: out("user.effective"), on: out("user.target"), group: out("group"), owner: out("user.target.group"),
		computer: out("winlog.computerObject"), changes: b.Out("user.changes.name"), related: b.Out("related.user"),
	}
}

// role is what the target of an event is.
type role uint8

const (
	isObject   role = iota // acted on
	isActor                // who acts: logs on, asks for a ticket
	isDisguise             // whom the subject acts as
	isGroup
	isComputer
)

func roleOf(id int64) role {
	switch id {
	case 4624, 4625, 4634, 4647, 4768, 4769, 4770, 4771, 4776, 4777, 4964, 4772, 4773, 4820, 4821, 4822, 4824, 4825:
		return isActor
	case 4648, 4688:
		return isDisguise
	case 4741, 4742, 4743:
		return isComputer
	case 4736, 4738, 4739, 4740:
		return isObject
	case 4799:
		return isGroup
	}
	if id >= 4727 && id <= 4737 || id >= 4744 && id <= 4764 {
		return isGroup
	}
	return isObject
}

func (u *windowsUsers) set(e *source.Event, id int64) {
	switch roleOf(id) {
	case isActor:
		u.copy(e, &u.user, &u.target)
		e.SetNew(u.user.id, e.Text(u.targetSID))
		e.Set(u.related, e.Text(u.subject.name))
		return
	case isDisguise:
		u.copy(e, &u.user, &u.subject)
		u.copy(e, &u.acted, &u.target)
	case isGroup:
		u.copy(e, &u.user, &u.subject)
		u.members(e)
	case isComputer:
		u.copy(e, &u.user, &u.subject)
		u.copy(e, &u.computer, &u.target)
		e.SetNew(u.computer.id, e.Text(u.targetSID))
	default:
		u.object(e)
	}
}

// object fills the user who acted and the one that was acted on.
func (u *windowsUsers) object(e *source.Event) {
	u.copy(e, &u.user, &u.subject)
	to := &u.on
	if !e.Filled(u.user.name) {
		u.copy(e, &u.user, &u.account)
	}
	if !e.Filled(u.user.name) {
		to = &u.user
	}
	u.copy(e, to, &u.target)
	e.SetNew(to.id, e.Text(u.targetSID))
	e.SetNew(u.on.name, e.Text(u.oldName))
	e.Set(u.changes, e.Text(u.newName))
}

// copy fills an account. Of a name with a realm behind it, the name alone is taken.
func (u *windowsUsers) copy(e *source.Event, to *accountOut, from *account) {
	name, _, _ := bytes.Cut(e.Text(from.name), []byte("@"))
	e.Set(to.id, e.Text(from.id))
	e.Set(to.name, name)
	e.Set(to.domain, e.Text(from.domain))
}

// members fills a group, and the member that joined or left it: CN=Ann,OU=Users,DC=example,DC=com.
func (u *windowsUsers) members(e *source.Event) {
	sid := e.Text(u.target.id)
	if sid == nil {
		sid = e.Text(u.targetSID)
	}
	name, domain := e.Text(u.target.name), e.Text(u.target.domain)
	e.Set(u.group.id, sid)
	e.Set(u.group.name, name)
	e.Set(u.group.domain, domain)
	if !e.Has(u.member) && !e.Has(u.memberSID) {
		return
	}
	member, rest, _ := bytes.Cut(e.Text(u.member), []byte(","))
	if at := bytes.IndexByte(member, '='); at >= 0 {
		member = member[at+1:]
	}
	e.Set(u.on.name, member)
	e.Set(u.on.id, e.Text(u.memberSID))
	for len(rest) > 0 {
		var part []byte
		part, rest, _ = bytes.Cut(rest, []byte(","))
		if len(part) > 3 && (part[0]|0x20) == 'd' && (part[1]|0x20) == 'c' && part[2] == '=' {
			e.Set(u.on.domain, part[3:])
			break
		}
	}
	e.Set(u.owner.id, sid)
	e.Set(u.owner.name, name)
	e.Set(u.owner.domain, domain)
}
