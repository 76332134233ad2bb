package table

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// footer gathers what is written after the row groups. It keeps nothing of their batches, whose memory is used again.
type footer struct {
	meta    *parquet.FileMetaData
	indexes [][]pageIndex // by row group and column
	sorted  []*parquet.SortingColumn
}

// pageIndex is a chunk's indexes as they are written; columns is nil for none.
type pageIndex struct {
	twin             int // the column whose page index this is, or -1
	columns, offsets []byte
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
func (f *footer) add(chunks []*chunk, rows int, out *output) {
	g := &parquet.RowGroup{NumRows: int64(rows), SortingColumns: f.sorted, FileOffset: &chunks[0].start}
	packed, ordinal := int64(0), int16(len(f.meta.RowGroups))
	indexes := make([]pageIndex, len(chunks))
	for i, c := range chunks {
		if indexes[i].twin = c.twin; c.twin < 0 {
			if x := c.columnIndex(); x != nil {
				indexes[i].columns = out.serialise(x)
			}
			indexes[i].offsets = out.serialise(c.offsets)
			g.TotalByteSize += c.meta.TotalUncompressedSize
			packed += c.meta.TotalCompressedSize
		}
		st := c.meta.Statistics
		st.MinValue, st.MaxValue = bytes.Clone(st.MinValue), bytes.Clone(st.MaxValue)
		g.Columns = append(g.Columns, &parquet.ColumnChunk{FileOffset: c.start, MetaData: c.meta})
	}
	g.TotalCompressedSize, g.Ordinal = &packed, &ordinal
	f.meta.RowGroups = append(f.meta.RowGroups, g)
	f.meta.NumRows += int64(rows)
	f.indexes = append(f.indexes, indexes)
}

// write writes the page indexes, all column indexes before all offset indexes, and the footer itself.
func (f *footer) write(out *output) {
	for i, g := range f.meta.RowGroups {
		for j, x := range f.indexes[i] {
			if x.columns != nil {
				at, n := out.n, int32(len(x.columns))
				out.write(x.columns)
				g.Columns[j].ColumnIndexOffset, g.Columns[j].ColumnIndexLength = &at, &n
			}
		}
	}
	for i, g := range f.meta.RowGroups {
		for j, x := range f.indexes[i] {
			if x.twin < 0 {
				at, n := out.n, int32(len(x.offsets))
				out.write(x.offsets)
				g.Columns[j].OffsetIndexOffset, g.Columns[j].OffsetIndexLength = &at, &n
			}
		}
	}
	for i, g := range f.meta.RowGroups {
		for j, x := range f.indexes[i] {
			if x.twin >= 0 {
				g.Columns[j].ColumnIndexOffset, g.Columns[j].ColumnIndexLength = g.Columns[x.twin].ColumnIndexOffset, g.Columns[x.twin].ColumnIndexLength
				g.Columns[j].OffsetIndexOffset, g.Columns[j].OffsetIndexLength = g.Columns[x.twin].OffsetIndexOffset, g.Columns[x.twin].OffsetIndexLength
			}
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
