package raw

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/hindcast/hindcast/catalog"
)

// Opener opens objects; a Bucket does.
type Opener interface {
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}

// PartReader is a bucket that gives a part of an object at about the price of that part, as S3 does.
type PartReader interface {
	// ReadPart fills p with what the object holds from an offset on, and answers the object's size and ETag. If an ETag
	// is given, the object must be the one that has it. ErrChanged if it is another one, or ends before p is full;
	// ErrNotFound if there is none; errors.ErrUnsupported from a bucket around one that cannot.
	ReadPart(ctx context.Context, key string, p []byte, off int64, etag string) (catalog.Object, error)
}

// RandomReader reads an object at any place.
type RandomReader interface {
	io.ReaderAt
	io.Closer
}

// OpenRandom opens an object of a known size for reading some of it, at any place. From a bucket that is a PartReader comes
// what is asked for, and little more: each byte once, since it is kept in a file in dir until Close. Where a bucket is none,
// that is OpenWhole. An empty dir is the system's for such files. The context is that of all reading.
func OpenRandom(ctx context.Context, b Opener, key string, size int64, dir string) (RandomReader, error) {
	if from, ok := b.(PartReader); ok && size > 0 {
		r, err := openParts(ctx, from, key, size, dir)
		if err == nil {
			return r, nil
		}
		if !errors.Is(err, errors.ErrUnsupported) {
			return nil, err
		}
	}
	return OpenWhole(ctx, b, key, dir)
}

// OpenWhole opens an object for reading all of it, at any place and as often as is wanted. One of a bucket that reads only
// from the beginning is copied to a file in dir first, which Close removes; an empty dir is the system's for such files.
func OpenWhole(ctx context.Context, b Opener, key, dir string) (RandomReader, error) {
	body, err := b.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	if at, ok := body.(RandomReader); ok {
		return at, nil
	}
	local, err := makeLocal(dir)
	if err != nil {
		return nil, errors.Join(err, body.Close())
	}
	_, err = io.Copy(local, body)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, errors.Join(err, local.Close())
	}
	return local, nil
}

// localCopy is removed when it is closed.
type localCopy struct{ *os.File }

func makeLocal(dir string) (localCopy, error) {
	tmp, err := os.CreateTemp(dir, "random-*")
	return localCopy{tmp}, err
}

func (c localCopy) Close() error {
	err := os.Remove(c.Name())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(c.File.Close(), err)
}
