package host_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/host"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestSyslogLines(t *testing.T) {
	const at = "2026-01-31T10:00:00Z "
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"a line of RFC 3164", "Jan 31 10:00:00 web-1 app[12]: hello: world", map[string]any{
			"@timestamp": "2026-01-31T10:00:00.000Z", "host.hostname": "web-1", "process.name": "app", "process.pid": 12.0, "message": "hello: world"}},
		{"a day of one digit", "Jan  3 10:00:00 web-1 app: x", map[string]any{"@timestamp": "2026-01-03T10:00:00.000Z"}},
		{"a day of one digit behind one space", "Jan 3 10:00:00 web-1 app: x", map[string]any{"@timestamp": "2026-01-03T10:00:00.000Z", "host.hostname": "web-1"}},
		{"a year behind the day", "Mar 3 2024 10:00:00.250 web-1 app: x", map[string]any{"@timestamp": "2024-03-03T10:00:00.250Z", "tags": nil}},
		{"a time of ISO 8601", "2026-01-31T10:00:00.123456+05:30 web-1 app: x", map[string]any{"@timestamp": "2026-01-31T04:30:00.123Z", "tags": nil}},
		{"a time of ISO 8601 with a space", "2026-01-31 10:00:00 web-1 app: x", map[string]any{"@timestamp": "2026-01-31T10:00:00.000Z", "host.hostname": "web-1"}},
		{"a time without a zone is UTC", "2026-01-31T10:00:00 web-1 app: x", map[string]any{"@timestamp": "2026-01-31T10:00:00.000Z"}},
		{"a month that would be later than the ingestion is of the year before", "Mar  1 10:00:00 web-1 app: x", map[string]any{"@timestamp": "2025-03-01T10:00:00.000Z", "tags": sourcetest.List("year-of-ingestion")}},
		{"a 29th of February is of the last year that had one", "Feb 29 10:00:00 web-1 app: x", map[string]any{"@timestamp": "2024-02-29T10:00:00.000Z"}},
		{"a priority", "<13>Jan 31 10:00:00 web-1 app: x", map[string]any{"log.syslog.priority": 13.0, "log.syslog.facility.code": 1.0, "log.syslog.severity.code": 5.0, "log.syslog.severity.name": "Notice"}},
		{"no host", "Jan 31 10:00:00  app[1]: x", map[string]any{"host.hostname": nil, "process.name": "app"}},
		{"a program in the place of the host", "Jan 31 10:00:00 app[1]: x", map[string]any{"host.hostname": nil, "process.name": "app", "message": "x"}},
		{"neither host nor program", "Jan 31 10:00:00 last message repeated 2 times", map[string]any{"host.hostname": nil, "process.name": nil, "message": "last message repeated 2 times"}},
		{"no program", at + "web-1 some words: others", map[string]any{"host.hostname": "web-1", "process.name": nil, "message": "some words: others"}},
		{"a program with a path", at + "web-1 /usr/sbin/cron[5]: (root) CMD (true)", map[string]any{"process.name": "/usr/sbin/cron", "process.command_line": "true"}},
		{"an IPv6 host", at + "2001:db8::5 app: x", map[string]any{"host.hostname": "2001:db8::5", "process.name": "app"}},
		{"all dashes of RFC 5424", "<34>1 - - - - - - the message", map[string]any{"message": "the message", "host.hostname": nil}},
		{"a byte order mark before a message", "<34>1 2026-01-31T10:00:00Z h a - - - \xef\xbb\xbfx", map[string]any{"message": "x"}},
		{"structured data of two elements", `<34>1 2026-01-31T10:00:00Z h a - - [x k="v" l=""][y] m`, map[string]any{
			"log.syslog.structured_data.x.k": "v", "log.syslog.structured_data.x.l": "", "message": "m"}},
		{"addresses in a message that nobody knows", at + "h named: client 192.0.2.1#53 (2001:db8::7): 10.0.0.1:8080, v1.2.3.4 1.2.3.4-el7 08:00:37 5.6.7.8.", map[string]any{
			"related.ip": sourcetest.List("192.0.2.1", "2001:db8::7", "10.0.0.1", "5.6.7.8")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, host.LinuxSyslog(), "k")
			r.Norm.Delivered(nil)
			if strings.HasPrefix(c.record, "<34>1 - ") {
				r.Norm.Delivered(&envelope.Info{Time: []byte("1769853600000")})
			}
			sourcetest.Check(t, r.Document(c.record), c.want)
		})
	}
}

