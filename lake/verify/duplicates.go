package verify

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// cursor goes through the events of a file, by time.
type cursor struct {
	file       catalog.File
	body       raw.RandomReader // nil until the file is needed
	times, ids *column

	time int64
	id   string
}

// duplicates finds events of one day that stand twice: those of the same time and id. Files are sorted by time, so
// that only the events of one millisecond are held.
func (c *check) duplicates(ctx context.Context, files []catalog.File) (err error) {
	day := make(cursors, len(files))
	for i, f := range files {
		day[i] = &cursor{file: f, time: f.MinTime.UnixMilli()}
	}
	heap.Init(&day)
	defer func() {
		for _, at := range day {
			err = errors.Join(err, at.close())
		}
	}()
	twice, now := int64(0), int64(-1)
	var first, second, id string
	seen := map[string]string{}
	for len(day) > 0 {
		at := day[0]
		opened := at.body != nil
		if opened {
			if at.time != now {
				clear(seen)
				now = at.time
			}
			if other, again := seen[at.id]; again && at.id != "" {
				if twice++; twice == 1 {
					first, second, id = other, at.file.Path, at.id
				}
			}
			seen[at.id] = at.file.Path
		}
		if err := c.forward(ctx, at); err == io.EOF || errors.Is(err, raw.ErrNotFound) { // read has told that it is gone
			heap.Pop(&day)
			if err := at.close(); err != nil {
				return err
			}
			continue
		} else if err != nil {
			return err
		}
		heap.Fix(&day, 0)
	}
	if twice > 0 {
		c.report.find(second, "%d events of %s %s stand twice, such as %q, which is in %s too", twice, files[0].Table, files[0].Day, id, first)
	}
	return nil
}

// forward goes to a file's next event, or to its first.
func (c *check) forward(ctx context.Context, at *cursor) error {
	if at.body == nil {
		if err := at.open(ctx, c.Lake); err != nil {
			return fmt.Errorf("look for duplicates in %s: %w", at.file.Path, err)
		}
	}
	t, err := at.times.next()
	if err == io.EOF {
		return err
	}
	id, e := at.ids.next()
	if err = errors.Join(err, e); err != nil {
		return fmt.Errorf("look for duplicates in %s: %w", at.file.Path, err)
	}
	at.time, at.id = at.times.millis(t), string(id.ByteArray())
	return nil
}

func (at *cursor) open(ctx context.Context, lake Lake) (err error) {
	if at.body, err = raw.OpenRandom(ctx, lake, at.file.Path, at.file.Bytes, ""); err != nil {
		return err
	}
	f, err := parquet.OpenFile(at.body, at.file.Bytes, parquet.SkipMagicBytes(true), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	if at.times, err = newColumn(f, timeColumn); err != nil {
		return err
	}
	at.ids, err = newColumn(f, idColumn)
	return err
}

func (at *cursor) close() error {
	for _, c := range []*column{at.times, at.ids} {
		if c != nil {
			c.close()
		}
	}
	if at.body == nil {
		return nil
	}
	return at.body.Close()
}

// cursors are a heap: the earliest comes first.
type cursors []*cursor

func (c cursors) Len() int           { return len(c) }
func (c cursors) Less(i, j int) bool { return c[i].time < c[j].time }
func (c cursors) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *cursors) Push(x any)        { *c = append(*c, x.(*cursor)) }

// Pop implements heap.Interface.
func (c *cursors) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}
