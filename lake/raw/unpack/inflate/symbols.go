package inflate

import "encoding/binary"

// fast decodes symbols while far from the end of the input and of the room for output. It is one function, as what it
// works with must stay in registers.
//
// After a refill there are 56 bits or more. Two look-ups of literals take 11 each at most, a length 20, a distance 28.
// Of n, only the lowest 6 bits count: the others are what is left of subtracting whole entries.
func (d *decoder) fast() error {
	in := d.in
	bits, n, at, to := d.bits, uint64(d.n), d.at, d.to
	var err error
	for len(in)-at >= slackIn && to < outSize-slackOut {
		bits |= load(in, at) << (n & 63)
		at += int(^n >> 3 & 7)
		n |= 56
		e := uint64(d.lit[bits&(1<<litBits-1)])
		if e&isLiteral != 0 {
			binary.LittleEndian.PutUint16(d.out[to:to+2], uint16(e>>valueShift))
			to += int(e >> countShift & 3)
			bits >>= e & 63
			n -= e
			e = uint64(d.lit[bits&(1<<litBits-1)])
			if e&isLiteral != 0 {
				binary.LittleEndian.PutUint16(d.out[to:to+2], uint16(e>>valueShift))
				to += int(e >> countShift & 3)
				bits >>= e & 63
				n -= e
				continue
			}
		}
		if e&isSpecial != 0 {
			if e&isLink != 0 {
				bits >>= litBits
				n -= litBits
				e = uint64(d.lit[e>>valueShift+bits&(1<<(e&63)-1)])
				if e&isLiteral != 0 {
					d.out[to] = byte(e >> valueShift)
					to++
					bits >>= e & 63
					n -= e
					continue
				}
			}
			if e&isSpecial != 0 {
				if e>>valueShift != isEnd>>valueShift {
					err = ErrCorrupt
					break
				}
				bits >>= e & 63
				n -= e
				d.coded = false
				break
			}
		}
		length := int(e>>valueShift) + int(bits&(1<<(e&63)-1)>>(e>>lengthShift&63))
		bits >>= e & 63
		n -= e
		if n&63 < maxCodeBits+13 {
			bits |= load(in, at) << (n & 63)
			at += int(^n >> 3 & 7)
			n |= 56
		}
		e = uint64(d.dist[bits&(1<<distBits-1)])
		if e&isSpecial != 0 {
			if e&isLink != 0 {
				bits >>= distBits
				n -= distBits
				e = uint64(d.dist[e>>valueShift+bits&(1<<(e&63)-1)])
			}
			if e&isSpecial != 0 {
				err = ErrCorrupt
				break
			}
		}
		far := int(e>>valueShift) + int(bits&(1<<(e&63)-1)>>(e>>lengthShift&63))
		bits >>= e & 63
		n -= e
		src := to - far
		if src < d.least {
			err = ErrCorrupt
			break
		}
		end := to + length
		if far < 16 {
			repeat(d.out[:], src, to, end)
		} else {
			for ; to < end; to, src = to+16, src+16 {
				*(*[16]byte)(d.out[to : to+16]) = *(*[16]byte)(d.out[src : src+16])
			}
		}
		to = end
	}
	d.bits, d.n, d.at, d.to = bits, uint(n&63), at, to
	return err
}

// repeat copies what may overlap.
func repeat(out []byte, src, to, end int) {
	for ; to < end; to, src = to+1, src+1 {
		out[to] = out[src]
	}
}

// careful decodes symbols near the end of the input.
func (d *decoder) careful() error {
	for !d.full() {
		e, err := d.next(d.lit[:], litBits)
		if err != nil {
			return err
		}
		switch {
		case e&isLiteral != 0:
			if uint(e&63) > d.n || e&isLiteral == oneLiteral {
				d.out[d.to] = byte(e >> valueShift)
				d.to++
				d.take(uint(e >> lengthShift & 63))
				continue
			}
			binary.LittleEndian.PutUint16(d.out[d.to:], uint16(e>>valueShift))
			d.to += 2
			d.take(uint(e & 63))
			continue
		case e&isSpecial != 0:
			d.take(uint(e & 63))
			d.coded = false
			return nil
		}
		length, err := d.value(e)
		if err != nil {
			return err
		}
		if e, err = d.next(d.dist[:], distBits); err != nil {
			return err
		}
		far, err := d.value(e)
		if err != nil {
			return err
		}
		if d.to-far < d.least {
			return ErrCorrupt
		}
		repeat(d.out[:], d.to-far, d.to, d.to+length)
		d.to += length
	}
	return nil
}

// next answers the entry of the next code, which may be the end but not invalid, and whose bits are there.
func (d *decoder) next(table []uint32, first uint) (uint32, error) {
	d.need(maxCodeBits)
	e := table[d.bits&(1<<first-1)]
	if e&isLink != 0 {
		if d.n < first {
			return 0, d.short()
		}
		d.take(first)
		e = table[uint(e>>valueShift)+uint(d.bits&(1<<(e&63)-1))]
	}
	switch {
	case uint(e>>lengthShift&63) > d.n:
		return 0, d.short()
	case e&isSpecial != 0 && e>>valueShift != isEnd>>valueShift:
		return 0, ErrCorrupt
	}
	return e, nil
}

// value takes a length or distance.
func (d *decoder) value(e uint32) (int, error) {
	if !d.need(uint(e & 63)) {
		return 0, d.short()
	}
	code := uint(e >> lengthShift & 63)
	d.take(code)
	return int(e>>valueShift) + int(d.take(uint(e&63)-code)), nil
}
