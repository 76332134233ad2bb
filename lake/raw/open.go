package raw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/raw/unpack"
)

// How an object divides into records, and what can be wrong with it; see the packages.
type (
	Framing      = frame.Framing
	RecordError  = frame.RecordError
	DamagedError = unpack.DamagedError
	BombError    = unpack.BombError
	Envelope     = envelope.Info
)

// Kinds of framing.
const (
	JSON      = frame.JSON
	Lines     = frame.Lines
	Multiline = frame.Multiline
)

// Limits bound what an object may take. Zero values stand for the packages' defaults.
type Limits struct {
	MaxRecord int   // bytes of a record
	Window    int   // bytes that are held of a long object, unless a record needs more
	MaxRatio  int   // unpacked bytes for each stored byte
	FreeBytes int64 // unpacked bytes up to which no ratio is too high
	Layers    int   // of compression and archives inside of each other
	Entries   int   // of archives

	Scratch string // folder for copies of what must be read at any place; the system's if empty
	Spool   int64  // bytes of such a copy
}

func (l Limits) frame() frame.Limits { return frame.Limits{MaxRecord: l.MaxRecord, Window: l.Window} }
func (l Limits) unpack() unpack.Limits {
	return unpack.Limits{MaxRatio: l.MaxRatio, FreeBytes: l.FreeBytes, Layers: l.Layers, Entries: l.Entries}
}

// Record is one record of an object. What it points to is valid until the next call.
type Record struct {
	Data   []byte
	Offset int64 // in the unpacked object: of the record, or of the envelope that it came in
	Index  int   // among the records of its envelope
	Entry  int   // of the archive that the object is, the first being 0: what was said in another one counts no more

	Envelope *Envelope // nil if the record stood bare
}

// Totals is what the ledger notes of an object that was read to its end.
type Totals struct {
	StoredBytes   int64
	SHA256        string // of the stored bytes, in hex
	UnpackedBytes int64
	Silent        int64 // envelopes without a record: control messages
}

// Reader reads the records of an object.
type Reader struct {
	key     string
	body    io.ReadCloser
	in      *unpack.Reader
	framing Framing
	limits  Limits
	frames  frame.Reader // nil when the entry is at its end
	rows    *rowReader   // of an entry in Parquet
	shift   int64        // from bytes unpacked to offsets
	entry   int

	unwrap   *envelope.Unwrapper // nil for objects without envelopes
	messages []envelope.Message  // of the last envelope, still to come
	from     Record              // what the last of them was
	broken   *RecordError        // comes after the messages
	info     Envelope            // of the last of them
	exported bool                // from CloudWatch Logs, and a time stands before each record
	stream   []byte              // of those records
	silent   int64
}

// Open reads an object's records. An object whose size is known and is not what it was when it was listed is
// ErrChanged.
func Open(ctx context.Context, b Bucket, o catalog.Object, f Framing, l Limits) (*Reader, error) {
	body, err := b.Open(ctx, o.Key)
	if err != nil {
		return nil, err
	}
	r := &Reader{key: o.Key, body: body, in: unpack.New(&sized{src: body, want: o.Size}, o.Size, l.unpack()), framing: f, limits: l}
	r.enter()
	return r, nil
}

// Next answers the next record, or
//   - io.EOF at the end;
//   - a *RecordError for a record, or for the rest of an archive's entry, that can't be read, after which Next goes on;
//   - a *DamagedError if the object can't be unpacked from here on;
//   - the bucket's error, when the object is better read again later.
func (r *Reader) Next() (Record, error) {
	for len(r.messages) == 0 {
		if bad := r.broken; bad != nil {
			r.broken = nil
			return Record{}, bad
		}
		if r.frames == nil {
			if err := r.advance(); err != nil {
				return Record{}, r.explain(err)
			}
		}
		rec, err := r.frames.Next()
		if err == io.EOF {
			r.frames = nil
			continue
		}
		if err != nil {
			return Record{}, r.explain(err)
		}
		if r.unwrap == nil {
			return Record{Data: rec.Data, Offset: rec.Offset, Entry: r.entry}, nil
		}
		r.open(rec)
	}
	m := &r.messages[0]
	r.messages = r.messages[1:]
	r.from.Data = m.Data
	r.info = m.Info()
	r.from.Envelope = &r.info
	r.from.Index++
	return r.from, nil
}

// open takes the messages out of a record.
func (r *Reader) open(rec frame.Record) {
	var problem string
	if r.exported {
		r.messages, problem = r.unwrap.UnwrapExported(rec.Data, r.stream)
	} else {
		r.messages, problem = r.unwrap.Unwrap(rec.Data)
	}
	r.silent += r.unwrap.Silent()
	r.from = Record{Offset: rec.Offset, Index: -1, Entry: r.entry}
	if problem != "" {
		r.broken = &RecordError{
			Offset: rec.Offset, Size: int64(len(rec.Data)), Reason: problem,
			Data: bytes.Clone(rec.Data[:min(len(rec.Data), frame.MaxErrorData)]),
		}
	}
}

// explain says what an error means, and where it is.
func (r *Reader) explain(err error) error {
	var bad *RecordError
	var entry *unpack.EntryError
	var damaged *DamagedError
	switch {
	case err == io.EOF || errors.As(err, &bad):
		return err
	case errors.As(err, &entry):
		r.frames = nil
		return &RecordError{Offset: r.offset(), Reason: entry.Error()}
	case errors.As(err, &damaged):
		err = &DamagedError{Offset: r.offset(), Err: damaged.Err}
	}
	return fmt.Errorf("read %s: %w", r.key, err)
}

// Totals are those of the whole object once Next has answered io.EOF or a *DamagedError, and of what was read before.
func (r *Reader) Totals() Totals {
	t := Totals{UnpackedBytes: r.in.Unpacked(), Silent: r.silent}
	t.StoredBytes, t.SHA256 = r.in.Stored()
	return t
}

// Close ends the reading.
func (r *Reader) Close() error {
	r.leaveRows()
	r.in.Close()
	return r.body.Close()
}

// sized makes sure that a body has the size it should have. Zero is not known.
type sized struct {
	src     io.Reader
	want, n int64
}

func (s *sized) Read(p []byte) (int, error) {
	n, err := s.src.Read(p)
	s.n += int64(n)
	if err == io.EOF && s.want > 0 && s.n != s.want {
		return n, fmt.Errorf("%w: %d bytes instead of %d", ErrChanged, s.n, s.want)
	}
	return n, err
}
