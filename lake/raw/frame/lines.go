package frame

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// errLongLine says that the line at pos is too long, and was not passed over.
var errLongLine = errors.New("the line is too long")

// lines finds lines in the window, and tells headers from records.
type lines struct {
	window
	maxRecord int
	pos       int // of the next line
	keep      int // what must stay in the window begins here

	isHeader func([]byte) bool
	anywhere bool
	atTop    bool // no record has been read
	inHeader bool // the line before was a header
	header   []byte
}

func newLines(w window, f Framing, maxRecord int) lines {
	return lines{window: w, maxRecord: maxRecord, isHeader: f.Header, anywhere: f.HeaderAnywhere, atTop: true}
}

// Header implements Reader.
func (l *lines) Header() []byte { return l.header }

// line finds the next line. It is buf[from:to], without its end, until the next call.
func (l *lines) line() (from, to int, err error) {
	scanned := l.pos
	for {
		if k := bytes.IndexByte(l.buf[scanned:], '\n'); k >= 0 {
			from, to = l.pos, scanned+k
			l.pos = to + 1
			return l.trimmed(from, to)
		}
		scanned = len(l.buf)
		if scanned-l.pos > l.maxRecord+1 { // a carriage return may be the last byte
			return 0, 0, l.longLine()
		}
		moved, ok := l.more(l.keep)
		l.pos, l.keep, scanned = l.pos-moved, l.keep-moved, scanned-moved
		if !ok {
			break
		}
	}
	if l.window.err != io.EOF || l.pos == len(l.buf) {
		return 0, 0, l.window.err
	}
	from, l.pos = l.pos, len(l.buf)
	return l.trimmed(from, l.pos)
}

func (l *lines) trimmed(from, to int) (int, int, error) {
	if to > from && l.buf[to-1] == '\r' {
		to--
	}
	if to-from > l.maxRecord {
		l.pos = from
		return 0, 0, l.longLine()
	}
	return from, to, nil
}

// longLine passes over the line at pos, which is too long, unless something before it must be kept.
func (l *lines) longLine() error {
	if l.keep < l.pos {
		return errLongLine
	}
	bad := newRecordError(l.offset(l.pos), l.tooLong())
	for {
		k := bytes.IndexByte(l.buf[l.pos:], '\n')
		if k >= 0 {
			bad.add(l.buf[l.pos : l.pos+k])
			l.pos += k + 1
			break
		}
		bad.add(l.buf[l.pos:])
		l.pos = len(l.buf)
		l.keep = l.pos
		moved, ok := l.more(l.pos)
		l.pos, l.keep = l.pos-moved, l.keep-moved
		if !ok {
			break
		}
	}
	if l.window.err != nil && l.window.err != io.EOF && l.pos == len(l.buf) {
		return l.window.err
	}
	return bad.RecordError
}

func (l *lines) tooLong() string {
	return fmt.Sprintf("the record is longer than %d bytes", l.maxRecord)
}

// takeHeader tells whether a line is a header, and keeps it if it is.
func (l *lines) takeHeader(line []byte) bool {
	if l.isHeader == nil || !l.atTop && !l.anywhere {
		return false
	}
	if !l.isHeader(line) {
		l.atTop, l.inHeader = false, false
		return false
	}
	var header []byte
	if l.inHeader {
		header = append(append(header, l.header...), '\n')
	}
	l.header, l.inHeader = append(header, line...), true
	return true
}

// record is the next line that is neither empty nor a header.
func (l *lines) record() (from, to int, err error) {
	for {
		l.keep = l.pos
		from, to, err = l.line()
		if err != nil {
			return from, to, err
		}
		if from < to && !l.takeHeader(l.buf[from:to]) {
			return from, to, nil
		}
	}
}

// lineReader reads a record from each line.
type lineReader struct{ lines }

// Next implements Reader.
func (r *lineReader) Next() (Record, error) {
	from, to, err := r.record()
	if err != nil {
		return Record{}, err
	}
	return Record{Data: r.buf[from:to:to], Offset: r.offset(from)}, nil
}
