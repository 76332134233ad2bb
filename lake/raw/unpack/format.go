package unpack

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"io"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/hindcast/hindcast/lake/raw/unpack/inflate"
)

// magicSize is how many bytes tell every format: a block of tar.
const magicSize = 512

// maxZstdWindow bounds what a zstd stream may ask to be remembered.
const maxZstdWindow = 64 << 20

// format is a way of packing one stream, or several, into another.
type format struct {
	name    string
	match   func(head []byte) bool
	open    func(*bufio.Reader) (io.ReadCloser, error)
	archive func(stream) archive // in place of open
}

var formats = [...]format{
	{name: "gzip", match: prefix("\x1f\x8b\x08"), open: openGzip},
	{name: "zstd", match: isZstd, open: openZstd},
	{name: "bzip2", match: isBzip2, open: openBzip2},
	{name: "lz4", match: isLZ4, open: openLZ4},
	{name: "zip", match: isZip, archive: openZip},
	{name: "snappy frames", match: isSnappy, open: openSnappy},
	{name: "snappy-java", match: isSnappyJava, open: openSnappyJava},
	{name: "tar", match: isTar, archive: openTar},
	{name: "Hadoop's snappy", match: isHadoopSnappy, open: openHadoopSnappy},
	{name: "a snappy block", match: isSnappyBlock, open: openSnappyBlock},
}

func formatOf(head []byte) *format {
	for i := range formats {
		if formats[i].match(head) {
			return &formats[i]
		}
	}
	return nil
}

func prefix(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// isBzip2 also looks at the mark of the first block, or of the end: text may well begin with BZh.
func isBzip2(head []byte) bool {
	return len(head) >= 10 && string(head[:3]) == "BZh" && '1' <= head[3] && head[3] <= '9' &&
		(string(head[4:10]) == "\x31\x41\x59\x26\x53\x59" || string(head[4:10]) == "\x17\x72\x45\x38\x50\x90")
}

const (
	zstdMagic = "\x28\xb5\x2f\xfd"
	lz4Magic  = "\x04\x22\x4d\x18"
)

// skippable tells whether a frame follows that zstd and LZ4 pass over.
func skippable(head []byte) bool {
	return len(head) >= 8 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18"
}

// afterSkippable is what follows frames that zstd and LZ4 pass over, if it is in sight.
func afterSkippable(head []byte) []byte {
	for skippable(head) {
		size := uint64(head[4]) | uint64(head[5])<<8 | uint64(head[6])<<16 | uint64(head[7])<<24
		head = head[min(uint64(len(head)), 8+size):]
	}
	return head
}

// isZstd takes frames to pass over for those of zstd, unless LZ4 is seen behind them.
func isZstd(head []byte) bool {
	return bytes.HasPrefix(head, []byte(zstdMagic)) || skippable(head) && !isLZ4(head)
}

func isLZ4(head []byte) bool { return bytes.HasPrefix(afterSkippable(head), []byte(lz4Magic)) }

func openGzip(r *bufio.Reader) (io.ReadCloser, error) { return inflate.NewReader(r), nil }

func openZstd(r *bufio.Reader) (io.ReadCloser, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

func openBzip2(r *bufio.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }

func openLZ4(r *bufio.Reader) (io.ReadCloser, error) {
	d := lz4.NewReader(r)
	return io.NopCloser(d), d.Apply(lz4.ConcurrencyOption(1))
}

func isSnappy(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\x06\x00\x00sNaPpY")) || bytes.HasPrefix(head, []byte("\xff\x06\x00\x00S2sTwO"))
}

func openSnappy(r *bufio.Reader) (io.ReadCloser, error) {
	return io.NopCloser(s2.NewReader(r, s2.ReaderAllocBlock(64<<10))), nil
}
