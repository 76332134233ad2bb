package faulty

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/raw"
)

type kind uint8

const (
	none kind = iota
	fail
	hang
	partial
	short
	stall
	lose
)

// Fault is what goes wrong, and when. Its last method adds it to the bucket.
type Fault struct {
	bucket *Bucket
	op     Op
	key    string
	skip   int
	times  int
	chance func() bool

	kind  kind
	err   error
	bytes int64
	letGo <-chan struct{}
}

// On begins a fault of a method: of its next call, unless more is said.
func (b *Bucket) On(op Op) *Fault { return &Fault{bucket: b, op: op, times: 1} }

// Key lets only calls meet the fault whose key, or prefix, contains a text.
func (f *Fault) Key(part string) *Fault {
	f.key = part
	return f
}

// After lets the first n calls through that would meet the fault.
func (f *Fault) After(n int) *Fault {
	f.skip = n
	return f
}

// Times makes the fault happen to n calls, or Forever.
func (f *Fault) Times(n int) *Fault {
	f.times = n
	return f
}

// Chance makes the fault happen only to calls for which the dice say so.
func (f *Fault) Chance(dice func() bool) *Fault {
	f.chance = dice
	return f
}

// Fail makes the call fail, without any effect.
func (f *Fault) Fail(err error) { f.add(fail, err, 0) }

// Throttle makes the call fail as S3 does when there are too many: asking to wait, if only as long as is said.
func (f *Fault) Throttle(after time.Duration) { f.Fail(&raw.ThrottledError{After: after}) }

// Hang makes the call wait until its context is done, or until it is let go: then it is done.
func (f *Fault) Hang() { f.add(hang, nil, 0) }

// Stall makes a body of Open hang after n bytes.
func (f *Fault) Stall(n int64) { f.add(stall, nil, n) }

// Partial makes a body, of Open or of Put, break off after n bytes, and a list after n objects. A body of Open that
// breaks off with io.EOF ends as if that were all of it.
func (f *Fault) Partial(n int64, err error) { f.add(partial, err, n) }

// Short makes each read of a body of Open give at most n bytes.
func (f *Fault) Short(n int64) { f.add(short, nil, n) }

// LoseAnswer lets a Put or Delete be done, and fail all the same.
func (f *Fault) LoseAnswer(err error) { f.add(lose, err, 0) }

func (f *Fault) add(k kind, err error, n int64) {
	f.kind, f.err, f.bytes = k, err, n
	f.bucket.mu.Lock()
	defer f.bucket.mu.Unlock()
	f.bucket.faults = append(f.bucket.faults, f)
}

// meets tells whether a call meets the fault, and counts it.
func (f *Fault) meets(op Op, key string) bool {
	if op != f.op || !strings.Contains(key, f.key) || f.times == 0 {
		return false
	}
	if f.chance != nil && !f.chance() {
		return false
	}
	if f.skip > 0 {
		f.skip--
		return false
	}
	if f.times > 0 {
		f.times--
	}
	return true
}

// before is what happens instead of the call.
func (f *Fault) before(ctx context.Context) error {
	switch f.kind {
	case fail:
		return f.err
	case hang:
		return f.wait(ctx)
	}
	return nil
}

func (f *Fault) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-f.letGo:
		return nil
	}
}

// after is what happens once the call is done.
func (f *Fault) after() error {
	if f.kind == lose {
		return f.err
	}
	return nil
}

// faultyBody breaks off, stalls, or gives little at a time.
type faultyBody struct {
	io.ReadCloser
	ctx   context.Context
	fault Fault
	left  int64
}

// Size is that of the object, if its store's bodies tell it.
func (b *faultyBody) Size() int64 {
	if s, ok := b.ReadCloser.(interface{ Size() int64 }); ok {
		return s.Size()
	}
	return 0
}

func (b *faultyBody) Read(p []byte) (int, error) {
	if b.fault.kind == short {
		return b.ReadCloser.Read(p[:min(int64(len(p)), b.fault.bytes)])
	}
	if b.left <= 0 && b.fault.kind == stall {
		if err := b.fault.wait(b.ctx); err != nil {
			return 0, err
		}
		return b.ReadCloser.Read(p)
	}
	if b.left <= 0 {
		return 0, b.fault.err
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// failing is a body that fails.
type failing struct{ err error }

func (r failing) Read([]byte) (int, error) { return 0, r.err }
