package threat

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"
)

// texts are distinct texts with a detail each, found by their hash and then compared. A look-up meets memory three times at
// most: the sieve, where most end, a slot, and the text. A text of 20 bytes takes 36 to 50.
type texts struct {
	n     int
	arena []byte   // texts one after the other, each behind its detail and its length
	slots []uint64 // half of the hash, and where the text is in the arena plus one; open addressing
	sieve []uint64 // two bits of one word for each text: small enough for the cache
}

// What stands before a text in the arena.
const (
	lengthAt   = 4 // behind the detail
	textHeader = lengthAt + 2
)

const maxArena = 1<<32 - 2

// seed keeps whoever writes a list from choosing entries that are found slowly.
var seed = maphash.MakeSeed()

func sum(text []byte) uint64 { return maphash.Bytes(seed, text) }

// add adds a text. Of equal ones, better tells which of two details is kept. It tells whether there was room.
func (t *texts) add(text []byte, detail uint32, better func(a, b uint32) bool) bool {
	if len(text) > math.MaxUint16 || len(t.arena)+textHeader+len(text) > maxArena {
		return false
	}
	if 4*(t.n+1) > 3*len(t.slots) {
		t.grow()
	}
	h := sum(text)
	slot, at, ok := t.look(h, text)
	if ok {
		if better(detail, t.detail(at)) {
			binary.LittleEndian.PutUint32(t.arena[at:], detail)
		}
		return true
	}
	at = len(t.arena)
	t.arena = binary.LittleEndian.AppendUint32(t.arena, detail)
	t.arena = binary.LittleEndian.AppendUint16(t.arena, uint16(len(text)))
	t.arena = append(t.arena, text...)
	t.n++
	t.slots[slot] = h&^math.MaxUint32 | uint64(at+1)
	return true
}

// find is the detail of a text.
func (t *texts) find(text []byte) (detail uint32, ok bool) {
	if t.n == 0 {
		return 0, false
	}
	h := sum(text)
	if word, bits := t.sift(h); t.sieve != nil && t.sieve[word]&bits != bits {
		return 0, false
	}
	_, at, ok := t.look(h, text)
	if !ok {
		return 0, false
	}
	return t.detail(at), true
}

// ready gives back what was held for more texts, and makes the sieve.
func (t *texts) ready() {
	t.arena = slices.Clone(t.arena)
	if t.n == 0 {
		return
	}
	const textsPerWord = 4
	t.sieve = make([]uint64, 1<<bits.Len(uint(t.n/textsPerWord)))
	for at := 0; at < len(t.arena); at += textHeader + len(t.text(at)) {
		word, bits := t.sift(sum(t.text(at)))
		t.sieve[word] |= bits
	}
}

// sift says which bits of the sieve are those of a hash.
func (t *texts) sift(h uint64) (word int, bits uint64) {
	return int(h>>12) & (len(t.sieve) - 1), 1<<(h&63) | 1<<(h>>6&63)
}

// look tells where in the arena a text is, or the slot in which it would be noted.
func (t *texts) look(h uint64, text []byte) (slot, at int, ok bool) {
	mask := len(t.slots) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s == 0 {
			return i, 0, false
		}
		if s>>32 == h>>32 && bytes.Equal(t.text(int(s&math.MaxUint32)-1), text) {
			return i, int(s&math.MaxUint32) - 1, true
		}
	}
}

func (t *texts) detail(at int) uint32 { return binary.LittleEndian.Uint32(t.arena[at:]) }

func (t *texts) text(at int) []byte {
	n := int(binary.LittleEndian.Uint16(t.arena[at+lengthAt:]))
	return t.arena[at+textHeader : at+textHeader+n]
}

func (t *texts) grow() {
	t.slots = make([]uint64, max(16, 2*len(t.slots)))
	mask := len(t.slots) - 1
	for at := 0; at < len(t.arena); at += textHeader + len(t.text(at)) {
		h := sum(t.text(at))
		i := int(h) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = h&^math.MaxUint32 | uint64(at+1)
	}
}

// size is about the bytes that the texts take.
func (t *texts) size() int64 { return int64(cap(t.arena)) + 8*int64(len(t.slots)+len(t.sieve)) }
