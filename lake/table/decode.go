package table

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/plain"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// decoder decodes the pages of a chunk with the decoders of parquet-go/parquet-go, which give whole pages of plain
// numbers. Those of xitongsys/parquet-go give values boxed one by one and took a third of a compaction.
type decoder struct {
	typ     ecs.Type
	form    form   // of another writer's file
	dict    values // the dictionary page's
	page    values // a data page's, where there is no dictionary
	indexes []int32

	reps, defs []uint8
}

// content is a decoded data page. Either indexes or values holds what is not null.
type content struct {
	reps, defs []uint8 // reps is nil for a flat column
	indexes    []int32 // into the dictionary; nil where the values stand in the page
	values     *values
}

// values are texts, or numbers as the batch holds them.
type values struct {
	text []byte
	ends []uint32 // one more than there are texts: where the first begins, and where each ends
	nums []int64
}

func (v *values) len(t ecs.Type) int {
	if isText(t) {
		return max(len(v.ends)-1, 0)
	}
	return len(v.nums)
}

func (v *values) str(i int) []byte { return v.text[v.ends[i]:v.ends[i+1]] }

func isText(t ecs.Type) bool { return t == ecs.String || t == ecs.Strings }

var errShort = errors.New("page is too short or too long for its values")

// begin makes ready for another chunk.
func (d *decoder) begin(t ecs.Type) {
	d.typ = t
	d.dict.ends, d.dict.nums = d.dict.ends[:0], d.dict.nums[:0]
}

// dictionary takes a dictionary page.
func (d *decoder) dictionary(h *parquet.PageHeader, body []byte) error {
	n := h.DictionaryPageHeader.GetNumValues()
	if n < 0 || int(n) > len(body) || !d.form.plainDictionary(h.DictionaryPageHeader.GetEncoding()) {
		return fmt.Errorf("dictionary page of %d values in %d bytes, encoding %s", n, len(body), h.DictionaryPageHeader.GetEncoding())
	}
	return d.plain(&d.dict, body, int(n))
}

// data decodes a data page. What it returns is valid until the next call.
func (d *decoder) data(h *parquet.PageHeader, body []byte) (c content, err error) {
	data := h.DataPageHeader
	if data == nil || h.Type != parquet.PageType_DATA_PAGE || data.NumValues < 0 ||
		data.DefinitionLevelEncoding != parquet.Encoding_RLE || data.RepetitionLevelEncoding != parquet.Encoding_RLE && !d.form.flat(d.typ) {
		return c, fmt.Errorf("page of type %s has no header of a data page as ours are", h.Type)
	}
	n := int(data.NumValues)
	if d.form.foreign && n > maxForeignValues {
		return c, fmt.Errorf("a page of %d values is beyond all measure", n)
	}
	if d.typ == ecs.Strings {
		if d.reps, body, err = levels(d.reps, body, 1, n, d.form.fill()); err != nil {
			return c, fmt.Errorf("decode repetition levels: %w", err)
		}
		c.reps = d.reps
	}
	level, width := maxLevel(d.typ)
	if d.defs, body, err = levels(d.defs, body, width, n, d.form.fill()); err != nil {
		return c, fmt.Errorf("decode definition levels: %w", err)
	}
	c.defs = d.defs
	filled := 0
	for _, l := range c.defs {
		if l == level {
			filled++
		}
	}
	if filled == 0 {
		return c, nil
	}
	if d.form.indexed(data.Encoding) {
		c.indexes, err = d.index(body, filled)
	} else {
		c.values, err = &d.page, d.plainOrDelta(data.Encoding, body, filled)
	}
	if err != nil {
		return c, fmt.Errorf("decode values: %w", err)
	}
	return c, nil
}