func TestYearsAreOfWhatIsKnown(t *testing.T) {
	const record = "Dec 31 23:59:58 web-1 app: x"
	for _, c := range []struct {
		name, key string
		by        *envelope.Info
		want      string
	}{
		{"the time of a log event", "linux/2020/01/01/x", &envelope.Info{Time: []byte("1704067200000")}, "2023-12-31T23:59:58.000Z"},
		{"the time of an event", "k", &envelope.Info{Time: []byte("2024-01-01T00:00:00Z")}, "2023-12-31T23:59:58.000Z"},
		{"the date in the key", "linux/2020/01/01/x", nil, "2019-12-31T23:59:58.000Z"},
		{"the day itself in the key", "linux/secure-20201231.gz", nil, "2020-12-31T23:59:58.000Z"},
		{"the last date in the key", "2010-01-01/year=2022/month=03/day=04/x", nil, "2021-12-31T23:59:58.000Z"},
		{"an account is no date", "111122223333/20221399/x", nil, "2025-12-31T23:59:58.000Z"},
		{"a zone ahead of UTC", "k", &envelope.Info{Time: []byte("1735645000000")}, "2024-12-31T23:59:58.000Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, host.LinuxSyslog(), c.key)
			r.Norm.Delivered(c.by)
			sourcetest.Check(t, r.Document(record), map[string]any{"@timestamp": c.want})
		})
	}
}

func TestInstancesAreNamedByTheLogStream(t *testing.T) {
	for stream, want := range map[string]any{
		"i-0123456789abcdef0": "i-0123456789abcdef0", "i-0123456789abcdef0.secure": "i-0123456789abcdef0", "i-01234567": "i-01234567",
		"web-1": nil, "i-": nil, "i-012345": nil, "": nil,
	} {
		r := sourcetest.New(t, host.LinuxSecure(), "k")
		r.Norm.Delivered(&envelope.Info{LogStream: []byte(stream)})
		sourcetest.Check(t, r.Document("2026-01-31T10:00:00Z h app: x"), map[string]any{"cloud.instance.id": want})
	}
}

