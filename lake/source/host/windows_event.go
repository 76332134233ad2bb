package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// WindowsEvent is events of Windows' event log as XML, which is how Directory Service and FSx send theirs too.
func WindowsEvent() *source.Source {
	return &source.Source{
		Name:    "windows_event",
		Title:   "Windows event log (XML), AWS Directory Service and FSx",
		Version: "1",
		Docs: []string{
			"https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema",
			"https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html",
			"https://docs.aws.amazon.com/directoryservice/latest/admin-guide/ms_ad_enable_log_forwarding.html",
			"https://docs.aws.amazon.com/fsx/latest/WindowsGuide/file-access-auditing.html",
		},
		Keys:  []string{`(?i)windows.*event`, `(?i)/DirectoryService/`, `(?i)[/_-]fsx[/_-]`, `(?i)win(event|log)`},
		Looks: looksLikeWindowsEvent,
		Notes: "CloudWatch's agent must send event_format xml. All of EventData and UserData is kept under its names; values without one are param1, param2 … " +
			"The events of the Security log are classified by a table of their ids.",

		Framing: frame.Framing{Kind: frame.Elements, Element: "Event", First: startsWindowsEvent},
		Divide:  windowsEventLog,
		Static:  source.Fixed("event.kind", "event", "event.module", "windows"),
		Map:     windowsMap(),
		Extra: []ecs.Field{
			{Name: "event.category"}, {Name: "event.type"}, {Name: "event.action"}, {Name: "event.outcome"}, {Name: "log.level"},
			{Name: "user.id"}, {Name: "user.name"}, {Name: "user.domain"}, {Name: "user.target.id"}, {Name: "user.target.name"}, {Name: "user.target.domain"},
			{Name: "user.effective.id"}, {Name: "user.effective.name"}, {Name: "user.effective.domain"}, {Name: "user.changes.name"},
			{Name: "user.target.group.id"}, {Name: "user.target.group.name"}, {Name: "user.target.group.domain"},
			{Name: "group.id"}, {Name: "group.name"}, {Name: "group.domain"}, {Name: "cloud.instance.id"},
			{Name: "process.pid"}, {Name: "process.name"}, {Name: "process.executable"}, {Name: "process.command_line"},
			{Name: "process.parent.pid"}, {Name: "process.parent.name"}, {Name: "process.parent.executable"},
			{Name: "file.name"}, {Name: "file.path"}, {Name: "file.directory"}, {Name: "file.target_path"}, {Name: "registry.path"}, {Name: "registry.value"},
			{Name: "network.direction"}, {Name: "network.transport"}, {Name: "network.community_id"}, {Name: "service.type"},
			{Name: "winlog.keywords", Type: ecs.Strings}, {Name: "winlog.opcode"}, {Name: "winlog.task"},
			{Name: "winlog.logon.id", Doc: "the logon session that the event belongs to"}, {Name: "winlog.logon.type"},
			{Name: "winlog.logon.failure.reason"}, {Name: "winlog.logon.failure.status"}, {Name: "winlog.logon.failure.sub_status"},
			{Name: "winlog.computerObject.id"}, {Name: "winlog.computerObject.name", Related: "related.hosts"}, {Name: "winlog.computerObject.domain"},
		},
		Finish: finishWindowsEvent,
	}
}

func windowsMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "time"},
		{To: "event.code", From: "event_id"},
		{To: "event.provider", From: "provider"},
		{To: "message", From: "message"},
		{To: "host.name", From: "computer"},
		{To: "source.address", From: "data.IpAddress | data.ClientAddress | data.SourceAddress"},
		{To: "source.ip", From: "data.IpAddress | data.ClientAddress | data.SourceAddress"},
		{To: "source.port", From: "data.IpPort | data.SourcePort"},
		{To: "source.domain", From: "data.WorkstationName | data.Workstation | data.ClientName"},
		{To: "destination.address", From: "data.DestAddress"},
		{To: "destination.ip", From: "data.DestAddress"},
		{To: "destination.port", From: "data.DestPort"},
		{To: "network.iana_number", From: "data.Protocol"},
		{To: "service.name", From: "data.ServiceName"},
		{To: "related.ip", From: "mentioned"},
		{To: "related.hash", From: "hashes"},
		{To: "winlog.event_id", From: "event_id"},
		{To: "winlog.channel", From: "channel"},
		{To: "winlog.computer_name", From: "computer"},
		{To: "winlog.provider_name", From: "provider"},
		{To: "winlog.provider_guid", From: "provider_guid"},
		{To: "winlog.event_source", From: "event_source", Doc: "name of the source in the classic event log"},
		{To: "winlog.qualifiers", From: "qualifiers"},
		{To: "winlog.record_id", From: "record_id"},
		{To: "winlog.version", From: "version", Type: ecs.Int},
		{To: "winlog.activity_id", From: "activity_id"},
		{To: "winlog.related_activity_id", From: "related_activity_id"},
		{To: "winlog.process.pid", From: "pid", Type: ecs.Int, Doc: "process that wrote the event"},
		{To: "winlog.process.thread.id", From: "tid", Type: ecs.Int},
		{To: "winlog.user.identifier", From: "user_sid", Kind: ecs.User, Related: "related.user", Doc: "SID of the user whose process wrote the event"},
		{To: "winlog.binary", From: "binary", Doc: "binary data of the event, hexadecimal"},
		{To: "winlog.event_data", From: "event_data", JSON: true, Doc: "EventData, whole"},
		{To: "winlog.user_data", From: "user_data", JSON: true, Doc: "UserData, whole"},
	}
}

// startsWindowsEvent tells whether a line begins an event.
func startsWindowsEvent(line []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("<Event"))
	return ok && len(rest) > 0 && (rest[0] == '>' || rest[0] == ' ')
}

// looksLikeWindowsEvent tells whether an object is XML of events.
func looksLikeWindowsEvent(head []byte) bool {
	head = bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n")
	return len(head) > 0 && head[0] == '<' && bytes.Contains(head, []byte("<System>")) && (bytes.Contains(head, []byte("<Event ")) || bytes.Contains(head, []byte("<Event>")))
}
