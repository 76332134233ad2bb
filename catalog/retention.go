package catalog

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Policy says how long a table's events stay and where they lie meanwhile.
type Policy struct {
	Table   string    // empty is the policy of all tables that have none of their own
	Keep    int       // days that events stay, counted from the end of their day; 0 is for ever
	Parquet []Move    // when the table's files go to colder storage classes, by age
	Raw     []Move    // the same for the raw objects
	SetAt   time.Time // set by the store
}

// Move says that what is older than so many days belongs in a storage class of S3, such as GLACIER_IR.
type Move struct {
	After int    `json:"after"`
	Class string `json:"class"`
}

// Validate checks a policy's numbers and names.
func (p Policy) Validate() error {
	if p.Table != "" && !validName(p.Table) {
		return fmt.Errorf("table %q: %w", p.Table, ErrBadName)
	}
	if p.Keep < 0 {
		return fmt.Errorf("events cannot be kept for %d days: %w", p.Keep, ErrBadName)
	}
	for _, m := range slices.Concat(p.Parquet, p.Raw) {
		if m.After < 0 || m.Class == "" {
			return fmt.Errorf("nothing can move to storage class %q after %d days: %w", m.Class, m.After, ErrBadName)
		}
	}
	return nil
}

// Hold keeps events from being deleted, whatever the policy says.
type Hold struct {
	ID       string
	Table    string    // empty is all tables
	Account  string    // empty is all accounts
	From, To time.Time // of the events, half-open; zero is unbounded
	Reason   string
	Owner    string    // who asked for it
	SetAt    time.Time // set by the store
}

// Validate checks a hold's names and times.
func (h Hold) Validate() error {
	switch {
	case h.ID == "":
		return fmt.Errorf("a hold has no id: %w", ErrBadName)
	case h.Table != "" && !validName(h.Table):
		return fmt.Errorf("hold %s: table %q: %w", h.ID, h.Table, ErrBadName)
	case !h.From.IsZero() && !h.To.IsZero() && !h.From.Before(h.To):
		return fmt.Errorf("hold %s ends at %s, no later than it begins at %s: %w", h.ID, stamp(h.To), stamp(h.From), ErrBadName)
	}
	return nil
}

// Expiry takes one partition out of its table.
type Expiry struct {
	Lease Lease     // the zero lease demands none
	Seen  Partition // as it was when it was found to be past its retention
	Due   time.Time // when its files may be deleted

	Looked []Hold // holds of one account whose events were looked for in its files, and not found
}

// Expired is a partition that was taken out of its table.
type Expired struct {
	Table, Day         string
	Generation         int // that the partition had
	Rows, Bytes, Files int64
	At, Due            time.Time
	Restored           bool
	Collected          bool // some of its files are deleted, or may be: it cannot be restored any more
}

// Retention knows the policies and the holds, and takes partitions out of their tables.
type Retention interface {
	// SetPolicy sets a table's policy, in place of an earlier one. ErrBadName for a negative age or a table's name
	// that cannot be one.
	SetPolicy(ctx context.Context, p Policy) error
	// DropPolicy removes one. ErrNotFound.
	DropPolicy(ctx context.Context, table string) error
	// Policies are all policies by table, the one of all tables first.
	Policies(ctx context.Context) ([]Policy, error)

	// AddHold adds a hold; one of the same ID is replaced. ErrBadName for one without ID, with a table's name that
	// cannot be one, or that ends before it begins.
	AddHold(ctx context.Context, h Hold) error
	// DropHold ends a hold. ErrNotFound.
	DropHold(ctx context.Context, id string) error
	// Holds are all holds, by ID.
	Holds(ctx context.Context) ([]Hold, error)

	// Expire empties a partition in one transaction: its files go to the trash as WasteExpired, and the books keep how
	// many rows they held. Late events that come for the day begin its next generation. Repeating it changes nothing,
	// nor does the expiry of a partition without files. *ConflictError when the partition has moved; ErrLeaseLost;
	// ErrOnHold when a hold of all accounts keeps some of the events, or one of an account may that is not among Looked
	// as it is now: those are the caller's to look at.
	Expire(ctx context.Context, e Expiry) error
	// Restore takes an expired partition's files back from the trash. They keep their generation, so that the partition
	// has files of several until it is merged. Repeating it changes nothing. ErrNotFound when one of them was collected,
	// or the day has not expired.
	Restore(ctx context.Context, table, day string) error
	// Expired are the partitions that were taken out, by table, day and generation; those restored too.
	Expired(ctx context.Context) ([]Expired, error)
}
