package table

import (
	"encoding/binary"
	"errors"
)

// slack is how many bytes must follow what is unpacked eight bytes at a time.
const slack = 16

var errBroken = errors.New("page ends within its values")

// runReader reads Parquet's RLE/bit-packing hybrid, as many values at a time as are wanted: what has not been read stays
// packed.
type runReader struct {
	data    []byte // slack bytes longer than end
	at, end int
	width   int
	left    int // values left of the run
	packed  bool
	value   uint32 // of a run that is not packed
	bit     int    // where in data the next packed value begins
}

func (r *runReader) read(dst []uint32) error {
	for len(dst) > 0 {
		if err := r.header(); err != nil {
			return err
		}
		n := min(len(dst), r.left)
		if r.packed {
			r.unpack(dst[:n])
		} else {
			for i := range dst[:n] {
				dst[i] = r.value
			}
		}
		r.left -= n
		dst = dst[n:]
	}
	return nil
}

// same takes n values if all of them are one, of a run that is not packed.
func (r *runReader) same(n int) (value uint32, ok bool) {
	if r.header() != nil || r.packed || r.left < n {
		return 0, false
	}
	r.left -= n
	return r.value, true
}

// header begins the next run when one has ended.
func (r *runReader) header() error {
	if r.left > 0 {
		return nil
	}
	h, n := binary.Uvarint(r.data[r.at:r.end])
	if n <= 0 || h>>1 == 0 || h > 1<<32 {
		return errBroken
	}
	r.at += n
	size := (r.width + 7) / 8
	if r.packed = h&1 == 1; r.packed {
		size = int(h>>1) * r.width
		r.left, r.bit = int(h>>1)*8, r.at*8
	} else {
		r.left, r.value = int(h>>1), 0
	}
	if size > r.end-r.at {
		r.left = 0
		return errBroken
	}
	if !r.packed {
		for i, b := range r.data[r.at : r.at+size] {
			r.value |= uint32(b) << (8 * i)
		}
		if uint64(r.value)>>r.width != 0 {
			r.left = 0
			return errBroken
		}
	}
	r.at += size
	return nil
}

func (r *runReader) unpack(dst []uint32) {
	data, bit, width := r.data, r.bit, r.width
	mask := uint64(1)<<width - 1
	for i := range dst {
		dst[i] = uint32(binary.LittleEndian.Uint64(data[bit>>3:]) >> (bit & 7) & mask)
		bit += width
	}
	r.bit = bit
}

// deltaReader reads DELTA_BINARY_PACKED as the encoder writes it, as many values at a time as are wanted.
type deltaReader struct {
	data    []byte // slack bytes longer than end
	at, end int
	left    int // values left, those in mini included
	last    int64
	least   int64 // difference in the block
	widths  []byte
	mini    [deltaMini]int64
	ready   []int64 // what is left of mini
}

// begin reads the head of n values.
func (d *deltaReader) begin(n int) error {
	head := [3]uint64{}
	for i := range head {
		v, size := binary.Uvarint(d.data[d.at:d.end])
		if size <= 0 {
			return errBroken
		}
		head[i] = v
		d.at += size
	}
	if head[0] != deltaBlock || head[1] != deltaBlock/deltaMini || head[2] != uint64(n) || n == 0 {
		return errBroken
	}
	first, size := binary.Varint(d.data[d.at:d.end])
	if size <= 0 {
		return errBroken
	}
	d.at += size
	d.left, d.last, d.widths = n, first, nil
	d.mini[0] = first
	d.ready = d.mini[:1]
	return nil
}

func (d *deltaReader) read(dst []int64) error {
	if len(dst) > d.left {
		return errBroken
	}
	d.left -= len(dst)
	for len(dst) > 0 {
		if len(d.ready) == 0 {
			if err := d.next(); err != nil {
				return err
			}
		}
		n := copy(dst, d.ready)
		d.ready, dst = d.ready[n:], dst[n:]
	}
	return nil
}

// next unpacks a miniblock. The last one may hold more values than there are, which are not read.
func (d *deltaReader) next() error {
	if len(d.widths) == 0 {
		least, n := binary.Varint(d.data[d.at:d.end])
		if n <= 0 || d.end-d.at-n < deltaBlock/deltaMini {
			return errBroken
		}
		d.at += n
		d.least, d.widths = least, d.data[d.at:d.at+deltaBlock/deltaMini]
		d.at += deltaBlock / deltaMini
	}
	width := int(d.widths[0])
	d.widths = d.widths[1:]
	size := width * deltaMini / 8
	if width > 64 || size > d.end-d.at {
		return errBroken
	}
	data, mask, last := d.data[d.at:d.at+size+slack], ^uint64(0)>>(64-width), d.last
	for i := range d.mini {
		bit := i * width
		at, shift := bit>>3, bit&7
		v := binary.LittleEndian.Uint64(data[at:]) >> shift
		if shift+width > 64 {
			v |= uint64(data[at+8]) << (64 - shift)
		}
		last += int64(v&mask) + d.least
		d.mini[i] = last
	}
	d.last, d.ready = last, d.mini[:]
	d.at += size
	return nil
}
