package inflate

import "encoding/binary"

// fast decodes symbols while far from the end of the input and of the room for output.
func (d *decoder) fast() error {
	t, in, out := d.codes, d.in, d.out
	bits, n, at, to, least := d.bits, d.n, d.at, d.to, d.least
	lastIn, lastOut := len(in)-slackIn, len(out)-slackOut
	var err error
	for at <= lastIn && to <= lastOut {
		bits |= load(in, at) << (n & 63)
		at += int((63 - n) >> 3)
		n |= 56
		e := t.lit[bits&(1<<litBits-1)]
		if e&isLiteral != 0 {
			binary.LittleEndian.PutUint16(out[to:to+2], uint16(e>>valueShift))
			to += int(e >> countShift & 3)
			bits >>= e & 63
			n -= uint(e & 63)
			e = t.lit[bits&(1<<litBits-1)]
			if e&isLiteral != 0 {
				binary.LittleEndian.PutUint16(out[to:to+2], uint16(e>>valueShift))
				to += int(e >> countShift & 3)
				bits >>= e & 63
				n -= uint(e & 63)
				e = t.lit[bits&(1<<litBits-1)]
				if e&isLiteral != 0 {
					binary.LittleEndian.PutUint16(out[to:to+2], uint16(e>>valueShift))
					to += int(e >> countShift & 3)
					bits >>= e & 63
					n -= uint(e & 63)
					continue
				}
			}
		}
		if e&isSpecial != 0 {
			if e&isLink != 0 {
				bits >>= litBits
				n -= litBits
				e = t.lit[uint(e>>valueShift)+uint(bits&(1<<(e&63)-1))]
				if e&isLiteral != 0 {
					out[to] = byte(e >> valueShift)
					to++
					bits >>= e & 63
					n -= uint(e & 63)
					continue
				}
			}
			if e&isSpecial != 0 {
				if e>>valueShift != isEnd>>valueShift {
					err = ErrCorrupt
					break
				}
				bits >>= e & 63
				n -= uint(e & 63)
				d.codes = nil
				break
			}
		}
		length := int(e>>valueShift) + int(bits&(1<<(e&63)-1)>>(e>>lengthShift&63))
		bits >>= e & 63
		n -= uint(e & 63)
		if n < maxCodeBits+13 {
			bits |= load(in, at) << (n & 63)
			at += int((63 - n) >> 3)
			n |= 56
		}
		e = t.dist[bits&(1<<distBits-1)]
		if e&isSpecial != 0 {
			if e&isLink != 0 {
				bits >>= distBits
				n -= distBits
				e = t.dist[uint(e>>valueShift)+uint(bits&(1<<(e&63)-1))]
			}
			if e&isSpecial != 0 {
				err = ErrCorrupt
				break
			}
		}
		far := int(e>>valueShift) + int(bits&(1<<(e&63)-1)>>(e>>lengthShift&63))
		bits >>= e & 63
		n -= uint(e & 63)
		src := to - far
		if src < least {
			err = ErrCorrupt
			break
		}
		end := to + length
		if far >= 16 {
			for {
				*(*[16]byte)(out[to : to+16]) = *(*[16]byte)(out[src : src+16])
				to += 16
				src += 16
				if to >= end {
					break
				}
			}
		} else {
			repeat(out, src, to, end)
		}
		to = end
	}
	d.bits, d.n, d.at, d.to = bits, n, at, to
	return err
}

// repeat copies what may overlap: it writes up to 8 bytes more than asked.
func repeat(out []byte, src, to, end int) {
	for ; to < end; to, src = to+1, src+1 {
		out[to] = out[src]
	}
}

// careful decodes symbols near the end of the input.
func (d *decoder) careful() error {
	for !d.full() {
		e, err := d.next(d.codes.lit[:], litBits)
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
			d.codes = nil
			return nil
		}
		length, err := d.value(e)
		if err != nil {
			return err
		}
		if e, err = d.next(d.codes.dist[:], distBits); err != nil {
			return err
		}
		far, err := d.value(e)
		if err != nil {
			return err
		}
		if d.to-far < d.least {
			return ErrCorrupt
		}
		repeat(d.out, d.to-far, d.to, d.to+length)
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
