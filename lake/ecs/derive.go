package ecs

import "slices"

// The Derive methods fill a column of the rows that are committed from keys, a number a row: the ids of another column,
// or whatever a caller has numbered rows by. What a key stands for is looked up once for each key and not for each row:
//
//	keys, years := b.Keys(name), make([]uint32, b.Distinct(name)+1)
//	for id := 1; id < len(years); id++ {
//		years[id] = b.ID(year, yearOf(b.Value(name, uint32(id))))
//	}
//	b.Derive(year, keys, years)
//
// A row that has a value of its own keeps it. Key 0 stands for nothing, rows behind the last key have key 0, and keys
// must be below the length of what they are looked up in. A column that no row gets a value of stays null at no cost.

// Keys are the ids of a String column's committed rows, to derive other columns from. They are not to be changed, and
// are valid until the column is. There are fewer than rows where the others are null.
func (b *Batch) Keys(col int) []uint32 {
	c := &b.columns[col]
	if c.rest() != 0 {
		c.padText(b.rows)
	}
	return c.ids[:min(len(c.ids), b.rows)]
}

// Derive gives a String column the texts of the ids that the keys lead to, 0 for none.
func (b *Batch) Derive(col int, keys, ids []uint32) {
	c := &b.columns[col]
	if !slices.ContainsFunc(ids, func(id uint32) bool { return id != 0 }) {
		return
	}
	if c.rest() != 0 {
		c.padText(b.rows)
	}
	b.same = nil
	own := min(len(c.ids), len(keys))
	for row, key := range keys[:own] {
		if c.ids[row] == 0 {
			c.ids[row] = ids[key]
		}
	}
	keys = trim(keys[own:], func(key uint32) bool { return ids[key] != 0 })
	if len(keys) == 0 {
		return
	}
	c.ids = slices.Grow(c.ids, len(keys))
	for _, key := range keys {
		c.ids = append(c.ids, ids[key])
	}
}

// trim cuts the keys behind the last that leads to something.
func trim(keys []uint32, leads func(key uint32) bool) []uint32 {
	for len(keys) > 0 && !leads(keys[len(keys)-1]) {
		keys = keys[:len(keys)-1]
	}
	return keys
}

// DeriveNum gives a column of fixed width the numbers that the keys lead to, Float as its bits, where has tells that
// there is one.
func (b *Batch) DeriveNum(col int, keys []uint32, nums []int64, has []bool) {
	c := &b.columns[col]
	keys = trim(keys, func(key uint32) bool { return has[key] })
	if len(keys) == 0 {
		return
	}
	b.same = nil
	c.padNums(len(keys))
	if !c.holed {
		return
	}
	for row, key := range keys {
		if has[key] && !c.valid[row] {
			c.nums[row], c.valid[row] = nums[key], true
		}
	}
}

// DeriveItems appends to the lists of a Strings column the items whose ids the keys lead to, those that a list has
// already aside. Lists must not hold an id twice.
func (b *Batch) DeriveItems(col int, keys []uint32, lists [][]uint32) {
	c := &b.columns[col]
	keys = trim(keys, func(key uint32) bool { return len(lists[key]) > 0 })
	if len(keys) == 0 {
		return
	}
	b.same = nil
	if len(c.ends) == 0 && len(c.fillIDs) == 0 {
		c.deriveAll(keys, lists)
		return
	}
	c.padList(len(keys))
	items, ends := make([]uint32, 0, len(c.items)+len(keys)), make([]uint32, 0, len(c.ends))
	for row := range c.ends {
		begin := len(items)
		items = append(items, c.items[c.start(row):c.ends[row]]...)
		if row < len(keys) {
			for _, id := range lists[keys[row]] {
				if !slices.Contains(items[begin:], id) {
					items = append(items, id)
				}
			}
		}
		ends = append(ends, uint32(len(items)))
	}
	c.items, c.ends = items, ends
}

// deriveAll gives a column that is null so far its lists.
func (c *column) deriveAll(keys []uint32, lists [][]uint32) {
	c.ends = slices.Grow(c.ends, len(keys))
	for _, key := range keys {
		if list := lists[key]; len(list) > 0 {
			c.items = append(c.items, list...)
		}
		c.ends = append(c.ends, uint32(len(c.items)))
	}
}
