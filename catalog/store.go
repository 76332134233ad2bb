package catalog

import (
	"context"
	"time"
)

// Lease is the right to do something alone until it expires.
type Lease struct {
	Name    string
	Owner   string
	Token   int64 // grows with every owner; a lease with an older token is lost
	Expires time.Time
}

// Tables knows what tables there are.
type Tables interface {
	// EnsureTable creates the table, or evolves it as [Table.Evolve] says. Repeating it changes nothing.
	// ErrBadName, ErrTypeChanged.
	EnsureTable(ctx context.Context, t Table) error
	// Tables are all tables, by name.
	Tables(ctx context.Context) ([]Table, error)
	// Table is one table. ErrNotFound.
	Table(ctx context.Context, name string) (Table, error)
}

// Ledger knows which raw objects are done, or being done, in which batch.
//
// Every call either happens as a whole or not at all, and can be repeated when its answer was lost.
type Ledger interface {
	// Seen finds those of the keys that belong to a batch, planned or committed. Of a key that was written anew it has
	// the object that was planned last: compare the ETag.
	Seen(ctx context.Context, keys []string) (map[string]ObjectResult, error)
	// Plan records a batch and takes its objects, before anything is written. A batch that is planned already stays
	// as it is. *TakenError when another batch has one of its objects; ErrCommitted; ErrNotHeld for a record in Retry
	// that is not held.
	Plan(ctx context.Context, b Batch) error
	// Batch is one batch with its objects. ErrNotFound.
	Batch(ctx context.Context, id string) (Batch, error)
	// Unfinished are the batches that are planned and neither committed nor undone, oldest first, with their objects.
	Unfinished(ctx context.Context) ([]Batch, error)
	// Stage records paths in the lake before files of a planned batch are put there, so that they can be found and
	// deleted when the batch is undone. It adds to what is recorded. ErrNotFound, ErrCommitted.
	Stage(ctx context.Context, batch string, paths []string) error
	// Commit makes a planned batch visible and is the only call that does. A batch that is committed already is left
	// as it is, without error. *ConflictError; ErrLeaseLost; ErrUnbalanced; ErrNotFound for a batch that was undone or
	// a table that does not exist; ErrWaste for a file in the trash; ErrNotHeld for a record in Release that the batch did not plan to retry.
	Commit(ctx context.Context, c Commit) error
	// Undo forgets a planned batch and frees its objects. Its staged files must be gone before. A batch that is not
	// there is undone. ErrCommitted.
	Undo(ctx context.Context, batch string) error
}

// Files knows the partitions and their files. Only what is committed is seen.
type Files interface {
	// Partition is one partition; one that does not exist has version 0 and generation 1.
	Partition(ctx context.Context, table, day string) (Partition, error)
	// Partitions are the table's partitions that have files, by day; days are inclusive, empty is unbounded.
	Partitions(ctx context.Context, table, fromDay, toDay string) ([]Partition, error)
	// Coverage are the partitions of several tables that have files, no tables meaning all, by table and day.
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]Partition, error)
	// Files are the files that the query selects, by table, day and path.
	Files(ctx context.Context, q FileQuery) ([]File, error)
}

// Books sums up and checks the accounts.
type Books interface {
	// Totals sums up every table, by name.
	Totals(ctx context.Context) ([]TableTotals, error)
	// Audit finds objects whose records are not all accounted for, batches whose files do not hold what their objects
	// gave, partitions whose totals are not their files', tables that have other rows than were written and have not
	// expired, and files in use that are in the trash. A whole lake has none.
	Audit(ctx context.Context) ([]Finding, error)
}

// Quarantine knows the rejected records.
type Quarantine interface {
	QuarantineLister
	// Dismiss gives up held records: they stay rejected and are not tried again. Repeating it changes nothing.
	// ErrNotHeld for one that was released or is being tried again; ErrNotFound.
	Dismiss(ctx context.Context, ids []string) error
	// Hold takes dismissed records back. ErrNotHeld for one that was released; ErrNotFound.
	Hold(ctx context.Context, ids []string) error
}

// Leases lets one worker at a time do something.
type Leases interface {
	// AcquireLease takes a lease that is free or expired. *HeldError while another owner, or the same one, has it:
	// whoever knows that owner to be dead may release the lease in the error.
	AcquireLease(ctx context.Context, name, owner string, ttl time.Duration) (Lease, error)
	// RenewLease prolongs a lease that is still its owner's. ErrLeaseLost, also when it expired without a new owner.
	RenewLease(ctx context.Context, l Lease, ttl time.Duration) (Lease, error)
	// ReleaseLease gives a lease back. One that is lost already is left alone, without error.
	ReleaseLease(ctx context.Context, l Lease) error
}

// Store is the whole of it, for suites and decorators; a consumer asks for the part that it needs.
type Store interface {
	Tables
	Ledger
	Files
	Sizes
	Books
	Quarantine
	Leases
	Trash
	Merges
	Retention
	Work
	Publications
	Spending
}
