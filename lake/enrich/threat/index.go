package threat

import (
	"fmt"
	"net/netip"
	"slices"
)

// detail is what a list says of an entry beside that it is listed. Times are milliseconds since 1970, 0 if unknown.
type detail struct {
	confidence                         int // 0 to 100, or -1
	description, reference, tlp        string
	first, last, modified, from, until int64
}

// none is the detail of entries that a list says nothing of.
var none = detail{confidence: -1}

// valid tells whether an entry counts at the time of an event.
func (d *detail) valid(at int64) bool {
	return (d.from == 0 || at >= d.from) && (d.until == 0 || at < d.until)
}

// index is the entries of one list. It does not change once it is built.
type index struct {
	addresses             prefixes
	domains, urls, hashes texts
	details               []detail
	known                 map[detail]uint32 // while it is built
	entries               int64             // that were read
	skipped               map[string]int64  // by the reason
	samples               []string          // of what was skipped
}

func newIndex() *index {
	return &index{details: []detail{none}, known: map[detail]uint32{none: 0}, skipped: map[string]int64{}}
}

// maxSamples is how many of the entries that were skipped are named, and maxSample how much of each.
const maxSamples, maxSample = 3, 80

// skip counts what is no entry.
func (x *index) skip(what string, why error) {
	x.skipped[why.Error()]++
	if len(x.samples) < maxSamples {
		x.samples = append(x.samples, fmt.Sprintf("%.*q: %v", maxSample, what, why))
	}
}

// add adds an entry by its text.
func (x *index) add(text string, d detail) {
	v, err := parse(text)
	if err != nil {
		x.skip(text, err)
		return
	}
	x.put(v, text, d)
}

// put adds an entry.
func (x *index) put(v value, text string, d detail) {
	n := x.number(d)
	for _, b := range v.blocks {
		x.addresses.add(b, n)
	}
	room := true
	switch v.kind {
	case ofDomain:
		room = x.domains.add(v.key, n, x.better)
	case ofURL:
		room = x.urls.add(v.key, n, x.better)
	case ofHash:
		room = x.hashes.add(v.key, n, x.better)
	}
	if !room {
		x.skip(text, errFull)
		return
	}
	x.entries++
}

// number is the number of a detail, which many entries have in common.
func (x *index) number(d detail) uint32 {
	if d == none {
		return 0
	}
	n, ok := x.known[d]
	if !ok {
		n = uint32(len(x.details))
		x.details = append(x.details, d)
		x.known[d] = n
	}
	return n
}

var errFull = fmt.Errorf("more than %d bytes of entries of one kind", int64(maxArena))

// better tells which of two details of the same value is kept: the one that holds longer, then the one that is surer.
func (x *index) better(a, b uint32) bool {
	d, o := &x.details[a], &x.details[b]
	if d.until != o.until {
		return d.until == 0 || o.until != 0 && d.until > o.until
	}
	return d.confidence > o.confidence
}

// build makes the index ready.
func (x *index) build() {
	x.addresses.sort(x.better)
	for _, t := range []*texts{&x.domains, &x.urls, &x.hashes} {
		t.ready()
	}
	x.details = slices.Clip(x.details)
	x.known = nil
}

// address yields the details of the entries that hold an address and how many bits they fix, the narrowest first.
func (x *index) address(a netip.Addr, yield func(n uint32, bits int)) { x.addresses.find(a, yield) }

// domain finds the narrowest entry that a domain, in the form of [domainKey], is or is below of.
func (x *index) domain(key []byte) (entry []byte, n uint32, ok bool) {
	if x.domains.n == 0 {
		return nil, 0, false
	}
	for {
		if n, ok = x.domains.find(key); ok {
			return key, n, true
		}
		dot := slices.Index(key, '.')
		if dot < 0 {
			return nil, 0, false
		}
		key = key[dot+1:]
	}
}

// size is about the bytes that the index takes.
func (x *index) size() int64 {
	n := 16*int64(cap(x.addresses.four)) + 40*int64(cap(x.addresses.six)) + 4*int64(len(x.addresses.head))
	for _, t := range []*texts{&x.domains, &x.urls, &x.hashes} {
		n += t.size()
	}
	for i := range x.details {
		d := &x.details[i]
		n += 112 + int64(len(d.description)+len(d.reference)+len(d.tlp))
	}
	return n
}
