package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// windowsProcess is the process of an event: the one that acted, or the one that was started.
type windowsProcess struct {
	id, otherID, name, newID, newName, parent, run, application source.In
	pid, exe, short, line, parentPID, parentExe, parentShort    source.Out
}

func bindWindowsProcess(b *source.Binding) windowsProcess {
	return windowsProcess{
		id: b.In("data.ProcessId"), otherID: b.In("data.ProcessID"), name: b.In("data.ProcessName"), newID: b.In("data.NewProcessId"), newName: b.In("data.NewProcessName"),
		parent: b.In("data.ParentProcessName"), run: b.In("data.CommandLine"), application: b.In("data.Application"),
		pid: b.Out("process.pid"), exe: b.Out("process.executable"), short: b.Out("process.name"), line: b.Out("process.command_line"),
		parentPID: b.Out("process.parent.pid"), parentExe: b.Out("process.parent.executable"), parentShort: b.Out("process.parent.name"),
	}
}

func (p *windowsProcess) set(e *source.Event, id int64) {
	e.Set(p.line, e.Text(p.run))
	if id != 4688 {
		setNumber(e, p.pid, e.First(p.id, p.otherID))
		setProgram(e, p.exe, p.short, e.First(p.name, p.application))
		return
	}
	setNumber(e, p.pid, e.Text(p.newID))
	setProgram(e, p.exe, p.short, e.Text(p.newName))
	setNumber(e, p.parentPID, e.Text(p.id))
	setProgram(e, p.parentExe, p.parentShort, e.Text(p.parent))
}

func setNumber(e *source.Event, out source.Out, text []byte) {
	if n, ok := number64(text); ok && n < 1<<63 {
		e.SetInt(out, int64(n))
	}
}

func setProgram(e *source.Event, exe, short source.Out, path []byte) {
	e.Set(exe, path)
	e.Set(short, path[bytes.LastIndexByte(path, '\\')+1:])
}

// windowsObjects are the files, keys and connections of an event.
type windowsObjects struct {
	kind, object, value, share, local, relative, direction, protocol, service source.In
	filePath, fileName, directory, target, key, keyValue, towards, serviceOut source.Out
	flow                                                                      source.Flow
	path                                                                      []byte // that is put together
}

func bindWindowsObjects(b *source.Binding) windowsObjects {
	return windowsObjects{
		kind: b.In("data.ObjectType"), object: b.In("data.ObjectName"), value: b.In("data.ObjectValueName"),
		share: b.In("data.ShareName"), local: b.In("data.ShareLocalPath"), relative: b.In("data.RelativeTargetName"),
		direction: b.In("data.Direction"), protocol: b.In("data.Protocol"), service: b.In("data.ServiceType"),
		filePath: b.Out("file.path"), fileName: b.Out("file.name"), directory: b.Out("file.directory"), target: b.Out("file.target_path"),
		key: b.Out("registry.path"), keyValue: b.Out("registry.value"), towards: b.Out("network.direction"), serviceOut: b.Out("service.type"),
		flow: b.Flow(),
	}
}

func (o *windowsObjects) set(e *source.Event, id int64) {
	switch {
	case id == 5140 || id == 5145:
		o.shared(e)
	case id == 4657 || string(e.Text(o.kind)) == "Key":
		e.Set(o.key, e.Text(o.object))
		e.Set(o.keyValue, e.Text(o.value))
	case string(e.Text(o.kind)) == "File":
		path := e.Text(o.object)
		e.Set(o.filePath, path)
		e.Set(o.fileName, path[bytes.LastIndexByte(path, '\\')+1:])
	}
	switch string(e.Text(o.direction)) {
	case "%%14592":
		e.SetText(o.towards, "inbound")
	case "%%14593":
		e.SetText(o.towards, "outbound")
	}
	if number, ok := source.ParseInt(e.Text(o.protocol)); ok {
		e.SetFlow(&o.flow, number)
	}
	e.SetText(o.serviceOut, serviceType(e.Text(o.service)))
}

// shared fills the file of a share, where it lies and how it was reached.
func (o *windowsObjects) shared(e *source.Event) {
	name, local, share := e.Text(o.relative), e.Text(o.local), e.Text(o.share)
	e.Set(o.fileName, name)
	e.Set(o.directory, local)
	if len(name) == 0 {
		return
	}
	if len(local) > 0 {
		e.Set(o.filePath, o.join(local, name))
	}
	if len(share) > 0 {
		e.Set(o.target, o.join(share, name))
	}
}

func (o *windowsObjects) join(directory, name []byte) []byte {
	o.path = append(append(append(o.path[:0], directory...), '\\'), name...)
	return o.path
}

// serviceType is what a type of service stands for.
// https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4697
func serviceType(number []byte) string {
	switch string(number) {
	case "0x1":
		return "Kernel Driver"
	case "0x2":
		return "File System Driver"
	case "0x8":
		return "Recognizer Driver"
	case "0x10":
		return "Win32 Own Process"
	case "0x20":
		return "Win32 Share Process"
	case "0x110":
		return "Interactive Own Process"
	case "0x120":
		return "Interactive Share Process"
	}
	return string(number)
}
