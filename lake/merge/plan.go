package merge

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// snapshot is a partition and its files at one time.
type snapshot struct {
	catalog.Partition
	files []catalog.File
}

// job is a day and what was decided about it.
type job struct {
	snapshot
	decision
}

// decision is whether a day is merged, and why.
type decision struct {
	merge  bool
	count  int64 // files to make
	reason string
}

// rules say which days gain by a merge.
type rules struct {
	now    time.Time
	target int64
	grace  time.Duration
	all    bool
	from   int64 // bytes of a day, from which on it is merged by Athena; 0 is never
}

func (r *run) rules() rules {
	return rules{r.cfg.Now(), r.cfg.TargetBytes, r.cfg.Grace, r.sel.All, r.cfg.Remote.from()}
}

// remote tells whether a day of so many bytes is merged by Athena.
func (r rules) remote(bytes int64) bool { return r.from > 0 && bytes >= r.from }

// decide looks at a day.
func (r rules) decide(s snapshot) decision {
	files := r.parts(s.Bytes)
	leave := func(why string) decision { return decision{false, files, why} }
	largest := int64(0)
	for _, f := range s.files {
		largest = max(largest, f.Bytes)
	}
	switch {
	case len(s.files) == 0:
		return leave("has no files")
	case len(s.files) == 1 && largest <= 2*r.target:
		return leave("one file")
	case !r.all && r.writing(s.Day):
		return leave(stillWritten)
	case r.remote(s.Bytes) && oneMerge(s.files) && 2*int64(len(s.files)) >= files:
		return leave("is merged well") // how large each file is, and how many a part has, the next time would not change
	case overlap(s.files):
		return decision{true, files, "files overlap in time"}
	case largest > 2*r.target:
		return decision{true, files, "a file is too large"}
	case int64(len(s.files)) <= files:
		return leave("is merged well")
	case oneMerge(s.files) && int64(len(s.files)) <= 2*files:
		return leave("is merged well") // what is left of the target is how well this day packs
	}
	return decision{true, files, "small files"}
}

const stillWritten = "is still written to"

// ideal is how many files of about the target size so many bytes are.
func (r rules) ideal(bytes int64) int64 { return max(1, (bytes+r.target/2)/r.target) }

// parts is how many files a day of so many bytes is to have: Athena makes no more than it can divide a day into.
func (r rules) parts(bytes int64) int64 {
	n := r.ideal(bytes)
	if r.remote(bytes) {
		return min(n, dialect.MaxCuts+1)
	}
	return n
}

// writing tells whether events of a day may still be on their way.
func (r rules) writing(day string) bool {
	d, err := time.Parse(time.DateOnly, day)
	return err == nil && r.now.Before(d.AddDate(0, 0, 1).Add(r.grace))
}

// overlap tells whether the files, sorted by time, hold rows of times between each other's. They may share a time.
func overlap(files []catalog.File) bool {
	files = byTime(files)
	for i := 1; i < len(files); i++ {
		if files[i].MinTime.Before(files[i-1].MaxTime) {
			return true
		}
	}
	return false
}

func byTime(files []catalog.File) []catalog.File {
	return slices.SortedStableFunc(slices.Values(files), func(a, b catalog.File) int {
		return cmp.Or(a.MinTime.Compare(b.MinTime), a.MaxTime.Compare(b.MaxTime))
	})
}

// oneMerge tells whether all files were made by one merge.
func oneMerge(files []catalog.File) bool {
	for _, f := range files {
		if f.Generation < 2 || f.Batch != files[0].Batch {
			return false
		}
	}
	return true
}

// plan looks at every day that is selected, and gives those that gain, the newest first.
func (r *run) plan(ctx context.Context) (jobs []job, err error) {
	for _, name := range r.sel.Tables {
		if _, err := r.cfg.Catalog.Table(ctx, name); err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
	}
	partitions, err := r.cfg.Catalog.Coverage(ctx, r.sel.Tables, r.sel.FromDay, r.sel.ToDay)
	if err != nil {
		return nil, fmt.Errorf("list the days: %w", err)
	}
	rules := r.rules()
	for _, p := range partitions {
		if p.Files == 0 || p.Files == 1 && p.Bytes <= 2*rules.target {
			r.report.Left++ // and need not be looked at
			continue
		}
		s, err := r.snapshot(ctx, p.Table, p.Day)
		if err != nil {
			return nil, err
		}
		j := job{s, rules.decide(s)}
		if j.merge {
			jobs = append(jobs, j)
		} else {
			r.report.leave(j, j.reason)
		}
	}
	slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(b.Day, a.Day) })
	r.report.plan(jobs)
	return jobs, nil
}

// looks is how often a partition is looked at that changes meanwhile.
const looks = 10

// snapshot looks at a partition and its files, which are two calls: until the files are those that it counts.
func (r *run) snapshot(ctx context.Context, table, day string) (s snapshot, err error) {
	for range looks {
		if s.Partition, err = r.cfg.Catalog.Partition(ctx, table, day); err != nil {
			return s, fmt.Errorf("look at partition %s/%s: %w", table, day, err)
		}
		s.files, err = r.cfg.Catalog.Files(ctx, catalog.FileQuery{Tables: []string{table}, FromDay: day, ToDay: day})
		if err != nil {
			return s, fmt.Errorf("look at the files of %s/%s: %w", table, day, err)
		}
		if s.complete() {
			return s, nil
		}
	}
	return s, fmt.Errorf("the catalog counts %d files of %d rows in %s/%s, but has %d: run \"verify\"", s.Files, s.Rows, table, day, len(s.files))
}

func (s snapshot) complete() bool {
	rows := int64(0)
	for _, f := range s.files {
		rows += f.Rows
	}
	return rows == s.Rows && int64(len(s.files)) == s.Files
}
