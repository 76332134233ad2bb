// Package unpack decompresses a stream by what its first bytes say, not by its name.
//
// What is packed in what is packed is unpacked in turn. The entries of an archive are read one after the other: Read
// answers io.EOF at the end of each, and Next goes on to the one behind it. A stream that is no archive is one entry.
package unpack

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

// Default limits.
const (
	DefaultMaxRatio  = 250
	DefaultFreeBytes = 64 << 20
	DefaultLayers    = 5
	DefaultEntries   = 100_000
)

// Limits guard against small objects that unpack to huge ones. Zero values stand for the defaults.
type Limits struct {
	MaxRatio  int   // unpacked bytes for each stored byte
	FreeBytes int64 // unpacked bytes up to which no ratio is too high
	Layers    int   // of compression and archives inside of each other
	Entries   int   // of all archives in the stream
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
	if l.Entries <= 0 {
		l.Entries = DefaultEntries
	}
	return l
}

// Reader reads the unpacked bytes of a stream, entry by entry.
//
// An error of the stream itself is passed on as it is. What the stream's contents are to blame for is an *EntryError
// if Next can go on behind it, or a *DamagedError.
type Reader struct {
	src     *source
	limits  Limits
	levels  []level // from the stored bytes inwards
	spare   []*bufio.Reader
	spent   []int64 // unpacked bytes by depth, of all entries
	entries int
	n       int64
	made    int64 // bytes of what is not read as it is
	err     error // of the entry
	end     error // of the stream: there is no entry any more
}

// New reads from src, which is read to its end even if what is packed in it ends earlier. Its size is only a hint; zero
// is not known. What is wrong with src is told by the methods that read.
func New(src io.Reader, size int64, l Limits) *Reader {
	l = l.orDefaults()
	r := &Reader{src: &source{src: src, hash: sha256.New()}, limits: l, spent: make([]int64, l.Layers+1)}
	r.levels = append(r.levels, level{stream: stream{bufio.NewReaderSize(r.src, sourceBuffer(size)), &r.src.n}})
	r.descend()
	return r
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

// Peek is the next n bytes of the entry, or as many of them as there are within HeadSize and before the end or an
// error.
func (r *Reader) Peek(n int) ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	head, err := r.top().Peek(min(n, HeadSize))
	if len(head) > 0 || err == nil || err == io.EOF {
		return head, nil // an error comes when these bytes have been read
	}
	return nil, r.Blame(err)
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.top().Read(p)
	r.n += int64(n)
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF && r.archived():
		r.err = io.EOF
	default:
		_ = r.Blame(err)
	}
	return n, r.err
}

// Next goes on to the next entry, from anywhere in the one before it. It answers io.EOF if there is none.
func (r *Reader) Next() error {
	if r.end == nil && r.err == nil && !r.archived() {
		_, _ = io.Copy(io.Discard, r)
	}
	if r.end != nil {
		return r.end
	}
	if r.err = r.enter(); r.err == nil {
		r.descend()
	}
	return r.err
}

// Blame says what it means that the entry can't be read on because of an error: its own, or that of whoever reads what
// is in it. All methods but Next answer the same from now on, and Next too unless it is an *EntryError.
func (r *Reader) Blame(err error) error {
	r.err = r.blame(err)
	return r.err
}

func (r *Reader) blame(err error) error {
	var bomb *BombError
	for !errors.As(err, &bomb) && r.src.err == nil && r.toArchive() {
		skipped := r.top().archive.skip()
		if skipped == nil {
			return &EntryError{Name: r.top().archive.name(), Offset: r.n, Err: err}
		}
		errors.As(skipped, &bomb) // what is skipped is unpacked too
		r.top().archive = nil
	}
	if bomb != nil {
		err = bomb
	}
	r.end = r.finish(err)
	return r.end
}

// finish finds whether the stream or its contents are at fault, after reading the rest of it.
func (r *Reader) finish(err error) error {
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
// once Next has answered io.EOF or any method a *DamagedError.
func (r *Reader) Stored() (size int64, sum string) {
	return r.src.n, hex.EncodeToString(r.src.hash.Sum(nil))
}

// Packed tells whether what is read is not the stream itself.
func (r *Reader) Packed() bool { return len(r.levels) > 1 }

// Spend counts bytes that are made of those that were read, and answers a *BombError when they are too many.
func (r *Reader) Spend(n int64) error {
	r.made += n
	return r.bomb(r.made)
}

// Unpacked is how many bytes were read.
func (r *Reader) Unpacked() int64 { return r.n }

// Close frees the decompressors. It does not close the stream.
func (r *Reader) Close() {
	for len(r.levels) > 1 {
		r.pop()
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
