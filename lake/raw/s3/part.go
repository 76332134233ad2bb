package s3

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

var _ raw.PartReader = (*Store)(nil)

// ReadPart implements raw.PartReader, by a range and If-Match. One that breaks off goes on from there.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func (s *Store) ReadPart(ctx context.Context, key string, p []byte, off int64, etag string) (catalog.Object, error) {
	full, err := s.full(key)
	if err != nil {
		return catalog.Object{}, fmt.Errorf("open %s: %w", s.URI(key), err)
	}
	o, err := s.bucket.part(ctx, full, p, off, etag)
	return s.own(o), err
}

func (b *bucket) part(ctx context.Context, key string, p []byte, off int64, etag string) (o catalog.Object, err error) {
	r := &body{ctx: ctx, of: b, key: key, at: off, mark: off, size: off + int64(len(p)), part: true}
	if etag != "" {
		r.etag = aws.String(`"` + etag + `"`)
	}
	out, err := r.get()
	if err != nil {
		return o, b.fail(reading, key, err)
	}
	r.etag, r.inner = out.ETag, out.Body
	defer r.Close()
	if o, err = r.said(out, off); err != nil {
		return o, b.fail(reading, key, err)
	}
	_, err = io.ReadFull(r, p)
	return o, err
}

// said is the object that an answer is a part of, once it is sure that it is the part that was asked for.
func (r *body) said(out *s3.GetObjectOutput, from int64) (o catalog.Object, err error) {
	given := aws.ToString(out.ContentRange)
	rest, ok := strings.CutPrefix(given, fmt.Sprintf("bytes %d-", from))
	last, size, _ := strings.Cut(rest, "/")
	o = catalog.Object{Key: r.key, ETag: tag(out.ETag)}
	if o.Size, err = strconv.ParseInt(size, 10, 64); err != nil || !ok {
		return o, fmt.Errorf("asked for bytes from %d, and got %q", from, given)
	}
	if last != strconv.FormatInt(r.size-1, 10) {
		return o, fmt.Errorf("%w: it ends before byte %d", raw.ErrChanged, r.size)
	}
	return o, nil
}
