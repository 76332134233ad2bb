package table

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
)

// known is what one of the file's ids has been found to stand for.
type known struct {
	id   uint32 // the batch's, 0 if not yet known
	page int32  // whose bounds the text has been held against, plus one
}

// texts compares a page of a text column and says how many entries are not null.
func (v *verifier) texts(c content, rows []int32, number int) (int, error) {
	if err := v.expect(c, rows); err != nil {
		return 0, err
	}
	if c.indexes == nil {
		for i, id := range v.ids {
			if err := v.text(c.values.str(i), id, number, true); err != nil {
				return 0, err
			}
		}
		return len(v.ids), nil
	}
	want := known{page: int32(number + 1)}
	for i, at := range c.indexes {
		if want.id = v.ids[i]; v.known[at] == want {
			continue
		}
		first := v.known[at].id == 0
		if err := v.text(v.decoder.dict.str(int(at)), want.id, number, first); err != nil {
			return 0, err
		}
		v.known[at] = want
	}
	return len(v.ids), nil
}

// expect compares a page's levels with the batch, and gathers into v.ids what its values must be.
func (v *verifier) expect(c content, rows []int32) error {
	v.ids = v.ids[:0]
	if c.reps != nil {
		return v.expectLists(c, rows)
	}
	if len(c.defs) != len(rows) {
		return fmt.Errorf("%w: %d entries instead of %d", ErrMismatch, len(c.defs), len(rows))
	}
	ids, rest := v.batch.IDs(v.col), v.batch.Rest(v.col)
	for i, r := range rows {
		id, level := rest, uint8(0)
		if int(r) < len(ids) {
			id = ids[r]
		}
		if id != 0 {
			level = 1
			v.ids = append(v.ids, id)
		}
		if c.defs[i] != level {
			return fmt.Errorf("%w: definition level %d in row %d of the page", ErrMismatch, c.defs[i], i)
		}
	}
	return nil
}

func (v *verifier) expectLists(c content, rows []int32) error {
	defs, reps := c.defs, c.reps
	for i, r := range rows {
		items, level := v.batch.Items(v.col, int(r)), uint8(0)
		if len(items) == 0 && len(defs) > 0 && defs[0] == 0 && reps[0] == 0 { // so are most lists
			defs, reps = defs[1:], reps[1:]
			continue
		}
		if len(items) > 0 {
			level = 3
			v.ids = append(v.ids, items...)
		}
		n := max(1, len(items))
		if n > len(defs) || reps[0] != 0 || slices.ContainsFunc(reps[1:n], func(l uint8) bool { return l != 1 }) ||
			slices.ContainsFunc(defs[:n], func(l uint8) bool { return l != level }) {
			return fmt.Errorf("%w: the list in row %d of the page has not %d items", ErrMismatch, i, len(items))
		}
		defs, reps = defs[n:], reps[n:]
	}
	if len(defs) > 0 {
		return fmt.Errorf("%w: %d entries too many", ErrMismatch, len(defs))
	}
	return nil
}

// text compares a text with the batch's of an id, with its page's and its chunk's bounds, and with the bloom filter.
func (v *verifier) text(got []byte, id uint32, number int, filter bool) error {
	want := v.batch.Value(v.col, id)
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%w: %.100q instead of %.100q", ErrMismatch, got, want)
	}
	if filter && v.filter != nil && !v.filter.has(want) {
		return fmt.Errorf("%w: bloom filter does not know %.100q", ErrMismatch, want)
	}
	s := v.meta.Statistics
	if s.IsSetMinValue() && (bytes.Compare(want, s.MinValue) < 0 || bytes.Compare(want, s.MaxValue) > 0) {
		return fmt.Errorf("%w: %.100q is out of the chunk's bounds", ErrMismatch, want)
	}
	if v.index != nil && (bytes.Compare(want, v.index.MinValues[number]) < 0 || bytes.Compare(want, v.index.MaxValues[number]) > 0) {
		return fmt.Errorf("%w: %.100q is out of its page's bounds", ErrMismatch, want)
	}
	return nil
}

// nums compares a page of a column of fixed width and says how many entries are not null.
func (v *verifier) nums(c content, rows []int32, number int) (int, error) {
	filled := 0
	all, held := v.batch.Nums(v.col)
	rest, fill := v.batch.RestNum(v.col)
	bounds, err := v.limits(number)
	if err != nil {
		return 0, err
	}
	for i, r := range rows {
		want, valid := rest, fill
		if int(r) < len(all) {
			want, valid = all[r], held == nil || held[r]
		}
		if valid != (c.defs[i] == 1) || c.defs[i] > 1 {
			return 0, fmt.Errorf("%w: null in row %d of the page: %t", ErrMismatch, i, !valid)
		}
		if !valid {
			continue
		}
		got := v.num(c, filled)
		if got != want {
			return 0, fmt.Errorf("%w: %d instead of %d", ErrMismatch, got, want)
		}
		if !bounds.hold(v.field.Type, got) {
			return 0, fmt.Errorf("%w: %d is out of its page's or chunk's bounds", ErrMismatch, got)
		}
		filled++
	}
	return filled, nil
}

// num is a page's i-th value as the batch holds it.
func (v *verifier) num(c content, i int) int64 {
	if c.indexes != nil {
		return v.decoder.dict.nums[c.indexes[i]]
	}
	return c.values.nums[i]
}

// limits are the narrowest bounds that the file states for a page of a column of fixed width.
type limits struct{ pairs [][2]int64 }

func (v *verifier) limits(number int) (l limits, err error) {
	add := func(least, most []byte) {
		width := 8
		if v.field.Type == ecs.Bool {
			width = 1
		}
		if len(least) != width || len(most) != width {
			err = fmt.Errorf("%w: bounds of %d and %d bytes", ErrMismatch, len(least), len(most))
			return
		}
		l.pairs = append(l.pairs, [2]int64{fixed(least), fixed(most)})
	}
	if s := v.meta.Statistics; s.IsSetMinValue() {
		add(s.MinValue, s.MaxValue)
	}
	if v.index != nil && !v.index.NullPages[number] {
		add(v.index.MinValues[number], v.index.MaxValues[number])
	}
	return l, err
}

func fixed(p []byte) int64 {
	if len(p) == 1 {
		return int64(p[0])
	}
	return int64(binary.LittleEndian.Uint64(p))
}

func (l limits) hold(t ecs.Type, n int64) bool {
	for _, p := range l.pairs {
		if t == ecs.Float {
			f := math.Float64frombits(uint64(n))
			if f < math.Float64frombits(uint64(p[0])) || f > math.Float64frombits(uint64(p[1])) {
				return false
			}
		} else if n < p[0] || n > p[1] {
			return false
		}
	}
	return true
}
