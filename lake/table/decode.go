package table

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/xitongsys/parquet-go/encoding"
	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// decoder decodes the pages of a chunk with xitongsys/parquet-go's functions. They give values boxed one by one, so
// runs are taken as runs and indexes are kept as numbers, which are compared far more cheaply than values.
type decoder struct {
	typ        ecs.Type
	dict       []any // the dictionary page's values: string or int64
	reps, defs []uint32
	indexes    []uint32
}

// content is a decoded data page. Either indexes or values holds what is not null.
type content struct {
	reps, defs []uint32 // reps is nil for a flat column
	indexes    []uint32
	values     []any // string, int64, float64, or int64 for a bool
}

var errShort = errors.New("page is too short for its values")

// dictionary takes a dictionary page.
func (d *decoder) dictionary(h *parquet.PageHeader, body []byte) (err error) {
	n := h.DictionaryPageHeader.GetNumValues()
	if n < 0 || int(n) > len(body) || h.DictionaryPageHeader.GetEncoding() != parquet.Encoding_PLAIN {
		return fmt.Errorf("dictionary page of %d values in %d bytes, encoding %s", n, len(body), h.DictionaryPageHeader.GetEncoding())
	}
	d.dict, err = encoding.ReadPlain(bytes.NewReader(body), physical(d.typ), uint64(n), 0)
	return err
}

// page decodes a data page. What it returns is valid until the next call.
func (d *decoder) page(h *parquet.PageHeader, body []byte) (c content, err error) {
	data := h.DataPageHeader
	if data == nil || h.Type != parquet.PageType_DATA_PAGE || data.NumValues < 0 ||
		data.DefinitionLevelEncoding != parquet.Encoding_RLE || data.RepetitionLevelEncoding != parquet.Encoding_RLE {
		return c, fmt.Errorf("page of type %s has no header of a data page as ours are", h.Type)
	}
	n := int(data.NumValues)
	if d.typ == ecs.Strings {
		if d.reps, body, err = levels(d.reps[:0], body, 1, n); err != nil {
			return c, fmt.Errorf("decode repetition levels: %w", err)
		}
		c.reps = d.reps
	}
	level, width := maxLevel(d.typ)
	if d.defs, body, err = levels(d.defs[:0], body, width, n); err != nil {
		return c, fmt.Errorf("decode definition levels: %w", err)
	}
	c.defs = d.defs
	filled := 0
	for _, l := range c.defs {
		if l == uint32(level) {
			filled++
		}
	}
	if filled == 0 {
		return c, nil
	}
	if data.Encoding == parquet.Encoding_RLE_DICTIONARY {
		d.indexes, err = indexes(d.indexes[:0], body, filled)
		c.indexes = d.indexes
	} else {
		c.values, err = d.plainOrDelta(data.Encoding, body, filled)
	}
	if err != nil {
		return c, fmt.Errorf("decode values: %w", err)
	}
	return c, nil
}

func (d *decoder) plainOrDelta(enc parquet.Encoding, body []byte, n int) (v []any, err error) {
	r := bytes.NewReader(body)
	switch {
	case enc == parquet.Encoding_DELTA_BINARY_PACKED && physical(d.typ) == parquet.Type_INT64:
		v, err = encoding.ReadDeltaBinaryPackedINT64(r)
	case enc != parquet.Encoding_PLAIN:
		return nil, fmt.Errorf("encoding %s is not one of ours", enc)
	case d.typ == ecs.Bool: // its ReadPlainBOOLEAN decodes eight times too many
		v, err = encoding.ReadBitPacked(r, uint64(n+7)/8<<1, 1)
		v = v[:min(n, len(v))]
	default:
		v, err = encoding.ReadPlain(r, physical(d.typ), uint64(n), 0)
	}
	if err == nil && (len(v) != n || r.Len() != 0) {
		err = errShort
	}
	return v, err
}

// levels decodes n levels, which stand behind their length, and gives the rest of the page.
func levels(dst []uint32, body []byte, width, n int) ([]uint32, []byte, error) {
	if len(body) < 4 || uint64(binary.LittleEndian.Uint32(body)) > uint64(len(body)-4) {
		return nil, nil, errShort
	}
	end := 4 + binary.LittleEndian.Uint32(body)
	dst, err := hybrid(dst, body[4:end], width, n)
	return dst, body[end:], err
}

// indexes decodes n indexes into a dictionary.
func indexes(dst []uint32, body []byte, n int) ([]uint32, error) {
	if len(body) == 0 || body[0] > 32 {
		return nil, errShort
	}
	return hybrid(dst, body[1:], int(body[0]), n)
}

// hybrid decodes n values run by run.
func hybrid(dst []uint32, data []byte, width, n int) ([]uint32, error) {
	r := bytes.NewReader(data)
	dst = slices.Grow(dst, n)
	for len(dst) < n {
		header, err := encoding.ReadUnsignedVarInt(r)
		if err != nil || header>>1 == 0 || header>>1 > uint64(n) {
			return nil, errShort
		}
		if header&1 == 0 {
			v, err := encoding.ReadRLE(r, 1<<1, uint64(width))
			if err != nil || int(header>>1) > n-len(dst) {
				return nil, errShort
			}
			dst = appendSame(dst, uint32(v[0].(int64)), int(header>>1))
			continue
		}
		if header>>1*uint64(width) > uint64(r.Len()) {
			return nil, errShort
		}
		v, err := encoding.ReadBitPacked(r, header, uint64(width))
		if err != nil {
			return nil, err
		}
		for _, x := range v[:min(len(v), n-len(dst))] {
			dst = append(dst, uint32(x.(int64)))
		}
	}
	if r.Len() != 0 {
		return nil, errShort
	}
	return dst, nil
}

func appendSame(dst []uint32, v uint32, n int) []uint32 {
	for range n {
		dst = append(dst, v)
	}
	return dst
}
