package table

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/hindcast/hindcast/lake/ecs"
)

// bounds are the least and the greatest of values, in their PLAIN encoding without a length; nil when there are none.
type bounds struct{ min, max []byte }

// maxBound is from how many bytes on a text's bound is cut.
const maxBound = 64

// textBounds finds the bounds of texts. The first eight bytes, as a number, decide nearly every comparison.
type textBounds struct {
	bounds
	low, high uint64
}

func (t *textBounds) add(v []byte) {
	p := prefix(v)
	if t.min == nil {
		t.min, t.max, t.low, t.high = v, v, p, p
		return
	}
	if p <= t.low && bytes.Compare(v, t.min) < 0 {
		t.min, t.low = v, p
	}
	if p >= t.high && bytes.Compare(v, t.max) > 0 {
		t.max, t.high = v, p
	}
}

func prefix(v []byte) uint64 {
	if len(v) >= 8 {
		return binary.BigEndian.Uint64(v)
	}
	var p [8]byte
	copy(p[:], v)
	return binary.BigEndian.Uint64(p[:])
}

// numBounds are the bounds of a column of fixed width; none if a value is no number, since engines differ in
// where they order it.
func numBounds(t ecs.Type, v []int64) bounds {
	switch {
	case len(v) == 0:
		return bounds{}
	case t == ecs.Float:
		return floatBounds(v)
	case t == ecs.Bool:
		return bounds{[]byte{byte(slices.Min(v))}, []byte{byte(slices.Max(v))}}
	}
	return bounds{plainInt(slices.Min(v)), plainInt(slices.Max(v))}
}

func floatBounds(v []int64) bounds {
	least, most := math.Inf(1), math.Inf(-1)
	for _, n := range v {
		f := math.Float64frombits(uint64(n))
		if math.IsNaN(f) {
			return bounds{}
		}
		least, most = min(least, f), max(most, f)
	}
	if least == 0 { // the format wants the zeros' signs widened
		least = math.Copysign(0, -1)
	}
	if most == 0 {
		most = 0
	}
	return bounds{plainInt(int64(math.Float64bits(least))), plainInt(int64(math.Float64bits(most)))}
}

func plainInt(v int64) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(v)) }

// compare orders two values in PLAIN encoding as the column's type does.
func compare(t ecs.Type, a, b []byte) int {
	switch t {
	case ecs.Int, ecs.Time:
		return cmp.Compare(int64(binary.LittleEndian.Uint64(a)), int64(binary.LittleEndian.Uint64(b)))
	case ecs.Float:
		return cmp.Compare(math.Float64frombits(binary.LittleEndian.Uint64(a)), math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return bytes.Compare(a, b)
}

// include widens bounds by others.
func (b *bounds) include(t ecs.Type, o bounds) {
	if b.min == nil || compare(t, o.min, b.min) < 0 {
		b.min = o.min
	}
	if b.max == nil || compare(t, o.max, b.max) > 0 {
		b.max = o.max
	}
}

// cut shortens the bounds of long texts: the lower one to a prefix, the upper one to a prefix that is then made greater.
// Both stay whole characters.
func (b bounds) cut() bounds {
	if len(b.min) > maxBound {
		b.min = prefixOf(b.min)
	}
	if len(b.max) > maxBound {
		b.max = successor(prefixOf(b.max), b.max)
	}
	return b
}

// prefixOf is the first bytes of a long text, without a character that the cut would split.
func prefixOf(v []byte) []byte {
	end := maxBound
	for i := 0; i < utf8.UTFMax-1 && end > 0 && !utf8.RuneStart(v[end]); i++ {
		end--
	}
	return v[:end]
}

// successor is a short text greater than everything that begins with the prefix, or all of the text if there is none.
func successor(prefix, all []byte) []byte {
	for len(prefix) > 0 {
		r, n := utf8.DecodeLastRune(prefix)
		head := prefix[:len(prefix)-n]
		switch {
		case r == utf8.RuneError && n == 1: // ecs.Batch holds no such text
			return all
		case r == utf8.MaxRune:
			prefix = head
		case r == 0xd7ff: // what follows is for UTF-16's pairs
			return utf8.AppendRune(slices.Clone(head), 0xe000)
		default:
			return utf8.AppendRune(slices.Clone(head), r+1)
		}
	}
	return all
}