// index decodes n indexes into the dictionary and makes sure that they are in it.
func (d *decoder) index(body []byte, n int) (_ []int32, err error) {
	if len(body) == 0 || body[0] > 32 {
		return nil, errShort
	}
	width := int(body[0])
	if err := runsHold(body[1:], width, n, d.form.fill()); err != nil {
		return nil, err
	}
	decoder := rle.Encoding{BitWidth: width}
	if d.indexes, err = decoder.DecodeInt32(d.indexes, body[1:]); err != nil {
		return nil, err
	}
	d.indexes = d.indexes[:n]
	known := uint32(d.dict.len(d.typ))
	for _, i := range d.indexes {
		if uint32(i) >= known {
			return nil, fmt.Errorf("%w: index %d into a dictionary of %d", ErrMismatch, i, known)
		}
	}
	return d.indexes, nil
}

func (d *decoder) plainOrDelta(enc parquet.Encoding, body []byte, n int) (err error) {
	switch {
	case enc == parquet.Encoding_DELTA_BINARY_PACKED && physical(d.typ) == parquet.Type_INT64:
		return d.delta(body, n)
	case enc != parquet.Encoding_PLAIN:
		return fmt.Errorf("encoding %s is not one of ours", enc)
	}
	return d.plain(&d.page, body, n)
}

// delta decodes n numbers; their count is looked at first, since it is what room is made for.
func (d *decoder) delta(body []byte, n int) (err error) {
	rest := body
	for _, want := range []uint64{deltaBlock, deltaBlock / deltaMini, uint64(n)} {
		got, size := binary.Uvarint(rest)
		if size <= 0 || got != want {
			return errShort
		}
		rest = rest[size:]
	}
	var decoder delta.BinaryPackedEncoding
	if d.page.nums, err = decoder.DecodeInt64(d.page.nums, body); err == nil {
		err = d.form.clock.convert(d.page.nums)
	}
	return err
}

func (d *decoder) plain(v *values, body []byte, n int) (err error) {
	switch d.typ {
	case ecs.String, ecs.Strings:
		var decoder plain.Encoding
		v.text, v.ends, err = decoder.DecodeByteArray(v.text, body, v.ends)
	case ecs.Bool:
		v.nums = v.nums[:0]
		for i := range min(n, 8*len(body)) {
			v.nums = append(v.nums, int64(body[i/8]>>(i%8)&1))
		}
	default:
		v.nums, err = d.form.clock.decode(v.nums[:0], body)
	}
	if err == nil && v.len(d.typ) != n {
		err = errShort
	}
	return err
}

// levels decodes n levels, which stand behind their length, and gives the rest of the page.
func levels(dst []uint8, body []byte, width, n, fill int) ([]uint8, []byte, error) {
	if len(body) < 4 || uint64(binary.LittleEndian.Uint32(body)) > uint64(len(body)-4) {
		return nil, nil, errShort
	}
	end := 4 + binary.LittleEndian.Uint32(body)
	dst, err := levelRuns(dst, body[4:end], width, n, fill)
	return dst, body[end:], err
}

func levelRuns(dst []uint8, data []byte, width, n, fill int) ([]uint8, error) {
	if err := runsHold(data, width, n, fill); err != nil {
		return dst, err
	}
	decoder := rle.Encoding{BitWidth: width}
	dst, err := decoder.DecodeLevels(dst, data)
	if err != nil {
		return dst, err
	}
	return dst[:n], nil
}

// runsHold makes sure that runs hold n values, but for fewer than fill that the last run is filled up with: the decoders
// take the runs' own word for what room they need.
func runsHold(data []byte, width, n, fill int) error {
	total := uint64(0)
	for len(data) > 0 {
		header, size := binary.Uvarint(data)
		if size <= 0 || header>>1 == 0 || header>>1 > uint64(n+fill) {
			return errShort
		}
		count, length := header>>1, uint64(width+7)/8
		if header&1 == 1 {
			count, length = 8*count, count*uint64(width)
		}
		if data = data[size:]; length > uint64(len(data)) {
			return errShort
		}
		data, total = data[length:], total+count
	}
	if total < uint64(n) || total >= uint64(n+fill) {
		return errShort
	}
	return nil
}
