package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON divides JSON objects. A path names the members on the way to a value, joined by dots; '[]' behind a member
// takes every element of an array: "resources[].ARN". A path may end at an object or array, which is then kept as
// raw JSON, and paths may go on below it.
//
// The object is read once, left to right: only values on the way of a path are looked into, all others are skipped,
// and those that no path leads to are kept as the record's rest. An array whose elements paths go through is in the
// rest as a whole, unless a path ends at it.
func JSON(want []string) (Divider, error) {
	d := &jsonDivider{root: &jsonNode{slot: -1}}
	for slot, path := range want {
		if err := d.root.add(path, strings.Split(strings.ReplaceAll(path, "[]", ".[]"), "."), slot); err != nil {
			return nil, err
		}
	}
	return d, nil
}

type jsonDivider struct{ root *jsonNode }

// jsonNode is a place in the record that some path leads to.
type jsonNode struct {
	path     string
	slot     int  // that takes the value here, or -1
	held     bool // the value here is within one that a slot takes whole
	each     *jsonNode
	members  []jsonMember
	expected int // the member that came first last time
}

type jsonMember struct {
	name string
	node *jsonNode
	next int // the member that followed last time: records of a log have their members in the same order
}

func (n *jsonNode) add(path string, parts []string, slot int) error {
	at := n
	for _, part := range parts {
		if part == "" {
			return fmt.Errorf("path %q has an empty part", path)
		}
		at = at.child(part)
	}
	if at.slot >= 0 {
		return fmt.Errorf("path %q stands twice", path)
	}
	at.slot = slot
	return nil
}

func (n *jsonNode) child(part string) *jsonNode {
	if part == "[]" {
		if n.each == nil {
			n.each = &jsonNode{path: n.path + "[]", slot: -1}
		}
		return n.each
	}
	for _, m := range n.members {
		if m.name == part {
			return m.node
		}
	}
	path := part
	if n.path != "" {
		path = n.path + "." + part
	}
	n.members = append(n.members, jsonMember{name: part, node: &jsonNode{path: path, slot: -1}})
	return n.members[len(n.members)-1].node
}

// find is the node of a member, or nil. at is the member that came before, or -1.
func (n *jsonNode) find(name []byte, at int) (*jsonNode, int) {
	guess := &n.expected
	if at >= 0 {
		guess = &n.members[at].next
	}
	if g := *guess; g < len(n.members) && n.members[g].name == string(name) {
		return n.members[g].node, g
	}
	for i := range n.members {
		if m := &n.members[i]; m.name == string(name) {
			*guess = i
			return m.node, i
		}
	}
	return nil, at
}

func (d *jsonDivider) Begin(string) {}

var errNoObject = errors.New("the record is not a JSON object")

func (d *jsonDivider) Divide(record []byte, v *Values) error {
	r := jsonReader{buf: record, values: v}
	r.space()
	if r.at >= len(r.buf) || r.buf[r.at] != '{' {
		return errNoObject
	}
	if err := r.object(d.root, false, 0); err != nil {
		return err
	}
	if r.space(); r.at < len(r.buf) {
		return r.fault("the end of the record")
	}
	return nil
}

// jsonReader goes over one record.
type jsonReader struct {
	buf    []byte
	at     int
	values *Values
}

// deepest is how far values may be nested; records of AWS nest to a dozen.
const deepest = 512

func (r *jsonReader) fault(want string) error {
	if r.at >= len(r.buf) {
		return fmt.Errorf("JSON ends at byte %d, where %s should be", r.at, want)
	}
	return fmt.Errorf("JSON has %q at byte %d, where %s should be", r.buf[r.at], r.at, want)
}

func (r *jsonReader) space() {
	for r.at < len(r.buf) && r.buf[r.at] <= ' ' {
		r.at++
	}
}

