package table

import (
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go/parquet"
)

// Shape is how a file is laid out, as its footer tells.
type Shape struct {
	Rows      int64
	RowGroups int64
	Data      int64 // bytes of pages; the rest are filters, indexes and the footer
	Unpacked  int64 // what the pages unpack to
	Held      int64 // about the memory that a [Reader] takes
	Meta      map[string]string
	Foreign   bool // another writer's, that [Rows] reads and [Reader] does not
}

// ShapeOf reads a file's footer.
func ShapeOf(r io.ReaderAt, size int64) (Shape, error) {
	f, err := openFile(r, size)
	if err != nil {
		return Shape{}, err
	}
	s := Shape{Foreign: f.foreign, Rows: f.meta.NumRows, RowGroups: int64(len(f.meta.RowGroups)), Meta: map[string]string{}}
	for _, kv := range f.meta.KeyValueMetadata {
		s.Meta[kv.Key] = kv.GetValue()
	}
	var held []int64
	for i, g := range f.meta.RowGroups {
		if i == 0 {
			held = make([]int64, len(g.Columns))
		}
		if len(g.Columns) != len(held) {
			return Shape{}, fmt.Errorf("row group %d has %d columns instead of %d", i, len(g.Columns), len(held))
		}
		seen := make(map[int64]bool, len(g.Columns)) // columns with the same values name the same pages
		for col, c := range g.Columns {
			if c.MetaData == nil {
				return Shape{}, fmt.Errorf("row group %d does not describe column %d", i, col)
			}
			held[col] = max(held[col], heldBy(c.MetaData))
			at := start(c.MetaData)
			if seen[at] {
				continue
			}
			seen[at] = true
			s.Data += c.MetaData.TotalCompressedSize
			s.Unpacked += c.MetaData.TotalUncompressedSize
		}
	}
	const column = 512 // what is kept of a column in any case
	s.Held = int64(len(held)) * column
	for _, n := range held {
		s.Held += n
	}
	return s, nil
}

// heldBy is about the memory that reading a chunk takes: its dictionary and a page. The footer does not say how large
// they are unpacked, but when pages end.
func heldBy(m *parquet.ColumnMetaData) int64 {
	const pageRows, pageBytes = 20_000, 1 << 20
	unpacked, dictionary := m.TotalUncompressedSize, int64(0)
	if m.IsSetDictionaryPageOffset() && m.TotalCompressedSize > 0 {
		share := float64(m.DataPageOffset-m.GetDictionaryPageOffset()) / float64(m.TotalCompressedSize)
		dictionary = int64(share * float64(unpacked))
		unpacked -= dictionary
	}
	pages := max(1, (m.NumValues+pageRows-1)/pageRows, unpacked/pageBytes)
	return dictionary*3/2 + unpacked/pages
}
