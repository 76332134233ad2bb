package compact

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/source"
)

var now = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

// found is an object of so many KiB of a source.
func found(s *source.Compiled, key string, kib int64) candidate {
	return candidate{catalog.Object{Key: key, Size: kib << 10, ModTime: now}, s}
}

// dayKey is a key of a day of January.
func dayKey(day int, name string) string { return fmt.Sprintf("logs/2026/01/%02d/%s", day, name) }

func TestPlan(t *testing.T) {
	a := &source.Compiled{Source: &source.Source{Name: "a", Version: "1"}}
	b := &source.Compiled{Source: &source.Source{Name: "b", Version: "1"}}
	one, two, three := dayKey(1, "x"), dayKey(2, "x"), dayKey(3, "x")
	for _, c := range []struct {
		name    string
		objects []candidate
		limit   int64 // KiB
		workers int
		want    [][]string
	}{
		{"nothing is no batch", nil, 100, 1, nil},
		{"what fits is one batch, in the order of its keys", []candidate{found(a, two, 10), found(a, one, 10)}, 100, 1, [][]string{{one, two}}},
		{"a batch is of one source", []candidate{found(b, one, 10), found(a, two, 10)}, 100, 1, [][]string{{two}, {one}}},
		{"a batch that would be too large ends before", []candidate{found(a, one, 60), found(a, two, 60), found(a, three, 30)}, 100, 1, [][]string{{one}, {two, three}}},
		{"a batch may be just as large as the limit", []candidate{found(a, one, 60), found(a, two, 40), found(a, three, 1)}, 100, 1, [][]string{{one, two}, {three}}},
		{"an object that is too large is a batch alone", []candidate{found(a, one, 10), found(a, two, 500), found(a, three, 10)}, 100, 1, [][]string{{one}, {two}, {three}}},
		{"a batch that is nearly full ends with its day", []candidate{found(a, one, 80), found(a, two, 10)}, 100, 1, [][]string{{one}, {two}}},
		{"a batch that is nearly full goes on within its day", []candidate{found(a, one, 80), found(a, dayKey(1, "y"), 10)}, 100, 1, [][]string{{one, dayKey(1, "y")}}},
		{"objects come in the order of their days, not of their keys", []candidate{found(a, "a/2026/01/02/x", 60), found(a, "b/2026/01/01/x", 60)}, 100, 1, [][]string{{"b/2026/01/01/x"}, {"a/2026/01/02/x"}}},
		{"an object whose key says no day goes by the time it was written", []candidate{found(a, "a", 60), found(a, one, 60)}, 100, 1, [][]string{{one}, {"a"}}},
		{"large work is split for the workers", []candidate{found(a, one, 6<<10), found(a, two, 6<<10), found(a, three, 6<<10)}, 64 << 10, 2, [][]string{{one}, {two}, {three}}},
		{"large work of one worker is split in two", []candidate{found(a, one, 6<<10), found(a, two, 6<<10), found(a, three, 6<<10), found(a, dayKey(4, "x"), 6<<10)}, 64 << 10, 1, [][]string{{one, two}, {three, dayKey(4, "x")}}},
		{"little work is not split", []candidate{found(a, one, 600), found(a, two, 600), found(a, three, 600)}, 64 << 10, 8, [][]string{{one, two, three}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got [][]string
			for _, b := range plan(c.objects, c.limit<<10, c.workers, AsFound, now) {
				var keys []string
				for _, o := range b.Objects {
					keys = append(keys, o.Key)
				}
				got = append(got, keys)
				if !b.PlannedAt.Equal(now) || b.MappingVersion != "1" {
					t.Errorf("the batch is planned at %v with mapping %s", b.PlannedAt, b.MappingVersion)
				}
			}
			if diff := gocmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("batches wanted (-) and planned (+):\n%s", diff)
			}
		})
	}
}

func TestABatchHasNoMoreThanSoManyObjects(t *testing.T) {
	s := &source.Compiled{Source: &source.Source{Name: "a"}}
	var objects []candidate
	for i := range 2*maxBatchObjects + 5 {
		objects = append(objects, found(s, dayKey(1, fmt.Sprintf("%06d", i)), 0))
	}
	var sizes []int
	for _, b := range plan(objects, 1<<30, 1, AsFound, now) {
		sizes = append(sizes, len(b.Objects))
	}
	if !slices.Equal(sizes, []int{maxBatchObjects, maxBatchObjects, 5}) {
		t.Errorf("batches have %d objects", sizes)
	}
}

