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
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/observe"
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
	silent     int64               // envelopes without a record
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
	more   *enrich.Fillers
	out    *output
	starts []start // where the objects' rows begin, in the rows that are buffered
	header []byte  // of the object's entry, as far as one was read
	entry  int     // of the object that is an archive
	budget int64
	tells  bool // whether duplicates are looked for

	opening, normalising *observe.Timer

	sinceRecords, sinceBytes int // what went by since the last look at the memory, whatever objects it was of
}

// start says that rows from here on are of an object.
type start struct{ row, object int }

// convert turns a batch's objects into local files, each of which has been read back.
func (w *worker) convert(ctx context.Context, b catalog.Batch) (_ *output, err error) {
	c, err := w.begin(ctx, b)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = c.out.quarantine.close() // it is of no use
		}
	}()
	c.opening = w.run.cfg.Observe.StartLaps(ctx, observe.Open)
	c.normalising = w.run.cfg.Observe.StartLaps(ctx, observe.Normalise)
	defer func() { _, _ = c.opening.End(nil), c.normalising.End(err) }()
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
	if w.encoder == nil {
		if w.encoder, err = table.NewEncoder(table.Options{}); err != nil {
			return nil, err
		}
	}
	dir := filepath.Join(w.run.cfg.Work, b.ID)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return nil, fmt.Errorf("make room for its files: %w", err)
	}
	c := &conversion{worker: w, ctx: ctx, batch: b, source: s, budget: w.run.cfg.bufferBytes(), tells: tellsDuplicates(s, b)}
	c.out = &output{dir: dir, seen: map[string]snapshot{}, quarantine: newQuarantine(dir, b)}
	if c.rows = w.rows[b.Table]; c.rows == nil {
		clear(w.rows) // batches come source by source: no need to keep what others took
		c.rows = ecs.NewBatch(s.Rows(w.run.cfg.Enrich.Fills))
		w.rows = map[string]*ecs.Batch{b.Table: c.rows} // one table's memory at a time
	}
	c.rows.Reset()
	c.more = w.run.cfg.Enrich.Begin(c.rows.Schema())
	w.encoder.SetMeta(enrich.Meta(c.more.Versions()))
	c.norm, err = s.New(c.rows)
	return c, err
}

// checkRecords and checkBytes are what goes by between looks at the memory and the context.
const (
	checkRecords = 1 << 10
	checkBytes   = 4 << 20
)

// object adds the records of one object.
func (c *conversion) object(i int) error {
	o := c.batch.Objects[i]
	c.opening.Lap()
	reader, err := raw.Open(c.ctx, c.run.cfg.Raw, o, c.source.Framing, c.limits())
	c.opening.Rest()
	if err != nil {
		return &unreadableError{o.Key, err}
	}
	defer reader.Close()
	c.normalising.Lap()
	defer c.normalising.Rest()
	c.out.objects = append(c.out.objects, catalog.ObjectResult{Object: o, Source: c.source.Name})
	c.starts = append(c.starts, start{c.rows.Rows(), i})
	c.enter(o.Key, 0)
	for {
		rec, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if done, err := c.take(i, rec, err); err != nil {
			return err
		} else if done {
			break
		}
		if err := c.suspect(i, 0, false); err != nil {
			return err
		}
		if err := c.breathe(i, len(rec.Data)); err != nil {
			return err
		}
	}
	result, totals := &c.out.objects[i], reader.Totals()
	if err := c.suspect(i, totals.Silent, true); err != nil {
		return err
	}
	c.out.silent += totals.Silent
	result.SHA256, result.RawBytes = totals.SHA256, totals.UnpackedBytes
	c.run.report.progress(result)
	return nil
}

// limits are those of raw objects; what must be copied of one is copied among the files in the making.
func (c *conversion) limits() raw.Limits {
	l := c.run.cfg.Limits
	l.Scratch = c.out.dir
	return l
}

