package compact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/table"
)

// worker converts one batch after the other and keeps its buffers.
type worker struct {
	run     *run
	encoder *table.Encoder
	rows    map[string]*ecs.Batch // by source
}

// output is what a batch was converted into.
type output struct {
	dir        string
	files      []localFile
	objects    []catalog.ObjectResult
	quarantine *quarantine
	release    []catalog.Release   // of a retry
	seen       map[string]snapshot // of the partitions, by day
}

// localFile is a file that waits to be committed.
type localFile struct {
	day, path string
	info      table.Info
}

// unreadableError is a raw object that the bucket does not give.
type unreadableError struct {
	key string
	err error
}

func (e *unreadableError) Error() string { return fmt.Sprintf("read object %s: %v", e.key, e.err) }
func (e *unreadableError) Unwrap() error { return e.err }

// conversion is one batch on its way.
type conversion struct {
	*worker
	ctx    context.Context
	batch  catalog.Batch
	source *source.Compiled
	rows   *ecs.Batch
	norm   *source.Normalizer
	out    *output
	starts []start // where the objects' rows begin, in the rows that are buffered
	budget int64
}

// start says that rows from here on are of an object.
type start struct{ row, object int }

// convert turns a batch's objects into local files, each of which has been read back.
func (w *worker) convert(ctx context.Context, b catalog.Batch) (*output, error) {
	c, err := w.begin(ctx, b)
	if err != nil {
		return nil, err
	}
	for i := range b.Objects {
		if err := c.object(i); err != nil {
			return nil, err
		}
	}
	if err := c.flush(); err != nil {
		return nil, err
	}
	return c.out, c.out.quarantine.close()
}

// begin makes ready for a batch.
func (w *worker) begin(ctx context.Context, b catalog.Batch) (*conversion, error) {
	s, err := w.run.cfg.Sources.ByName(b.Table)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(w.run.cfg.Work, b.ID)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return nil, fmt.Errorf("make room for its files: %w", err)
	}
	c := &conversion{worker: w, ctx: ctx, batch: b, source: s, budget: w.run.cfg.bufferBytes()}
	c.out = &output{dir: dir, seen: map[string]snapshot{}, quarantine: newQuarantine(dir, b)}
	if c.rows = w.rows[b.Table]; c.rows == nil {
		c.rows = ecs.NewBatch(s.Schema())
		w.rows[b.Table] = c.rows
	}
	c.rows.Reset()
	c.norm, err = s.New(c.rows)
	return c, err
}

// checkEvery is how many records go by between looks at the memory and the context.
const checkEvery = 1 << 10

// object adds the records of one object.
func (c *conversion) object(i int) error {
	o := c.batch.Objects[i]
	reader, err := raw.Open(c.ctx, c.run.cfg.Raw, o, c.source.Framing, raw.Limits{})
	if err != nil {
		return &unreadableError{o.Key, err}
	}
	defer reader.Close()
	c.out.objects = append(c.out.objects, catalog.ObjectResult{Object: o, Source: c.source.Name})
	c.starts = append(c.starts, start{c.rows.Rows(), i})
	c.norm.Begin(source.Origin{Key: o.Key, Ingested: c.batch.PlannedAt})
	for n := 1; ; n++ {
		rec, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if done, err := c.take(i, rec, err); err != nil {
			return err
		} else if done {
			break
		}
		if n%checkEvery == 0 {
			if err := c.breathe(i); err != nil {
				return err
			}
		}
	}
	result, totals := &c.out.objects[i], reader.Totals()
	result.SHA256, result.RawBytes = totals.SHA256, totals.UnpackedBytes
	c.run.report.progress(result)
	return nil
}

// take makes a row of what the reader gave, or quarantines it. done says that the object ends here.
func (c *conversion) take(i int, rec raw.Record, err error) (done bool, _ error) {
	result := &c.out.objects[i]
	var bad *frame.RecordError
	var damaged *raw.DamagedError
	switch {
	case err == nil:
	case errors.As(err, &bad):
		result.RecordsIn++
		result.Rejected++
		return false, c.out.quarantine.add(result.Key, bad.Offset, 0, bad.Size, bad.Reason, bad.Data)
	case errors.As(err, &damaged):
		result.RecordsIn++
		result.Rejected++
		result.Problem = damaged.Error()
		return true, c.out.quarantine.add(result.Key, damaged.Offset, 0, 0, "the object is damaged from here on: "+damaged.Err.Error(), nil)
	default:
		return true, &unreadableError{result.Key, err}
	}
	if e := rec.Envelope; e != nil {
		c.norm.Delivered(e.Account, e.Region)
	}
	err = c.norm.Add(rec.Data, rec.Offset, rec.Index)
	if errors.Is(err, source.ErrNoRecord) {
		return false, nil
	}
	result.RecordsIn++
	if err != nil {
		result.Rejected++
		return false, c.out.quarantine.add(result.Key, rec.Offset, rec.Index, int64(len(rec.Data)), err.Error(), rec.Data)
	}
	result.EventsOut++
	return false, nil
}

// breathe writes the rows out when they have grown to the budget.
func (c *conversion) breathe(object int) error {
	if err := context.Cause(c.ctx); err != nil {
		return err
	}
	if c.rows.Bytes() < c.budget {
		return nil
	}
	if err := c.flush(); err != nil {
		return err
	}
	c.starts = append(c.starts, start{0, object})
	return nil
}
