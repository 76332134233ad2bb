package source

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// flowDelivered is the path of the time at which the object was delivered, in milliseconds since 1970.
const flowDelivered = "(delivered)"

// flowLog divides the records of flow logs.
func flowLog(want []string) (Divider, error) {
	known := append(strings.Fields(flowV8+" "+flowTransit+" "+flowNewer), flowDelivered)
	if err := checkPaths(want, known); err != nil {
		return nil, err
	}
	d := &flowDivider{want: want, delivered: bind(want, flowDelivered)}
	for _, names := range flowLayouts {
		d.known = append(d.known, newFlowLayout(want, names))
	}
	return d, nil
}

type flowDivider struct {
	want   []string
	header string // of the object, once it has been seen
	fields layout // that the header names
	known  []flowLayout
	guess  int // the layout that the last record without a header had

	parts     [][]byte
	delivered layout
	at        []byte // when the object was delivered
}

// flowLayout is a layout that a record can be told to have.
type flowLayout struct {
	layout
	shapes []flowShape
}

func newFlowLayout(want []string, names string) flowLayout {
	l := flowLayout{layout: bind(want, strings.Fields(names)...)}
	for _, name := range l.names {
		l.shapes = append(l.shapes, flowShapeOf(name))
	}
	return l
}

// fits tells whether a record's fields have the shapes of the layout's.
func (l *flowLayout) fits(parts [][]byte) bool {
	if len(parts) != len(l.shapes) {
		return false
	}
	some := false
	for i, shape := range l.shapes {
		if bytes.Equal(parts[i], dash) {
			continue
		}
		if shape != nil && !shape(parts[i]) {
			return false
		}
		some = true
	}
	return some
}

var deliveryInKey = regexp.MustCompile(`_(\d{8}T\d{4}Z)_`)

func (d *flowDivider) Begin(key string) {
	d.header, d.at = "", nil
	if m := deliveryInKey.FindStringSubmatch(key); m != nil {
		if t, err := time.Parse("20060102T1504Z", m[1]); err == nil {
			d.at = strconv.AppendInt(nil, t.UnixMilli(), 10)
		}
	}
}

func (d *flowDivider) Divide(record []byte, v *Values) error {
	record = unwrapMessage(record, v)
	if isFlowHeader(record) {
		d.read(record)
		return ErrNoRecord
	}
	d.delivered.take(v, 0, d.at)
	if d.header == "" {
		return d.tell(record, v)
	}
	if d.fields.words(record, v) {
		return nil
	}
	t := tokens{line: record}
	i := 0
	for ; t.more(); i++ {
		word := t.word()
		if i < len(d.fields.slots) {
			d.fields.take(v, i, word)
		}
	}
	if i != len(d.fields.names) {
		return fmt.Errorf("the record has %d fields, the header of its object names %d", i, len(d.fields.names))
	}
	return nil
}

// read takes the fields from a header.
func (d *flowDivider) read(header []byte) {
	if string(header) == d.header {
		return
	}
	d.header = string(header)
	d.fields = bind(d.want, strings.Fields(strings.ReplaceAll(d.header, "_", "-"))...)
}

// tell divides a record whose object has no header.
func (d *flowDivider) tell(record []byte, v *Values) error {
	d.parts = d.parts[:0]
	for t := (tokens{line: record}); t.more() && len(d.parts) < 128; {
		d.parts = append(d.parts, t.word())
	}
	if !d.known[d.guess].fits(d.parts) {
		d.guess = 0
		for d.guess < len(d.known) && !d.known[d.guess].fits(d.parts) {
			d.guess++
		}
		if d.guess == len(d.known) {
			d.guess = 0
			return fmt.Errorf("no header names the record's %d fields, and they are not those of a known format", len(d.parts))
		}
	}
	l := &d.known[d.guess].layout
	for i, part := range d.parts {
		l.take(v, i, part)
	}
	return nil
}

// isFlowHeader tells whether a line names fields: all its words are names, and at least half are known.
func isFlowHeader(line []byte) bool {
	if len(line) == 0 || line[0] < 'a' || line[0] > 'z' {
		return false
	}
	words, known := 0, 0
	for t := (tokens{line: line}); t.more(); words++ {
		word := t.word()
		for _, c := range word {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
		if flowNames[string(word)] || bytes.IndexByte(word, '_') > 0 && flowNames[strings.ReplaceAll(string(word), "_", "-")] {
			known++
		}
	}
	return known > 0 && 2*known >= words
}

// unwrapMessage takes the line out of {"message":"…"}, in which some deliver lines.
func unwrapMessage(record []byte, v *Values) []byte {
	if len(record) == 0 || record[0] != '{' {
		return record
	}
	r := jsonReader{buf: record, at: 1, values: v}
	r.space()
	if name, err := r.name(); err != nil || string(name) != "message" || r.at >= len(record) || record[r.at] != '"' {
		return record
	}
	text, escapes, err := r.quoted()
	if err != nil {
		return record
	}
	if r.space(); r.at != len(record)-1 || record[r.at] != '}' {
		return record
	}
	if escapes {
		text = r.unescape(text)
	}
	return bytes.TrimRight(text, "\r\n")
}

func looksLikeFlow(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if isFlowHeader(line) {
		return true
	}
	d, err := flowLog(nil)
	if err != nil {
		return false
	}
	var v Values
	return d.Divide(line, &v) == nil
}
