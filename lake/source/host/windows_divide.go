package host

import (
	"bytes"
	"errors"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// windowsNames are the values of an event beside those of its EventData and UserData, which are data.NAME.
const windowsNames = "time event_id qualifiers version level task opcode keywords record_id provider provider_guid event_source activity_id related_activity_id" +
	" pid tid channel computer user_sid message rendered_level rendered_task rendered_opcode rendered_keyword mentioned hashes binary event_data user_data"

// windowsEventLog divides events.
func windowsEventLog(want []string) (source.Divider, error) {
	d := &windowsDivider{slots: map[string]int{}, data: map[string]int{}}
	var system []string
	for slot, path := range want {
		if name, ok := strings.CutPrefix(path, "data."); ok {
			d.data[name] = slot
			continue
		}
		system = append(system, path)
		d.slots[path] = slot
	}
	return d, source.CheckPaths(system, strings.Fields(windowsNames))
}

type windowsDivider struct {
	slots, data map[string]int

	xml    xmlReader
	values *source.Values
	event  pairs // EventData
	user   pairs // UserData
}

// pairs are names and values as the inside of a JSON object; a name that stands again is told apart.
type pairs struct {
	json  []byte
	names [][]byte
}

func (p *pairs) add(name, value []byte) {
	if len(p.json) == 0 {
		p.json = append(p.json, '{')
	} else {
		p.json = append(p.json, ',')
	}
	p.json = ecs.AppendQuoted(p.json, name)
	end := len(p.json) - 1
	begin := end - len(name)
	for again := byte('2'); p.has(name) && again <= '9'; again++ {
		p.json = append(p.json[:end], '_', again, '"')
		name = p.json[begin : end+2]
	}
	p.names = append(p.names, name)
	p.json = ecs.AppendQuoted(append(p.json, ':'), value)
}

func (p *pairs) has(name []byte) bool {
	for _, known := range p.names {
		if bytes.Equal(known, name) {
			return true
		}
	}
	return false
}

func (d *windowsDivider) Begin(string) {}

var (
	errNoEvent   = errors.New("the record is no <Event> of Windows")
	errNoSystem  = errors.New("the event has no <System>")
	errEventOpen = errors.New("the event breaks off before </Event>")
)

func (d *windowsDivider) Divide(record []byte, v *source.Values) error {
	d.xml.b, d.xml.at, d.xml.text, d.values = record, 0, d.xml.text[:0], v
	d.event.json, d.event.names, d.user.json, d.user.names = d.event.json[:0], d.event.names[:0], d.user.json[:0], d.user.names[:0]
	t, _, done, err := d.xml.next()
	if err != nil || done || string(t.name) != "Event" {
		return errNoEvent
	}
	known := false
	for {
		t, _, done, err := d.xml.next()
		switch {
		case err != nil:
			return err
		case done:
			return errEventOpen
		case t.closing:
			return d.end(known)
		case t.empty:
			continue
		}
		known = known || string(t.name) == "System"
		if err := d.part(t.name); err != nil {
			return err
		}
	}
}

// end keeps what was gathered.
func (d *windowsDivider) end(known bool) error {
	if !known {
		return errNoSystem
	}
	if len(d.event.json) > 0 {
		d.event.json = append(d.event.json, '}')
		d.values.Set(d.slots["event_data"], source.Object, d.event.json)
	}
	if len(d.user.json) > 0 {
		d.user.json = append(d.user.json, '}')
		d.values.Set(d.slots["user_data"], source.Object, d.user.json)
	}
	return nil
}

// part reads a child of the event, up to its end. Texts belong to the tag that was opened last.
func (d *windowsDivider) part(name []byte) error {
	var leaf tag
	param := 0
	for depth := 1; depth > 0; {
		t, text, done, err := d.xml.next()
		switch {
		case err != nil:
			return err
		case done:
			return errEventOpen
		case t.closing:
			if depth--; depth > 0 && bytes.Equal(t.name, leaf.name) {
				d.leaf(name, &leaf, text, &param)
			}
			leaf = tag{}
		case t.empty:
			d.leaf(name, &t, nil, &param)
		default:
			depth++
			leaf = t
		}
	}
	return nil
}

// leaf keeps a tag and its text.
func (d *windowsDivider) leaf(part []byte, t *tag, text []byte, param *int) {
	switch string(part) {
	case "System":
		d.system(t, text)
	case "RenderingInfo":
		d.rendered(t, text)
	case "UserData":
		if !t.empty {
			d.named(&d.user, t.name, text)
		}
	case "EventData":
		d.datum(t, text, param)
	default:
		if len(text) > 0 {
			d.values.Rest(string(part)+"."+string(t.name), text)
		}
	}
}

// datum keeps a Data of EventData. One without a name is param1 and so on.
func (d *windowsDivider) datum(t *tag, text []byte, param *int) {
	if string(t.name) == "Binary" {
		d.set("binary", text)
		return
	}
	name := d.xml.attribute(t, "Name")
	if name == nil {
		*param = min(*param+1, len(paramNames))
		name = paramNames[*param-1]
	}
	d.named(&d.event, name, text)
}

var paramNames = bytes.Fields([]byte("param1 param2 param3 param4 param5 param6 param7 param8 param9 param10 param11 param12 param13 param14 param15 param16" +
	" param17 param18 param19 param20 param21 param22 param23 param24 param25 param26 param27 param28 param29 param30 param31 param32"))

// named keeps a value under its name, in a slot of its own too when that is wanted, and what it is an indicator of.
func (d *windowsDivider) named(to *pairs, name, text []byte) {
	to.add(name, text)
	text = bytes.TrimSpace(text)
	if len(text) == 0 || string(text) == "-" {
		return
	}
	if slot, ok := d.data[string(name)]; ok {
		d.values.Set(slot, source.Text, text)
	}
	switch {
	case string(name) == "Hashes": // of Sysmon: SHA1=…,MD5=…
		for rest := text; len(rest) > 0; {
			var hash []byte
			hash, rest, _ = bytes.Cut(rest, []byte(","))
			if _, hash, ok := bytes.Cut(hash, []byte("=")); ok {
				d.values.Add(d.slots["hashes"], source.Text, hash)
			}
		}
	case !bytes.HasSuffix(name, []byte("ersion")) && len(text) < 46:
		if _, ok := source.ParseAddr(text); ok {
			d.values.Add(d.slots["mentioned"], source.Text, text)
		}
	}
}

// set keeps one of [windowsNames].
func (d *windowsDivider) set(name string, value []byte) {
	if slot, ok := d.slots[name]; ok && len(value) > 0 {
		d.values.Set(slot, source.Text, value)
	}
}

// system keeps what a tag of System says.
func (d *windowsDivider) system(t *tag, text []byte) {
	switch string(t.name) {
	case "Provider":
		d.set("provider", d.xml.attribute(t, "Name"))
		d.set("provider_guid", d.xml.attribute(t, "Guid"))
		d.set("event_source", d.xml.attribute(t, "EventSourceName"))
	case "EventID":
		d.set("qualifiers", d.xml.attribute(t, "Qualifiers"))
		d.set("event_id", text)
	case "TimeCreated":
		d.set("time", d.xml.attribute(t, "SystemTime"))
	case "Correlation":
		d.set("activity_id", d.xml.attribute(t, "ActivityID"))
		d.set("related_activity_id", d.xml.attribute(t, "RelatedActivityID"))
	case "Execution":
		d.set("pid", d.xml.attribute(t, "ProcessID"))
		d.set("tid", d.xml.attribute(t, "ThreadID"))
	case "Security":
		d.set("user_sid", d.xml.attribute(t, "UserID"))
	case "Version":
		d.set("version", text)
	case "Level":
		d.set("level", text)
	case "Task":
		d.set("task", text)
	case "Opcode":
		d.set("opcode", text)
	case "Keywords":
		d.set("keywords", text)
	case "EventRecordID":
		d.set("record_id", text)
	case "Channel":
		d.set("channel", text)
	case "Computer":
		d.set("computer", text)
	default:
		if len(text) > 0 {
			d.values.Rest(string(t.name), text)
		}
	}
}

// rendered keeps what Windows has put into words.
func (d *windowsDivider) rendered(t *tag, text []byte) {
	switch string(t.name) {
	case "Message":
		d.set("message", text)
	case "Level":
		d.set("rendered_level", text)
	case "Task":
		d.set("rendered_task", text)
	case "Opcode":
		d.set("rendered_opcode", text)
	case "Keyword":
		if len(text) > 0 {
			d.values.Add(d.slots["rendered_keyword"], source.Text, text)
		}
	}
}
