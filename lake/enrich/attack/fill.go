package attack

import (
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
)

// results are the distinct things that are said of rows, by number; 0 is nothing.
type results struct {
	all  []tags
	next map[[2]uint32]uint32 // what a result becomes by a row of the table
}

func newResults() results { return results{all: make([]tags, 1), next: map[[2]uint32]uint32{}} }

// with is the number of a result to which a row of the table adds what it says.
func (r *results) with(result, row uint32, says tags) uint32 {
	key := [2]uint32{result, row}
	to, ok := r.next[key]
	if !ok {
		to = uint32(len(r.all))
		r.all = append(r.all, r.all[result].with(says))
		r.next[key] = to
	}
	return to
}

// columns are where results go to, -1 where a schema has none.
type columns struct {
	framework                          int
	tactics, techniques, subtechniques [3]int // ids, names, references
}

func columnsOf(s *ecs.Schema) (c columns, ok bool) {
	three := func(of string) [3]int {
		return [3]int{s.Col(of + ".id"), s.Col(of + ".name"), s.Col(of + ".reference")}
	}
	c = columns{s.Col("threat.framework"), three("threat.tactic"), three("threat.technique"), three("threat.technique.subtechnique")}
	return c, c.tactics[0] >= 0
}

// write fills the columns of rows whose results are known.
func (c *columns) write(b *ecs.Batch, m matrix, r *results, keys []uint32) {
	if c.framework >= 0 {
		ids := make([]uint32, len(r.all))
		for k := 1; k < len(ids); k++ {
			ids[k] = b.ID(c.framework, []byte(Framework))
		}
		b.Derive(c.framework, keys, ids)
	}
	c.list(b, m, c.tactics, keys, r, func(t tags) []string { return t.tactics })
	c.list(b, m, c.techniques, keys, r, func(t tags) []string { return t.techniques })
	c.list(b, m, c.subtechniques, keys, r, func(t tags) []string { return t.subtechniques })
}

func (c *columns) list(b *ecs.Batch, m matrix, to [3]int, keys []uint32, r *results, of func(tags) []string) {
	for i, col := range to {
		if col < 0 {
			continue
		}
		lists := make([][]uint32, len(r.all))
		for k := range r.all {
			for _, id := range of(r.all[k]) {
				text := b.ID(col, []byte(m.texts(id)[i]))
				if slices.Contains(lists[k], text) { // sub-techniques may share a name, and lists have no text twice
					text = b.ID(col, []byte(m.nameInFull(id)))
				}
				lists[k] = append(lists[k], text)
			}
		}
		b.DeriveItems(col, keys, lists)
	}
}

// texts are an entry's id, name and reference.
func (m matrix) texts(id string) [3]string {
	e := Entry{id, m[id].name}
	return [3]string{id, e.Name, e.Reference()}
}

// nameInFull is a sub-technique's name behind its technique's: Create Account: Cloud Account.
func (m matrix) nameInFull(id string) string {
	technique, _, _ := strings.Cut(id, ".")
	return m[technique].name + ": " + m[id].name
}
