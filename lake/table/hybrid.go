package table

import (
	"encoding/binary"
	"slices"
)

// appendHybrid encodes values of the given bit width as Parquet's RLE/bit-packing hybrid: a run of equal values is
// its length and the value, anything else is packed in groups of eight.
func appendHybrid[T uint8 | uint32](dst []byte, v []T, width int) []byte {
	long := longRun(width)
	for len(v) > 0 {
		if n := runLength(v); n >= min(long, len(v)) {
			dst = appendRun(dst, uint32(v[0]), n, width)
			v = v[n:]
			continue
		}
		n := 8
		for n < len(v) && !startsRun(v[n:], long) {
			n += 8
		}
		n = min(n, len(v))
		dst = appendPacked(dst, v[:n], width)
		v = v[n:]
	}
	return dst
}

// longRun is from how many equal values on a run is smaller than packing them and the header after the run.
func longRun(width int) int {
	if width == 0 {
		return 1
	}
	return max(8, 48/width)
}

func runLength[T uint8 | uint32](v []T) int {
	n := 1
	for n < len(v) && v[n] == v[0] {
		n++
	}
	return n
}

func startsRun[T uint8 | uint32](v []T, long int) bool {
	if len(v) < long {
		return false
	}
	for _, x := range v[1:long] {
		if x != v[0] {
			return false
		}
	}
	return true
}

// appendRun encodes n times the same value.
func appendRun(dst []byte, value uint32, n, width int) []byte {
	dst = binary.AppendUvarint(dst, uint64(n)<<1)
	for i := 0; i < width; i += 8 {
		dst = append(dst, byte(value>>i))
	}
	return dst
}

// appendPacked packs values bit by bit, the last group of eight filled up with zeros.
func appendPacked[T uint8 | uint32](dst []byte, v []T, width int) []byte {
	groups := (len(v) + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	end := len(dst) + groups*width
	dst = slices.Grow(dst, groups*width+4)
	acc, n := uint64(0), 0
	for _, x := range v {
		acc |= uint64(x) << n
		if n += width; n >= 32 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(acc))
			acc >>= 32
			n -= 32
		}
	}
	for len(dst) < end {
		dst = append(dst, byte(acc))
		acc >>= 8
	}
	return dst
}

// appendLevels encodes repetition or definition levels as a data page of version 1 wants them: behind their length.
func appendLevels(dst []byte, levels []uint8, width int) []byte {
	at := len(dst)
	dst = appendHybrid(append(dst, 0, 0, 0, 0), levels, width)
	binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst
}

// appendLevelRun encodes n times the same level.
func appendLevelRun(dst []byte, level uint8, n, width int) []byte {
	at := len(dst)
	dst = appendRun(append(dst, 0, 0, 0, 0), uint32(level), n, width)
	binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst
}
