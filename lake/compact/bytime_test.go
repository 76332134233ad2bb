package compact

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRowsAreSortedByTimeAndThenAsTheyCame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, next := range map[string]func(i int) int64{
		"of one day":            func(int) int64 { return 1_700_000_000_000 + r.Int64N(86_400)*1000 },
		"of one second":         func(int) int64 { return 42 },
		"before and after 0":    func(int) int64 { return r.Int64N(2000) - 1000 },
		"too far apart to pack": func(i int) int64 { return []int64{math.MinInt64 / 2, math.MaxInt64 / 2, 0}[i%3] },
	} {
		t.Run(name, func(t *testing.T) {
			times := make([]int64, 5000)
			for i := range times {
				times[i] = next(i)
			}
			order := byTime(times)
			if !slices.IsSortedFunc(order, func(a, b int32) int {
				return cmp.Or(cmp.Compare(times[a], times[b]), cmp.Compare(a, b))
			}) {
				t.Error("the rows are not in order")
			}
			all := slices.Sorted(slices.Values(order))
			for i, row := range all {
				if int(row) != i {
					t.Fatalf("row %d is not there once", i)
				}
			}
		})
	}
}