func TestMessages(t *testing.T) {
	for _, c := range []struct {
		name, program, message string
		want                   map[string]any
	}{
		{"a name that looks like a message", "sshd", "Failed password for invalid user a for b from 192.0.2.1 port 1 ssh2 from 203.0.113.77 port 2 ssh2", map[string]any{
			"user.name": "a for b from 192.0.2.1 port 1 ssh2", "source.ip": "203.0.113.77", "source.port": 2.0, "system.auth.ssh.method": "password"}},
		{"no name", "sshd", "Invalid user from 203.0.113.77 port 2", map[string]any{"user.name": nil, "source.ip": "203.0.113.77"}},
		{"a key's fingerprint", "sshd", "Accepted publickey for a from 2001:db8::1 port 2 ssh2: RSA-CERT SHA256:ab ID x (serial 0) CA ED25519 SHA256:cd", map[string]any{
			"system.auth.ssh.fingerprint": "SHA256:ab", "related.hash": sourcetest.List("SHA256:ab"), "source.ip": "2001:db8::1", "event.outcome": "success"}},
		{"a host's name for an address", "sshd", "error: PAM: User not known for illegal user test from test.example.com", map[string]any{
			"user.name": "test", "source.domain": "test.example.com", "source.ip": nil, "related.hosts": sourcetest.List("h", "test.example.com"), "event.outcome": "failure"}},
		{"a client that is too old", "sshd", "Received disconnect from 10.0.2.2: 11: disconnected by user", map[string]any{"source.ip": "10.0.2.2", "event.reason": "11: disconnected by user"}},
		{"a user who disconnects", "sshd", "Disconnected from user deploy 203.0.113.7 port 4", map[string]any{"user.name": "deploy", "source.port": 4.0, "event.action": "ssh_disconnect"}},
		{"nobody who disconnects", "sshd", "Disconnected from 203.0.113.7 port 4", map[string]any{"user.name": nil, "source.ip": "203.0.113.7"}},
		{"a connection that is dropped", "sshd", "drop connection #10 from [203.0.113.7]:51022 on [10.0.0.5]:22 past MaxStartups", map[string]any{"source.ip": "203.0.113.7", "source.port": 51022.0, "event.outcome": "failure"}},
		{"a session of sftp", "sshd-session", "Starting session: subsystem 'sftp' for deploy from 203.0.113.7 port 4 id 0", map[string]any{"source.ip": "203.0.113.7", "event.category": sourcetest.List("session")}},
		{"the root, who may not", "sshd", "ROOT LOGIN REFUSED FROM 203.0.113.7 port 4", map[string]any{"source.ip": "203.0.113.7", "event.outcome": "failure"}},
		{"a login that SSSD has let in", "sshd", "pam_sss(sshd:auth): authentication success; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7 user=deploy", map[string]any{
			"event.outcome": "success", "user.name": "deploy", "source.ip": "203.0.113.7", "system.auth.pam.module": "pam_sss"}},
		{"a failure without an address", "sudo", "pam_unix(sudo:auth): authentication failure; logname=a uid=1 euid=0 tty=/dev/pts/1 ruser=b rhost=  user=b", map[string]any{
			"event.outcome": "failure", "user.name": "b", "source.address": nil}},
		{"a password that could not be changed", "passwd", "pam_unix(passwd:chauthtok): new password not acceptable", map[string]any{"event.outcome": "failure", "event.action": "password-changed"}},
		{"a requirement that a user does not meet", "sshd", `pam_succeed_if(sshd:auth): requirement "uid >= 1000" not met by user "root"`, map[string]any{"user.name": "root"}},
		{"a command of three passwords", "sudo", "a : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; GROUP=g ; ENV=A=b ; COMMAND=/bin/id", map[string]any{
			"system.auth.sudo.error": "3 incorrect password attempts", "event.outcome": "failure", "group.name": "g", "process.working_directory": "/"}},
		{"a service that is started", "sudo", "a : TTY=x ; PWD=/ ; USER=root ; COMMAND=/bin/systemctl start sshd.service", map[string]any{"service.name": "sshd", "event.action": "service-start"}},
		{"a service that is looked at", "sudo", "a : TTY=x ; PWD=/ ; USER=root ; COMMAND=/bin/systemctl status sshd", map[string]any{"service.name": nil, "event.action": nil}},
		{"a command that goes on", "sudo", "a : (command continued) '/etc/x)", map[string]any{"user.name": nil, "event.category": nil}},
		{"su of the shadow tools", "su", "Successful su for root by deploy", map[string]any{"user.name": "deploy", "user.effective.name": "root", "event.outcome": "success"}},
		{"su of util-linux", "su", "(to root) deploy on pts/0", map[string]any{"user.name": "deploy", "user.effective.name": "root", "event.outcome": "success"}},
		{"su that failed", "su[1]", "- pts/1 deploy:root", map[string]any{"user.name": "deploy", "event.outcome": "failure", "process.pid": 1.0}},
		{"a group that useradd makes", "useradd", "new group: name=g, GID=5", map[string]any{"group.name": "g", "group.id": "5", "user.name": nil, "event.type": sourcetest.List("group", "creation")}},
		{"a group that is changed", "groupmod", "group changed in /etc/group (group ops/1002, new name: dev)", map[string]any{"event.action": "group-changed", "event.outcome": "success"}},
		{"a password that root changes", "passwd", "password for 'build' changed by 'root'", map[string]any{"user.name": "root", "user.target.name": "build"}},
		{"a member who leaves", "gpasswd", "user a removed by root from group docker", map[string]any{"event.action": "group-user-removed", "group.name": "docker", "user.target.name": "a"}},
		{"a session of logind's newer ones", "systemd-logind", "New session '12' of user 'a' with class 'user' and type 'tty'.", map[string]any{"system.auth.session": "12", "user.name": "a"}},
		{"a host that shuts down", "systemd-logind", "System is rebooting.", map[string]any{"event.category": sourcetest.List("host")}},
		{"a login at the console", "login", "LOGIN ON tty1 BY deploy", map[string]any{"user.name": "deploy", "system.auth.tty": "tty1"}},
		{"an authorisation that was not given", "polkitd", "Operator of unix-session:1 FAILED to authenticate to gain authorization for action org.x for unix-process:1 [x] (owned by unix-user:deploy )", map[string]any{"event.outcome": "failure"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, host.LinuxSecure(), "k").Document("2026-01-31T10:00:00Z h "+c.program+": "+c.message), c.want)
		})
	}
}

