package table

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// footer gathers what is written after the row groups.
type footer struct {
	meta   *parquet.FileMetaData
	chunks [][]*chunk // by row group
	sorted []*parquet.SortingColumn
}

func newFooter(s *ecs.Schema, o Options) *footer {
	f := &footer{meta: &parquet.FileMetaData{
		Version:   1,
		Schema:    fileSchema(s),
		CreatedBy: &o.CreatedBy,
		RowGroups: []*parquet.RowGroup{},
	}}
	for range s.Fields() {
		f.meta.ColumnOrders = append(f.meta.ColumnOrders, &parquet.ColumnOrder{TYPE_ORDER: parquet.NewTypeDefinedOrder()})
	}
	for _, k := range slices.Sorted(maps.Keys(o.Meta)) {
		v := o.Meta[k]
		f.meta.KeyValueMetadata = append(f.meta.KeyValueMetadata, &parquet.KeyValue{Key: k, Value: &v})
	}
	if col := s.Col(timeField); col >= 0 {
		f.sorted = []*parquet.SortingColumn{{ColumnIdx: int32(col)}}
	}
	return f
}

// add adds a row group.
func (f *footer) add(chunks []*chunk, rows int) {
	g := &parquet.RowGroup{NumRows: int64(rows), SortingColumns: f.sorted, FileOffset: &chunks[0].start}
	packed, ordinal := int64(0), int16(len(f.meta.RowGroups))
	for _, c := range chunks {
		g.Columns = append(g.Columns, &parquet.ColumnChunk{FileOffset: c.start, MetaData: c.meta})
		g.TotalByteSize += c.meta.TotalUncompressedSize
		packed += c.meta.TotalCompressedSize
	}
	g.TotalCompressedSize, g.Ordinal = &packed, &ordinal
	f.meta.RowGroups = append(f.meta.RowGroups, g)
	f.meta.NumRows += int64(rows)
	f.chunks = append(f.chunks, chunks)
}

// write writes the page indexes, all column indexes before all offset indexes, and the footer itself.
func (f *footer) write(out *output) {
	for i, g := range f.meta.RowGroups {
		for j, c := range f.chunks[i] {
			if x := c.columnIndex(); x != nil {
				at := out.n
				n := int32(out.message(x))
				g.Columns[j].ColumnIndexOffset, g.Columns[j].ColumnIndexLength = &at, &n
			}
		}
	}
	for i, g := range f.meta.RowGroups {
		for j, c := range f.chunks[i] {
			at := out.n
			n := int32(out.message(c.offsets))
			g.Columns[j].OffsetIndexOffset, g.Columns[j].OffsetIndexLength = &at, &n
		}
	}
	n := out.message(f.meta)
	out.write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
	out.write([]byte(magic))
}

// fileSchema is the batch's schema as Parquet's: flat, every column optional.
func fileSchema(s *ecs.Schema) []*parquet.SchemaElement {
	n := int32(s.Len())
	elements := []*parquet.SchemaElement{{Name: "schema", NumChildren: &n}}
	for _, f := range s.Fields() {
		if f.Type == ecs.Strings {
			elements = append(elements, listElements(f.Column())...)
			continue
		}
		elements = append(elements, leafElement(f.Column(), f.Type))
	}
	return elements
}

func leafElement(name string, t ecs.Type) *parquet.SchemaElement {
	typ, optional := physical(t), parquet.FieldRepetitionType_OPTIONAL
	e := &parquet.SchemaElement{Name: name, Type: &typ, RepetitionType: &optional}
	switch t {
	case ecs.String, ecs.Strings:
		text := parquet.ConvertedType_UTF8
		e.ConvertedType, e.LogicalType = &text, &parquet.LogicalType{STRING: parquet.NewStringType()}
	case ecs.Time:
		millis := parquet.ConvertedType_TIMESTAMP_MILLIS
		e.ConvertedType, e.LogicalType = &millis, &parquet.LogicalType{TIMESTAMP: &parquet.TimestampType{
			IsAdjustedToUTC: true, Unit: &parquet.TimeUnit{MILLIS: parquet.NewMilliSeconds()},
		}}
	}
	return e
}

func listElements(name string) []*parquet.SchemaElement {
	optional, repeated := parquet.FieldRepetitionType_OPTIONAL, parquet.FieldRepetitionType_REPEATED
	list, one := parquet.ConvertedType_LIST, int32(1)
	return []*parquet.SchemaElement{
		{
			Name: name, RepetitionType: &optional, NumChildren: &one,
			ConvertedType: &list, LogicalType: &parquet.LogicalType{LIST: parquet.NewListType()},
		},
		{Name: "list", RepetitionType: &repeated, NumChildren: &one},
		leafElement("element", ecs.Strings),
	}
}

func physical(t ecs.Type) parquet.Type {
	switch t {
	case ecs.Int, ecs.Time:
		return parquet.Type_INT64
	case ecs.Float:
		return parquet.Type_DOUBLE
	case ecs.Bool:
		return parquet.Type_BOOLEAN
	}
	return parquet.Type_BYTE_ARRAY
}
