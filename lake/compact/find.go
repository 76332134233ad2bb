package compact

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// candidate is a raw object that is to be loaded.
type candidate struct {
	catalog.Object
	source *source.Compiled
}

const (
	waveObjects = 50_000 // candidates that are planned at a time
	seenChunk   = 1_000  // keys that the ledger is asked about at a time
)

// find yields the objects that are new, in waves.
func (r *run) find(ctx context.Context) iter.Seq2[[]candidate, error] {
	return func(yield func([]candidate, error) bool) {
		var wave []candidate
		var chunk []catalog.Object
		flush := func() error {
			fresh, err := r.fresh(ctx, chunk)
			wave, chunk = append(wave, fresh...), chunk[:0]
			return err
		}
		for o, err := range r.listing(ctx) {
			if err != nil {
				yield(nil, fmt.Errorf("list raw objects: %w", err))
				return
			}
			if chunk = append(chunk, o); len(chunk) < seenChunk {
				continue
			}
			if err := flush(); err != nil {
				yield(nil, err)
				return
			}
			if len(wave) >= waveObjects {
				if !yield(wave, nil) {
					return
				}
				wave = nil
			}
		}
		if err := flush(); err != nil {
			yield(nil, err)
			return
		}
		if len(wave) > 0 {
			yield(wave, nil)
		}
	}
}

// listing yields the objects of the bucket, or those of the list of keys.
func (r *run) listing(ctx context.Context) iter.Seq2[catalog.Object, error] {
	if r.sel.Keys == nil {
		return r.cfg.Raw.List(ctx, "")
	}
	return func(yield func(catalog.Object, error) bool) {
		keys := slices.Compact(slices.Sorted(slices.Values(r.sel.Keys)))
		for _, key := range keys {
			o, err := r.stat(ctx, key)
			if err != nil {
				r.report.fail("", key, err)
				continue
			}
			if !yield(o, nil) {
				return
			}
		}
	}
}

// stat describes one object of the raw bucket.
func (r *run) stat(ctx context.Context, key string) (catalog.Object, error) {
	if b, ok := r.cfg.Raw.(interface {
		Stat(ctx context.Context, key string) (catalog.Object, error)
	}); ok {
		return b.Stat(ctx, key)
	}
	for o, err := range r.cfg.Raw.List(ctx, key) {
		if err != nil || o.Key == key {
			return o, err
		}
	}
	return catalog.Object{}, fmt.Errorf("%s: %w", key, raw.ErrNotFound)
}

// fresh are those of the objects that the ledger does not know, with their sources.
func (r *run) fresh(ctx context.Context, objects []catalog.Object) ([]candidate, error) {
	keys := make([]string, len(objects))
	for i, o := range objects {
		keys[i] = o.Key
	}
	seen, err := r.cfg.Catalog.Seen(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("ask the ledger: %w", err)
	}
	var out []candidate
	for _, o := range objects {
		if !r.sel.Since.IsZero() && deliveredBefore(o, r.sel.Since) {
			continue
		}
		if known, ok := seen[o.Key]; ok {
			again, err := r.changed(ctx, o, known)
			if err != nil {
				return nil, err
			}
			if !again {
				continue
			}
			o.ETag = changedTag(o)
		}
		c, ok, err := r.identify(ctx, o)
		if err != nil {
			r.report.fail("", o.Key, err)
			continue
		}
		if ok {
			out = append(out, c)
		}
	}
	return out, nil
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

// identify tells an object's source by its key, or else by its first bytes.
func (r *run) identify(ctx context.Context, o catalog.Object) (candidate, bool, error) {
	s, skip := r.cfg.Sources.ByKey(o.Key)
	if skip || o.Size == 0 || ofLake.MatchString(o.Key) {
		r.report.pass(o)
		return candidate{}, false, nil
	}
	if s == nil {
		head, err := raw.Head(ctx, r.cfg.Raw, o)
		if err != nil {
			return candidate{}, false, fmt.Errorf("look into it: %w", err)
		}
		if s = r.byHead(o.Key, head); s == nil || len(r.sel.Sources) > 0 && !slices.Contains(r.sel.Sources, s.Name) {
			r.report.unknown(o, r.sel.Sources, s)
			return candidate{}, false, nil
		}
	}
	if len(r.sel.Sources) > 0 && !slices.Contains(r.sel.Sources, s.Name) {
		return candidate{}, false, nil
	}
	return candidate{o, s}, true, nil
}

// ofLake are keys of the files that a lake is made of, should one lie among the raw objects.
var ofLake = regexp.MustCompile(`(^|/)(tables/[a-z0-9_]+/day=[0-9-]{10}/g\d{6}/[^/]+\.parquet|quarantine/[a-z0-9_]+/[0-9a-f]{20}\.ndjson\.gz|catalog\.db(-wal|-shm)?)$`)

// byHead tells a source by an object's first bytes. The one source that was selected comes first: it only has to make
// sense of a record.
func (r *run) byHead(key string, head []byte) *source.Compiled {
	if r.only != nil && r.only.Reads(key, head) {
		return r.only
	}
	return r.cfg.Sources.ByHead(head)
}

// dayInKey finds the day of delivery, as AWS writes it into the keys of its logs.
var dayInKey = regexp.MustCompile(`(?:^|[/_.-])(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?:[/_T.-]|$)`)

// delivered is when an object was delivered: the day that its key says, else the time it was written.
func delivered(o catalog.Object) time.Time {
	if day, ok := keyDay(o.Key); ok {
		return day
	}
	return o.ModTime
}

// deliveredBefore tells whether an object was surely delivered before a time.
func deliveredBefore(o catalog.Object, t time.Time) bool {
	if day, ok := keyDay(o.Key); ok {
		return !day.AddDate(0, 0, 1).After(t)
	}
	return o.ModTime.Before(t)
}

// keyDay is the day that a key says.
func keyDay(key string) (time.Time, bool) {
	m := dayInKey.FindStringSubmatch(key)
	if m == nil {
		return time.Time{}, false
	}
	day, err := time.Parse(time.DateOnly, m[1]+"-"+m[2]+"-"+m[3])
	return day, err == nil
}
