package catalog

import (
	"fmt"
	"time"
)

// File is a Parquet file of a partition.
type File struct {
	Table            string
	Day              string
	Generation       int
	Path             string // relative to the lake's root
	Batch            string // the batch that wrote it
	Rows             int64
	Bytes            int64
	SHA256           string
	MinTime, MaxTime time.Time // of its first and last event, both inclusive

	// Sizes are recorded by Commit and Swap, and summed up by ColumnBytes. Files that are listed come without.
	Sizes FileSizes
}

// Partition is one UTC day of a table.
//
// One that nobody has written to has version 0 and generation 1.
type Partition struct {
	Table            string
	Day              string
	Generation       int   // the folder that its files lie in
	Version          int64 // moves with every commit that touches the partition
	Rows             int64
	Bytes            int64
	Files            int64
	MinTime, MaxTime time.Time // of its first and last event, both inclusive
}

// FileQuery selects files. Its zero value selects all.
type FileQuery struct {
	Tables           []string  // none means all
	FromDay, ToDay   string    // both inclusive; empty is unbounded
	FromTime, ToTime time.Time // files with an event at FromTime ≤ t < ToTime, as far as their bounds tell; zero is unbounded
	Restorable       bool      // also files of expired days that may be put back, which no query shows until then
}

// Day is the partition that an event of time t belongs to.
func Day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func (f File) validate(batch string) error {
	switch {
	case f.Path == "":
		return fmt.Errorf("a file of day %s has no path", f.Day)
	case f.Batch != batch:
		return fmt.Errorf("file %s is of batch %q, not of %s", f.Path, f.Batch, batch)
	case f.Rows <= 0 || f.Bytes <= 0:
		return fmt.Errorf("file %s has %d rows in %d bytes", f.Path, f.Rows, f.Bytes)
	case f.MaxTime.Before(f.MinTime):
		return fmt.Errorf("file %s ends at %s, before it begins at %s", f.Path, stamp(f.MaxTime), stamp(f.MinTime))
	case Day(f.MinTime) != f.Day || Day(f.MaxTime) != f.Day:
		return fmt.Errorf("file %s has events from %s to %s, which are not all of day %s",
			f.Path, stamp(f.MinTime), stamp(f.MaxTime), f.Day)
	}
	if err := f.Sizes.validate(); err != nil {
		return fmt.Errorf("file %s: %w", f.Path, err)
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
