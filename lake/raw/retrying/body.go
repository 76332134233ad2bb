package retrying

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Open implements raw.Bucket. A body that breaks off goes on from there, if the object is still the same; one that ends
// before its size has broken off too, where the store's bodies tell their size.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	b := &body{store: s, ctx: ctx, key: key, given: xxh3.New()}
	if err := b.open(0); err != nil {
		return nil, err
	}
	if _, ok := b.inner.(io.ReaderAt); ok {
		return &randomBody{b}, nil
	}
	return b, nil
}

// ReadPart implements raw.PartReader, if the store does.
func (s *Store) ReadPart(ctx context.Context, key string, p []byte, off int64, etag string) (o catalog.Object, err error) {
	inner, ok := s.inner.(raw.PartReader)
	if !ok {
		return o, errors.ErrUnsupported
	}
	patience := s.o.Patience + time.Duration(len(p)/slowest)*time.Second
	err = s.repeat(ctx, patience, func(ctx context.Context) (err error) {
		o, err = inner.ReadPart(ctx, key, p, off, etag)
		return err
	})
	return o, err
}

// body is an object that is read from its beginning, by as many connections as it takes.
type body struct {
	store *Store
	ctx   context.Context
	key   string

	inner  io.ReadCloser
	end    context.CancelCauseFunc // ends the connection
	live   context.Context         // of the connection
	at     int64                   // bytes that were given
	given  *xxh3.Hasher            // over them: another connection must begin with the same
	failed int                     // connections, since much was given
	mark   int64                   // what had been given when the last one failed
}

// enough is how much a connection gives before earlier failures are forgotten.
const enough = 1 << 20

// open opens the object and passes over what was given already, after so many failures.
func (b *body) open(failures int) error {
	for n := failures + 1; ; n++ {
		err := b.connect()
		if err == nil {
			return nil
		}
		if err := b.store.pause(b.ctx, n, err); err != nil {
			return err
		}
		b.failed = n
	}
}

func (b *body) connect() error {
	b.live, b.end = context.WithCancelCause(b.ctx)
	stop := b.watch()
	inner, err := b.store.inner.Open(b.live, b.key)
	stop()
	if err != nil {
		err = silence(b.live, err)
		b.end(nil)
		return err
	}
	b.inner = inner
	if err := b.skip(); err != nil {
		return errors.Join(err, b.disconnect())
	}
	return nil
}

// watch ends the connection if it is silent until stop is called.
func (b *body) watch() (stop func() bool) {
	end := b.end
	return b.store.o.AfterFunc(b.store.o.Patience, func() { end(errSilent) })
}

// skip passes over what another connection gave.
func (b *body) skip() error {
	again := xxh3.New()
	buf := make([]byte, min(b.at, 64<<10))
	for left := b.at; left > 0; {
		n, err := b.once(buf[:min(left, int64(len(buf)))])
		_, _ = again.Write(buf[:n])
		left -= int64(n)
		if err == io.EOF && left > 0 {
			return fmt.Errorf("read %s: it ends before the %d bytes that it gave: %w", b.key, b.at, raw.ErrChanged)
		}
		if err != nil && err != io.EOF {
			return err
		}
	}
	if again.Sum128() != b.given.Sum128() {
		return fmt.Errorf("read %s: its first %d bytes are others now: %w", b.key, b.at, raw.ErrChanged)
	}
	return nil
}

// once reads from the connection.
func (b *body) once(p []byte) (int, error) {
	stop := b.watch()
	defer stop()
	n, err := b.inner.Read(p)
	if err != nil && err != io.EOF {
		err = silence(b.live, err)
	}
	return n, err
}

func (b *body) Read(p []byte) (int, error) {
	for {
		n, err := b.once(p)
		b.at += int64(n)
		_, _ = b.given.Write(p[:n])
		if err == io.EOF && b.short() {
			err = fmt.Errorf("read %s: %w", b.key, io.ErrUnexpectedEOF)
		}
		if err == nil || err == io.EOF {
			return n, err
		}
		if err := b.again(err); err != nil {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// short tells whether the object is known to go on.
func (b *body) short() bool {
	s, ok := b.inner.(interface{ Size() int64 })
	return ok && b.at < s.Size()
}

// again connects anew after a failure.
func (b *body) again(failure error) error {
	if b.at-b.mark >= enough {
		b.failed = 0
	}
	b.mark, b.failed = b.at, b.failed+1
	if err := b.store.pause(b.ctx, b.failed, failure); err != nil {
		return err
	}
	_ = b.disconnect() // it is broken
	return b.open(b.failed)
}

func (b *body) disconnect() error {
	err := b.inner.Close()
	b.end(nil)
	return err
}

// Close ends the reading.
func (b *body) Close() error { return b.disconnect() }

// randomBody can be read at any place too.
type randomBody struct{ *body }

// ReadAt implements io.ReaderAt. What fails is read again by the same connection.
func (b *randomBody) ReadAt(p []byte, off int64) (int, error) {
	for failed := 1; ; failed++ {
		n, err := b.inner.(io.ReaderAt).ReadAt(p, off)
		if err == nil || err == io.EOF {
			return n, err
		}
		if err := b.store.pause(b.ctx, failed, err); err != nil {
			return n, err
		}
	}
}
