package source

import "fmt"

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
		if n.slot < 0 && n.each.slot < 0 {
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
