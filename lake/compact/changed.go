package compact

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// differs tells whether an object is, as far as a list says, another than the one that is in a batch.
func (o entry) differs(known catalog.ObjectResult) bool {
	return o.Size != 0 && o.Size != known.Size || o.ETag != "" && known.ETag != "" && o.ETag != known.ETag
}

// overwritten reports contents of an object that were never read, since others have taken their place.
func (r *run) overwritten(o described) {
	for _, tag := range o.written {
		if o.ETag != "" && tag != o.ETag {
			r.report.overwritten(o.Key, tag)
		}
	}
}

// changed tells whether an object that is in the ledger is to be read again, because its contents are others now: it
// was repaired, or written on. That is done where a record that was loaded can be told again; elsewhere it would be
// doubled, and the object is reported and left as it was loaded.
func (r *run) changed(ctx context.Context, o catalog.Object, known catalog.ObjectResult) (again bool, err error) {
	sameTime := o.ModTime.UnixMilli() == known.ModTime.UnixMilli() // of which the ledger keeps no more
	if o.Size == known.Size && (sameTime || o.ETag != "" && o.ETag == known.ETag) {
		return false, nil
	}
	if known.State != catalog.Committed {
		return false, nil // its batch is repeated, and reads what is there now
	}
	if o.Size == known.Size {
		sum, err := raw.Checksum(ctx, r.cfg.Raw, o.Key)
		if err != nil {
			r.report.fail(known.Source, o.Key, fmt.Errorf("look whether it has changed: %w", err))
			return false, context.Cause(ctx)
		}
		if sum == known.SHA256 {
			return false, nil
		}
	}
	s, err := r.cfg.Sources.ByName(known.Source)
	if err == nil && s.TellsAgain() {
		r.report.again()
		return true, nil
	}
	r.report.changed(known.Source, o.Key)
	return false, nil
}

// changedPrefix marks the identity of an object that is read again because it has changed.
const changedPrefix = "changed-"

func changedTag(o catalog.Object) string {
	return fmt.Sprintf("%s%d-%d", changedPrefix, o.Size, o.ModTime.UnixMilli())
}

// readAgain tells whether a batch has objects that have been loaded before.
func readAgain(b catalog.Batch) bool {
	return slices.ContainsFunc(b.Objects, func(o catalog.Object) bool { return strings.HasPrefix(o.ETag, changedPrefix) })
}
