package inflate

import "math/bits"

const (
	litBits  = 11 // of the first look-up of a literal or length
	distBits = 8  // of the first look-up of a distance

	maxCodeBits = 15
	endOfBlock  = 256
	maxLits     = 286
	maxDists    = 30
)

// An entry of a table says what the next bits are:
//
//	bits 0–5    how many bits it takes, extra bits and all; of a link, how many bits index the second table
//	bits 6–7    how many literals it holds
//	bits 8–13   how many bits the code takes, without extra bits; of two literals, the first one's
//	bit 14      it is special: a link, the end of the block, or no code at all
//	bit 15      it is a link
//	bits 16–31  literals; or the least length or distance; or where the second table begins; or isEnd
const (
	oneLiteral  = 1 << 6
	isLiteral   = 3 << 6
	isSpecial   = 1 << 14
	isLink      = 1 << 15
	valueShift  = 16
	isEnd       = isSpecial | 1<<valueShift
	isInvalid   = isSpecial
	countShift  = 6
	lengthShift = 8
)

// tables are those of one block. Their sizes are the most that complete codes take: 286 codes of up to 15 bits
// behind 11 bits, and 30 behind 8.
type tables struct {
	lit  [2342]uint32
	dist [402]uint32
}

// lits and dists are the entries of the symbols, but for the lengths of their codes.
type symbols struct {
	lits  [288]uint32
	dists [32]uint32
}

// meanings are what each symbol stands for.
var meanings = func() (s symbols) {
	for i := range endOfBlock {
		s.lits[i] = oneLiteral | uint32(i)<<valueShift
	}
	s.lits[endOfBlock] = isEnd
	for i, least := 0, uint32(3); i < 28; i++ {
		extra := max(i/4, 1) - 1
		s.lits[endOfBlock+1+i] = least<<valueShift | uint32(extra)
		least += 1 << extra
	}
	s.lits[285] = 258 << valueShift
	s.lits[286], s.lits[287] = isInvalid, isInvalid
	for i, least := 0, uint32(1); i < maxDists; i++ {
		extra := max(i/2, 1) - 1
		s.dists[i] = least<<valueShift | uint32(extra)
		least += 1 << extra
	}
	s.dists[30], s.dists[31] = isInvalid, isInvalid
	return s
}()

// build makes a table of the lengths of codes. It answers false if no such codes are possible. None at all, and only
// one of one bit, are.
func build(table []uint32, first uint, lengths []uint8, symbols []uint32) bool {
	var count, next [maxCodeBits + 2]int
	for _, n := range lengths {
		count[n]++
	}
	total, longest := 0, 0
	for n := 1; n <= maxCodeBits; n++ {
		next[n+1] = next[n] + count[n]
		total = total<<1 + count[n]
		if count[n] > 0 {
			longest = n
		}
	}
	total >>= maxCodeBits - longest
	if longest <= 1 && total < 2 {
		for i := range table[:1<<first] {
			table[i] = isInvalid
		}
	} else if total != 1<<longest {
		return false
	}
	var sorted [288]uint16
	for i, n := range lengths {
		if n > 0 {
			sorted[next[n]] = uint16(i)
			next[n]++
		}
	}
	fill(table, first, sorted[:len(lengths)], &count, symbols)
	return true
}

// fill sets a table's entries. Codes come with their last bit first, so that the entries of a code of n bits lie 1<<n
// from each other: the table is filled for the shortest codes and doubled.
func fill(table []uint32, first uint, sorted []uint16, count *[maxCodeBits + 2]int, symbols []uint32) {
	code, n := uint(0), uint(1)
	for ; n <= first; n++ {
		for range count[n] {
			table[code] = symbols[sorted[0]] + uint32(n+n<<lengthShift)
			sorted = sorted[1:]
			code = following(code, n)
		}
		if n < first {
			copy(table[1<<n:2<<n], table[:1<<n])
		}
	}
	end, prefix, linkBits := uint(1)<<first, ^uint(0), uint(0)
	start := end
	for ; n <= maxCodeBits; n++ {
		for left := count[n]; left > 0; left-- {
			if at := code & (1<<first - 1); at != prefix {
				prefix, start, linkBits = at, end, n-first
				for room := left; room < 1<<linkBits; {
					linkBits++
					room = room<<1 + count[first+linkBits]
				}
				end += 1 << linkBits
				table[prefix] = isSpecial | isLink | uint32(start<<valueShift|linkBits)
			}
			e := symbols[sorted[0]] + uint32((n-first)+(n-first)<<lengthShift)
			for i := code >> first; i < 1<<linkBits; i += 1 << (n - first) {
				table[start+i] = e
			}
			sorted = sorted[1:]
			code = following(code, n)
		}
	}
}

// following is the code of n bits that comes next, both with their last bit first.
func following(code, n uint) uint {
	all := uint(1)<<n - 1
	if code == all {
		return code
	}
	top := uint(1) << (bits.Len(code^all) - 1)
	return code&(top-1) | top
}

// pair lets the entries hold two literals where both codes fit in. It does not branch: that would be mispredicted.
func (t *tables) pair() {
	for i := 1<<litBits - 1; i >= 0; i-- {
		e := t.lit[i]
		second := t.lit[i>>(e&63)]
		fits := (e&63 + second&63 - (litBits + 1)) >> 31 // 1 if it does
		pairs := -(fits & (e & second >> countShift))
		t.lit[i] = e + pairs&(second&63+oneLiteral+second>>valueShift<<(valueShift+8))
	}
}
