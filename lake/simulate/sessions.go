package simulate

import "time"

// menuKind is a habit: which calls a caller makes, and how often.
type menuKind int

const (
	human menuKind = iota // people at the console and the command line
	deploy
	workload
	watch   // a third party's monitoring
	service // AWS itself
	foreign // another account that was let into a bucket
	menuKinds
)

// session is one caller with one set of credentials.
type session struct {
	identity string // the userIdentity object
	arn      string
	address  string
	agent    string
	menu     menuKind
	endpoint string // VPC endpoint that it comes through
	console  bool
}

// userSession calls with the user's long-lived key.
func userSession(u *user, menu menuKind) *session {
	return &session{
		identity: `{"type":"IAMUser","principalId":"` + u.id + `","arn":"` + u.arn() + `","accountId":"` + u.account.id +
			`","accessKeyId":"` + u.key + `","userName":"` + u.name + `"}`,
		arn: u.arn(), address: u.address, agent: u.agent, menu: menu,
	}
}

// consoleSession is the user's browser.
func consoleSession(u *user, key, agent, address string, since time.Time, mfa string) *session {
	return &session{
		identity: `{"type":"IAMUser","principalId":"` + u.id + `","arn":"` + u.arn() + `","accountId":"` + u.account.id +
			`","accessKeyId":"` + key + `","userName":"` + u.name + `","sessionContext":{"attributes":{"creationDate":"` +
			since.Format(time.RFC3339) + `","mfaAuthenticated":"` + mfa + `"}}}`,
		arn: u.arn(), address: address, agent: agent, menu: human, console: true,
	}
}

// roleSession is one session of a role; name, address and agent come from the role, or from the instance that has it.
func roleSession(d *dice, r *role, h *host, since time.Time) *session {
	name, address := r.session, r.address
	delivery := ""
	if name == "" {
		name, address = h.id, h.private
		delivery = `,"ec2RoleDelivery":"2.0"`
	}
	s := &session{address: address, agent: r.agent, menu: r.menu}
	s.arn = "arn:aws:sts::" + r.account.id + ":assumed-role/" + r.name + "/" + name
	s.identity = `{"type":"AssumedRole","principalId":"` + r.id + `:` + name + `","arn":"` + s.arn + `","accountId":"` + r.account.id +
		`","accessKeyId":"ASIA` + d.name(upperAlnum, 9) + `EXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"` + r.id +
		`","arn":"` + r.arn() + `","accountId":"` + r.account.id + `","userName":"` + r.name +
		`"},"attributes":{"creationDate":"` + since.Format(time.RFC3339) + `","mfaAuthenticated":"false"}` + delivery + `}}`
	if r.menu == workload && r.session == "" {
		s.endpoint = "vpce-0" + h.vpc[5:21]
	}
	return s
}

func serviceSession(name string) *session {
	return &session{
		identity: `{"type":"AWSService","invokedBy":"` + name + `"}`,
		address:  name, agent: name, menu: service,
	}
}

func rootSession(d *dice, a *account, since time.Time) *session {
	arn := "arn:aws:iam::" + a.id + ":root"
	return &session{
		identity: `{"type":"Root","principalId":"` + a.id + `","arn":"` + arn + `","accountId":"` + a.id + `","accessKeyId":"ASIA` +
			d.name(upperAlnum, 9) + `EXAMPLE","sessionContext":{"attributes":{"creationDate":"` + since.Format(time.RFC3339) +
			`","mfaAuthenticated":"true"}}}`,
		arn: arn, address: "192.0.2.240", agent: browsers[0], menu: human, console: true,
	}
}

// foreignSession is a caller of another account, as the owner of the resource sees it.
func foreignSession(u *user) *session {
	return &session{
		identity: `{"type":"AWSAccount","principalId":"` + u.id + `","accountId":"` + u.account.id + `"}`,
		arn:      u.arn(), address: u.address, agent: u.agent, menu: foreign,
	}
}

// sessions are the callers of a trail in one window, with the busy ones named more than once.
func (t *trail) sessions(d *dice, at time.Time) []*session {
	since := at.Add(-time.Duration(d.IntN(55)) * time.Minute)
	var all []*session
	for _, r := range t.account.roles {
		s := roleSession(d, r, pick(d, t.hosts), since)
		all = append(all, s)
		if r.menu == workload {
			all = append(all, s, s, roleSession(d, r, pick(d, t.hosts), since))
		}
	}
	for _, name := range []string{"ec2.amazonaws.com", "lambda.amazonaws.com", "cloudtrail.amazonaws.com", "ecs-tasks.amazonaws.com",
		"config.amazonaws.com", "autoscaling.amazonaws.com", "rds.amazonaws.com", "backup.amazonaws.com", "delivery.logs.amazonaws.com"} {
		all = append(all, serviceSession(name))
	}
	u := t.somebody(d, at)
	all = append(all, userSession(u, human), userSession(t.somebody(d, at), deploy))
	if d.chance(0.3) {
		all = append(all, consoleSession(u, "ASIA"+d.name(upperAlnum, 9)+"EXAMPLE", pick(d, browsers), u.address, since, "true"))
	}
	if d.chance(0.2) {
		all = append(all, foreignSession(pick(d, t.neighbour.users)))
	}
	if d.chance(0.004) {
		all = append(all, rootSession(d, t.account, since))
	}
	return all
}

// somebody is a user of the account whose key has not been turned off.
func (t *trail) somebody(d *dice, at time.Time) *user {
	u := pick(d, t.account.users)
	for t.w.incident.over(at) && (u.name == victimUser || u.name == backdoorUser) {
		u = pick(d, t.account.users)
	}
	return u
}
