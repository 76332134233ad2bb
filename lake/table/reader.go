package table

import (
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Readers opens files that are read by turns, and shares buffers between them. It is not for concurrent use.
type Readers struct {
	zstd   *zstd.Decoder
	packed []byte // of a page, as it is stored
	levels [2][]uint32
	ids    []uint32
	items  []uint32
	nums   []int64
	valid  []bool
	epoch  int // of the batch that is filled
}

// maxPage is from what size on a page is taken for damaged: a value is at most one raw record.
const maxPage = 256 << 20

// NewReaders makes readers ready.
func NewReaders() (*Readers, error) {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxPage))
	if err != nil {
		return nil, fmt.Errorf("make decompressor: %w", err)
	}
	return &Readers{zstd: z}, nil
}

// Close frees what the readers share.
func (s *Readers) Close() { s.zstd.Close() }

// Turn tells the readers that the batch they fill was reset, or is another from now on.
func (s *Readers) Turn() { s.epoch++ }

// Reader reads the rows of a file of ours in their order into batches, from dictionary to dictionary: a text is looked
// at once for a batch, however many rows have it. What has not been read yet stays packed, so that many files can be
// read by turns. It shares no code with what [Verify] decodes by.
type Reader struct {
	shared  *Readers
	file    *file
	columns []*columnReader // nil where the file has no such column
	time    *columnReader
	times   []int64 // of the rows to come, as far as they were looked at
	left    int64   // rows to come
}

// Open opens a file for reading into batches of a schema that has a column of times. Columns that the file lacks are
// null; columns that the schema lacks are ErrMismatch, since they would be lost.
func (s *Readers) Open(r io.ReaderAt, size int64, schema *ecs.Schema) (*Reader, error) {
	f, err := openFile(r, size)
	if err != nil {
		return nil, err
	}
	if f.foreign {
		return nil, fmt.Errorf("open parquet file: %w: %q wrote it", ErrForeign, f.meta.GetCreatedBy())
	}
	out := &Reader{shared: s, file: f, columns: make([]*columnReader, schema.Len()), left: f.meta.NumRows}
	at, err := f.columnsOf(schema)
	if err != nil {
		return nil, fmt.Errorf("open parquet file: %w", err)
	}
	for col, field := range schema.Fields() {
		if at[col] < 0 {
			continue
		}
		c := &columnReader{shared: s, file: f, field: field, col: col}
		for i, g := range f.meta.RowGroups {
			if at[col] >= len(g.Columns) || g.Columns[at[col]].MetaData == nil || g.Columns[at[col]].MetaData.Type != physical(field.Type) {
				return nil, fmt.Errorf("open parquet file: %w: row group %d has no column %s", ErrMismatch, i, field.Column())
			}
			c.chunks = append(c.chunks, chunkPlace{g.Columns[at[col]].MetaData, g.NumRows})
		}
		if field.Name == timeField {
			out.time = c
			continue
		}
		out.columns[col] = c
	}
	if out.time == nil {
		return nil, fmt.Errorf("open parquet file: %w: it has no column of times", ErrMismatch)
	}
	return out, nil
}

// columnsOf finds each field's column among the file's, -1 for none.
func (f *file) columnsOf(schema *ecs.Schema) ([]int, error) {
	at := make([]int, schema.Len())
	byColumn := make(map[string]int, schema.Len())
	for col, field := range schema.Fields() {
		at[col], byColumn[field.Column()] = -1, col
	}
	n := 0
	for i := 1; i < len(f.meta.Schema); n++ {
		name := f.meta.Schema[i].Name
		col, ok := byColumn[name]
		if !ok {
			return nil, fmt.Errorf("%w: the table has no column %s, but the file has", ErrMismatch, name)
		}
		if same := sameElements(f.meta.Schema[i:], schema.Fields()[col]); !same && !(f.foreign && fits(f.meta.Schema[i:], schema.Fields()[col])) {
			return nil, fmt.Errorf("%w: column %s is of another type", ErrMismatch, name)
		}
		at[col] = n
		i += elements(f.meta.Schema[i:])
	}
	return at, nil
}

// sameElements tells whether a schema begins with the elements of a field.
func sameElements(got []*parquet.SchemaElement, f ecs.Field) bool {
	want := []*parquet.SchemaElement{leafElement(f.Column(), f.Type)}
	if f.Type == ecs.Strings {
		want = listElements(f.Column())
	}
	if len(got) < len(want) {
		return false
	}
	for i := range want {
		if !got[i].Equals(want[i]) {
			return false
		}
	}
	return true
}

// Left is the number of rows to come.
func (r *Reader) Left() int64 { return r.left }

// Times are times of rows to come, behind the first skip ones: at least one if there is one. They are valid until the
// next call.
func (r *Reader) Times(skip int) ([]int64, error) {
	for len(r.times) <= skip && int64(len(r.times)) < r.left {
		if r.time.rows == 0 {
			if err := r.time.page(); err != nil {
				return nil, fmt.Errorf("read times: %w", err)
			}
		}
		n := min(int64(r.time.rows), r.left-int64(len(r.times)))
		nums, valid, err := r.time.nums(int(n))
		if err != nil {
			return nil, fmt.Errorf("read times: %w", err)
		}
		if valid != nil || nums == nil {
			return nil, fmt.Errorf("read times: %w: a row has no time", ErrMismatch)
		}
		r.times = append(r.times, nums...)
	}
	return r.times[min(skip, len(r.times)):], nil
}

// Read adds the next n rows to a batch of the reader's schema.
func (r *Reader) Read(b *ecs.Batch, n int) error {
	if _, err := r.Times(n - 1); err != nil {
		return err
	}
	if len(r.times) < n {
		return io.ErrUnexpectedEOF
	}
	b.AddNums(r.time.col, r.times[:n], nil)
	for _, c := range r.columns {
		if c == nil {
			continue
		}
		if err := c.read(b, n); err != nil {
			return fmt.Errorf("read column %s: %w", c.field.Column(), err)
		}
	}
	b.CommitRows(n)
	r.times = r.times[:copy(r.times, r.times[n:])]
	r.left -= int64(n)
	return nil
}

// elements is how many elements of a schema the first one and what is below it take.
func elements(schema []*parquet.SchemaElement) int {
	n := 1
	for range schema[0].GetNumChildren() {
		n += elements(schema[n:])
	}
	return n
}
