package catalog

import (
	"context"
	"fmt"
	"time"
)

// Publication is a partition as it is recorded to be shown in the catalog that the lake is published to.
type Publication struct {
	Table, Day string
	Version    int64  // of the partition when it was published; 0 when it never was, or was withdrawn
	Manifest   string // path in the lake of the list of its files; empty when the partition is not shown
}

// Unpublished is a partition whose current version is not published. One without files has expired: it is to be hidden.
type Unpublished struct {
	Partition
	Shown Publication
}

// Publishing records what was published.
type Publishing struct {
	Lease Lease         // nothing is recorded once it is lost; the zero lease demands none
	Shown []Publication // manifests in the trash as WasteUnfinished, but for those that stay; none for a partition that was hidden
	Due   time.Time     // when what is shown no more may be deleted at the earliest
}

// Validate checks what can be checked without a store.
func (p Publishing) Validate() error {
	type key struct{ table, day string }
	seen := make(map[key]bool, len(p.Shown))
	for _, s := range p.Shown {
		k := key{s.Table, s.Day}
		switch {
		case s.Version <= 0:
			return fmt.Errorf("publish %s/%s: version %d is none", s.Table, s.Day, s.Version)
		case seen[k]:
			return fmt.Errorf("publish %s/%s: it stands twice", s.Table, s.Day)
		}
		seen[k] = true
	}
	return nil
}

// Publications knows how far the catalog that a lake is published to, such as Glue, has followed.
//
// That catalog mirrors this one: a partition is shown there as its manifest says, which names the files of one version.
// Only a lake that has a target is published. While it has one, a file that a merge or an expiry has thrown is not
// collected before a version of its partition is published that shows it no more.
type Publications interface {
	// PublishTo makes the lake a published one. Repeating it changes nothing. ErrPublished when it has another target.
	PublishTo(ctx context.Context, target string) error
	// Target is where the lake is published to. ErrNotFound when it is not published.
	Target(ctx context.Context) (string, error)
	// StopPublishing makes the lake one that is not published; manifests go to the trash. Repeating it changes nothing.
	StopPublishing(ctx context.Context, due time.Time) error

	// Unpublished are the partitions whose current version is not published, those without files too, by table and day,
	// at most limit; 0 is all. There are none while the lake is not published.
	Unpublished(ctx context.Context, limit int) ([]Unpublished, error)
	// Publications are the partitions that are shown, by table and day.
	Publications(ctx context.Context) ([]Publication, error)
	// MarkPublished records what was published, in one transaction: manifests leave the trash, those that they replace
	// go there as WasteManifest, and files that are shown no more are not due before Due. An earlier version than is
	// recorded changes nothing, nor does the same again. ErrLeaseLost; ErrNotFound for a partition or a version that
	// does not exist, a manifest that is not in the trash any more, or was collected, and a lake that is not published.
	MarkPublished(ctx context.Context, p Publishing) error
	// Withdraw forgets that partitions are published, so that they are published again. Their manifests stay until then.
	Withdraw(ctx context.Context, p []Publication) error
}
