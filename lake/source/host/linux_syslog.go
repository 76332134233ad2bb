package host

import (
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// LinuxSyslog is /var/log/messages and /var/log/syslog.
func LinuxSyslog() *source.Source {
	return &source.Source{
		Name:    "linux_syslog",
		Title:   "Linux system log (messages, syslog)",
		Version: "1",
		Docs:    linuxDocs(),
		Keys:    []string{`(?i)(^|[/_.-])linux([/_.-]|$)`, `(?i)(^|/)(var/log/)?(messages|syslog)([/_.-]|$)`},
		Looks: func(head []byte) bool {
			lines, logins := looksLikeSyslog(head)
			return lines > 0 && 2*logins < lines
		},
		Notes: linuxTimes + "Messages of logins and of users, where they are in this log, have the columns that they have in linux_secure.",

		Framing: frame.Framing{Kind: frame.Multiline, First: startsLine},
		Divide:  linuxLog,
		Static:  source.Fixed("event.kind", "event", "event.module", "system", "event.dataset", "system.syslog"),
		Map:     linuxMap(),
		Extra:   linuxExtra(),
		Finish:  finishLinux,
	}
}
