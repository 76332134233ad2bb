package unpack

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/s2"
)

// Snappy without the frames of its own format comes in three kinds: as Hadoop's codec writes it, as snappy-java's
// SnappyOutputStream does, and as one bare block. Hadoop's and the bare one have no mark, and are told by what can't
// stand in anything else; see isHadoopSnappy and isSnappyBlock.

// maxSnappyBlock is how many bytes a block may unpack to: it is held in memory, and so is what it is unpacked from.
const maxSnappyBlock = 32 << 20

var errSnappy = errors.New("corrupt snappy data")

// blocks reads the blocks of a stream: whatever unpack appends, until it answers io.EOF.
type blocks struct {
	src    *bufio.Reader
	next   func(*blocks) error // makes out, or answers an error
	packed []byte
	space  []byte // that out is in
	out    []byte
	left   int // bytes that Hadoop's codec has yet to put into blocks
	err    error
}

func (b *blocks) Close() error { return nil }

// Read implements io.Reader.
func (b *blocks) Read(p []byte) (int, error) {
	for len(b.out) == 0 && b.err == nil {
		b.err = b.next(b)
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	if n > 0 {
		return n, nil
	}
	return 0, b.err
}

// number reads four bytes; there need not be any at the end: io.EOF.
func (b *blocks) number() (int, error) {
	var n [4]byte
	if _, err := io.ReadFull(b.src, n[:]); err != nil {
		return 0, err
	}
	return int(binary.BigEndian.Uint32(n[:])), nil
}

// unpack reads a block of so many bytes.
func (b *blocks) unpack(size int) error {
	if size > s2.MaxEncodedLen(maxSnappyBlock) {
		return fmt.Errorf("a snappy block of %d bytes is too long", size)
	}
	b.packed = b.packed[:0]
	for len(b.packed) < size { // the size is believed as far as there are bytes
		step := min(size-len(b.packed), 1<<20)
		from := len(b.packed)
		b.packed = append(b.packed, make([]byte, step)...)
		if _, err := io.ReadFull(b.src, b.packed[from:]); err != nil {
			return cutOff(err)
		}
	}
	return b.decode()
}

// decode unpacks the block that was read.
func (b *blocks) decode() error {
	n, err := s2.DecodedLen(b.packed)
	if err != nil {
		return err
	}
	if n > maxSnappyBlock || n > 64*len(b.packed) { // a copy of 64 bytes takes three
		return fmt.Errorf("a snappy block of %d bytes can't unpack to %d", len(b.packed), n)
	}
	b.space, err = s2.Decode(b.space[:cap(b.space)], b.packed)
	b.out = b.space
	return err
}

// cutOff turns an end in the middle of something into an error.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

const snappyJava = "\x82SNAPPY\x00"

// isSnappyJava tells the stream of snappy-java: a mark, two versions, then blocks behind their sizes.
func isSnappyJava(head []byte) bool { return bytes.HasPrefix(head, []byte(snappyJava)) }

func openSnappyJava(r *bufio.Reader) (io.ReadCloser, error) {
	return &blocks{src: r, next: (*blocks).nextOfJava}, nil
}

func (b *blocks) nextOfJava() error {
	for { // streams that were joined have the header between blocks
		if head, _ := b.src.Peek(len(snappyJava)); string(head) != snappyJava {
			break
		}
		if _, err := b.src.Discard(len(snappyJava) + 8); err != nil {
			return cutOff(err)
		}
	}
	size, err := b.number()
	if err != nil {
		return err
	}
	return b.unpack(size)
}

// isHadoopSnappy tells the stream of Hadoop's codec: the size of what was packed, then blocks behind their sizes until
// they make it up. No text begins with a zero byte, and the sizes must agree with each other and with the block.
func isHadoopSnappy(head []byte) bool {
	if len(head) < 10 || head[0] > 1 {
		return false
	}
	whole, packed := binary.BigEndian.Uint32(head), binary.BigEndian.Uint32(head[4:])
	block := head[8:]
	if len(block) > int(packed) {
		block = block[:packed]
	}
	size, n := binary.Uvarint(block)
	return n > 0 && 0 < size && size <= uint64(whole) && whole <= maxSnappyBlock &&
		uint64(packed) <= uint64(s2.MaxEncodedLen(int(size))) && seemsSnappy(block[n:], size, len(block) == int(packed))
}

func openHadoopSnappy(r *bufio.Reader) (io.ReadCloser, error) {
	return &blocks{src: r, next: (*blocks).nextOfHadoop}, nil
}

func (b *blocks) nextOfHadoop() error {
	for b.left == 0 {
		n, err := b.number()
		if err != nil {
			return err
		}
		b.left = n
	}
	size, err := b.number()
	if err != nil {
		return cutOff(err)
	}
	if err := b.unpack(size); err != nil {
		return err
	}
	if len(b.out) > b.left {
		return errSnappy
	}
	b.left -= len(b.out)
	return nil
}

// isSnappyBlock tells one bare block of at least 128 bytes: it begins with its size in more than one byte, which is
// not ASCII, and what is in sight of it must read as snappy, a copy of earlier bytes among it.
func isSnappyBlock(head []byte) bool {
	size, n := binary.Uvarint(head)
	if n < 2 || size < 128 || size > maxSnappyBlock {
		return false
	}
	whole := len(head) < magicSize
	return seemsSnappy(head[n:], size, whole) && (whole || hasCopy(head[n:]))
}

func openSnappyBlock(r *bufio.Reader) (io.ReadCloser, error) {
	return &blocks{src: r, next: (*blocks).onlyBlock}, nil
}

func (b *blocks) onlyBlock() error {
	if b.packed != nil {
		return io.EOF
	}
	var err error
	b.packed, err = io.ReadAll(io.LimitReader(b.src, int64(s2.MaxEncodedLen(maxSnappyBlock))+1))
	if err != nil {
		return err
	}
	if len(b.packed) > s2.MaxEncodedLen(maxSnappyBlock) {
		return errSnappy
	}
	return b.decode()
}

// seemsSnappy walks through the elements of a block that unpacks to so many bytes. With all of it in sight they must
// make up its size.
func seemsSnappy(block []byte, size uint64, whole bool) bool {
	made := uint64(0)
	for len(block) > 0 {
		n, back, taken := element(block)
		switch {
		case taken == 0 || taken > len(block) && whole:
			return !whole && taken == 0
		case back > made || back == 0 && block[0]&3 != 0:
			return false
		}
		if made += n; made > size {
			return false
		}
		block = block[min(taken, len(block)):]
	}
	return made > 0 && (!whole || made == size)
}

func hasCopy(block []byte) bool {
	for len(block) > 0 {
		_, _, taken := element(block)
		if taken == 0 {
			return false
		}
		if block[0]&3 != 0 {
			return true
		}
		block = block[min(taken, len(block)):]
	}
	return false
}

// element reads the element at the start of a block: how many bytes it makes, from how far back if it is a copy, and
// how many it takes; none if it is cut off.
//
// https://github.com/google/snappy/blob/main/format_description.txt
func element(b []byte) (n, back uint64, taken int) {
	tag := b[0]
	extra := [4]int{0, 1, 2, 4}[tag&3]
	if tag&3 == 0 && tag>>2 >= 60 {
		extra = int(tag>>2) - 59
	}
	if len(b) <= extra {
		return 0, 0, 0
	}
	var v uint64
	for i := range extra {
		v |= uint64(b[1+i]) << (8 * i)
	}
	switch {
	case tag&3 == 1:
		return uint64(tag>>2&7) + 4, uint64(tag>>5)<<8 | v, 2
	case tag&3 != 0:
		return uint64(tag>>2) + 1, v, 1 + extra
	case extra == 0:
		v = uint64(tag >> 2)
	}
	if v >= maxSnappyBlock {
		return maxSnappyBlock + 1, 0, 1 + extra
	}
	return v + 1, 0, 2 + extra + int(v)
}
