package ecs

// The Add methods give a column its values for several rows at once, from the current row on, for who has rows in
// columns already. [Batch.CommitRows] then ends as many rows; a column that was given none of them is null there.

// ID is the id of a text in a String or Strings column, given now if it is new.
func (b *Batch) ID(col int, v []byte) uint32 { return b.columns[col].dict.id(v) }

// AddIDs adds rows of a String column by the ids of their texts; 0 is null.
func (b *Batch) AddIDs(col int, ids []uint32) {
	c := &b.columns[col]
	c.padText(b.rows)
	c.ids = append(c.ids, ids...)
}

// AddNums adds rows of a column of fixed width, Float as its bits. A nil valid means that no row is null.
func (b *Batch) AddNums(col int, nums []int64, valid []bool) {
	c := &b.columns[col]
	c.padNums(b.rows)
	if valid != nil {
		c.keepValid()
	}
	c.nums = append(c.nums, nums...)
	switch {
	case valid != nil:
		c.valid = append(c.valid, valid...)
	case c.holed:
		for range nums {
			c.valid = append(c.valid, true)
		}
	}
}

// AddItems adds rows of a Strings column: how many items each has, and the ids of all their items.
func (b *Batch) AddItems(col int, lengths []uint32, ids []uint32) {
	c := &b.columns[col]
	c.padList(b.rows)
	end := uint32(len(c.items))
	for _, n := range lengths {
		end += n
		c.ends = append(c.ends, end)
	}
	c.items = append(c.items, ids...)
}

// CommitRows ends n rows.
func (b *Batch) CommitRows(n int) { b.rows += n }