// FuzzSSHName makes sure that no name moves the address that it comes from.
func FuzzSSHName(f *testing.F) {
	f.Add("root")
	f.Add("a from 192.0.2.1 port 1 ssh2")
	f.Add(" from 192.0.2.1 port 1")
	r := sourcetest.New(f, host.LinuxSecure(), "k")
	f.Fuzz(func(t *testing.T, name string) {
		if strings.ContainsAny(name, "\r\n") {
			t.Skip("syslog escapes it")
		}
		r.T = t
		for _, message := range []string{
			"Failed password for invalid user %s from 203.0.113.7 port 4 ssh2", "Invalid user %s from 203.0.113.7 port 4",
			"Connection closed by invalid user %s 203.0.113.7 port 4 [preauth]",
		} {
			r.Batch.Reset()
			got := r.Document("2026-01-31T10:00:00Z h sshd[1]: " + fmt.Sprintf(message, name))
			sourcetest.Check(t, got, map[string]any{"source.ip": "203.0.113.7", "source.port": 4.0, "related.ip": sourcetest.List("203.0.113.7")})
		}
	})
}

func TestLinesMakeNoGarbage(t *testing.T) {
	for name, c := range map[string]struct {
		source *source.Source
		line   string
	}{
		"a login":            {host.LinuxSecure(), "Jan 31 10:00:00 web-1 sshd[1]: Accepted publickey for a from 203.0.113.77 port 41022 ssh2: RSA SHA256:x"},
		"structured data":    {host.LinuxSecure(), `<86>1 2026-01-31T08:20:50.673934+02:00 h sshd 9 - [a@1 b="c"] Connection closed by invalid user x 203.0.113.80 port 1`},
		"a command":          {host.LinuxSecure(), "Jan 31 10:00:00 web-1 sudo:   a : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id"},
		"an unknown program": {host.LinuxSyslog(), "Jan 31 10:00:00 web-1 dhclient[6]: DHCPACK of 10.0.1.5 from 10.0.1.1"},
	} {
		t.Run(name, func(t *testing.T) { sourcetest.NoGarbage(t, c.source, c.line) })
	}
}

func BenchmarkLinuxSecure(b *testing.B) {
	sourcetest.Bench(b, host.LinuxSecure(), func(n int) string {
		switch n % 4 {
		case 0:
			return fmt.Sprintf("Jan 31 10:%02d:%02d web-%d sshd[%d]: Failed password for invalid user admin%d from 203.0.113.%d port %d ssh2", n/60%60, n%60, n%9, 1000+n%900, n%70, n%250, 1024+n*31%60000)
		case 1:
			return fmt.Sprintf("Jan 31 10:%02d:%02d web-%d sshd[%d]: pam_unix(sshd:session): session opened for user ec2-user(uid=1000) by (uid=0)", n/60%60, n%60, n%9, 1000+n%900)
		case 2:
			return fmt.Sprintf("Jan 31 10:%02d:%02d web-%d sudo[%d]: ec2-user : TTY=pts/0 ; PWD=/home/ec2-user ; USER=root ; COMMAND=/usr/bin/tail -n %d /var/log/app.log", n/60%60, n%60, n%9, 1000+n%900, n%200)
		}
		return fmt.Sprintf("Jan 31 10:%02d:%02d web-%d sshd[%d]: Connection closed by authenticating user root 203.0.113.%d port %d [preauth]", n/60%60, n%60, n%9, 1000+n%900, n%250, 1024+n*31%60000)
	})
}

func BenchmarkLinuxSyslog(b *testing.B) {
	sourcetest.Bench(b, host.LinuxSyslog(), func(n int) string {
		return fmt.Sprintf("2026-01-31T10:%02d:%02d.%06d+00:00 ip-10-0-1-%d systemd[1]: Started session-%d.scope - Session %d of User ec2-user.", n/60%60, n%60, n*7919%1000000, n%200, n, n)
	})
}
