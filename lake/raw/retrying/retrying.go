// Package retrying is a bucket that repeats what went wrong for the moment: with growing, uneven pauses, not sooner
// than a throttling bucket asks, and from where a body or a list broke off.
package retrying

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Options are how often and when a call is repeated; the zero value is good.
type Options struct {
	Attempts    int           // in all; 8 if zero
	First, Most time.Duration // the pause after the first failure, which doubles up to the most; 100 ms and 20 s if zero
	Patience    time.Duration // a call that gives nothing for so long is ended and repeated; a minute if zero

	AfterFunc func(time.Duration, func()) (stop func() bool) // the clock; time.AfterFunc if nil
	Random    func() float64                                 // from 0 to 1: of a pause, the second half is left to it
}

func (o Options) withDefaults() Options {
	if o.Attempts <= 0 {
		o.Attempts = 8
	}
	if o.First <= 0 {
		o.First = 100 * time.Millisecond
	}
	if o.Most <= 0 {
		o.Most = 20 * time.Second
	}
	if o.Patience <= 0 {
		o.Patience = time.Minute
	}
	if o.AfterFunc == nil {
		o.AfterFunc = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	return o
}

// Store is a store whose calls are repeated.
type Store struct {
	inner raw.Store
	o     Options
}

var _ raw.Store = (*Store)(nil)

// New makes the calls of a store be repeated.
func New(inner raw.Store, o Options) *Store { return &Store{inner, o.withDefaults()} }

// errSilent says that a call was ended because it gave nothing.
var errSilent = errors.New("no answer")

// attempt makes one call, which ends when it has been silent for too long.
func (s *Store) attempt(ctx context.Context, patience time.Duration, call func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer s.o.AfterFunc(patience, func() { cancel(errSilent) })()
	return silence(ctx, call(ctx))
}

// silence says of an error whether it is that of a call that was ended.
func silence(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errSilent) {
		return errSilent
	}
	return err
}

// repeat makes a call until it succeeds, or fails for good.
func (s *Store) repeat(ctx context.Context, patience time.Duration, call func(context.Context) error) error {
	for n := 1; ; n++ {
		err := s.attempt(ctx, patience, call)
		if err == nil {
			return nil
		}
		if err := s.pause(ctx, n, err); err != nil {
			return err
		}
	}
}

// pause waits after the n-th failure. It answers what to give up with, if the call is not to be repeated.
func (s *Store) pause(ctx context.Context, n int, failure error) error {
	if ctx.Err() != nil || !raw.Transient(failure) {
		return failure
	}
	if n >= s.o.Attempts {
		return fmt.Errorf("%d times: %w", n, failure)
	}
	d := min(s.o.First<<min(n-1, 30), s.o.Most)
	d = d/2 + time.Duration(s.o.Random()*float64(d/2))
	var throttled *raw.ThrottledError
	if errors.As(failure, &throttled) {
		d = max(d, throttled.After)
	}
	done := make(chan struct{})
	stop := s.o.AfterFunc(d, func() { close(done) })
	select {
	case <-ctx.Done():
		stop()
		return errors.Join(ctx.Err(), failure)
	case <-done:
		return nil
	}
}

// List implements raw.Bucket. A list that breaks off goes on behind the last key that it gave.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		last, begun := "", false
		for n := 1; ; n++ {
			before := last
			stopped, err := s.list(ctx, prefix, func(o catalog.Object) bool {
				if begun && o.Key <= last {
					return true
				}
				last, begun = o.Key, true
				return yield(o, nil)
			})
			if stopped || err == nil {
				return
			}
			if last != before {
				n = 1
			}
			if err := s.pause(ctx, n, err); err != nil {
				yield(catalog.Object{}, err)
				return
			}
		}
	}
}

// list lists once. stopped says that whoever takes the objects wants no more.
func (s *Store) list(ctx context.Context, prefix string, take func(catalog.Object) bool) (stopped bool, _ error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := func() func() bool { return s.o.AfterFunc(s.o.Patience, func() { cancel(errSilent) }) }
	stop := watch()
	defer func() { stop() }()
	for o, err := range s.inner.List(ctx, prefix) {
		stop()
		if err != nil {
			return false, silence(ctx, err)
		}
		if !take(o) {
			return true, nil
		}
		stop = watch()
	}
	return false, nil
}

// Stat implements raw.Store.
func (s *Store) Stat(ctx context.Context, key string) (o catalog.Object, err error) {
	err = s.repeat(ctx, s.o.Patience, func(ctx context.Context) (err error) {
		o, err = s.inner.Stat(ctx, key)
		return err
	})
	return o, err
}

// Delete implements raw.Store.
func (s *Store) Delete(ctx context.Context, key string) error {
	return s.repeat(ctx, s.o.Patience, func(ctx context.Context) error { return s.inner.Delete(ctx, key) })
}

// Put implements raw.Store. A body that cannot be read again is put once.
func (s *Store) Put(ctx context.Context, key string, body io.Reader) (o catalog.Object, err error) {
	err = s.upload(ctx, key, body, func(ctx context.Context) (err error) {
		o, err = s.inner.Put(ctx, key, body)
		return err
	})
	return o, err
}

// PutNew implements raw.Store. When a try was done and its answer lost, the next one finds the object there.
func (s *Store) PutNew(ctx context.Context, key string, body io.Reader) (o catalog.Object, err error) {
	err = s.upload(ctx, key, body, func(ctx context.Context) (err error) {
		o, err = s.inner.PutNew(ctx, key, body)
		return err
	})
	return o, err
}

// slowest is how fast a body is put, or a part read, at least: what is slower is taken for silence.
const slowest = 1 << 20 // bytes a second

// upload puts a body, from its beginning each time.
func (s *Store) upload(ctx context.Context, key string, body io.Reader, put func(context.Context) error) error {
	seeker, ok := body.(io.Seeker)
	if !ok {
		return put(ctx)
	}
	begin, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return put(ctx)
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("put %s: measure it: %w", key, err)
	}
	patience := s.o.Patience + time.Duration((end-begin)/slowest)*time.Second
	return s.repeat(ctx, patience, func(ctx context.Context) error {
		if _, err := seeker.Seek(begin, io.SeekStart); err != nil {
			return fmt.Errorf("put %s: begin again: %w", key, err)
		}
		return put(ctx)
	})
}

// Sweep removes files in writing that nobody writes any more, if the store is a folder, which has such.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	if inner, ok := s.inner.(interface {
		Sweep(ctx context.Context, before time.Time) (int, error)
	}); ok {
		return inner.Sweep(ctx, before)
	}
	return 0, nil
}

// Prune removes folders that have become empty, if the store has such.
func (s *Store) Prune(ctx context.Context, dir string) error {
	if inner, ok := s.inner.(interface {
		Prune(ctx context.Context, dir string) error
	}); ok {
		return inner.Prune(ctx, dir)
	}
	return nil
}
