package table

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// A dictionary page is read before any row of its chunk, so a large one must save much.
const (
	smallDictionary = 1 << 20
	largeDictionary = 8 << 20
)

// texts is one chunk of a text column on its way to pages. The batch's ids become the chunk's own, which run from 1 in
// the order of the rows and are small enough to pack; 0 is null.
type texts struct {
	ids    []uint32 // an entry's id
	reps   []uint8  // lists only: an entry's repetition level, 0 where a row begins
	values [][]byte // the text of id i+1
	filled int      // entries that are not null
	marks  []uint32 // by the batch's id: base + the chunk's id, where that is above base
	base   uint32
	seen   []uint32 // by the chunk's id: the page that has it already, from 1
}

// reset begins a chunk of a column with so many ids. Marks of earlier chunks stay behind, below the new base.
func (t *texts) reset(distinct int) {
	t.base += uint32(len(t.values))
	t.ids, t.reps, t.values, t.filled = t.ids[:0], t.reps[:0], t.values[:0], 0
	if t.base > math.MaxUint32/2 {
		clear(t.marks)
		t.base = 0
	}
	if len(t.marks) <= distinct {
		t.marks = append(t.marks, make([]uint32, distinct+1-len(t.marks))...)
	}
}

// id is the chunk's id for the batch's.
func (t *texts) id(b *ecs.Batch, col int, id uint32) uint32 {
	if m := t.marks[id]; m > t.base {
		return m - t.base
	}
	v := b.Value(col, id)
	if v == nil {
		v = []byte{}
	}
	t.values = append(t.values, v)
	n := uint32(len(t.values))
	t.marks[id] = t.base + n
	return n
}

func (t *texts) gather(b *ecs.Batch, col int, rows []int32) {
	ids, rest := b.IDs(col), b.Rest(col)
	t.ids = slices.Grow(t.ids, len(rows))[:len(rows)]
	for i, r := range rows {
		id := rest
		if int(r) < len(ids) {
			id = ids[r]
		}
		if id == 0 {
			t.ids[i] = 0
			continue
		}
		if m := t.marks[id]; m > t.base {
			t.ids[i] = m - t.base
		} else {
			t.ids[i] = t.id(b, col, id)
		}
		t.filled++
	}
}

func (t *texts) gatherLists(b *ecs.Batch, col int, rows []int32) {
	for _, r := range rows {
		items := b.Items(col, int(r))
		if len(items) == 0 {
			t.ids, t.reps = append(t.ids, 0), append(t.reps, 0)
			continue
		}
		for i, id := range items {
			t.ids = append(t.ids, t.id(b, col, id))
			t.reps = append(t.reps, uint8(min(i, 1)))
		}
		t.filled += len(items)
	}
}

// dictionaryPays tells whether the values should be written once, with indexes into them.
func (t *texts) dictionaryPays() bool {
	if 2*len(t.values) > t.filled+2 {
		return false
	}
	size := 0
	for _, v := range t.values {
		size += 4 + len(v)
	}
	if size <= smallDictionary {
		return true
	}
	plain := 0
	for _, id := range t.ids {
		if id != 0 {
			plain += 4 + len(t.values[id-1])
		}
	}
	return size <= largeDictionary && 4*size <= plain
}

func (e *Encoder) writeTexts(c *chunk, col int, rows []int32) {
	t := &e.texts
	t.reset(e.batch.Distinct(col))
	if c.field.Type == ecs.Strings {
		t.gatherLists(e.batch, col, rows)
	} else {
		t.gather(e.batch, col, rows)
	}
	if t.filled == 0 {
		e.emitNull(c, len(rows))
		return
	}
	dictionary := t.dictionaryPays()
	if dictionary {
		e.body = e.body[:0]
		for _, v := range t.values {
			e.body = appendPlain(e.body, v)
		}
		e.emitDictionary(c, len(t.values))
	}
	t.seen = slices.Grow(t.seen[:0], len(t.values)+1)[:len(t.values)+1]
	clear(t.seen)
	for lo := 0; lo < len(t.ids); {
		hi := t.pageEnd(lo, e.o, dictionary)
		e.textPage(c, lo, hi, dictionary)
		lo = hi
	}
	if e.blooms[col] {
		c.bloom = textBloom(c.field, t.values)
	}
}

