package table

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/apache/thrift/lib/go/thrift"
	"github.com/xitongsys/parquet-go/compress"
	"github.com/xitongsys/parquet-go/parquet"
)

// file is a Parquet file opened for reading.
type file struct {
	r    io.ReaderAt
	size int64
	meta *parquet.FileMetaData

	foreign bool // whether another program wrote it: Athena, when it has merged a day
}

// openFile reads a file's footer, and nothing of where it begins: that is far away where a file is read part by part.
func openFile(r io.ReaderAt, size int64) (*file, error) {
	f := &file{r: r, size: size, meta: parquet.NewFileMetaData()}
	tail, err := f.bytes(size-8, 8)
	if err != nil {
		return nil, fmt.Errorf("read end of parquet file: %w", err)
	}
	if string(tail[4:]) != magic {
		return nil, fmt.Errorf("open parquet file: no %s at its end", magic)
	}
	n := int64(binary.LittleEndian.Uint32(tail))
	if err := f.message(size-8-n, n, f.meta); err != nil {
		return nil, fmt.Errorf("read footer of parquet file: %w", err)
	}
	f.foreign = f.meta.GetCreatedBy() != creator
	return f, f.bounded()
}

// bytes reads a range of the file.
func (f *file) bytes(at, n int64) ([]byte, error) {
	if at < 0 || n < 0 || at > f.size-n {
		return nil, fmt.Errorf("%d bytes at %d are outside the file of %d bytes", n, at, f.size)
	}
	p := make([]byte, n)
	if _, err := f.r.ReadAt(p, at); err != nil && err != io.EOF {
		return nil, err
	}
	return p, nil
}

// message reads a Thrift structure from a range of the file.
func (f *file) message(at, n int64, m thrift.TStruct) error {
	p, err := f.bytes(at, n)
	if err != nil {
		return err
	}
	_, err = readMessage(p, m)
	return err
}

// readMessage reads a Thrift structure from the beginning of p and returns its size.
func readMessage(p []byte, m thrift.TStruct) (int, error) {
	left := &thrift.TMemoryBuffer{Buffer: bytes.NewBuffer(p)}
	err := m.Read(context.Background(), thrift.NewTCompactProtocolConf(left, nil))
	return len(p) - left.Len(), err
}

// columnIndex reads a chunk's page index, nil if there is none.
func (f *file) columnIndex(c *parquet.ColumnChunk) (*parquet.ColumnIndex, error) {
	if !c.IsSetColumnIndexOffset() {
		return nil, nil //nolint:nilnil // a file without it is as good
	}
	x := parquet.NewColumnIndex()
	if err := f.message(c.GetColumnIndexOffset(), int64(c.GetColumnIndexLength()), x); err != nil {
		return nil, fmt.Errorf("read column index: %w", err)
	}
	return x, nil
}

// offsetIndex reads where a chunk's pages are.
func (f *file) offsetIndex(c *parquet.ColumnChunk) ([]*parquet.PageLocation, error) {
	if f.foreign && !c.IsSetOffsetIndexOffset() {
		return f.walk(c.MetaData)
	}
	x := parquet.NewOffsetIndex()
	if err := f.message(c.GetOffsetIndexOffset(), int64(c.GetOffsetIndexLength()), x); err != nil {
		return nil, fmt.Errorf("read offset index: %w", err)
	}
	return x.PageLocations, nil
}

// bloom reads a chunk's filter, nil if there is none.
func (f *file) bloom(m *parquet.ColumnMetaData) (bloom, error) {
	if !m.IsSetBloomFilterOffset() {
		return nil, nil
	}
	const longHeader = 64
	at, h := m.GetBloomFilterOffset(), parquet.NewBloomFilterHeader()
	p, err := f.bytes(at, min(longHeader, f.size-at))
	if err != nil {
		return nil, fmt.Errorf("read bloom filter: %w", err)
	}
	n, err := readMessage(p, h)
	if err != nil {
		return nil, fmt.Errorf("read bloom filter: %w", err)
	}
	if h.NumBytes < minBloomBytes || h.NumBytes > maxBloomBytes || h.NumBytes%minBloomBytes != 0 {
		return nil, fmt.Errorf("read bloom filter: %d bytes are no whole blocks", h.NumBytes)
	}
	if p, err = f.bytes(at+int64(n), int64(h.NumBytes)); err != nil {
		return nil, fmt.Errorf("read bloom filter: %w", err)
	}
	return parseBloom(p), nil
}

