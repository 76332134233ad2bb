package threat

import (
	"cmp"
	"math/bits"
	"net/netip"
	"slices"
	"sort"
)

// prefixes are blocks of addresses, which lie in one another or apart. They are sorted by where they begin, the wide before
// the narrow, and each knows the narrowest that it lies in: the last that begins at or before an address is the
// narrowest that may hold it, and what else holds it is found by going outwards. An IPv4 block takes 16 bytes, an IPv6
// block 40.
type prefixes struct {
	four []block4
	six  []block6
	head [1<<16 + 1]uint32 // where the IPv4 blocks of each first half begin
}

// block4 and block6 are blocks from their first to their last address. outer is the position plus one of the block that
// holds it.
type block4 struct{ first, last, detail, outer uint32 }

type block6 struct {
	first, last   wide
	detail, outer uint32
}

// wide is an IPv6 address.
type wide struct{ hi, lo uint64 }

func (a wide) compare(b wide) int { return cmp.Or(cmp.Compare(a.hi, b.hi), cmp.Compare(a.lo, b.lo)) }

func wideOf(a netip.Addr) (w wide) {
	for i, c := range a.As16() {
		if i < 8 {
			w.hi = w.hi<<8 | uint64(c)
		} else {
			w.lo = w.lo<<8 | uint64(c)
		}
	}
	return w
}

func narrow(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// add adds a block, before the blocks are sorted.
func (p *prefixes) add(block netip.Prefix, detail uint32) {
	a, host := block.Addr(), block.Addr().BitLen()-block.Bits()
	if a.Is4() {
		first := narrow(a)
		p.four = append(p.four, block4{first, first | uint32(1<<host-1), detail, 0})
		return
	}
	first := wideOf(a)
	last := first
	if host >= 64 {
		last.lo, last.hi = ^uint64(0), last.hi|uint64(1<<(host-64)-1)
	} else {
		last.lo |= 1<<host - 1
	}
	p.six = append(p.six, block6{first, last, detail, 0})
}

// sort makes the blocks ready. Of equal ones, better tells which of two details is kept.
func (p *prefixes) sort(better func(a, b uint32) bool) {
	slices.SortStableFunc(p.four, func(a, b block4) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last)) })
	slices.SortStableFunc(p.six, func(a, b block6) int { return cmp.Or(a.first.compare(b.first), b.last.compare(a.last)) })
	four := p.four[:0]
	for _, b := range p.four {
		if n := len(four); n > 0 && four[n-1].first == b.first && four[n-1].last == b.last {
			if better(b.detail, four[n-1].detail) {
				four[n-1].detail = b.detail
			}
			continue
		}
		four = append(four, b)
	}
	six := p.six[:0]
	for _, b := range p.six {
		if n := len(six); n > 0 && six[n-1].first == b.first && six[n-1].last == b.last {
			if better(b.detail, six[n-1].detail) {
				six[n-1].detail = b.detail
			}
			continue
		}
		six = append(six, b)
	}
	p.four, p.six = slices.Clip(four), slices.Clip(six)
	p.nest()
}

// nest finds the block that each lies in, and where the blocks of each first half begin.
func (p *prefixes) nest() {
	var open []uint32 // positions plus one, from the widest inwards
	for i := range p.four {
		b := &p.four[i]
		for len(open) > 0 && p.four[open[len(open)-1]-1].last < b.first {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			b.outer = open[len(open)-1]
		}
		open = append(open, uint32(i)+1)
	}
	open = open[:0]
	for i := range p.six {
		b := &p.six[i]
		for len(open) > 0 && p.six[open[len(open)-1]-1].last.compare(b.first) < 0 {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			b.outer = open[len(open)-1]
		}
		open = append(open, uint32(i)+1)
	}
	at := 0
	for half := range p.head {
		for at < len(p.four) && int(p.four[at].first>>16) < half {
			at++
		}
		p.head[half] = uint32(at)
	}
}

// find yields the details of the blocks that hold an address and how many bits each fixes, from the narrowest outwards.
func (p *prefixes) find(a netip.Addr, yield func(detail uint32, bits int)) {
	if a.Is4() {
		p.find4(narrow(a), yield)
		return
	}
	w := wideOf(a)
	n := sort.Search(len(p.six), func(i int) bool { return p.six[i].first.compare(w) > 0 })
	for n > 0 {
		b := &p.six[n-1]
		if b.last.compare(w) >= 0 {
			yield(b.detail, 128-bits.Len64(b.first.hi^b.last.hi)-bits.Len64(b.first.lo^b.last.lo))
		}
		n = int(b.outer)
	}
}

func (p *prefixes) find4(a uint32, yield func(detail uint32, bits int)) {
	low, high := p.head[a>>16], p.head[a>>16+1]
	for low < high {
		if mid := (low + high) / 2; p.four[mid].first <= a {
			low = mid + 1
		} else {
			high = mid
		}
	}
	for n := low; n > 0; {
		b := &p.four[n-1]
		if b.last >= a {
			yield(b.detail, 32-bits.Len32(b.first^b.last))
		}
		n = b.outer
	}
}

// span divides the addresses from first to last into blocks.
func span(first, last netip.Addr) (blocks []netip.Prefix) {
	for first.IsValid() && first.Compare(last) <= 0 {
		n := first.BitLen()
		width := trailingZeros(first)
		var block netip.Prefix
		for ; ; width-- {
			if block = netip.PrefixFrom(first, n-width); lastOf(block).Compare(last) <= 0 {
				break
			}
		}
		blocks = append(blocks, block)
		first = lastOf(block).Next()
	}
	return blocks
}

func trailingZeros(a netip.Addr) (n int) {
	bytes := a.AsSlice()
	for _, c := range slices.Backward(bytes) {
		if c != 0 {
			return n + bits.TrailingZeros8(c)
		}
		n += 8
	}
	return n
}

func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for i := range bytes {
		if free := 8*(i+1) - p.Bits(); free > 0 {
			bytes[i] |= byte(1<<min(free, 8) - 1)
		}
	}
	a, _ := netip.AddrFromSlice(bytes)
	return a
}
