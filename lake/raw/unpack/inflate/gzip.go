package inflate

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"sync"
)

// What can be wrong with gzip around the compressed data.
var (
	ErrHeader   = errors.New("gzip: invalid header")
	ErrChecksum = errors.New("gzip: the checksum or size is another")
)

const (
	headerSize  = 10
	trailerSize = 8
	maxName     = 512 // of a file, or a comment, with the zero behind it

	flagHeaderCRC = 1 << 1
	flagExtra     = 1 << 2
	flagName      = 1 << 3
	flagComment   = 1 << 4
	flagsReserved = 7 << 5
)

// Reader unpacks the members of gzip that come one after the other.
type Reader struct {
	src    *bufio.Reader
	d      *decoder
	inside bool // of a member's data
	sum    uint32
	size   uint32
	err    error
}

// decoders are used again, as one is 140 KB and most objects are small.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

// NewReader reads from src, through a buffer of its own unless src is a *bufio.Reader whose buffer is large enough.
func NewReader(src io.Reader) *Reader {
	return &Reader{src: bufio.NewReaderSize(src, headerMax), d: decoders.Get().(*decoder)}
}

// Close frees what is needed to read. It does not close the source.
func (r *Reader) Close() error {
	if r.d != nil {
		r.d.start(nil)
		decoders.Put(r.d)
		r.d, r.err = nil, os.ErrClosed
	}
	return nil
}

// Read implements io.Reader. An error comes when all that could be read before it was.
func (r *Reader) Read(p []byte) (int, error) {
	for r.err == nil {
		if !r.inside {
			if r.err = r.header(); r.err != nil {
				break
			}
			r.d.start(r.src)
			r.inside, r.sum, r.size = true, 0, 0
		}
		n, err := r.d.read(p)
		r.sum = crc32.Update(r.sum, crc32.IEEETable, p[:n])
		r.size += uint32(n)
		if err == io.EOF {
			r.inside = false
			err = r.trailer()
		}
		r.err = err
		if n > 0 || len(p) == 0 {
			return n, r.err
		}
	}
	return 0, r.err
}

func (r *Reader) trailer() error {
	b, err := r.src.Peek(trailerSize)
	if err != nil {
		return noEOF(err)
	}
	if binary.LittleEndian.Uint32(b) != r.sum || binary.LittleEndian.Uint32(b[4:]) != r.size {
		return ErrChecksum
	}
	_, err = r.src.Discard(trailerSize)
	return err
}

// header passes over a member's header. There need not be one: io.EOF.
func (r *Reader) header() error {
	b, err := r.src.Peek(headerSize)
	if err != nil {
		if len(b) > 0 {
			return noEOF(err)
		}
		return err
	}
	flags := b[3]
	if b[0] != 0x1f || b[1] != 0x8b || b[2] != 8 || flags&flagsReserved != 0 {
		return ErrHeader
	}
	h := header{src: r.src}
	h.take(headerSize)
	if flags&flagExtra != 0 {
		if size := h.take(2); size != nil {
			h.pass(int(binary.LittleEndian.Uint16(size)))
		}
	}
	if flags&flagName != 0 {
		h.text()
	}
	if flags&flagComment != 0 {
		h.text()
	}
	sum := uint16(h.sum)
	if flags&flagHeaderCRC != 0 {
		if want := h.take(2); want != nil && binary.LittleEndian.Uint16(want) != sum {
			return ErrHeader
		}
	}
	return h.err
}
