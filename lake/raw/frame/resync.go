package frame

import "bytes"

// What is malformed is passed over up to the next place where a record surely starts:
//
//   - where records stand on a line each, the next line;
//   - else, at the top, a '{' that begins a line;
//   - and anywhere a '{' behind ',', '}', ']' or '[' whose first key is that of the object's first good record, or is
//     the name of an array of records. As long as no record was good, any first key will do behind ',' or '}'.
//
// Each byte is looked at once more for this, and only the lines of a bad record are read again, within a budget.

// Bytes that may be read again: some, and a share of the stream.
const (
	rescanFree  = 1 << 20
	rescanShare = 8
)

// damage begins to pass over something malformed, which was found at pos.
func (r *jsonReader) damage(problem string) error {
	r.damaged = true
	switch {
	case r.pos-r.start > r.maxRecord:
		problem = r.tooLong()
	case r.atTop() && r.lines:
		r.backToLineEnd()
	}
	r.bad = newRecordError(r.offset(r.start), problem)
	r.passOver()
	r.state, r.scan.newline = resyncing, 0
	return nil
}

// backToLineEnd makes the bad record end with its first line: what looked like more of it are the next records.
func (r *jsonReader) backToLineEnd() {
	k := bytes.IndexByte(r.buf[r.start:r.pos], '\n')
	if k < 0 {
		return
	}
	again := int64(r.pos - r.start - k)
	if r.rescanned+again > rescanFree+r.offset(r.pos)/rescanShare {
		return
	}
	r.rescanned += again
	r.pos = r.start + k
}

func (r *jsonReader) atTop() bool { return r.arrays == 0 && !r.wrapped }

// resync goes to where a record starts again, and answers what was passed over.
func (r *jsonReader) resync() error {
	for !r.foundStart() && r.window.err == nil {
		r.passOver()
		r.fill(max(0, r.pos-lookback))
	}
	r.passOver()
	r.state = between
	return r.bad.RecordError
}

// foundStart moves pos to the start of a record, or to where more must be read to tell: the end if there is no more.
func (r *jsonReader) foundStart() bool {
	if r.atTop() && r.lines {
		k := bytes.IndexByte(r.buf[r.pos:], '\n')
		if k < 0 {
			r.pos = len(r.buf)
			return false
		}
		r.pos += k + 1
		return true
	}
	for {
		k := bytes.IndexByte(r.buf[r.pos:], '{')
		if k < 0 {
			r.pos = len(r.buf)
			return false
		}
		r.pos += k
		if len(r.buf)-r.pos < lookback && r.window.err == nil {
			return false
		}
		if r.isStart(r.pos) {
			return true
		}
		r.pos++
	}
}

// isStart tells whether the '{' at i starts a record.
func (r *jsonReader) isStart(i int) bool {
	key := keyAt(r.buf[i:])
	if key == nil {
		return false
	}
	if r.atTop() && i > 0 && r.buf[i-1] == '\n' {
		return true
	}
	switch lastBefore(r.buf, i) {
	case ',', '}':
		if r.firstKey == nil {
			return true
		}
	case ']', '[':
	default:
		return false
	}
	if r.scan.isArrayName(key) {
		r.arrays, r.wrapped = 0, false
		return true
	}
	return bytes.Equal(key, r.firstKey)
}

// keyAt is the first key of the object that starts there, or nil. It is cut where lookback bytes end.
func keyAt(b []byte) []byte {
	b = bytes.TrimLeft(b[1:min(len(b), lookback)], " \t\r\n")
	if len(b) == 0 || b[0] != '"' {
		return nil
	}
	b = b[1:]
	if end := bytes.IndexByte(b, '"'); end >= 0 {
		return b[:end]
	}
	return b
}
