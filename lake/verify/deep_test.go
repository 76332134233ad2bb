package verify_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"github.com/hindcast/hindcast/catalog"
)

// deepHarms leave sizes, checksums and the books as they should be: only who reads the file sees them.
var deepHarms = map[string]harm{
	"the manifest of a published day was changed": {do: func(t *testing.T, l lake) {
		l.rewrite(t, l.publish(t), func(b []byte) []byte { return append(b, 'x') })
	}, want: "the manifest of "},
	"a byte of a file has changed": {do: func(t *testing.T, l lake) {
		l.rewrite(t, l.file(t).Path, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	}, want: "checksum", also: true},
	"a file is none": {do: func(t *testing.T, l lake) {
		l.forge(t, l.file(t), func(b []byte) []byte { return bytes.Repeat([]byte("x"), len(b)) })
	}, want: "cannot be read"},
	"a page was damaged before its checksum was taken": {do: func(t *testing.T, l lake) {
		f := l.file(t)
		at := dataOf(l, f, "event_id").MetaData.DataPageOffset + 40
		l.forge(t, f, func(b []byte) []byte { b[at] ^= 0xff; return b })
	}, want: "column event_id: page 0", also: true},
	"a footer says other rows": {do: func(t *testing.T, l lake) {
		l.footer(t, func(m *format.FileMetaData, b []byte) []byte { m.NumRows++; return b })
	}, want: "rows instead of", also: true},
	"a row group says other rows": {do: func(t *testing.T, l lake) {
		l.footer(t, func(m *format.FileMetaData, b []byte) []byte { m.RowGroups[0].NumRows--; return b })
	}, want: "and the row group", also: true},
	"statistics say a greater least value": column("event_action", func(c *format.ColumnChunk, b []byte) []byte {
		c.MetaData.Statistics.MinValue = []byte("zzz")
		return b
	}, "statistics: \"zzz\" is said to be the least value"),
	"statistics say a lesser greatest value": column("event_action", func(c *format.ColumnChunk, b []byte) []byte {
		c.MetaData.Statistics.MaxValue = []byte("A")
		return b
	}, "statistics: \"A\" is said to be the greatest value"),
	"statistics of times are not those of the times": column("timestamp", func(c *format.ColumnChunk, b []byte) []byte {
		c.MetaData.Statistics.MinValue = binary.LittleEndian.AppendUint64(nil, 5)
		return b
	}, "statistics: \"5\" is said to be the least value"),
	"statistics say other nulls": column("event_action", func(c *format.ColumnChunk, b []byte) []byte {
		c.MetaData.Statistics.NullCount += 3
		return b
	}, "nulls, and there are"),
	"a chunk says other values": column("event_action", func(c *format.ColumnChunk, b []byte) []byte {
		c.MetaData.NumValues++
		return b
	}, "and its metadata says"),
	"a column index says other nulls": column("event_action", columnIndex(func(x *format.ColumnIndex) { x.NullCounts[0]++ }),
		"the column index says 1 nulls, and there are 0"),
	"a column index says only nulls": column("event_action", columnIndex(func(x *format.ColumnIndex) { x.NullPages[0] = true }),
		"the column index says of only nulls: true"),
	"a column index says a greater least value": column("event_action", columnIndex(func(x *format.ColumnIndex) {
		x.MinValues[0] = []byte("zzz")
	}), "column index: \"zzz\" is said to be the least"),
	"a column index says a lesser greatest value": column("event_id", columnIndex(func(x *format.ColumnIndex) {
		x.MaxValues[0] = []byte("!")
	}), "column index: \"!\" is said to be the greatest"),
	"an offset index says another first row": column("event_action", offsetIndex(func(x *format.OffsetIndex) {
		x.PageLocations[0].FirstRowIndex = 5
	}), "begins with row 5"),
	"an offset index leads elsewhere": column("event_action", offsetIndex(func(x *format.OffsetIndex) {
		x.PageLocations[0].Offset -= 3
	}), "offset index says that it is at"),
	"an offset index says a longer page": column("event_action", offsetIndex(func(x *format.OffsetIndex) {
		x.PageLocations[0].CompressedPageSize += 1 << 20
	}), "offset index says that it ends"),
	"a bloom filter knows nothing": column("source_ip", func(c *format.ColumnChunk, b []byte) []byte {
		var h format.BloomFilterHeader
		decoded(b[c.MetaData.BloomFilterOffset:], &h)
		clear(b[int(c.MetaData.BloomFilterOffset)+len(encoded(h)):][:h.NumBytes])
		return b
	}, "the bloom filter does not know"),
	"the catalog has recorded other sizes of columns": {do: func(t *testing.T, l lake) {
		l.sql(t, "UPDATE files SET column_sizes = x'07' WHERE path = ?", l.file(t).Path)
	}, want: "instead of the 0 that questions are estimated by"},
	"the catalog has recorded sizes that are none": {do: func(t *testing.T, l lake) {
		l.sql(t, "UPDATE files SET column_sizes = x'ffff' WHERE path = ?", l.file(t).Path)
	}, want: "not as they were stored, by which questions are estimated"},
	"times do not ascend": {do: func(t *testing.T, l lake) {
		l.replace(t, func(rows []row) { rows[2].Timestamp = ref(*rows[1].Timestamp - 1) })
	}, want: "not sorted by time"},
	"an event has no time": {do: func(t *testing.T, l lake) { l.replace(t, func(rows []row) { rows[1].Timestamp = nil }) }, want: "has no time", also: true},
	"the first event is earlier than the catalog says": {do: func(t *testing.T, l lake) {
		l.replace(t, func(rows []row) { rows[0].Timestamp = ref(*rows[0].Timestamp - 1) })
	}, want: "first event is from"},
	"the last event is later than the catalog says": {do: func(t *testing.T, l lake) {
		l.replace(t, func(rows []row) { rows[len(rows)-1].Timestamp = ref(*rows[len(rows)-1].Timestamp + 1) })
	}, want: "last event is from"},
	"an event stands twice in a file": {do: func(t *testing.T, l lake) {
		l.replace(t, func(rows []row) { rows[3] = rows[2] })
	}, want: "1 events of aws_cloudtrail"},
	"an event stands in two files": {do: func(t *testing.T, l lake) {
		one, two := pair(t, l)
		l.replaceFile(t, one, func(rows []row) { rows[1] = row{ref(two.MinTime.UnixMilli()), "the same"} })
		l.replaceFile(t, two, func(rows []row) { rows[0].EventID = "the same" })
	}, want: "such as \"the same\", which is in"},
}

func TestWhatIsWrongWithinFilesIsFound(t *testing.T) {
	for name, h := range deepHarms {
		t.Run(name, func(t *testing.T) { h.isFound(t, true) })
	}
}

// dataOf is a column of a file's first row group.
func dataOf(l lake, f catalog.File, name string) format.ColumnChunk {
	body, err := os.ReadFile(l.files.Path(f.Path))
	must(err)
	file, err := parquet.OpenFile(bytes.NewReader(body), int64(len(body)))
	must(err)
	return *chunkOf(file.Metadata(), name)
}

func chunkOf(m *format.FileMetaData, name string) *format.ColumnChunk {
	return &m.RowGroups[0].Columns[slices.IndexFunc(m.RowGroups[0].Columns, func(c format.ColumnChunk) bool { return c.MetaData.PathInSchema[0] == name })]
}

// footer writes a file's footer anew, with what stands before it.
func (l lake) footer(t *testing.T, change func(m *format.FileMetaData, body []byte) []byte) {
	t.Helper()
	l.forge(t, l.file(t), func(b []byte) []byte {
		file, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		fail(t, err)
		begin := len(b) - 8 - int(binary.LittleEndian.Uint32(b[len(b)-8:]))
		body := change(file.Metadata(), b[:begin:begin])
		meta := encoded(*file.Metadata())
		body = append(body, meta...)
		body = binary.LittleEndian.AppendUint32(body, uint32(len(meta)))
		return append(body, "PAR1"...)
	})
}

func encoded(v any) []byte {
	var protocol thrift.CompactProtocol
	b, err := thrift.Marshal(&protocol, v)
	must(err)
	return b
}

// column changes what a file says of a column, or the column itself.
func column(name string, change func(c *format.ColumnChunk, body []byte) []byte, want string) harm {
	return harm{do: func(t *testing.T, l lake) {
		l.footer(t, func(m *format.FileMetaData, body []byte) []byte { return change(chunkOf(m, name), body) })
	}, want: want}
}

// columnIndex writes a column index anew, behind the others.
func columnIndex(change func(*format.ColumnIndex)) func(*format.ColumnChunk, []byte) []byte {
	return func(c *format.ColumnChunk, body []byte) []byte {
		var x format.ColumnIndex
		decoded(body[c.ColumnIndexOffset:], &x)
		change(&x)
		again := encoded(x)
		c.ColumnIndexOffset, c.ColumnIndexLength = int64(len(body)), int32(len(again))
		return append(body, again...)
	}
}

func offsetIndex(change func(*format.OffsetIndex)) func(*format.ColumnChunk, []byte) []byte {
	return func(c *format.ColumnChunk, body []byte) []byte {
		var x format.OffsetIndex
		decoded(body[c.OffsetIndexOffset:], &x)
		change(&x)
		again := encoded(x)
		c.OffsetIndexOffset, c.OffsetIndexLength = int64(len(body)), int32(len(again))
		return append(body, again...)
	}
}

func decoded(b []byte, v any) {
	var protocol thrift.CompactProtocol
	must(thrift.NewDecoder(protocol.NewReader(bytes.NewReader(b))).Decode(v))
}

// row is what every table's rows have.
type row struct {
	Timestamp *int64 `parquet:"timestamp,optional,timestamp"`
	EventID   string `parquet:"event_id,optional"`
}

func ref(n int64) *int64 { return &n }

// replace makes a file of other rows, of the same number and between the same times before they are changed.
func (l lake) replace(t *testing.T, change func([]row)) {
	t.Helper()
	l.replaceFile(t, l.file(t), change)
}

func (l lake) replaceFile(t *testing.T, f catalog.File, change func([]row)) {
	t.Helper()
	rows := make([]row, f.Rows)
	step := f.MaxTime.Sub(f.MinTime) / time.Duration(len(rows)-1)
	for i := range rows {
		rows[i] = row{ref(f.MinTime.Add(time.Duration(i) * step).UnixMilli()), fmt.Sprintf("%s %d", f.Batch, i)}
	}
	rows[len(rows)-1].Timestamp = ref(f.MaxTime.UnixMilli())
	change(rows)
	l.forge(t, f, func([]byte) []byte {
		var b bytes.Buffer
		fail(t, parquet.Write(&b, rows))
		return b.Bytes()
	})
}

// pair are two files of a day, of which the second begins later than the first.
func pair(t *testing.T, l lake) (one, two catalog.File) {
	t.Helper()
	for _, a := range l.trail(t) {
		for _, b := range l.trail(t) {
			first := a.MinTime.Add(a.MaxTime.Sub(a.MinTime) / time.Duration(max(a.Rows-1, 1)) * 2)
			if a.Path != b.Path && a.Day == b.Day && a.Rows > 3 && b.Rows > 1 && b.MinTime.After(a.MinTime) && b.MinTime.Before(first) {
				return a, b
			}
		}
	}
	t.Fatal("no two files of a day overlap")
	return one, two
}
