package verify

import (
	"fmt"
	"maps"
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"github.com/hindcast/hindcast/catalog"
)

// checkSizes holds what the catalog has recorded of a file's columns, by which questions are estimated, against its footer.
func checkSizes(m *format.FileMetaData, recorded catalog.ColumnBytes) error {
	if recorded.UnknownOf > 0 {
		return nil
	}
	sizes := map[string]int64{}
	for _, g := range m.RowGroups {
		for _, c := range g.Columns {
			sizes[c.MetaData.PathInSchema[0]] += c.MetaData.TotalCompressedSize
		}
	}
	names := maps.Clone(sizes)
	maps.Copy(names, recorded.Columns)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if recorded.Columns[name] != sizes[name] {
			return fmt.Errorf("column %s takes %d bytes instead of the %d that questions are estimated by", name, sizes[name], recorded.Columns[name])
		}
	}
	return nil
}