// longPageHeader is more than a page header takes: ours have no statistics in them.
const longPageHeader = 4 << 10

// longForeignHeader is more than the page headers of other writers take, which may have texts as statistics in them.
const longForeignHeader = 64 << 10

// pages streams a range of a chunk, page by page.
type pages struct {
	r     *bufio.Reader
	left  *io.LimitedReader
	end   int64 // of the range, in the file
	codec parquet.CompressionCodec

	foreign bool
}

func (f *file) pages(at, n int64, codec parquet.CompressionCodec) (*pages, error) {
	if at < 0 || n < 0 || at > f.size-n {
		return nil, fmt.Errorf("%d bytes at %d are outside the file of %d bytes", n, at, f.size)
	}
	left := &io.LimitedReader{R: io.NewSectionReader(f.r, at, n), N: n}
	head := longPageHeader
	if f.foreign {
		head = longForeignHeader
	}
	return &pages{r: bufio.NewReaderSize(left, head), left: left, end: at + n, codec: codec, foreign: f.foreign}, nil
}

// offset is where in the file the next page begins.
func (p *pages) offset() int64 { return p.end - p.left.N - int64(p.r.Buffered()) }

// next reads a page and decompresses it; io.EOF follows the last one.
func (p *pages) next() (*parquet.PageHeader, []byte, error) {
	ahead, err := p.r.Peek(p.r.Size())
	if len(ahead) == 0 {
		return nil, nil, err
	}
	h := parquet.NewPageHeader()
	n, err := readMessage(ahead, h)
	if err != nil {
		return nil, nil, fmt.Errorf("read page header: %w", err)
	}
	if !p.foreign {
		if again, err := newSerializer().Write(context.Background(), h); err != nil || !bytes.Equal(again, ahead[:n]) || !h.IsSetCrc() {
			return nil, nil, fmt.Errorf("page header %x is not as we write it", ahead[:n])
		}
	}
	if _, err := p.r.Discard(n); err != nil {
		return nil, nil, fmt.Errorf("read page header: %w", err)
	}
	if n := int64(h.CompressedPageSize); n < 0 || n > p.end-p.offset() {
		return nil, nil, fmt.Errorf("page of %d bytes goes past its chunk", n)
	}
	packed := make([]byte, h.CompressedPageSize)
	if _, err := io.ReadFull(p.r, packed); err != nil {
		return nil, nil, fmt.Errorf("read page: %w", err)
	}
	if sum := crc32.ChecksumIEEE(packed); (h.IsSetCrc() || !p.foreign) && uint32(h.GetCrc()) != sum {
		return nil, nil, fmt.Errorf("page has the checksum %08x instead of %08x", sum, uint32(h.GetCrc()))
	}
	if n := h.UncompressedPageSize; n < 0 || n > maxPage {
		return nil, nil, fmt.Errorf("page says that it unpacks to %d bytes", n)
	}
	body, err := compress.Uncompress(packed, p.codec)
	if err != nil {
		return nil, nil, fmt.Errorf("decompress page: %w", err)
	}
	if len(body) != int(h.UncompressedPageSize) {
		return nil, nil, fmt.Errorf("page holds %d bytes where its header says %d", len(body), h.UncompressedPageSize)
	}
	return h, body, nil
}

// start is where a chunk's pages begin.
func start(m *parquet.ColumnMetaData) int64 {
	if m.IsSetDictionaryPageOffset() {
		return m.GetDictionaryPageOffset()
	}
	return m.DataPageOffset
}
