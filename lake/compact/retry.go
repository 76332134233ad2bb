package compact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// RetryReport is what became of quarantined records that were tried again.
type RetryReport struct {
	Tried      int64 `json:"tried"`
	Released   int64 `json:"released"` // became events
	Duplicates int64 `json:"duplicates"`
	Held       int64 `json:"held"`           // were rejected again
	Busy       int64 `json:"busy,omitempty"` // are being tried by another retry
}

// Retry reads quarantined records again, after a mapping was mended. Those that can be read now become events of
// their own objects; the counts of the objects follow. cfg.Raw may be nil; it is needed only for records of which the
// quarantine has but the beginning.
func Retry(ctx context.Context, cfg Config, filter catalog.QuarantineFilter) (report RetryReport, err error) {
	r := newRun(cfg, Selection{})
	end, err := r.begin(ctx)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, end()) }()
	if err := r.undoRetries(ctx); err != nil {
		return report, err
	}
	filter.State = catalog.Held
	for rows, err := range catalog.QuarantinePages(ctx, r.cfg.Catalog, filter) {
		if err != nil {
			return report, err
		}
		report.Tried += int64(len(rows))
		for len(rows) > 0 {
			n := slices.IndexFunc(rows, func(q catalog.QuarantineRow) bool { return q.Table != rows[0].Table || q.Path != rows[0].Path })
			if n < 0 {
				n = len(rows)
			}
			if err := r.retry(ctx, rows[:n], &report); err != nil {
				return report, fmt.Errorf("try the records of %s again: %w", rows[0].Path, err)
			}
			rows = rows[n:]
		}
	}
	return report, nil
}

// undoRetries takes back what retries that died have begun; their records are held again.
func (r *run) undoRetries(ctx context.Context) error {
	looked := map[string]bool{}
	for rows, err := range catalog.QuarantinePages(ctx, r.cfg.Catalog, catalog.QuarantineFilter{State: catalog.Held}) {
		if err != nil {
			return err
		}
		for _, q := range rows {
			if q.RetryBatch == "" || looked[q.RetryBatch] {
				continue
			}
			looked[q.RetryBatch] = true
			if err := r.undoRetry(ctx, q.RetryBatch); err != nil {
				return err
			}
		}
	}
	return nil
}

