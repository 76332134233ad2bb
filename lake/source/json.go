package source

import (
	"errors"
	"fmt"
	"strings"
)

// JSON divides JSON objects. A path names the members on the way to a value, joined by dots; '[]' behind a member
// takes every element of an array: "resources[].ARN". A path may end at an object or array, which is then kept as
// raw JSON, and paths may go on below it.
//
// The object is read once, left to right: only values on the way of a path are looked into, all others are skipped,
// and those that no path leads to are kept as the record's rest. An array whose elements paths go through is in the
// rest as a whole, unless a path ends at it or at its elements.
func JSON(want []string) (Divider, error) {
	return JSONNamed(want, func(path string) []string { return []string{path} })
}

// JSONNamed is [JSON] for a log that has other names for its values than the mapping: names are the paths at which the
// value of a path may stand.
func JSONNamed(want []string, names func(path string) []string) (Divider, error) {
	d := &jsonDivider{root: &jsonNode{slot: -1}}
	for slot, wanted := range want {
		for _, path := range names(wanted) {
			if err := d.root.add(path, strings.Split(strings.ReplaceAll(path, "[]", ".[]"), "."), slot); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

type jsonDivider struct{ root *jsonNode }

// jsonNode is a place in the record that some path leads to.
type jsonNode struct {
	path     string
	slot     int // that takes the value here, or -1
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
