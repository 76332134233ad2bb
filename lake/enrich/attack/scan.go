package attack

import "bytes"

// deepest is how far values may be nested.
const deepest = 128

// judge tells whether terms hold of values in JSON. It keeps buffers for texts that have escapes.
type judge struct{ text, document []byte }

// holds tells whether a term holds of a document. Of one that is not JSON, what stands before its fault counts.
func (j *judge) holds(t *term, json []byte) bool { return j.of(t, json, false) }

// of is the same for a part of a document; within says that it is text in another.
func (j *judge) of(t *term, json []byte, within bool) bool {
	find := func(op operator) bool {
		s := scan{judge: j, term: t, op: op, buf: json, within: within}
		return s.value(t.path, 0)
	}
	switch t.op {
	case absent:
		return !find(present)
	case unequal:
		return find(present) && !find(equal)
	}
	return find(t.op)
}

// scan looks for a value that is as a term asks.
type scan struct {
	judge  *judge
	term   *term
	op     operator
	buf    []byte
	at     int
	within bool
	broken bool
}

// value goes over the value that begins here, and tells whether one at the path below it is found.
func (s *scan) value(path []string, depth int) bool {
	s.space()
	if depth > deepest || s.at >= len(s.buf) {
		s.broken = true
		return false
	}
	switch s.buf[s.at] {
	case '{':
		return s.object(path, depth+1)
	case '[':
		return s.array(path, depth+1)
	case '"':
		raw, escaped := s.quoted()
		return !s.broken && s.string(raw, escaped, path)
	}
	from := s.at
	s.skip()
	raw := bytes.TrimRight(s.buf[from:s.at], " \t\r\n")
	return !s.broken && s.judged(path) && string(raw) != "null" && s.fits(raw)
}

// judged tells whether a text or number at a path is what is looked for.
func (s *scan) judged(path []string) bool {
	return s.term.inner == nil && (len(path) == 0 || len(path) == 1 && path[0] == "**")
}

// object goes over an object, which may be what is looked for itself.
func (s *scan) object(path []string, depth int) bool {
	if len(path) == 0 {
		from := s.at
		s.skip()
		return !s.broken && s.term.inner != nil && s.all(s.buf[from:s.at])
	}
	for s.at++; ; {
		if s.space(); s.at < len(s.buf) && s.buf[s.at] == '}' {
			s.at++
			return false
		}
		name, ok := s.name()
		if !ok {
			return false
		}
		if s.member(name, path, depth) {
			return true
		}
		if !s.next() {
			return false
		}
	}
}

// name reads a member's name and goes on to its value.
func (s *scan) name() (name []byte, ok bool) {
	if s.at < len(s.buf) && s.buf[s.at] == '"' {
		name, _ = s.quoted()
		if s.space(); s.at < len(s.buf) && s.buf[s.at] == ':' {
			s.at++
			return name, !s.broken
		}
	}
	s.broken = true
	return nil, false
}

// member goes over a member's value, to which "**" may lead as well as its name.
func (s *scan) member(name []byte, path []string, depth int) bool {
	switch {
	case path[0] == string(name) && path[0] != "**":
		return s.value(path[1:], depth)
	case path[0] != "**":
		s.space()
		s.skip()
		return false
	case len(path) > 1 && path[1] == string(name):
		from := s.at
		if s.value(path[2:], depth) {
			return true
		}
		s.at = from
	}
	return s.value(path, depth)
}

func (s *scan) array(path []string, depth int) bool {
	for s.at++; ; {
		if s.space(); s.at < len(s.buf) && s.buf[s.at] == ']' {
			s.at++
			return false
		}
		if s.value(path, depth) {
			return true
		}
		if !s.next() {
			return false
		}
	}
}

// string judges a text, or goes over the JSON in it.
func (s *scan) string(raw []byte, escaped bool, path []string) bool {
	if s.judged(path) {
		if escaped {
			s.judge.text = unescape(s.judge.text[:0], raw)
			raw = s.judge.text
		}
		return s.fits(raw)
	}
	raw = bytes.TrimLeft(raw, " ")
	if s.within || len(raw) == 0 || raw[0] != '{' && raw[0] != '[' && raw[0] != '\\' {
		return false
	}
	s.judge.document = unescape(s.judge.document[:0], raw)
	in := scan{judge: s.judge, term: s.term, op: s.op, buf: s.judge.document, within: true}
	return in.value(path, 0)
}

// fits tells whether a value is as the term asks.
func (s *scan) fits(value []byte) bool { return fits(s.op, s.term.values, value) }

// fits tells whether a value has one of the values, or holds one, or is there at all.
func fits(op operator, values [][]byte, value []byte) bool {
	if op == present {
		return len(value) > 0
	}
	for _, v := range values {
		if op == equal && bytes.Equal(value, v) || op == holds && bytes.Contains(value, v) {
			return true
		}
	}
	return false
}

// all tells whether everything in brackets holds of an object.
func (s *scan) all(object []byte) bool {
	for i := range s.term.inner {
		if !s.judge.of(&s.term.inner[i], object, true) {
			return false
		}
	}
	return true
}
