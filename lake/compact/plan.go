package compact

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// plan groups objects into batches: of one source, delivered one after the other, so that a batch touches few days.
// There are at least two batches for each worker, where the objects are large enough to be worth it.
func plan(objects []candidate, batchBytes int64, workers int, now time.Time) []catalog.Batch {
	days := make(map[string]string, len(objects))
	total := int64(0)
	for _, o := range objects {
		days[o.Key] = delivered(o.Object).Format(time.DateOnly)
		total += o.Size
	}
	slices.SortFunc(objects, func(a, b candidate) int {
		return cmp.Or(strings.Compare(a.source.Name, b.source.Name), strings.Compare(days[a.Key], days[b.Key]), strings.Compare(a.Key, b.Key))
	})
	limit := min(batchBytes, max(total/int64(2*max(workers, 1)), smallestBatch))
	var batches []catalog.Batch
	for len(objects) > 0 {
		n := cut(objects, days, limit)
		batches = append(batches, batchOf(objects[:n], now))
		objects = objects[n:]
	}
	return batches
}

// smallestBatch is the stored size below which splitting work costs more than it gives.
const smallestBatch = 4 << 20

// cut is how many of the objects, which are sorted, make the next batch. A batch that is nearly full ends with a day.
func cut(objects []candidate, days map[string]string, limit int64) int {
	size := int64(0)
	for i, o := range objects {
		if i == 0 {
			size = o.Size
			continue
		}
		switch {
		case o.source != objects[0].source, i == maxBatchObjects, size+o.Size > limit,
			size > limit*3/4 && days[o.Key] != days[objects[i-1].Key]:
			return i
		}
		size += o.Size
	}
	return len(objects)
}

func batchOf(objects []candidate, now time.Time) catalog.Batch {
	b := catalog.Batch{Table: objects[0].source.Name, MappingVersion: objects[0].source.Version, PlannedAt: now}
	for _, o := range objects {
		b.Objects = append(b.Objects, o.Object)
	}
	slices.SortFunc(b.Objects, func(x, y catalog.Object) int { return strings.Compare(x.Key, y.Key) }) // as the ledger gives them
	b.ID = batchID(b)
	return b
}

// inOrder sorts planned batches as they were planned. Of two equal events the one of the earlier batch is kept, also
// when the batches are repeated.
func inOrder(batches []catalog.Batch) {
	first := make(map[string]string, len(batches))
	for _, b := range batches {
		for i, o := range b.Objects {
			if at := delivered(o).Format(time.DateOnly) + o.Key; i == 0 || at < first[b.ID] {
				first[b.ID] = at
			}
		}
	}
	slices.SortStableFunc(batches, func(a, b catalog.Batch) int {
		return cmp.Or(a.PlannedAt.Compare(b.PlannedAt), strings.Compare(a.Table, b.Table), strings.Compare(first[a.ID], first[b.ID]))
	})
}

// batchID is a hash of what determines the batch's rows.
func batchID(b catalog.Batch) string {
	lines := make([]string, len(b.Objects))
	for i, o := range b.Objects {
		lines[i] = fmt.Sprintf("%s\x00%s\x00%d\x00%d", o.Key, o.ETag, o.Size, o.ModTime.UnixMilli())
	}
	slices.Sort(lines)
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\n%s", b.Table, b.MappingVersion, strings.Join(lines, "\n"))
	return hex.EncodeToString(h.Sum(nil)[:10])
}

// without is a batch of all its objects but some.
func without(b catalog.Batch, keys []string) catalog.Batch {
	gone := make(map[string]bool, len(keys))
	for _, key := range keys {
		gone[key] = true
	}
	return withObjects(b, slices.DeleteFunc(slices.Clone(b.Objects), func(o catalog.Object) bool { return gone[o.Key] }))
}

// withObjects is a batch planned as another, of some of its objects.
func withObjects(b catalog.Batch, objects []catalog.Object) catalog.Batch {
	b.Objects, b.Staged = objects, nil
	b.ID = batchID(b)
	return b
}
