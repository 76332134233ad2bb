package table

import (
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Summary is what a file says of itself, and whether its rows are in order.
type Summary struct {
	Rows             int64
	RowGroups        int
	MinTime, MaxTime int64 // Unix milliseconds
	Sorted           bool  // by @timestamp, every row having one
	Columns          []string
	Meta             map[string]string
	CreatedBy        string
}

// Inspect reads a file's footer and all its times. It needs no batch, so it serves to check old files.
func Inspect(r io.ReaderAt, size int64) (s Summary, err error) {
	defer func() { // xitongsys's decoders index without checking
		if p := recover(); p != nil {
			err = fmt.Errorf("inspect parquet file: decoding panicked: %v", p)
		}
	}()
	f, err := openFile(r, size)
	if err != nil {
		return Summary{}, fmt.Errorf("inspect parquet file: %w", err)
	}
	s = Summary{Rows: f.meta.NumRows, RowGroups: len(f.meta.RowGroups), Meta: map[string]string{}, CreatedBy: f.meta.GetCreatedBy()}
	for _, kv := range f.meta.KeyValueMetadata {
		s.Meta[kv.Key] = kv.GetValue()
	}
	for i := 1; i < len(f.meta.Schema); {
		s.Columns = append(s.Columns, f.meta.Schema[i].Name)
		i += elements(f.meta.Schema[i:])
	}
	if err := s.times(f); err != nil {
		return Summary{}, fmt.Errorf("inspect parquet file: %w", err)
	}
	return s, nil
}

// elements is how many elements of a schema the first one and what is below it take.
func elements(schema []*parquet.SchemaElement) int {
	n := 1
	for range schema[0].GetNumChildren() {
		n += elements(schema[n:])
	}
	return n
}

// times reads the column of times through.
func (s *Summary) times(f *file) error {
	col := f.leaf(ecs.ColumnName(timeField))
	if col < 0 {
		return nil
	}
	s.Sorted = true
	d, seen := decoder{typ: ecs.Time}, int64(0)
	for _, g := range f.meta.RowGroups {
		m := g.Columns[col].MetaData
		p, err := f.pages(start(m), m.TotalCompressedSize, m.Codec)
		if err != nil {
			return err
		}
		for {
			h, body, err := p.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
			c, err := d.data(h, body)
			if err != nil {
				return err
			}
			if c.values == nil {
				s.Sorted = s.Sorted && len(c.defs) == 0
				continue
			}
			s.Sorted = s.Sorted && len(c.values.nums) == len(c.defs)
			for _, t := range c.values.nums {
				s.time(t, seen == 0)
				seen++
			}
		}
	}
	if seen > s.Rows || s.Sorted && seen != s.Rows {
		return fmt.Errorf("%d times for %d rows", seen, s.Rows)
	}
	return nil
}

func (s *Summary) time(t int64, first bool) {
	if first {
		s.MinTime, s.MaxTime = t, t
	}
	s.Sorted = s.Sorted && t >= s.MaxTime
	s.MinTime, s.MaxTime = min(s.MinTime, t), max(s.MaxTime, t)
}
