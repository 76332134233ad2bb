package raw

import (
	"context"
	"errors"
	"io"
	"os"
)

// Opener opens objects; a Bucket does.
type Opener interface {
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}

// RandomReader reads an object at any place.
type RandomReader interface {
	io.ReaderAt
	io.Closer
}

// OpenRandom opens an object for reading at any place. One of a bucket that reads only from the beginning is copied to
// a file in dir first, which Close removes; an empty dir is the system's for such files.
func OpenRandom(ctx context.Context, b Opener, key, dir string) (RandomReader, error) {
	body, err := b.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	if at, ok := body.(RandomReader); ok {
		return at, nil
	}
	tmp, err := os.CreateTemp(dir, "random-*")
	if err != nil {
		return nil, errors.Join(err, body.Close())
	}
	local := localCopy{tmp}
	_, err = io.Copy(tmp, body)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, errors.Join(err, local.Close())
	}
	return local, nil
}

// localCopy is removed when it is closed.
type localCopy struct{ *os.File }

func (c localCopy) Close() error {
	err := os.Remove(c.Name())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(c.File.Close(), err)
}
