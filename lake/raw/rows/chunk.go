package rows

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"

	"github.com/parquet-go/parquet-go/format"
)

// Sizes of page headers; statistics in them may be long.
const (
	headerSize    = 1 << 10
	maxHeaderSize = 4 << 20
)

// chunk is the pages of a column in a row group.
type chunk struct {
	of      *Reader
	codec   format.CompressionCodec
	pos     int64
	end     int64
	pending int64 // values that have yet to come in pages

	page []byte // unpacked
	dict dictionary
	held int64 // bytes of both, counted in of.held

	left   int // values of the page that have yet to be read
	reps   levels
	defs   levels
	values decoder
}

// open goes to the column's pages in another row group. One without values need have no pages, nor say where they are.
func (c *chunk) open(r *Reader, m *format.ColumnMetaData) error {
	start := m.DataPageOffset
	if d := m.DictionaryPageOffset; d > 0 && d < start {
		start = d
	}
	if m.NumValues == 0 {
		start = max(start, int64(len(magic)))
	}
	if start < int64(len(magic)) || m.TotalCompressedSize < 0 || m.TotalCompressedSize > r.size-start || m.NumValues < 0 {
		return fmt.Errorf("%w: a column of %d bytes at %d, with %d values", errCorrupt, m.TotalCompressedSize, start, m.NumValues)
	}
	r.held -= c.held
	*c = chunk{of: r, codec: m.Codec, pos: start, end: start + m.TotalCompressedSize, pending: m.NumValues, page: c.page[:0], dict: dictionary{data: c.dict.data[:0]}}
	c.hold()
	return nil
}

// hold counts what the column takes of memory.
func (c *chunk) hold() {
	now := int64(cap(c.page)) + int64(cap(c.dict.data)) + 4*int64(cap(c.dict.ends))
	c.of.held += now - c.held
	c.held = now
}

// room makes a slice as long as something says it is unpacked, if that is not too much to hold.
func (c *chunk) room(b []byte, n int) ([]byte, error) {
	if most := c.of.limits.Held; int64(n) > most || c.of.held-int64(cap(b))+int64(n) > most {
		return nil, fmt.Errorf("parquet: pages of more than %d bytes must be held at a time", most)
	}
	return grow(b, n), nil
}

