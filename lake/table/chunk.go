package table

import (
	"hash/crc32"
	"strings"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// chunk is a column of a row group: where its pages went and what is in them.
type chunk struct {
	field   ecs.Field
	twin    int   // the column whose pages these are, or -1
	start   int64 // offset in the file
	meta    *parquet.ColumnMetaData
	offsets *parquet.OffsetIndex
	pages   []page
	rows    int64
	bounds  bounds
	bloom   bloom
}

// page is what the indexes say of a data page.
type page struct {
	entries  int // values and nulls, which in a list are more than the rows
	rows     int
	nulls    int
	encoding parquet.Encoding
	bounds   bounds
}

func newChunk(f ecs.Field, start int64) *chunk {
	return &chunk{
		field:   f,
		twin:    -1,
		start:   start,
		offsets: parquet.NewOffsetIndex(),
		meta: &parquet.ColumnMetaData{
			Type:         physical(f.Type),
			PathInSchema: strings.Split(leafPath(f), "."),
			Codec:        parquet.CompressionCodec_ZSTD,
			Encodings:    []parquet.Encoding{parquet.Encoding_RLE},
		},
	}
}

// as is the chunk of another column with the same values: the same pages under its name.
func (c *chunk) as(f ecs.Field, column int) *chunk {
	twin, meta := *c, *c.meta
	meta.PathInSchema = strings.Split(leafPath(f), ".")
	twin.field, twin.meta, twin.twin = f, &meta, column
	return &twin
}

// leafPath is the column's path in the file's schema, in dots; no column's name has one.
func leafPath(f ecs.Field) string {
	if f.Type == ecs.Strings {
		return f.Column() + ".list.element"
	}
	return f.Column()
}

// maxLevel is the definition level of a value that is there: a list and its item are both optional, and the items repeat.
func maxLevel(t ecs.Type) (level uint8, width int) {
	if t == ecs.Strings {
		return 3, 2
	}
	return 1, 1
}

// emit writes the data page whose contents are in e.body.
func (e *Encoder) emit(c *chunk, p page) {
	at, packed := e.out.n, e.compress()
	e.writePage(c, packed, &parquet.PageHeader{
		Type: parquet.PageType_DATA_PAGE,
		DataPageHeader: &parquet.DataPageHeader{
			NumValues:               int32(p.entries),
			Encoding:                p.encoding,
			DefinitionLevelEncoding: parquet.Encoding_RLE,
			RepetitionLevelEncoding: parquet.Encoding_RLE,
		},
	})
	if len(c.pages) == 0 {
		c.meta.DataPageOffset = at
	}
	c.offsets.PageLocations = append(c.offsets.PageLocations, &parquet.PageLocation{
		Offset: at, CompressedPageSize: int32(e.out.n - at), FirstRowIndex: c.rows,
	})
	c.pages = append(c.pages, p)
	c.rows += int64(p.rows)
	c.meta.NumValues += int64(p.entries)
}

// emitDictionary writes the dictionary page whose n values are in e.body.
func (e *Encoder) emitDictionary(c *chunk, n int) {
	at := e.out.n
	c.meta.DictionaryPageOffset = &at
	e.writePage(c, e.compress(), &parquet.PageHeader{
		Type:                 parquet.PageType_DICTIONARY_PAGE,
		DictionaryPageHeader: &parquet.DictionaryPageHeader{NumValues: int32(n), Encoding: parquet.Encoding_PLAIN},
	})
	c.count(parquet.PageType_DICTIONARY_PAGE, parquet.Encoding_PLAIN, 1)
}

// emitNull writes a chunk without a value as one page of one run. It is compressed like any other, since
// parquet-go/parquet-go expects one codec in all chunks of a column.
func (e *Encoder) emitNull(c *chunk, rows int) {
	e.body = e.body[:0]
	if c.field.Type == ecs.Strings {
		e.body = appendLevelRun(e.body, 0, rows, 1)
	}
	_, width := maxLevel(c.field.Type)
	e.body = appendLevelRun(e.body, 0, rows, width)
	e.emit(c, page{entries: rows, rows: rows, nulls: rows, encoding: parquet.Encoding_PLAIN})
}

func (e *Encoder) compress() []byte {
	e.pack = e.zstd.EncodeAll(e.body, e.pack[:0])
	return e.pack
}

func (e *Encoder) writePage(c *chunk, packed []byte, h *parquet.PageHeader) {
	sum := int32(crc32.ChecksumIEEE(packed))
	h.UncompressedPageSize, h.CompressedPageSize, h.Crc = int32(len(e.body)), int32(len(packed)), &sum
	n := e.out.message(h)
	e.out.write(packed)
	c.meta.TotalUncompressedSize += int64(n + len(e.body))
}

// close ends the chunk at the given offset of the file and sums its pages up.
func (c *chunk) close(end int64) {
	c.meta.TotalCompressedSize = end - c.start
	nulls, complete := int64(0), true
	for _, p := range c.pages {
		nulls += int64(p.nulls)
		c.count(parquet.PageType_DATA_PAGE, p.encoding, 1)
		switch {
		case p.bounds.min != nil:
			c.bounds.include(c.field.Type, p.bounds)
		case p.nulls < p.entries:
			complete = false
		}
	}
	c.meta.Statistics = &parquet.Statistics{NullCount: &nulls}
	if c.bounds.min != nil && complete {
		short := c.bounds.cut()
		c.meta.Statistics.MinValue, c.meta.Statistics.MaxValue = short.min, short.max
	}
}

// count notes a page in the chunk's lists of encodings.
func (c *chunk) count(t parquet.PageType, enc parquet.Encoding, n int32) {
	for _, s := range c.meta.EncodingStats {
		if s.PageType == t && s.Encoding == enc {
			s.Count += n
			return
		}
	}
	c.meta.EncodingStats = append(c.meta.EncodingStats, &parquet.PageEncodingStats{PageType: t, Encoding: enc, Count: n})
	c.meta.Encodings = append(c.meta.Encodings, enc)
}

// columnIndex is the page index of the chunk's values, nil when a page has values without bounds.
func (c *chunk) columnIndex() *parquet.ColumnIndex {
	x := &parquet.ColumnIndex{BoundaryOrder: c.order()}
	for _, p := range c.pages {
		none := p.nulls == p.entries
		if !none && p.bounds.min == nil {
			return nil
		}
		short := p.bounds.cut()
		if none {
			short = bounds{[]byte{}, []byte{}}
		}
		x.NullPages = append(x.NullPages, none)
		x.MinValues = append(x.MinValues, short.min)
		x.MaxValues = append(x.MaxValues, short.max)
		x.NullCounts = append(x.NullCounts, int64(p.nulls))
	}
	return x
}

// order tells whether the pages' bounds ascend, so that readers may search in halves.
func (c *chunk) order() parquet.BoundaryOrder {
	var last bounds
	for _, p := range c.pages {
		if p.bounds.min == nil {
			continue
		}
		if last.min != nil && (compare(c.field.Type, p.bounds.min, last.min) < 0 || compare(c.field.Type, p.bounds.max, last.max) < 0) {
			return parquet.BoundaryOrder_UNORDERED
		}
		last = p.bounds
	}
	return parquet.BoundaryOrder_ASCENDING
}
