package table

import (
	"encoding/binary"
	"slices"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// nums is one chunk of a column of fixed width on its way to pages.
type nums struct {
	levels []uint8 // an entry's definition level
	values []int64 // the values, nulls left out; floats as their bits
	dict   intDict
	ids    []uint32 // the values' indexes in the dictionary
}

func (n *nums) gather(b *ecs.Batch, col int, rows []int32) {
	n.levels, n.values = slices.Grow(n.levels[:0], len(rows))[:len(rows)], slices.Grow(n.values[:0], len(rows))
	all, valid := b.Nums(col)
	rest, filled := b.RestNum(col)
	for i, r := range rows {
		v, ok := rest, filled
		if int(r) < len(all) {
			v, ok = all[r], valid == nil || valid[r]
		}
		if !ok {
			n.levels[i] = 0
			continue
		}
		n.levels[i] = 1
		n.values = append(n.values, v)
	}
}

func (e *Encoder) writeNums(c *chunk, col int, rows []int32) {
	n := &e.nums
	n.gather(e.batch, col, rows)
	if c.field.Name == timeField {
		e.checkTimes(n.values, len(rows))
	}
	if len(n.values) == 0 {
		e.emitNull(c, len(rows))
		return
	}
	encoding := e.chooseEncoding(c)
	values, ids := n.values, n.ids
	for lo := 0; lo < len(rows); lo += e.o.RowsPerPage {
		e.levels = append(e.levels[:0], n.levels[lo:min(lo+e.o.RowsPerPage, len(rows))]...)
		p := page{entries: len(e.levels), rows: len(e.levels), encoding: encoding}
		filled := 0
		for _, l := range e.levels {
			filled += int(l)
		}
		p.nulls = p.entries - filled
		p.bounds = numBounds(c.field.Type, values[:filled])
		e.body = e.body[:0]
		e.appendDefinitions(c.field.Type, p)
		if encoding == parquet.Encoding_RLE_DICTIONARY {
			e.dense = append(e.dense[:0], ids[:filled]...)
			e.appendIndexes(len(n.dict.values))
			ids = ids[filled:]
		} else {
			e.body = appendNums(e.body, c.field.Type, values[:filled])
		}
		values = values[filled:]
		e.emit(c, p)
	}
}

// chooseEncoding writes the dictionary, if the chunk gets one.
func (e *Encoder) chooseEncoding(c *chunk) parquet.Encoding {
	n := &e.nums
	switch {
	case (c.field.Type == ecs.Int || c.field.Type == ecs.Float) && n.index():
		e.body = e.body[:0]
		for _, v := range n.dict.values {
			e.body = binary.LittleEndian.AppendUint64(e.body, uint64(v))
		}
		e.emitDictionary(c, len(n.dict.values))
		return parquet.Encoding_RLE_DICTIONARY
	case c.field.Type == ecs.Int || c.field.Type == ecs.Time:
		return parquet.Encoding_DELTA_BINARY_PACKED
	}
	return parquet.Encoding_PLAIN
}

// checkTimes notes the file's range of times and makes sure of their order, which queries rely on.
func (e *Encoder) checkTimes(times []int64, rows int) {
	if len(times) != rows || !slices.IsSorted(times) || e.timed && times[0] < e.info.MaxTime {
		if e.out.err == nil {
			e.out.err = ErrUnsorted
		}
		return
	}
	if !e.timed {
		e.info.MinTime, e.timed = times[0], true
	}
	e.info.MaxTime = times[len(times)-1]
}

func appendNums(dst []byte, t ecs.Type, v []int64) []byte {
	switch t {
	case ecs.Int, ecs.Time:
		return appendDelta(dst, v)
	case ecs.Bool:
		return appendBools(dst, v)
	}
	for _, x := range v {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(x))
	}
	return dst
}

func appendBools(dst []byte, v []int64) []byte {
	for len(v) > 0 {
		n := min(len(v), 8)
		bits := byte(0)
		for i, x := range v[:n] {
			bits |= byte(x) << i
		}
		dst = append(dst, bits)
		v = v[n:]
	}
	return dst
}

// Ports, status codes, versions and short durations repeat; offsets do not, and are found out early.
const (
	intSlots  = 1 << 13
	intValues = 1 << 12
)

// intDict numbers the distinct integers of a chunk.
type intDict struct {
	values []int64
	slots  [intSlots]uint32 // open addressing: the index in values plus one
}

// index fills n.ids, and tells whether the values are few enough for a dictionary.
func (n *nums) index() bool {
	n.dict.values, n.ids = n.dict.values[:0], n.ids[:0]
	clear(n.dict.slots[:])
	for _, v := range n.values {
		id, ok := n.dict.id(v)
		if !ok {
			return false
		}
		n.ids = append(n.ids, id)
	}
	return 2*len(n.dict.values) <= len(n.values)+2
}

func (d *intDict) id(v int64) (uint32, bool) {
	h := uint64(v) * 0x9e3779b97f4a7c15 >> 51 // the high 13 bits
	for ; ; h = (h + 1) % intSlots {
		switch at := d.slots[h]; {
		case at == 0:
			if len(d.values) == intValues {
				return 0, false
			}
			d.values = append(d.values, v)
			d.slots[h] = uint32(len(d.values))
			return uint32(len(d.values) - 1), true
		case d.values[at-1] == v:
			return at - 1, true
		}
	}
}
