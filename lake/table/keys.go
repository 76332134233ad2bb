package table

import (
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// EachKeys calls each with the keys of the file's rows, a page's at a time, sorted by time as the rows are. The keys
// are valid until each returns; its error ends the reading.
func EachKeys(r io.ReaderAt, size int64, each func([]Key) error) (err error) {
	defer func() { // xitongsys's decoders index without checking
		if p := recover(); p != nil {
			err = fmt.Errorf("read keys: decoding panicked: %v", p)
		}
	}()
	f, err := openFile(r, size)
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	times, ids := f.leaf(ecs.ColumnName(timeField)), f.leaf(ecs.ColumnName(idField))
	if times < 0 || ids < 0 {
		return fmt.Errorf("read keys: file has no column of times or of event ids")
	}
	for i, g := range f.meta.RowGroups {
		if err := f.groupKeys(g.Columns[times], g.Columns[ids], each); err != nil {
			return fmt.Errorf("read keys of row group %d: %w", i, err)
		}
	}
	return nil
}

func (f *file) groupKeys(times, ids *parquet.ColumnChunk, each func([]Key) error) error {
	s := finder{file: f, times: times, ids: ids}
	where, err := f.offsetIndex(times)
	if err != nil {
		return err
	}
	if s.pages, err = f.offsetIndex(ids); err != nil {
		return err
	}
	var keys []Key
	for _, w := range where {
		values, err := s.timePage(w)
		if err != nil {
			return err
		}
		keys = keys[:0]
		for i, t := range values {
			id, err := s.id(w.FirstRowIndex + int64(i))
			if err != nil {
				return err
			}
			keys = append(keys, Key{Time: t, ID: []byte(id)})
		}
		if err := each(keys); err != nil {
			return err
		}
	}
	return nil
}
