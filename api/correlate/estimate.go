package correlate

import (
	"context"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
)

// Sizer knows how large the columns of files are.
type Sizer interface {
	// ColumnBytes are the compressed bytes of each column in all of the files.
	ColumnBytes(ctx context.Context, files []catalog.File) (map[string]int64, error)
}

// maxSized is how many files of a table are opened for an estimate.
const maxSized = 500

// Refine lowers the estimate from the size of the files to that of what the statements read of them: their columns,
// and the footers. Of a table with very many files only the newest are opened, and their share is taken for all.
func (p *Plan) Refine(ctx context.Context, s Sizer) error {
	var total int64
	for _, t := range p.Tables {
		sample := t.Files[max(0, len(t.Files)-maxSized):]
		sizes, err := s.ColumnBytes(ctx, sample)
		if err != nil {
			return fmt.Errorf("size the columns of %s: %w", t.Table.Name, err)
		}
		footers := bytesOf(sample)
		for _, n := range sizes {
			footers -= n
		}
		var read int64
		for _, q := range p.queries() {
			if columns, ok := q.Uses[t.Table.Name]; ok {
				read += footers
				for _, c := range columns {
					read += sizes[c]
				}
			}
		}
		total += scaled(read, bytesOf(sample), bytesOf(t.Files))
	}
	p.Estimate.Bytes = total
	p.Estimate.Basis = "size of the columns and footers that the statements read, before statistics rule out parts of the files"
	return nil
}

func bytesOf(files []catalog.File) (sum int64) {
	for _, f := range files {
		sum += f.Bytes
	}
	return sum
}

// scaled is n of a sample's bytes as that of the whole.
func scaled(n, sample, whole int64) int64 {
	if sample == 0 || sample == whole {
		return n
	}
	return int64(float64(n) / float64(sample) * float64(whole))
}
