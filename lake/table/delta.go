package table

import (
	"encoding/binary"
	"math/bits"
)

const (
	deltaBlock = 128
	deltaMini  = 32
)

// appendDelta encodes integers as DELTA_BINARY_PACKED: the first value, then blocks of differences, each less the
// block's least one and packed in miniblocks as narrow as they allow. Differences wrap around, as the format says.
func appendDelta(dst []byte, v []int64) []byte {
	dst = binary.AppendUvarint(dst, deltaBlock)
	dst = binary.AppendUvarint(dst, deltaBlock/deltaMini)
	dst = binary.AppendUvarint(dst, uint64(len(v)))
	if len(v) == 0 {
		return append(dst, 0)
	}
	dst = binary.AppendVarint(dst, v[0])
	var deltas [deltaBlock]int64
	for last, rest := v[0], v[1:]; len(rest) > 0; {
		n := min(len(rest), deltaBlock)
		for i, x := range rest[:n] {
			deltas[i] = x - last
			last = x
		}
		dst = appendDeltaBlock(dst, deltas[:n])
		rest = rest[n:]
	}
	return dst
}

func appendDeltaBlock(dst []byte, deltas []int64) []byte {
	least := deltas[0]
	for _, d := range deltas {
		least = min(least, d)
	}
	dst = binary.AppendVarint(dst, least)
	widths := len(dst)
	dst = append(dst, make([]byte, deltaBlock/deltaMini)...)
	for i := 0; len(deltas) > 0; i++ {
		n := min(len(deltas), deltaMini)
		var mini [deltaMini]uint64 // a short one is filled up with zeros
		all := uint64(0)
		for j, d := range deltas[:n] {
			mini[j] = uint64(d - least)
			all |= mini[j]
		}
		width := bits.Len64(all)
		dst[widths+i] = byte(width)
		dst = appendMiniblock(dst, &mini, width)
		deltas = deltas[n:]
	}
	return dst
}

func appendMiniblock(dst []byte, v *[deltaMini]uint64, width int) []byte {
	acc, n := uint64(0), 0
	for _, x := range v {
		acc |= x << n
		if n += width; n >= 64 {
			dst = binary.LittleEndian.AppendUint64(dst, acc)
			n -= 64
			acc = x >> (width - n)
		}
	}
	if n > 0 { // 32 values end on four bytes
		dst = binary.LittleEndian.AppendUint32(dst, uint32(acc))
	}
	return dst
}
