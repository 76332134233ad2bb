package table

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// columnReader reads a column of a file, holding one page and the dictionary of its chunk.
type columnReader struct {
	shared *Readers
	file   *file
	field  ecs.Field
	col    int
	chunks []chunkPlace // of the row groups to come

	chunk   int64 // rows of the current chunk that are on pages to come
	at, end int64 // what is left of it in the file

	rows    int // rows left of the page
	null    bool
	body    []byte
	defs    runReader
	lengths []uint32 // of lists: items of the rows left
	indexed bool     // whether values are indexes into the dictionary
	indexes runReader
	deltas  deltaReader
	plain   []byte // PLAIN values to come
	bit     int    // of plain, for bools

	dict    []byte   // texts in PLAIN encoding
	starts  []uint32 // where they begin, and the end
	numbers []int64  // of a column of fixed width
	ids     []uint32 // the batch's ids of texts, 0 if not known yet
	epoch   int      // of the batch that ids are of
}

// chunkPlace is a chunk and how many rows it has.
type chunkPlace struct {
	meta *parquet.ColumnMetaData
	rows int64
}

// page goes to the next page that has rows.
func (c *columnReader) page() error {
	for c.rows == 0 {
		if c.chunk == 0 {
			if err := c.nextChunk(); err != nil {
				return err
			}
			continue
		}
		if err := c.nextPage(); err != nil {
			return fmt.Errorf("page before %d: %w", c.at, err)
		}
	}
	return nil
}

func (c *columnReader) nextChunk() error {
	if len(c.chunks) == 0 {
		return io.ErrUnexpectedEOF
	}
	p := c.chunks[0]
	c.chunks = c.chunks[1:]
	if p.rows < 0 || p.rows > math.MaxInt32 {
		return fmt.Errorf("row group of %d rows", p.rows)
	}
	if s := p.meta.Statistics; s != nil && s.GetNullCount() == p.meta.NumValues && p.meta.NumValues == p.rows {
		c.rows, c.null = int(p.rows), true // what its one page says too
		return nil
	}
	if p.meta.Codec != parquet.CompressionCodec_ZSTD {
		return fmt.Errorf("codec %s is not ours", p.meta.Codec)
	}
	c.at = start(p.meta)
	c.end, c.chunk = c.at+p.meta.TotalCompressedSize, p.rows
	c.starts, c.numbers = c.starts[:0], c.numbers[:0]
	return nil
}

// nextPage reads the page at c.at, which may be the dictionary.
func (c *columnReader) nextPage() error {
	h, err := c.load()
	if err != nil {
		return err
	}
	if h.Type == parquet.PageType_DICTIONARY_PAGE {
		return c.dictionary(h)
	}
	d := h.DataPageHeader
	if h.Type != parquet.PageType_DATA_PAGE || d == nil || d.NumValues <= 0 || d.NumValues > maxPage {
		return fmt.Errorf("page of type %s is not one of ours", h.Type)
	}
	entries, size := int(d.NumValues), len(c.body)-slack
	var at, filled int
	if c.field.Type == ecs.Strings {
		if at, filled, err = c.lists(entries, size); err != nil {
			return err
		}
	} else {
		if at, err = c.level(&c.defs, 0, size, 1); err != nil {
			return err
		}
		if filled, err = c.countDefs(entries); err != nil {
			return err
		}
		c.rows = entries
	}
	if int64(c.rows) > c.chunk {
		return fmt.Errorf("page has %d rows, where %d are left of the chunk", c.rows, c.chunk)
	}
	c.chunk -= int64(c.rows)
	if c.null = filled == 0; c.null {
		return nil
	}
	return c.values(d.Encoding, at, size, filled)
}

// load reads and unpacks the page at c.at into c.body, which gets some slack behind it.
func (c *columnReader) load() (*parquet.PageHeader, error) {
	const guess = 32 << 10 // one read is enough for most pages
	s, f := c.shared, c.file
	n := min(guess, c.end-c.at)
	if n <= 0 || c.at < 0 || c.end > f.size {
		return nil, fmt.Errorf("chunk ends at %d, with %d rows to come", c.end, c.chunk)
	}
	s.packed = slices.Grow(s.packed[:0], int(n))[:n]
	if _, err := f.r.ReadAt(s.packed, c.at); err != nil && err != io.EOF {
		return nil, err
	}
	h := parquet.NewPageHeader()
	head, err := readMessage(s.packed, h)
	if err != nil {
		return nil, fmt.Errorf("read page header: %w", err)
	}
	size := int64(h.CompressedPageSize)
	if size < 0 || size > c.end-c.at-int64(head) || h.UncompressedPageSize < 0 || h.UncompressedPageSize > maxPage {
		return nil, fmt.Errorf("page of %d bytes goes past its chunk", size)
	}
	if missing := int64(head) + size - n; missing > 0 {
		s.packed = slices.Grow(s.packed, int(missing))[:n+missing]
		if _, err := f.r.ReadAt(s.packed[n:], c.at+n); err != nil && err != io.EOF {
			return nil, err
		}
	}
	packed := s.packed[head : int64(head)+size]
	if sum := crc32.ChecksumIEEE(packed); h.IsSetCrc() && uint32(h.GetCrc()) != sum {
		return nil, fmt.Errorf("page has the checksum %08x instead of %08x", sum, uint32(h.GetCrc()))
	}
	body, err := s.zstd.DecodeAll(packed, slices.Grow(c.body[:0], int(h.UncompressedPageSize)+slack))
	if err != nil {
		return nil, fmt.Errorf("decompress page: %w", err)
	}
	if len(body) != int(h.UncompressedPageSize) {
		return nil, fmt.Errorf("page holds %d bytes where its header says %d", len(body), h.UncompressedPageSize)
	}
	c.body = append(body, make([]byte, slack)...)
	c.at += int64(head) + size
	return h, nil
}

