package ecs

import (
	"bytes"
	"math"
	"slices"
)

// Batch is rows of a schema held by column. Strings are dictionary-coded as they arrive: a row holds the id of its
// value, so sorting moves four bytes a cell and writing need not hash again. What many rows have in common costs
// nothing a row: a column that is null from some row on holds nothing for those rows, and neither does one that has
// the value given to [Batch.Fill].
//
// The current row is built by the Set methods and [Batch.Append], then ended by [Batch.Commit] or dropped by
// [Batch.Discard]. Setting a column twice keeps the later value. Values are copied.
type Batch struct {
	schema  *Schema
	rows    int
	columns []column

	same     map[[2]int]bool // which columns were found to be equal, or not, when there were so many rows
	sameRows int
}

// column holds one of ids, nums and lists, by the field's type. Rows behind the last that it holds have the fill.
type column struct {
	dict  dictionary
	ids   []uint32 // String: an id a row
	nums  []int64  // Int, Time, Bool, and Float as its bits
	valid []bool   // whether nums holds a value for the row; kept from the first row on that has none
	holed bool     // whether valid is kept
	items []uint32 // Strings: the ids of all rows' items, one row after the other
	ends  []uint32 // Strings: where a row's items end

	fill      [][]byte // the text of rows that have none of their own, or their items
	fillIDs   []uint32 // their ids
	fillNum   int64
	numFilled bool

	small bool // whether items are kept in small letters

	echo   []uint32 // by id: the id of the same text in the list that receives the column's values
	echoOf int
	like   []uint32 // by another column's id: the id that this one had in the same row
	likeOf int
}

// NewBatch makes an empty batch.
func NewBatch(s *Schema) *Batch {
	b := &Batch{schema: s, columns: make([]column, s.Len())}
	for i, f := range s.fields {
		b.columns[i].dict.unique, b.columns[i].small = f.Unique, f.Small
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
		n += c.dict.size() + 4*int64(len(c.ids)+len(c.items)+len(c.ends)+len(c.echo)+len(c.like)) + 8*int64(len(c.nums)) + int64(len(c.valid))
	}
	return n
}

