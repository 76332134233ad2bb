package inflate

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// ErrCorrupt says that a stream can't have been written by a compressor.
var ErrCorrupt = errors.New("corrupt compressed data")

const (
	windowSize = 32 << 10 // how far back a match reaches at most
	maxMatch   = 258
	outSize    = 128 << 10
	slackOut   = maxMatch + 32 // what one round of fast writes at most
	slackIn    = 16            // what one round of fast reads at most
	headerMax  = 600           // more than the description of a block takes
)

// decoder unpacks one DEFLATE stream after the other. It stops at any symbol, for want of input or of room.
type decoder struct {
	src   *bufio.Reader
	in    []byte // what src has buffered
	at    int    // what of it was taken
	inErr error  // why there is no more of it than in
	bits  uint64 // taken and not used, the next one lowest
	n     uint   // how many; fewer than 8 but while run runs

	from, to int // what of out was decoded and not read
	least    int // where in out the stream began, which no match reaches behind

	last   bool // block of the stream
	stored int  // bytes left of a stored block
	coded  bool // whether it is within a block of codes
	err    error

	// Arrays, as their bounds are known: every index that can be is free of a check.
	tables
	out     [outSize]byte
	lengths [maxLits + maxDists]uint8
}

// start begins a stream. Another one may have been before it.
func (d *decoder) start(src *bufio.Reader) {
	d.src, d.in, d.at, d.inErr, d.bits, d.n = src, nil, 0, nil, 0, 0
	d.last, d.stored, d.coded, d.err = false, 0, false, nil
	d.from, d.least = d.to, d.to
}

// read implements io.Reader.
func (d *decoder) read(p []byte) (int, error) {
	for d.from == d.to && d.err == nil {
		d.makeRoom()
		d.err = d.run()
		d.giveBack()
	}
	n := copy(p, d.out[d.from:d.to])
	d.from += n
	if d.from == d.to {
		return n, d.err
	}
	return n, nil
}

// makeRoom moves what matches may reach to the front when the output is full.
func (d *decoder) makeRoom() {
	if d.full() {
		copy(d.out[:], d.out[d.to-windowSize:d.to])
		d.least = max(0, d.least-(d.to-windowSize))
		d.from, d.to = windowSize, windowSize
	}
}

func (d *decoder) full() bool { return d.to >= outSize-slackOut }

// giveBack lets src have what was not used.
func (d *decoder) giveBack() {
	d.at -= int(d.n >> 3)
	d.n &= 7
	d.bits &= 1<<d.n - 1
	_, _ = d.src.Discard(d.at) // bytes that src has shown
	d.in, d.at = d.in[d.at:], 0
}

// fetch lets there be n bytes of input, or as many as there are.
func (d *decoder) fetch(n int) {
	d.giveBack()
	if len(d.in) >= n || d.inErr != nil {
		return
	}
	_, d.inErr = d.src.Peek(n)
	d.in, _ = d.src.Peek(d.src.Buffered())
}

// short is why the input ended.
func (d *decoder) short() error {
	if d.inErr == nil || d.inErr == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return d.inErr
}

// need lets there be n bits, up to 32, if there are so many.
func (d *decoder) need(n uint) bool {
	for d.n < n {
		if d.at == len(d.in) {
			return false
		}
		d.bits |= uint64(d.in[d.at]) << (d.n & 63)
		d.at++
		d.n += 8
	}
	return true
}

// take answers n bits that are there.
func (d *decoder) take(n uint) uint {
	v := d.bits & (1<<n - 1)
	d.bits >>= n
	d.n -= n
	return uint(v)
}

// run decodes until the output is full, or to the end or an error.
func (d *decoder) run() error {
	for {
		var err error
		switch {
		case d.stored > 0:
			err = d.copyStored()
		case d.coded:
			err = d.symbols()
		case d.last:
			return io.EOF
		default:
			err = d.header()
		}
		if err != nil || d.full() {
			return err
		}
	}
}

// symbols decodes those of a block.
func (d *decoder) symbols() error {
	for d.coded && !d.full() {
		if d.fetch(slackIn); len(d.in) < slackIn {
			return d.careful()
		}
		if err := d.fast(); err != nil {
			return err
		}
	}
	return nil
}

// header begins a block.
func (d *decoder) header() error {
	d.fetch(headerMax)
	if !d.need(3) {
		return d.short()
	}
	d.last = d.take(1) == 1
	switch d.take(2) {
	case 0:
		return d.storedHeader()
	case 1:
		d.tables = *fixed()
		d.coded = true
		return nil
	case 2:
		return d.dynamicHeader()
	}
	return ErrCorrupt
}

func (d *decoder) storedHeader() error {
	d.take(d.n & 7)
	if !d.need(32) {
		return d.short()
	}
	size := uint16(d.take(16))
	if uint16(d.take(16)) != ^size {
		return ErrCorrupt
	}
	d.stored = int(size)
	return nil
}

func (d *decoder) copyStored() error {
	d.fetch(1)
	if len(d.in) == 0 {
		return d.short()
	}
	n := copy(d.out[d.to:outSize-slackOut], d.in[:min(len(d.in), d.stored)])
	d.to, d.at, d.stored = d.to+n, d.at+n, d.stored-n
	return nil
}

// load answers 8 bytes as a number.
func load(b []byte, at int) uint64 { return binary.LittleEndian.Uint64(b[at : at+8]) }
