package threat

import (
	"bytes"
	"hash/maphash"
)

// texts are distinct texts with a detail each, found by their hash and then compared. A text of 20 bytes takes 40 to 48.
type texts struct {
	arena []byte
	all   []textEntry
	slots []uint64 // half of the hash, and the text's number plus one; open addressing
}

// textEntry says where a text ends in the arena.
type textEntry struct{ end, detail uint32 }

const maxArena = 1<<32 - 1

// seed keeps whoever writes a list from choosing entries that are found slowly.
var seed = maphash.MakeSeed()

func sum(text []byte) uint64 { return maphash.Bytes(seed, text) }

// add adds a text. Of equal ones, better tells which of two details is kept. It tells whether there was room.
func (t *texts) add(text []byte, detail uint32, better func(a, b uint32) bool) bool {
	if len(t.arena)+len(text) > maxArena {
		return false
	}
	if 4*(len(t.all)+1) > 3*len(t.slots) {
		t.grow()
	}
	h := sum(text)
	at, n := t.look(h, text)
	if n > 0 {
		if better(detail, t.all[n-1].detail) {
			t.all[n-1].detail = detail
		}
		return true
	}
	t.arena = append(t.arena, text...)
	t.all = append(t.all, textEntry{uint32(len(t.arena)), detail})
	t.slots[at] = h&^0xffffffff | uint64(len(t.all))
	return true
}

// find is the detail of a text.
func (t *texts) find(text []byte) (detail uint32, ok bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	_, n := t.look(sum(text), text)
	if n == 0 {
		return 0, false
	}
	return t.all[n-1].detail, true
}

// look gives a text's number plus one, or 0 and the slot where it would be.
func (t *texts) look(h uint64, text []byte) (at int, n uint32) {
	mask := len(t.slots) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s == 0 || s>>32 == h>>32 && bytes.Equal(t.text(uint32(s)-1), text) {
			return i, uint32(s)
		}
	}
}

func (t *texts) text(n uint32) []byte {
	start := uint32(0)
	if n > 0 {
		start = t.all[n-1].end
	}
	return t.arena[start:t.all[n].end]
}

func (t *texts) grow() {
	t.slots = make([]uint64, max(16, 2*len(t.slots)))
	mask := len(t.slots) - 1
	for n := range t.all {
		h := sum(t.text(uint32(n)))
		i := int(h) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = h&^0xffffffff | uint64(n+1)
	}
}
