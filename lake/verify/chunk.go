package verify

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// chunk is a column of a row group, and what the file says of it.
type chunk struct {
	*parquet.FileColumnChunk
	r      io.ReaderAt
	meta   *format.ColumnMetaData
	index  *format.ColumnIndex // nil for none
	where  []format.PageLocation
	filter parquet.BloomFilter // nil for none
	asked  map[int32]bool      // entries of the dictionary that the filter was asked for
	ours   bool                // whether the file is our encoder's, whose statistics are exact

	rows, values, nulls int64
	bounds              bounds
}

// bounds are the least and the greatest of values.
type bounds struct {
	least, most parquet.Value
	any         bool
}

// checkChunk holds a chunk's statistics, page index and bloom filter against its values.
func checkChunk(file *parquet.File, r io.ReaderAt, group, column int) error {
	g := file.RowGroups()[group]
	at, ok := g.ColumnChunks()[column].(*parquet.FileColumnChunk)
	if !ok {
		return errors.New("it is not of a file")
	}
	said := &file.Metadata().RowGroups[group].Columns[column]
	c := &chunk{FileColumnChunk: at, r: r, meta: &said.MetaData, filter: at.BloomFilter(), asked: map[int32]bool{}}
	c.ours = strings.HasPrefix(file.Metadata().CreatedBy, "hindcast")
	if said.ColumnIndexLength > 0 {
		c.index = new(format.ColumnIndex)
		if err := decode(r, said.ColumnIndexOffset, said.ColumnIndexLength, c.index); err != nil {
			return fmt.Errorf("the column index cannot be read: %w", err)
		}
	}
	if said.OffsetIndexLength > 0 {
		var x format.OffsetIndex
		if err := decode(r, said.OffsetIndexOffset, said.OffsetIndexLength, &x); err != nil {
			return fmt.Errorf("the offset index cannot be read: %w", err)
		}
		c.where = x.PageLocations
	}
	if err := c.pages(); err != nil {
		return err
	}
	return c.whole(g.NumRows())
}

// decode reads a Thrift structure from a range of the file.
func decode(r io.ReaderAt, at int64, n int32, into any) error {
	var protocol thrift.CompactProtocol
	return thrift.NewDecoder(protocol.NewReader(bufio.NewReader(io.NewSectionReader(r, at, int64(n))))).Decode(into)
}

// pages checks page by page.
func (c *chunk) pages() error {
	pages := c.Pages()
	defer pages.Close()
	n := 0
	for ; ; n++ {
		p, err := pages.ReadPage()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("page %d cannot be read: %w", n, err)
		}
		err = c.page(n, p)
		parquet.Release(p)
		if err != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
	}
	if c.index != nil && len(c.index.NullPages) != n {
		return fmt.Errorf("the column index is of %d pages, and there are %d", len(c.index.NullPages), n)
	}
	if len(c.where) > 0 && len(c.where) != n {
		return fmt.Errorf("the offset index is of %d pages, and there are %d", len(c.where), n)
	}
	return c.ascends()
}

func (c *chunk) page(n int, p parquet.Page) error {
	if err := c.place(n, p); err != nil {
		return err
	}
	b, err := c.look(p)
	if err != nil {
		return err
	}
	c.rows, c.values, c.nulls = c.rows+p.NumRows(), c.values+p.NumValues(), c.nulls+p.NumNulls()
	c.bounds.include(c.Type(), b)
	if c.index == nil {
		return nil
	}
	if n >= len(c.index.NullPages) || n >= len(c.index.MinValues) || n >= len(c.index.MaxValues) {
		return errors.New("the column index does not know the page")
	}
	if c.index.NullPages[n] != (p.NumNulls() == p.NumValues()) {
		return fmt.Errorf("the column index says of only nulls: %v", c.index.NullPages[n])
	}
	if n < len(c.index.NullCounts) && c.index.NullCounts[n] != p.NumNulls() {
		return fmt.Errorf("the column index says %d nulls, and there are %d", c.index.NullCounts[n], p.NumNulls())
	}
	if err := c.within(b, c.index.MinValues[n], c.index.MaxValues[n]); err != nil {
		return fmt.Errorf("the column index: %w", err)
	}
	return nil
}

