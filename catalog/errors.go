package catalog

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Errors of stores, for errors.Is.
var (
	ErrNotFound    = errors.New("not in the catalog")
	ErrBadName     = errors.New("not a name of lower-case letters, digits and underscores of its own")
	ErrTypeChanged = errors.New("a column's type never changes")
	ErrCommitted   = errors.New("the batch is committed")
	ErrUnbalanced  = errors.New("the counts do not balance")
	ErrLeaseLost   = errors.New("the lease is lost")
	ErrNotHeld     = errors.New("the quarantined record is not held")
	ErrInUse       = errors.New("a table shows the file")
	ErrWaste       = errors.New("the file is in the trash")
	ErrCollected   = errors.New("the file is being deleted")
	ErrOnHold      = errors.New("a hold keeps the events")
	ErrPublished   = errors.New("the lake is published elsewhere")
	ErrSizes       = errors.New("the sizes of its columns are not as they were stored")
)

// ConflictError says that partitions moved between being seen and a commit, swap or expiry. Nothing was changed; it can
// be repeated once it has taken the moved partitions' files into account.
type ConflictError struct {
	Moved []Partition // as they are now
}

func (e *ConflictError) Error() string {
	days := make([]string, len(e.Moved))
	for i, p := range e.Moved {
		days[i] = fmt.Sprintf("%s/%s (now generation %d, version %d)", p.Table, p.Day, p.Generation, p.Version)
	}
	return "partitions have moved: " + strings.Join(days, ", ")
}

// TakenError says that objects, or quarantined records, of a batch to plan belong to another batch.
type TakenError struct {
	Batch string
	Keys  []string // the first of them, at most ten
	Count int
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("plan of batch %s: %d of its objects belong to another batch: %s", e.Batch, e.Count, strings.Join(e.Keys, ", "))
}

// HeldError says that another owner has the lease.
type HeldError struct {
	Lease Lease // as it is held
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("lease %s is held by %s until %s", e.Lease.Name, e.Lease.Owner, e.Lease.Expires.UTC().Format(time.RFC3339))
}
