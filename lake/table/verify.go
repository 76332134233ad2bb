package table

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// ErrMismatch is wrapped by what [Verify] says of a file that can be read but does not hold what it should.
var ErrMismatch = errors.New("file does not hold the batch's rows")

// Verify reads a file back and compares it with the rows of the batch that it was written from.
//
// The footer, the page headers and zstd are decoded by xitongsys/parquet-go, levels, indexes, dictionaries and values by
// parquet-go/parquet-go; neither shares code with the encoder. Every value of every column is compared: of a chunk with a
// dictionary the texts once each, and every row's index by the batch's id that it must stand for. So is what queries skip
// data by: page locations, null counts, bounds of pages and chunks, and that the bloom filters know each value.
// Not verified are the fields of the footer that no reader relies on, such as sizes in total.
func Verify(r io.ReaderAt, size int64, b *ecs.Batch, rows []int32) (err error) {
	defer func() { // its decoders index without checking
		if p := recover(); p != nil {
			err = fmt.Errorf("verify parquet file: decoding panicked: %v", p)
		}
	}()
	f, err := openFile(r, size)
	if err != nil {
		return fmt.Errorf("verify parquet file: %w", err)
	}
	if f.meta.NumRows != int64(len(rows)) {
		return fmt.Errorf("verify parquet file: %w: %d rows instead of %d", ErrMismatch, f.meta.NumRows, len(rows))
	}
	if err := sameSchema(f.meta.Schema, b.Schema()); err != nil {
		return fmt.Errorf("verify parquet file: %w", err)
	}
	v := verifier{file: f, batch: b}
	for i, g := range f.meta.RowGroups {
		n := int(g.NumRows)
		if n < 0 || n > len(rows) || len(g.Columns) != b.Schema().Len() {
			return fmt.Errorf("verify parquet file: %w: row group %d of %d rows and %d columns", ErrMismatch, i, n, len(g.Columns))
		}
		if err := v.group(g, rows[:n]); err != nil {
			return fmt.Errorf("verify parquet file: row group %d, %w", i, err)
		}
		rows = rows[n:]
	}
	if len(rows) > 0 {
		return fmt.Errorf("verify parquet file: %w: the last %d rows are in no row group", ErrMismatch, len(rows))
	}
	return nil
}

func sameSchema(got []*parquet.SchemaElement, s *ecs.Schema) error {
	want := fileSchema(s)
	if len(got) != len(want) {
		return fmt.Errorf("%w: schema of %d elements instead of %d", ErrMismatch, len(got), len(want))
	}
	for i := range want {
		if !got[i].Equals(want[i]) {
			return fmt.Errorf("%w: schema describes %s otherwise than %s", ErrMismatch, got[i].Name, want[i].Name)
		}
	}
	return nil
}

// verifier compares chunks one after the other.
type verifier struct {
	file  *file
	batch *ecs.Batch

	// of the current chunk
	col      int
	field    ecs.Field
	meta     *parquet.ColumnMetaData
	index    *parquet.ColumnIndex
	where    []*parquet.PageLocation
	filter   bloom
	encoding parquet.Encoding // of the data pages, which all have the same
	decoder  decoder
	ids      []uint32 // the batch's ids that a page's values must have
	known    []known  // by the file's id
	nulls    int
}

func (v *verifier) group(g *parquet.RowGroup, rows []int32) error {
	for col, c := range g.Columns {
		v.col, v.field, v.meta = col, v.batch.Schema().Fields()[col], c.MetaData
		if err := v.open(c); err != nil {
			return fmt.Errorf("column %s: %w", v.field.Column(), err)
		}
		if v.twin(c, g.Columns[:col]) {
			continue
		}
		if err := v.chunk(rows); err != nil {
			return fmt.Errorf("column %s: %w", v.field.Column(), err)
		}
	}
	return nil
}

// twin tells whether the current chunk's pages are those of a column before, which have been compared, and has the same
// values in the batch.
func (v *verifier) twin(c *parquet.ColumnChunk, before []*parquet.ColumnChunk) bool {
	for col, other := range before {
		if other.MetaData.DataPageOffset != v.meta.DataPageOffset {
			continue
		}
		renamed, meta := *other, *other.MetaData
		meta.PathInSchema, renamed.MetaData = v.meta.PathInSchema, &meta
		return renamed.Equals(c) && v.batch.Same(v.col, col)
	}
	return false
}