// object reads the object that begins here. held says that a slot takes it whole, so that it has no rest.
func (r *jsonReader) object(n *jsonNode, held bool, depth int) error {
	if depth > deepest {
		return fmt.Errorf("JSON is nested more than %d deep", deepest)
	}
	last := -1
	for r.at++; ; r.at++ {
		r.space()
		if r.at < len(r.buf) && r.buf[r.at] == '}' {
			r.at++
			return nil
		}
		name, err := r.name()
		if err != nil {
			return err
		}
		var member *jsonNode
		if member, last = n.find(name, last); member == nil {
			err = r.unknown(n, name, held)
		} else {
			err = r.value(member, held, depth)
		}
		if err != nil {
			return err
		}
		r.space()
		if r.at < len(r.buf) && r.buf[r.at] == ',' {
			continue
		}
		if r.at < len(r.buf) && r.buf[r.at] == '}' {
			r.at++
			return nil
		}
		return r.fault("',' or '}'")
	}
}

// name reads a member's name and goes on to its value.
func (r *jsonReader) name() ([]byte, error) {
	if r.at >= len(r.buf) || r.buf[r.at] != '"' {
		return nil, r.fault("a member's name")
	}
	name, escaped, err := r.quoted()
	if err != nil {
		return nil, err
	}
	if escaped {
		name = r.unescape(name)
	}
	if r.space(); r.at >= len(r.buf) || r.buf[r.at] != ':' {
		return nil, r.fault("':'")
	}
	r.at++
	r.space()
	return name, nil
}

func (r *jsonReader) unknown(n *jsonNode, name []byte, held bool) error {
	from := r.at
	if err := r.skip(); err != nil {
		return err
	}
	if raw := r.buf[from:r.at]; !held && string(raw) != "null" {
		path := string(name)
		if n.path != "" {
			path = n.path + "." + path
		}
		r.values.RestRaw(path, raw)
	}
	return nil
}

// value reads the value that begins here for a node.
func (r *jsonReader) value(n *jsonNode, held bool, depth int) error {
	if r.at >= len(r.buf) {
		return r.fault("a value")
	}
	from := r.at
	switch c := r.buf[r.at]; {
	case c == '"':
		return r.text(n, held)
	case c == '{' && len(n.members) > 0:
		if err := r.object(n, held || n.slot >= 0, depth+1); err != nil {
			return err
		}
	case c == '[' && n.each != nil:
		if err := r.array(n.each, true, depth+1); err != nil {
			return err
		}
		if n.slot < 0 {
			return r.misfit(n, r.buf[from:r.at], held)
		}
	default:
		if err := r.skip(); err != nil {
			return err
		}
		if n.slot < 0 {
			return r.misfit(n, r.buf[from:r.at], held)
		}
	}
	if n.slot >= 0 {
		r.take(n.slot, r.buf[from:r.at])
	}
	return nil
}

// misfit keeps a value that is not of the shape that the paths below its node expect.
func (r *jsonReader) misfit(n *jsonNode, raw []byte, held bool) error {
	if !held && string(raw) != "null" && string(raw) != "{}" && string(raw) != "[]" {
		r.values.RestRaw(n.path, raw)
	}
	return nil
}

func (r *jsonReader) take(slot int, raw []byte) {
	switch raw[0] {
	case 'n':
	case 't', 'f':
		r.values.Add(slot, Bool, raw)
	case '{':
		r.values.Add(slot, Object, raw)
	case '[':
		r.values.Add(slot, Array, raw)
	default:
		r.values.Add(slot, Number, raw)
	}
}

func (r *jsonReader) text(n *jsonNode, held bool) error {
	from := r.at
	text, escaped, err := r.quoted()
	if err != nil {
		return err
	}
	if n.slot < 0 {
		return r.misfit(n, r.buf[from:r.at], held)
	}
	if escaped {
		text = r.unescape(text)
	}
	if len(text) > 0 {
		r.values.Add(n.slot, Text, text)
	}
	return nil
}

func (r *jsonReader) array(each *jsonNode, held bool, depth int) error {
	if depth > deepest {
		return fmt.Errorf("JSON is nested more than %d deep", deepest)
	}
	for r.at++; ; r.at++ {
		r.space()
		if r.at < len(r.buf) && r.buf[r.at] == ']' {
			r.at++
			return nil
		}
		if err := r.value(each, held, depth); err != nil {
			return err
		}
		r.space()
		if r.at < len(r.buf) && r.buf[r.at] == ',' {
			continue
		}
		if r.at < len(r.buf) && r.buf[r.at] == ']' {
			r.at++
			return nil
		}
		return r.fault("',' or ']'")
	}
}