// The names of a batch's files follow from its id: equal inputs must have equal ones, and others none of those.
func TestABatchsIDFollowsFromWhatDeterminesItsRows(t *testing.T) {
	base := func() catalog.Batch {
		return catalog.Batch{Table: "a", MappingVersion: "1", Objects: []catalog.Object{
			{Key: "k", Size: 1, ModTime: now, ETag: "e"}, {Key: "l", Size: 2, ModTime: now},
		}}
	}
	id := batchID(base())
	for _, c := range []struct {
		name   string
		change func(b *catalog.Batch)
		same   bool
	}{
		{"nothing", func(*catalog.Batch) {}, true},
		{"the order of the objects", func(b *catalog.Batch) { slices.Reverse(b.Objects) }, true},
		{"when it was planned", func(b *catalog.Batch) { b.PlannedAt = now }, true},
		{"less than a millisecond", func(b *catalog.Batch) { b.Objects[0].ModTime = now.Add(time.Microsecond) }, true},
		{"the table", func(b *catalog.Batch) { b.Table = "b" }, false},
		{"the mapping", func(b *catalog.Batch) { b.MappingVersion = "2" }, false},
		{"a key", func(b *catalog.Batch) { b.Objects[0].Key = "m" }, false},
		{"a size", func(b *catalog.Batch) { b.Objects[0].Size = 3 }, false},
		{"an ETag", func(b *catalog.Batch) { b.Objects[0].ETag = "f" }, false},
		{"a time", func(b *catalog.Batch) { b.Objects[0].ModTime = now.Add(time.Second) }, false},
		{"an object less", func(b *catalog.Batch) { *b = without(*b, []string{"l"}) }, false},
	} {
		b := base()
		c.change(&b)
		if got := batchID(b); (got == id) != c.same {
			t.Errorf("changing %s: the id is the same: %v", c.name, got == id)
		}
	}
}

func TestWorkersTakeBatchesByRank(t *testing.T) {
	a := &source.Compiled{Source: &source.Source{Name: "a"}}
	b := &source.Compiled{Source: &source.Source{Name: "b"}}
	objects := func() []candidate {
		return []candidate{found(a, dayKey(2, "x"), 60), found(b, dayKey(1, "x"), 60), found(a, dayKey(3, "x"), 60), found(a, dayKey(1, "x"), 60)}
	}
	for _, c := range []struct {
		name  string
		order Order
		want  []string
	}{
		{"as they are found: source by source, the oldest first", AsFound, []string{"a 01", "a 02", "a 03", "b 01"}},
		{"the newest first", NewestFirst, []string{"a 03", "a 02", "a 01", "b 01"}},
		{"the oldest first", OldestFirst, []string{"a 01", "b 01", "a 02", "a 03"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			limit := int64(100 << 10)
			if c.order != AsFound {
				limit = 1 << 30 // all would fit into one batch
			}
			batches := rank(plan(objects(), limit, 1, c.order, now), c.order, 7)
			before := rank(plan([]candidate{found(b, dayKey(2, "y"), 60)}, limit, 1, AsFound, now.Add(-time.Second)), AsFound, 900)
			batches = append(batches, before...)
			slices.SortFunc(batches, func(x, y catalog.Batch) int { return cmp.Compare(x.Rank, y.Rank) })
			var got []string
			for _, b := range batches {
				got = append(got, b.Table+" "+b.Objects[0].Key[len("logs/2026/01/"):][:2])
			}
			if diff := gocmp.Diff(append([]string{"b 02"}, c.want...), got); diff != "" {
				t.Errorf("order wanted, after what was planned before as it was found (-), and got (+):\n%s", diff)
			}
		})
	}
}

func TestTheDayOfDeliveryIsReadFromKeys(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/30/x.json.gz", "2026-01-30"},
		{"111122223333_CloudTrail_us-east-1_20260130T1205Z_abc.json.gz", "2026-01-30"},
		{"s3-access-logs/bucket/2026-01-30-12-05-06-0123456789ABCDEF", "2026-01-30"},
		{"AWSLogs/201201012345/x/2026/01/30/y", "2026-01-30"},                                                 // an account that begins like a day
		{"s3://logs-2024-05-06/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/30/x.json.gz", "2026-01-30"}, // a bucket that has one too
		{"logs/2026/02/31/x", ""}, // no day
		{"logs/2026/13/01/x", ""},
		{"logs/x", ""},
	} {
		day, ok := keyDay(c.key)
		if got := day.Format(time.DateOnly); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s: %s (%v), want %s", c.key, got, ok, c.want)
		}
	}
}
