package catalog

import (
	"context"
	"time"
)

// Work shares planned batches among workers.
type Work interface {
	// Claim takes a planned batch that nobody holds, of lowest Rank first and then oldest, and its lease, which is
	// named [BatchLease]. Batches that retry quarantined records are not given out. ErrNotFound when there is none.
	Claim(ctx context.Context, owner string, ttl time.Duration) (Batch, Lease, error)
	// Held are the leases whose names begin with prefix and which have not expired, by name.
	Held(ctx context.Context, prefix string) ([]Lease, error)
	// Pace sums up what was committed since a time, by table.
	Pace(ctx context.Context, since time.Time) ([]Pace, error)
}

// BatchLease is the name of the lease of a batch.
func BatchLease(batch string) string { return "batch/" + batch }

// PartitionLease is the name of the lease that a merge or an expiry of a partition is done under.
func PartitionLease(table, day string) string { return "partition/" + table + "/" + day }

// Pace is what was committed of a table in some time.
type Pace struct {
	Table       string
	Batches     int64
	Objects     int64
	Bytes       int64 // as stored
	RawBytes    int64 // unpacked
	Events      int64
	First, Last time.Time // when the first of the batches was planned and the last was committed
}
