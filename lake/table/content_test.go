package table

import (
	"github.com/zeebo/xxh3"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Batch is the content of a batch's rows: what that of a file of them must be.
func (h *Hasher) Batch(b *ecs.Batch) Content {
	h.begin(b.Rows())
	for col, f := range b.Schema().Fields() {
		seed := columnSeed(f.Column())
		switch f.Type {
		case ecs.String:
			h.known(b.Distinct(col) + 1)
			ids, rest := b.IDs(col), b.Rest(col)
			for row := range b.Rows() {
				id := rest
				if row < len(ids) {
					id = ids[row]
				}
				if id != 0 {
					h.add(row, h.text(b, col, id, seed))
				}
			}
		case ecs.Strings:
			h.known(b.Distinct(col) + 1)
			for row := range b.Rows() {
				items, list := b.Items(col, row), listHash{}
				for _, id := range items {
					list.item(h.text(b, col, id, seed))
				}
				h.add(row, list.Uint128)
			}
		default:
			for row := range b.Rows() {
				if b.Valid(col, row) {
					h.add(row, numHash(b.Num(col, row), seed))
				}
			}
		}
	}
	return h.end()
}

func (h *Hasher) text(b *ecs.Batch, col int, id uint32, seed uint64) xxh3.Uint128 {
	v := &h.values[id]
	if *v == (xxh3.Uint128{}) {
		*v = xxh3.Hash128Seed(b.Value(col, id), seed)
	}
	return *v
}
