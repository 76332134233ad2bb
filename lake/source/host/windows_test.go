package host_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source/host"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

// windowsEvent is an event of an id with pairs of data.
func windowsEvent(id int, keywords string, data ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>%d</EventID><Level>0</Level>`+
		`<Keywords>%s</Keywords><TimeCreated SystemTime="2026-01-15T09:00:00.123456700Z"/><EventRecordID>7</EventRecordID><Channel>Security</Channel><Computer>dc1</Computer></System><EventData>`, id, keywords)
	for i := 0; i+1 < len(data); i += 2 {
		fmt.Fprintf(&b, `<Data Name="%s">%s</Data>`, data[i], data[i+1])
	}
	return b.String() + "</EventData></Event>"
}

const auditSuccess, auditFailure = "0x8020000000000000", "0x8010000000000000"

func TestWindowsEvents(t *testing.T) {
	subject := []string{"SubjectUserSid", "S-1-5-21-1-2-3-1104", "SubjectUserName", "admin", "SubjectDomainName", "CORP", "SubjectLogonId", "0x5"}
	target := []string{"TargetSid", "S-1-5-21-1-2-3-1105", "TargetUserName", "ann", "TargetDomainName", "CORP"}
	both := append(append([]string{}, subject...), target...)
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"who logs on is the target", windowsEvent(4624, auditSuccess, append(both, "LogonType", "3", "IpAddress", "192.0.2.1")...), map[string]any{
			"user.name": "ann", "related.user": sourcetest.List("ann", "admin"), "winlog.logon.type": "Network", "winlog.logon.id": "0x5", "event.outcome": "success"}},
		{"a failure is told by the keywords", windowsEvent(4768, auditFailure, append(target, "Status", "0x6")...), map[string]any{"event.outcome": "failure", "error.code": "0x6", "winlog.keywords": sourcetest.List("Audit Failure")}},
		{"or by the table, where they are silent", windowsEvent(4625, "0x0", target...), map[string]any{"event.outcome": "failure", "event.action": "logon-failed"}},
		{"a status that nobody knows is kept", windowsEvent(4625, auditFailure, "Status", "0xC0000999", "SubStatus", "0x0", "FailureReason", "%%9"), map[string]any{
			"winlog.logon.failure.status": "0xC0000999", "winlog.logon.failure.sub_status": "Status OK", "winlog.logon.failure.reason": "%%9", "error.code": "0xC0000999"}},
		{"codes may be in capitals", windowsEvent(4625, auditFailure, "SubStatus", "0xC0000234"), map[string]any{"winlog.logon.failure.sub_status": "User logon with account locked"}},
		{"a user that is acted on", windowsEvent(4724, auditSuccess, both...), map[string]any{"user.name": "admin", "user.target.name": "ann", "user.target.id": "S-1-5-21-1-2-3-1105", "related.user": sourcetest.List("admin", "ann")}},
		{"a group and its member", windowsEvent(4732, auditSuccess, append(subject, "TargetUserName", "Admins", "TargetSid", "S-1-5-32-544", "TargetDomainName", "Builtin", "MemberName", "-", "MemberSid", "S-1-5-21-9")...), map[string]any{
			"group.name": "Admins", "group.id": "S-1-5-32-544", "user.target.id": "S-1-5-21-9", "user.target.name": nil, "user.target.group.name": "Admins", "related.user": sourcetest.List("admin")}},
		{"a group that is made has no member", windowsEvent(4727, auditSuccess, both...), map[string]any{"group.name": "ann", "user.target.group.name": nil}},
		{"a computer", windowsEvent(4742, auditSuccess, both...), map[string]any{"winlog.computerObject.name": "ann", "related.hosts": sourcetest.List("dc1", "ann"), "user.name": "admin", "user.target.name": nil}},
		{"a process that is started", windowsEvent(4688, auditSuccess, append(subject, "NewProcessId", "0x10", "NewProcessName", `C:\a.exe`, "ProcessId", "0x20", "ParentProcessName", `C:\b\c.exe`, "CommandLine", `a &lt;b&gt; &quot;c&quot;`)...), map[string]any{
			"process.pid": 16.0, "process.name": "a.exe", "process.parent.pid": 32.0, "process.parent.name": "c.exe", "process.command_line": `a <b> "c"`}},
		{"an id that is not in the table", windowsEvent(9999, auditSuccess, both...), map[string]any{"event.code": "9999", "event.action": nil, "event.category": nil, "user.name": "admin", "event.outcome": "success"}},
		{"an event that only has a target", windowsEvent(4609, auditSuccess, target...), map[string]any{"user.name": "ann", "user.target.name": nil}},
		{"an address that is none", windowsEvent(4779, auditSuccess, "AccountName", "ann", "ClientAddress", "LOCAL"), map[string]any{"source.address": "LOCAL", "source.ip": nil, "user.name": "ann"}},
		{"a version is no address", windowsEvent(1, "0x0", "FileVersion", "1.2.3.4", "Other", "192.0.2.5"), map[string]any{"related.ip": sourcetest.List("192.0.2.5")}},
		{"a name that stands three times", windowsEvent(1, "0x0", "a", "1", "a", "2", "a", "3"), map[string]any{"winlog.event_data.a": "1", "winlog.event_data.a_2": "2", "winlog.event_data.a_3": "3"}},
		{"tags with namespaces and quotes", `<e:Event xmlns:e='x'><e:System><e:Provider Name='a>b"c'/><e:TimeCreated SystemTime = '2026-01-15T09:00:00Z' /></e:System></e:Event>`, map[string]any{"event.provider": `a>b"c`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, host.WindowsEvent(), "k").Document(c.record), c.want)
		})
	}
}

