package renormalise

import (
	"errors"
	"fmt"
	"os"

	"github.com/klauspost/compress/zstd"
	"github.com/zeebo/xxh3"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/table"
)

// scratch is how local files are written, which are read but once or twice.
var scratch = table.Options{
	RowsPerGroup: 16 << 10, RowsPerPage: 1 << 10, PageBytes: 64 << 10, Level: zstd.SpeedFastest,
	Bloom: func(ecs.Field) bool { return false },
}

// localFile is a local file that is being written.
type localFile struct {
	file    *os.File
	encoder *table.Encoder
	part    []int32 // rows of the batch at hand
}

func newLocalFile(day *merge.Rows, name string, s *ecs.Schema) (*localFile, error) {
	file, err := day.Local(name)
	if err != nil {
		return nil, fmt.Errorf("write a file: %w", err)
	}
	encoder, err := table.NewEncoder(scratch)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	encoder.Begin(file, s)
	return &localFile{file: file, encoder: encoder}, nil
}

// add writes the part of a batch that was marked for the file, and reads it back.
func (l *localFile) add(b *ecs.Batch) error {
	if len(l.part) == 0 {
		return nil
	}
	rows := l.part
	l.part = l.part[:0]
	if _, err := l.encoder.Add(b, rows); err != nil {
		return err
	}
	part, err := l.encoder.Added()
	if err != nil {
		return err
	}
	r, size := part.File(l.file)
	return table.Verify(r, size, b, rows)
}

// end ends the file.
func (l *localFile) end() (merge.Local, error) {
	info, err := l.encoder.Finish()
	return merge.Local{Path: l.file.Name(), Info: info}, errors.Join(err, l.file.Close())
}

// partRows is about how many rows of the past are held against each other at a time.
const (
	partRows = 1 << 20
	maxParts = 64
)

// divided is the rows of a day: those of today's mapping, and the others in parts by their raw objects.
type divided struct {
	day   *merge.Rows
	kept  *localFile // nil if there are none
	parts []*localFile
}

// divide puts the rows of a day into local files.
func (b *rebuild) divide(day *merge.Rows) (kept []merge.Local, parts []merge.Local, err error) {
	d := divided{day: day, parts: make([]*localFile, min(max(1, (day.Count+partRows-1)/partRows), maxParts))}
	version, path := day.Schema.Col(versionColumn), day.Schema.Col("log_file_path")
	if version < 0 || path < 0 {
		return nil, nil, fmt.Errorf("table %s has no column %s or log_file_path", day.Table, versionColumn)
	}
	err = day.Each(func(rows *ecs.Batch, order []int32) error {
		for _, row := range order {
			to := &d.kept
			if string(rows.Str(version, int(row))) != b.source.Version {
				to = &d.parts[xxh3.Hash(rows.Str(path, int(row)))%uint64(len(d.parts))]
			}
			if *to == nil {
				if *to, err = newLocalFile(day, fmt.Sprintf("old-%d", d.files()), day.Schema); err != nil {
					return err
				}
			}
			(*to).part = append((*to).part, row)
		}
		return d.flush(rows)
	})
	return d.end(err)
}

func (d *divided) files() (n int) {
	for _, p := range append(d.parts, d.kept) {
		if p != nil {
			n++
		}
	}
	return n
}

func (d *divided) flush(rows *ecs.Batch) error {
	for _, p := range append(d.parts, d.kept) {
		if p == nil {
			continue
		}
		if err := p.add(rows); err != nil {
			return err
		}
	}
	return nil
}

func (d *divided) end(err error) (kept, parts []merge.Local, _ error) {
	if d.kept != nil {
		local, e := d.kept.end()
		kept, err = append(kept, local), errors.Join(err, e)
	}
	for _, p := range d.parts {
		if p != nil {
			local, e := p.end()
			parts, err = append(parts, local), errors.Join(err, e)
		}
	}
	return kept, parts, err
}
