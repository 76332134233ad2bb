package verify

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// look goes through a page's values: it finds their bounds, and asks the bloom filter for each.
func (c *chunk) look(p parquet.Page) (b bounds, err error) {
	if d := p.Dictionary(); d != nil {
		return c.entries(p, d)
	}
	values := p.Values()
	buf := make([]parquet.Value, 1024)
	for {
		n, err := values.ReadValues(buf)
		for _, v := range buf[:n] {
			if v.IsNull() {
				continue
			}
			b.add(c.Type(), v)
			if err := c.filtered(v); err != nil {
				return b, err
			}
		}
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// entries looks at the entries of a dictionary that a page refers to, each once.
func (c *chunk) entries(p parquet.Page, d parquet.Dictionary) (b bounds, err error) {
	seen := make([]bool, d.Len())
	data := p.Data()
	for _, i := range data.Int32() {
		if i < 0 || int(i) >= len(seen) {
			return b, fmt.Errorf("it refers to entry %d of a dictionary of %d", i, len(seen))
		}
		if seen[i] {
			continue
		}
		seen[i] = true
		v := d.Index(i)
		b.add(c.Type(), v)
		if c.asked[i] {
			continue
		}
		c.asked[i] = true
		if err := c.filtered(v); err != nil {
			return b, err
		}
	}
	return b, nil
}

// filtered asks the bloom filter for a value that is there.
func (c *chunk) filtered(v parquet.Value) error {
	if c.filter == nil {
		return nil
	}
	has, err := c.filter.Check(v)
	if err != nil {
		return fmt.Errorf("ask the bloom filter: %w", err)
	}
	if !has {
		return fmt.Errorf("the bloom filter does not know %q, which is there", printed(v))
	}
	return nil
}

func (b *bounds) add(t parquet.Type, v parquet.Value) {
	if v.Kind() == parquet.Double && math.IsNaN(v.Double()) {
		return // engines differ in where they order it, and statistics leave it out
	}
	switch {
	case !b.any:
		b.least, b.most, b.any = v.Clone(), v.Clone(), true
	case t.Compare(v, b.least) < 0:
		b.least = v.Clone()
	case t.Compare(v, b.most) > 0:
		b.most = v.Clone()
	}
}

func (b *bounds) include(t parquet.Type, o bounds) {
	if o.any {
		b.add(t, o.least)
		b.add(t, o.most)
	}
}

// column reads a flat column from a file's beginning to its end.
type column struct {
	groups []parquet.RowGroup
	at     int // the column's position in them
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buf    []parquet.Value
	full   []parquet.Value           // the room of buf
	millis func(parquet.Value) int64 // of a column of times, Unix milliseconds
	ended  bool                      // whether values has no more
}

func newColumn(f *parquet.File, name string) (*column, error) {
	leaf, ok := f.Schema().Lookup(name)
	if !ok {
		return nil, fmt.Errorf("there is no column %s", name)
	}
	return &column{
		groups: f.RowGroups(), at: leaf.ColumnIndex, full: make([]parquet.Value, 256), ended: true, millis: millisOf(leaf.Node.Type()),
	}, nil
}

// millisOf tells how a column stores times: in milliseconds, as we do, or as Athena does when it merges a day, or in a
// finer unit.
func millisOf(t parquet.Type) func(parquet.Value) int64 {
	unit := int64(1)
	if t.Kind() == parquet.Int96 {
		const day, epoch = 86_400_000, 2_440_588 // of Unix, in Julian days
		return func(v parquet.Value) int64 {
			i := v.Int96()
			return (int64(i[2])-epoch)*day + int64(uint64(i[1])<<32|uint64(i[0]))/1_000_000
		}
	}
	if l := t.LogicalType(); l != nil {
		if stamp, ok := l.Value.(*format.TimestampType); ok && stamp.Unit.Value != nil {
			unit = int64(time.Millisecond / stamp.Unit.Value.Duration())
		}
	}
	return func(v parquet.Value) int64 { return v.Int64() / unit }
}

// next is the next row's value, which is valid until the call after; io.EOF follows the last.
func (c *column) next() (parquet.Value, error) {
	for len(c.buf) == 0 {
		if err := c.fill(); err != nil {
			return parquet.Value{}, err
		}
	}
	v := c.buf[0]
	c.buf = c.buf[1:]
	return v, nil
}

// fill reads some values on.
func (c *column) fill() error {
	if !c.ended {
		n, err := c.values.ReadValues(c.full)
		c.buf, c.ended = c.full[:n], err == io.EOF
		if err != nil && err != io.EOF {
			return err
		}
		return nil
	}
	if c.pages == nil {
		if len(c.groups) == 0 {
			return io.EOF
		}
		c.pages, c.groups = c.groups[0].ColumnChunks()[c.at].Pages(), c.groups[1:]
	}
	c.release()
	p, err := c.pages.ReadPage()
	if err == io.EOF {
		err = c.pages.Close()
		c.pages = nil
		return err
	}
	if err != nil {
		return err
	}
	c.page, c.values, c.ended = p, p.Values(), false
	return nil
}

func (c *column) release() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
}

func (c *column) close() {
	c.release()
	if c.pages != nil {
		_ = c.pages.Close() // nothing was written
		c.pages = nil
	}
}