func (v *verifier) open(c *parquet.ColumnChunk) (err error) {
	if v.meta == nil || v.meta.Type != physical(v.field.Type) || strings.Join(v.meta.PathInSchema, ".") != leafPath(v.field) {
		return fmt.Errorf("%w: chunk is of column %s", ErrMismatch, v.meta.GetPathInSchema())
	}
	if v.meta.Statistics == nil || len(v.meta.EncodingStats) == 0 {
		return fmt.Errorf("%w: chunk has no statistics", ErrMismatch)
	}
	v.encoding = v.meta.EncodingStats[len(v.meta.EncodingStats)-1].Encoding
	v.nulls, v.known = 0, v.known[:0]
	v.decoder.begin(v.field.Type)
	if v.index, err = v.file.columnIndex(c); err != nil {
		return err
	}
	if v.where, err = v.file.offsetIndex(c); err != nil {
		return err
	}
	if v.filter, err = v.file.bloom(v.meta); err != nil {
		return err
	}
	if v.index != nil && min(len(v.index.NullPages), len(v.index.MinValues), len(v.index.MaxValues), len(v.index.NullCounts)) < len(v.where) {
		return fmt.Errorf("%w: column index of %d pages instead of %d", ErrMismatch, len(v.index.NullPages), len(v.where))
	}
	return nil
}

// chunk compares the current chunk with the rows of its group.
func (v *verifier) chunk(rows []int32) error {
	p, err := v.file.pages(start(v.meta), v.meta.TotalCompressedSize, v.meta.Codec)
	if err != nil {
		return err
	}
	done, entries, number := 0, 0, 0
	for {
		at := p.offset()
		h, body, err := p.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("page at %d: %w", at, err)
		}
		if h.Type == parquet.PageType_DICTIONARY_PAGE {
			err = v.decoder.dictionary(h, body)
			v.known = make([]known, v.decoder.dict.len(v.field.Type))
		} else {
			err = v.located(number, at, p.offset(), done)
			var n int
			if err == nil {
				n, err = v.page(h, body, number, rows[done:])
				entries += int(h.DataPageHeader.GetNumValues())
			}
			number, done = number+1, done+n
		}
		if err != nil {
			return fmt.Errorf("page at %d, row %d: %w", at, done, err)
		}
	}
	if done != len(rows) || number != len(v.where) || int64(entries) != v.meta.NumValues || int64(v.nulls) != v.meta.Statistics.GetNullCount() {
		return fmt.Errorf("%w: %d pages of %d rows, %d entries and %d nulls", ErrMismatch, number, done, entries, v.nulls)
	}
	return nil
}

// located compares a page's place with the offset index.
func (v *verifier) located(number int, at, end int64, row int) error {
	if number >= len(v.where) {
		return fmt.Errorf("%w: the offset index ends after %d pages", ErrMismatch, number)
	}
	w := v.where[number]
	if w.Offset != at || int64(w.CompressedPageSize) != end-at || w.FirstRowIndex != int64(row) {
		return fmt.Errorf("%w: the offset index says %s", ErrMismatch, w)
	}
	return nil
}

// page compares a page with the rows from its first one on, and says how many it holds.
func (v *verifier) page(h *parquet.PageHeader, body []byte, number int, rows []int32) (int, error) {
	c, err := v.decoder.data(h, body)
	if err != nil {
		return 0, err
	}
	if h.DataPageHeader.Encoding != v.encoding {
		return 0, fmt.Errorf("%w: page is encoded as %s, the footer says %s", ErrMismatch, h.DataPageHeader.Encoding, v.encoding)
	}
	n := len(c.defs)
	if c.reps != nil {
		n = 0
		for _, r := range c.reps {
			if r == 0 {
				n++
			}
		}
	}
	if n > len(rows) {
		return 0, fmt.Errorf("%w: more rows than the row group has", ErrMismatch)
	}
	expect := v.nums
	switch v.field.Type {
	case ecs.String, ecs.Strings:
		expect = v.texts
	}
	filled, err := expect(c, rows[:n], number)
	if err != nil {
		return 0, err
	}
	nulls := len(c.defs) - filled
	v.nulls += nulls
	if x := v.index; x != nil && (x.NullPages[number] != (filled == 0) || x.NullCounts[number] != int64(nulls)) {
		return 0, fmt.Errorf("%w: column index counts %d nulls instead of %d", ErrMismatch, x.NullCounts[number], nulls)
	}
	return n, nil
}
