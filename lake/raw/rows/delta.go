package rows

import (
	"encoding/binary"
	"fmt"
)

// delta reads numbers of which the differences are bit-packed:
// https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5
type delta struct {
	b       []byte // behind what was taken
	left    uint64 // values
	last    int64
	first   bool   // the first value was not read
	minis   uint64 // miniblocks of a block
	values  uint64 // of a miniblock
	least   int64  // of the block's differences
	widths  []byte // of the block's miniblocks that are to come
	packed  []byte // the miniblock
	bit     uint64
	width   uint
	pending uint64 // values of the miniblock
	wide    bool   // 64 bits rather than 32, within which sums wrap around
}

var errDelta = fmt.Errorf("%w: a page of differences", errCorrupt)

func newDelta(b []byte, wide bool) (*delta, error) {
	d := &delta{b: b, first: true, wide: wide}
	block := d.uvarint()
	d.minis, d.left = d.uvarint(), d.uvarint()
	d.last = d.varint()
	if d.b == nil || d.minis == 0 || d.minis > 1<<16 || block > 1<<24 || block%d.minis != 0 || block/d.minis%8 != 0 || block == 0 {
		return nil, errDelta
	}
	d.values = block / d.minis
	return d, nil
}

// uvarint reads a number; when there is none, b is nil.
func (d *delta) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.b = nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *delta) varint() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

func (d *delta) next(v *value) error {
	n, err := d.number()
	v.bits = uint64(n)
	return err
}

func (d *delta) number() (int64, error) {
	if d.left == 0 {
		return 0, errShort
	}
	d.left--
	if d.first {
		d.first = false
		return d.last, nil
	}
	if d.pending == 0 {
		if err := d.miniblock(); err != nil {
			return 0, err
		}
	}
	d.pending--
	if d.last += d.least + int64(bitsAt(d.packed, d.bit, d.width)); !d.wide {
		d.last = int64(int32(d.last))
	}
	d.bit += uint64(d.width)
	return d.last, nil
}

// miniblock goes to the next one, in the next block when that is in one.
func (d *delta) miniblock() error {
	if len(d.widths) == 0 {
		d.least = d.varint()
		if uint64(len(d.b)) < d.minis {
			return errDelta
		}
		d.widths, d.b = d.b[:d.minis], d.b[d.minis:]
	}
	d.width, d.widths = uint(d.widths[0]), d.widths[1:]
	if d.width > 64 {
		return errDelta
	}
	// The last one may be cut to the values that there are.
	size := d.values / 8 * uint64(d.width)
	if need := (min(d.values, d.left+1)*uint64(d.width) + 7) / 8; need > uint64(len(d.b)) {
		return errDelta
	}
	size = min(size, uint64(len(d.b)))
	d.packed, d.b, d.bit, d.pending = d.b[:size], d.b[size:], 0, d.values
	return nil
}

// deltaLengths reads bytes behind their lengths, which are delta.
type deltaLengths struct {
	lengths *delta
	data    []byte
}

func newDeltaLengths(b []byte) (*deltaLengths, error) {
	data, err := behindDelta(b)
	if err != nil {
		return nil, err
	}
	lengths, err := newDelta(b, false)
	return &deltaLengths{lengths, data}, err
}

// behindDelta is what follows numbers.
func behindDelta(b []byte) ([]byte, error) {
	d, err := newDelta(b, false)
	if err != nil {
		return nil, err
	}
	for d.left > 0 {
		if d.width == 0 && d.pending > 0 { // as many as are said to differ by the same take no bytes
			skipped := min(d.pending, d.left)
			d.pending, d.left = d.pending-skipped, d.left-skipped
			continue
		}
		if _, err := d.number(); err != nil {
			return nil, err
		}
	}
	return d.b, nil
}

func (d *deltaLengths) next(v *value) error {
	n, err := d.lengths.number()
	if err != nil {
		return err
	}
	if n < 0 || n > int64(len(d.data)) {
		return errShort
	}
	v.bytes, d.data = d.data[:n], d.data[n:]
	return nil
}

// deltaBytes reads bytes that begin as those before them do.
type deltaBytes struct {
	prefixes *delta
	suffixes *deltaLengths
	last     []byte
}

func newDeltaBytes(b []byte) (*deltaBytes, error) {
	rest, err := behindDelta(b)
	if err != nil {
		return nil, err
	}
	prefixes, err := newDelta(b, false)
	if err != nil {
		return nil, err
	}
	suffixes, err := newDeltaLengths(rest)
	return &deltaBytes{prefixes: prefixes, suffixes: suffixes}, err
}

func (d *deltaBytes) next(v *value) error {
	n, err := d.prefixes.number()
	if err != nil {
		return err
	}
	if n < 0 || n > int64(len(d.last)) {
		return errShort
	}
	var suffix value
	if err := d.suffixes.next(&suffix); err != nil {
		return err
	}
	d.last = append(d.last[:n], suffix.bytes...)
	v.bytes = d.last
	return nil
}
