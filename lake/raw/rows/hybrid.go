package rows

import "encoding/binary"

// hybrid reads numbers that stand in runs of equal ones and in groups of eight that are bit-packed:
// https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3
type hybrid struct {
	b     []byte
	width uint // bits of a number, up to 32

	run    uint64 // numbers left of the run or the groups
	equal  bool
	number uint32 // of the run
	packed []byte
	bit    uint64 // in packed
}

// next answers false when there is no more.
func (h *hybrid) next() (uint32, bool) {
	for h.run == 0 {
		if !h.start() {
			return 0, false
		}
	}
	h.run--
	if h.equal {
		return h.number, true
	}
	v := bitsAt(h.packed, h.bit, h.width)
	h.bit += uint64(h.width)
	return uint32(v), true
}

// start begins the next run, or the next groups.
func (h *hybrid) start() bool {
	v, n := binary.Uvarint(h.b)
	if n <= 0 || h.width > 32 {
		return false
	}
	h.b = h.b[n:]
	if h.equal = v&1 == 0; h.equal {
		size := int(h.width+7) / 8
		if len(h.b) < size {
			return false
		}
		h.run, h.number = v>>1, 0
		for i := range size {
			h.number |= uint32(h.b[i]) << (8 * i)
		}
		h.b = h.b[size:]
		return true
	}
	if v>>1 > uint64(len(h.b))+1 && h.width > 0 { // more than can be there: the last group may be cut
		return false
	}
	size := min(v>>1*uint64(h.width), uint64(len(h.b)))
	h.packed, h.bit, h.b = h.b[:size], 0, h.b[size:]
	h.run = v >> 1 * 8
	if h.width > 0 {
		h.run = min(h.run, size*8/uint64(h.width))
	}
	return h.run > 0 || h.width == 0
}

// bitsAt is the number of so many bits, up to 64, that begins at a bit. What is behind the end of b is zero.
func bitsAt(b []byte, at uint64, width uint) uint64 {
	i, shift := at/8, uint(at%8)
	if i+9 <= uint64(len(b)) {
		v := binary.LittleEndian.Uint64(b[i:]) >> shift
		if shift > 0 {
			v |= uint64(b[i+8]) << (64 - shift)
		}
		return v & mask(width)
	}
	var v uint64
	for k := uint(0); k < shift+width && i < uint64(len(b)); k, i = k+8, i+1 {
		if k < shift {
			v |= uint64(b[i]) >> shift
		} else {
			v |= uint64(b[i]) << (k - shift)
		}
	}
	return v & mask(width)
}

func mask(width uint) uint64 {
	if width >= 64 {
		return ^uint64(0)
	}
	return 1<<width - 1
}

// levels are the repetition or definition levels of a page; without any they are all zero.
type levels struct{ hybrid }

func (l *levels) next() (uint32, bool) {
	if l.width == 0 {
		return 0, true
	}
	return l.hybrid.next()
}
