package catalog

import (
	"context"
	"fmt"
)

// FileSizes say what of a file is whose. Without columns, it is not known.
type FileSizes struct {
	Columns map[string]int64 // compressed bytes of each column's pages, by the column's name; two that share pages have them both
	Rest    int64            // bytes of no column's pages: the footer, indexes and filters
}

// Known tells whether the sizes were recorded.
func (s FileSizes) Known() bool { return len(s.Columns) > 0 }

func (s FileSizes) validate() error {
	if s.Rest < 0 {
		return fmt.Errorf("%d bytes of it are no column's", s.Rest)
	}
	for name, n := range s.Columns {
		if n < 0 {
			return fmt.Errorf("its column %s takes %d bytes", name, n)
		}
	}
	return nil
}

// ColumnBytes are the sizes of several files together.
type ColumnBytes struct {
	FileSizes       // of the files whose sizes are known
	Unknown   int64 // bytes of the others
	UnknownOf int   // how many these are
}

// Read is the most that is read of the files for some of their columns. A file of unknown sizes counts whole.
func (b ColumnBytes) Read(columns []string) int64 {
	n := b.Rest + b.Unknown
	for _, c := range columns {
		n += b.Columns[c]
	}
	return n
}

// Sizes knows what the columns of files take.
type Sizes interface {
	// ColumnBytes sums up what Commit and Swap have recorded of a table's files. The sizes of files that an earlier version of
	// the program committed are unknown, as are those of files that the table does not have any more.
	// ErrSizes if what is recorded of one was damaged.
	ColumnBytes(ctx context.Context, table string, files []File) (ColumnBytes, error)
}
