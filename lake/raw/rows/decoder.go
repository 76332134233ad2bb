package rows

import (
	"encoding/binary"
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// decoder reads the values of a page, one by one.
type decoder interface {
	next(v *value) error
}

// newDecoder reads values in the encoding that a page says it has:
// https://parquet.apache.org/docs/file-format/data-pages/encodings/
func newDecoder(l *leaf, d *dictionary, e format.Encoding, data []byte) (decoder, error) {
	bytes, ints := l.physical == format.ByteArray, l.physical == format.Int32 || l.physical == format.Int64
	fixed := width(l)
	switch {
	case e == format.Plain && l.physical == format.Boolean:
		return &booleans{hybrid{packed: data, width: 1, run: uint64(len(data)) * 8}}, nil
	case e == format.Plain && bytes:
		return &plainBytes{data}, nil
	case e == format.Plain:
		return &plainFixed{data, fixed, ints || l.isFloat()}, nil
	case e == format.PlainDictionary || e == format.RLEDictionary: //nolint:staticcheck // old writers say it
		if len(data) == 0 { // all are null
			return &indices{dict: d}, nil
		}
		return &indices{hybrid{b: data[1:], width: uint(data[0])}, d}, nil
	case e == format.RLE && l.physical == format.Boolean && len(data) >= 4:
		length := min(uint64(binary.LittleEndian.Uint32(data)), uint64(len(data)-4))
		return &booleans{hybrid{b: data[4 : 4+length], width: 1}}, nil
	case e == format.DeltaBinaryPacked && ints:
		return newDelta(data, l.physical == format.Int64)
	case e == format.DeltaLengthByteArray && bytes:
		return newDeltaLengths(data)
	case e == format.DeltaByteArray && (bytes || l.physical == format.FixedLenByteArray):
		return newDeltaBytes(data)
	case e == format.ByteStreamSplit && fixed > 0:
		return &split{data: data, stride: len(data) / fixed, number: ints || l.isFloat(), out: make([]byte, fixed)}, nil
	}
	return nil, fmt.Errorf("parquet: %s encoded as %s can't be read", l.physical, e)
}

// width is how many bytes a value takes, zero if they differ.
func width(l *leaf) int {
	switch l.physical {
	case format.Int32, format.Float:
		return 4
	case format.Int64, format.Double:
		return 8
	case format.Int96:
		return 12
	case format.FixedLenByteArray:
		return l.length
	}
	return 0
}

func (l *leaf) isFloat() bool { return l.physical == format.Float || l.physical == format.Double }

// errShort says that a page has fewer values than it says.
var errShort = fmt.Errorf("%w: a page has fewer values than it says", errCorrupt)

type booleans struct{ hybrid }

func (b *booleans) next(v *value) error {
	n, ok := b.hybrid.next()
	if !ok {
		return errShort
	}
	v.bits = uint64(n)
	return nil
}

type plainFixed struct {
	data   []byte
	width  int
	number bool
}

func (p *plainFixed) next(v *value) error {
	if len(p.data) < p.width {
		return errShort
	}
	v.set(p.data[:p.width], p.number)
	p.data = p.data[p.width:]
	return nil
}

// set takes a value of four or eight bytes as a number, or any as bytes.
func (v *value) set(b []byte, number bool) {
	switch {
	case !number:
		v.bytes = b
	case len(b) == 4:
		v.bits = uint64(int64(int32(binary.LittleEndian.Uint32(b))))
	default:
		v.bits = binary.LittleEndian.Uint64(b)
	}
}

type plainBytes struct{ data []byte }

func (p *plainBytes) next(v *value) error {
	if len(p.data) < 4 {
		return errShort
	}
	n := uint64(binary.LittleEndian.Uint32(p.data))
	if n > uint64(len(p.data)-4) {
		return errShort
	}
	v.bytes, p.data = p.data[4:4+n], p.data[4+n:]
	return nil
}

// dictionary is the values that pages have the indices of.
type dictionary struct {
	data   []byte
	width  int      // of each; zero if they differ
	ends   []uint32 // where they end, if so
	number bool
}

// index finds so many values.
func (d *dictionary) index(l *leaf, n int) error {
	d.width, d.number, d.ends = width(l), l.physical == format.Int32 || l.physical == format.Int64 || l.isFloat(), d.ends[:0]
	switch {
	case l.physical == format.Boolean:
		return fmt.Errorf("%w: a dictionary of booleans", errCorrupt)
	case d.width > 0 && n > len(d.data)/d.width, d.width == 0 && n > len(d.data)/4:
		return fmt.Errorf("%w: a dictionary of %d values in %d bytes", errCorrupt, n, len(d.data))
	case d.width > 0:
		d.data = d.data[:n*d.width]
		return nil
	}
	p := plainBytes{d.data}
	for range n {
		var v value
		if err := p.next(&v); err != nil {
			return err
		}
		d.ends = append(d.ends, uint32(len(d.data)-len(p.data)))
	}
	return nil
}

func (d *dictionary) at(i uint32, v *value) error {
	if d.width > 0 {
		from := int(i) * d.width
		if from+d.width > len(d.data) {
			return errIndex
		}
		v.set(d.data[from:from+d.width], d.number)
		return nil
	}
	if int(i) >= len(d.ends) {
		return errIndex
	}
	from := uint32(0)
	if i > 0 {
		from = d.ends[i-1]
	}
	v.bytes = d.data[from+4 : d.ends[i]]
	return nil
}

var errIndex = fmt.Errorf("%w: a value that is not in the dictionary", errCorrupt)

type indices struct {
	hybrid
	dict *dictionary
}

func (x *indices) next(v *value) error {
	i, ok := x.hybrid.next()
	if !ok {
		return errShort
	}
	return x.dict.at(i, v)
}

// split has the first bytes of all values, then their second ones, and so on.
type split struct {
	data   []byte
	stride int
	i      int
	number bool
	out    []byte
}

func (s *split) next(v *value) error {
	if s.i >= s.stride {
		return errShort
	}
	for k := range s.out {
		s.out[k] = s.data[k*s.stride+s.i]
	}
	s.i++
	v.set(s.out, s.number)
	return nil
}
