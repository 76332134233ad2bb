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
	Layers    int   // of compression inside of compression
}

func (l Limits) frame() frame.Limits { return frame.Limits{MaxRecord: l.MaxRecord, Window: l.Window} }
func (l Limits) unpack() unpack.Limits {
	return unpack.Limits{MaxRatio: l.MaxRatio, FreeBytes: l.FreeBytes, Layers: l.Layers}
}

// Record is one record of an object. What it points to is valid until the next call.
type Record struct {
	Data   []byte
	Offset int64 // in the unpacked object: of the record, or of the envelope that it came in
	Index  int   // among the records of its envelope

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
	key    string
	body   io.Closer
	in     *unpack.Reader
	frames frame.Reader

	unwrap   *envelope.Unwrapper // nil for objects without envelopes
	messages []envelope.Message  // of the last envelope, still to come
	from     Record              // what the last of them was
	broken   *RecordError        // comes after the messages
	info     Envelope            // of the last of them
	exported bool                // from CloudWatch Logs, and a time stands before each record
	stream   []byte              // of those records
	silent   int64
}

const byteOrderMark = "\xef\xbb\xbf"

// Open reads an object's records. An object whose size is known and is not what it was when it was listed is
// ErrChanged.
func Open(ctx context.Context, b Bucket, o catalog.Object, f Framing, l Limits) (*Reader, error) {
	body, err := b.Open(ctx, o.Key)
	if err != nil {
		return nil, err
	}
	r := &Reader{key: o.Key, body: body, in: unpack.New(&sized{src: body, want: o.Size}, o.Size, l.unpack())}
	mark, f := r.begin(f)
	r.skip(mark)
	r.frames = frame.New(r.in, mark, f, l.frame())
	return r, nil
}

// begin looks at the first bytes of the object. It answers how many of them are a byte order mark, and how the rest is
// framed: an object that begins with an envelope is read as JSON, an export by its times.
func (r *Reader) begin(f Framing) (mark int64, _ Framing) {
	head, _ := r.in.Peek(unpack.HeadSize) // what goes wrong here is repeated by what reads next
	if bytes.HasPrefix(head, []byte(byteOrderMark)) {
		mark = int64(len(byteOrderMark))
	}
	head = head[mark:]
	switch {
	case envelope.Looks(head), f.Kind != frame.JSON && envelope.Concatenated(head):
		r.unwrap = envelope.NewUnwrapper(f)
		return mark, Framing{Kind: frame.JSON, Arrays: f.Arrays}
	case envelope.IsExport(r.key, head, f):
		r.unwrap, r.exported = envelope.NewUnwrapper(f), true
		r.stream, _ = envelope.ExportStream(r.key)
		return mark, Framing{Kind: frame.Multiline, First: envelope.Begins}
	}
	return mark, f
}

// skip passes over unpacked bytes. What goes wrong is repeated by what reads next.
func (r *Reader) skip(n int64) { _, _ = io.CopyN(io.Discard, r.in, n) }

// Next answers the next record, or
//   - io.EOF at the end;
//   - a *RecordError for a record that can't be read, after which Next goes on;
//   - a *DamagedError if the object can't be unpacked from here on;
//   - the bucket's error, when the object is better read again later.
func (r *Reader) Next() (Record, error) {
	for len(r.messages) == 0 {
		if bad := r.broken; bad != nil {
			r.broken = nil
			return Record{}, bad
		}
		rec, err := r.frames.Next()
		if err != nil {
			return Record{}, r.explain(err)
		}
		if r.unwrap == nil {
			return Record{Data: rec.Data, Offset: rec.Offset}, nil
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
	r.from = Record{Offset: rec.Offset, Index: -1}
	if problem != "" {
		r.broken = &RecordError{
			Offset: rec.Offset, Size: int64(len(rec.Data)), Reason: problem,
			Data: bytes.Clone(rec.Data[:min(len(rec.Data), frame.MaxErrorData)]),
		}
	}
}

func (r *Reader) explain(err error) error {
	var bad *RecordError
	if err == io.EOF || errors.As(err, &bad) {
		return err
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
