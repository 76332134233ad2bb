package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// The values of a line of syslog: those of every line, then those of messages that are known.
const (
	logPriority = iota
	logVersion
	logTime
	logHost
	logProgram
	logPID
	logCode
	logData
	logMessage
	sshEvent
	sshMethod
	sshSignature
	sshFingerprint
	sshDropped
	sudoError
	sudoTTY
	sudoPWD
	sudoUser
	sudoCommand
	userName
	userID
	userEffective
	userEffectiveID
	userTarget
	userTargetID
	groupName
	groupID
	userHome
	userShell
	pamModule
	pamService
	pamType
	peerAddress
	peerDomain
	peerPort
	localAddress
	localPort
	command
	workingDirectory
	terminal
	serviceName
	sessionID
	reason
	mentioned
	eventCategory
	eventType
	eventAction
	eventOutcome
	logValues
)

var logNames = [logValues]string{
	"priority", "version", "time", "host", "program", "pid", "code", "data", "message",
	"ssh_event", "ssh_method", "ssh_signature", "ssh_fingerprint", "dropped", "sudo_error", "sudo_tty", "sudo_pwd", "sudo_user", "sudo_command",
	"user", "user_id", "effective", "effective_id", "target", "target_id", "group", "group_id", "home", "shell",
	"pam_module", "pam_service", "pam_type", "peer", "peer_domain", "peer_port", "local", "local_port",
	"command", "working_directory", "terminal", "service", "session", "reason", "mentioned", "category", "type", "action", "outcome",
}

// linuxMap is what lines of syslog become. Elastic's names for what it finds in messages are used for all of them.
// https://www.elastic.co/docs/reference/integrations/system
func linuxMap() []source.Mapping {
	return []source.Mapping{
		{To: "log.syslog.priority", From: "priority"},
		{To: "log.syslog.version", From: "version"},
		{To: "log.syslog.structured_data", From: "data"},
		{To: "host.hostname", From: "host"},
		{To: "process.name", From: "program"},
		{To: "process.pid", From: "pid"},
		{To: "event.code", From: "code"},
		{To: "message", From: "message"},
		{To: "event.category", From: "category"},
		{To: "event.type", From: "type"},
		{To: "event.action", From: "action"},
		{To: "event.outcome", From: "outcome"},
		{To: "event.reason", From: "reason"},
		{To: "user.name", From: "user"},
		{To: "user.id", From: "user_id"},
		{To: "user.effective.name", From: "effective"},
		{To: "user.effective.id", From: "effective_id"},
		{To: "user.target.name", From: "target"},
		{To: "user.target.id", From: "target_id"},
		{To: "group.name", From: "group"},
		{To: "group.id", From: "group_id"},
		{To: "source.address", From: "peer"},
		{To: "source.ip", From: "peer"},
		{To: "source.domain", From: "peer_domain"},
		{To: "source.port", From: "peer_port"},
		{To: "destination.address", From: "local"},
		{To: "destination.ip", From: "local"},
		{To: "destination.port", From: "local_port"},
		{To: "process.command_line", From: "command"},
		{To: "process.working_directory", From: "working_directory"},
		{To: "service.name", From: "service"},
		{To: "related.ip", From: "mentioned"},
		{To: "system.auth.ssh.event", From: "ssh_event"},
		{To: "system.auth.ssh.method", From: "ssh_method"},
		{To: "system.auth.ssh.signature", From: "ssh_signature", Doc: "the client's key: its kind and fingerprint"},
		{To: "system.auth.ssh.fingerprint", From: "ssh_fingerprint", Kind: ecs.Hash},
		{To: "system.auth.ssh.dropped_ip", From: "dropped", Kind: ecs.IP},
		{To: "system.auth.sudo.error", From: "sudo_error"},
		{To: "system.auth.sudo.tty", From: "sudo_tty"},
		{To: "system.auth.sudo.pwd", From: "sudo_pwd"},
		{To: "system.auth.sudo.user", From: "sudo_user", Kind: ecs.User, Related: "related.user"},
		{To: "system.auth.sudo.command", From: "sudo_command"},
		{To: "system.auth.useradd.home", From: "home"},
		{To: "system.auth.useradd.shell", From: "shell"},
		{To: "system.auth.pam.module", From: "pam_module"},
		{To: "system.auth.pam.service", From: "pam_service"},
		{To: "system.auth.pam.type", From: "pam_type"},
		{To: "system.auth.tty", From: "terminal"},
		{To: "system.auth.session", From: "session", Doc: "systemd-logind's number of the session"},
	}
}

// linuxExtra are the fields that [finishLinux] fills.
func linuxExtra() []ecs.Field {
	return []ecs.Field{
		{Name: "cloud.instance.id"}, {Name: "log.syslog.facility.code"}, {Name: "log.syslog.severity.code"}, {Name: "log.syslog.severity.name"},
	}
}

