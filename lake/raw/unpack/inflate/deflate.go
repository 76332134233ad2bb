package inflate

import (
	"bufio"
	"io"
	"os"
)

// Deflate unpacks one DEFLATE stream that stands in another. It takes of that no more than it needs.
type Deflate struct{ d *decoder }

// NewDeflate reads from a buffer as large as NewReader wants it, or else io.ErrShortBuffer is what Read answers.
func NewDeflate(src *bufio.Reader) *Deflate {
	d := decoders.Get().(*decoder)
	d.start(src)
	if src.Size() < headerMax {
		d.err = io.ErrShortBuffer
	}
	return &Deflate{d}
}

// Read implements io.Reader. An error comes when all that could be read before it was.
func (r *Deflate) Read(p []byte) (int, error) {
	if r.d == nil {
		return 0, os.ErrClosed
	}
	return r.d.read(p)
}

// Close frees what is needed to read. It does not close the source.
func (r *Deflate) Close() error {
	if r.d != nil {
		r.d.start(nil)
		decoders.Put(r.d)
		r.d = nil
	}
	return nil
}
