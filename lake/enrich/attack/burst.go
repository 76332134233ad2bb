package attack

import (
	"cmp"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
)

// rows are those of the candidates that belong to a burst: to n that have the same value in a column and lie within its
// time of each other.
func (u *burst) rows(b *ecs.Batch, by int, candidates []int32) (some []int32) {
	values := b.Keys(by)
	counts := make([]int32, b.Distinct(by)+1)
	valued := candidates[:0]
	for _, row := range candidates {
		if int(row) < len(values) && values[row] != 0 {
			counts[values[row]]++
			valued = append(valued, row)
		}
	}
	enough := slices.DeleteFunc(valued, func(row int32) bool { return int(counts[values[row]]) < u.n })
	times, _ := b.Nums(b.Schema().Col("@timestamp"))
	slices.SortFunc(enough, func(x, y int32) int {
		return cmp.Or(cmp.Compare(values[x], values[y]), cmp.Compare(times[x], times[y]), cmp.Compare(x, y))
	})
	taken := 0 // how many of enough have been looked at and given, or will never be
	for last := u.n - 1; last < len(enough); last++ {
		first := last - u.n + 1
		x, y := enough[first], enough[last]
		if values[x] == values[y] && times[y]-times[x] <= u.within.Milliseconds() {
			some = append(some, enough[max(first, taken):last+1]...)
			taken = last + 1
		}
	}
	return some
}
