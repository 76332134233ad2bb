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
// There are at least two batches for each worker, where the objects are large enough to be worth it. Where days have an
// order, no batch has objects of two: the last day of a source would else wait for, or bring along, all before it.
func plan(objects []candidate, batchBytes int64, workers int, order Order, now time.Time) []catalog.Batch {
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
		n := cut(objects, days, limit, order != AsFound)
		batches = append(batches, batchOf(objects[:n], now))
		objects = objects[n:]
	}
	return batches
}

// smallestBatch is the stored size below which splitting work costs more than it gives.
const smallestBatch = 4 << 20

// cut is how many of the objects, which are sorted, make the next batch. A batch that is nearly full ends with a day.
func cut(objects []candidate, days map[string]string, limit int64, byDay bool) int {
	size := int64(0)
	for i, o := range objects {
		if i == 0 {
			size = o.Size
			continue
		}
		switch {
		case o.source != objects[0].source, i == maxBatchObjects, size+o.Size > limit,
			(byDay || size > limit*3/4) && days[o.Key] != days[objects[i-1].Key]:
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

// rank gives batches their ranks, of which workers take the lowest first. before is how many batches the run has
// planned. As they are found, what is planned first comes first: of two equal events the one of the earlier batch is
// kept, also when batches are repeated.
func rank(batches []catalog.Batch, o Order, before int) []catalog.Batch {
	const bits = 20
	for i := range batches {
		b := &batches[i]
		place := int64(min(before+i, 1<<bits-1))
		switch oldest, newest := days(*b); o {
		case NewestFirst:
			b.Rank = (1<<bits-newest)<<bits + place
		case OldestFirst:
			b.Rank = oldest<<bits + place
		default:
			b.Rank = b.PlannedAt.UnixMilli()<<bits + place - 1<<62 // is negative: comes before the others
		}
	}
	return batches
}

// days are the first and the last day on which the objects of a batch were delivered, counted from 1970.
func days(b catalog.Batch) (oldest, newest int64) {
	for i, o := range b.Objects {
		day := max(delivered(o).Unix()/(24*60*60), 0)
		if i == 0 {
			oldest = day
		}
		oldest, newest = min(oldest, day), max(newest, day)
	}
	return oldest, min(newest, 1<<20)
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
