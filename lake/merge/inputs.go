package merge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sync/errgroup"

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

	checked chan error    // gives the answer of check
	ahead   chan struct{} // gives one for each file that is checked and was not begun
	body    raw.RandomReader
	reader  *table.Reader
	times   []int64 // of rows that are read but not taken yet
	taken   int     // rows taken since they were last added to a batch
	last    int64
	begun   bool
}

// opener is raw.OpenWhole, or opens files for less.
type opener func(ctx context.Context, b raw.Opener, key, dir string) (raw.RandomReader, error)

// open opens a file for reading all of it, at any place and as often as is wanted: of a lake that lies elsewhere there is
// one copy until it is closed.
func (m *merging) open(in *input) error {
	body, err := m.opened(in, raw.OpenWhole)
	in.body = body
	return err
}

func (m *merging) opened(in *input, open opener) (body raw.RandomReader, err error) {
	if in.local != "" {
		body, err = os.Open(in.local)
	} else {
		body, err = open(m.ctx, m.run.cfg.Lake, in.Path, m.dir)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", in.Path, err)
	}
	return body, nil
}

func (in *input) close() error {
	if in.body == nil {
		return nil
	}
	err := in.body.Close()
	in.body, in.reader, in.times = nil, nil, nil
	return err
}

// footersAbreast is how many footers are read at a time, for each of which a bucket may take its time.
const footersAbreast = 8

// measure reads the footers of files.
func (m *merging) measure(inputs []*input) error {
	var group errgroup.Group
	group.SetLimit(footersAbreast)
	for _, in := range inputs {
		group.Go(func() error {
			body, err := m.opened(in, func(ctx context.Context, b raw.Opener, key, dir string) (raw.RandomReader, error) {
				return raw.OpenRandom(ctx, b, key, in.Bytes, dir)
			})
			if err != nil {
				return err
			}
			in.shape, err = table.ShapeOf(body, in.Bytes)
			return errors.Join(damaged(in, err), body.Close())
		})
	}
	return group.Wait()
}

// checkAll holds files of the lake against their checksums and adds up their contents, while those that come first are
// merged already, and leaves them open. A local file was read back when it was written.
func (m *merging) checkAll(ctx context.Context, inputs []*input) {
	ahead := make(chan struct{}, maxOpen)
	for _, in := range inputs {
		in.checked, in.ahead = make(chan error, 1), ahead
	}
	m.checking.Add(1)
	go func() {
		defer m.checking.Done()
		for _, in := range inputs {
			select {
			case <-ctx.Done():
				in.checked <- ctx.Err()
			case ahead <- struct{}{}:
				var err error
				if in.local == "" {
					err = m.check(ctx, in)
				}
				in.checked <- err
			}
		}
	}()
}

// check opens a file, and holds it against its checksum.
func (m *merging) check(ctx context.Context, in *input) error {
	if err := m.open(in); err != nil {
		return err
	}
	sum, r := sha256.New(), stopping{ctx, in.body}
	n, err := io.Copy(sum, io.NewSectionReader(r, 0, in.Bytes))
	if err != nil {
		return fmt.Errorf("read %s: %w", in.Path, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != in.SHA256 {
		return damaged(in, fmt.Errorf("%d bytes with the checksum %s instead of %s", n, got, in.SHA256))
	}
	if more, _ := r.ReadAt(make([]byte, 1), in.Bytes); more > 0 {
		return damaged(in, fmt.Errorf("it is longer than its %d bytes", in.Bytes))
	}
	c, err := m.hasher.File(r, in.Bytes)
	if err == nil && c.Rows != in.Rows {
		err = fmt.Errorf("%d rows instead of %d", c.Rows, in.Rows)
	}
	if err != nil && ctx.Err() == nil {
		return damaged(in, err)
	}
	m.content = m.content.Add(c)
	return err
}

// begin makes a file ready to give its rows.
func (m *merging) begin(in *input) error {
	if err := <-in.checked; err != nil {
		return err
	}
	<-in.ahead
	if in.body == nil {
		if err := m.open(in); err != nil {
			return err
		}
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
