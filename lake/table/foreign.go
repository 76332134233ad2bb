package table

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// creator is how the footers of our own files name their writer. Files of any other are read more leniently: those that
// Athena writes when it merges a day, which hold the same columns, sorted by time, but have no checksums, page indexes
// and filters, other encodings' names, and times in one of Parquet's older forms.
const creator = "hindcast"

// ErrForeign says that a file cannot be read by the reader of our own.
var ErrForeign = errors.New("the file is another writer's")

// Bounds of what is taken from other writers, who write pages of a megabyte and row groups of some hundred: without
// checksums it is only these numbers that say what room the decoders make.
const (
	maxForeignValues = 4 << 20  // of a page
	maxForeignRows   = 16 << 20 // of a row group
)

// bounded makes sure that the footer of another writer's file promises no more.
func (f *file) bounded() error {
	for i, g := range f.meta.RowGroups {
		if f.foreign && (g.NumRows < 0 || g.NumRows > maxForeignRows) {
			return fmt.Errorf("open parquet file: row group %d of %d rows is beyond all measure", i, g.NumRows)
		}
	}
	return nil
}

// clock is how a column stores times.
type clock uint8

const (
	inMillis clock = iota
	inMicros
	inNanos
	inInt96 // nanoseconds of a Julian day, and that: what Hive and Trino write
)

// decode reads numbers in PLAIN encoding, as milliseconds if they are times.
func (c clock) decode(into []int64, body []byte) ([]int64, error) {
	if c != inInt96 {
		for ; len(body) >= 8; body = body[8:] {
			into = append(into, int64(binary.LittleEndian.Uint64(body)))
		}
		return into, c.convert(into)
	}
	const day, epoch = 86_400_000, 2_440_588 // of Unix, in Julian days
	for ; len(body) >= 12; body = body[12:] {
		nanos, days := int64(binary.LittleEndian.Uint64(body)), int64(binary.LittleEndian.Uint32(body[8:]))
		if nanos%1_000_000 != 0 {
			return into, errFraction
		}
		into = append(into, (days-epoch)*day+nanos/1_000_000)
	}
	return into, nil
}

var errFraction = errors.New("a time is not of a whole millisecond")

// convert makes milliseconds of numbers. Tables have no finer times, so that nothing may be lost.
func (c clock) convert(nums []int64) error {
	var unit int64
	switch c {
	case inMicros:
		unit = 1000
	case inNanos:
		unit = 1_000_000
	default:
		return nil
	}
	for i, n := range nums {
		if n%unit != 0 {
			return errFraction
		}
		nums[i] = n / unit
	}
	return nil
}

// clockIn is how a schema's element stores times; ok is false for one of another type.
func clockIn(e *parquet.SchemaElement) (c clock, ok bool) {
	if e.GetType() == parquet.Type_INT96 && e.IsSetType() {
		return inInt96, true
	}
	if e.GetType() != parquet.Type_INT64 {
		return 0, false
	}
	if e.IsSetLogicalType() && e.LogicalType.IsSetTIMESTAMP() && e.LogicalType.TIMESTAMP.Unit != nil {
		unit := e.LogicalType.TIMESTAMP.Unit
		switch {
		case unit.IsSetMICROS():
			return inMicros, true
		case unit.IsSetNANOS():
			return inNanos, true
		}
		return inMillis, unit.IsSetMILLIS()
	}
	if !e.IsSetConvertedType() {
		return 0, false
	}
	switch e.GetConvertedType() {
	case parquet.ConvertedType_TIMESTAMP_MICROS:
		return inMicros, true
	case parquet.ConvertedType_TIMESTAMP_MILLIS:
		return inMillis, true
	}
	return 0, false
}

// form is what a decoder must know of a column of another writer's file. That of our own files is zero.
type form struct {
	foreign bool
	clock   clock // of a column of times
}

