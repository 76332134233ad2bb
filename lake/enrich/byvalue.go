package enrich

import "github.com/hindcast/hindcast/lake/ecs"

// Texts fills String columns by what each distinct text of another says: of finds the texts of the columns for it, in
// their order, empty for none. A column below zero is left out.
func Texts(b *ecs.Batch, from int, columns []int, of func(value []byte, texts []string)) {
	n := b.Distinct(from)
	keys := b.Keys(from)
	if n == 0 || len(keys) == 0 {
		return
	}
	ids, texts := make([][]uint32, len(columns)), make([]string, len(columns))
	for i := range ids {
		ids[i] = make([]uint32, n+1)
	}
	for id := 1; id <= n; id++ {
		clear(texts)
		of(b.Value(from, uint32(id)), texts)
		for i, text := range texts {
			if text != "" && columns[i] >= 0 {
				ids[i][id] = b.ID(columns[i], []byte(text))
			}
		}
	}
	for i, col := range columns {
		if col >= 0 {
			b.Derive(col, keys, ids[i])
		}
	}
}