// nextPage reads pages up to one of values. It answers false if there is none.
func (c *chunk) nextPage(l *leaf) (bool, error) {
	for c.pending > 0 {
		h, err := c.header()
		if err != nil {
			return false, err
		}
		packed, err := c.body(h)
		if err != nil {
			return false, err
		}
		switch h.Type {
		case format.DictionaryPage:
			if err := c.readDictionary(l, h, packed); err != nil {
				return false, err
			}
			continue
		case format.IndexPage:
			continue
		case format.DataPage:
			err = c.readV1(l, h, packed)
		case format.DataPageV2:
			err = c.readV2(l, h, packed)
		default:
			err = fmt.Errorf("%w: a page of type %d", errCorrupt, h.Type)
		}
		if c.pending -= int64(c.left); err != nil || c.left > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// header reads that of the next page.
func (c *chunk) header() (*format.PageHeader, error) {
	for size := int64(headerSize); ; size *= 8 {
		size = min(size, c.end-c.pos)
		c.of.head = grow(c.of.head, int(size))
		if err := readAt(c.of.src, c.of.head, c.pos); err != nil {
			return nil, err
		}
		c.of.pageHeader = format.PageHeader{}
		h := &c.of.pageHeader
		taken, err := decode(c.of.head, h)
		if errors.Is(err, io.ErrUnexpectedEOF) && size < c.end-c.pos && size < maxHeaderSize {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read a page's header: %w", err)
		}
		c.pos += int64(taken)
		if h.CompressedPageSize < 0 || h.UncompressedPageSize < 0 || int64(h.CompressedPageSize) > c.end-c.pos {
			return nil, fmt.Errorf("%w: a page of %d bytes", errCorrupt, h.CompressedPageSize)
		}
		return h, nil
	}
}

// body reads what is stored of a page. It is valid until the next one is read, of any column.
func (c *chunk) body(h *format.PageHeader) ([]byte, error) {
	if int64(h.CompressedPageSize) > c.of.limits.Held {
		return nil, fmt.Errorf("parquet: a page of %d bytes is too long", h.CompressedPageSize)
	}
	c.of.packed = grow(c.of.packed, int(h.CompressedPageSize))
	if err := readAt(c.of.src, c.of.packed, c.pos); err != nil {
		return nil, err
	}
	c.pos += int64(h.CompressedPageSize)
	if h.CRC != 0 && uint32(h.CRC) != crc32.ChecksumIEEE(c.of.packed) {
		return nil, fmt.Errorf("%w: a page's checksum is another", errCorrupt)
	}
	return c.of.packed, nil
}

// grow makes a slice that long, and gives up memory that is much too large.
func grow(b []byte, n int) []byte {
	if cap(b) < n || cap(b) > 1<<20 && cap(b)/8 > n {
		return make([]byte, n)
	}
	return b[:n]
}

func (c *chunk) readDictionary(l *leaf, h *format.PageHeader, packed []byte) error {
	d := &h.DictionaryPageHeader
	if !d.Valid || d.V.NumValues < 0 || d.V.Encoding != format.Plain && d.V.Encoding != format.PlainDictionary { //nolint:staticcheck // old writers say it
		return fmt.Errorf("%w: a dictionary that is none", errCorrupt)
	}
	var err error
	if c.dict.data, err = c.room(c.dict.data, int(h.UncompressedPageSize)); err != nil {
		return err
	}
	if err := c.of.codecs.unpack(c.codec, c.dict.data, packed); err != nil {
		return err
	}
	if err := c.dict.index(l, int(d.V.NumValues)); err != nil {
		return err
	}
	c.hold()
	return nil
}

func (c *chunk) readV1(l *leaf, h *format.PageHeader, packed []byte) error {
	d := &h.DataPageHeader
	if !d.Valid || d.V.NumValues < 0 {
		return fmt.Errorf("%w: a page that is none", errCorrupt)
	}
	var err error
	if c.page, err = c.room(c.page, int(h.UncompressedPageSize)); err != nil {
		return err
	}
	c.hold()
	if err := c.of.codecs.unpack(c.codec, c.page, packed); err != nil {
		return err
	}
	data := c.page
	if c.reps, data, err = levelsV1(data, l.maxRep, d.V.RepetitionLevelEncoding); err != nil {
		return err
	}
	if c.defs, data, err = levelsV1(data, l.maxDef, d.V.DefinitionLevelEncoding); err != nil {
		return err
	}
	c.left = int(d.V.NumValues)
	c.values, err = newDecoder(l, &c.dict, d.V.Encoding, data)
	return err
}

// levelsV1 takes the levels that begin with their length, if there are any.
func levelsV1(data []byte, most uint8, e format.Encoding) (levels, []byte, error) {
	if most == 0 {
		return levels{}, data, nil
	}
	if e != format.RLE {
		return levels{}, nil, fmt.Errorf("parquet: levels encoded as %s can't be read", e)
	}
	if len(data) < 4 {
		return levels{}, nil, errCorrupt
	}
	length, data := uint64(data[0])|uint64(data[1])<<8|uint64(data[2])<<16|uint64(data[3])<<24, data[4:]
	if length > uint64(len(data)) {
		return levels{}, nil, fmt.Errorf("%w: levels of %d bytes", errCorrupt, length)
	}
	return levels{hybrid{b: data[:length], width: widthOf(most)}}, data[length:], nil
}

func (c *chunk) readV2(l *leaf, h *format.PageHeader, packed []byte) error {
	d := &h.DataPageHeaderV2
	reps, defs := int(d.V.RepetitionLevelsByteLength), int(d.V.DefinitionLevelsByteLength)
	if !d.Valid || d.V.NumValues < 0 || reps < 0 || defs < 0 || reps > len(packed) || defs > len(packed)-reps || int(h.UncompressedPageSize) < reps+defs {
		return fmt.Errorf("%w: a page that is none", errCorrupt)
	}
	var err error
	if c.page, err = c.room(c.page, int(h.UncompressedPageSize)); err != nil {
		return err
	}
	c.hold()
	copy(c.page, packed[:reps+defs])
	codec := c.codec
	if d.V.IsCompressed.Valid && !d.V.IsCompressed.V {
		codec = format.Uncompressed
	}
	if err := c.of.codecs.unpack(codec, c.page[reps+defs:], packed[reps+defs:]); err != nil {
		return err
	}
	c.reps, c.defs = levels{}, levels{}
	if l.maxRep > 0 {
		c.reps = levels{hybrid{b: c.page[:reps], width: widthOf(l.maxRep)}}
	}
	if l.maxDef > 0 {
		c.defs = levels{hybrid{b: c.page[reps : reps+defs], width: widthOf(l.maxDef)}}
	}
	c.left = int(d.V.NumValues)
	c.values, err = newDecoder(l, &c.dict, d.V.Encoding, c.page[reps+defs:])
	return err
}

func widthOf(most uint8) uint { return uint(bits.Len8(most)) }
