// Package faulty makes a bucket fail as buckets do, call by call.
//
//	b := faulty.Wrap(store)
//	b.On(faulty.Open).Times(2).Fail(errThrottled)   // the first two calls
//	b.On(faulty.Put).Key("g000002").LoseAnswer(err) // it is done, and said not to be
package faulty

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Op is a method of a store.
type Op string

// The methods. Faults of the reading of a body, or of a part of one, are those of Open.
const (
	List   Op = "list"
	Open   Op = "open"
	Stat   Op = "stat"
	Put    Op = "put"
	Delete Op = "delete"
)

// Forever makes a fault happen at every call.
const Forever = -1

// Bucket is a store with faults. Without any it is the store.
type Bucket struct {
	store raw.Store

	mu     sync.Mutex
	faults []*Fault
	calls  map[Op]int
	met    int
	late   late
	letGo  chan struct{} // closed when those that hang may go on
}

// Wrap makes a bucket to which faults can be added.
func Wrap(store raw.Store) *Bucket {
	return &Bucket{store: store, calls: map[Op]int{}, late: newLate(), letGo: make(chan struct{})}
}

// Calls is how often a method was called.
func (b *Bucket) Calls(op Op) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls[op]
}

// Met is how many calls met a fault.
func (b *Bucket) Met() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.met
}

// LetGo lets all calls go on that hang now.
func (b *Bucket) LetGo() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.letGo)
	b.letGo = make(chan struct{})
}

// Heal takes all faults away, and lets all calls go on that hang now. What is listed late stays so.
func (b *Bucket) Heal() {
	b.mu.Lock()
	b.faults = nil
	b.mu.Unlock()
	b.LetGo()
}

// begin counts a call and finds the fault that it meets.
func (b *Bucket) begin(op Op, key string) Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls[op]++
	for _, f := range b.faults {
		if f.meets(op, key) {
			b.met++
			met := *f
			met.letGo = b.letGo
			return met
		}
	}
	return Fault{}
}

// List implements raw.Bucket.
func (b *Bucket) List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		f := b.begin(List, prefix)
		if err := f.before(ctx); err != nil {
			yield(catalog.Object{}, err)
			return
		}
		left := f.bytes
		for o, err := range b.late.list(prefix, b.store.List(ctx, prefix)) {
			if f.kind == partial {
				if left == 0 {
					yield(catalog.Object{}, f.err)
					return
				}
				left--
			}
			if !yield(o, err) {
				return
			}
		}
	}
}

// Open implements raw.Bucket.
func (b *Bucket) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	f := b.begin(Open, key)
	if err := f.before(ctx); err != nil {
		return nil, err
	}
	body, err := b.store.Open(ctx, key)
	if err != nil || f.kind != partial && f.kind != short && f.kind != stall {
		return body, err
	}
	return &faultyBody{ReadCloser: body, ctx: ctx, fault: f, left: f.bytes}, nil
}

// ReadPart implements raw.PartReader, if the store does. Its faults are those of Open.
func (b *Bucket) ReadPart(ctx context.Context, key string, p []byte, off int64, etag string) (catalog.Object, error) {
	inner, ok := b.store.(raw.PartReader)
	if !ok {
		return catalog.Object{}, errors.ErrUnsupported
	}
	f := b.begin(Open, key)
	if err := f.before(ctx); err != nil {
		return catalog.Object{}, err
	}
	if f.kind == stall {
		if err := f.wait(ctx); err != nil {
			return catalog.Object{}, err
		}
	}
	o, err := inner.ReadPart(ctx, key, p, off, etag)
	if err == nil && f.kind == partial && f.bytes < int64(len(p)) {
		clear(p[f.bytes:])
		if err = f.err; err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
	}
	return o, err
}

// Stat implements raw.Store.
func (b *Bucket) Stat(ctx context.Context, key string) (catalog.Object, error) {
	f := b.begin(Stat, key)
	if err := f.before(ctx); err != nil {
		return catalog.Object{}, err
	}
	return b.store.Stat(ctx, key)
}

// Put implements raw.Store.
func (b *Bucket) Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	return b.put(ctx, key, body, b.store.Put)
}

// PutNew implements raw.Store. Its faults are those of Put.
func (b *Bucket) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	return b.put(ctx, key, body, b.store.PutNew)
}

func (b *Bucket) put(ctx context.Context, key string, body io.Reader, put func(context.Context, string, io.Reader) (catalog.Object, error)) (catalog.Object, error) {
	f := b.begin(Put, key)
	if err := f.before(ctx); err != nil {
		return catalog.Object{}, err
	}
	if f.kind == partial {
		body = io.MultiReader(io.LimitReader(body, f.bytes), failing{f.err})
	}
	o, err := put(ctx, key, body)
	if err != nil {
		return o, err
	}
	b.late.put(key)
	return o, f.after()
}

// Delete implements raw.Store.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	f := b.begin(Delete, key)
	if err := f.before(ctx); err != nil {
		return err
	}
	gone, missing := b.store.Stat(ctx, key)
	if err := b.store.Delete(ctx, key); err != nil {
		return err
	}
	if missing == nil {
		b.late.deleted(gone)
	}
	return f.after()
}
