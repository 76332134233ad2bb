package raw

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/raw/rows"
	"github.com/hindcast/hindcast/lake/raw/unpack"
)

// DefaultSpool is how large a file in Parquet may be that must be copied to be read.
const DefaultSpool = 8 << 30

// rowReader reads an entry in Parquet: each row is a record, whose offset is that of the entry and its number.
type rowReader struct {
	of     *Reader
	rows   *rows.Reader // nil if there are none
	file   io.Closer    // of a copy
	base   int64
	failed error
}

// inParquet tells whether the entry is in Parquet.
func (r *Reader) inParquet() bool {
	head, _ := r.in.Peek(unpack.HeadSize) // what goes wrong here is repeated by what reads next
	return rows.Looks(head)
}

// openRows makes ready to read the entry as rows, of all of it or only of the first ones.
func (r *Reader) openRows(all bool) {
	base := r.offset()
	r.unwrap, r.exported = nil, false
	r.rows = &rowReader{of: r, base: base}
	r.frames = r.rows
	at, size, err := r.random(all)
	if err != nil {
		r.rows.failed = err
		return
	}
	l := rows.Limits{MaxRow: r.limits.MaxRecord}
	if all {
		l.Spend = r.in.Spend
	}
	if r.rows.rows, err = rows.New(at, size, l); err != nil {
		r.rows.fail(err)
	}
}

// leaveRows is called before the next entry is read, which begins behind all of the rows.
func (r *Reader) leaveRows() {
	if r.rows == nil {
		return
	}
	end := r.rows.end()
	r.rows.close()
	r.rows = nil
	r.shift = end - r.in.Unpacked()
}

// random is the entry to be read at any place. What can't be is copied to a file.
func (r *Reader) random(all bool) (io.ReaderAt, int64, error) {
	f, ok := r.body.(interface {
		io.ReaderAt
		Stat() (fs.FileInfo, error)
	})
	if !ok || r.in.Packed() {
		return r.spool()
	}
	info, err := f.Stat()
	if err == nil && all { // it is counted and summed up like any other
		_, err = io.Copy(io.Discard, r.in)
	}
	if err != nil {
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// spool copies the entry to a file that has no name any more where that can be.
func (r *Reader) spool() (io.ReaderAt, int64, error) {
	most := r.limits.Spool
	if most <= 0 {
		most = DefaultSpool
	}
	tmp, err := os.CreateTemp(r.limits.Scratch, "parquet-*")
	if err != nil {
		return nil, 0, fmt.Errorf("make room for a copy: %w", err)
	}
	r.rows.file = localCopy{tmp}
	_ = os.Remove(tmp.Name()) // if an open file keeps its name, Close removes it
	n, err := io.CopyN(tmp, r.in, most+1)
	_, failed := r.in.Peek(1)
	switch {
	case n > most:
		return nil, 0, r.in.Blame(fmt.Errorf("a file in Parquet of more than %d bytes", most))
	case failed != nil && failed != io.EOF:
		return nil, 0, failed
	case err != nil && err != io.EOF:
		return nil, 0, fmt.Errorf("copy it to %s: %w", tmp.Name(), err)
	}
	return tmp, n, nil
}

// fail says whether the file is at fault, or what reads it.
func (p *rowReader) fail(err error) {
	var read *rows.ReadError
	if p.failed = err; !errors.As(err, &read) {
		p.failed = p.of.in.Blame(err)
	}
}

// Header implements frame.Reader.
func (p *rowReader) Header() []byte { return nil }

// Next implements frame.Reader.
func (p *rowReader) Next() (frame.Record, error) {
	if p.failed != nil {
		return frame.Record{}, p.failed
	}
	row, err := p.rows.Next()
	switch {
	case err == nil:
		return frame.Record{Data: row, Offset: p.offset() - 1}, nil
	case err == io.EOF:
		p.failed = io.EOF
	case errors.Is(err, rows.ErrTooLong):
		return frame.Record{}, &RecordError{Offset: p.offset() - 1, Reason: err.Error()}
	default:
		p.fail(err)
	}
	return frame.Record{}, p.failed
}

// offset is that of the next row.
func (p *rowReader) offset() int64 {
	if p.rows == nil {
		return p.base
	}
	return p.base + p.rows.Row()
}

// end is the offset behind the last row that the file says it has.
func (p *rowReader) end() int64 {
	if p.rows == nil {
		return p.base
	}
	return p.base + p.rows.Rows()
}

func (p *rowReader) close() {
	if p.rows != nil {
		p.rows.Close()
	}
	if p.file != nil {
		_ = p.file.Close() // of a copy that is of no use any more
	}
}
