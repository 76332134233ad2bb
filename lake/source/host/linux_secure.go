package host

import (
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// linuxDocs define the lines of syslog and the messages in them that are known.
func linuxDocs() []string {
	return []string{
		"https://www.rfc-editor.org/rfc/rfc3164",
		"https://www.rfc-editor.org/rfc/rfc5424",
		"https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html",
	}
}

const linuxTimes = "A time without a zone is taken as UTC. One without a year is of the last year in which it is not later than the time " +
	"in the envelope, else than the date in the key, else than the ingestion: then the event is tagged year-of-ingestion. "

// LinuxSecure is /var/log/secure and /var/log/auth.log.
func LinuxSecure() *source.Source {
	return &source.Source{
		Name:    "linux_secure",
		Title:   "Linux authentication log (secure, auth.log)",
		Version: "1",
		Docs:    append(linuxDocs(), "https://man.openbsd.org/sshd", "https://www.sudo.ws/docs/man/sudoers.man/#EVENT_LOGGING"),
		Keys:    []string{`(?i)linux.*secure`, `(?i)(^|[/_.-])(secure|auth\.log)([/_.-]|$)`},
		Looks: func(head []byte) bool {
			lines, logins := looksLikeSyslog(head)
			return lines > 0 && 2*logins >= lines
		},
		Notes: linuxTimes + "Known are the messages of sshd, sudo, su, PAM, the shadow tools, passwd, cron, systemd-logind, login and polkit; " +
			"of others only what every line has. Lines that begin with a space go on from the line before.",

		Framing: frame.Framing{Kind: frame.Multiline, First: startsLine},
		Divide:  linuxLog,
		Static:  source.Fixed("event.kind", "event", "event.module", "system", "event.dataset", "system.auth"),
		Map:     linuxMap(),
		Extra:   linuxExtra(),
		Finish:  finishLinux,
	}
}