// quoted reads the string that begins here, and tells whether it has escapes.
func (r *jsonReader) quoted() (text []byte, escaped bool, err error) {
	from := r.at + 1
	for at := from; ; {
		n := bytes.IndexByte(r.buf[at:], '"')
		if n < 0 {
			r.at = len(r.buf)
			return nil, false, r.fault("'\"'")
		}
		end := at + n
		if end == from || r.buf[end-1] != '\\' {
			r.at = end + 1
			text = r.buf[from:end]
			return text, escaped || bytes.IndexByte(text, '\\') >= 0, nil
		}
		escaped = true
		slashes := 1
		for end-1-slashes >= from && r.buf[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			r.at = end + 1
			return r.buf[from:end], true, nil
		}
		at = end + 1
	}
}

// skip goes over the value that begins here. What it skips is checked for balance, not for grammar.
func (r *jsonReader) skip() error {
	if r.at >= len(r.buf) {
		return r.fault("a value")
	}
	switch r.buf[r.at] {
	case '"':
		_, _, err := r.quoted()
		return err
	case '{', '[':
		return r.skipNested()
	}
	from := r.at
	for r.at < len(r.buf) && !ends[r.buf[r.at]] {
		r.at++
	}
	if !scalar(r.buf[from:r.at]) {
		r.at = from
		return r.fault("a value")
	}
	return nil
}

func (r *jsonReader) skipNested() error {
	depth := 0
	for r.at < len(r.buf) {
		switch r.buf[r.at] {
		case '"':
			if _, _, err := r.quoted(); err != nil {
				return err
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				r.at++
				return nil
			}
		}
		r.at++
	}
	return r.fault("the end of an object or array")
}

// ends are the bytes that end a number or a literal.
var ends = [256]bool{' ': true, '\t': true, '\n': true, '\r': true, ',': true, '}': true, ']': true, ':': true, '"': true, '{': true, '[': true}

// scalar tells whether text is a literal or looks like a number.
func scalar(text []byte) bool {
	switch string(text) {
	case "null", "true", "false":
		return true
	case "":
		return false
	}
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
		case i == 0 && c == '-' && len(text) > 1:
		case i > 0 && (c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'):
		default:
			return false
		}
	}
	return true
}

// unescape resolves the escapes of a JSON string. A wrong escape stays as it is.
func (r *jsonReader) unescape(s []byte) []byte {
	v := r.values
	at := len(v.text)
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			v.text = append(v.text, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			v.text = append(v.text, '\b')
		case 'f':
			v.text = append(v.text, '\f')
		case 'n':
			v.text = append(v.text, '\n')
		case 'r':
			v.text = append(v.text, '\r')
		case 't':
			v.text = append(v.text, '\t')
		case '"', '\\', '/':
			v.text = append(v.text, s[i])
		case 'u':
			c, size := codePoint(s[i-1:])
			if size == 0 {
				v.text = append(v.text, '\\', 'u')
				continue
			}
			v.text = utf8.AppendRune(v.text, c)
			i += size - 2
		default:
			v.text = append(v.text, '\\', s[i])
		}
	}
	return v.text[at:len(v.text):len(v.text)]
}

// codePoint reads \uXXXX, or two of them that are a surrogate pair, and its length; 0 when it is neither.
func codePoint(s []byte) (rune, int) {
	high, ok := hex4(s)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(high) {
		if low, ok := hex4(s[6:]); ok {
			if c := utf16.DecodeRune(high, low); c != utf8.RuneError {
				return c, 12
			}
		}
		return utf8.RuneError, 6
	}
	return high, 6
}

func hex4(s []byte) (c rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, b := range s[2:6] {
		switch {
		case b >= '0' && b <= '9':
			c = c<<4 | rune(b-'0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			c = c<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return c, true
}
