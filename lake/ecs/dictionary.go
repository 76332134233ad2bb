package ecs

import (
	"bytes"
	"hash/maphash"
	"slices"
	"unicode/utf8"
)

// dictionary holds the distinct values of a column under ids from 1 on, in the order of their arrival.
// Id 0 is null. A unique dictionary gives every value an id of its own and never looks one up.
type dictionary struct {
	unique bool
	arena  []byte
	ends   []uint32 // ends[id] is where the value ends in the arena; it begins at ends[id-1]
	slots  []slot   // open addressing
	last   uint32   // the id given last: logs repeat themselves
	text   []byte   // its value
}

// slot says where a value is, so that finding it touches no more than the slot and the value. Its id is 0 if it is free.
type slot struct{ hash, id, start, end uint32 }

var seed = maphash.MakeSeed()

const firstSlots = 64

func (d *dictionary) value(id uint32) []byte {
	return d.arena[d.ends[id-1]:d.ends[id]:d.ends[id]]
}

func (d *dictionary) len() int { return max(len(d.ends)-1, 0) }

func (d *dictionary) size() int64 {
	n := int64(len(d.arena)) + 4*int64(len(d.ends))
	if !d.unique {
		n += 4 * 16 * int64(len(d.ends)) // a slot in two to four is taken
	}
	return n
}

func (d *dictionary) reset() {
	d.arena, d.last, d.text = d.arena[:0], 0, nil
	d.ends = d.ends[:0]
	clear(d.slots)
}

// id is the id of a value, given now if the value is new. Text that is not UTF-8 is mended first, since
// Parquet's readers refuse a whole file over one bad byte.
func (d *dictionary) id(v []byte) uint32 {
	if d.unique {
		return d.add(v)
	}
	if d.last != 0 && string(d.text) == string(v) {
		return d.last
	}
	if 2*len(d.ends) >= len(d.slots) {
		d.grow()
	}
	h := uint32(maphash.Bytes(seed, v))
	at, id := d.find(h, v)
	if id == 0 {
		if !utf8.Valid(v) {
			return d.id(bytes.ToValidUTF8(v, []byte("\ufffd")))
		}
		id = d.add(v)
		d.slots[at] = slot{h, id, d.ends[id-1], d.ends[id]}
	}
	d.last, d.text = id, d.value(id)
	return id
}

// known is the id of a value, 0 if it has none.
func (d *dictionary) known(v []byte) uint32 {
	if d.last != 0 && string(d.text) == string(v) {
		return d.last
	}
	if len(d.slots) == 0 {
		return 0
	}
	_, id := d.find(uint32(maphash.Bytes(seed, v)), v)
	if id != 0 {
		d.last, d.text = id, d.value(id)
	}
	return id
}

// find gives the id of a value, or the slot where it would be.
func (d *dictionary) find(h uint32, v []byte) (at, id uint32) {
	mask := uint32(len(d.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := &d.slots[i]
		if s.id == 0 || s.hash == h && bytes.Equal(d.arena[s.start:s.end], v) {
			return i, s.id
		}
	}
}

// equal tells whether two dictionaries have the same values under the same ids.
func (d *dictionary) equal(o *dictionary) bool {
	return slices.Equal(d.ends, o.ends) && bytes.Equal(d.arena, o.arena)
}

func (d *dictionary) add(v []byte) uint32 {
	if len(d.ends) == 0 {
		d.ends = append(d.ends, 0)
	}
	if d.unique && !utf8.Valid(v) {
		v = bytes.ToValidUTF8(v, []byte("\ufffd"))
	}
	d.arena = append(d.arena, v...)
	d.ends = append(d.ends, uint32(len(d.arena)))
	return uint32(len(d.ends) - 1)
}

func (d *dictionary) grow() {
	old := d.slots
	d.slots = make([]slot, max(firstSlots, 2*len(old)))
	mask := uint32(len(d.slots) - 1)
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		i := s.hash & mask
		for d.slots[i].id != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = s
	}
}

// smallLetters is the text with ASCII's capitals as small letters; the text itself where it has none.
func smallLetters(v []byte) []byte {
	isCapital := func(r rune) bool { return 'A' <= r && r <= 'Z' }
	if !bytes.ContainsFunc(v, isCapital) {
		return v
	}
	return bytes.Map(func(r rune) rune {
		if isCapital(r) {
			r += 'a' - 'A'
		}
		return r
	}, v)
}
