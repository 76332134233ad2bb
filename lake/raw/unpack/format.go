package unpack

import (
	"bytes"
	"compress/bzip2"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/hindcast/hindcast/lake/raw/unpack/inflate"
)

// magicSize is how many bytes tell every format.
const magicSize = 10

// maxZstdWindow bounds what a zstd stream may ask to be remembered.
const maxZstdWindow = 64 << 20

// format is a way of packing one stream into another.
type format struct {
	name  string
	match func(head []byte) bool
	open  func(io.Reader) (io.ReadCloser, error)
}

var formats = [...]format{
	{name: "gzip", match: prefix("\x1f\x8b\x08"), open: openGzip},
	{name: "zstd", match: prefix("\x28\xb5\x2f\xfd"), open: openZstd},
	{name: "bzip2", match: isBzip2, open: openBzip2},
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

func openGzip(r io.Reader) (io.ReadCloser, error) { return inflate.NewReader(r), nil }

func openZstd(r io.Reader) (io.ReadCloser, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

func openBzip2(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }
