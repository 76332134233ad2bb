package inflate

import (
	"bufio"
	"hash/crc32"
	"io"
)

// header takes the fields of a member's header and sums them up.
type header struct {
	src *bufio.Reader
	sum uint32
	err error
}

// take answers the next n bytes, fewer than the buffer holds, or nil.
func (h *header) take(n int) []byte {
	if h.err != nil {
		return nil
	}
	b, err := h.src.Peek(n)
	if err != nil {
		h.err = noEOF(err)
		return nil
	}
	h.sum = crc32.Update(h.sum, crc32.IEEETable, b)
	_, h.err = h.src.Discard(n)
	return b
}

// pass goes over any number of bytes.
func (h *header) pass(n int) {
	for ; n > 0; n -= min(n, headerMax) {
		h.take(min(n, headerMax))
	}
}

// text goes over a text that a zero ends.
func (h *header) text() {
	for range maxName {
		if b := h.take(1); b == nil || b[0] == 0 {
			return
		}
	}
	h.err = ErrHeader
}

// noEOF turns an end in the middle of something into an error.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
