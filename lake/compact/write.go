package compact

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/table"
)

// flush enriches the buffered rows, writes them, a file for each day that they fall on, and empties the buffer.
func (c *conversion) flush() error {
	c.more.Fill(c.rows)
	order := c.order()
	times, _ := c.rows.Nums(c.source.Schema().Col("@timestamp"))
	for len(order) > 0 {
		day := ecs.Day(times[order[0]])
		n := sort.Search(len(order), func(i int) bool { return ecs.Day(times[order[i]]) != day })
		if err := c.day(day, order[:n:n]); err != nil {
			return fmt.Errorf("day %s: %w", day, err)
		}
		order = order[n:]
	}
	c.rows.Reset()
	c.starts = c.starts[:0]
	return nil
}

// day writes the rows of one day, which are in order, less those that the lake or the batch has already.
func (c *conversion) day(day string, rows []int32) error {
	if c.tells {
		var err error
		if rows, err = c.dropDuplicates(day, rows); err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		return nil
	}
	path := filepath.Join(c.out.dir, fmt.Sprintf("%s-%d.parquet", c.batch.ID, len(c.out.files)))
	info, err := c.write(path, rows)
	if err != nil {
		return err
	}
	c.out.files = append(c.out.files, localFile{day: day, path: path, info: info})
	return nil
}

// write writes a file and reads it back.
func (c *conversion) write(path string, rows []int32) (info table.Info, err error) {
	f, err := os.Create(path)
	if err != nil {
		return info, fmt.Errorf("write a file: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("close %s: %w", path, e)
		}
	}()
	c.normalising.Rest()
	defer c.normalising.Lap()
	_, span := c.run.cfg.Observe.Start(c.ctx, observe.Write, observe.Count("rows", len(rows)))
	info, err = c.encoder.Write(f, c.rows, rows)
	span.Say(observe.Count("bytes", info.Bytes))
	if span.End(err) != nil {
		return info, fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	_, span = c.run.cfg.Observe.Start(c.ctx, observe.Verify, observe.Count("bytes", info.Bytes))
	if err := span.End(table.Verify(f, info.Bytes, c.rows, rows)); err != nil {
		return info, fmt.Errorf("read %s back: %w", filepath.Base(path), err)
	}
	return info, nil
}

// owner is the position of the object that a buffered row is of.
func (c *conversion) owner(row int32) int {
	i := sort.Search(len(c.starts), func(i int) bool { return c.starts[i].row > int(row) })
	return c.starts[i-1].object
}
