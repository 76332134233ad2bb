package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hindcast/hindcast/lake/raw"
)

// body is an object that is read from its beginning, or a part of it, by as many connections as it takes.
type body struct {
	ctx  context.Context
	of   *bucket
	key  string
	etag *string
	size int64 // of the object, or where the part ends
	part bool

	inner  io.ReadCloser
	end    context.CancelFunc // ends the connection
	broken error              // why the connection gives no more
	at     int64              // bytes that were given, and those before a part
	failed int                // connections, since much was given
	mark   int64              // what had been given when the last one failed
}

const (
	maxFailed = 8       // connections in a row
	enough    = 1 << 20 // bytes that a connection gives before earlier failures are forgotten
)

// errSilent says that a connection was ended because it gave nothing.
var errSilent = errors.New("no answer")

// open opens an object.
func (b *bucket) open(ctx context.Context, key string) (io.ReadCloser, error) {
	r := &body{ctx: ctx, of: b, key: key}
	out, err := r.get()
	if err != nil {
		return nil, b.fail(reading, key, err)
	}
	r.etag, r.size, r.inner = out.ETag, aws.ToInt64(out.ContentLength), out.Body
	return r, nil
}

// get asks for what was not given yet, of the object that was opened.
func (r *body) get() (*s3.GetObjectOutput, error) {
	in := &s3.GetObjectInput{Bucket: &r.of.name, Key: &r.key, ExpectedBucketOwner: r.of.owner(), RequestPayer: r.of.payer()}
	switch {
	case r.part:
		in.Range, in.IfMatch = aws.String(fmt.Sprintf("bytes=%d-%d", r.at, r.size-1)), r.etag
	case r.at > 0:
		in.Range, in.IfMatch = aws.String(fmt.Sprintf("bytes=%d-", r.at)), r.etag
	}
	ctx, end := context.WithCancel(r.ctx)
	out, err := r.of.client.GetObject(ctx, in)
	if err != nil {
		end()
		return nil, err
	}
	r.end = end
	return out, nil
}

// Size is that of the object.
func (r *body) Size() int64 { return r.size }

func (r *body) Read(p []byte) (int, error) {
	if r.broken != nil {
		if err := r.resume(); err != nil {
			return 0, r.of.fail(reading, r.key, err)
		}
	}
	stop := r.of.o.AfterFunc(r.of.o.Patience, r.end)
	n, err := r.inner.Read(p)
	stop()
	r.at += int64(n)
	switch {
	case err == io.EOF && r.at < r.size:
		err = io.ErrUnexpectedEOF
	case errors.Is(err, context.Canceled) && r.ctx.Err() == nil:
		err = errSilent
	}
	switch {
	case err == nil || err == io.EOF:
		return n, err
	case r.at >= r.size: // all of it came, and its checksum is another
		return n, r.of.fail(reading, r.key, err)
	}
	r.broken = err
	return n, nil
}

// resume connects anew, at the place where the last connection broke.
func (r *body) resume() error {
	for {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if r.at-r.mark >= enough {
			r.failed = 0
		}
		r.mark, r.failed = r.at, r.failed+1
		if r.failed > maxFailed {
			return fmt.Errorf("%d connections broke at byte %d: %w", maxFailed, r.at, r.broken)
		}
		if err := r.of.o.pause(r.ctx, r.failed); err != nil {
			return err
		}
		_ = r.Close() // it is broken
		out, err := r.get()
		switch {
		case err != nil && (r.ctx.Err() != nil || !raw.Transient(r.of.cause(reading, err))):
			return err
		case err != nil:
			r.broken = err
			continue
		case (r.at > 0 || r.part) && !strings.HasPrefix(aws.ToString(out.ContentRange), fmt.Sprintf("bytes %d-", r.at)):
			return errors.Join(fmt.Errorf("asked for bytes from %d, and got %q", r.at, aws.ToString(out.ContentRange)), out.Body.Close())
		case r.at == 0 && aws.ToString(out.ETag) != aws.ToString(r.etag):
			return errors.Join(raw.ErrChanged, out.Body.Close())
		}
		r.inner, r.broken = out.Body, nil
		return nil
	}
}

// Close ends the reading.
func (r *body) Close() error {
	r.end()
	return r.inner.Close()
}
