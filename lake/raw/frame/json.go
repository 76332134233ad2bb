package frame

import (
	"bytes"
	"fmt"
	"io"
)

// state is what a jsonReader is in the middle of.
type state uint8

const (
	between   state = iota // records: white space, commas and brackets of arrays around them
	inRecord               // from start to pos
	inTail                 // of a wrapper, behind its array
	skipping               // a record that is too long
	resyncing              // behind something malformed
)

// jsonReader reads JSON objects, whatever stands around them: nothing, commas, newlines, arrays, a wrapper object
// with a named array, or several of all these in a row.
type jsonReader struct {
	window
	scan      scanner
	maxRecord int

	state   state
	pos     int  // the next byte to look at
	start   int  // of the record, or of what bad does not know yet
	arrays  int  // that are open around the position
	outer   int  // those around the wrapper
	wrapped bool // in a wrapper

	bad       recordError
	damaged   bool   // something was malformed: brackets around records may have been lost with it
	oneLine   bool   // the last record stood at the top and had no newline in it
	lines     bool   // records stand on a line each
	firstKey  []byte // of the first good record
	rescanned int64  // bytes that were looked at again
}

func newJSON(w window, arrays []string, maxRecord int) *jsonReader {
	return &jsonReader{window: w, scan: newScanner(arrays), maxRecord: maxRecord}
}

// Header implements Reader.
func (r *jsonReader) Header() []byte { return nil }

// Next implements Reader.
func (r *jsonReader) Next() (Record, error) {
	for {
		var rec Record
		var err error
		switch r.state {
		case between:
			err = r.findStart()
		case inRecord:
			rec, err = r.readRecord()
		case inTail:
			err = r.readTail()
		case skipping:
			err = r.skipRecord()
		case resyncing:
			err = r.resync()
		}
		if err != nil || rec.Data != nil {
			return rec, err
		}
	}
}

// fill reads on. What is before keep may leave the window.
func (r *jsonReader) fill(keep int) bool {
	moved, ok := r.more(keep)
	r.pos -= moved
	r.start -= moved
	r.scan.moved(moved)
	return ok
}

// findStart goes to the start of the next record.
func (r *jsonReader) findStart() error {
	for {
		if r.pos == len(r.buf) {
			if !r.fill(r.pos) {
				return r.end()
			}
			continue
		}
		switch r.buf[r.pos] {
		case '{':
			r.start = r.pos
			r.pos++
			r.scan.enter()
			r.state = inRecord
			return nil
		case ',', ' ', '\t', '\r', 0x1e: // the last one separates records of RFC 7464
		case '\n':
			r.lines = r.lines || r.oneLine
		case '[':
			r.arrays++
		case ']', '}':
			if !r.leave(r.buf[r.pos]) {
				r.start = r.pos
				return r.damage("a bracket closes what was not opened")
			}
			if r.state == inTail {
				r.pos++
				return nil
			}
		default:
			r.start = r.pos
			return r.damage("not a JSON object")
		}
		r.pos++
	}
}

// leave closes an array around records.
func (r *jsonReader) leave(c byte) bool {
	if c == '}' || r.arrays == 0 {
		return r.damaged
	}
	if r.arrays--; r.arrays == 0 && r.wrapped {
		r.state = inTail
		r.scan.enter()
	}
	return true
}

// end is the end of the stream, between records.
func (r *jsonReader) end() error {
	cut := r.err == io.EOF && (r.arrays > 0 || r.wrapped) && !r.damaged
	r.arrays, r.wrapped, r.state = 0, false, between
	if cut {
		return &RecordError{Offset: r.offset(len(r.buf)), Reason: "the object ends before the array of its records does"}
	}
	return r.err
}

// readRecord reads to the end of the record, or finds that it is a wrapper.
func (r *jsonReader) readRecord() (Record, error) {
	for {
		var out outcome
		r.pos, out = r.scan.run(r.buf, r.pos, !r.wrapped)
		switch out {
		case complete:
			r.state = between
			return r.deliver()
		case arrayKey:
			r.unwrap()
			return Record{}, nil
		case malformed:
			return Record{}, r.damage(r.scan.problem)
		}
		if len(r.buf)-r.start > r.maxRecord {
			r.bad = newRecordError(r.offset(r.start), r.tooLong())
			r.passOver()
			r.state = skipping
			return Record{}, nil
		}
		if !r.fill(r.start) {
			return Record{}, r.cut()
		}
	}
}

func (r *jsonReader) deliver() (Record, error) {
	rec := Record{Data: r.buf[r.start:r.pos:r.pos], Offset: r.offset(r.start)}
	if len(rec.Data) > r.maxRecord {
		bad := newRecordError(rec.Offset, r.tooLong())
		bad.add(rec.Data)
		return Record{}, bad.RecordError
	}
	if r.firstKey == nil {
		r.firstKey = bytes.Clone(keyAt(rec.Data))
	}
	r.oneLine = r.arrays == 0 && !r.wrapped && bytes.IndexByte(rec.Data, '\n') < 0
	r.lines = r.lines && r.oneLine
	return rec, nil
}

// unwrap enters the array of a wrapper, or another one of the same wrapper.
func (r *jsonReader) unwrap() {
	if !r.wrapped {
		r.outer = r.arrays
	}
	r.arrays, r.wrapped, r.state = 1, true, between
}

// readTail passes over what stands beside the array in a wrapper.
func (r *jsonReader) readTail() error {
	for {
		var out outcome
		r.pos, out = r.scan.run(r.buf, r.pos, true)
		switch out {
		case complete:
			r.arrays, r.wrapped, r.state = r.outer, false, between
			return nil
		case arrayKey:
			r.unwrap()
			return nil
		case malformed:
			r.arrays, r.wrapped, r.start = r.outer, false, r.pos
			return r.damage(r.scan.problem)
		}
		if !r.fill(max(0, r.pos-lookback)) {
			return r.end()
		}
	}
}

// skipRecord passes over a record that is too long. It may be a wrapper with much before its array.
func (r *jsonReader) skipRecord() error {
	for {
		var out outcome
		r.pos, out = r.scan.run(r.buf, r.pos, !r.wrapped)
		r.passOver()
		switch out {
		case complete:
			r.state = between
			return r.bad.RecordError
		case arrayKey:
			r.unwrap()
			return nil
		case malformed:
			r.damaged, r.state, r.scan.newline = true, resyncing, 0
			return nil
		}
		if !r.fill(max(0, r.pos-lookback)) {
			r.state = between
			if r.err != io.EOF {
				return r.err
			}
			r.damaged = true
			return r.bad.RecordError
		}
	}
}

// passOver tells bad about the bytes from start to pos.
func (r *jsonReader) passOver() {
	r.bad.add(r.buf[r.start:r.pos])
	r.start = r.pos
}

// cut is the end of the stream in the middle of a record.
func (r *jsonReader) cut() error {
	if r.err != io.EOF {
		r.state, r.pos = between, len(r.buf)
		return r.err
	}
	return r.damage("the record is cut off")
}

func (r *jsonReader) tooLong() string {
	return fmt.Sprintf("the record is longer than %d bytes", r.maxRecord)
}