// enter says that the records that follow are of another entry, of which no header was read.
func (c *conversion) enter(key string, entry int) {
	c.norm.Begin(source.Origin{Key: key, Ingested: c.batch.PlannedAt})
	c.header, c.entry = c.header[:0], entry
}

// take makes a row of what the reader gave, or quarantines it. done says that the object ends here.
func (c *conversion) take(i int, rec raw.Record, err error) (done bool, _ error) {
	result := &c.out.objects[i]
	var bad *frame.RecordError
	var damaged *raw.DamagedError
	switch {
	case err == nil:
	case errors.As(err, &bad):
		return false, c.reject(result, Rejected{Offset: bad.Offset, Length: bad.Size, Reason: bad.Reason}, bad.Data)
	case errors.As(err, &damaged):
		result.Problem = damaged.Error()
		return true, c.reject(result, Rejected{Offset: damaged.Offset, Reason: "the object is damaged from here on: " + damaged.Err.Error()}, nil)
	default:
		return true, &unreadableError{result.Key, err}
	}
	if rec.Entry != c.entry {
		c.enter(result.Key, rec.Entry)
	}
	place := Rejected{Offset: rec.Offset, Index: rec.Index, Length: int64(len(rec.Data))}
	c.norm.Delivered(rec.Envelope)
	err = c.norm.Add(rec.Data, rec.Offset, rec.Index)
	if errors.Is(err, source.ErrNoRecord) {
		if len(rec.Data) > 0 && len(rec.Data) <= maxHeader {
			c.header = append(c.header[:0], rec.Data...)
		}
		return false, nil
	}
	if err != nil {
		place.Reason = err.Error()
		if rec.Envelope != nil {
			place.Envelope = rec.Envelope.Said()
		}
		return false, c.reject(result, place, rec.Data)
	}
	result.RecordsIn++
	result.EventsOut++
	return false, nil
}

// maxHeader is how long a line may be to be kept as the header of what is rejected.
const maxHeader = 16 << 10

// reject counts a record that is no event, and puts it into quarantine with what it takes to read it again.
func (c *conversion) reject(result *catalog.ObjectResult, r Rejected, data []byte) error {
	result.RecordsIn++
	result.Rejected++
	r.Object, r.Header = result.Key, string(c.header)
	if err := c.out.quarantine.add(r, data); err != nil {
		return err
	}
	switch rejected := len(c.out.quarantine.rows); {
	case rejected%maxRejected == 0 && c.mostly(rejected):
		return errUnfit
	case rejected == maxQuarantined:
		return errCrowded
	}
	return nil
}

// maxRejected is how many records of a batch may be rejected if they are most of it: what an object of another source
// gives, or a definition that is wrong. The ledger notes each of them, and takes a minute for half a million.
const maxRejected = 100_000

// maxQuarantined is how many records of a batch may be rejected at all: they are held in memory until they are
// committed in one transaction.
const maxQuarantined = 200_000

var errCrowded = fmt.Errorf("more than %d records were rejected, which is more than the quarantine takes of one object", maxQuarantined-1)

var errUnfit = fmt.Errorf("more than %d records were rejected, which is most of them: it is of another source, or the source's definition is wrong", maxRejected-1)

// mostly tells whether so many records are most of those that were read.
func (c *conversion) mostly(rejected int) bool {
	var all int64
	for i := range c.out.objects {
		all += c.out.objects[i].RecordsIn
	}
	return 2*int64(rejected) > all
}

// breathe writes the rows out when they have grown to the budget. It looks every so many records or bytes.
func (c *conversion) breathe(object, bytes int) error {
	if c.sinceRecords, c.sinceBytes = c.sinceRecords+1, c.sinceBytes+bytes; c.sinceRecords < checkRecords && c.sinceBytes < checkBytes {
		return nil
	}
	c.sinceRecords, c.sinceBytes = 0, 0
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
