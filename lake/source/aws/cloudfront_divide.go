package aws

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// cloudFrontLog divides the records of CloudFront's logs.
func cloudFrontLog(want []string) (source.Divider, error) {
	if err := source.CheckPaths(want, cfNames, []string{cfDistribution}); err != nil {
		return nil, err
	}
	object, err := source.JSONNamed(want, cfMembers)
	if err != nil {
		return nil, err
	}
	d := &cfDivider{want: want, object: object, distribution: source.Bind(want, cfDistribution)}
	for _, names := range cfLayouts {
		l := source.Bind(want, strings.Fields(names)...)
		d.known = append(d.known, cfLayout{l, cfShapes(l.Names)})
	}
	return d, nil
}

type cfDivider struct {
	want   []string
	object source.Divider // of records that are JSON
	header string         // of the object, once it has been seen
	fields source.Layout  // that the header names
	shapes []flowShape    // of their values
	by     byte           // what stands between fields, as far as a header's record has told
	known  []cfLayout
	guess  int // the layout that the last record without a header had
	parts  [][]byte

	distribution source.Layout
	id           []byte // of the distribution, from the key
}

type cfLayout struct {
	source.Layout
	shapes []flowShape
}

// fitFields tells whether fields have the shapes of the first of a layout's.
func fitFields(parts [][]byte, shapes []flowShape) bool {
	if len(parts) < cfFewest || len(parts) > len(shapes) {
		return false
	}
	for i, part := range parts {
		if len(part) == 0 || shapes[i] != nil && !shapes[i](part) && (i < 2 || !bytes.Equal(part, dash)) {
			return false
		}
	}
	return true
}

func cfShapes(names []string) (shapes []flowShape) {
	for _, name := range names {
		shapes = append(shapes, cfShape(name))
	}
	return shapes
}

var distributionInKey = regexp.MustCompile(`(?:^|/)(?:DistributionId=)?([0-9A-Z]{12,14})(?:\.20\d\d-|/)`)

func (d *cfDivider) Begin(key string) {
	d.header, d.by, d.id = "", 0, nil
	if m := distributionInKey.FindStringSubmatch(key); m != nil && m[1][0] == 'E' {
		d.id = []byte(m[1])
	}
}

func (d *cfDivider) Divide(record []byte, v *source.Values) error {
	record = bytes.TrimRight(source.UnwrapMessage(record, v), "\r\n")
	d.distribution.Take(v, 0, d.id)
	if len(record) == 0 {
		return fmt.Errorf("the record is empty")
	}
	switch record[0] {
	case '{':
		if err := d.object.Divide(record, v); err != nil {
			return err
		}
		v.DropBlanks()
		return nil
	case '#':
		d.read(record)
		return source.ErrNoRecord
	}
	if d.header == "" {
		return d.tell(record, v)
	}
	return d.divide(record, v)
}

// read takes the fields from a header line.
func (d *cfDivider) read(line []byte) {
	names, ok := bytes.CutPrefix(line, []byte("#Fields:"))
	if !ok || string(names) == d.header {
		return
	}
	d.header, d.by = string(names), 0
	d.fields = source.Bind(d.want, cfHeader(names)...)
	d.shapes = cfShapes(d.fields.Names)
}

// cfHeader are the fields that a header names, by the names that we have for them.
func cfHeader(names []byte) []string {
	fields := strings.FieldsFunc(string(names), func(c rune) bool { return c == ' ' || c == '\t' || c == ',' })
	for i, name := range fields {
		fields[i] = cfName(name)
	}
	return fields
}

// divide divides a record whose fields a header names. What stands between them, a tab unless it was configured
// otherwise, is what makes their number right.
func (d *cfDivider) divide(record []byte, v *source.Values) error {
	fields := len(d.fields.Names)
	if d.by == 0 || bytes.Count(record, []byte{d.by})+1 != fields {
		d.by = 0
		if at := slices.IndexFunc(cfBetween, func(by byte) bool { return bytes.Count(record, []byte{by})+1 == fields }); at >= 0 {
			d.by = cfBetween[at]
		}
	}
	if d.by == 0 {
		return d.divideShort(record, v)
	}
	for i := range fields {
		end := bytes.IndexByte(record, d.by)
		if end < 0 {
			end = len(record)
		}
		d.fields.Take(v, i, record[:end])
		record = record[min(end+1, len(record)):]
	}
	return nil
}

// cfBetween is what may be configured to stand between fields.
var cfBetween = []byte("\t ,|;")

// cfMissing is how many fields a record may lack at its end.
const cfMissing = 4

// divideShort divides a record that has fewer fields than its header, if those it has look like the header's first.
func (d *cfDivider) divideShort(record []byte, v *source.Values) error {
	d.parts = splitTabs(record, d.parts[:0])
	if missing := len(d.fields.Names) - len(d.parts); missing < 0 || missing > cfMissing || !fitFields(d.parts, d.shapes) {
		return fmt.Errorf("the record has %d fields, the header of its object names %d", len(d.parts), len(d.fields.Names))
	}
	for i, part := range d.parts {
		d.fields.Take(v, i, part)
	}
	return nil
}

// tell divides a record whose object has no header.
func (d *cfDivider) tell(record []byte, v *source.Values) error {
	d.parts = splitTabs(record, d.parts[:0])
	if !fitFields(d.parts, d.known[d.guess].shapes) {
		d.guess = slices.IndexFunc(d.known, func(l cfLayout) bool { return fitFields(d.parts, l.shapes) })
		if d.guess < 0 {
			d.guess = 0
			return fmt.Errorf("no header names the record's %d fields, and they are not those of a known format", len(d.parts))
		}
	}
	for i, part := range d.parts {
		d.known[d.guess].Take(v, i, part)
	}
	return nil
}

// splitTabs divides a line at its tabs, of which one at the end is no field's.
func splitTabs(line []byte, parts [][]byte) [][]byte {
	for len(parts) < 128 {
		end := bytes.IndexByte(line, '\t')
		if end < 0 {
			break
		}
		parts = append(parts, line[:end])
		line = line[end+1:]
	}
	if len(line) > 0 || len(parts) == 0 {
		parts = append(parts, line)
	}
	return parts
}

func looksLikeCloudFront(head []byte) bool {
	line, rest, _ := bytes.Cut(head, []byte("\n"))
	if bytes.HasPrefix(line, []byte("#Version:")) {
		line, _, _ = bytes.Cut(rest, []byte("\n"))
	}
	line = bytes.TrimRight(line, "\r")
	if names, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
		return looksLikeCFHeader(cfHeader(names))
	}
	if len(line) > 0 && line[0] == '{' {
		return bytes.Contains(line, []byte(`"x-edge-`)) || bytes.Contains(line, []byte(`"x_edge_`)) ||
			bytes.Contains(line, []byte(`"cs(Host)"`)) || bytes.Contains(line, []byte(`"cs-uri-stem"`))
	}
	d, err := cloudFrontLog(nil)
	if err != nil {
		return false
	}
	var v source.Values
	return d.Divide(line, &v) == nil
}

// looksLikeCFHeader tells the fields of CloudFront from those of other logs of the W3C's format: all are known, or one is
// of no other log and half are known.
func looksLikeCFHeader(names []string) bool {
	known, own := 0, false
	for _, name := range names {
		if slices.Contains(cfNames, name) {
			known++
		}
		own = own || strings.HasPrefix(name, "x-edge-") || name == "x-host-header" || name == "distributionid" || name == "timestamp-ms"
	}
	return known > 0 && (known == len(names) || own && 2*known >= len(names))
}
