package frame

import (
	"bytes"
	"io"
)

// elementReader reads XML elements of one name, wherever they stand: a line each, spread over lines, one behind the other,
// within another element. They do not nest. Between them may be space, an XML declaration, comments, and the tags of an
// element of the same name with an s; anything else is a RecordError.
type elementReader struct {
	window
	maxRecord  int
	pos        int
	start, end []byte // <Event and </Event>
	around     []byte // <Events, and </Events but for its slash
}

func newElements(w window, name string, maxRecord int) *elementReader {
	return &elementReader{window: w, maxRecord: maxRecord, start: []byte("<" + name), end: []byte("</" + name + ">"), around: []byte(name + "s")}
}

// Header implements Reader.
func (r *elementReader) Header() []byte { return nil }

// Next implements Reader.
func (r *elementReader) Next() (Record, error) {
	for {
		if err := r.skipSpace(); err != nil {
			return Record{}, err
		}
		switch {
		case r.begins():
			return r.element()
		case r.isAround():
			if !r.skipTag() {
				return Record{}, r.pass("a tag without an end")
			}
		default:
			return Record{}, r.pass("no " + string(r.start) + "> begins here")
		}
	}
}

// skipSpace goes to the next byte that is no space.
func (r *elementReader) skipSpace() error {
	for {
		for r.pos < len(r.buf) {
			switch r.buf[r.pos] {
			case ' ', '\t', '\r', '\n', 0:
				r.pos++
			default:
				return nil
			}
		}
		if !r.grow(r.pos) {
			return r.window.err
		}
	}
}

// grow reads more, and keeps what begins at keep.
func (r *elementReader) grow(keep int) bool {
	moved, ok := r.more(keep)
	r.pos -= moved
	return ok
}

// begins tells whether an element begins here. It makes sure that as much is read as [elementReader.isAround] looks at.
func (r *elementReader) begins() bool {
	for len(r.buf) < r.pos+len("</")+len(r.around) && r.grow(r.pos) {
	}
	return startsTag(r.buf[r.pos:], r.start)
}

// startsTag tells whether text begins with a tag of a name.
func startsTag(text, tag []byte) bool {
	rest, ok := bytes.CutPrefix(text, tag)
	if !ok || len(rest) == 0 {
		return false
	}
	switch rest[0] {
	case '>', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

// isAround tells whether a declaration, a comment or a tag of the element around begins here.
func (r *elementReader) isAround() bool {
	tag := r.buf[r.pos:]
	if len(tag) < 2 || tag[0] != '<' {
		return false
	}
	return tag[1] == '?' || tag[1] == '!' || bytes.HasPrefix(bytes.TrimPrefix(tag[1:], []byte("/")), r.around)
}

// skipTag goes behind the tag that begins here, unless it is longer than a record may be, or than such tags are.
func (r *elementReader) skipTag() bool {
	longest := min(4<<10, r.maxRecord)
	for scanned := 0; scanned < longest; {
		read := r.buf[r.pos:min(len(r.buf), r.pos+longest)]
		if n := bytes.IndexByte(read[scanned:], '>'); n >= 0 {
			r.pos += scanned + n + 1
			return true
		}
		scanned = len(read)
		if scanned < longest && !r.grow(r.pos) {
			return false
		}
	}
	return false
}

// element reads the element that begins here. One that another begins in has lost its end.
func (r *elementReader) element() (Record, error) {
	for scanned := min(len(r.start), r.maxRecord); ; {
		read := r.buf[r.pos:min(len(r.buf), r.pos+r.maxRecord)]
		if n := bytes.Index(read[scanned:], r.end); n >= 0 {
			size := scanned + n + len(r.end)
			if next := r.nextStart(r.pos+len(r.start), r.pos+size); next >= 0 {
				return Record{}, r.fail(next, "the element has no end before the next one begins")
			}
			r.pos += size
			return Record{Data: read[:size:size], Offset: r.offset(r.pos - size)}, nil
		}
		if len(read) == r.maxRecord {
			return Record{}, r.pass("the element is too long")
		}
		scanned = max(scanned, len(read)-len(r.end))
		if !r.grow(r.pos) {
			if r.window.err != io.EOF {
				return Record{}, r.window.err
			}
			return Record{}, r.pass("the element has no end")
		}
	}
}

// nextStart is where an element begins between two positions, or -1.
func (r *elementReader) nextStart(from, to int) int {
	for at := from; ; at += len(r.start) {
		n := bytes.Index(r.buf[at:to], r.start)
		if n < 0 {
			return -1
		}
		if at += n; startsTag(r.buf[at:to], r.start) {
			return at
		}
	}
}

// fail passes over what is before a position.
func (r *elementReader) fail(to int, reason string) error {
	bad := newRecordError(r.offset(r.pos), reason)
	bad.add(r.buf[r.pos:to])
	r.pos = to
	return bad.RecordError
}

// pass passes over all up to the next element. It goes at least one byte ahead.
func (r *elementReader) pass(reason string) error {
	bad := newRecordError(r.offset(r.pos), reason)
	from := r.pos + 1
	for {
		if next := r.nextStart(min(from, len(r.buf)), len(r.buf)); next >= 0 {
			bad.add(r.buf[r.pos:next])
			r.pos = next
			return bad.RecordError
		}
		rest := max(r.pos, len(r.buf)-len(r.start)) // may be the beginning of one
		bad.add(r.buf[r.pos:rest])
		r.pos = rest
		if !r.grow(r.pos) {
			bad.add(r.buf[r.pos:])
			r.pos = len(r.buf)
			return bad.RecordError
		}
		from = r.pos
	}
}