// place checks that the page is where the offset index says.
func (c *chunk) place(n int, p parquet.Page) error {
	if len(c.where) == 0 {
		return nil
	}
	if n >= len(c.where) {
		return errors.New("the offset index does not know the page")
	}
	w := c.where[n]
	end := c.start() + c.meta.TotalCompressedSize
	if n+1 < len(c.where) {
		end = c.where[n+1].Offset
	}
	switch {
	case w.FirstRowIndex != c.rows:
		return fmt.Errorf("the offset index says that it begins with row %d, and it does with %d", w.FirstRowIndex, c.rows)
	case n == 0 && w.Offset != c.meta.DataPageOffset:
		return fmt.Errorf("the offset index says that it is at %d, the chunk at %d", w.Offset, c.meta.DataPageOffset)
	case w.Offset+int64(w.CompressedPageSize) > end:
		return fmt.Errorf("the offset index says that it ends at %d, and it cannot behind %d", w.Offset+int64(w.CompressedPageSize), end)
	}
	var h format.PageHeader
	if err := decode(c.r, w.Offset, w.CompressedPageSize, &h); err != nil {
		return fmt.Errorf("the offset index leads to no page: %w", err)
	}
	if h.DataPageHeader.Valid && int64(h.DataPageHeader.V.NumValues) != p.NumValues() {
		return fmt.Errorf("the offset index leads to a page of %d values, and it has %d", h.DataPageHeader.V.NumValues, p.NumValues())
	}
	return nil
}

// start is where the chunk's pages begin.
func (c *chunk) start() int64 {
	if c.meta.DictionaryPageOffset > 0 {
		return min(c.meta.DictionaryPageOffset, c.meta.DataPageOffset)
	}
	return c.meta.DataPageOffset
}

// whole checks what is said of the whole chunk.
func (c *chunk) whole(rows int64) error {
	st := c.meta.Statistics
	switch {
	case c.rows != rows:
		return fmt.Errorf("it has %d rows, and the row group %d", c.rows, rows)
	case c.values != c.meta.NumValues:
		return fmt.Errorf("it has %d values, and its metadata says %d", c.values, c.meta.NumValues)
	case st.NullCount != c.nulls && c.ours: // of lists, writers count them otherwise

		return fmt.Errorf("its statistics say %d nulls, and there are %d", st.NullCount, c.nulls)
	case st.MinValue == nil && st.MaxValue == nil, c.Type().Kind() == parquet.Int96: // which has no order
		return nil
	}
	if err := c.within(c.bounds, st.MinValue, st.MaxValue); err != nil {
		return fmt.Errorf("its statistics: %w", err)
	}
	return nil
}

// within checks that values lie within what is said of them. Bounds of numbers are those of the values; texts' may be cut.
func (c *chunk) within(b bounds, least, most []byte) error {
	if !b.any {
		return nil
	}
	t := c.Type()
	low, high := t.Kind().Value(least), t.Kind().Value(most)
	exact := c.ours && (t.Kind() == parquet.Int64 || t.Kind() == parquet.Int32)
	if d := t.Compare(b.least, low); d < 0 || exact && d != 0 {
		return fmt.Errorf("%q is said to be the least value, and %q is", printed(low), printed(b.least))
	}
	if d := t.Compare(b.most, high); d > 0 || exact && d != 0 {
		return fmt.Errorf("%q is said to be the greatest value, and %q is", printed(high), printed(b.most))
	}
	return nil
}

func printed(v parquet.Value) string { return fmt.Sprintf("%.60v", v) }

// ascends checks that the pages' bounds are ordered as the column index says, since readers search them in halves.
func (c *chunk) ascends() error {
	if c.index == nil || c.index.BoundaryOrder != format.Ascending {
		return nil
	}
	t, last := c.Type(), -1
	for i, null := range c.index.NullPages {
		if null {
			continue
		}
		if last >= 0 && (t.Compare(t.Kind().Value(c.index.MinValues[i]), t.Kind().Value(c.index.MinValues[last])) < 0 ||
			t.Compare(t.Kind().Value(c.index.MaxValues[i]), t.Kind().Value(c.index.MaxValues[last])) < 0) {
			return fmt.Errorf("the column index says that its pages ascend, and page %d does not", i)
		}
		last = i
	}
	return nil
}
