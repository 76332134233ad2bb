package merge

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"sort"

	"github.com/hindcast/hindcast/lake/ecs"
)

// order takes rows from inputs by time; those of one time by the order of the inputs. A file is opened when its first
// row may be next, and closed after its last one.
type order struct {
	m       *merging
	step    int      // how many rows are taken before they are read
	waiting []*input // by their first times
	open    queue

	runs []stretch // taken from the inputs since the last fill
}

// stretch is rows of one input that follow each other.
type stretch struct {
	in *input
	n  int
}

func (m *merging) newOrder(inputs []*input, step int) *order {
	o := &order{m: m, step: step, waiting: slices.Clone(inputs)}
	slices.SortFunc(o.waiting, func(a, b *input) int {
		return cmp.Or(a.MinTime.Compare(b.MinTime), cmp.Compare(a.order, b.order))
	})
	return o
}

// fill adds rows to a batch until it is full or there are none any more, and gives their order in it.
func (o *order) fill(b *ecs.Batch, rows []int32, full func(b *ecs.Batch) bool) ([]int32, error) {
	for !full(b) {
		n, err := o.take(o.step)
		if n == 0 || err != nil {
			return rows, err
		}
		if rows, err = o.read(b, rows); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// take decides on rows that come next, at most limit.
func (o *order) take(limit int) (taken int, err error) {
	o.runs = o.runs[:0]
	for taken < limit {
		if err := o.begin(); err != nil {
			return taken, err
		}
		if len(o.open) == 0 {
			return taken, nil
		}
		in := o.open[0]
		n := o.until(in, min(limit-taken, len(in.times)))
		in.last, in.times = in.times[n-1], in.times[n:]
		in.taken += n
		taken += n
		if last := len(o.runs) - 1; last >= 0 && o.runs[last].in == in {
			o.runs[last].n += n
		} else {
			o.runs = append(o.runs, stretch{in, n})
		}
		if err := in.look(); err != nil {
			return taken, err
		}
		if len(in.times) == 0 {
			heap.Pop(&o.open)
		} else {
			heap.Fix(&o.open, 0)
		}
	}
	return taken, nil
}

// begin opens files whose first row may be next.
func (o *order) begin() error {
	for len(o.waiting) > 0 && (len(o.open) == 0 || o.waiting[0].MinTime.UnixMilli() <= o.open[0].times[0]) {
		in := o.waiting[0]
		if err := o.m.begin(in); err != nil {
			return err
		}
		o.waiting = o.waiting[1:]
		if len(in.times) == 0 {
			return damaged(in, fmt.Errorf("it has no rows"))
		}
		if first := in.MinTime.UnixMilli(); in.times[0] != first {
			return damaged(in, fmt.Errorf("its first row is of %d instead of %d, in milliseconds since 1970", in.times[0], first))
		}
		heap.Push(&o.open, in)
	}
	return nil
}

// until is how many of the first rows of an input, of at most limit, come before those of all others: at least one.
func (o *order) until(in *input, limit int) int {
	var next int64
	order, alone := 0, true
	consider := func(t int64, o int) {
		if alone || t < next || t == next && o < order {
			next, order, alone = t, o, false
		}
	}
	for i := 1; i < min(3, len(o.open)); i++ { // the second is one of the two below the top
		consider(o.open[i].times[0], o.open[i].order)
	}
	if len(o.waiting) > 0 {
		consider(o.waiting[0].MinTime.UnixMilli(), -1) // which row of that time is first is seen once it is open
	}
	if alone {
		return limit
	}
	before := func(t int64) bool { return t < next || t == next && in.order < order }
	if before(in.times[limit-1]) {
		return limit
	}
	return max(1, sort.Search(limit, func(i int) bool { return !before(in.times[i]) }))
}

// read adds the rows taken to a batch, input by input, and their order by time behind rows.
func (o *order) read(b *ecs.Batch, rows []int32) ([]int32, error) {
	next := make(map[*input]int32)
	for _, s := range o.runs {
		if _, done := next[s.in]; done {
			continue
		}
		next[s.in] = int32(b.Rows())
		if err := s.in.read(b); err != nil {
			return rows, err
		}
		if s.in.reader.Left() == 0 {
			if err := s.in.close(); err != nil {
				return rows, fmt.Errorf("close %s: %w", s.in.Path, err)
			}
		} else if err := s.in.look(); err != nil {
			return rows, err
		}
	}
	for _, s := range o.runs {
		at := next[s.in]
		for range s.n {
			rows = append(rows, at)
			at++
		}
		next[s.in] = at
	}
	return rows, nil
}

// close closes what is still open, of a merge that was broken off.
func (o *order) close() {
	for _, in := range append(o.waiting, o.open...) {
		_ = in.close()
	}
	for _, s := range o.runs {
		_ = s.in.close()
	}
}

// queue is open inputs as a heap, the one whose row comes next first.
type queue []*input

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[i].times[0], q[j].times[0]), cmp.Compare(q[i].order, q[j].order)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*input)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	in := (*q)[last]
	*q = (*q)[:last]
	return in
}
