// Package frame divides a stream of bytes into records, each with its offset in the stream.
//
// A reader holds a window of the stream that slides, and grows only for a record that does not fit in it. A record
// that can't be read costs a RecordError and not the records after it.
package frame

import (
	"fmt"
	"io"
)

// Kind is how a stream divides into records.
type Kind uint8

const (
	JSON      Kind = iota // objects, in whatever JSON arrangement
	Lines                 // a line each
	Multiline             // a first line and the lines that go on from it
	Elements              // XML elements of one name
)

// Framing says how a stream divides into records. The zero value reads bare JSON records and arrays of them.
type Framing struct {
	Kind Kind

	// Arrays are the keys whose array holds the records when a JSON object at the top is not a record itself:
	// {"Records":[…]}.
	Arrays []string

	// Header tells header lines from records. Without HeaderAnywhere it is asked about the first line, and as long
	// as it says yes about the next; with it, about every line. A line is given without its line end.
	Header         func(line []byte) bool
	HeaderAnywhere bool

	// Element is the name of the XML elements.
	Element string

	// First tells the first line of a multi-line record.
	First func(line []byte) bool

	// GoesOn, where there is one, tells that a line goes on from the record before it although First takes it for the
	// first of another: a statement in quotes may have lines like those of the log.
	GoesOn func(record, line []byte) bool

	// Keep names envelopes that are left around the records, as envelope.Firelens: where they belong to them.
	Keep []string

	// Looks tells the log by its first bytes, where it is asked whether something stands before each record that is
	// not part of it.
	Looks func(head []byte) bool
}

// Default limits.
const (
	DefaultMaxRecord = 16 << 20
	DefaultWindow    = 256 << 10
	MaxErrorData     = 64 << 10 // bytes of a bad record that its error carries
)

// Limits bound the memory of a reader. Zero values stand for the defaults.
type Limits struct {
	MaxRecord int // bytes; a longer record is a RecordError
	Window    int // bytes that are held of a long stream, unless a record needs more
}

func (l Limits) orDefaults() Limits {
	if l.MaxRecord <= 0 {
		l.MaxRecord = DefaultMaxRecord
	}
	if l.Window <= 0 {
		l.Window = DefaultWindow
	}
	return l
}

// Record is one record. Data is valid until the next call, and may be changed.
type Record struct {
	Data   []byte
	Offset int64 // of Data's first byte in the stream
}

// Reader yields the records of a stream.
type Reader interface {
	// Next answers the next record, or
	//   - io.EOF at the end;
	//   - a *RecordError for one that can't be read, after which Next goes on;
	//   - the stream's own error, after which it repeats that. A record that it cut short is not delivered.
	Next() (Record, error)

	// Header is the header lines that were read last, joined by newlines; nil if there were none. A new header is a
	// new slice.
	Header() []byte
}

// New reads the records of a stream whose first byte is at an offset.
func New(src io.Reader, offset int64, f Framing, l Limits) Reader {
	l = l.orDefaults()
	w := window{src: src, base: offset, size: l.Window, max: l.MaxRecord + max(l.Window, 4*lookback)}
	switch {
	case f.Kind == Lines:
		return &lineReader{lines: newLines(w, f, l.MaxRecord)}
	case f.Kind == Multiline && f.First != nil:
		w.max += l.MaxRecord // for the line that shows that the record before it has ended
		return &multiReader{lines: newLines(w, f, l.MaxRecord), first: f.First, goesOn: f.GoesOn}
	case f.Kind == Elements:
		return newElements(w, f.Element, l.MaxRecord)
	case f.Kind == Multiline:
		return &lineReader{lines: newLines(w, f, l.MaxRecord)}
	}
	return newJSON(w, f.Arrays, l.MaxRecord)
}

// RecordError is a record that can't be read.
type RecordError struct {
	Offset int64  // of its first byte
	Size   int64  // bytes that were passed over
	Reason string // what is wrong, for people
	Data   []byte // the first of its bytes, at most MaxErrorData; a copy
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("record at offset %d: %s", e.Offset, e.Reason)
}

// recordError takes note of bytes that are passed over, also when they leave the window piece by piece.
type recordError struct{ *RecordError }

func newRecordError(offset int64, reason string) recordError {
	return recordError{&RecordError{Offset: offset, Reason: reason}}
}

func (e recordError) add(passed []byte) {
	e.Size += int64(len(passed))
	if room := MaxErrorData - len(e.Data); room > 0 {
		e.Data = append(e.Data, passed[:min(room, len(passed))]...)
	}
}
