package ecs

import (
	"math"
	"slices"
)

// Null tells whether a column is null in a row; the current row is row [Batch.Rows].
func (b *Batch) Null(col, row int) bool {
	switch b.schema.fields[col].Type {
	case String:
		return b.id(col, row) == 0
	case Strings:
		return len(b.Items(col, row)) == 0
	default:
		return !b.Valid(col, row)
	}
}

func (b *Batch) id(col, row int) uint32 {
	c := &b.columns[col]
	if row >= len(c.ids) {
		return c.rest()
	}
	return c.ids[row]
}

// Str is the text of a String column in a row, nil for null. It is valid until the batch is reset.
func (b *Batch) Str(col, row int) []byte {
	id := b.id(col, row)
	if id == 0 {
		return nil
	}
	return b.columns[col].dict.value(id)
}

// Num is the value of an Int, Time or Bool column in a row; 0 for null.
func (b *Batch) Num(col, row int) int64 {
	c := &b.columns[col]
	if row >= len(c.nums) {
		return c.fillNum
	}
	return c.nums[row]
}

// Float is the value of a Float column in a row; 0 for null.
func (b *Batch) Float(col, row int) float64 { return math.Float64frombits(uint64(b.Num(col, row))) }

// Valid tells whether a column of fixed width has a value in a row.
func (b *Batch) Valid(col, row int) bool {
	c := &b.columns[col]
	if row >= len(c.nums) {
		return c.numFilled
	}
	return !c.holed || c.valid[row]
}

// Nums are the values of a column of fixed width, Float as its bits, and which rows have one: nil says that all that
// are there do. It may be shorter than the batch: the other rows have what [Batch.RestNum] says.
func (b *Batch) Nums(col int) (nums []int64, valid []bool) {
	c := &b.columns[col]
	if c.holed {
		return c.nums, c.valid
	}
	return c.nums, nil
}

// RestNum is the value of the rows that [Batch.Nums] lacks, if they have one.
func (b *Batch) RestNum(col int) (v int64, ok bool) {
	return b.columns[col].fillNum, b.columns[col].numFilled
}

// IDs are the ids of a String column's rows, 0 for null. It may be shorter than the batch: the other rows have the id
// that [Batch.Rest] gives.
func (b *Batch) IDs(col int) []uint32 { return b.columns[col].ids }

// Rest is the id of the rows that [Batch.IDs] lacks, 0 for null.
func (b *Batch) Rest(col int) uint32 { return b.columns[col].rest() }

// Value is the text that an id of the column stands for.
func (b *Batch) Value(col int, id uint32) []byte { return b.columns[col].dict.value(id) }

// Distinct is the highest id of the column; ids run from 1.
func (b *Batch) Distinct(col int) int { return b.columns[col].dict.len() }

// Items are the ids of a list's items in a row; none for null.
func (b *Batch) Items(col, row int) []uint32 {
	c := &b.columns[col]
	if row >= len(c.ends) {
		return c.fillIDs
	}
	return c.items[c.start(row):c.ends[row]]
}

// Same tells whether two columns have the same values in all rows that are committed. What it found is kept until there
// are more, since a batch of many days is asked for each of them.
func (b *Batch) Same(col, other int) bool {
	if b.sameRows != b.rows || b.same == nil {
		b.same, b.sameRows = map[[2]int]bool{}, b.rows
	}
	pair := [2]int{min(col, other), max(col, other)}
	same, known := b.same[pair]
	if !known {
		same = b.compare(col, other)
		b.same[pair] = same
	}
	return same
}

func (b *Batch) compare(col, other int) bool {
	c, o := &b.columns[col], &b.columns[other]
	if b.schema.fields[col].Type != b.schema.fields[other].Type {
		return false
	}
	switch b.schema.fields[col].Type {
	case String:
		return c.rest() == o.rest() && slices.Equal(c.ids, o.ids) && c.dict.equal(&o.dict)
	case Strings:
		return slices.Equal(c.fillIDs, o.fillIDs) && slices.Equal(c.ends, o.ends) && slices.Equal(c.items, o.items) && c.dict.equal(&o.dict)
	default:
		return c.numFilled == o.numFilled && c.fillNum == o.fillNum && c.holed == o.holed &&
			slices.Equal(c.nums, o.nums) && slices.Equal(c.valid, o.valid)
	}
}
