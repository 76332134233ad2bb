package cell

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Value is a value's text. A null has none.
type Value struct {
	Text string
	Null bool
}

// AppendCSV adds a row as Athena writes it: every value in quotes, and nothing at all for a null.
func AppendCSV(b []byte, row []Value) []byte {
	for i, v := range row {
		if i > 0 {
			b = append(b, ',')
		}
		if v.Null {
			continue
		}
		b = append(b, '"')
		for j := range len(v.Text) {
			if v.Text[j] == '"' {
				b = append(b, '"')
			}
			b = append(b, v.Text[j])
		}
		b = append(b, '"')
	}
	return append(b, '\n')
}

// ErrCSV says that a text was not written by AppendCSV.
var ErrCSV = errors.New("not a row as it was written")

// Reader reads rows that AppendCSV wrote. Unlike encoding/csv it tells nulls from empty texts.
type Reader struct {
	in   *bufio.Reader
	read int64
}

// NewReader reads from a file's text.
func NewReader(in io.Reader) *Reader { return &Reader{in: bufio.NewReaderSize(in, 64<<10)} }

// Read gives the next row, or io.EOF.
func (r *Reader) Read() ([]Value, error) {
	var row []Value
	for first := true; ; first = false {
		v, end, err := r.value()
		if errors.Is(err, io.EOF) && first {
			return nil, io.EOF
		}
		if err != nil {
			return nil, fmt.Errorf("%w, at byte %d: %w", ErrCSV, r.read, noEOF(err))
		}
		row = append(row, v)
		if end {
			return row, nil
		}
	}
}

// Bytes is how much was read.
func (r *Reader) Bytes() int64 { return r.read }

func (r *Reader) next() (byte, error) {
	c, err := r.in.ReadByte()
	if err == nil {
		r.read++
	}
	return c, err
}

// value reads a value and the comma or line's end after it.
func (r *Reader) value() (v Value, end bool, err error) {
	c, err := r.next()
	switch {
	case err != nil:
		return v, false, err
	case c == ',', c == '\n':
		return Value{Null: true}, c == '\n', nil
	case c != '"':
		return v, false, fmt.Errorf("%q stands outside of quotes", c)
	}
	var text strings.Builder
	for {
		if c, err = r.next(); err != nil {
			return v, false, noEOF(err)
		}
		if c != '"' {
			text.WriteByte(c)
			continue
		}
		if c, err = r.next(); err != nil {
			return v, false, noEOF(err)
		}
		switch c {
		case '"':
			text.WriteByte('"')
		case ',', '\n':
			return Value{Text: text.String()}, c == '\n', nil
		default:
			return v, false, fmt.Errorf("%q follows a quote", c)
		}
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
