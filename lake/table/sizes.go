package table

import (
	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/catalog"
)

// sizesOf are the sizes of a file's columns, by its footer. Pages that columns share are both's, since who reads both may
// read them twice, and are taken from what is no column's but once.
func sizesOf(groups []*parquet.RowGroup, size int64) catalog.FileSizes {
	s := catalog.FileSizes{Columns: map[string]int64{}, Rest: size}
	for _, g := range groups {
		counted := make(map[int64]bool, len(g.Columns)) // by where the pages begin
		for _, c := range g.Columns {
			s.Columns[c.MetaData.PathInSchema[0]] += c.MetaData.TotalCompressedSize
			if at := c.MetaData.DataPageOffset; !counted[at] {
				counted[at] = true
				s.Rest -= c.MetaData.TotalCompressedSize
			}
		}
	}
	return s
}
