package threat

import (
	"encoding/binary"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// filler checks the rows of one schema's batches.
type filler struct {
	lists   Lists
	now     []*enrich.Read[*index]
	watched []watched
	columns columns
	time    int
}

func (f *filler) Versions() (all []enrich.Version) {
	for _, n := range f.now {
		all = append(all, n.Version)
	}
	return all
}

// match is a value of a row that is on a list.
type match struct {
	hit
	field, value, entry string
}

// Fill looks every distinct value up, and goes through the rows only if one is on a list.
func (f *filler) Fill(b *ecs.Batch) {
	hits, any := make([][][]hit, len(f.watched)), false
	for i := range f.watched {
		hits[i] = f.lookAll(b, &f.watched[i])
		any = any || hits[i] != nil
	}
	if !any {
		return
	}
	g := &groups{filler: f, batch: b, hits: hits, known: map[string]uint32{}, all: []group{{}}, keys: make([]uint32, b.Rows())}
	for row := range b.Rows() {
		g.keys[row] = g.of(row)
	}
	g.fill()
}

// lookAll looks a column's distinct values up; nil if none is on a list.
func (f *filler) lookAll(b *ecs.Batch, w *watched) (hits [][]hit) {
	n := b.Distinct(w.col)
	for id := 1; id <= n; id++ {
		value := b.Value(w.col, uint32(id))
		for list, now := range f.now {
			w.look(now.Value, value, func(h hit) {
				if hits == nil {
					hits = make([][]hit, n+1)
				}
				h.list = list
				hits[id] = append(hits[id], h)
			})
		}
	}
	return hits
}

// groups numbers rows by what they match.
type groups struct {
	*filler
	batch *ecs.Batch
	hits  [][][]hit // by watched column and id
	known map[string]uint32
	all   []group  // by number; none is of rows that match nothing
	keys  []uint32 // the rows' numbers
	found []match  // of the row that is looked at
	name  []byte
}

// group is what rows match: all of it, and whether the first of it goes into the columns.
type group struct {
	matches []match
	told    bool // the log itself tells of an indicator
}

// of is the number of a row's group.
func (g *groups) of(row int) uint32 {
	g.found, g.name = g.found[:0], g.name[:0]
	for i := range g.watched {
		w, hits := &g.watched[i], g.hits[i]
		switch {
		case hits == nil:
		case w.list:
			for _, id := range g.batch.Items(w.col, row) {
				if hits[id] != nil {
					g.value(row, i, id)
				}
			}
		default:
			if id := g.id(w.col, row); hits[id] != nil {
				g.value(row, i, id)
			}
		}
	}
	if len(g.found) == 0 {
		return 0
	}
	told := !g.batch.Null(g.columns.kind, row)
	if told {
		g.name = append(g.name, 1)
	}
	n, ok := g.known[string(g.name)]
	if !ok {
		n = uint32(len(g.all))
		g.known[string(g.name)] = n
		g.all = append(g.all, group{g.ranked(), told})
	}
	return n
}

func (g *groups) id(col, row int) uint32 {
	if ids := g.batch.IDs(col); row < len(ids) {
		return ids[row]
	}
	return g.batch.Rest(col)
}

// value notes what a value of the row matches at the time of the event.
func (g *groups) value(row, watched int, id uint32) {
	w, at := &g.watched[watched], g.batch.Num(g.time, row)
	value := g.batch.Value(w.col, id)
	field := ""
	for i, h := range g.hits[watched][id] {
		if d := &g.now[h.list].Value.details[h.detail]; g.time >= 0 && !d.valid(at) || w.field == "url.original" && g.has("url", string(value)) {
			continue
		}
		if field == "" {
			field = g.field(w, row, value)
		}
		g.found = append(g.found, match{h, field, string(value), h.entry(string(value))})
		g.name = binary.AppendUvarint(append(append(g.name, field...), 0, byte(watched)), uint64(id))
		g.name = binary.AppendUvarint(g.name, uint64(i))
	}
}

// has tells whether the row was found to match by a value already.
func (g *groups) has(kind, value string) bool {
	for i := range g.found {
		if g.found[i].kind == kind && g.found[i].value == value {
			return true
		}
	}
	return false
}

// field is the field of the row that has a value of a related list.
func (g *groups) field(w *watched, row int, value []byte) string {
	for _, col := range w.parts {
		if f := &g.batch.Schema().Fields()[col]; f.Type == ecs.String && string(g.batch.Str(col, row)) == string(value) {
			return f.Name
		}
	}
	return w.field
}

// ranked are the matches of the row, the surest first.
func (g *groups) ranked() []match {
	all := append([]match(nil), g.found...)
	best := 0
	for i := range all {
		if g.confidence(&all[i]) > g.confidence(&all[best]) {
			best = i
		}
	}
	all[0], all[best] = all[best], all[0]
	return all
}

// confidence is what the list says of the entry, or what was said of the list.
func (f *filler) confidence(m *match) int {
	if c := f.detail(m).confidence; c >= 0 {
		return c
	}
	return f.lists[m.list].Confidence
}

func (f *filler) detail(m *match) *detail { return &f.now[m.list].Value.details[m.detail] }