// level makes runs ready for the levels that stand behind their length, and tells where they end.
func (c *columnReader) level(r *runReader, at, size, width int) (int, error) {
	if size-at < 4 || uint64(binary.LittleEndian.Uint32(c.body[at:])) > uint64(size-at-4) {
		return 0, errBroken
	}
	end := at + 4 + int(binary.LittleEndian.Uint32(c.body[at:]))
	*r = runReader{data: c.body, at: at + 4, end: end, width: width}
	return end, nil
}

// countDefs counts the values of a flat page and leaves c.defs as it was.
func (c *columnReader) countDefs(entries int) (filled int, err error) {
	r := c.defs
	if v, ok := r.same(entries); ok {
		return int(v) * entries, nil
	}
	r = c.defs
	defs := c.scratch(0, entries)
	if err := r.read(defs); err != nil {
		return 0, err
	}
	for _, d := range defs {
		filled += int(d)
	}
	return filled, nil
}

func (c *columnReader) scratch(i, n int) []uint32 {
	s := &c.shared.levels[i]
	*s = slices.Grow((*s)[:0], n)[:n]
	return *s
}

// lists reads the levels of a page of lists, and tells where its values begin and how many there are.
func (c *columnReader) lists(entries, size int) (at, filled int, err error) {
	var levels runReader
	reps, defs := c.scratch(0, entries), c.scratch(1, entries)
	if at, err = c.level(&levels, 0, size, 1); err != nil {
		return 0, 0, err
	}
	if err = levels.read(reps); err != nil {
		return 0, 0, err
	}
	if at, err = c.level(&levels, at, size, 2); err != nil {
		return 0, 0, err
	}
	if err = levels.read(defs); err != nil {
		return 0, 0, err
	}
	c.lengths = c.lengths[:0]
	for i, d := range defs {
		switch {
		case reps[i] == 0 && d == 0:
			c.lengths = append(c.lengths, 0)
		case reps[i] == 0 && d == 3:
			c.lengths = append(c.lengths, 1)
			filled++
		case d == 3 && len(c.lengths) > 0 && c.lengths[len(c.lengths)-1] > 0:
			c.lengths[len(c.lengths)-1]++
			filled++
		default:
			return 0, 0, fmt.Errorf("%w: levels %d and %d of a list", ErrMismatch, reps[i], d)
		}
	}
	c.rows = len(c.lengths)
	return at, filled, nil
}

// values makes the page's values, which begin at a place in c.body, ready to be read.
func (c *columnReader) values(e parquet.Encoding, at, size, filled int) error {
	c.indexed = e == parquet.Encoding_RLE_DICTIONARY
	switch {
	case c.indexed:
		if at >= size || c.body[at] > 32 {
			return errBroken
		}
		c.indexes = runReader{data: c.body, at: at + 1, end: size, width: int(c.body[at])}
		return nil
	case e == parquet.Encoding_DELTA_BINARY_PACKED && physical(c.field.Type) == parquet.Type_INT64:
		c.deltas = deltaReader{data: c.body, at: at, end: size}
		return c.deltas.begin(filled)
	case e != parquet.Encoding_PLAIN || physical(c.field.Type) == parquet.Type_INT64:
		return fmt.Errorf("encoding %s is not one of ours", e)
	}
	c.plain, c.bit = c.body[at:size], 0
	return nil
}

// dictionary takes the dictionary page in c.body.
func (c *columnReader) dictionary(h *parquet.PageHeader) error {
	d, body := h.DictionaryPageHeader, c.body[:len(c.body)-slack]
	c.body, c.dict = c.dict[:0], body
	if d == nil || d.Encoding != parquet.Encoding_PLAIN || d.NumValues < 0 || int(d.NumValues) > len(body) {
		return fmt.Errorf("dictionary page is not one of ours")
	}
	if !isText(c.field.Type) {
		if len(body) != 8*int(d.NumValues) {
			return errBroken
		}
		for ; len(body) > 0; body = body[8:] {
			c.numbers = append(c.numbers, int64(binary.LittleEndian.Uint64(body)))
		}
		return nil
	}
	at := 0
	for range d.NumValues {
		if len(body)-at < 4 || uint64(binary.LittleEndian.Uint32(body[at:])) > uint64(len(body)-at-4) {
			return errBroken
		}
		c.starts = append(c.starts, uint32(at))
		at += 4 + int(binary.LittleEndian.Uint32(body[at:]))
	}
	c.starts = append(c.starts, uint32(at))
	c.ids = slices.Grow(c.ids[:0], int(d.NumValues))[:d.NumValues]
	clear(c.ids)
	return nil
}
