package s3http

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// chunked decodes a body in aws-chunked, which SDKs send when a checksum or signatures come with the bytes:
// a length in hex, perhaps a signature, the bytes, and again, up to a chunk of none, and then trailers.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
type chunked struct {
	src     *bufio.Reader
	left    int64 // of the chunk
	begun   bool
	trailer http.Header
	err     error
}

func newChunked(r io.Reader) *chunked {
	return &chunked{src: bufio.NewReader(r), trailer: http.Header{}}
}

const (
	maxChunk    = 1 << 30 // bytes of one chunk
	maxTrailers = 16
)

var errChunk = errorf(http.StatusBadRequest, "InvalidRequest", "the body is not in aws-chunked")

func (c *chunked) Read(p []byte) (int, error) {
	for c.err == nil && c.left == 0 {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.src.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	c.err = cutOff(err)
	return n, nil
}

// cutOff says of an end in the middle that it is one.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// next reads the head of the next chunk. Behind the last one it reads the trailers, and answers io.EOF.
func (c *chunked) next() error {
	if c.begun {
		if line, err := c.line(); err != nil || line != "" {
			return errors.Join(errChunk, err)
		}
	}
	c.begun = true
	line, err := c.line()
	if err != nil {
		return err
	}
	size, _, _ := strings.Cut(line, ";")
	n, err := strconv.ParseUint(size, 16, 63)
	if err != nil || n > maxChunk {
		return errChunk
	}
	if c.left = int64(n); n > 0 {
		return nil
	}
	for range maxTrailers {
		line, err := c.line()
		switch name, value, found := strings.Cut(line, ":"); {
		case errors.Is(err, io.ErrUnexpectedEOF) && line == "", err == nil && line == "": // some clients leave out the last line
			return io.EOF
		case err != nil:
			return err
		case !found:
			return errChunk
		default:
			c.trailer.Set(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return errChunk
}

// line reads one without its end.
func (c *chunked) line() (string, error) {
	line, err := c.src.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", errChunk
	}
	return strings.TrimRight(string(line), "\r\n"), cutOff(err)
}
