package merge

import (
	"fmt"
	"os"
	"path/filepath"

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
	read    bool // whether the contents of the files are found
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
	content table.Content
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
	go func() { checked <- part.Verify(file, b, rows) }()
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
	o.groups = 0
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
	if err == nil && o.spec.read {
		err = o.readBack(info)
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

// readBack finds the content of the file that was just written.
func (o *output) readBack(info table.Info) error {
	r := stopping{o.m.ctx, o.file}
	c, err := o.m.hasher.File(r, info.Bytes)
	if err != nil {
		return err
	}
	if c.Rows != info.Rows {
		return fmt.Errorf("%w: %d rows instead of %d", table.ErrMismatch, c.Rows, info.Rows)
	}
	o.content = o.content.Add(c)
	return nil
}

// close ends a merge that was broken off.
func (o *output) close() {
	_ = o.wait()
	if o.file != nil {
		_ = o.file.Close()
	}
}
