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
	type key struct{ table, day string }
	sums := map[key]catalog.Partition{}
	for _, f := range files {
		sums[key{f.Table, f.Day}] = with(sums[key{f.Table, f.Day}], f)
	}
	for _, p := range all {
		sum := sums[key{p.Table, p.Day}]
		delete(sums, key{p.Table, p.Day})
		if p.Files == 0 && sum.Files == 0 { // an expired day keeps no bounds
			continue
		}
		if sum.Generation != p.Generation {
			wrong = append(wrong, fmt.Sprintf("%s %s: a file is of generation %d, the partition of %d", p.Table, p.Day, sum.Generation, p.Generation))
		}
		if p.Rows != sum.Rows || p.Bytes != sum.Bytes || p.Files != sum.Files {
			wrong = append(wrong, fmt.Sprintf("%s %s: the partition's %d rows, %d bytes and %d files are not its files': %d, %d and %d",
				p.Table, p.Day, p.Rows, p.Bytes, p.Files, sum.Rows, sum.Bytes, sum.Files))
		}
		if sum.MinTime.Before(p.MinTime) || sum.MaxTime.After(p.MaxTime) {
			wrong = append(wrong, fmt.Sprintf("%s %s: the partition's files have events outside of its bounds", p.Table, p.Day))
		}
	}
	for k := range sums {
		wrong = append(wrong, fmt.Sprintf("%s %s: there are files of a partition that is not there", k.table, k.day))
	}
	return wrong, nil
}

// with adds a file to the sums of a partition, whose generation becomes -1 where files disagree.
func with(p catalog.Partition, f catalog.File) catalog.Partition {
	if p.Files == 0 {
		p.Generation, p.MinTime, p.MaxTime = f.Generation, f.MinTime, f.MaxTime
	}
	if p.Generation != f.Generation {
		p.Generation = -1
	}
	if f.MinTime.Before(p.MinTime) {
		p.MinTime = f.MinTime
	}
	if f.MaxTime.After(p.MaxTime) {
		p.MaxTime = f.MaxTime
	}
	p.Rows, p.Bytes, p.Files = p.Rows+f.Rows, p.Bytes+f.Bytes, p.Files+1
	return p
}
