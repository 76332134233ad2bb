// Package throttle reads a bucket no faster than a rate, so that a backfill leaves the network and the disks to others.
package throttle

import (
	"context"
	"fmt"
	"io"
	"time"

	"golang.org/x/time/rate"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Clock is the time, and waiting for it.
type Clock interface {
	Now() time.Time
	Wait(ctx context.Context, d time.Duration) error
}

// Bucket is a bucket whose objects, all readers together, give so many stored bytes a second. Lists are not held back.
type Bucket struct {
	raw.Bucket
	limit *rate.Limiter
	clock Clock
}

// most is how many bytes a reader takes at a time; they are waited for after they were read.
const most = 1 << 20

// New wraps a bucket.
func New(b raw.Bucket, bytesPerSecond float64, clock Clock) *Bucket {
	return &Bucket{b, rate.NewLimiter(rate.Limit(bytesPerSecond), most), clock}
}

// Open implements raw.Bucket.
func (b *Bucket) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	body, err := b.Bucket.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	return &reader{ReadCloser: body, ctx: ctx, of: b}, nil
}

// Stat describes an object.
func (b *Bucket) Stat(ctx context.Context, key string) (catalog.Object, error) {
	if s, ok := b.Bucket.(interface {
		Stat(ctx context.Context, key string) (catalog.Object, error)
	}); ok {
		return s.Stat(ctx, key)
	}
	for o, err := range b.List(ctx, key) {
		if err != nil || o.Key == key {
			return o, err
		}
		break // what is sorted first would be the key
	}
	return catalog.Object{}, fmt.Errorf("stat %s: %w", key, raw.ErrNotFound)
}

type reader struct {
	io.ReadCloser
	ctx context.Context
	of  *Bucket
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p[:min(len(p), most)])
	if n == 0 {
		return n, err
	}
	now := r.of.clock.Now()
	if wait := r.of.limit.ReserveN(now, n).DelayFrom(now); wait > 0 {
		if e := r.of.clock.Wait(r.ctx, wait); e != nil {
			return 0, e
		}
	}
	return n, err
}
