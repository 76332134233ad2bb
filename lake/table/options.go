package table

import (
	"cmp"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
)

// The fields that the package treats apart from others.
const (
	timeField = "@timestamp"
	idField   = "event.id"
)

// Options are how files are written; the zero value is good.
type Options struct {
	RowsPerGroup int                  // 128 Ki if zero; what a query skips, and what writing holds in memory
	RowsPerPage  int                  // 20,000 if zero
	PageBytes    int                  // of a data page before compression; 1 MiB if zero
	Level        zstd.EncoderLevel    // zstd.SpeedFastest if zero
	Bloom        func(ecs.Field) bool // which text columns get a bloom filter; [Indicators] if nil
	Meta         map[string]string    // key-value metadata of the file
	CreatedBy    string               // "hindcast" if empty
}

// Indicators is the default choice of bloom filters: what an analyst asks for, and the logs' own ids of events.
func Indicators(f ecs.Field) bool { return f.Kind != "" || f.Name == idField && !f.Place }

func (o Options) withDefaults() Options {
	o.RowsPerGroup = cmp.Or(o.RowsPerGroup, 128<<10)
	o.RowsPerPage = cmp.Or(o.RowsPerPage, 20_000)
	o.PageBytes = cmp.Or(o.PageBytes, 1<<20)
	o.Level = cmp.Or(o.Level, zstd.SpeedFastest)
	o.CreatedBy = cmp.Or(o.CreatedBy, creator)
	if o.Bloom == nil {
		o.Bloom = Indicators
	}
	return o
}

// Info is what was written.
type Info struct {
	Rows, Bytes      int64
	SHA256           string // of the whole file, in hexadecimal
	MinTime, MaxTime int64  // Unix milliseconds; zero without rows or without a column of time
	Sizes            catalog.FileSizes
}

// Write writes rows of a batch, sorted by time, as one file. Who writes many files keeps an [Encoder].
func Write(w io.Writer, b *ecs.Batch, rows []int32, o Options) (Info, error) {
	e, err := NewEncoder(o)
	if err != nil {
		return Info{}, err
	}
	return e.Write(w, b, rows)
}
