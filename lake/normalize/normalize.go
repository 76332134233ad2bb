// Package normalize prints what the records of a log become, without a lake.
package normalize

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// Rejected is a record that is no event.
type Rejected struct {
	Path   string
	Offset int64
	Reason string
}

// Counts says what became of the records.
type Counts struct{ RecordsIn, EventsOut, Rejected int64 }

// Normalizer prints the documents of one source's logs.
type Normalizer struct {
	source *source.Compiled
	rows   *ecs.Batch
	norm   *source.Normalizer
	docs   *ecs.Documents
	doc    []byte
	now    time.Time
	more   *enrich.Fillers // of the log that is read

	Enrich *enrich.Set                 // nil for none
	Limits raw.Limits                  // of logs
	Emit   func(document []byte) error // without a line break; valid during the call
	Reject func(Rejected) error
	Counts Counts
}

// New makes a normalizer; Emit and Reject must be set before it is used.
func New(s *source.Compiled, now time.Time) (*Normalizer, error) {
	n := &Normalizer{source: s, rows: ecs.NewBatch(s.Schema()), now: now}
	n.docs = ecs.NewDocuments(n.rows)
	var err error
	n.norm, err = s.New(n.rows)
	return n, err
}

// Log prints the documents of one log. Open reads it from its beginning.
func (n *Normalizer) Log(ctx context.Context, path string, open func() (io.ReadCloser, error)) error {
	reader, err := raw.Open(ctx, single(open), catalog.Object{Key: path}, n.source.Framing, n.Limits)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer reader.Close()
	n.more = n.Enrich.Begin(n.source.Schema())
	origin, entry := source.Origin{Key: path, Ingested: n.now}, 0
	n.norm.Begin(origin)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *frame.RecordError
		var damaged *raw.DamagedError
		switch {
		case errors.As(err, &bad):
			err = n.reject(path, bad.Offset, bad.Reason)
		case errors.As(err, &damaged):
			return n.reject(path, damaged.Offset, "the log is damaged from here on: "+damaged.Err.Error())
		case err != nil:
			return err
		default:
			if rec.Entry != entry {
				entry = rec.Entry
				n.norm.Begin(origin)
			}
			err = n.record(path, rec)
		}
		if err != nil {
			return err
		}
	}
}

func (n *Normalizer) record(path string, rec raw.Record) error {
	n.norm.Delivered(rec.Envelope)
	n.rows.Reset()
	err := n.norm.Add(rec.Data, rec.Offset, rec.Index)
	if errors.Is(err, source.ErrNoRecord) {
		return nil
	}
	if err != nil {
		return n.reject(path, rec.Offset, err.Error())
	}
	n.Counts.RecordsIn++
	n.Counts.EventsOut++
	n.more.Fill(n.rows)
	n.doc = n.docs.Append(n.doc[:0], 0)
	return n.Emit(n.doc)
}

func (n *Normalizer) reject(path string, offset int64, reason string) error {
	n.Counts.RecordsIn++
	n.Counts.Rejected++
	return n.Reject(Rejected{path, offset, reason})
}

// single is a bucket of the one log that it opens.
type single func() (io.ReadCloser, error)

func (s single) Open(context.Context, string) (io.ReadCloser, error) { return s() }

func (s single) List(context.Context, string) iter.Seq2[catalog.Object, error] {
	return func(func(catalog.Object, error) bool) {}
}
