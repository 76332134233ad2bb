package compact

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
)

// order is the rows by time; those of one time by id, where duplicates are told by it, so that they are neighbours.
func (c *conversion) order() []int32 {
	s := c.source.Schema()
	times, _ := c.rows.Nums(s.Col("@timestamp"))
	order := byTime(times)
	if c.tells {
		id := s.Col("event.id")
		eachRun(order, times, func(run []int32) {
			slices.SortStableFunc(run, func(a, b int32) int {
				return bytes.Compare(c.rows.Str(id, int(a)), c.rows.Str(id, int(b)))
			})
		})
	}
	return order
}

// byTime is the rows by time, those of one time as they came. A time and its row are sorted as one number, unless the
// times lie too far apart for that.
func byTime(times []int64) []int32 {
	order := make([]int32, len(times))
	if len(times) == 0 {
		return order
	}
	first, last := slices.Min(times), slices.Max(times)
	width := bits.Len(uint(len(times)))
	if bits.Len64(uint64(last-first))+width > 64 {
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(times[a], times[b]) })
		return order
	}
	keys := make([]uint64, len(times))
	for i, t := range times {
		keys[i] = uint64(t-first)<<width | uint64(i)
	}
	slices.Sort(keys)
	for i, k := range keys {
		order[i] = int32(k & (1<<width - 1))
	}
	return order
}

// eachRun calls each with the rows of one time, where there are several.
func eachRun(order []int32, times []int64, each func([]int32)) {
	for len(order) > 0 {
		n := 1
		for n < len(order) && times[order[n]] == times[order[0]] {
			n++
		}
		if n > 1 {
			each(order[:n])
		}
		order = order[n:]
	}
}