func finishLinux(b *source.Binding) func(*source.Event) error {
	var (
		stamps             = bindStamper(b, "time")
		priority           = b.Out("log.syslog.priority")
		facility, severity = b.Out("log.syslog.facility.code"), b.Out("log.syslog.severity.code")
		severityName       = b.Out("log.syslog.severity.name")
		instance           = b.Out("cloud.instance.id")
	)
	return func(e *source.Event) error {
		e.Set(instance, instanceOf(e.Delivery().LogStream))
		if p, ok := e.Int(priority); ok && p < 192 {
			e.SetInt(facility, p>>3)
			e.SetInt(severity, p&7)
			e.SetText(severityName, severityNames[p&7])
		}
		return stamps.set(e)
	}
}

// instanceOf is the instance that a log stream is named after, as CloudWatch's agent does; nil when it is none.
func instanceOf(stream []byte) []byte {
	size := 0
	for size < len(stream) && (source.IsDigit(stream[size]) || stream[size] >= 'a' && stream[size] <= 'f' || size < 2 && (stream[size] == 'i' || stream[size] == '-')) {
		size++
	}
	if !bytes.HasPrefix(stream, []byte("i-")) || size != 10 && size != 19 {
		return nil
	}
	return stream[:size]
}

// severityNames are those of RFC 5424 by their number, in ECS's words.
var severityNames = [8]string{"Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"}

// linuxLog divides lines of syslog, and those messages in them that tell of logins and of users.
func linuxLog(want []string) (source.Divider, error) {
	if err := source.CheckPaths(want, logNames[:]); err != nil {
		return nil, err
	}
	d := &linuxDivider{}
	copy(d.slots[:], source.Bind(want, logNames[:]...).Slots)
	return d, nil
}

type linuxDivider struct {
	slots [logValues]int
	json  []byte // structured data as JSON
	text  []byte // a value of it without its escapes
}

func (d *linuxDivider) Begin(string) {}

func (d *linuxDivider) Divide(record []byte, v *source.Values) error {
	var s syslog
	if err := s.parse(record); err != nil {
		return err
	}
	l := line{
		logPriority: s.priority, logVersion: s.version, logTime: s.time, logHost: s.host, logProgram: s.program,
		logPID: s.pid, logCode: s.code, logMessage: s.message,
	}
	if len(s.data) > 0 {
		d.appendData(s.data)
		v.Set(d.slots[logData], source.Object, d.json)
	}
	if c := l.read(); c != nil {
		l[eventAction], l[eventOutcome] = c.action, c.outcome
		d.add(v, eventCategory, c.category)
		d.add(v, eventType, c.types)
	}
	for value, text := range l {
		if len(text) > 0 {
			v.Set(d.slots[value], source.Text, text)
		}
	}
	if l[peerAddress] == nil {
		for address := range source.Addresses(s.message) {
			v.Add(d.slots[mentioned], source.Text, address)
		}
	}
	return nil
}

func (d *linuxDivider) add(v *source.Values, value int, texts [][]byte) {
	for _, text := range texts {
		v.Add(d.slots[value], source.Text, text)
	}
}

// appendData writes structured data, [id name="value"…]…, as a JSON object of objects.
func (d *linuxDivider) appendData(data []byte) {
	d.json = append(d.json[:0], '{')
	for len(data) > 1 && data[0] == '[' {
		end := bytes.IndexAny(data, " ]")
		if end < 0 {
			break
		}
		if len(d.json) > 1 {
			d.json = append(d.json, ',')
		}
		d.json = append(append(ecs.AppendQuoted(d.json, data[1:end]), ':'), '{')
		data = d.appendParameters(data[end:])
		d.json = append(d.json, '}')
	}
	d.json = append(d.json, '}')
}

// appendParameters writes the parameters of an element, up to its bracket, and answers what is behind it.
func (d *linuxDivider) appendParameters(data []byte) []byte {
	for first := true; len(data) > 0 && data[0] != ']'; first = false {
		name, value, ok := bytes.Cut(bytes.TrimLeft(data, " "), []byte(`="`))
		if !ok {
			return nil
		}
		if !first {
			d.json = append(d.json, ',')
		}
		data = d.unquote(value)
		d.json = append(ecs.AppendQuoted(d.json, name), ':')
		d.json = ecs.AppendQuoted(d.json, d.text)
	}
	return data[min(1, len(data)):]
}

// unquote reads a value up to its quote, and answers what is behind that.
func (d *linuxDivider) unquote(b []byte) []byte {
	d.text = d.text[:0]
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '"':
			return b[i+1:]
		case b[i] == '\\' && i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\' || b[i+1] == ']'):
			i++
		}
		d.text = append(d.text, b[i])
	}
	return nil
}
