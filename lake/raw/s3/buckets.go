package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Buckets are many buckets as one raw.Bucket, whose keys are whole URIs: s3://bucket/key. Lists show what lies below
// the URLs that it was made of; any object can be opened, whatever bucket it is in.
type Buckets struct {
	cfg      aws.Config
	o        Options
	settings []BucketOptions
	urls     []string // sorted, none beginning with another

	mu   sync.Mutex
	open map[string]*bucket
}

var _ raw.Bucket = (*Buckets)(nil)

// OpenBuckets makes one bucket of those of s3://bucket/prefix URLs, of which there may be none. A prefix need not end
// at a slash. It makes no call; Check does.
func OpenBuckets(cfg aws.Config, urls []string, o Options, buckets []BucketOptions) (*Buckets, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	b := &Buckets{cfg: cfg, o: o, settings: buckets, open: map[string]*bucket{}}
	for _, set := range buckets {
		if err := set.check(); err != nil {
			return nil, err
		}
	}
	for _, url := range urls {
		name, prefix, err := parseURL(url)
		if err == nil {
			_, err = b.bucket(name)
		}
		if err != nil {
			return nil, fmt.Errorf("s3: %w", err)
		}
		b.urls = append(b.urls, scheme+name+"/"+prefix)
	}
	b.urls = outermost(b.urls)
	return b, nil
}

// outermost are the prefixes, in order, that do not lie in another.
func outermost(prefixes []string) (out []string) {
	slices.Sort(prefixes)
	for _, p := range prefixes {
		if len(out) == 0 || !strings.HasPrefix(p, out[len(out)-1]) {
			out = append(out, p)
		}
	}
	return out
}

// bucket answers a bucket by its name.
func (b *Buckets) bucket(name string) (*bucket, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if one, ok := b.open[name]; ok {
		return one, nil
	}
	one, err := newBucket(b.cfg, name, b.o, settings(b.settings, name))
	if err != nil {
		return nil, err
	}
	b.open[name] = one
	return one, nil
}

// find is the bucket of a URI, and S3's key.
func (b *Buckets) find(uri string) (*bucket, string, error) {
	name, key, err := parseURL(uri)
	if err != nil || key == "" || len(key) > maxKey {
		return nil, "", raw.ErrInvalidKey
	}
	one, err := b.bucket(name)
	return one, key, err
}

// Check tells whether each of the URLs can be listed with the credentials that there are, and if not, what to do
// about it.
func (b *Buckets) Check(ctx context.Context) (err error) {
	roots, err := b.roots("")
	for _, r := range roots {
		err = errors.Join(err, r.bucket.check(ctx, r.prefix))
	}
	return err
}

// roots are what lies in a prefix of URIs.
func (b *Buckets) roots(prefix string) (roots []root, _ error) {
	for _, url := range b.urls {
		switch {
		case strings.HasPrefix(prefix, url):
			url = prefix
		case !strings.HasPrefix(url, prefix):
			continue
		}
		name, rest, err := parseURL(url)
		if err != nil {
			return nil, err
		}
		one, err := b.bucket(name)
		if err != nil {
			return nil, err
		}
		roots = append(roots, root{one, rest})
	}
	return roots, nil
}

// List implements raw.Bucket.
func (b *Buckets) List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		roots, err := b.roots(prefix)
		if err != nil {
			yield(catalog.Object{}, fmt.Errorf("list %s: %w", prefix, err))
			return
		}
		for o, err := range list(ctx, roots) {
			if err == nil {
				o.Key = o.in.uri(o.Key)
			}
			if !yield(o.Object, err) {
				return
			}
		}
	}
}

// Open implements raw.Bucket.
func (b *Buckets) Open(ctx context.Context, uri string) (io.ReadCloser, error) {
	one, key, err := b.find(uri)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", uri, err)
	}
	return one.open(ctx, key)
}

// Stat describes an object, or answers raw.ErrNotFound.
func (b *Buckets) Stat(ctx context.Context, uri string) (catalog.Object, error) {
	one, key, err := b.find(uri)
	if err != nil {
		return catalog.Object{}, fmt.Errorf("stat %s: %w", uri, err)
	}
	o, err := one.stat(ctx, key)
	if err != nil {
		return catalog.Object{}, err
	}
	o.Key = uri
	return o, nil
}
