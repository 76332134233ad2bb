package embedded

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// storedFile is a file as it is stored: with its sizes packed, nil if they are not known.
//
// They are packed as a sequence of numbers in the encoding of [binary.AppendUvarint]: the bytes of no column, then those of
// each of the table's columns in their order, up to the last that the file has. A table's columns keep their places, and
// most files have a few bytes of most columns, so that this takes one or two bytes a column: 195 a file in a lake of the
// simulated estate.
type storedFile struct {
	catalog.File
	packed []byte
}

// storedColumns are those of a file with its sizes.
var storedColumns = append(slices.Clone(fileColumns), "column_sizes")

func scanStored(r row, f *storedFile) error {
	return r.Scan(&f.Path, &f.Table, &f.Day, &f.Generation, &f.Batch, &f.Rows, &f.Bytes, &f.SHA256, instant{&f.MinTime}, instant{&f.MaxTime}, &f.packed)
}

// values are the file's, in the order of storedColumns.
func (f storedFile) values() []any {
	var packed any // no value, rather than one of no bytes
	if len(f.packed) > 0 {
		packed = f.packed
	}
	return []any{f.Path, f.Table, f.Day, f.Generation, f.Batch, f.Rows, f.Bytes, f.SHA256, millis(f.MinTime), millis(f.MaxTime), packed}
}

// stored packs the sizes of files of one table.
func (s session) stored(ctx context.Context, files []catalog.File) ([]storedFile, error) {
	out := make([]storedFile, len(files))
	var names []string
	for i, f := range files {
		out[i].File = f
		if !f.Sizes.Known() {
			continue
		}
		if names == nil {
			var err error
			if names, err = s.columnNames(ctx, f.Table); err != nil {
				return nil, err
			}
		}
		out[i].packed = pack(f.Sizes, names)
	}
	return out, nil
}

// columnNames are a table's columns in their order.
func (s session) columnNames(ctx context.Context, table string) ([]string, error) {
	names, err := list(ctx, s, s.sq.Select("name").From("lake_columns").Where(sq.Eq{"table_name": table}).OrderBy("ordinal"), scanText)
	if err != nil {
		return nil, fmt.Errorf("columns of table %s: %w", table, err)
	}
	return names, nil
}

// pack packs sizes. What the table has no column for counts as no column's, which every question reads.
func pack(s catalog.FileSizes, names []string) []byte {
	rest, sizes := s.Rest, make([]int64, len(names))
	for _, n := range s.Columns {
		rest += n
	}
	for i, name := range names {
		sizes[i] = s.Columns[name]
		rest -= sizes[i]
	}
	for len(sizes) > 0 && sizes[len(sizes)-1] == 0 {
		sizes = sizes[:len(sizes)-1]
	}
	packed := binary.AppendUvarint(make([]byte, 0, 2*len(sizes)+8), uint64(rest))
	for _, n := range sizes {
		packed = binary.AppendUvarint(packed, uint64(n))
	}
	return packed
}

// sums adds up packed sizes: of no column, then by the columns' places.
type sums []int64

// add adds those of a file.
func (s sums) add(packed []byte) error {
	for i := 0; len(packed) > 0; i++ {
		n, read := binary.Uvarint(packed)
		if read <= 0 || i >= len(s) {
			return catalog.ErrSizes
		}
		s[i] += int64(n)
		packed = packed[read:]
	}
	return nil
}

// ColumnBytes sums up the recorded sizes of a table's files.
func (s *Store) ColumnBytes(ctx context.Context, table string, files []catalog.File) (b catalog.ColumnBytes, err error) {
	err = s.read(ctx, "sizes of the columns of "+table, func(t session) error {
		b, err = t.columnBytes(ctx, table, files)
		return err
	})
	return b, err
}

func (s session) columnBytes(ctx context.Context, table string, files []catalog.File) (b catalog.ColumnBytes, err error) {
	names, err := s.columnNames(ctx, table)
	if err != nil {
		return b, err
	}
	all := make(sums, 1+len(names))
	for part := range slices.Chunk(files, chunk) {
		paths, bytes := make([]string, len(part)), make(map[string]int64, len(part))
		for i, f := range part {
			paths[i], bytes[f.Path] = f.Path, f.Bytes
		}
		found, err := list(ctx, s, s.sq.Select("path", "column_sizes").From("files").
			Where(sq.Eq{"path": paths}).Where("column_sizes IS NOT NULL"),
			func(r row, f *storedFile) error { return r.Scan(&f.Path, &f.packed) })
		if err != nil {
			return b, err
		}
		for _, f := range found {
			if err := all.add(f.packed); err != nil {
				return b, fmt.Errorf("file %s: %w", f.Path, err)
			}
			delete(bytes, f.Path)
		}
		for _, n := range bytes {
			b.Unknown, b.UnknownOf = b.Unknown+n, b.UnknownOf+1
		}
	}
	b.Rest, b.Columns = all[0], make(map[string]int64, len(names))
	for i, name := range names {
		b.Columns[name] = all[1+i]
	}
	return b, nil
}