func TestWindowsEventsThatAreRejected(t *testing.T) {
	for record, reason := range map[string]string{
		"<Events/>": "no <Event>", "": "no <Event>", "<Event>": "breaks off", "<Event></Event>": "no <System>", "<Event><System><EventID": "breaks off within a tag",
		"<Event><System><EventID>1</Event>": "breaks off", "<Event><System></System></Event>": "no time",
	} {
		if err := sourcetest.New(t, host.WindowsEvent(), "k").Add(record); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: got %v, want %q", record, err, reason)
		}
	}
}

func TestWindowsEventsMakeNoGarbage(t *testing.T) {
	sourcetest.NoGarbage(t, host.WindowsEvent(), windowsEvent(4625, auditFailure, "TargetUserName", "a&amp;b", "Status", "0xc000006d", "SubStatus", "0xc000006a", "FailureReason", "%%2313", "IpAddress", "192.0.2.1", "IpPort", "5", "LogonType", "3"))
	sourcetest.NoGarbage(t, host.WindowsEvent(), windowsEvent(4663, auditSuccess, "SubjectUserName", "a", "ObjectType", "File", "ObjectName", `C:\a\b.txt`, "ProcessId", "0x5", "ProcessName", `C:\c.exe`))
}

func BenchmarkWindowsEvent(b *testing.B) {
	sourcetest.Bench(b, host.WindowsEvent(), func(n int) string {
		return windowsEvent([]int{4624, 4625, 4663, 4688}[n%4], auditSuccess, "SubjectUserSid", "S-1-5-18", "SubjectUserName", "DC1$", "SubjectDomainName", "CORP", "SubjectLogonId", "0x3e7",
			"TargetUserSid", fmt.Sprintf("S-1-5-21-111-222-333-%d", n%300), "TargetUserName", fmt.Sprintf("user%d", n%300), "TargetDomainName", "CORP", "TargetLogonId", fmt.Sprintf("0x%x", n),
			"LogonType", "3", "WorkstationName", fmt.Sprintf("WS-%d", n%200), "ProcessId", "0x44c", "ProcessName", `C:\Windows\System32\svchost.exe`, "IpAddress", fmt.Sprintf("10.0.%d.%d", n%3, n%250), "IpPort", fmt.Sprint(1024+n*31%60000))
	})
}
