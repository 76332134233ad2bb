package table

import (
	"fmt"
	"io"
	"slices"
)

// Blank tells whether the file's footer says that no row has a value in any of the columns, named as SQL says them. A file
// without such statistics may have one.
func Blank(r io.ReaderAt, size int64, columns []string) (bool, error) {
	f, err := openFile(r, size)
	if err != nil {
		return false, fmt.Errorf("look for values: %w", err)
	}
	for _, g := range f.meta.RowGroups {
		for _, c := range g.Columns {
			m := c.MetaData
			if len(m.PathInSchema) == 0 || !slices.Contains(columns, m.PathInSchema[0]) {
				continue
			}
			if m.Statistics == nil || m.Statistics.NullCount == nil || *m.Statistics.NullCount < m.NumValues {
				return false, nil
			}
		}
	}
	return true, nil
}