// formOf is the form of a chunk's column.
func (f *file) formOf(m *parquet.ColumnMetaData) form {
	if !f.foreign {
		return form{}
	}
	for _, e := range f.meta.Schema[1:] {
		if len(m.PathInSchema) == 1 && e.Name == m.PathInSchema[0] {
			c, _ := clockIn(e)
			return form{true, c}
		}
	}
	return form{foreign: true}
}

// flat tells whether pages have no repetition levels, of whose encoding others say what they like.
func (f form) flat(t ecs.Type) bool { return f.foreign && t != ecs.Strings }

// fill is from how many values on runs hold too many: ours fill the last eight up, DuckDB's more.
func (f form) fill() int {
	if f.foreign {
		return 1024
	}
	return 8
}

// plainDictionary tells whether a dictionary page is one as we write it, or by the name that older writers give it.
func (f form) plainDictionary(e parquet.Encoding) bool {
	return e == parquet.Encoding_PLAIN || f.foreign && e == parquet.Encoding_PLAIN_DICTIONARY
}

// indexed tells whether a data page holds indexes into the dictionary, also by the name that older writers give that.
func (f form) indexed(e parquet.Encoding) bool {
	return e == parquet.Encoding_RLE_DICTIONARY || f.foreign && e == parquet.Encoding_PLAIN_DICTIONARY
}

// fits tells whether another writer's schema begins with elements that hold a field's values, however they are named.
func fits(got []*parquet.SchemaElement, f ecs.Field) bool {
	e := got[0]
	flat := e.GetRepetitionType() == parquet.FieldRepetitionType_OPTIONAL && e.GetNumChildren() == 0
	switch f.Type {
	case ecs.Strings:
		return len(got) > 2 && e.GetRepetitionType() == parquet.FieldRepetitionType_OPTIONAL && e.GetNumChildren() == 1 &&
			got[1].GetRepetitionType() == parquet.FieldRepetitionType_REPEATED && got[1].GetNumChildren() == 1 &&
			got[2].GetRepetitionType() == parquet.FieldRepetitionType_OPTIONAL && got[2].GetNumChildren() == 0 &&
			got[2].GetType() == parquet.Type_BYTE_ARRAY
	case ecs.Time:
		_, ok := clockIn(e)
		return flat && ok
	case ecs.Int:
		_, time := clockIn(e)
		return flat && !time && e.GetType() == parquet.Type_INT64
	}
	return flat && e.GetType() == physical(f.Type)
}

// timeBounds are the least and greatest time of a chunk as the footer says them, if it does in our form.
func (f *file) timeBounds(m *parquet.ColumnMetaData) (least, most int64, ok bool) {
	st := m.Statistics
	if f.foreign || st == nil || len(st.MinValue) != 8 || len(st.MaxValue) != 8 {
		return 0, 0, false
	}
	return fixed(st.MinValue), fixed(st.MaxValue), true
}

// times are the times of a page, of which every row has one.
func (d *decoder) times(c content) ([]int64, error) {
	switch {
	case c.indexes != nil && len(c.indexes) == len(c.defs):
		times := make([]int64, len(c.indexes))
		for i, id := range c.indexes {
			times[i] = d.dict.nums[id]
		}
		return times, nil
	case c.values == nil || len(c.values.nums) != len(c.defs):
		return nil, errors.New("it has rows without a time")
	}
	return c.values.nums, nil
}

// walk finds where the pages of a flat chunk are that has no index which says so.
func (f *file) walk(m *parquet.ColumnMetaData) (where []*parquet.PageLocation, err error) {
	p, err := f.pages(start(m), m.TotalCompressedSize, m.Codec)
	if err != nil {
		return nil, err
	}
	for row := int64(0); ; {
		at := p.offset()
		h, _, err := p.next()
		if err == io.EOF {
			return where, nil
		}
		if err != nil {
			return nil, fmt.Errorf("look for pages: %w", err)
		}
		if h.Type == parquet.PageType_DICTIONARY_PAGE {
			continue
		}
		where = append(where, &parquet.PageLocation{Offset: at, CompressedPageSize: int32(p.offset() - at), FirstRowIndex: row})
		row += int64(h.DataPageHeader.GetNumValues())
	}
}
