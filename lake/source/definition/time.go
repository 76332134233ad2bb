package definition

import (
	"fmt"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

func (r *reader) readTime(n *node) {
	if n == nil {
		return
	}
	m := source.Mapping{To: "@timestamp"}
	from := n
	if n.kind == mapping {
		have := r.keys(n, "time", "from", "format", "zone")
		if from = have["from"]; from == nil {
			r.wrong(n.at, "time does not say from what", "time: {from: "+r.values.example()+", format: rfc3339}")
			return
		}
		r.readFormat(&m, have)
	}
	if m.From = r.from(from); m.From != "" {
		r.source.Map = append(r.source.Map, m)
		r.fill(n.at, m.To, ecs.Time)
	}
}

// timeFormats are the formats that have names.
var timeFormats = map[string]source.As{
	"rfc3339": source.Verbatim, "common_log": source.CommonLog, "epoch": source.Epoch, "epoch_ms": source.EpochMilli,
}

const timeFormatHelp = "common_log, epoch, epoch_ms, rfc3339, a layout as Go writes it (2006-01-02 15:04:05) or as strptime does (%Y-%m-%d %H:%M:%S)"

// readFormat reads how a time is written, and in which zone if its text does not say.
func (r *reader) readFormat(m *source.Mapping, have map[string]*node) {
	n := have["format"]
	text := n.string(r)
	as, named := timeFormats[text]
	switch {
	case n == nil, named:
		m.As = as
		if have["zone"] != nil {
			r.wrong(have["zone"].at, "a zone is for layouts that have none", timeFormatHelp)
		}
		return
	case strings.Contains(text, "%"):
		text = r.strptime(n, text)
	}
	zone := r.zone(have["zone"])
	if text == "" || zone == nil || !r.usable(n, text) {
		return
	}
	if have["zone"] != nil && (strings.Contains(text, "-07") || strings.Contains(text, "Z07")) {
		r.wrong(have["zone"].at, "the layout has a zone of its own", "no zone")
	}
	m.Layout, m.Zone = text, zone
}

// zone is the zone of a name such as Europe/Berlin, or of an offset such as +09:00. It is UTC for none.
func (r *reader) zone(n *node) *time.Location {
	text := n.string(r)
	if text == "" {
		return time.UTC
	}
	if t, err := time.Parse("-07:00", text); err == nil {
		_, seconds := t.Zone()
		return time.FixedZone(text, seconds)
	}
	zone, err := time.LoadLocation(text)
	if err != nil || text == "Local" {
		r.wrong(n.at, fmt.Sprintf("there is no time zone %q", text), "UTC, Europe/Berlin, +09:00 …")
		return nil
	}
	return zone
}

// usable makes sure that a layout tells the whole of a time, by writing one and reading it.
func (r *reader) usable(n *node, layout string) bool {
	if strings.Contains(layout, "MST") {
		r.wrong(n.at, "a zone's short name can't be read surely", "a layout without it, and zone: Europe/Berlin")
		return false
	}
	trial := time.Date(2031, time.November, 23, 17, 48, 59, 0, time.UTC)
	text := trial.Format(layout)
	if text == layout {
		r.wrong(n.at, fmt.Sprintf("there is no time format %q", layout), timeFormatHelp)
		return false
	}
	back, err := time.ParseInLocation(layout, text, time.UTC)
	if err != nil || !back.Truncate(time.Minute).Equal(trial.Truncate(time.Minute)) {
		r.wrong(n.at, fmt.Sprintf("the time format %q does not tell the whole of a time: year, month, day, hour and minute", layout), timeFormatHelp)
		return false
	}
	return true
}

// directives are what strptime's directives are in a layout of package time. It reads fractions of a second by itself.
var directives = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'j': "002", 'b': "Jan", 'h': "Jan", 'B': "January", 'a': "Mon", 'A': "Monday",
	'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM", 'z': "-0700", 'T': "15:04:05", 'R': "15:04", 'F': "2006-01-02", 'D': "01/02/06", '%': "%",
}

// strptime makes a layout of package time from one of strptime; empty when there is none.
func (r *reader) strptime(n *node, text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '%' {
			if c >= '0' && c <= '9' {
				r.wrong(n.at, fmt.Sprintf("digit %q stands in the time format beside directives", c), "a layout without digits of its own")
				return ""
			}
			b.WriteByte(c)
			continue
		}
		if i++; i == len(text) {
			r.wrong(n.at, "the time format ends with a single %", "%%")
			return ""
		}
		if text[i] == 'f' {
			whole := strings.TrimRight(b.String(), ".,")
			if !strings.HasSuffix(whole, "05") || len(whole)+1 != b.Len() {
				r.wrong(n.at, "a fraction must follow the seconds", "%S.%f or %S,%f")
				return ""
			}
			b.Reset()
			b.WriteString(whole)
			continue
		}
		part, ok := directives[text[i]]
		if !ok {
			r.wrong(n.at, fmt.Sprintf("the time format has %%%c, which is not known here", text[i]), "%Y %m %d %H %M %S %f %z %b %B %a %A %e %j %y %I %p %F %T %R %D %%")
			return ""
		}
		b.WriteString(part)
	}
	return b.String()
}
