package table

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go/parquet"
	"github.com/zeebo/xxh3"
)

// Part is the row groups that were added last to a file that is being written, with all that a file says of them.
type Part struct {
	size int64  // of the file so far
	tail []byte // the indexes of the row groups, and a footer that has only them
}

// Added is what the last [Encoder.Add] has added, so that it can be read back while its batch is still there. Everything
// so far is given to the file's writer.
func (e *Encoder) Added() (*Part, error) {
	if e.out.err == nil {
		e.out.err = e.out.w.Flush()
	}
	if e.out.err != nil {
		return nil, fmt.Errorf("write parquet file: %w", e.out.err)
	}
	var tail bytes.Buffer
	out := newOutput(&tail)
	out.n = e.out.n
	e.footer.since(e.added).write(&out)
	if out.err == nil {
		out.err = out.w.Flush()
	}
	return &Part{size: e.out.n, tail: tail.Bytes()}, out.err
}

// since is a footer of the row groups from one on, which leaves the file's own as it is.
func (f *footer) since(group int) *footer {
	meta := *f.meta
	part := &footer{meta: &meta, indexes: f.indexes[group:]}
	meta.RowGroups, meta.NumRows = nil, 0
	for _, g := range f.meta.RowGroups[group:] {
		own := *g
		own.Columns = make([]*parquet.ColumnChunk, len(g.Columns))
		for i, c := range g.Columns {
			chunk := *c
			own.Columns[i] = &chunk
		}
		meta.RowGroups = append(meta.RowGroups, &own)
		meta.NumRows += g.NumRows
	}
	return part
}

// File is the row groups as a file of their own, for [Verify], [Hasher.File] and [Marks]: what r has of the unfinished
// file, and behind it what will stand at its end of these row groups.
func (p *Part) File(r io.ReaderAt) (io.ReaderAt, int64) {
	return &partReader{p, r}, p.size + int64(len(p.tail))
}

// partReader is the file so far with the part's tail behind it.
type partReader struct {
	*Part
	file io.ReaderAt
}

func (r *partReader) ReadAt(p []byte, at int64) (n int, err error) {
	if at < r.size {
		if n, err = r.file.ReadAt(p[:min(int64(len(p)), r.size-at)], at); err != nil && err != io.EOF || at+int64(n) < r.size {
			return n, err
		}
	}
	if rest := at + int64(n) - r.size; rest < int64(len(r.tail)) {
		n += copy(p[n:], r.tail[rest:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Mark is a hash of all that a file says of a row group in its footer and indexes, but for where the indexes are.
type Mark xxh3.Uint128

// Marks are a file's, by row group. Those of a finished file must be those of its parts, which were compared with rows.
func Marks(r io.ReaderAt, size int64) ([]Mark, error) {
	f, err := openFile(r, size)
	if err != nil {
		return nil, err
	}
	marks := make([]Mark, len(f.meta.RowGroups))
	for i, g := range f.meta.RowGroups {
		if marks[i], err = f.mark(g); err != nil {
			return nil, fmt.Errorf("read indexes of row group %d: %w", i, err)
		}
	}
	return marks, nil
}

func (f *file) mark(g *parquet.RowGroup) (Mark, error) {
	h := xxh3.New()
	for _, c := range g.Columns {
		for _, x := range []struct {
			at *int64
			n  *int32
		}{{c.ColumnIndexOffset, c.ColumnIndexLength}, {c.OffsetIndexOffset, c.OffsetIndexLength}} {
			if x.at == nil || x.n == nil {
				continue
			}
			p, err := f.bytes(*x.at, int64(*x.n))
			if err != nil {
				return Mark{}, err
			}
			_, _ = h.Write(p) // which never fails
		}
		c.ColumnIndexOffset, c.ColumnIndexLength, c.OffsetIndexOffset, c.OffsetIndexLength = nil, nil, nil, nil
	}
	p, err := newSerializer().Write(context.Background(), g)
	if err != nil {
		return Mark{}, err
	}
	_, _ = h.Write(p)
	return Mark(h.Sum128()), nil
}