// textBloom makes the filter of a chunk: tighter for event ids, which are looked up by the thousand for duplicates.
func textBloom(f ecs.Field, values [][]byte) bloom {
	fpp := 0.01
	if f.Name == idField {
		fpp = 0.001
	}
	filter := newBloom(len(values), fpp)
	for _, v := range values {
		filter.add(v)
	}
	return filter
}

// pageEnd is where a page that begins at an entry ends: after so many rows or bytes, and where a row ends.
func (t *texts) pageEnd(lo int, o Options, dictionary bool) int {
	if dictionary && len(t.reps) == 0 {
		return min(lo+o.RowsPerPage, len(t.ids))
	}
	rows, size := 0, 0
	for i := lo; i < len(t.ids); i++ {
		if len(t.reps) == 0 || t.reps[i] == 0 {
			if rows == o.RowsPerPage || size >= o.PageBytes {
				return i
			}
			rows++
		}
		if !dictionary && t.ids[i] != 0 {
			size += 4 + len(t.values[t.ids[i]-1])
			if len(t.reps) == 0 && size > o.PageBytes && i > lo {
				return i
			}
		}
	}
	return len(t.ids)
}

func (e *Encoder) textPage(c *chunk, lo, hi int, dictionary bool) {
	t := &e.texts
	p := page{entries: hi - lo, rows: hi - lo, encoding: parquet.Encoding_PLAIN}
	p.bounds = e.selectEntries(c, t.ids[lo:hi], uint32(len(c.pages)+1))
	p.nulls = p.entries - len(e.dense)
	e.body = e.body[:0]
	if len(t.reps) > 0 {
		p.rows = 0
		for _, r := range t.reps[lo:hi] {
			p.rows += int(1 - r)
		}
		e.body = appendLevels(e.body, t.reps[lo:hi], 1)
	}
	e.appendDefinitions(c.field.Type, p)
	if dictionary {
		p.encoding = parquet.Encoding_RLE_DICTIONARY
		e.appendIndexes(len(t.values))
	} else {
		for _, i := range e.dense {
			e.body = appendPlain(e.body, t.values[i])
		}
	}
	e.emit(c, p)
}

// selectEntries splits a page's entries into definition levels and indexes of values, and finds the values' bounds.
func (e *Encoder) selectEntries(c *chunk, ids []uint32, number uint32) bounds {
	t := &e.texts
	level, _ := maxLevel(c.field.Type)
	e.levels = slices.Grow(e.levels[:0], len(ids))[:len(ids)]
	dense, n := slices.Grow(e.dense[:0], len(ids))[:len(ids)], 0
	var b textBounds
	for i, id := range ids {
		if id == 0 {
			e.levels[i] = 0
			continue
		}
		e.levels[i] = level
		dense[n] = id - 1
		n++
		if t.seen[id] != number {
			t.seen[id] = number
			b.add(t.values[id-1])
		}
	}
	e.dense = dense[:n]
	return b.bounds
}

// appendDefinitions encodes e.levels.
func (e *Encoder) appendDefinitions(t ecs.Type, p page) {
	level, width := maxLevel(t)
	switch p.nulls {
	case 0:
		e.body = appendLevelRun(e.body, level, p.entries, width)
	case p.entries:
		e.body = appendLevelRun(e.body, 0, p.entries, width)
	default:
		e.body = appendLevels(e.body, e.levels, width)
	}
}

// appendIndexes encodes e.dense as indexes into a dictionary of n values.
func (e *Encoder) appendIndexes(n int) {
	width := bits.Len(uint(n - 1))
	e.body = appendHybrid(append(e.body, byte(width)), e.dense, width)
}

func appendPlain(dst, v []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(v)))
	return append(dst, v...)
}
