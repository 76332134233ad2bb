package aws

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/source"
)

// flowDelivered is the path of the time at which the object was delivered, in milliseconds since 1970.
const flowDelivered = "(delivered)"

// flowLog divides the records of flow logs.
func flowLog(want []string) (source.Divider, error) {
	known := append(strings.Fields(flowV8+" "+flowTransit+" "+flowNewer), flowDelivered)
	if err := source.CheckPaths(want, known); err != nil {
		return nil, err
	}
	object, err := source.JSONNamed(want, flowMembers)
	if err != nil {
		return nil, err
	}
	d := &flowDivider{want: want, object: object, delivered: source.Bind(want, flowDelivered)}
	for _, names := range flowLayouts {
		d.known = append(d.known, newFlowLayout(want, names))
	}
	return d, nil
}

// flowMembers are the names of a field in JSON: the log's own, and those of Parquet's columns.
func flowMembers(name string) []string {
	if column := strings.ReplaceAll(name, "-", "_"); column != name {
		return []string{name, column}
	}
	return []string{name}
}

type flowDivider struct {
	want   []string
	object source.Divider // of records that are JSON
	header string         // of the object, once it has been seen
	fields source.Layout  // that the header names
	known  []flowLayout
	guess  int // the layout that the last record without a header had

	parts     [][]byte
	delivered source.Layout
	at        []byte // when the object was delivered
}

// flowLayout is a layout that a record can be told to have.
type flowLayout struct {
	source.Layout
	shapes []flowShape
}

func newFlowLayout(want []string, names string) flowLayout {
	l := flowLayout{Layout: source.Bind(want, strings.Fields(names)...)}
	for _, name := range l.Names {
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

func (d *flowDivider) Divide(record []byte, v *source.Values) error {
	record = source.UnwrapMessage(record, v)
	if len(record) > 0 && record[0] == '{' {
		return d.divideObject(record, v)
	}
	if isFlowHeader(record) {
		d.read(record)
		return source.ErrNoRecord
	}
	d.delivered.Take(v, 0, d.at)
	if d.header == "" {
		return d.tell(record, v)
	}
	if d.fields.Words(record, v) {
		return nil
	}
	t := source.Tokens{Line: record}
	i := 0
	for ; t.More(); i++ {
		word := t.Word()
		if i < len(d.fields.Slots) {
			d.fields.Take(v, i, word)
		}
	}
	if i != len(d.fields.Names) {
		return fmt.Errorf("the record has %d fields, the header of its object names %d", i, len(d.fields.Names))
	}
	return nil
}

// divideObject divides a record that is a JSON object: a row of Parquet, for one.
func (d *flowDivider) divideObject(record []byte, v *source.Values) error {
	if err := d.object.Divide(record, v); err != nil {
		return err
	}
	v.DropBlanks()
	if v.Empty() {
		return errNoFlowField
	}
	d.delivered.Take(v, 0, d.at)
	return nil
}

var errNoFlowField = errors.New("the record has none of a flow's fields")

// read takes the fields from a header.
func (d *flowDivider) read(header []byte) {
	if string(header) == d.header {
		return
	}
	d.header = string(header)
	d.fields = source.Bind(d.want, strings.Fields(strings.ReplaceAll(d.header, "_", "-"))...)
}

// tell divides a record whose object has no header.
func (d *flowDivider) tell(record []byte, v *source.Values) error {
	d.parts = d.parts[:0]
	for t := (source.Tokens{Line: record}); t.More() && len(d.parts) < 128; {
		d.parts = append(d.parts, t.Word())
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
	l := &d.known[d.guess].Layout
	for i, part := range d.parts {
		l.Take(v, i, part)
	}
	return nil
}

// isFlowHeader tells whether a line names fields: all its words are names, and at least half are known.
func isFlowHeader(line []byte) bool {
	if len(line) == 0 || line[0] < 'a' || line[0] > 'z' {
		return false
	}
	words, known := 0, 0
	for t := (source.Tokens{Line: line}); t.More(); words++ {
		word := t.Word()
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

func looksLikeFlow(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if isFlowHeader(line) {
		return true
	}
	if len(line) > 0 && line[0] == '{' {
		return looksLikeFlowObject(line)
	}
	d, err := flowLog(nil)
	if err != nil {
		return false
	}
	var v source.Values
	return d.Divide(line, &v) == nil
}

// looksLikeFlowObject tells a flow from other JSON that has addresses: it has an interface or a transit gateway, too.
func looksLikeFlowObject(object []byte) bool {
	return (bytes.Contains(object, []byte(`"srcaddr"`)) || bytes.Contains(object, []byte(`"pkt_srcaddr"`))) &&
		(bytes.Contains(object, []byte(`"interface_id"`)) || bytes.Contains(object, []byte(`"interface-id"`)) ||
			bytes.Contains(object, []byte(`"tgw_id"`)) || bytes.Contains(object, []byte(`"tgw-id"`)))
}
