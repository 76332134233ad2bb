package ecs

import (
	"math"
	"slices"
)

// Batch is rows of a schema held by column. Strings are dictionary-coded as they arrive: a row holds the id of its
// value, so sorting moves four bytes a cell and writing need not hash again. A column that is null from some row on
// holds nothing for those rows, so a column that a batch never fills costs nothing.
//
// The current row is built by the Set methods and [Batch.Append], then ended by [Batch.Commit] or dropped by
// [Batch.Discard]. Setting a column twice keeps the later value. Values are copied.
type Batch struct {
	schema  *Schema
	rows    int
	columns []column
}

// column holds one of ids, nums and lists, by the field's type.
type column struct {
	dict  dictionary
	ids   []uint32 // String: an id a row
	nums  []int64  // Int, Time, Bool, and Float as its bits
	valid []bool   // whether nums holds a value for the row
	items []uint32 // Strings: the ids of all rows' items, one row after the other
	ends  []uint32 // Strings: where a row's items end
}

// NewBatch makes an empty batch.
func NewBatch(s *Schema) *Batch {
	b := &Batch{schema: s, columns: make([]column, s.Len())}
	for i, f := range s.fields {
		b.columns[i].dict.unique = f.Unique
	}
	return b
}

// Schema is the batch's schema.
func (b *Batch) Schema() *Schema { return b.schema }

// Rows is the number of rows committed.
func (b *Batch) Rows() int { return b.rows }

// Bytes is the memory that the batch's rows take, without what is kept for rows to come. It visits every column: call
// it once in a thousand rows.
func (b *Batch) Bytes() (n int64) {
	for i := range b.columns {
		c := &b.columns[i]
		n += c.dict.size() + 4*int64(len(c.ids)+len(c.items)+len(c.ends)) + 9*int64(len(c.nums))
	}
	return n
}

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.rows = 0
	for i := range b.columns {
		c := &b.columns[i]
		c.dict.reset()
		c.ids, c.nums, c.valid = c.ids[:0], c.nums[:0], c.valid[:0]
		c.items, c.ends = c.items[:0], c.ends[:0]
	}
}

// Commit ends the current row.
func (b *Batch) Commit() { b.rows++ }

// Discard drops what was set in the current row.
func (b *Batch) Discard() {
	for i := range b.columns {
		c := &b.columns[i]
		c.ids = c.ids[:min(len(c.ids), b.rows)]
		c.nums, c.valid = c.nums[:min(len(c.nums), b.rows)], c.valid[:min(len(c.valid), b.rows)]
		if len(c.ends) > b.rows {
			c.ends = c.ends[:b.rows]
			c.items = c.items[:c.start(b.rows)]
		}
	}
}

// SetString sets a String column.
func (b *Batch) SetString(col int, v []byte) {
	c := &b.columns[col]
	id := c.dict.id(v)
	if len(c.ids) > b.rows {
		c.ids[b.rows] = id
		return
	}
	c.ids = append(pad(c.ids, b.rows, 0), id)
}

// SetInt sets an Int column.
func (b *Batch) SetInt(col int, v int64) { b.setNum(col, v) }

// SetTime sets a Time column to milliseconds since 1970 in UTC.
func (b *Batch) SetTime(col int, unixMilli int64) { b.setNum(col, unixMilli) }

// SetFloat sets a Float column.
func (b *Batch) SetFloat(col int, v float64) { b.setNum(col, int64(math.Float64bits(v))) }

// SetBool sets a Bool column.
func (b *Batch) SetBool(col int, v bool) {
	n := int64(0)
	if v {
		n = 1
	}
	b.setNum(col, n)
}

func (b *Batch) setNum(col int, v int64) {
	c := &b.columns[col]
	if len(c.nums) > b.rows {
		c.nums[b.rows], c.valid[b.rows] = v, true
		return
	}
	c.nums = append(pad(c.nums, b.rows, 0), v)
	c.valid = append(pad(c.valid, b.rows, false), true)
}

// Append adds an item to a Strings column, unless the row's list has it already.
func (b *Batch) Append(col int, v []byte) {
	c := &b.columns[col]
	if len(c.ends) <= b.rows {
		c.ends = append(pad(c.ends, b.rows, uint32(len(c.items))), uint32(len(c.items)))
	}
	id := c.dict.id(v)
	if slices.Contains(c.items[c.start(b.rows):], id) {
		return
	}
	c.items = append(c.items, id)
	c.ends[b.rows] = uint32(len(c.items))
}

// Unset makes a column of the current row null.
func (b *Batch) Unset(col int) {
	c := &b.columns[col]
	switch {
	case len(c.ids) > b.rows:
		c.ids[b.rows] = 0
	case len(c.nums) > b.rows:
		c.valid[b.rows] = false
	case len(c.ends) > b.rows:
		c.items = c.items[:c.start(b.rows)]
		c.ends[b.rows] = uint32(len(c.items))
	}
}

func pad[T any](s []T, n int, null T) []T {
	for len(s) < n {
		s = append(s, null)
	}
	return s
}

func (c *column) start(row int) uint32 {
	if row == 0 {
		return 0
	}
	return c.ends[row-1]
}

// Null tells whether a column is null in a row; the current row is row [Batch.Rows].
func (b *Batch) Null(col, row int) bool {
	c := &b.columns[col]
	switch b.schema.fields[col].Type {
	case String:
		return row >= len(c.ids) || c.ids[row] == 0
	case Strings:
		return len(b.Items(col, row)) == 0
	default:
		return row >= len(c.nums) || !c.valid[row]
	}
}

// Str is the text of a String column in a row, nil for null. It is valid until the batch is reset.
func (b *Batch) Str(col, row int) []byte {
	c := &b.columns[col]
	if row >= len(c.ids) || c.ids[row] == 0 {
		return nil
	}
	return c.dict.value(c.ids[row])
}

// Num is the value of an Int, Time or Bool column in a row; 0 for null.
func (b *Batch) Num(col, row int) int64 {
	c := &b.columns[col]
	if row >= len(c.nums) {
		return 0
	}
	return c.nums[row]
}

// Float is the value of a Float column in a row; 0 for null.
func (b *Batch) Float(col, row int) float64 { return math.Float64frombits(uint64(b.Num(col, row))) }

// Valid tells whether a column of fixed width has a value in a row.
func (b *Batch) Valid(col, row int) bool {
	c := &b.columns[col]
	return row < len(c.valid) && c.valid[row]
}

// Nums are the values of a column of fixed width, Float as its bits. It may be shorter than the batch: the rest is null.
func (b *Batch) Nums(col int) []int64 { return b.columns[col].nums }

// IDs are the ids of a String column's rows, 0 for null. It may be shorter than the batch: the rest is null.
func (b *Batch) IDs(col int) []uint32 { return b.columns[col].ids }

// Value is the text that an id of the column stands for.
func (b *Batch) Value(col int, id uint32) []byte { return b.columns[col].dict.value(id) }

// Distinct is the highest id of the column; ids run from 1.
func (b *Batch) Distinct(col int) int { return b.columns[col].dict.len() }

// Items are the ids of a list's items in a row; none for null.
func (b *Batch) Items(col, row int) []uint32 {
	c := &b.columns[col]
	if row >= len(c.ends) {
		return nil
	}
	return c.items[c.start(row):c.ends[row]]
}
