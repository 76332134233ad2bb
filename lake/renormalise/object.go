package renormalise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// object reads a raw object again. Rows of one that is gone, or whose bytes are others than those that were loaded, stay.
func (p *part) object(i int, results map[string]catalog.ObjectResult) error {
	o := &p.old.objects[i]
	known, ok := results[o.key]
	sum, err := raw.Checksum(p.ctx, p.cfg.Raw, o.key)
	switch {
	case errors.Is(err, raw.ErrNotFound):
		o.left = gone
		return nil
	case err != nil:
		return fmt.Errorf("read %s: %w", o.key, err)
	case !ok || sum != known.SHA256:
		o.left = changed
		return nil
	}
	reader, err := raw.Open(p.ctx, p.cfg.Raw, catalog.Object{Key: o.key, Size: known.Size}, p.source.Framing, p.cfg.Limits)
	if err != nil {
		return err
	}
	defer reader.Close()
	origin, entry := source.Origin{Key: o.key, Ingested: time.UnixMilli(o.ingested).UTC()}, 0
	p.norm.Begin(origin)
	for {
		rec, err := reader.Next()
		if err == nil && rec.Entry != entry {
			entry = rec.Entry
			p.norm.Begin(origin)
		}
		var bad *raw.RecordError
		var damaged *raw.DamagedError
		switch {
		case err == nil:
			err = p.record(uint32(i), rec)
		case errors.As(err, &bad):
			continue // is in quarantine
		case errors.Is(err, io.EOF), errors.As(err, &damaged):
			if got := reader.Totals().SHA256; got != sum {
				return fmt.Errorf("%s: %w", o.key, raw.ErrChanged)
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// record makes a row of a record, and takes it if there was one before.
func (p *part) record(object uint32, rec raw.Record) error {
	p.norm.Delivered(rec.Envelope)
	if err := p.norm.Add(rec.Data, rec.Offset, rec.Index); err != nil {
		return p.breathe() // a header, or for the quarantine
	}
	row, s := p.fresh.Rows()-1, p.fresh.Schema()
	at, ok := p.old.find(object, rec.Offset, p.fresh.Str(s.Col("event.id"), row), rec.Envelope == nil)
	if !ok {
		return p.breathe()
	}
	if ecs.Day(p.fresh.Num(s.Col("@timestamp"), row)) != p.day.Day {
		p.old.moved[at] = true
		return p.breathe()
	}
	p.old.replaced[at] = true
	p.take = append(p.take, int32(row))
	return p.breathe()
}

// checkRows is how many records go by between looks at the memory and the context.
const checkRows = 1 << 10

func (p *part) breathe() error {
	if p.since++; p.since < checkRows {
		return nil
	}
	p.since = 0
	if err := context.Cause(p.ctx); err != nil {
		return err
	}
	if p.fresh.Bytes() < flushBytes {
		return nil
	}
	return p.flush()
}
