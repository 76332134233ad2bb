package compact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/table"
)

// snapshot is a partition and the files in it when duplicates were looked for.
type snapshot struct {
	catalog.Partition
	files []catalog.File
}

// errDuplicates says that events of a batch were committed by another while it was converted.
var errDuplicates = errors.New("events of the batch have been committed by another")

// tellsDuplicates says whether a batch may hold events that the lake has already, and can tell them: those of a log that
// is delivered more than once and has ids of its own, those of objects that are read again, and records that were
// rejected each time that their object was read.
func tellsDuplicates(s *source.Compiled, b catalog.Batch) bool {
	return s.OwnID || (readAgain(b) || len(b.Retry) > 0) && s.TellsAgain()
}

// dropDuplicates leaves out the rows, which are sorted by time and id, that stand in the batch or the partition
// already. An event is the same when its id and its time are: a finding that AWS updates keeps its id.
func (c *conversion) dropDuplicates(day string, rows []int32) ([]int32, error) {
	keys := c.keys(rows)
	dup := make([]bool, len(rows))
	for i := 1; i < len(rows); i++ {
		dup[i] = keys[i].Time == keys[i-1].Time && bytes.Equal(keys[i].ID, keys[i-1].ID)
	}
	distinct, at := keys[:0:0], []int(nil)
	for i, k := range keys {
		if !dup[i] {
			distinct, at = append(distinct, k), append(at, i)
		}
	}
	seen, err := c.look(day)
	if err != nil {
		return nil, err
	}
	mark := func(i int) { dup[at[i]] = true }
	for _, f := range c.out.files {
		if f.day != day || apart(distinct, f.info.MinTime, f.info.MaxTime) {
			continue
		}
		if err := findLocal(f.path, distinct, mark); err != nil {
			return nil, err
		}
	}
	for _, f := range seen.files {
		if err := c.run.findInLake(c.ctx, f, distinct, mark); err != nil {
			return nil, err
		}
	}
	kept := rows[:0]
	for i, row := range rows {
		if !dup[i] {
			kept = append(kept, row)
			continue
		}
		o := &c.out.objects[c.owner(row)]
		o.EventsOut--
		o.Duplicates++
	}
	return kept, nil
}

func (c *conversion) keys(rows []int32) []table.Key {
	s := c.source.Schema()
	times, _ := c.rows.Nums(s.Col("@timestamp"))
	id := s.Col("event.id")
	keys := make([]table.Key, len(rows))
	for i, row := range rows {
		keys[i] = table.Key{Time: times[row], ID: c.rows.Str(id, int(row))}
	}
	return keys
}

// look takes the snapshot of a partition, once a batch: the commit tells what has been added since.
func (c *conversion) look(day string) (snapshot, error) {
	if s, ok := c.out.seen[day]; ok {
		return s, nil
	}
	s, err := c.run.snapshot(c.ctx, c.batch.Table, day)
	c.out.seen[day] = s
	return s, err
}

func (r *run) snapshot(ctx context.Context, tableName, day string) (s snapshot, err error) {
	if s.Partition, err = r.cfg.Catalog.Partition(ctx, tableName, day); err != nil {
		return s, fmt.Errorf("look at partition %s/%s: %w", tableName, day, err)
	}
	s.files, err = r.cfg.Catalog.Files(ctx, catalog.FileQuery{Tables: []string{tableName}, FromDay: day, ToDay: day, Restorable: true})
	if err != nil {
		return s, fmt.Errorf("look at the files of %s/%s: %w", tableName, day, err)
	}
	return s, nil
}

func findLocal(path string, want []table.Key, found func(int)) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("look for duplicates: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look for duplicates: %w", err)
	}
	return table.Find(f, info.Size(), want, found)
}

// apart tells whether no key, of which all are sorted by time, is within a span of time.
func apart(keys []table.Key, first, last int64) bool {
	return len(keys) == 0 || keys[0].Time > last || keys[len(keys)-1].Time < first
}

// findInLake looks for keys in a committed file, unless their times lie apart. Those of an expired day are looked at as
// long as it may be put back: an event that is delivered once more meanwhile would stand twice then.
func (r *run) findInLake(ctx context.Context, f catalog.File, want []table.Key, found func(int)) error {
	if apart(want, f.MinTime.UnixMilli(), f.MaxTime.UnixMilli()) {
		return nil
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	err := r.nearby.with(f, func(body raw.RandomReader) error { return table.Find(body, f.Bytes, want, found) })
	if errors.Is(err, raw.ErrNotFound) {
		err = r.replaced(ctx, f, err)
	}
	if err != nil {
		return fmt.Errorf("look for duplicates in %s: %w", f.Path, err)
	}
	return nil
}

// replaced makes sure that a file that is gone is no longer listed: its day has expired for good, or has been merged,
// which the commit finds out.
func (r *run) replaced(ctx context.Context, f catalog.File, gone error) error {
	now, err := r.snapshot(ctx, f.Table, f.Day)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(now.files, func(o catalog.File) bool { return o.Path == f.Path }) {
		return gone
	}
	return nil
}
