package catalog

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// QuarantineState is what became of a rejected record.
type QuarantineState string

const (
	Held      QuarantineState = "held"      // waits to be looked at, or to be tried again
	Released  QuarantineState = "released"  // tried again with success: counted as an event or a duplicate since
	Dismissed QuarantineState = "dismissed" // given up: it stays rejected, and is not tried again
)

// QuarantineRow is a rejected record. Its bytes lie in the lake's file Path, in the line that bears its ID.
type QuarantineRow struct {
	ID         string // unique in the lake
	Batch      string // the batch that rejected it; set by the store
	Table      string // set by the store
	Object     string // the key of the raw object
	Offset     int64  // in the unpacked object
	Length     int64
	Reason     string
	Path       string // relative to the lake's root
	State      QuarantineState
	At         time.Time // when it was committed; set by the store
	RetryBatch string    // the batch that is trying it again, or that released it; set by the store
}

// QuarantineFilter selects quarantined records. Its zero value selects all.
type QuarantineFilter struct {
	IDs    []string
	Table  string
	State  QuarantineState
	Batch  string
	Object string
	Reason string // exact
	After  string // an ID: only those behind it, for paging
	Limit  int    // 0 is no limit
}

// QuarantineLister lists the rejected records.
type QuarantineLister interface {
	// Quarantined are the records that the filter selects, by id.
	Quarantined(ctx context.Context, f QuarantineFilter) ([]QuarantineRow, error)
}

// quarantinePage is how many rows of the quarantine are held in memory: there may be ten millions of them.
const quarantinePage = 50_000

// QuarantinePages goes through the records that a filter selects, in the order of their ids, some at a time. What becomes
// of those that were given does not matter to those that follow. An error is the last.
func QuarantinePages(ctx context.Context, s QuarantineLister, f QuarantineFilter) iter.Seq2[[]QuarantineRow, error] {
	return func(yield func([]QuarantineRow, error) bool) {
		for left := f.Limit; ; {
			f.Limit = quarantinePage
			if left > 0 {
				f.Limit = min(left, quarantinePage)
			}
			rows, err := s.Quarantined(ctx, f)
			if err != nil {
				yield(nil, fmt.Errorf("list the quarantine: %w", err))
				return
			}
			if len(rows) == 0 || !yield(rows, nil) {
				return
			}
			if left -= len(rows); left == 0 {
				return
			}
			f.After = rows[len(rows)-1].ID
		}
	}
}

// Release says that a held record has become an event, or was found to be a duplicate of one.
type Release struct {
	ID        string
	Duplicate bool
}
