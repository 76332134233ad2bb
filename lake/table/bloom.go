package table

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/cespare/xxhash/v2"
)

// bloom is a split-block bloom filter over the values' xxHash64: https://parquet.apache.org/docs/file-format/bloomfilter/
type bloom []uint32

const (
	bloomBlock    = 8 // words
	minBloomBytes = 4 * bloomBlock
	maxBloomBytes = 4 << 20
)

var bloomSalt = [bloomBlock]uint32{
	0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
}

// newBloom makes a filter for n distinct values at a rate of false answers near fpp; blocks fill unevenly, which at
// worst doubles it. Its size is a power of two, the only sizes that Arrow's reader takes.
func newBloom(n int, fpp float64) bloom {
	size := -float64(n) / math.Log(1-math.Pow(fpp, 1.0/8)) // 8 bits a byte cancel the 8 probes of a value
	bytes := min(max(uint64(math.Ceil(size)), minBloomBytes), maxBloomBytes)
	return make(bloom, 1<<bits.Len64(bytes-1)/4)
}

func (f bloom) add(value []byte) {
	h := xxhash.Sum64(value)
	block := f.block(h)
	for i, salt := range bloomSalt {
		block[i] |= 1 << (uint32(h) * salt >> 27)
	}
}

// has tells whether the value may have been added; false is certain.
func (f bloom) has(value []byte) bool {
	h := xxhash.Sum64(value)
	block := f.block(h)
	for i, salt := range bloomSalt {
		if block[i]&(1<<(uint32(h)*salt>>27)) == 0 {
			return false
		}
	}
	return true
}

func (f bloom) block(h uint64) bloom {
	blocks := uint64(len(f) / bloomBlock)
	at := h >> 32 * blocks >> 32 * bloomBlock
	return f[at : at+bloomBlock]
}

func (f bloom) append(dst []byte) []byte {
	for _, w := range f {
		dst = binary.LittleEndian.AppendUint32(dst, w)
	}
	return dst
}

func parseBloom(data []byte) bloom {
	f := make(bloom, len(data)/4)
	for i := range f {
		f[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return f
}
