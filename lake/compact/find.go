package compact

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"regexp"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/observe"
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

// entry is an object of the bucket, or of a list of keys.
type entry struct {
	catalog.Object
	stated  bool     // its size and time are the bucket's own
	written []string // see raw.Named
}

// described is an entry, and what the bucket says of one in a list.
type described struct {
	entry
	now catalog.Object
	err error // why it says nothing
}

// find yields the objects that are new, in waves.
func (r *run) find(ctx context.Context) iter.Seq2[[]candidate, error] {
	return func(yield func([]candidate, error) bool) {
		w := wave{run: r, ctx: ctx}
		_, span := r.cfg.Observe.Start(ctx, observe.Find)
		for o, err := range r.listing(ctx) {
			if err == nil {
				err = w.add(o)
			}
			if err != nil {
				yield(nil, span.End(err))
				return
			}
			if len(w.fresh) < waveObjects {
				continue
			}
			_ = span.End(nil)
			if !yield(w.take(), nil) {
				return
			}
			_, span = r.cfg.Observe.Start(ctx, observe.Find)
		}
		err := span.End(w.look())
		r.report.listed()
		if err != nil || len(w.fresh) > 0 {
			yield(w.take(), err)
		}
	}
}

// wave gathers candidates. The ledger is asked about many keys at a time.
type wave struct {
	run   *run
	ctx   context.Context
	asked []entry
	fresh []candidate
	names map[string]bool // of fresh, where a key may come twice
}

// add takes one more object.
func (w *wave) add(o entry) error {
	if w.asked = append(w.asked, o); len(w.asked) < seenChunk {
		return nil
	}
	return w.look()
}

// look keeps those of the objects that are new.
func (w *wave) look() error {
	w.run.report.look(len(w.asked))
	fresh, err := w.run.fresh(w.ctx, w.asked)
	w.asked = w.asked[:0]
	if w.run.sel.Keys == nil {
		w.fresh = append(w.fresh, fresh...)
		return err
	}
	if w.names == nil {
		w.names = map[string]bool{}
	}
	for _, c := range fresh {
		if !w.names[c.Key] {
			w.names[c.Key] = true
			w.fresh = append(w.fresh, c)
		}
	}
	return err
}

// take answers the candidates so far. The next are looked for once these are in the ledger.
func (w *wave) take() []candidate {
	fresh := w.fresh
	w.fresh, w.names = nil, nil
	return fresh
}

// listing yields the objects of the bucket, or those of the list of keys.
func (r *run) listing(ctx context.Context) iter.Seq2[entry, error] {
	all := r.entries(ctx)
	if r.sel.Order == AsFound {
		return all
	}
	dir := r.cfg.Work
	if r.sel.DryRun {
		dir = os.TempDir() // not the lake's, whose runs clear it of what they do not know
	}
	return byDay(dir, r.sel.Order, all)
}

func (r *run) entries(ctx context.Context) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		if r.sel.Keys != nil {
			for named, err := range r.sel.Keys {
				if err != nil {
					err = fmt.Errorf("list of keys: %w", err)
				}
				if !yield(entry{Object: named.Object, written: named.Written}, err) || err != nil {
					return
				}
			}
			return
		}
		for o, err := range r.cfg.Raw.List(ctx, "") {
			if err != nil {
				err = fmt.Errorf("list raw objects: %w", err)
			}
			if !yield(entry{Object: o, stated: true}, err) || err != nil {
				return
			}
		}
	}
}

// fresh are those of the objects that the ledger does not know, with their sources.
func (r *run) fresh(ctx context.Context, objects []entry) ([]candidate, error) {
	objects = slices.DeleteFunc(objects, func(o entry) bool { return o.stated && r.tooOld(o.Object) })
	keys := make([]string, len(objects))
	for i, o := range objects {
		keys[i] = o.Key
	}
	seen, err := r.cfg.Catalog.Seen(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("ask the ledger: %w", err)
	}
	objects = slices.DeleteFunc(objects, func(o entry) bool {
		known, ok := seen[o.Key]
		if ok && r.known != nil {
			r.known(o.Object, known)
		}
		if !ok || o.stated || o.differs(known) && known.State == catalog.Committed {
			return false
		}
		if o.differs(known) {
			r.report.busy(o.Key)
		}
		return true // a list of keys that is gone through again costs no look at the bucket
	})
	all, err := r.describe(ctx, objects)
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, o := range all {
		known, ok := seen[o.Key]
		c, ok, err := r.candidate(ctx, o, known, ok)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// lookups is how many objects of a list the bucket is asked about at a time.
const lookups = 32

// describe asks the bucket about those of the objects that stand in a list.
func (r *run) describe(ctx context.Context, objects []entry) ([]described, error) {
	var group errgroup.Group
	group.SetLimit(lookups)
	all := make([]described, len(objects))
	for i := range all {
		o := &all[i]
		if o.entry = objects[i]; !o.stated && source.NoLog(o.Key) == "" {
			group.Go(func() error {
				o.now, o.err = raw.Stat(ctx, r.cfg.Raw, o.Key)
				return nil
			})
		}
	}
	_ = group.Wait() // what went wrong is with the objects
	return all, context.Cause(ctx)
}

// tooOld tells whether an object was delivered before what was asked for.
func (r *run) tooOld(o catalog.Object) bool {
	return !r.sel.Since.IsZero() && deliveredBefore(o, r.sel.Since)
}

// candidate looks at one object, which the ledger may know. Whatever is wrong with the object alone is reported.
func (r *run) candidate(ctx context.Context, o described, known catalog.ObjectResult, seen bool) (_ candidate, ok bool, err error) {
	if reason := source.NoLog(o.Key); reason != "" {
		return r.passOver(o.Key, reason)
	}
	if !o.stated {
		key := o.Key
		o.Object, err = o.now, o.err
		if plain, e := url.QueryUnescape(key); errors.Is(err, raw.ErrNotFound) && e == nil && plain != key {
			return r.unescaped(ctx, key, plain)
		}
		if err != nil {
			r.report.fail("", key, err)
			return candidate{}, false, context.Cause(ctx)
		}
	}
	if r.tooOld(o.Object) {
		r.report.unasked(o.Key, "it was delivered before the time that was asked for")
		return candidate{}, false, nil
	}
	if seen {
		if again, err := r.changed(ctx, o.Object, known); !again {
			return candidate{}, false, err
		}
		o.ETag = changedTag(o.Object)
	}
	c, ok, err := r.identify(ctx, o.Object)
	if err != nil {
		r.report.fail("", o.Key, err)
		return candidate{}, false, nil
	}
	if ok && !seen {
		r.overwritten(o)
	}
	return c, ok, nil
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
	m := dayInKey.FindStringSubmatch(raw.InBucket(key))
	if m == nil {
		return time.Time{}, false
	}
	day, err := time.Parse(time.DateOnly, m[1]+"-"+m[2]+"-"+m[3])
	return day, err == nil
}
