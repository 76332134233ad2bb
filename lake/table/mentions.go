package table

import (
	"bytes"
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Mention is a text to look for in rows of a time range.
type Mention struct {
	Columns  []string // that may hold it, as SQL says them: texts or lists of texts; a file that lacks one has it nowhere
	Value    []byte   // nil is any row of the time range
	From, To int64    // Unix milliseconds, half-open
}

// Mentions tells whether the file has such a row. The answer is exact: bloom filters and statistics only spare the
// reading of what they rule out.
func Mentions(r io.ReaderAt, size int64, m Mention) (found bool, err error) {
	defer func() { // xitongsys's decoders index without checking
		if p := recover(); p != nil {
			found, err = false, fmt.Errorf("look for a value: decoding panicked: %v", p)
		}
	}()
	f, err := openFile(r, size)
	if err != nil {
		return false, fmt.Errorf("look for a value: %w", err)
	}
	for i, g := range f.meta.RowGroups {
		s := mentionSearch{file: f, group: g, Mention: m}
		if found, err = s.anywhere(); found || err != nil {
			if err != nil {
				err = fmt.Errorf("look for a value in row group %d: %w", i, err)
			}
			return found, err
		}
	}
	return false, nil
}

// mentionSearch looks in one row group.
type mentionSearch struct {
	Mention
	file  *file
	group *parquet.RowGroup
	times []int64 // of all rows, once they are needed
}

func (s *mentionSearch) anywhere() (bool, error) {
	times := s.chunk(ecs.ColumnName(timeField))
	if times == nil {
		return false, fmt.Errorf("file has no column of times")
	}
	whole := false // whether every row is in the time range
	if least, most, ok := s.file.timeBounds(times); ok {
		if most < s.From || least >= s.To {
			return false, nil
		}
		whole = s.From <= least && most < s.To
	}
	if s.Value == nil {
		return s.anyRow(times, whole)
	}
	for _, column := range s.Columns {
		c := s.chunk(column)
		if c == nil {
			continue
		}
		if found, err := s.column(c, times, whole); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// anyRow tells whether any row is of the time range.
func (s *mentionSearch) anyRow(times *parquet.ColumnMetaData, whole bool) (bool, error) {
	if whole {
		return s.group.NumRows > 0, nil
	}
	for row := range s.group.NumRows {
		if inside, err := s.inside(times, row); inside || err != nil {
			return inside, err
		}
	}
	return false, nil
}

// chunk is a column's chunk in the group, nil if there is none.
func (s *mentionSearch) chunk(column string) *parquet.ColumnMetaData {
	for _, c := range s.group.Columns {
		if path := c.MetaData.PathInSchema; len(path) > 0 && path[0] == column {
			return c.MetaData
		}
	}
	return nil
}

func (s *mentionSearch) column(c, times *parquet.ColumnMetaData, whole bool) (bool, error) {
	filter, err := s.file.bloom(c)
	if err != nil {
		return false, err
	}
	if filter != nil && !filter.has(s.Value) {
		return false, nil
	}
	d := decoder{typ: ecs.String, form: s.file.formOf(c)}
	if len(c.PathInSchema) > 1 {
		d.typ = ecs.Strings
	}
	rows := int64(0)
	found := false
	err = s.eachPage(c, &d, func(p content) error {
		hits := hitRows(&d, p, s.Value, rows)
		rows += rowsOf(p)
		for _, row := range hits {
			if !whole {
				inside, err := s.inside(times, row)
				if err != nil {
					return err
				}
				if !inside {
					continue
				}
			}
			found = true
			return io.EOF
		}
		return nil
	})
	return found, err
}

// eachPage decodes a chunk's pages until f answers io.EOF.
func (s *mentionSearch) eachPage(c *parquet.ColumnMetaData, d *decoder, f func(content) error) error {
	p, err := s.file.pages(start(c), c.TotalCompressedSize, c.Codec)
	if err != nil {
		return err
	}
	for {
		h, body, err := p.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Type == parquet.PageType_DICTIONARY_PAGE {
			if err := d.dictionary(h, body); err != nil {
				return err
			}
			continue
		}
		data, err := d.data(h, body)
		if err != nil {
			return err
		}
		if err := f(data); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// inside tells whether a row of the group is of the time range.
func (s *mentionSearch) inside(times *parquet.ColumnMetaData, row int64) (bool, error) {
	if s.times == nil {
		d := decoder{typ: ecs.Time, form: s.file.formOf(times)}
		s.times = make([]int64, 0, s.group.NumRows)
		err := s.eachPage(times, &d, func(p content) error {
			page, err := d.times(p)
			s.times = append(s.times, page...)
			return err
		})
		if err != nil {
			return false, err
		}
	}
	if row >= int64(len(s.times)) {
		return false, fmt.Errorf("row %d has no time", row)
	}
	return s.From <= s.times[row] && s.times[row] < s.To, nil
}

// hitRows are the rows of a page that hold the value, given the number of its first row.
func hitRows(d *decoder, p content, value []byte, first int64) (rows []int64) {
	level, _ := maxLevel(d.typ)
	row, next := first-1, 0
	for i, l := range p.defs {
		if p.reps == nil || p.reps[i] == 0 {
			row++
		}
		if l != level {
			continue
		}
		var v []byte
		if p.indexes != nil {
			v = d.dict.str(int(p.indexes[next]))
		} else {
			v = p.values.str(next)
		}
		next++
		if bytes.Equal(v, value) && (len(rows) == 0 || rows[len(rows)-1] != row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// rowsOf is how many rows a page has.
func rowsOf(p content) int64 {
	if p.reps == nil {
		return int64(len(p.defs))
	}
	n := int64(0)
	for _, r := range p.reps {
		if r == 0 {
			n++
		}
	}
	return n
}
