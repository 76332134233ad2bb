package merge

import (
	"slices"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

const mb = 1 << 20

// part is a file of a day, from and to hours of it.
func part(from, to int, bytes int64, merge string) catalog.File {
	day, generation := time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC), 1
	if merge != "" {
		generation = 2
	}
	return catalog.File{
		Bytes: bytes, Batch: merge, Generation: generation,
		MinTime: day.Add(time.Duration(from) * time.Hour), MaxTime: day.Add(time.Duration(to) * time.Hour),
	}
}

func TestWhichDaysAreMerged(t *testing.T) {
	later := time.Date(2026, 2, 10, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		now   time.Time
		all   bool
		files []catalog.File
		merge bool
		count int64
	}{
		{"a day without files is left alone", later, false, nil, false, 1},
		{"a day of one file is left alone", later, false, []catalog.File{part(0, 24, 3*mb, "")}, false, 1},
		{"a day of one file that is far too large is divided", later, false, []catalog.File{part(0, 23, 900*mb, "")}, true, 4},
		{"small files become one", later, false, []catalog.File{part(0, 12, 3*mb, ""), part(12, 23, 3*mb, "")}, true, 1},
		{"files of a good size that follow each other are left alone", later, false, []catalog.File{part(12, 23, 250*mb, ""), part(0, 12, 250*mb, "")}, false, 2},
		{"files of a good size that overlap are merged", later, false, []catalog.File{part(0, 13, 250*mb, ""), part(12, 23, 250*mb, "")}, true, 2},
		{"a late file beside a merged one is merged", later, false, []catalog.File{part(0, 23, 250*mb, "m"), part(3, 4, 1, "b")}, true, 1},
		{"what one merge made is left alone, though it came out small", later, false, []catalog.File{part(0, 12, 90*mb, "m"), part(12, 23, 90*mb, "m")}, false, 1},
		{"what one merge made for a far smaller target is merged", later, false, []catalog.File{part(0, 8, 30*mb, "m"), part(8, 12, 30*mb, "m"), part(12, 23, 30*mb, "m")}, true, 1},
		{"a day that is not over is left alone", later.AddDate(0, 0, -11), false, []catalog.File{part(0, 12, 3*mb, ""), part(1, 23, 3*mb, "")}, false, 1},
		{"a day that is just over is left alone", later.AddDate(0, 0, -10).Add(5 * time.Hour), false, []catalog.File{part(0, 12, 3*mb, ""), part(1, 23, 3*mb, "")}, false, 1},
		{"a day that is not over is merged when all are wanted", later.AddDate(0, 0, -11), true, []catalog.File{part(0, 12, 3*mb, ""), part(1, 23, 3*mb, "")}, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := snapshot{Partition: catalog.Partition{Day: "2026-01-30"}, files: c.files}
			for _, f := range c.files {
				s.Bytes += f.Bytes
			}
			got := rules{c.now, 256 * mb, 6 * time.Hour, c.all, 0}.decide(s)
			if got.merge != c.merge || got.count != c.count || got.reason == "" {
				t.Errorf("%+v, want %v into %d files", got, c.merge, c.count)
			}
		})
	}
}

// unloaded are files of one merge by Athena, of a minute each.
func unloaded(bytes ...int64) (files []catalog.File) {
	for i, n := range bytes {
		f := part(0, 0, n, "m")
		f.MinTime = f.MinTime.Add(time.Duration(i) * time.Minute)
		f.MaxTime = f.MinTime.Add(time.Minute)
		files = append(files, f)
	}
	return files
}

func TestWhichDaysAreMergedByAthena(t *testing.T) {
	const from = 32 << 10 * mb
	uneven := slices.Repeat([]int64{350 * mb}, 100)
	uneven[7] = 700 * mb
	for _, c := range []struct {
		name  string
		from  int64
		files []catalog.File
		merge bool
		count int64
	}{
		{"a day of which no more parts can be made is left alone", from, unloaded(slices.Repeat([]int64{600 * mb}, 100)...), false, 100},
		{"a day with an uneven part is left alone", from, unloaded(uneven...), false, 100},
		{"a day that has several files of a part is left alone", from,
			slices.Concat(unloaded(slices.Repeat([]int64{200 * mb}, 100)...), unloaded(slices.Repeat([]int64{200 * mb}, 100)...)), false, 100},
		{"a day in which most parts were empty is left alone as long as half are not", from, unloaded(slices.Repeat([]int64{1100 * mb}, 50)...), false, 100},
		{"what was made for a far larger target is merged", from, unloaded(slices.Repeat([]int64{4000 * mb}, 20)...), true, 100},
		{"a late file beside what one merge made is merged", from, append(unloaded(slices.Repeat([]int64{600 * mb}, 100)...), part(0, 1, 1, "late")), true, 100},
		{"on this machine a file that is too large is divided", 0, unloaded(slices.Repeat([]int64{600 * mb}, 100)...), true, 234},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := snapshot{Partition: catalog.Partition{Day: "2026-01-30"}, files: c.files}
			for _, f := range c.files {
				s.Bytes += f.Bytes
			}
			got := rules{time.Date(2026, 2, 10, 0, 0, 0, 0, time.UTC), 256 * mb, 6 * time.Hour, false, c.from}.decide(s)
			if got.merge != c.merge || got.count != c.count || got.reason == "" {
				t.Errorf("%+v, want %v into %d files", got, c.merge, c.count)
			}
		})
	}
}
