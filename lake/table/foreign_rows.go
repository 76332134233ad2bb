package table

import (
	"errors"
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
)

// Rows reads a file of any writer in the order of its rows, a page of each column at a time. It decodes as [Verify] does.
type Rows struct {
	columns []*cursor // nil where the file has no such column
	left    int64
}

// OpenRows opens a file for reading into batches of a schema that has a column of times. ErrMismatch for a file with a
// column that the schema lacks, or has of another type.
func OpenRows(r io.ReaderAt, size int64, schema *ecs.Schema) (_ *Rows, err error) {
	defer caught(&err)
	f, err := openFile(r, size)
	if err != nil {
		return nil, err
	}
	at, err := f.columnsOf(schema)
	if err != nil {
		return nil, fmt.Errorf("open parquet file: %w", err)
	}
	out := &Rows{columns: make([]*cursor, schema.Len()), left: f.meta.NumRows}
	for col, field := range schema.Fields() {
		if at[col] < 0 && field.Name == timeField {
			return nil, fmt.Errorf("open parquet file: %w: it has no column of times", ErrMismatch)
		}
		if at[col] < 0 {
			continue
		}
		c := &cursor{file: f, field: field, col: col}
		for i, g := range f.meta.RowGroups {
			if at[col] >= len(g.Columns) || g.Columns[at[col]].MetaData == nil {
				return nil, fmt.Errorf("open parquet file: %w: row group %d has no column %s", ErrMismatch, i, field.Column())
			}
			c.chunks = append(c.chunks, g.Columns[at[col]].MetaData)
		}
		out.columns[col] = c
	}
	return out, nil
}

// caught makes an error of a panic: xitongsys's decoders index without checking.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("read parquet file: decoding panicked: %v", p)
	}
}

// Left is the number of rows to come.
func (r *Rows) Left() int64 { return r.left }

// Read adds the next n rows, or as many as there are, to a batch of the schema.
func (r *Rows) Read(b *ecs.Batch, n int) (_ int, err error) {
	defer caught(&err)
	n = int(min(int64(n), r.left))
	for i := range n {
		for _, c := range r.columns {
			if c == nil {
				continue
			}
			if err := c.row(b); err != nil {
				return i, fmt.Errorf("read column %s: %w", c.field.Column(), err)
			}
		}
		b.CommitRows(1)
	}
	r.left -= int64(n)
	return n, nil
}

// cursor goes through a column.
type cursor struct {
	file   *file
	field  ecs.Field
	col    int
	chunks []*parquet.ColumnMetaData // to come

	pages   *pages
	decoder decoder
	page    content
	at      int      // the entry that comes next
	filled  int      // the value that comes next
	items   []uint32 // of the list that is read
}

// row adds the value of the next row to the batch's row that is being filled.
func (c *cursor) row(b *ecs.Batch) error {
	if err := c.load(); err != nil {
		return err
	}
	level, _ := maxLevel(c.field.Type)
	c.items = c.items[:0]
	for first := true; c.at < len(c.page.defs) && (first || c.page.reps != nil && c.page.reps[c.at] != 0); first = false {
		if c.page.defs[c.at] == level {
			c.set(b)
			c.filled++
		}
		c.at++
	}
	if c.field.Type == ecs.Strings {
		b.AddItems(c.col, []uint32{uint32(len(c.items))}, c.items)
	}
	return nil
}

// set gives the batch a value.
func (c *cursor) set(b *ecs.Batch) {
	from, i := c.page.values, c.filled
	if c.page.indexes != nil {
		from, i = &c.decoder.dict, int(c.page.indexes[c.filled])
	}
	switch c.field.Type {
	case ecs.String:
		b.AddIDs(c.col, []uint32{b.ID(c.col, from.str(i))})
	case ecs.Strings:
		c.items = append(c.items, b.ID(c.col, from.str(i)))
	default:
		b.AddNums(c.col, from.nums[i:i+1], nil)
	}
}

// load goes to the page of the next row.
func (c *cursor) load() error {
	for c.at >= len(c.page.defs) {
		if c.pages == nil {
			if err := c.next(); err != nil {
				return err
			}
		}
		h, body, err := c.pages.next()
		if err == io.EOF {
			c.pages = nil
			continue
		}
		if err != nil {
			return err
		}
		if h.Type == parquet.PageType_DICTIONARY_PAGE {
			if err := c.decoder.dictionary(h, body); err != nil {
				return err
			}
			continue
		}
		if c.page, err = c.decoder.data(h, body); err != nil {
			return err
		}
		if len(c.page.reps) > 0 && c.page.reps[0] != 0 {
			return errors.New("a list goes on from one page to the next")
		}
		c.at, c.filled = 0, 0
	}
	return nil
}

// next begins the next chunk.
func (c *cursor) next() (err error) {
	if len(c.chunks) == 0 {
		return io.ErrUnexpectedEOF
	}
	m := c.chunks[0]
	c.chunks = c.chunks[1:]
	c.decoder.begin(c.field.Type)
	c.decoder.form = c.file.formOf(m)
	c.pages, err = c.file.pages(start(m), m.TotalCompressedSize, m.Codec)
	return err
}

// Inspection is what a file holds, whoever wrote it.
type Inspection struct {
	Content
	MinTime, MaxTime int64 // Unix milliseconds, both inclusive
	RowGroups        int64
	Foreign          bool // whether it is another writer's
	Sizes            catalog.FileSizes
}

// Inspect reads a whole file. ErrMismatch when its columns are not those of the schema, or some of them, or its rows are
// not sorted by time.
func Inspect(r io.ReaderAt, size int64, schema *ecs.Schema) (x Inspection, err error) {
	defer caught(&err)
	f, err := openFile(r, size)
	if err != nil {
		return x, err
	}
	if _, err := f.columnsOf(schema); err != nil {
		return x, fmt.Errorf("inspect parquet file: %w", err)
	}
	x.Foreign, x.RowGroups, x.Sizes = f.foreign, int64(len(f.meta.RowGroups)), sizesOf(f.meta.RowGroups, size)
	none := true
	err = EachKeys(r, size, func(keys []Key) error {
		for _, k := range keys {
			if none {
				x.MinTime, none = k.Time, false
			} else if k.Time < x.MaxTime {
				return fmt.Errorf("%w: its rows are not sorted by time", ErrMismatch)
			}
			x.MaxTime = k.Time
		}
		return nil
	})
	if err != nil {
		return x, fmt.Errorf("inspect parquet file: %w", err)
	}
	var h Hasher
	x.Content, err = h.File(r, size)
	return x, err
}
