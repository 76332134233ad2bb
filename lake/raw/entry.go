package raw

import (
	"bytes"
	"io"

	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/raw/unpack"
)

const byteOrderMark = "\xef\xbb\xbf"

// enter makes ready to read the entry that begins here. An object that is no archive is one entry.
func (r *Reader) enter() {
	if r.inParquet() {
		r.openRows(true)
		return
	}
	mark, f := r.begin(r.framing)
	r.skip(mark)
	r.frames = frame.New(r.in, r.offset(), f, r.limits.frame())
}

// advance goes on to the next entry. Records do not run over from one into the next, and each has headers of its own.
func (r *Reader) advance() error {
	r.leaveRows()
	if err := r.in.Next(); err != nil {
		return err
	}
	r.entry++
	r.enter()
	return nil
}

// offset is where the reader is in the unpacked object. A row of Parquet takes as much of it as a byte does.
func (r *Reader) offset() int64 {
	if r.rows != nil {
		return r.rows.offset()
	}
	return r.in.Unpacked() + r.shift
}

// begin looks at the first bytes of an entry. It answers how many of them are a byte order mark, and how the rest is
// framed: what begins with an envelope is read as JSON, an export by its times.
func (r *Reader) begin(f Framing) (mark int64, _ Framing) {
	head, _ := r.in.Peek(unpack.HeadSize) // what goes wrong here is repeated by what reads next
	if bytes.HasPrefix(head, []byte(byteOrderMark)) {
		mark = int64(len(byteOrderMark))
	}
	head = head[mark:]
	r.unwrap, r.exported = nil, false
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

// skip passes over unpacked bytes, and answers how many there were. What goes wrong is repeated by what reads next.
func (r *Reader) skip(n int64) int64 {
	skipped, _ := io.CopyN(io.Discard, r.in, n)
	return skipped
}
