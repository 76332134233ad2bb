package merge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
)

// DamagedError is a file of the lake that is not what the catalog says.
type DamagedError struct {
	Path string
	Err  error
}

func (e *DamagedError) Error() string { return fmt.Sprintf("%s is damaged: %v", e.Path, e.Err) }
func (e *DamagedError) Unwrap() error { return e.Err }

// input is a file that is merged: one of the lake, or a local one of an earlier pass.
type input struct {
	catalog.File
	local string // the path of a local file
	shape table.Shape
	order int // among the inputs: rows of one time are in this order

	body   raw.RandomReader
	reader *table.Reader
	times  []int64 // of rows that are read but not taken yet
	taken  int     // rows taken since they were last added to a batch
	last   int64
	begun  bool
}

// open opens the file for reading at any place.
func (m *merging) open(in *input) (err error) {
	if in.local != "" {
		in.body, err = os.Open(in.local)
	} else {
		in.body, err = raw.OpenRandom(m.ctx, m.run.cfg.Lake, in.Path, m.dir)
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", in.Path, err)
	}
	return nil
}

func (in *input) close() error {
	if in.body == nil {
		return nil
	}
	err := in.body.Close()
	in.body, in.reader, in.times = nil, nil, nil
	return err
}

// measure reads the footers of files, one after the other.
func (m *merging) measure(inputs []*input) error {
	for _, in := range inputs {
		if err := m.open(in); err != nil {
			return err
		}
		shape, err := table.ShapeOf(in.body, in.Bytes)
		if err = damaged(in, err); err != nil {
			return errors.Join(err, in.close())
		}
		in.shape = shape
		if err := in.close(); err != nil {
			return err
		}
	}
	return nil
}

// check holds a file of the lake against its checksum and gives its content. A local one was read back when it was written.
func (m *merging) check(in *input) error {
	if in.local != "" {
		return nil
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.NewSectionReader(stopping{m.ctx, in.body}, 0, in.Bytes))
	if err != nil {
		return fmt.Errorf("read %s: %w", in.Path, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != in.SHA256 {
		return damaged(in, fmt.Errorf("%d bytes with the checksum %s instead of %s", n, got, in.SHA256))
	}
	c, err := m.hasher.File(stopping{m.ctx, in.body}, in.Bytes)
	if err == nil && c.Rows != in.Rows {
		err = fmt.Errorf("%d rows instead of %d", c.Rows, in.Rows)
	}
	if err != nil && m.ctx.Err() == nil {
		return damaged(in, err)
	}
	m.content = m.content.Add(c)
	return err
}

// begin makes a file ready to give its rows.
func (m *merging) begin(in *input) error {
	if err := m.open(in); err != nil {
		return err
	}
	if err := m.check(in); err != nil {
		return err
	}
	reader, err := m.run.readers.Open(stopping{m.ctx, in.body}, in.Bytes, m.schema)
	if err != nil {
		return damaged(in, err)
	}
	in.reader = reader
	return in.look()
}

// look looks at times of rows to come, unless there are some that are not taken.
func (in *input) look() (err error) {
	if len(in.times) > 0 {
		return nil
	}
	if in.times, err = in.reader.Times(in.taken); err != nil {
		return damaged(in, err)
	}
	if len(in.times) > 0 && in.begun && in.times[0] < in.last {
		return damaged(in, errors.New("its rows are not sorted by time"))
	}
	in.begun = true
	return nil
}

// read adds the rows that were taken to a batch.
func (in *input) read(b *ecs.Batch) error {
	if err := in.reader.Read(b, in.taken); err != nil {
		return damaged(in, err)
	}
	in.taken, in.times = 0, nil // which were valid until now
	return nil
}

func damaged(in *input, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return &DamagedError{in.Path, err}
}

// stopping gives up when its context is done.
type stopping struct {
	ctx context.Context
	r   io.ReaderAt
}

func (s stopping) ReadAt(p []byte, at int64) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.ReadAt(p, at)
}
