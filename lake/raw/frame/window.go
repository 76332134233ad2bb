package frame

import "io"

// window is the part of a stream that is held in memory.
type window struct {
	src  io.Reader
	buf  []byte
	base int64 // offset of buf[0] in the stream
	size int   // capacity that it soon has
	max  int   // capacity to grow to
	err  error // the stream's, once all of its bytes are in the window
}

// more reads at least one byte more. It first drops what is before keep, which moves the rest to the front, where
// room must be made. It answers how far the rest moved, and false when the stream has no more or the window is full.
func (w *window) more(keep int) (moved int, ok bool) {
	if w.err != nil {
		return 0, false
	}
	if len(w.buf) == cap(w.buf) {
		moved = w.makeRoom(keep)
	}
	free := w.buf[len(w.buf):cap(w.buf)]
	if len(free) == 0 {
		return moved, false
	}
	for range 100 {
		n, err := w.src.Read(free)
		w.buf = w.buf[:len(w.buf)+n]
		if err != nil {
			w.err = err
		}
		if n > 0 || err != nil {
			return moved, n > 0
		}
	}
	w.err = io.ErrNoProgress
	return moved, false
}

// firstSize is the window's capacity as long as no more is needed: many objects are small.
const firstSize = 8 << 10

// makeRoom slides the window. It grows when more than half of it is kept, and up to the size of windows in any case.
func (w *window) makeRoom(keep int) (moved int) {
	rest := w.buf[keep:]
	into := w.buf[:0]
	if c := cap(w.buf); c == 0 {
		into = make([]byte, 0, min(firstSize, w.size, w.max))
	} else if c < w.size || len(rest) > c/2 && c < w.max {
		into = make([]byte, 0, min(2*c, w.max))
	}
	w.buf = append(into, rest...)
	w.base += int64(keep)
	return keep
}

// offset is where in the stream a position in the window is.
func (w *window) offset(i int) int64 { return w.base + int64(i) }
