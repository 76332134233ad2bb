package table

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"

	"github.com/xitongsys/parquet-go/parquet"
	"github.com/zeebo/xxh3"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Content is what rows hold, whatever their order and however they are divided into files: the sum of a hash of 128 bits
// over the values of each row. A column that is null in a row is as good as one that its file lacks.
type Content struct {
	Rows   int64
	Hi, Lo uint64
}

// Add is the content of both.
func (c Content) Add(o Content) Content {
	lo, carry := bits.Add64(c.Lo, o.Lo, 0)
	hi, _ := bits.Add64(c.Hi, o.Hi, carry)
	return Content{c.Rows + o.Rows, hi, lo}
}

func (c Content) String() string { return fmt.Sprintf("%d rows, %016x%016x", c.Rows, c.Hi, c.Lo) }

// Hasher finds the content of rows, and keeps its buffers.
type Hasher struct {
	rows   []xxh3.Uint128 // a row's sum over the columns that were looked at
	values []xxh3.Uint128 // by id: a text's hash; of a batch, zero if not known yet
}

// begin begins n rows.
func (h *Hasher) begin(n int) {
	h.rows = slices.Grow(h.rows[:0], n)[:n]
	clear(h.rows)
}

// end sums the rows up.
func (h *Hasher) end() (c Content) {
	var p [16]byte
	for _, r := range h.rows {
		binary.LittleEndian.PutUint64(p[:], r.Lo)
		binary.LittleEndian.PutUint64(p[8:], r.Hi)
		s := xxh3.Hash128(p[:])
		c = c.Add(Content{1, s.Hi, s.Lo})
	}
	return c
}

func (h *Hasher) add(row int, v xxh3.Uint128) {
	r := &h.rows[row]
	r.Lo += v.Lo
	r.Hi += v.Hi
}

// known makes room for the hashes of n texts.
func (h *Hasher) known(n int) {
	h.values = slices.Grow(h.values[:0], n)[:n]
	clear(h.values)
}

// listHash is the hash of a list, item by item.
type listHash struct{ xxh3.Uint128 }

func (l *listHash) item(v xxh3.Uint128) {
	l.Lo = bits.RotateLeft64(l.Lo, 23)*0x9e3779b97f4a7c15 + v.Lo
	l.Hi = bits.RotateLeft64(l.Hi, 29)*0xc2b2ae3d27d4eb4f + v.Hi
}

func columnSeed(column string) uint64 { return xxh3.HashString(column) }

// numHash spreads a number over both halves; it has an inverse in each, so that no two numbers share a hash.
func numHash(v int64, seed uint64) xxh3.Uint128 {
	return xxh3.Uint128{Lo: spread(uint64(v) + seed), Hi: spread(uint64(v) ^ bits.RotateLeft64(seed, 32))}
}

