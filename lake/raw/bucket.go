package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"

	"github.com/hindcast/hindcast/catalog"
)

// Errors of buckets, for errors.Is. Any other error is of the moment: the call may be repeated.
var (
	ErrNotFound   = errors.New("no such object")
	ErrInvalidKey = errors.New("not a key that this bucket can hold")
	ErrChanged    = errors.New("the object is not the one that was listed")
	ErrExists     = fmt.Errorf("an object has that key already: %w", fs.ErrExist)
	ErrRefused    = errors.New("the bucket refuses the call, and would again")
)

// Bucket holds objects under keys. Keys are slash-separated and never begin with a slash.
//
// An object is seen whole or not at all, and its bytes do not change while it is read. What is listed may be gone
// when it is opened, and what was just put may be listed late, but what was listed can be opened at once.
// All methods may be called from several goroutines, and give up with the context's error when it is done.
type Bucket interface {
	// List yields the objects whose keys begin with the prefix, sorted by key as bytes are. Nothing there is an
	// empty list, not an error. After an error nothing more is yielded.
	List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error]

	// Open reads an object from its beginning, or answers ErrNotFound. The reader must be closed; its errors other
	// than io.EOF are of the moment.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}

// Store is a bucket that can be written to.
type Store interface {
	Bucket

	// Stat describes an object, or answers ErrNotFound.
	Stat(ctx context.Context, key string) (catalog.Object, error)

	// Put stores all that is read from body under the key. Once it returns without an error the object is there
	// to stay; until then, and after an error, either nothing of it or all of it is seen. An object of that key is
	// replaced: whoever puts twice puts the same bytes, since keys follow from contents.
	Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error)

	// PutNew is Put where nothing is replaced: when there is an object of that key, it stays and the answer is
	// ErrExists. Of several that put the same key at a time, one succeeds. It may be the caller's own object that is
	// there, when the answer to an earlier try was lost.
	PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error)

	// Delete removes an object. To delete what is not there is no error.
	Delete(ctx context.Context, key string) error
}

// Stat describes one object of a bucket, or answers ErrNotFound. A bucket that has no such call is listed.
func Stat(ctx context.Context, b Bucket, key string) (catalog.Object, error) {
	if s, ok := b.(interface {
		Stat(ctx context.Context, key string) (catalog.Object, error)
	}); ok {
		return s.Stat(ctx, key)
	}
	for o, err := range b.List(ctx, key) {
		if err != nil || o.Key == key {
			return o, err
		}
	}
	return catalog.Object{}, fmt.Errorf("%s: %w", key, ErrNotFound)
}

// InBucket is a key without the bucket before it: that of s3://bucket/key.
func InBucket(key string) string {
	if rest, ok := strings.CutPrefix(key, "s3://"); ok {
		_, key, _ = strings.Cut(rest, "/")
	}
	return key
}

// PutNewFile puts a local file under a key that is still free.
func PutNewFile(ctx context.Context, s Store, key, path string) (catalog.Object, error) {
	f, err := os.Open(path)
	if err != nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	defer f.Close()
	o, err := s.PutNew(ctx, key, f)
	if err != nil {
		return o, err
	}
	info, err := f.Stat()
	if err == nil && o.Size != info.Size() {
		err = fmt.Errorf("%d bytes of %d arrived", o.Size, info.Size())
	}
	if err != nil {
		return o, fmt.Errorf("put %s: %w", key, err)
	}
	return o, nil
}
