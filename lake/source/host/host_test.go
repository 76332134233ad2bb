package host_test

import (
	"testing"

	"github.com/hindcast/hindcast/lake/source/host"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestHostileRecords(t *testing.T) {
	for _, s := range host.Sources() {
		sourcetest.Hostile(t, s)
	}
}

func FuzzSources(f *testing.F) {
	sourcetest.Fuzz(f, host.Sources(),
		"Jan 31 10:00:00 web-1 sshd[1]: Failed password for invalid user a from b from 203.0.113.77 port 41022 ssh2: RSA SHA256:x",
		`<86>1 2026-01-31T08:20:50.673934+02:00 h sshd 97641 - [a@1 b="\"c\]"][d] Connection closed by invalid user x 203.0.113.80 port 1 [preauth]`,
		"Jan 31 10:00:00 web-1 sudo:   a : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/systemctl stop x ; y",
		"Jan 31 10:00:00 web-1 su: pam_unix(su-l:session): session opened for user root(uid=0) by a(uid=1)",
		"Jan 31 10:00:00 web-1 userdel[1]: removed shadow group 'a' owned by 'b'",
		"Jan 31 10:00:00 web-1 gpasswd[1]: user a added by b to group c",
		"Jan 31 10:00:00 web-1 crontab[1]: (a) REPLACE (a)",
		"Jan 31 10:00:00 web-1 login: FAILED LOGIN (1) on '/dev/tty1' FROM 192.0.2.1 FOR 'root', x",
		"Jan 31 10:00:00 web-1 pkexec[1]: a: Executing command [USER=root] [TTY=x] [CWD=y] [COMMAND=z]",
		`<Event xmlns="x"><System><Provider Name='a' Guid="b"/><EventID Qualifiers='1'>4625</EventID><Keywords>0x8010000000000000</Keywords><TimeCreated SystemTime='2026-01-15T09:00:00.1Z'/></System>`+
			`<EventData><Data Name='TargetUserName'>a@b</Data><Data>1</Data><Data Name="Status">0xc000006d</Data><Data Name='IpAddress'>::1</Data><![CDATA[x]]></EventData><RenderingInfo><Message>&#13;&amp;</Message></RenderingInfo></Event>`,
		`<Event><System><EventID>4728</EventID><TimeCreated SystemTime='2026-01-15T09:00:00Z'/></System><UserData><A><MemberName>CN=a,DC=b</MemberName></A></UserData></Event>`,
		"Jan 31 10:00:00 web-1 dhclient: DHCPACK of 10.0.1.5 from 2001:db8::1, 1.2.3.4.5 ::",
	)
}
