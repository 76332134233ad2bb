package geo

import (
	"net/netip"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// filler fills the columns of one schema's batches.
type filler struct {
	version enrich.Version
	db      *maxminddb.Reader
	sides   []side
	places  map[uintptr]place // by the record's position
}

// maxPlaces is how many records are kept at most: a file of cities has some hundred thousand.
const maxPlaces = 1 << 15

func (f *filler) Versions() []enrich.Version { return []enrich.Version{f.version} }

func (f *filler) Fill(b *ecs.Batch) {
	for i := range f.sides {
		f.side(b, &f.sides[i])
	}
}

// side fills the columns of one address. Many addresses are in one place: they are numbered by it first.
func (f *filler) side(b *ecs.Batch, s *side) {
	keys := b.Keys(s.ip)
	if len(keys) == 0 {
		return
	}
	numbers, places := make([]uint32, b.Distinct(s.ip)+1), []place{{}}
	known := map[uintptr]uint32{}
	for id := 1; id < len(numbers); id++ {
		at, ok := f.find(b.Value(s.ip, uint32(id)))
		if !ok {
			continue
		}
		n, seen := known[at.Offset()]
		if !seen {
			n = uint32(len(places))
			known[at.Offset()] = n
			places = append(places, f.placeAt(at))
		}
		numbers[id] = n
	}
	if len(places) > 1 {
		f.fill(b, s, keys, numbers, places)
	}
}

// fill fills each column by the ids of the addresses.
func (f *filler) fill(b *ecs.Batch, s *side, keys, numbers []uint32, places []place) {
	ids, ofPlace := make([]uint32, len(numbers)), make([]uint32, len(places))
	for i, col := range s.texts {
		if col < 0 {
			continue
		}
		for n := range places {
			ofPlace[n] = 0
			if text := places[n].texts[i]; text != "" {
				ofPlace[n] = b.ID(col, []byte(text))
			}
		}
		for id, n := range numbers {
			ids[id] = ofPlace[n]
		}
		b.Derive(col, keys, ids)
	}
	if s.number < 0 {
		return
	}
	nums, has := make([]int64, len(numbers)), make([]bool, len(numbers))
	for id, n := range numbers {
		nums[id], has[id] = places[n].number, places[n].number > 0
	}
	b.DeriveNum(s.number, keys, nums, has)
}

// find looks an address up.
func (f *filler) find(text []byte) (maxminddb.Result, bool) {
	a, err := netip.ParseAddr(string(text))
	if a = a.Unmap().WithZone(""); err != nil || Private(a) {
		return maxminddb.Result{}, false
	}
	r := f.db.Lookup(a)
	return r, r.Err() == nil && r.Found()
}

// placeAt reads a record; one that can't be read, of a damaged file or of another kind, says nothing.
func (f *filler) placeAt(at maxminddb.Result) place {
	if p, ok := f.places[at.Offset()]; ok {
		return p
	}
	var r record
	var p place
	if at.Decode(&r) == nil {
		p = r.place()
	}
	if f.places == nil || len(f.places) >= maxPlaces {
		f.places = map[uintptr]place{}
	}
	f.places[at.Offset()] = p
	return p
}
