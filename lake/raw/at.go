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
	f, err = r.seek(offset)
	if err != nil {
		return Record{}, err
	}
	f.Arrays, f.Header = nil, nil // what stands there is neither a wrapper nor a header
	r.frames = frame.New(r.in, offset, f, l.frame())
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

// seek goes to an offset, through as many entries of an archive as it takes, and answers how what is there is framed.
// An offset between two entries is that of the later one.
func (r *Reader) seek(offset int64) (Framing, error) {
	var bad error // an entry that can't be read on at the offset
	for {
		_, f := r.begin(r.framing)
		r.skip(offset - r.offset())
		head, err := r.in.Peek(1)
		var entry *unpack.EntryError
		switch {
		case len(head) > 0:
			return f, nil
		case errors.As(err, &entry) && entry.Offset == offset:
			bad = r.explain(err)
		}
		switch err := r.in.Next(); {
		case err == io.EOF && bad != nil:
			return f, bad
		case err == io.EOF:
			return f, ErrNoRecord
		case err != nil && !errors.As(err, &entry):
			return f, r.explain(err)
		}
	}
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
