package merge

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/table"
)

// localFile is a file that was written and read back.
type localFile struct {
	path   string
	info   table.Info
	groups int64
}

// spec says what files are made of inputs.
type spec struct {
	name    func(i int) string
	bytes   int64 // of a file
	rows    int64 // about those of a file
	options table.Options
}

// output writes files one after the other. Each row group is read back while the next is gathered.
type output struct {
	m       *merging
	spec    spec
	encoder *table.Encoder
	file    *os.File
	groups  int64 // row groups of the current file
	made    []localFile
	checked chan error // of the row group that is being read back; nil if none is
	hasher  table.Hasher
	content table.Content // of all files
	marks   []table.Mark  // of the current file's row groups
}

func (m *merging) newOutput(s spec) (*output, error) {
	e, err := table.NewEncoder(s.options)
	return &output{m: m, spec: s, encoder: e}, err
}

// add writes rows of a batch as row groups, and ends the file when it is large enough. The batch may be used again when
// the next one was added.
func (o *output) add(b *ecs.Batch, rows []int32, left int64) error {
	if o.file == nil {
		if err := o.begin(); err != nil {
			return err
		}
	}
	size, err := o.encoder.Add(b, rows)
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(o.file.Name()), err)
	}
	o.groups++
	part, err := o.encoder.Added()
	if err != nil {
		return err
	}
	if err := o.wait(); err != nil {
		return err
	}
	checked, file := make(chan error, 1), o.file
	o.checked = checked
	go func() { checked <- o.check(part, file, b, rows) }()
	if left == 0 || size >= 2*o.spec.bytes || size >= o.spec.bytes && 4*left >= o.spec.rows {
		return o.end()
	}
	return nil
}

// wait waits for the row group that is being read back.
func (o *output) wait() error {
	if o.checked == nil {
		return nil
	}
	err := <-o.checked
	o.checked = nil
	if err != nil {
		return fmt.Errorf("read %s back: %w", filepath.Base(o.file.Name()), err)
	}
	return nil
}

func (o *output) begin() (err error) {
	path := filepath.Join(o.m.dir, o.spec.name(len(o.made)))
	if o.file, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644); err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	o.groups, o.marks = 0, nil
	o.encoder.Begin(o.file, o.m.schema)
	return nil
}

// end ends the current file.
func (o *output) end() error {
	err := o.wait()
	if err != nil {
		return err
	}
	info, err := o.encoder.Finish()
	if err == nil {
		err = o.finished(info)
	}
	name := o.file.Name()
	if e := o.file.Close(); err == nil {
		err = e
	}
	o.file = nil
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(name), err)
	}
	o.made = append(o.made, localFile{name, info, o.groups})
	return nil
}

// check reads row groups back, compares them with their rows, and finds their content. One runs at a time.
func (o *output) check(part *table.Part, file *os.File, b *ecs.Batch, rows []int32) error {
	r, size := part.File(stopping{o.m.ctx, file})
	if err := table.Verify(r, size, b, rows); err != nil {
		return err
	}
	marks, err := table.Marks(r, size)
	if err != nil {
		return err
	}
	c, err := o.hasher.File(r, size)
	o.content = o.content.Add(c)
	o.marks = append(o.marks, marks...)
	return err
}

// finished makes sure that the finished file says of its row groups what was found true of them.
func (o *output) finished(info table.Info) error {
	marks, err := table.Marks(o.file, info.Bytes)
	if err == nil && !slices.Equal(marks, o.marks) {
		err = fmt.Errorf("%w: its footer is not that of its row groups", table.ErrMismatch)
	}
	return err
}

// close ends a merge that was broken off.
func (o *output) close() {
	_ = o.wait()
	if o.file != nil {
		_ = o.file.Close()
	}
}
