package definition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// from is the raw value that a node names, or several of which the first with a value is taken.
func (r *reader) from(n *node) string {
	var names []string
	for _, item := range n.list() {
		for name := range strings.SplitSeq(item.string(r), "|") {
			if name = strings.TrimSpace(name); r.raw(item.at, name) {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, " | ")
}

// raw checks the name of a raw value.
func (r *reader) raw(at place, name string) bool {
	switch {
	case name == "":
		r.wrong(at, "a raw value's name must stand here", r.values.example())
		return false
	case r.values.json && slices.Contains(strings.Split(strings.ReplaceAll(name, "[]", ".[]"), "."), ""):
		r.wrong(at, fmt.Sprintf("the path %q has an empty part", name), "names joined by dots, with [] behind an array: user.name, resources[].arn")
		return false
	case r.values.names != nil && !slices.Contains(r.values.names, name):
		r.wrong(at, fmt.Sprintf("%s no %q", r.values.has, name), unknown(name, r.values.names))
		return false
	}
	return true
}

func (r *reader) readMap(n *node) {
	if n == nil {
		return
	}
	r.mapAt = n.at
	if n.kind != mapping {
		r.wrong(n.at, "map must be a mapping of ECS fields to raw values", "source.ip: "+r.values.example())
		return
	}
	for _, e := range n.entries {
		r.readMapping(e)
	}
}

// readMapping reads one line of map.
func (r *reader) readMapping(e entry) {
	from, have := e.value, map[string]*node(nil)
	if from.kind == mapping {
		have = r.keys(e.value, "the mapping of "+e.key, "from", "type", "indicator", "lower", "format", "zone", "doc")
		if from = have["from"]; from == nil {
			r.wrong(e.value.at, "the mapping of "+e.key+" does not say from what", "from: "+r.values.example())
			return
		}
	}
	if from.kind == nothing {
		r.wrong(e.at, e.key+" is mapped from nothing", e.key+": "+r.values.example())
		return
	}
	m := source.Mapping{To: e.key, From: r.from(from)}
	f, known, ok := r.target(e)
	if !ok {
		return
	}
	if known {
		m.Type = r.ofECS(f, have)
	} else {
		r.readVendor(&m, have)
	}
	if have["lower"].bool(r) {
		if m.As = source.Lower; m.Type != ecs.String {
			r.wrong(have["lower"].at, "only a string can be made lower case, and "+e.key+" is a "+m.Type.String(), "")
		}
	}
	if have["format"] != nil || have["zone"] != nil {
		if m.Type != ecs.Time {
			r.wrong(e.value.at, "format and zone are for timestamps, and "+e.key+" is a "+m.Type.String(), "type: timestamp")
			return
		}
		r.readFormat(&m, have)
	}
	if m.From != "" {
		r.source.Map = append(r.source.Map, m)
		r.fill(e.at, e.key, m.Type)
	}
}

// ofECS makes sure that a mapping does not say otherwise than ECS what a field is.
func (r *reader) ofECS(f ecs.Field, have map[string]*node) ecs.Type {
	if n := have["type"]; n != nil && n.string(r) != f.Type.String() {
		r.wrong(n.at, fmt.Sprintf("%s is a %s in ECS", f.Name, f.Type), "no type for a field of ECS")
	}
	if n := have["indicator"]; n != nil && n.string(r) != string(f.Kind) {
		r.wrong(n.at, "ECS says which indicator "+f.Name+" holds", "no indicator for a field of ECS")
	}
	return f.Type
}

// readVendor reads what a vendor's field is.
func (r *reader) readVendor(m *source.Mapping, have map[string]*node) {
	m.Doc = have["doc"].string(r)
	switch text := have["type"].string(r); text {
	case "":
	case "json":
		m.JSON = true
	default:
		typ, err := ecs.ParseType(text)
		if err != nil {
			r.wrong(have["type"].at, fmt.Sprintf("there is no type %q", text), "string, bigint, double, boolean, timestamp, array<string>, json")
		}
		m.Type = typ
	}
	text := have["indicator"].string(r)
	if text == "" {
		return
	}
	if m.Kind = ecs.Kind(text); !slices.Contains(ecs.Kinds(), m.Kind) {
		r.wrong(have["indicator"].at, fmt.Sprintf("there is no kind of indicator %q", text), unknown(text, kindNames()))
		return
	}
	if m.JSON || m.Type != ecs.String && m.Type != ecs.Strings {
		r.wrong(have["indicator"].at, "an indicator is a text", "type: string or array<string>")
	}
}

func kindNames() (names []string) {
	for _, k := range ecs.Kinds() {
		names = append(names, string(k))
	}
	return names
}

var fieldForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// ours are fields that no definition fills.
var ours = map[string]string{
	"@timestamp":      "time: {from: …, format: …}",
	"event.id":        "id: …",
	"event.ingested":  "nothing: it is the time at which the batch was planned",
	"log.file.path":   "nothing: it is the key of the raw object",
	"log.offset":      "nothing: it is the record's place in the raw object",
	"mapping_version": "nothing: it is a hash of the definition",
	"unmapped":        "nothing: it holds what no field takes",
}

// target is the field that an entry's key names; known tells whether it is one of ECS.
func (r *reader) target(e entry) (f ecs.Field, known, ok bool) {
	if right, mine := ours[e.key]; mine {
		r.wrong(e.at, e.key+" is not filled here", right)
		return f, false, false
	}
	if f, known = ecs.Lookup(e.key); known {
		return f, true, true
	}
	group, rest, dotted := strings.Cut(e.key, ".")
	fields, groups := ecsNames()
	near := nearest(e.key, fields)
	own := "a field of your own has a vendor's name before the dot: acme." + e.key
	if dotted {
		own = "a field of your own has a vendor's name before the dot: acme." + rest
	}
	switch {
	case !dotted, groups[group], near != "" && distance(e.key, near) <= 2:
		if near != "" {
			own = near + "; " + own
		}
		r.wrong(e.at, fmt.Sprintf("%q is no ECS field that is known here", e.key), own)
		return f, false, false
	case !fieldForm.MatchString(e.key):
		r.wrong(e.at, fmt.Sprintf("%q can't be a field's name", e.key), "lower-case letters, digits and _, with dots between the parts")
		return f, false, false
	}
	return ecs.Field{Name: e.key}, false, true
}

// ecsNames are the fields of ECS in order, and the first parts of their names.
func ecsNames() (fields []string, groups map[string]bool) {
	groups = map[string]bool{}
	for name := range ecs.Known() {
		fields = append(fields, name)
		group, _, _ := strings.Cut(name, ".")
		groups[group] = true
	}
	slices.Sort(fields)
	return fields, groups
}

func (r *reader) readStatic(n *node) {
	if n == nil || n.kind == nothing {
		return
	}
	if n.kind != mapping {
		r.wrong(n.at, "static must be a mapping of fields to their values", "event.kind: event")
		return
	}
	for _, e := range n.entries {
		f, _, ok := r.target(e)
		if !ok {
			continue
		}
		values := e.value.strings(r)
		switch {
		case len(values) == 0:
			r.wrong(e.at, e.key+" has no value", e.key+": some text")
		case f.Type != ecs.String && f.Type != ecs.Strings || f.IP || f.JSON:
			r.wrong(e.at, "a static value is a text, and "+e.key+" is not", "a field of type string or array<string>")
		case f.Type == ecs.String && e.value.kind == sequence:
			r.wrong(e.value.at, e.key+" has one value", e.key+": "+values[0])
		case f.Type == ecs.Strings && strings.Contains(strings.Join(values, ""), ","):
			r.wrong(e.value.at, "an item of a static list can't have a comma", "")
		default:
			r.source.Static = append(r.source.Static, source.Static{To: e.key, Value: strings.Join(values, ",")})
			r.fill(e.at, e.key, f.Type)
		}
	}
}
