package inflate

import "sync"

// fixed are the codes that need no description.
var fixed = sync.OnceValue(func() *tables {
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	t := new(tables)
	build(t.lit[:], litBits, lengths[:], meanings.lits[:])
	t.pair()
	for i := range 32 {
		lengths[i] = 5
	}
	build(t.dist[:], distBits, lengths[:32], meanings.dists[:])
	return t
})

// order is how the lengths of the codes for lengths are stored.
var order = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// numbers are the entries of the codes for lengths.
var numbers = func() (n [19]uint32) {
	for i := range n {
		n[i] = uint32(i) << valueShift
	}
	return n
}()

const numberBits = 7

// dynamicHeader reads the codes of a block.
func (d *decoder) dynamicHeader() error {
	if !d.need(14) {
		return d.short()
	}
	lits, dists, coded := int(d.take(5))+257, int(d.take(5))+1, int(d.take(4))+4
	if lits > maxLits || dists > maxDists {
		return ErrCorrupt
	}
	var lengths [19]uint8
	for _, i := range order[:coded] {
		if !d.need(3) {
			return d.short()
		}
		lengths[i] = uint8(d.take(3))
	}
	var table [1 << numberBits]uint32
	if !build(table[:], numberBits, lengths[:], numbers[:]) {
		return ErrCorrupt
	}
	if err := d.readLengths(&table, lits+dists); err != nil {
		return err
	}
	if !build(d.lit[:], litBits, d.lengths[:lits], meanings.lits[:]) ||
		!build(d.dist[:], distBits, d.lengths[lits:lits+dists], meanings.dists[:]) {
		return ErrCorrupt
	}
	d.pair()
	d.coded = true
	return nil
}

// readLengths reads how long n codes are.
func (d *decoder) readLengths(table *[1 << numberBits]uint32, n int) error {
	for i := 0; i < n; {
		enough := d.need(numberBits + 7)
		e := table[d.bits&(1<<numberBits-1)]
		if e == isInvalid {
			return ErrCorrupt
		}
		if uint(e&63) > d.n {
			return d.short()
		}
		d.take(uint(e & 63))
		v := e >> valueShift
		if v < 16 {
			d.lengths[i] = uint8(v)
			i++
			continue
		}
		extra, least, value := uint(7), 11, uint8(0)
		switch v {
		case 16:
			if i == 0 {
				return ErrCorrupt
			}
			extra, least, value = 2, 3, d.lengths[i-1]
		case 17:
			extra, least = 3, 3
		}
		if !enough && d.n < extra {
			return d.short()
		}
		times := least + int(d.take(extra))
		if i+times > n {
			return ErrCorrupt
		}
		for range times {
			d.lengths[i] = value
			i++
		}
	}
	return nil
}
