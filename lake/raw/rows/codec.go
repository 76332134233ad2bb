package rows

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"

	"github.com/hindcast/hindcast/lake/raw/unpack/inflate"
)

// codecs unpack pages into as much room as they say they take, and not a byte more.
type codecs struct {
	zstd *zstd.Decoder
	in   bytes.Reader
	buf  *bufio.Reader
}

func (c *codecs) close() {
	if c.zstd != nil {
		c.zstd.Close()
	}
}

// unpack fills dst from what was packed.
func (c *codecs) unpack(codec format.CompressionCodec, dst, src []byte) error {
	var n int
	var err error
	switch codec {
	case format.Uncompressed:
		if n = len(src); n == len(dst) {
			copy(dst, src)
		}
	case format.Snappy:
		n, err = unpackSnappy(dst, src)
	case format.Gzip:
		n, err = c.unpackGzip(dst, src)
	case format.Zstd:
		n, err = c.unpackZstd(dst, src)
	case format.Brotli:
		c.in.Reset(src)
		n, err = fill(dst, brotli.NewReader(&c.in))
	case format.Lz4Raw:
		n, err = lz4.UncompressBlock(src, dst)
	case format.Lz4:
		n, err = unpackHadoopLZ4(dst, src)
	default:
		return fmt.Errorf("parquet: pages packed by %s can't be read", codec)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", errCorrupt, codec, err)
	}
	if n != len(dst) {
		return fmt.Errorf("%w: a page of %d bytes that should have %d", errCorrupt, n, len(dst))
	}
	return nil
}

func unpackSnappy(dst, src []byte) (int, error) {
	n, err := s2.DecodedLen(src)
	if err != nil || n != len(dst) {
		return n, err
	}
	out, err := s2.Decode(dst, src)
	return len(out), err
}

func (c *codecs) unpackGzip(dst, src []byte) (int, error) {
	c.in.Reset(src)
	if c.buf == nil {
		c.buf = bufio.NewReaderSize(nil, 4<<10)
	}
	c.buf.Reset(&c.in)
	r := inflate.NewReader(c.buf)
	defer r.Close()
	return fill(dst, r)
}

// fill reads no more than there is room for, and a byte to see whether that was all.
func fill(dst []byte, r io.Reader) (int, error) {
	n, err := io.ReadFull(r, dst)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	var more [1]byte
	if k, err := io.ReadFull(r, more[:]); k > 0 || err != io.EOF {
		return n + k, nil
	}
	return n, nil
}

func (c *codecs) unpackZstd(dst, src []byte) (int, error) {
	if c.zstd == nil {
		var err error
		if c.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecodeAllCapLimit(true)); err != nil {
			return 0, err
		}
	}
	out, err := c.zstd.DecodeAll(src, dst[:0:len(dst)])
	return len(out), err
}

// unpackHadoopLZ4 unpacks blocks with both of their lengths before them, as parquet-mr wrote them by Hadoop's codec,
// or else the one bare block that others wrote under the same name.
func unpackHadoopLZ4(dst, src []byte) (int, error) {
	n, rest := 0, src
	for len(rest) >= 8 {
		size, packed := uint64(binary.BigEndian.Uint32(rest)), uint64(binary.BigEndian.Uint32(rest[4:]))
		if rest = rest[8:]; packed > uint64(len(rest)) || size > uint64(len(dst)-n) {
			break
		}
		k, err := lz4.UncompressBlock(rest[:packed], dst[n:n+int(size)])
		if err != nil || k != int(size) {
			break
		}
		n, rest = n+k, rest[packed:]
	}
	if n == len(dst) && len(rest) == 0 {
		return n, nil
	}
	return lz4.UncompressBlock(src, dst)
}
