package frame

import (
	"errors"
	"io"
)

// multiReader reads records of a first line and the lines that go on from it, empty ones among them. Lines before
// any first line are a record too: its beginning is in another object.
type multiReader struct {
	lines
	first  func(line []byte) bool
	goesOn func(record, line []byte) bool // or nil
}

// Next implements Reader.
func (r *multiReader) Next() (Record, error) {
	from, to, err := r.record()
	var long *RecordError
	if errors.As(err, &long) {
		bad := recordError{long}
		r.addLineEnd(bad)
		return Record{}, r.skipRest(bad)
	}
	if err != nil {
		return Record{}, err
	}
	size, err := r.goOn(to - from)
	if err != nil {
		return Record{}, err
	}
	return Record{Data: r.buf[r.keep : r.keep+size : r.keep+size], Offset: r.offset(r.keep)}, nil
}

// goOn reads the lines that belong to the record at keep, whose first line has a size. It answers the record's size
// without the line ends behind it.
func (r *multiReader) goOn(size int) (int, error) {
	for {
		from, to, err := r.line()
		switch {
		case err == errLongLine && r.first(r.buf[r.pos:]), err == io.EOF:
			return size, nil
		case err == errLongLine:
			return 0, r.skipRecord()
		case err != nil:
			return 0, err
		case r.first(r.buf[from:to]) && (r.goesOn == nil || !r.goesOn(r.buf[r.keep:r.keep+size], r.buf[from:to])):
			r.pos = from
			return size, nil
		case to-r.keep > r.maxRecord:
			return 0, r.skipRecord()
		case to > from:
			size = to - r.keep
		}
	}
}

// skipRecord passes over a record that is too long.
func (r *multiReader) skipRecord() error {
	bad := newRecordError(r.offset(r.keep), r.tooLong())
	bad.add(r.buf[r.keep:r.pos])
	return r.skipRest(bad)
}

// skipRest passes over the rest of a bad record: to the next first line.
func (r *multiReader) skipRest(bad recordError) error {
	for {
		r.keep = r.pos
		from, to, err := r.line()
		var long *RecordError
		switch {
		case errors.As(err, &long):
			bad.add(long.Data)
			r.addLineEnd(bad)
			continue
		case err != nil && err != io.EOF:
			return err
		case err == nil && !r.first(r.buf[from:to]):
			bad.add(r.buf[from:r.pos])
			continue
		case err == nil:
			r.pos = from
		}
		bad.Size = r.offset(r.pos) - bad.Offset
		return bad.RecordError
	}
}

// addLineEnd adds the newline that the error of a long line leaves out.
func (r *multiReader) addLineEnd(bad recordError) {
	if r.pos > 0 && r.buf[r.pos-1] == '\n' {
		bad.add(r.buf[r.pos-1 : r.pos])
	}
}
