package table

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
)

// read adds the next n rows of the column to a batch.
func (c *columnReader) read(b *ecs.Batch, n int) error {
	switch c.field.Type {
	case ecs.String:
		return c.readTexts(b, n)
	case ecs.Strings:
		return c.readLists(b, n)
	}
	nums, valid, err := c.nums(n)
	if err == nil && nums != nil {
		b.AddNums(c.col, nums, valid)
	}
	return err
}

// nums are the next n values of a column of fixed width; nil if all are null. A nil valid says that none is.
func (c *columnReader) nums(n int) (nums []int64, valid []bool, err error) {
	s := c.shared
	s.nums, s.valid = slices.Grow(s.nums[:0], n)[:n], slices.Grow(s.valid[:0], n)[:n]
	filled := 0
	for at := 0; at < n; {
		if err := c.page(); err != nil {
			return nil, nil, err
		}
		k := min(n-at, c.rows)
		c.rows -= k
		f, err := c.pageNums(s.nums[at:at+k], s.valid[at:at+k])
		if err != nil {
			return nil, nil, err
		}
		filled += f
		at += k
	}
	switch filled {
	case 0:
		return nil, nil, nil
	case n:
		return s.nums, nil, nil
	}
	return s.nums, s.valid, nil
}

// pageNums reads values of the current page and tells how many are not null.
func (c *columnReader) pageNums(nums []int64, valid []bool) (int, error) {
	defs, filled, err := c.nextDefs(len(nums))
	if err != nil {
		return 0, err
	}
	if err := c.denseNums(nums[:filled]); err != nil {
		return 0, err
	}
	if defs == nil {
		for i := range valid {
			valid[i] = filled > 0
		}
		if filled == 0 {
			clear(nums)
		}
		return filled, nil
	}
	next := filled
	for i := len(nums) - 1; i >= 0; i-- { // from the end, so that nothing is written over that is needed
		if valid[i] = defs[i] == 1; valid[i] {
			next--
			nums[i] = nums[next]
		} else {
			nums[i] = 0
		}
	}
	return filled, nil
}

// nextDefs are the definition levels of the next n rows, and how many have a value; nil when all have or none.
func (c *columnReader) nextDefs(n int) (defs []uint32, filled int, err error) {
	if c.null {
		return nil, 0, nil
	}
	if v, ok := c.defs.same(n); ok {
		return nil, int(v) * n, nil
	}
	defs = c.scratch(0, n)
	if err := c.defs.read(defs); err != nil {
		return nil, 0, err
	}
	for _, d := range defs {
		filled += int(d)
	}
	return defs, filled, nil
}

// denseNums reads values that are not null.
func (c *columnReader) denseNums(dst []int64) error {
	switch {
	case len(dst) == 0:
		return nil
	case c.indexed:
		ids, err := c.nextIndexes(len(dst))
		if err != nil {
			return err
		}
		for i, id := range ids {
			if int(id) >= len(c.numbers) {
				return fmt.Errorf("index %d into a dictionary of %d", id, len(c.numbers))
			}
			dst[i] = c.numbers[id]
		}
	case c.field.Type == ecs.Int || c.field.Type == ecs.Time:
		return c.deltas.read(dst)
	case c.field.Type == ecs.Bool:
		if c.bit+len(dst) > 8*len(c.plain) {
			return errBroken
		}
		for i := range dst {
			dst[i] = int64(c.plain[c.bit>>3] >> (c.bit & 7) & 1)
			c.bit++
		}
	default:
		if 8*len(dst) > len(c.plain) {
			return errBroken
		}
		for i := range dst {
			dst[i] = int64(binary.LittleEndian.Uint64(c.plain[8*i:]))
		}
		c.plain = c.plain[8*len(dst):]
	}
	return nil
}

func (c *columnReader) nextIndexes(n int) ([]uint32, error) {
	s := c.shared
	s.items = slices.Grow(s.items[:0], n)[:n]
	return s.items, c.indexes.read(s.items)
}

// readTexts adds the next n rows of a column of texts.
func (c *columnReader) readTexts(b *ecs.Batch, n int) error {
	s := c.shared
	s.ids = slices.Grow(s.ids[:0], n)[:n]
	any := false
	for at := 0; at < n; {
		if err := c.page(); err != nil {
			return err
		}
		k := min(n-at, c.rows)
		c.rows -= k
		filled, err := c.pageTexts(b, s.ids[at:at+k])
		if err != nil {
			return err
		}
		any = any || filled > 0
		at += k
	}
	if any {
		b.AddIDs(c.col, s.ids)
	}
	return nil
}

// pageTexts reads the ids of rows of the current page and tells how many are not null.
func (c *columnReader) pageTexts(b *ecs.Batch, ids []uint32) (int, error) {
	defs, filled, err := c.nextDefs(len(ids))
	if err != nil {
		return 0, err
	}
	if err := c.denseTexts(b, ids[:filled]); err != nil {
		return 0, err
	}
	if defs == nil {
		clear(ids[filled:])
		return filled, nil
	}
	next := filled
	for i := len(ids) - 1; i >= 0; i-- {
		if defs[i] == 1 {
			next--
			ids[i] = ids[next]
		} else {
			ids[i] = 0
		}
	}
	return filled, nil
}

// denseTexts reads the batch's ids of texts that are not null.
func (c *columnReader) denseTexts(b *ecs.Batch, dst []uint32) error {
	if len(dst) == 0 {
		return nil
	}
	if !c.indexed {
		for i := range dst {
			if len(c.plain) < 4 || uint64(binary.LittleEndian.Uint32(c.plain)) > uint64(len(c.plain)-4) {
				return errBroken
			}
			end := 4 + binary.LittleEndian.Uint32(c.plain)
			dst[i] = b.ID(c.col, c.plain[4:end])
			c.plain = c.plain[end:]
		}
		return nil
	}
	if c.epoch != c.shared.epoch {
		clear(c.ids)
		c.epoch = c.shared.epoch
	}
	if err := c.indexes.read(dst); err != nil {
		return err
	}
	for i, at := range dst {
		if int(at) >= len(c.ids) || len(c.starts) == 0 {
			return fmt.Errorf("index %d into a dictionary of %d", at, len(c.ids))
		}
		if c.ids[at] == 0 {
			c.ids[at] = b.ID(c.col, c.dict[c.starts[at]+4:c.starts[at+1]])
		}
		dst[i] = c.ids[at]
	}
	return nil
}

// readLists adds the next n rows of a column of lists.
func (c *columnReader) readLists(b *ecs.Batch, n int) error {
	s := c.shared
	s.ids, s.items = s.ids[:0], s.items[:0]
	for len(s.ids) < n {
		if err := c.page(); err != nil {
			return err
		}
		k, next := min(n-len(s.ids), c.rows), len(c.lengths)-c.rows
		c.rows -= k
		if c.null {
			s.ids = append(s.ids, make([]uint32, k)...)
			continue
		}
		filled := 0
		lengths := c.lengths[next : next+k]
		for _, l := range lengths {
			filled += int(l)
		}
		s.ids = append(s.ids, lengths...)
		from := len(s.items)
		s.items = slices.Grow(s.items, filled)[:from+filled]
		if err := c.denseTexts(b, s.items[from:]); err != nil {
			return err
		}
	}
	if len(s.items) > 0 {
		b.AddItems(c.col, s.ids, s.items)
	}
	return nil
}
