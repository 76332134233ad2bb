package ecs

import "slices"

// The Add methods give a column its values for several rows at once, from the current row on, for who has rows in
// columns already. [Batch.CommitRows] then ends as many rows; a column that was given none of them is null there.

// ID is the id of a text in a String or Strings column, given now if it is new.
func (b *Batch) ID(col int, v []byte) uint32 { return b.columns[col].dict.id(v) }

// AddIDs adds rows of a String column by the ids of their texts; 0 is null.
func (b *Batch) AddIDs(col int, ids []uint32) {
	c := &b.columns[col]
	c.ids = append(pad(c.ids, b.rows, 0), ids...)
}

// AddNums adds rows of a column of fixed width, Float as its bits. A nil valid means that no row is null.
func (b *Batch) AddNums(col int, nums []int64, valid []bool) {
	c := &b.columns[col]
	c.nums = append(pad(c.nums, b.rows, 0), nums...)
	c.valid = pad(c.valid, b.rows, false)
	if valid == nil {
		c.valid = slices.Grow(c.valid, len(nums))
		c.valid = pad(c.valid, len(c.valid)+len(nums), true)
		return
	}
	c.valid = append(c.valid, valid...)
}

// AddItems adds rows of a Strings column: how many items each has, and the ids of all their items.
func (b *Batch) AddItems(col int, lengths []uint32, ids []uint32) {
	c := &b.columns[col]
	end := uint32(len(c.items))
	c.ends = pad(c.ends, b.rows, end)
	for _, n := range lengths {
		end += n
		c.ends = append(c.ends, end)
	}
	c.items = append(c.items, ids...)
}

// CommitRows ends n rows.
func (b *Batch) CommitRows(n int) { b.rows += n }