// undoRetry takes a retry back, unless somebody is at it.
func (r *run) undoRetry(ctx context.Context, batch string) error {
	h, err := r.acquire(ctx, catalog.BatchLease(batch))
	var busy *catalog.HeldError
	if errors.As(err, &busy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer h.release()
	err = r.workers[0].undo(h, catalog.Batch{ID: batch})
	if errors.Is(err, catalog.ErrCommitted) || err != nil && h.lost() { // somebody was at it when it was found, or is by now
		return nil
	}
	return err
}

// retry takes the records of one quarantine file the whole way, unless another does.
func (r *run) retry(ctx context.Context, rows []catalog.QuarantineRow, report *RetryReport) error {
	s, err := r.cfg.Sources.ByName(rows[0].Table)
	if err != nil {
		report.Held += int64(len(rows))
		r.report.fail(rows[0].Table, rows[0].Path, err)
		return nil
	}
	b := catalog.Batch{Table: s.Name, MappingVersion: s.Version, PlannedAt: r.cfg.Now()}
	for _, q := range rows {
		b.Retry = append(b.Retry, q.ID)
	}
	sum := sha256.Sum256([]byte("retry\x00" + s.Name + "\x00" + s.Version + "\x00" + strings.Join(b.Retry, "\x00")))
	b.ID = hex.EncodeToString(sum[:10])
	h, err := r.acquire(ctx, catalog.BatchLease(b.ID))
	var busy *catalog.HeldError
	if errors.As(err, &busy) {
		report.Busy += int64(len(rows))
		return nil
	}
	if err != nil {
		return err
	}
	defer h.release()
	err = r.record(h.Context(), b)
	if err == nil {
		err = r.workers[0].retry(h, b, rows, report)
	} else if elsewhere(err) || errors.Is(err, catalog.ErrNotHeld) {
		report.Busy += int64(len(rows))
		return nil
	}
	if err != nil && h.lost() {
		report.Busy += int64(len(rows)) // the next retry tells what became of them
		return nil
	}
	return err
}

func (w *worker) retry(h *held, b catalog.Batch, rows []catalog.QuarantineRow, report *RetryReport) error {
	for {
		out, err := w.convertRetry(h.Context(), b, rows)
		if err != nil {
			return errors.Join(err, w.undo(h, b))
		}
		if len(out.release) == 0 {
			report.Held += int64(len(rows))
			return w.undo(h, b)
		}
		err = w.commit(h, b, out)
		if errors.Is(err, errDuplicates) {
			continue
		}
		if err != nil {
			return err
		}
		report.count(len(rows), out.release)
		return nil
	}
}

func (r *RetryReport) count(tried int, released []catalog.Release) {
	for _, x := range released {
		if x.Duplicate {
			r.Duplicates++
		} else {
			r.Released++
		}
	}
	r.Held += int64(tried - len(released))
}

// convertRetry makes rows of the records that can be read now. Each record counts as an object of its own until its
// fate is known.
func (w *worker) convertRetry(ctx context.Context, b catalog.Batch, rows []catalog.QuarantineRow) (*output, error) {
	c, err := w.begin(ctx, b)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, q := range rows {
		wanted[q.ID] = true
	}
	var ids []string
	err = w.run.eachRejected(ctx, rows[0].Path, func(rec Rejected) error {
		if !wanted[rec.ID] {
			return nil
		}
		start := start{c.rows.Rows(), len(ids)}
		n, err := c.again(rec)
		if n == 0 || err != nil {
			return err // without an error the record stays where it is
		}
		c.starts = append(c.starts, start)
		c.out.objects = append(c.out.objects, catalog.ObjectResult{Counts: catalog.Counts{RecordsIn: 1, EventsOut: 1}})
		ids = append(ids, rec.ID)
		return c.breathe(len(ids)-1, n)
	})
	if err != nil {
		return nil, err
	}
	if err := c.flush(); err != nil {
		return nil, err
	}
	for i, id := range ids {
		c.out.release = append(c.out.release, catalog.Release{ID: id, Duplicate: c.out.objects[i].Duplicates > 0})
	}
	c.out.objects = nil
	return c.out, nil
}

// again makes a row of a rejected record, if it can be read now, and answers how long the record was.
func (c *conversion) again(rec Rejected) (int, error) {
	data, err := c.run.wholeOf(c.ctx, c.source, rec)
	if data == nil || err != nil {
		return 0, err
	}
	c.norm.Begin(source.Origin{Key: rec.Object, Ingested: c.batch.PlannedAt})
	c.norm.Delivered(rec.delivery())
	if rec.Header != "" {
		if err := c.norm.Add([]byte(rec.Header), 0, 0); err == nil {
			return 0, fmt.Errorf("what stood before record %s as a header is a record now: %.80q", rec.ID, rec.Header)
		}
	}
	if c.norm.Add(data, rec.Offset, rec.Index) != nil {
		return 0, nil
	}
	return len(data), nil
}

// wholeOf is a record's bytes, from the raw object if the quarantine has but their beginning. They are nil when they
// cannot be had: no event is made of the beginning of a record.
func (r *run) wholeOf(ctx context.Context, s *source.Compiled, rec Rejected) ([]byte, error) {
	if !rec.Cut {
		return rec.Data(), nil
	}
	if r.cfg.Raw == nil {
		return nil, nil
	}
	full, err := raw.At(ctx, r.cfg.Raw, rec.Object, rec.Offset, rec.Index, s.Framing, r.cfg.Limits)
	var bad *raw.RecordError
	var damaged *raw.DamagedError
	if errors.As(err, &bad) || errors.As(err, &damaged) || errors.Is(err, raw.ErrNotFound) || errors.Is(err, raw.ErrNoRecord) {
		return nil, nil
	}
	if err == nil && (int64(len(full.Data)) != rec.Length || !bytes.HasPrefix(full.Data, rec.Data())) {
		return nil, nil // the object is another by now
	}
	return full.Data, err
}

// eachRejected reads a quarantine file.
func (r *run) eachRejected(ctx context.Context, path string, each func(Rejected) error) error {
	return ReadQuarantine(ctx, r.cfg.Lake, path, each)
}
