package correlate

import (
	"context"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
)

// Sizer knows what the columns of files take; catalog.Sizes does.
type Sizer interface {
	// ColumnBytes sums up what is known of a table's files.
	ColumnBytes(ctx context.Context, table string, files []catalog.File) (catalog.ColumnBytes, error)
}

// Refine lowers the estimate from the size of the files to that of what the statements read of them: their columns, and
// the footers, indexes and filters. No file is opened for it.
func (p *Plan) Refine(ctx context.Context, s Sizer) error {
	p.sizer = s
	for q := range p.each() {
		q.Bytes = 0
	}
	unknown := 0
	for _, t := range p.Tables {
		sizes, err := s.ColumnBytes(ctx, t.Table.Name, t.Files)
		if err != nil {
			return fmt.Errorf("size the columns of %s: %w", t.Table.Name, err)
		}
		unknown += sizes.UnknownOf
		for q := range p.each() {
			if columns, ok := q.Uses[t.Table.Name]; ok {
				q.Bytes += sizes.Read(columns)
			}
		}
	}
	p.Estimate.Bytes = 0
	for q := range p.each() {
		p.Estimate.Bytes += q.Bytes
	}
	p.Estimate.Basis = basis(unknown, p.Estimate.Files)
	return nil
}

// basis says what bytes are counted.
func basis(unknown, files int) string {
	switch {
	case unknown == 0:
		return "size of the columns and footers that the statements read, before statistics rule out parts of the files"
	case unknown == files:
		return "size of the files that the statements read, since they are from before the sizes of columns were recorded"
	}
	return fmt.Sprintf("size of the columns and footers that the statements read, before statistics rule out parts of the files; "+
		"but %d of the files count whole, since they are from before the sizes of columns were recorded", unknown)
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
