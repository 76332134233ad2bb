package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"sync"
)

// How much is read of an object at a time. A call to S3 takes 20 to 50 ms before its first byte, in which some megabytes
// could come, and costs as much as 4 kB do where bytes are paid for: what is read ahead is cheaper than another call.
const (
	leastTail = 64 << 10  // read at the end of an object first, where Parquet has its footer and its indexes,
	tailShare = 512       // and this part of the object: row groups of 20 MB have 25 kB of the footer each
	leastPart = 512 << 10 // read where nothing was read before
	mostPart  = 4 << 20   // read where as much was read right before, and is held in memory
)

// parts is an object that is read part by part. What was read lies at its place in a local file, which is otherwise empty.
type parts struct {
	ctx   context.Context
	from  PartReader
	key   string
	size  int64
	local localCopy

	mu   sync.Mutex
	etag string
	have spans
	held int64 // bytes in the local file
}

// openParts reads the end of an object, by which it is known to be there.
func openParts(ctx context.Context, from PartReader, key string, size int64, dir string) (_ *parts, err error) {
	r := &parts{ctx: ctx, from: from, key: key, size: size}
	tail := span{size - min(size, leastTail+size/tailShare), size}
	p, err := r.get(tail)
	if err != nil {
		return nil, err
	}
	if r.local, err = makeLocal(dir); err != nil {
		return nil, fmt.Errorf("open %s: %w", key, err)
	}
	if err := r.keep(tail, p); err != nil {
		return nil, errors.Join(err, r.local.Close())
	}
	return r, nil
}

// ReadAt implements io.ReaderAt. What fails may be read again.
func (r *parts) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("read %s at %d", r.key, off)
	}
	p, short := p[:min(int64(len(p)), max(r.size-off, 0))], off+int64(len(p)) > r.size
	if err := r.fetch(off, off+int64(len(p))); err != nil {
		return 0, err
	}
	n, err := r.local.ReadAt(p, off)
	if err == nil && short {
		err = io.EOF
	}
	return n, err
}

// Held is how many bytes of the object are kept in the local file.
func (r *parts) Held() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held
}

// Close removes what was read.
func (r *parts) Close() error { return r.local.Close() }

// fetch reads what is not there yet between two places.
func (r *parts) fetch(at, end int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		missing := r.have.next(at)
		if missing.from >= end {
			return nil
		}
		missing.to = min(missing.to, r.size, missing.from+r.ahead(missing.from, end))
		p, err := r.get(missing)
		if err == nil {
			err = r.keep(missing, p)
		}
		if err != nil {
			return err
		}
	}
}

// ahead is how much is read at a place, of which so much is wanted: twice as much as lies right before it, as long as
// reading goes on there.
func (r *parts) ahead(at, end int64) int64 {
	return min(max(end-at, r.have.before(at), leastPart), mostPart)
}

// get reads a stretch of the object, which must be the one that was read before.
func (r *parts) get(at span) ([]byte, error) {
	p := make([]byte, at.to-at.from)
	o, err := r.from.ReadPart(r.ctx, r.key, p, at.from, r.etag)
	if err != nil {
		return nil, err
	}
	if o.Size != r.size || r.etag != "" && o.ETag != r.etag {
		return nil, fmt.Errorf("read %s: %w: it has %d bytes and the ETag %q instead of %d and %q", r.key, ErrChanged, o.Size, o.ETag, r.size, r.etag)
	}
	r.etag = o.ETag
	return p, nil
}

// keep writes a stretch into the local file.
func (r *parts) keep(at span, p []byte) error {
	if _, err := r.local.WriteAt(p, at.from); err != nil {
		return fmt.Errorf("keep a part of %s: %w", r.key, err)
	}
	r.have = r.have.with(at)
	r.held += int64(len(p))
	return nil
}

// span is a stretch of bytes.
type span struct{ from, to int64 }

// spans are in order, and none touches another.
type spans []span

// with has one more, which lies in none of them.
func (s spans) with(n span) spans {
	i := sort.Search(len(s), func(i int) bool { return s[i].from >= n.from })
	if i < len(s) && s[i].from == n.to {
		n.to = s[i].to
		s = slices.Delete(s, i, i+1)
	}
	if i > 0 && s[i-1].to == n.from {
		s[i-1].to = n.to
		return s
	}
	return slices.Insert(s, i, n)
}

// next is the first stretch from a place on that lies in none of them.
func (s spans) next(at int64) span {
	i := sort.Search(len(s), func(i int) bool { return s[i].to > at })
	if i < len(s) && s[i].from <= at {
		at = s[i].to
		i++
	}
	gap := span{at, 1<<63 - 1}
	if i < len(s) {
		gap.to = s[i].from
	}
	return gap
}

// before is how long the one is that ends at a place, or zero.
func (s spans) before(at int64) int64 {
	i := sort.Search(len(s), func(i int) bool { return s[i].to >= at })
	if i < len(s) && s[i].to == at {
		return at - s[i].from
	}
	return 0
}
