package table

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
)

// footerSizes are the sizes that another reader finds in a file, byte by byte.
func footerSizes(t *testing.T, data []byte) catalog.FileSizes {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	s, paged := catalog.FileSizes{Columns: map[string]int64{}}, make([]bool, len(data))
	for _, g := range f.Metadata().RowGroups {
		for _, c := range g.Columns {
			m := c.MetaData
			s.Columns[m.PathInSchema[0]] += m.TotalCompressedSize
			at := m.DataPageOffset
			if m.DictionaryPageOffset > 0 {
				at = m.DictionaryPageOffset
			}
			for i := range m.TotalCompressedSize {
				paged[at+i] = true
			}
		}
	}
	for _, p := range paged {
		if !p {
			s.Rest++
		}
	}
	return s
}

func TestTheSizesOfColumnsAreThoseOfTheFooter(t *testing.T) {
	twins := []ecs.Field{
		{Name: "@timestamp", Type: ecs.Time}, {Name: "source.address", Type: ecs.String, Kind: ecs.IP}, {Name: "source.ip", Type: ecs.String, Kind: ecs.IP},
	}
	for name, c := range map[string]struct {
		fields []ecs.Field
		rows   []cells
		o      Options
	}{
		"every type":                    {mixedFields(), mixedRows(5000, 3), Options{}},
		"several row groups":            {mixedFields(), mixedRows(5000, 3), Options{RowsPerGroup: 1100}},
		"two columns of the same pages": {twins, []cells{{day, "203.0.113.7", "203.0.113.7"}, {day, "::1", "::1"}}, Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			b := batchOf(t, c.rows, c.fields...)
			var file bytes.Buffer
			info, err := Write(&file, b, order(len(c.rows)), c.o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(footerSizes(t, file.Bytes()), info.Sizes); diff != "" || info.Sizes.Rest <= 0 {
				t.Error(diff)
			}
		})
	}
}

func TestTheSizesOfColumnsOfOtherWritersAreThoseOfTheFooter(t *testing.T) {
	rows, hive, _ := foreignRows(4000)
	data := write(t, hive)
	x, err := Inspect(bytes.NewReader(data), int64(len(data)), batchOf(t, rows, foreignFields...).Schema())
	if diff := cmp.Diff(footerSizes(t, data), x.Sizes); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
