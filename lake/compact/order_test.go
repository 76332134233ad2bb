package compact

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
)

// listing is a list of entries, and how it ends.
func listing(end error, all ...entry) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for _, o := range all {
			if !yield(o, nil) {
				return
			}
		}
		if end != nil {
			yield(entry{}, end)
		}
	}
}

func TestAListingInAnOrderOfDays(t *testing.T) {
	var (
		first   = entry{Object: catalog.Object{Key: "logs/2026/01/01/a", Size: 1, ModTime: time.Unix(1, 5).UTC(), ETag: "e"}, stated: true}
		again   = entry{Object: catalog.Object{Key: "logs/2026/01/01/b"}}
		second  = entry{Object: catalog.Object{Key: "logs/2026/01/02/a", Size: 1 << 40}, stated: true}
		byTime  = entry{Object: catalog.Object{Key: "by its time\n", ModTime: time.Date(2026, 1, 3, 23, 59, 59, 0, time.UTC)}, stated: true}
		unknown = entry{Object: catalog.Object{Key: "of no day"}}
		all     = []entry{first, unknown, second, byTime, again}
	)
	for _, c := range []struct {
		order Order
		want  []entry
	}{
		{NewestFirst, []entry{byTime, second, first, again, unknown}},
		{OldestFirst, []entry{unknown, first, again, second, byTime}},
	} {
		for _, most := range []int{1, 60, spoolBytes} {
			t.Run(fmt.Sprintf("%s, with %d bytes of memory", c.order, most), func(t *testing.T) {
				dir := t.TempDir()
				s, err := newSpool(dir)
				if err != nil {
					t.Fatal(err)
				}
				s.most = most
				for o := range listing(nil, all...) {
					if err := s.add(o); err != nil {
						t.Fatal(err)
					}
				}
				var got []entry
				s.all(c.order, func(o entry, err error) bool {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, o)
					return true
				})
				if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(entry{})); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestAListingInAnOrderLeavesNothingHoweverItEnds(t *testing.T) {
	errList := errors.New("the bucket is out of reach")
	a, b := entry{Object: catalog.Object{Key: "2026/01/01/a"}, stated: true}, entry{Object: catalog.Object{Key: "2026/01/02/b"}, stated: true}
	for name, c := range map[string]struct {
		list iter.Seq2[entry, error]
		stop bool
		want error
	}{
		"at its end":    {listing(nil, a, b), false, nil},
		"with an error": {listing(errList, a), false, errList},
		"by the reader": {listing(nil, a, b), true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var last error
			for _, err := range byDay(dir, NewestFirst, c.list) {
				if last = err; c.stop {
					break
				}
			}
			if !errors.Is(last, c.want) {
				t.Errorf("error %v, want %v", last, c.want)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left %v, %v", left, err)
			}
		})
	}
}
