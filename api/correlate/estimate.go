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
	for q := range p.each() {
		q.Bytes = 0
	}
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
		for q := range p.each() {
			columns, ok := q.Uses[t.Table.Name]
			if !ok {
				continue
			}
			read := footers
			for _, c := range columns {
				read += sizes[c]
			}
			q.Bytes += scaled(read, bytesOf(sample), bytesOf(t.Files))
		}
	}
	p.Estimate.Bytes = 0
	for q := range p.each() {
		p.Estimate.Bytes += q.Bytes
	}
	p.Estimate.Basis = "size of the columns and footers that the statements read, before statistics rule out parts of the files"
	return nil
}

// each are the plan's statements.
func (p *Plan) each() func(func(*Query) bool) {
	return func(yield func(*Query) bool) {
		for i := range p.Timeline {
			if !yield(&p.Timeline[i]) {
				return
			}
		}
		if p.Statistics != nil {
			yield(p.Statistics)
		}
	}
}

// Pricer knows what reading costs.
type Pricer interface {
	// Price is what a statement that reads so many bytes costs, in millionths of a US dollar.
	Price(bytes int64) int64
	// PriceBasis says what price is reckoned with.
	PriceBasis() string
}

// PriceBy says what the estimate would cost.
func (p *Plan) PriceBy(by Pricer) {
	p.Estimate.MicroUSD, p.Estimate.PriceBasis = 0, by.PriceBasis()
	for q := range p.each() {
		p.Estimate.MicroUSD += by.Price(q.Bytes)
	}
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