// spread is the end of SplitMix64: https://prng.di.unimi.it/splitmix64.c
func spread(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// File is the content of a file, as the implementation decodes it that shares no code with the encoder and with [Reader].
func (h *Hasher) File(r io.ReaderAt, size int64) (c Content, err error) {
	defer func() { // xitongsys's decoders index without checking
		if p := recover(); p != nil {
			err = fmt.Errorf("read parquet file: decoding panicked: %v", p)
		}
	}()
	f, err := openFile(r, size)
	if err != nil {
		return c, fmt.Errorf("read parquet file: %w", err)
	}
	for i, g := range f.meta.RowGroups {
		if g.NumRows < 0 || g.NumRows > math.MaxInt32 {
			return c, fmt.Errorf("read parquet file: row group %d of %d rows", i, g.NumRows)
		}
		h.begin(int(g.NumRows))
		for _, chunk := range g.Columns {
			if err := h.chunk(f, chunk.MetaData); err != nil {
				return c, fmt.Errorf("read parquet file: row group %d, column %s: %w", i, chunk.MetaData.GetPathInSchema(), err)
			}
		}
		c = c.Add(h.end())
	}
	if c.Rows != f.meta.NumRows {
		return c, fmt.Errorf("read parquet file: %w: row groups of %d rows instead of %d", ErrMismatch, c.Rows, f.meta.NumRows)
	}
	return c, nil
}

// typeOf is the type of a chunk's column, as far as decoding needs it.
func typeOf(m *parquet.ColumnMetaData) ecs.Type {
	switch {
	case len(m.PathInSchema) > 1:
		return ecs.Strings
	case m.Type == parquet.Type_INT64:
		return ecs.Int
	case m.Type == parquet.Type_INT96:
		return ecs.Time
	case m.Type == parquet.Type_DOUBLE:
		return ecs.Float
	case m.Type == parquet.Type_BOOLEAN:
		return ecs.Bool
	}
	return ecs.String
}

// chunk adds a column to the rows of its group.
func (h *Hasher) chunk(f *file, m *parquet.ColumnMetaData) error {
	p, err := f.pages(start(m), m.TotalCompressedSize, m.Codec)
	if err != nil {
		return err
	}
	d := decoder{typ: typeOf(m), form: f.formOf(m)}
	seed, row := columnSeed(m.PathInSchema[0]), 0
	for {
		head, body, err := p.next()
		if err == io.EOF {
			break
		}
		if err == nil && head.Type == parquet.PageType_DICTIONARY_PAGE {
			if err = d.dictionary(head, body); err == nil {
				h.dictionary(&d, seed)
				continue
			}
		}
		var c content
		if err == nil {
			c, err = d.data(head, body)
		}
		if err == nil {
			row, err = h.page(&d, c, row, seed)
		}
		if err != nil {
			return err
		}
	}
	if row != len(h.rows) {
		return fmt.Errorf("%w: %d rows instead of %d", ErrMismatch, row, len(h.rows))
	}
	return nil
}

// dictionary finds the hashes of a chunk's dictionary.
func (h *Hasher) dictionary(d *decoder, seed uint64) {
	h.known(d.dict.len(d.typ))
	for i := range h.values {
		h.values[i] = hashOf(&d.dict, i, d.typ, seed)
	}
}

// page adds a page whose first row is given, and tells the row that follows its last.
func (h *Hasher) page(d *decoder, c content, row int, seed uint64) (int, error) {
	value := func(i int) xxh3.Uint128 { return hashOf(c.values, i, d.typ, seed) }
	if c.indexes != nil {
		value = func(i int) xxh3.Uint128 { return h.values[c.indexes[i]] }
	}
	if c.reps != nil {
		return h.lists(c, row, value)
	}
	if len(c.defs) > len(h.rows)-row {
		return row, fmt.Errorf("%w: more than %d rows", ErrMismatch, len(h.rows))
	}
	if len(c.indexes) == len(c.defs) {
		for i, id := range c.indexes { // most pages
			h.add(row+i, h.values[id])
		}
		return row + len(c.defs), nil
	}
	next := 0
	for i, l := range c.defs {
		if l == 1 {
			h.add(row+i, value(next))
			next++
		}
	}
	return row + len(c.defs), nil
}

// lists adds a page of lists.
func (h *Hasher) lists(c content, row int, value func(i int) xxh3.Uint128) (int, error) {
	level, _ := maxLevel(ecs.Strings)
	next := 0
	for i := 0; i < len(c.defs); row++ {
		if row == len(h.rows) {
			return row, fmt.Errorf("%w: more than %d rows", ErrMismatch, row)
		}
		var list listHash
		for first := true; i < len(c.defs) && (first || c.reps[i] != 0); i++ {
			if c.defs[i] == level {
				list.item(value(next))
				next++
			}
			first = false
		}
		h.add(row, list.Uint128)
	}
	return row, nil
}

func hashOf(v *values, i int, t ecs.Type, seed uint64) xxh3.Uint128 {
	if isText(t) {
		return xxh3.Hash128Seed(v.str(i), seed)
	}
	return numHash(v.nums[i], seed)
}
