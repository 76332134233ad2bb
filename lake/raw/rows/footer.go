package rows

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const (
	magic       = "PAR1"
	sealedMagic = "PARE" // the footer is encrypted
	tailSize    = 8      // the footer's length, and the mark again
	maxFooter   = 16 << 20
	maxRows     = 1 << 40 // of all row groups
)

var (
	errCorrupt   = errors.New("parquet: corrupt")
	errEncrypted = errors.New("parquet: encrypted files can't be read")
)

// Looks tells whether a file whose first bytes these are is in Parquet. No text goes on as one does behind the mark.
func Looks(head []byte) bool {
	if len(head) < 5 || string(head[:4]) != magic && string(head[:4]) != sealedMagic {
		return false
	}
	c := head[4]
	return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c > '~'
}

// readFooter reads what stands at the end of a file and describes it.
func readFooter(r io.ReaderAt, size int64) (*format.FileMetaData, error) {
	var tail [tailSize]byte
	if size < int64(len(magic)+tailSize) {
		return nil, fmt.Errorf("%w: %d bytes are too few", errCorrupt, size)
	}
	if err := readAt(r, tail[:], size-tailSize); err != nil {
		return nil, err
	}
	switch string(tail[4:]) {
	case magic:
	case sealedMagic:
		return nil, errEncrypted
	default:
		return nil, fmt.Errorf("%w: it does not end as it should", errCorrupt)
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	if length > size-tailSize-int64(len(magic)) || length > maxFooter {
		return nil, fmt.Errorf("%w: a footer of %d bytes", errCorrupt, length)
	}
	b := make([]byte, length)
	if err := readAt(r, b, size-tailSize-length); err != nil {
		return nil, err
	}
	meta := new(format.FileMetaData)
	if _, err := decode(b, meta); err != nil {
		return nil, fmt.Errorf("read the footer: %w", err)
	}
	return meta, checkMeta(meta)
}

// checkMeta makes sure that every row group has the columns of the schema.
func checkMeta(meta *format.FileMetaData) error {
	leaves := 0
	for i := range meta.Schema {
		if meta.Schema[i].Type.Valid {
			leaves++
		}
	}
	rows := int64(0)
	for i := range meta.RowGroups {
		g := &meta.RowGroups[i]
		if rows += min(g.NumRows, maxRows); len(g.Columns) != leaves || g.NumRows < 0 || rows > maxRows {
			return fmt.Errorf("%w: row group %d has %d columns of %d, and %d rows", errCorrupt, i, len(g.Columns), leaves, g.NumRows)
		}
		for j := range g.Columns {
			c := &g.Columns[j]
			switch {
			case c.CryptoMetadata.Value != nil || len(c.EncryptedColumnMetadata) > 0:
				return errEncrypted
			case c.FilePath != "":
				return fmt.Errorf("%w: a column lies in another file", errCorrupt)
			}
		}
	}
	return nil
}

// decode decodes Thrift whose lengths and depth were looked at, and answers how many bytes it took.
func decode(b []byte, into any) (int, error) {
	taken, err := skim(b)
	if err != nil {
		return 0, err
	}
	p := new(thrift.CompactProtocol)
	if err := thrift.NewDecoder(p.NewReaderFromBytes(b[:taken])).Decode(into); err != nil {
		return 0, fmt.Errorf("%w: %w", errCorrupt, err)
	}
	return taken, nil
}

// readAt reads exactly what it is asked for.
func readAt(r io.ReaderAt, p []byte, at int64) error {
	n, err := r.ReadAt(p, at)
	switch {
	case n == len(p):
		return nil
	case err == nil || err == io.EOF:
		return io.ErrUnexpectedEOF
	}
	return &ReadError{err}
}

// ReadError is an error of the file itself, not of what is in it.
type ReadError struct{ Err error }

func (e *ReadError) Error() string { return e.Err.Error() }
func (e *ReadError) Unwrap() error { return e.Err }
