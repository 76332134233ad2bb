package unpack

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/hindcast/hindcast/lake/raw/unpack/inflate"
)

// zipEntry is an entry of a zip archive, as its header describes it.
type zipEntry struct {
	of     *zipReader
	name   string
	flags  uint16
	method uint16
	crc    uint32
	packed int64 // bytes; not known if it was streamed
	size   int64

	body   io.ReadCloser     // nil if it can't be unpacked
	limit  *io.LimitedReader // its packed bytes; nil if their number is not known
	start  int64             // where in the archive it began, if so
	n      int64
	sum    uint32
	err    error // of the last read
	blamed bool  // whether the error was told
}

// large takes sizes of more than 32 bits from the extra fields.
func (e *zipEntry) large(extra []byte) {
	for len(extra) >= 4 {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; size > len(extra) {
			return
		}
		field := extra[:size]
		extra = extra[size:]
		if id != 1 {
			continue
		}
		for _, v := range []*int64{&e.size, &e.packed} {
			if *v == math.MaxUint32 && len(field) >= 8 {
				*v, field = int64(binary.LittleEndian.Uint64(field)), field[8:]
			}
		}
	}
}

// streamed tells whether the size is not known.
func (e *zipEntry) streamed() bool { return e.flags&zipStreamed != 0 && e.packed == 0 }

// open makes the entry ready to be read.
func (e *zipEntry) open() error {
	if e.packed < 0 || e.size < 0 {
		return errZip
	}
	src := e.of.in.Reader
	if e.streamed() {
		e.start = e.of.in.at()
	} else {
		e.limit = &io.LimitedReader{R: e.of.in.Reader, N: e.packed}
		src = e.of.sub
		src.Reset(e.limit)
	}
	if e.flags&zipEncrypted != 0 {
		return errZipEncrypted
	}
	var err error
	switch {
	case e.method == zipDeflated:
		e.body = inflate.NewDeflate(src)
	case e.method == zipStored && e.limit == nil:
		e.body = io.NopCloser(&untilDescriptor{src: src})
	case e.method == zipStored:
		e.body = io.NopCloser(src)
	case e.method == zipBzip2 && e.limit != nil:
		e.body, err = openBzip2(src)
	case e.method == zipZstd && e.limit != nil:
		e.body, err = openZstd(src)
	default:
		err = fmt.Errorf("zip: method %d can't be unpacked", e.method)
	}
	return err
}

func (e *zipEntry) close() {
	if e.body != nil {
		e.body.Close() // answers the error of the last read, if any
	}
}

// Read implements io.Reader.
func (e *zipEntry) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	if e.body == nil {
		return 0, errZip
	}
	n, err := e.body.Read(p)
	e.sum = crc32.Update(e.sum, crc32.IEEETable, p[:n])
	e.n += int64(n)
	if err == io.EOF {
		if err = e.finish(); err == nil {
			err = io.EOF
		}
	}
	e.err = err
	return n, err
}

// finish reads what is behind the entry and holds it against what was read.
func (e *zipEntry) finish() error {
	if e.limit == nil {
		e.packed = e.of.in.at() - e.start
		if e.method == zipStored {
			e.packed = e.n
		}
		e.limit = &io.LimitedReader{R: e.of.in.Reader} // which is known now
		return e.descriptor()
	}
	if e.limit.N > 0 && e.of.sub.Buffered() == 0 && e.n < e.size {
		return io.ErrUnexpectedEOF
	}
	if left := e.limit.N + int64(e.of.sub.Buffered()); left > 0 {
		return fmt.Errorf("zip: %d bytes are behind the end of the entry's data", left)
	}
	if e.flags&zipStreamed != 0 {
		return e.descriptor()
	}
	if e.sum != e.crc || e.n != e.size {
		return errZipChecksum
	}
	return nil
}

// descriptor passes over a data descriptor, which has a mark or not, and sizes of four bytes or eight.
func (e *zipEntry) descriptor() error {
	d, err := e.of.in.Peek(24)
	for _, wide := range []int{8, 4} {
		for _, mark := range []string{zipDescriptor, ""} {
			if size := len(mark) + 4 + 2*wide; len(d) >= size && e.describes(d[:size], mark, wide) {
				_, err := e.of.in.Discard(size)
				return err
			}
		}
	}
	if len(d) < 24 && err != nil {
		return cutOff(err)
	}
	return errZipChecksum
}

func (e *zipEntry) describes(d []byte, mark string, wide int) bool {
	want := make([]byte, 0, 24)
	want = binary.LittleEndian.AppendUint32(append(want, mark...), e.sum)
	for _, size := range []int64{e.packed, e.n} {
		if wide == 8 {
			want = binary.LittleEndian.AppendUint64(want, uint64(size))
		} else {
			want = binary.LittleEndian.AppendUint32(want, uint32(size))
		}
	}
	return bytes.Equal(d, want)
}

// skip passes over the rest of an entry whose contents do not matter any more.
func (e *zipEntry) skip() error {
	if e.err == io.EOF {
		return nil
	}
	if e.limit == nil {
		return errZip // where it ends is told by its contents alone
	}
	e.err = errZip
	if _, err := io.CopyN(io.Discard, e.of.in, e.limit.N); err != nil {
		return cutOff(err)
	}
	e.limit.N = 0
	if e.flags&zipStreamed == 0 {
		return nil
	}
	return e.passDescriptor()
}

// passDescriptor finds how long a descriptor is by what follows.
func (e *zipEntry) passDescriptor() error {
	d, _ := e.of.in.Peek(28)
	for _, size := range []int{24, 16, 20, 12} {
		if len(d) < size+4 {
			continue
		}
		switch string(d[size : size+4]) {
		case zipLocal, zipCentral, zipExtraData, zip64End, zipEnd:
			_, err := e.of.in.Discard(size)
			return err
		}
	}
	if string(d[:min(4, len(d))]) == zipLocal || string(d[:min(4, len(d))]) == zipCentral {
		return nil // it was read
	}
	return errZip
}

// untilDescriptor reads an entry that is neither packed nor of a known size: up to a descriptor that fits it.
type untilDescriptor struct {
	src *bufio.Reader
	n   int64
	sum uint32
}

func (u *untilDescriptor) Read(p []byte) (int, error) {
	const least, most = 16, 24 // bytes of a descriptor
	_, err := u.src.Peek(most)
	b, _ := u.src.Peek(u.src.Buffered())
	k := bytes.Index(b, []byte(zipDescriptor))
	switch {
	case k == 0 && u.ends(b):
		return 0, io.EOF
	case len(b) <= least:
		return 0, cutOff(err)
	case k > 0:
		b = b[:k]
	case k == 0 || len(b) < most:
		b = b[:1]
	default:
		b = b[:len(b)-most+1] // a descriptor may begin in the rest
	}
	n := copy(p, b)
	u.sum = crc32.Update(u.sum, crc32.IEEETable, b[:n])
	u.n += int64(n)
	_, err = u.src.Discard(n)
	return n, err
}

func (u *untilDescriptor) ends(d []byte) bool {
	if len(d) < 16 || binary.LittleEndian.Uint32(d[4:]) != u.sum {
		return false
	}
	return int64(binary.LittleEndian.Uint32(d[8:])) == u.n && int64(binary.LittleEndian.Uint32(d[12:])) == u.n ||
		len(d) >= 24 && int64(binary.LittleEndian.Uint64(d[8:])) == u.n && int64(binary.LittleEndian.Uint64(d[16:])) == u.n
}