// Reset empties the batch. It keeps its memory, and what columns are filled with.
func (b *Batch) Reset() {
	b.rows, b.same = 0, nil
	for i := range b.columns {
		c := &b.columns[i]
		c.dict.reset()
		c.ids, c.nums, c.valid, c.holed = c.ids[:0], c.nums[:0], c.valid[:0], false
		c.items, c.ends, c.echo = c.items[:0], c.ends[:0], c.echo[:0]
		c.like = c.like[:0]
		c.refill()
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

// Fill gives a String column a value in the current row and all that follow, unless they are set. Without a value
// they are null again. A Strings column may be given several: they begin the list to which others are appended.
func (b *Batch) Fill(col int, values ...[]byte) {
	c := &b.columns[col]
	values = slices.DeleteFunc(values, func(v []byte) bool { return v == nil })
	if slices.EqualFunc(c.fill, values, bytes.Equal) {
		return
	}
	if b.schema.fields[col].Type == Strings {
		c.padList(b.rows)
	} else {
		c.padText(b.rows)
	}
	c.fill = c.fill[:0]
	for _, v := range values {
		c.fill = append(c.fill, bytes.Clone(v))
	}
	c.refill()
}

// FillNum gives a column of fixed width a value in the current row and all that follow, unless they are set.
func (b *Batch) FillNum(col int, v int64) {
	c := &b.columns[col]
	if c.numFilled && c.fillNum == v {
		return
	}
	c.padNums(b.rows)
	c.fillNum, c.numFilled = v, true
}

func (c *column) refill() {
	c.fillIDs = c.fillIDs[:0]
	for _, v := range c.fill {
		c.fillIDs = append(c.fillIDs, c.itemID(v))
	}
}

// rest is the id of rows that a String column holds nothing for.
func (c *column) rest() uint32 {
	if len(c.fillIDs) == 0 {
		return 0
	}
	return c.fillIDs[0]
}

// SetString sets a String column.
func (b *Batch) SetString(col int, v []byte) {
	c := &b.columns[col]
	d := &c.dict
	id := d.last
	if id == 0 || string(d.text) != string(v) {
		id = d.id(v)
	}
	c.setID(b.rows, id)
}

// SetKnown sets a String column if another row since the last reset has had the same text, and tells whether it did.
func (b *Batch) SetKnown(col int, v []byte) bool {
	c := &b.columns[col]
	id := c.dict.known(v)
	if id != 0 {
		c.setID(b.rows, id)
	}
	return id != 0
}

// SetLike gives a String column the value that it had when another String column had the value that it has in the
// current row. It tells whether [Batch.Liken] has noted one.
func (b *Batch) SetLike(col, other int) bool {
	c, id := &b.columns[col], b.id(other, b.rows)
	if int(id) >= len(c.like) || c.likeOf != other || c.like[id] == 0 {
		return false
	}
	c.setID(b.rows, c.like[id])
	return true
}

// Liken notes that whenever another String column has the value of the current row, this one is to have its own.
func (b *Batch) Liken(col, other int) {
	c, id := &b.columns[col], b.id(other, b.rows)
	if c.likeOf != other {
		c.like, c.likeOf = c.like[:0], other
	}
	for int(id) >= len(c.like) {
		c.like = append(c.like, 0)
	}
	c.like[id] = b.id(col, b.rows)
}

func (c *column) setID(row int, id uint32) {
	switch {
	case len(c.ids) == row:
		c.ids = append(c.ids, id)
	case len(c.ids) > row:
		c.ids[row] = id
	default:
		c.padText(row)
		c.ids = append(c.ids, id)
	}
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
		c.nums[b.rows] = v
		if c.holed {
			c.valid[b.rows] = true
		}
		return
	}
	if len(c.nums) < b.rows {
		c.padNums(b.rows)
	}
	c.nums = append(c.nums, v)
	if c.holed {
		c.valid = append(c.valid, true)
	}
}

// Append adds an item to a Strings column, unless the row's list has it already.
func (b *Batch) Append(col int, v []byte) {
	c := &b.columns[col]
	c.appendID(b.rows, c.itemID(v))
}

// itemID is the id of an item of a list.
func (c *column) itemID(v []byte) uint32 {
	if c.small {
		v = smallLetters(v)
	}
	return c.dict.id(v)
}

// AppendValueOf adds the text that a String column has in the current row to a Strings column. It is much cheaper than
// [Batch.Append], and more so if a column's texts always go to the same list.
func (b *Batch) AppendValueOf(list, col int) {
	c, to := &b.columns[col], &b.columns[list]
	if len(c.ids) <= b.rows {
		return
	}
	id := c.ids[b.rows]
	if c.echoOf != list {
		c.echo, c.echoOf = c.echo[:0], list
	}
	for int(id) >= len(c.echo) {
		c.echo = append(c.echo, 0)
	}
	if c.echo[id] == 0 {
		c.echo[id] = to.itemID(c.dict.value(id))
	}
	to.appendID(b.rows, c.echo[id])
}

func (c *column) appendID(row int, id uint32) {
	if len(c.ends) <= row {
		c.padList(row + 1)
	}
	if slices.Contains(c.items[c.start(row):], id) {
		return
	}
	c.items = append(c.items, id)
	c.ends[row] = uint32(len(c.items))
}

// Unset makes a column of the current row null.
func (b *Batch) Unset(col int) {
	c := &b.columns[col]
	switch b.schema.fields[col].Type {
	case String:
		if len(c.ids) > b.rows || c.rest() != 0 {
			c.setID(b.rows, 0)
		}
	case Strings:
		if len(c.ends) <= b.rows {
			c.padList(b.rows + 1)
		}
		c.items = c.items[:c.start(b.rows)]
		c.ends[b.rows] = uint32(len(c.items))
	default:
		if len(c.nums) > b.rows || c.numFilled {
			c.setHole(b.rows)
		}
	}
}

// padText, padNums and padList make a column hold so many rows.
func (c *column) padText(rows int) {
	for rest := c.rest(); len(c.ids) < rows; {
		c.ids = append(c.ids, rest)
	}
}

func (c *column) padNums(rows int) {
	if len(c.nums) >= rows {
		return
	}
	if !c.numFilled {
		c.keepValid()
	}
	for len(c.nums) < rows {
		c.nums = append(c.nums, c.fillNum)
		if c.holed {
			c.valid = append(c.valid, c.numFilled)
		}
	}
}

func (c *column) padList(rows int) {
	for len(c.ends) < rows {
		c.items = append(c.items, c.fillIDs...)
		c.ends = append(c.ends, uint32(len(c.items)))
	}
}

// keepValid begins to note which rows have numbers: so far all had.
func (c *column) keepValid() {
	if c.holed {
		return
	}
	c.holed, c.valid = true, c.valid[:0]
	for range c.nums {
		c.valid = append(c.valid, true)
	}
}

func (c *column) setHole(row int) {
	c.keepValid()
	if len(c.nums) <= row {
		c.padNums(row)
		c.nums, c.valid = append(c.nums, 0), append(c.valid, false)
		return
	}
	c.valid[row] = false
}

func (c *column) start(row int) uint32 {
	if row == 0 {
		return 0
	}
	return c.ends[row-1]
}
