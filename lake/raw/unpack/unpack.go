// Package unpack decompresses a stream by what its first bytes say, not by its name.
package unpack

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// Default limits.
const (
	DefaultMaxRatio  = 250
	DefaultFreeBytes = 64 << 20
	DefaultLayers    = 3
)

// Limits guard against small objects that unpack to huge ones. Zero values stand for the defaults.
type Limits struct {
	MaxRatio  int   // unpacked bytes for each stored byte
	FreeBytes int64 // unpacked bytes up to which no ratio is too high
	Layers    int   // of compression inside of compression
}

func (l Limits) orDefaults() Limits {
	if l.MaxRatio <= 0 {
		l.MaxRatio = DefaultMaxRatio
	}
	if l.FreeBytes <= 0 {
		l.FreeBytes = DefaultFreeBytes
	}
	if l.Layers <= 0 {
		l.Layers = DefaultLayers
	}
	return l
}

// DamagedError says that a stream can't be unpacked from an offset on. Its other bytes were delivered.
type DamagedError struct {
	Offset int64 // in the unpacked stream
	Err    error // what the decompressor says, or a *BombError
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("damaged behind byte %d unpacked: %v", e.Offset, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }

// BombError says that a stream unpacks to more than is let through.
type BombError struct {
	Stored, Unpacked int64
	MaxRatio         int
}

func (e *BombError) Error() string {
	return fmt.Sprintf("%d bytes unpack to more than %d, over %d times as many", e.Stored, e.Unpacked, e.MaxRatio)
}

// Reader reads the unpacked bytes of a stream.
//
// An error of the stream itself is passed on as it is. What the stream's contents are to blame for is a
// *DamagedError.
type Reader struct {
	src     *source
	out     *bufio.Reader
	closers []io.Closer
	n       int64
	err     error
}

// New reads from src, which is read to its end even if what is packed in it ends earlier. Its size is only a hint; zero
// is not known. What is wrong with src is told by the methods that read.
func New(src io.Reader, size int64, l Limits) *Reader {
	l = l.orDefaults()
	s := &source{src: src, hash: sha256.New()}
	r := &Reader{src: s, out: bufio.NewReaderSize(s, sourceBuffer(size))}
	for layer := 0; ; layer++ {
		head, err := r.out.Peek(magicSize)
		f := formatOf(head)
		switch {
		case err != nil && err != io.EOF && len(head) == 0:
			r.err = r.blame(err)
			return r
		case f == nil:
			return r
		case layer == l.Layers:
			r.err = r.blame(fmt.Errorf("packed more than %d times", l.Layers))
			return r
		}
		inner, err := f.open(r.out)
		if err != nil {
			r.err = r.blame(fmt.Errorf("%s: %w", f.name, err))
			return r
		}
		r.closers = append(r.closers, inner)
		r.out = bufio.NewReaderSize(&guard{src: inner, stored: s, limits: l}, HeadSize)
	}
}

// sourceBuffer is how much is read of a source at a time: little of small ones.
func sourceBuffer(size int64) int {
	const most = 64 << 10
	if size <= 0 {
		return most
	}
	return int(min(max(size, HeadSize), most))
}

// HeadSize is how much Peek can look at.
const HeadSize = 8 << 10

// Peek is the next n bytes, or as many of them as there are within HeadSize and before the end or an error.
func (r *Reader) Peek(n int) ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	head, err := r.out.Peek(min(n, HeadSize))
	if len(head) > 0 || err == nil || err == io.EOF {
		return head, nil // an error comes when these bytes have been read
	}
	r.err = r.blame(err)
	return nil, r.err
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.out.Read(p)
	r.n += int64(n)
	if err != nil {
		r.err = r.blame(err)
	}
	return n, r.err
}

// blame finds whether the stream or its contents are at fault, after reading the rest of it.
func (r *Reader) blame(err error) error {
	_, rest := io.Copy(io.Discard, r.src)
	switch {
	case r.src.err != nil:
		return r.src.err
	case rest != nil:
		return rest
	case err == io.EOF:
		return io.EOF
	}
	return &DamagedError{Offset: r.n, Err: err}
}

// Stored is how many bytes were read from the stream, and the SHA-256 of them in hex. It is that of the whole stream
// once Read has answered io.EOF or a *DamagedError.
func (r *Reader) Stored() (size int64, sum string) {
	return r.src.n, hex.EncodeToString(r.src.hash.Sum(nil))
}

// Unpacked is how many bytes were read.
func (r *Reader) Unpacked() int64 { return r.n }

// Close frees the decompressors. It does not close the stream.
func (r *Reader) Close() {
	for _, c := range r.closers {
		c.Close() // answers the error of the last read, if any
	}
}

// source counts and hashes what is stored, and remembers its error.
type source struct {
	src  io.Reader
	hash hash.Hash
	n    int64
	err  error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.src.Read(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// guard stops a stream that unpacks to too much.
type guard struct {
	src    io.Reader
	stored *source
	limits Limits
	n      int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.src.Read(p)
	g.n += int64(n)
	if g.n > g.limits.FreeBytes && g.n/int64(g.limits.MaxRatio) > g.stored.n {
		return 0, &BombError{Stored: g.stored.n, Unpacked: g.n, MaxRatio: g.limits.MaxRatio}
	}
	return n, err
}
