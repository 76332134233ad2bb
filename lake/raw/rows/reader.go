package rows

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// Defaults of limits.
const (
	DefaultHeld   = 192 << 20
	DefaultMaxRow = 16 << 20
)

// Limits bound what is read. Zero values stand for the defaults.
type Limits struct {
	Held   int64 // bytes of pages and dictionaries that are held at a time
	MaxRow int   // bytes of a row in JSON; a longer one is passed over

	// Spend is told how many bytes of rows, and values in them, there are more, before there are many. Its error ends
	// the reading.
	Spend func(n int64) error
}

// ErrTooLong says that a row is longer than a row may be. The next one can be read.
var ErrTooLong = errors.New("the row is too long")

// Reader reads the rows of a file.
type Reader struct {
	src    io.ReaderAt
	size   int64
	limits Limits
	meta   *format.FileMetaData
	root   *node
	leaves []*leaf

	group int   // the next row group
	left  int64 // rows of the one before it
	row   int64 // the next row
	buf   []byte
	long  bool // the row is too long
	cost  int64
	err   error

	codecs     codecs
	held       int64
	head       []byte
	packed     []byte
	pageHeader format.PageHeader
}

// New reads a file of a known size. Whatever is in it, errors are all that comes of it; those of src are *ReadErrors.
func New(src io.ReaderAt, size int64, l Limits) (_ *Reader, err error) {
	defer noPanic(&err)

	if l.Held <= 0 {
		l.Held = DefaultHeld
	}
	if l.MaxRow <= 0 {
		l.MaxRow = DefaultMaxRow
	}
	r := &Reader{src: src, size: size, limits: l}
	if r.meta, err = readFooter(src, size); err != nil {
		return nil, err
	}
	if r.root, r.leaves, err = newSchema(r.meta.Schema); err != nil {
		return nil, err
	}
	return r, nil
}

// Close frees the decompressors. It does not close the file.
func (r *Reader) Close() { r.codecs.close() }

// Row is the number of the next row, the first one being 0.
func (r *Reader) Row() int64 { return r.row }

// Rows is how many rows the file says it has.
func (r *Reader) Rows() (n int64) {
	for i := range r.meta.RowGroups {
		n += r.meta.RowGroups[i].NumRows
	}
	return n
}

// Next answers the next row, which is valid until the next call, io.EOF at the end, ErrTooLong, or why no more rows
// can be read.
func (r *Reader) Next() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	for r.left == 0 {
		if r.err = r.nextGroup(); r.err != nil {
			return nil, r.err
		}
	}
	if r.err = r.read(); r.err != nil {
		return nil, r.err
	}
	r.left--
	r.row++
	if r.long {
		return nil, ErrTooLong
	}
	return r.buf, nil
}

// Skip passes over so many rows, or all that there are.
func (r *Reader) Skip(n int64) error {
	for n > 0 {
		if r.left == 0 && r.group < len(r.meta.RowGroups) && r.meta.RowGroups[r.group].NumRows <= n {
			skipped := r.meta.RowGroups[r.group].NumRows
			r.group, r.row, n = r.group+1, r.row+skipped, n-skipped
			continue
		}
		if _, err := r.Next(); err != nil && !errors.Is(err, ErrTooLong) {
			return err
		}
		n--
	}
	return nil
}

// nextGroup goes to the next row group, or answers io.EOF.
func (r *Reader) nextGroup() (err error) {
	defer noPanic(&err)
	for _, l := range r.leaves {
		if more, err := l.peek(); err != nil {
			return err
		} else if r.group > 0 && more {
			return fmt.Errorf("column %q: %w: it is longer than others", l.name, errCorrupt)
		}
	}
	if r.group == len(r.meta.RowGroups) {
		return io.EOF
	}
	g := &r.meta.RowGroups[r.group]
	for i, l := range r.leaves {
		if err := l.chunk.open(r, &g.Columns[i].MetaData); err != nil {
			return fmt.Errorf("column %q of row group %d: %w", l.name, r.group, err)
		}
		l.ready, l.ended = false, false
	}
	r.group++
	r.left = g.NumRows
	return nil
}

// noPanic makes an error of a panic: what comes from outside goes through decoders of other people.
func noPanic(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", errCorrupt, p)
	}
}

// read renders the next row.
func (r *Reader) read() (err error) {
	defer noPanic(&err)
	for _, l := range r.leaves {
		if err := l.must(); err != nil {
			return err
		}
		if l.rep != 0 {
			return fmt.Errorf("column %q: %w: a row begins in the middle of a list", l.name, errCorrupt)
		}
	}
	r.buf, r.long = r.buf[:0], false
	if err := r.value(r.root); err != nil {
		return err
	}
	r.long = r.long || len(r.buf) > r.limits.MaxRow
	return r.spend(int64(len(r.buf)))
}

// spendAt is how much may be read until it is told.
const spendAt = 64 << 10

func (r *Reader) spend(n int64) error {
	if r.cost += n; r.cost < spendAt || r.limits.Spend == nil {
		return nil
	}
	n, r.cost = r.cost, 0
	return r.limits.Spend(n)
}
