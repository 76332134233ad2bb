package raw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/raw/unpack"
)

// ErrNoRecord says that no record starts at a place.
var ErrNoRecord = errors.New("no record starts there")

// Whole is the index that asks At for an envelope rather than for a record in it.
const Whole = -1

// At leads back from a record's place to its bytes: the object is unpacked up to the offset, and read on as its
// framing says. For a record that can't be read the error is the *RecordError, which has the bytes. An offset that is
// not that of a record gives what reads as one from there on, or ErrNoRecord.
func At(ctx context.Context, b Bucket, key string, offset int64, index int, f Framing, l Limits) (Record, error) {
	rec, err := at(ctx, b, key, offset, index, f, l)
	if err != nil {
		return Record{}, fmt.Errorf("%s at offset %d: %w", key, offset, err)
	}
	return rec, nil
}

func at(ctx context.Context, b Bucket, key string, offset int64, index int, f Framing, l Limits) (Record, error) {
	body, err := b.Open(ctx, key)
	if err != nil {
		return Record{}, err
	}
	r := &Reader{key: key, body: body, in: unpack.New(body, 0, l.unpack()), framing: f, limits: l}
	defer r.Close()
	if err := r.seek(offset); err != nil {
		return Record{}, err
	}
	if index < 0 {
		r.unwrap = nil
	}
	for {
		rec, err := r.Next()
		var bad *RecordError
		switch {
		case errors.As(err, &bad) && bad.Offset == offset:
			return Record{}, bad
		case err == io.EOF, bad != nil, err == nil && (rec.Offset != offset || rec.Entry > 0):
			return Record{}, ErrNoRecord
		case err != nil:
			return Record{}, err
		case index < 0 || rec.Index == index:
			return keep(rec), nil
		}
	}
}

// seek makes ready to read at an offset, behind as many entries of an archive as it takes. An offset between two
// entries is that of the later one.
func (r *Reader) seek(offset int64) error {
	var bad error // an entry that can't be read on at the offset
	for {
		there, err := r.seekInEntry(offset)
		var entry *unpack.EntryError
		switch {
		case there:
			return nil
		case errors.As(err, &entry) && r.offset() == offset:
			bad = r.explain(err)
		}
		r.leaveRows()
		switch err := r.in.Next(); {
		case err == io.EOF && bad != nil:
			return bad
		case err == io.EOF:
			return ErrNoRecord
		case err != nil && !errors.As(err, &entry):
			return r.explain(err)
		}
	}
}

// seekInEntry goes on to an offset in this entry, if that is long enough, or to why it can't.
func (r *Reader) seekInEntry(offset int64) (there bool, err error) {
	if r.inParquet() {
		if r.openRows(true); r.rows.failed == nil {
			if err := r.rows.rows.Skip(offset - r.offset()); err != nil && err != io.EOF {
				r.rows.fail(err)
			}
		}
		return offset < r.rows.end() && r.rows.failed == nil, r.rows.failed
	}
	_, f := r.begin(r.framing)
	r.skip(offset - r.offset())
	head, err := r.in.Peek(1)
	f.Arrays, f.Header = nil, nil // what stands there is neither a wrapper nor a header
	r.frames = frame.New(r.in, offset, f, r.limits.frame())
	return len(head) > 0, err
}

// keep makes a record's bytes its own.
func keep(rec Record) Record {
	rec.Data = bytes.Clone(rec.Data)
	if rec.Envelope == nil {
		return rec
	}
	e := rec.Envelope.Clone()
	rec.Envelope = &e
	return rec
}
