package s3

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// maxKey is how many bytes S3 takes for a key.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxKey = 1024

// Store is what lies below a prefix of a bucket, as a raw.Store. A key is what follows the prefix, and as a folder's
// is a path; lists pass over keys that are none.
type Store struct {
	bucket *bucket
	prefix string // empty, or with a slash at its end
}

var _ raw.Store = (*Store)(nil)

// OpenStore makes a store of s3://bucket/prefix. It makes no call; Check does.
func OpenStore(cfg aws.Config, url string, o Options) (*Store, error) {
	name, prefix, err := parseURL(url)
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	if prefix = strings.TrimSuffix(prefix, "/"); prefix != "" && !fs.ValidPath(prefix) {
		return nil, fmt.Errorf("s3: %q: the prefix is no path", url)
	}
	if prefix != "" {
		prefix += "/"
	}
	if o, err = o.withDefaults(); err != nil {
		return nil, err
	}
	b, err := newBucket(cfg, name, o, BucketOptions{})
	if err != nil {
		return nil, err
	}
	return &Store{b, prefix}, nil
}

// URI is the whole name of a key, or of the store if it is empty.
func (s *Store) URI(key string) string { return s.bucket.uri(s.prefix + key) }

// Check tells whether the store can be listed with the credentials that there are, and if not, what to do about it.
func (s *Store) Check(ctx context.Context) error { return s.bucket.check(ctx, s.prefix) }

// full is S3's key.
func (s *Store) full(key string) (string, error) {
	if !valid(key) || len(s.prefix)+len(key) > maxKey {
		return "", raw.ErrInvalidKey
	}
	return s.prefix + key, nil
}

// valid tells whether a key is a path.
func valid(key string) bool {
	return key != "." && fs.ValidPath(key) && !strings.ContainsRune(key, 0)
}

// List implements raw.Bucket.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		for o, err := range list(ctx, []root{{s.bucket, s.prefix + prefix}}) {
			o.Key = strings.TrimPrefix(o.Key, s.prefix)
			if err == nil && !valid(o.Key) {
				continue
			}
			if !yield(o.Object, err) {
				return
			}
		}
	}
}

// Open implements raw.Bucket.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	full, err := s.full(key)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", s.URI(key), err)
	}
	return s.bucket.open(ctx, full)
}

// Stat implements raw.Store.
func (s *Store) Stat(ctx context.Context, key string) (catalog.Object, error) {
	full, err := s.full(key)
	if err != nil {
		return catalog.Object{}, fmt.Errorf("stat %s: %w", s.URI(key), err)
	}
	o, err := s.bucket.stat(ctx, full)
	return s.own(o), err
}

// own is an object by the store's key.
func (s *Store) own(o catalog.Object) catalog.Object {
	o.Key = strings.TrimPrefix(o.Key, s.prefix)
	return o
}

// Put implements raw.Store. A body that is large is put in parts, of which nothing is seen until all are there.
func (s *Store) Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	return s.put(ctx, key, body, false)
}

// PutNew implements raw.Store, by If-None-Match.
func (s *Store) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	return s.put(ctx, key, body, true)
}

func (s *Store) put(ctx context.Context, key string, body io.Reader, anew bool) (catalog.Object, error) {
	full, err := s.full(key)
	if err != nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", s.URI(key), err)
	}
	o, err := s.bucket.put(ctx, full, body, anew)
	return s.own(o), err
}

// Delete implements raw.Store.
func (s *Store) Delete(ctx context.Context, key string) error {
	full, err := s.full(key)
	if err != nil {
		return fmt.Errorf("delete %s: %w", s.URI(key), err)
	}
	return s.bucket.delete(ctx, full)
}
