package table

import (
	"bytes"
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
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

// Verify reads the row groups back from the unfinished file and compares them with the rows that they were written from,
// as the function [Verify] does.
func (p *Part) Verify(r io.ReaderAt, b *ecs.Batch, rows []int32) error {
	return Verify(&partReader{p, r}, p.size+int64(len(p.tail)), b, rows)
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
