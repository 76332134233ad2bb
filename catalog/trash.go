package catalog

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Waste is a file in the lake that no table shows: one that a merge has replaced, one whose day has expired, or one
// that a merge is still writing. Manifests of partitions that are published are files too.
type Waste struct {
	Path  string // relative to the lake's root; one that ends in a slash is all that lies below it and no table shows
	Table string
	Day   string
	Bytes int64 // 0 if not known
	Why   WasteReason
	Since time.Time // set by the store
	Due   time.Time // from when on it may be deleted; by then no query that has seen it may run any more

	// Version, for Throw, is that of a manifest: while the lake is published it is not collected before this version of
	// its partition, or a later one, is recorded as published, since whoever put it may have died between showing it and
	// saying so. It is not listed.
	Version int64
}

// Folder tells whether it is all that lies below a path.
func (w Waste) Folder() bool { return strings.HasSuffix(w.Path, "/") }

// WasteReason says how a file became waste.
type WasteReason string

// The ways to become waste.
const (
	WasteUnfinished WasteReason = "unfinished" // put by a merge whose swap has not come yet
	WasteMerged     WasteReason = "merged"     // its rows are in the next generation
	WasteExpired    WasteReason = "expired"    // its day is past its retention
	WasteManifest   WasteReason = "manifest"   // another list of its day's files is published, or none
)

// Trash knows the files that are to be deleted, so that whoever does it can be killed at any time.
type Trash interface {
	// Throw records files as waste. A path that is recorded already takes the new Due if it is later: files that a merge has
	// replaced, or that can be restored, lie below folders that an unfinished one has thrown. ErrInUse for a file of a table,
	// or a manifest that is published: only Swap, Expire and MarkPublished throw those. ErrCollected for one that is being deleted.
	Throw(ctx context.Context, waste []Waste) error
	// Wasted lists what is recorded and not deleted yet, by path.
	Wasted(ctx context.Context) ([]Waste, error)
	// Collect gives files that are due, at most limit, and marks them: from then on no Swap or Restore takes them
	// back. Those that were collected before and not forgotten come again, after all others. Expired files with events
	// that a hold of all accounts keeps are not due, nor are those of which one that was set after they expired may.
	// Nor are files that the catalog which the lake is published to may still show.
	Collect(ctx context.Context, limit int) ([]Waste, error)
	// Forget strikes files off, once they are deleted. One that is not recorded is forgotten.
	Forget(ctx context.Context, paths []string) error
}

// Swap replaces all files of a partition by others with the same rows.
type Swap struct {
	ID    string    // of the merge; the Batch of its Files
	Lease Lease     // the swap is refused once it is lost; the zero lease demands none
	Seen  Partition // as it was when Files was made
	Files []File    // of generation Seen.Generation+1, together of Seen.Rows rows; thrown as WasteUnfinished before they were put
	Due   time.Time // when the replaced files may be deleted
}

// Validate checks what can be checked without a store.
func (s Swap) Validate() error {
	if s.ID == "" || len(s.Files) == 0 {
		return fmt.Errorf("merge %q needs an id and files", s.ID)
	}
	paths := make(map[string]bool, len(s.Files))
	var rows int64
	for _, f := range s.Files {
		if err := f.validate(s.ID); err != nil {
			return fmt.Errorf("merge %s: %w", s.ID, err)
		}
		if f.Table != s.Seen.Table || f.Day != s.Seen.Day || f.Generation != s.Seen.Generation+1 {
			return fmt.Errorf("merge %s: file %s is of generation %d of %s/%s, not of %d of %s/%s",
				s.ID, f.Path, f.Generation, f.Table, f.Day, s.Seen.Generation+1, s.Seen.Table, s.Seen.Day)
		}
		if paths[f.Path] {
			return fmt.Errorf("merge %s: file %s stands twice", s.ID, f.Path)
		}
		paths[f.Path] = true
		rows += f.Rows
	}
	if rows != s.Seen.Rows {
		return fmt.Errorf("merge %s: %d rows in files are not the %d of the partition: %w", s.ID, rows, s.Seen.Rows, ErrUnbalanced)
	}
	return nil
}

// Merge is a swap that was done.
type Merge struct {
	ID, Table, Day        string
	Generation            int // that it made
	Rows                  int64
	FilesBefore, FilesNow int64
	BytesBefore, BytesNow int64
	At                    time.Time
}

// Merges swaps generations.
type Merges interface {
	// Swap makes Files the partition's files, in one transaction: the partition's generation and version grow by one,
	// Files leave the trash, and those replaced go to it as WasteMerged. Repeating a swap that was done changes
	// nothing. *ConflictError when the partition has moved; ErrLeaseLost; ErrUnbalanced when the rows are not as many;
	// ErrNotFound when one of Files is not in the trash any more, or was collected.
	Swap(ctx context.Context, s Swap) error
	// Merged are the swaps done for tables, none meaning all, newest first; limit 0 is all.
	Merged(ctx context.Context, tables []string, limit int) ([]Merge, error)
}
