package aws

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// The values of lines of components other than the audit log.
const (
	eksKind = iota // klog or logfmt
	eksTime
	eksStamp // of klog: month, day and clock
	eksLevel
	eksMessage
	eksFile
	eksLine
	eksThread
	eksARN
	eksClient
	eksUsername
	eksUID
	eksMethod
	eksPath
	eksComponent
	eksFields
	eksValues
)

var eksNames = [eksValues]string{
	"line.kind", "line.time", "line.stamp", "line.level", "line.message", "line.file", "line.line", "line.thread", "line.arn", "line.client", "line.username",
	"line.uid", "line.method", "line.path", "line.component", "line.fields",
}

// eksLog divides audit events by [source.JSON], and lines of other components by their form.
func eksLog(want []string) (source.Divider, error) {
	audit, err := source.JSON(want)
	if err != nil {
		return nil, err
	}
	return &eksDivider{audit: audit, layout: source.Bind(want, eksNames[:]...)}, nil
}

type eksDivider struct {
	audit  source.Divider
	layout source.Layout
	json   []byte
	text   []byte // values without their escapes
}

func (d *eksDivider) Begin(key string) { d.audit.Begin(key) }

var errEKSLine = errors.New("the record is neither an audit event in JSON, nor a line as klog writes them (I0115 09:00:00.000000 1 file.go:1] text), nor time=… level=… msg=…")

func (d *eksDivider) Divide(record []byte, v *source.Values) error {
	line := bytes.TrimSpace(record)
	if len(line) == 0 || line[0] == '{' {
		return d.audit.Divide(record, v)
	}
	var l eksLineValues
	switch {
	case isKlog(line):
		l.klog(line)
	case bytes.HasPrefix(line, []byte("time=")):
		d.logfmt(&l, line)
	default:
		return errEKSLine
	}
	for i, value := range l {
		if len(value) > 0 {
			d.layout.Take(v, i, value)
		}
	}
	if len(d.json) > 0 {
		v.Set(d.layout.Slots[eksFields], source.Object, d.json)
		d.json = d.json[:0]
	}
	return nil
}

// eksLineValues are the values of a line.
type eksLineValues [eksValues][]byte

// isKlog tells a line that begins as I0115 09:00:00.000000.
// https://github.com/kubernetes/klog
func isKlog(b []byte) bool {
	if len(b) < 21 || !source.IsDigits(b[1:5]) || b[5] != ' ' {
		return false
	}
	_, n := source.ParseClock(b[6:])
	return n > 8 && (b[0] == 'I' || b[0] == 'W' || b[0] == 'E' || b[0] == 'F')
}

var klogKind, logfmtKind = []byte("klog"), []byte("logfmt")

// klog reads Lmmdd hh:mm:ss.uuuuuu threadid file:line] text.
func (l *eksLineValues) klog(b []byte) {
	_, n := source.ParseClock(b[6:])
	l[eksKind], l[eksStamp], l[eksLevel] = klogKind, b[1:6+n], klogLevel(b[0])
	rest := bytes.TrimLeft(b[6+n:], " ")
	l[eksMessage] = rest
	if head, text, ok := bytes.Cut(rest, []byte("] ")); ok {
		if thread, place, ok := bytes.Cut(head, []byte(" ")); ok && source.IsDigits(thread) {
			l[eksThread] = thread
			l[eksFile], l[eksLine], _ = bytes.Cut(bytes.TrimSpace(place), []byte(":"))
			l[eksMessage] = text
		}
	}
}

var klogLevels = [...][]byte{[]byte("info"), []byte("warning"), []byte("error"), []byte("fatal")}

func klogLevel(letter byte) []byte { return klogLevels[bytes.IndexByte([]byte("IWEF"), letter)] }

// logfmt reads key=value key="value" …; what no column holds is kept as JSON.
func (d *eksDivider) logfmt(l *eksLineValues, b []byte) {
	l[eksKind] = logfmtKind
	d.json, d.text = d.json[:0], d.text[:0]
	for len(b) > 0 {
		var key, value []byte
		key, value, b = d.pair(b)
		switch string(key) {
		case "time":
			l[eksTime] = value
		case "level":
			l[eksLevel] = value
		case "msg":
			l[eksMessage] = value
		case "arn":
			l[eksARN] = value
		case "client":
			l[eksClient] = value
		case "username":
			l[eksUsername] = value
		case "uid":
			l[eksUID] = value
		case "method":
			l[eksMethod] = value
		case "path":
			l[eksPath] = value
		default:
			d.keep(key, value)
		}
	}
	if len(d.json) > 0 {
		d.json = append(d.json, '}')
	}
}

func (d *eksDivider) keep(key, value []byte) {
	if len(key) == 0 && len(value) == 0 {
		return
	}
	if len(d.json) == 0 {
		d.json = append(d.json, '{')
	} else {
		d.json = append(d.json, ',')
	}
	d.json = append(ecs.AppendQuoted(d.json, key), ':')
	d.json = ecs.AppendQuoted(d.json, value)
}

// pair reads key=value or key="value", in which a backslash takes the meaning off a quote.
func (d *eksDivider) pair(b []byte) (key, value, rest []byte) {
	at := bytes.IndexAny(b, "= ")
	if at < 0 || b[at] == ' ' {
		end := len(b)
		if at >= 0 {
			end = at
		}
		return nil, b[:end], bytes.TrimLeft(b[end:], " ")
	}
	key, b = b[:at], b[at+1:]
	if len(b) == 0 || b[0] != '"' {
		value, rest, _ = bytes.Cut(b, []byte(" "))
		return key, value, bytes.TrimLeft(rest, " ")
	}
	from := len(d.text)
	i := 1
	for ; i < len(b) && b[i] != '"'; i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		d.text = append(d.text, b[i])
	}
	return key, d.text[from:len(d.text):len(d.text)], bytes.TrimLeft(b[min(i+1, len(b)):], " ")
}

// klog gives lines of klog, whose times have no year, that of the last year in which they are not later than their
// delivery or ingestion.
type klog struct {
	stamp source.In
	time  source.Out
}

func bindKlog(b *source.Binding) *klog { return &klog{b.In("line.stamp"), b.Out("@timestamp")} }

func (k *klog) set(e *source.Event) error {
	text := e.Text(k.stamp)
	if len(text) < 5 {
		return nil
	}
	month, ok0 := source.Digits(text[:2])
	day, ok1 := source.Digits(text[2:4])
	clock, n := source.ParseClock(text[5:])
	known := e.Ingested()
	if ms, ok := e.Sent(); ok {
		known = ms
	}
	const hour, leapYears = 3600_000, 8
	year := time.UnixMilli(known).UTC().Year()
	for y := year + 1; y >= year-leapYears && ok0 && ok1 && n > 0; y-- {
		if midnight, ok := source.UnixMilli(y, month, day, 0, 0, 0); ok && midnight+clock <= known+hour {
			e.SetTime(k.time, midnight+clock)
			return nil
		}
	}
	return fmt.Errorf("no time of klog: %.40q", text)
}
