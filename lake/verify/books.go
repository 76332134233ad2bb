package verify

import (
	"context"
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/catalog"
)

// books holds the catalog against itself: what it finds wrong, and the sums once more, from their parts.
func (c *check) books(ctx context.Context) error {
	wrong, err := c.Catalog.Audit(ctx)
	if err != nil {
		return fmt.Errorf("audit the books: %w", err)
	}
	for _, f := range wrong {
		where := strings.Join(strings.Fields(strings.Join([]string{f.Table, f.Day, f.Batch, f.Object}, " ")), " ")
		c.report.find("", "%s: %s", where, f.Text)
	}
	return c.twice(ctx, c.ledger)
}

// twice keeps what is found only if it is found again: the books are read by several questions, between which a commit
// may come.
func (c *check) twice(ctx context.Context, look func(context.Context) ([]string, error)) error {
	first, err := look(ctx)
	if err != nil || len(first) == 0 {
		return err
	}
	again, err := look(ctx)
	if err != nil {
		return err
	}
	for _, text := range again {
		c.report.find("", "%s", text)
	}
	return nil
}

// ledger compares, for each table, the events that came of raw objects with the rows that are in the table or have
// expired.
func (c *check) ledger(ctx context.Context) (wrong []string, err error) {
	totals, err := c.Catalog.Totals(ctx)
	if err != nil {
		return nil, fmt.Errorf("sum up the tables: %w", err)
	}
	expired, err := c.Catalog.Expired(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask for expired days: %w", err)
	}
	gone := map[string]int64{}
	for _, e := range expired {
		if !e.Restored {
			gone[e.Table] += e.Rows
		}
	}
	for _, t := range totals {
		if t.Events+gone[t.Table] != t.EventsOut {
			wrong = append(wrong, fmt.Sprintf("%s: %d rows in the table and %d expired are not the %d events that came of raw objects",
				t.Table, t.Events, gone[t.Table], t.EventsOut))
		}
		if !t.Balanced() {
			wrong = append(wrong, fmt.Sprintf("%s: %d records in are not %d events out + %d duplicates + %d rejected",
				t.Table, t.RecordsIn, t.EventsOut, t.Duplicates, t.Rejected))
		}
	}
	return wrong, nil
}

// day names a partition.
type day struct{ table, day string }

// sum is what a partition's files come to.
type sum struct {
	catalog.Partition
	oldest int // of the generations of its files, of which Generation is the newest
}

// partitions holds what the catalog says of partitions against what it says of their files.
func (c *check) partitions(ctx context.Context) (wrong []string, err error) {
	files, err := c.Catalog.Files(ctx, catalog.FileQuery{})
	if err != nil {
		return nil, fmt.Errorf("list the catalog's files: %w", err)
	}
	all, err := c.Catalog.Coverage(ctx, nil, "", "")
	if err != nil {
		return nil, fmt.Errorf("list the partitions: %w", err)
	}
	expired, err := c.Catalog.Expired(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask for expired days: %w", err)
	}
	restored := map[day]bool{}
	for _, e := range expired {
		restored[day{e.Table, e.Day}] = e.Restored || restored[day{e.Table, e.Day}]
	}
	sums := map[day]sum{}
	for _, f := range files {
		sums[day{f.Table, f.Day}] = sums[day{f.Table, f.Day}].with(f)
	}
	for _, p := range all {
		key := day{p.Table, p.Day}
		for _, text := range sums[key].against(p, restored[key]) {
			wrong = append(wrong, fmt.Sprintf("%s %s: %s", p.Table, p.Day, text))
		}
		delete(sums, key)
	}
	for k := range sums {
		wrong = append(wrong, fmt.Sprintf("%s %s: there are files of a partition that is not there", k.table, k.day))
	}
	return wrong, nil
}

// with adds a file to the sum.
func (s sum) with(f catalog.File) sum {
	if s.Files == 0 {
		s.Generation, s.oldest, s.MinTime, s.MaxTime = f.Generation, f.Generation, f.MinTime, f.MaxTime
	}
	s.Generation, s.oldest = max(s.Generation, f.Generation), min(s.oldest, f.Generation)
	if f.MinTime.Before(s.MinTime) {
		s.MinTime = f.MinTime
	}
	if f.MaxTime.After(s.MaxTime) {
		s.MaxTime = f.MaxTime
	}
	s.Rows, s.Bytes, s.Files = s.Rows+f.Rows, s.Bytes+f.Bytes, s.Files+1
	return s
}

// against says where the sum is not what the catalog says of the partition. Only a day that has expired and was
// restored has files of an earlier generation.
func (s sum) against(p catalog.Partition, restored bool) (wrong []string) {
	if p.Files == 0 && s.Files == 0 { // an expired day keeps no bounds
		return nil
	}
	if s.Generation > p.Generation || s.oldest < p.Generation && !restored {
		wrong = append(wrong, fmt.Sprintf("its files are of generations %d to %d, the partition of %d", s.oldest, s.Generation, p.Generation))
	}
	if p.Rows != s.Rows || p.Bytes != s.Bytes || p.Files != s.Files {
		wrong = append(wrong, fmt.Sprintf("the partition's %d rows, %d bytes and %d files are not its files': %d, %d and %d",
			p.Rows, p.Bytes, p.Files, s.Rows, s.Bytes, s.Files))
	}
	if s.MinTime.Before(p.MinTime) || s.MaxTime.After(p.MaxTime) {
		wrong = append(wrong, "its files have events outside of its bounds")
	}
	return wrong
}
