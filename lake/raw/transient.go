package raw

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
	"time"
)

// ThrottledError says that a bucket asks its callers to slow down, as S3's SlowDown does.
type ThrottledError struct {
	After time.Duration // the least that is to be waited before the call is repeated; zero is not said
}

func (e *ThrottledError) Error() string {
	if e.After > 0 {
		return fmt.Sprintf("the bucket asks to slow down, and to come back in %v", e.After)
	}
	return "the bucket asks to slow down"
}

// lasting are errors that a repeated call would meet again.
var lasting = []error{ErrNotFound, ErrInvalidKey, ErrChanged, ErrExists, ErrRefused, errors.ErrUnsupported, context.Canceled}

// passing are errors of a file system that a repeated call may not meet. Its other errors last.
var passing = []error{
	syscall.EAGAIN, syscall.EBUSY, syscall.EINTR, syscall.EIO, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ESTALE, syscall.ETIMEDOUT,
}

// Transient tells whether an error of a bucket is of the moment, so that the call may be repeated.
func Transient(err error) bool {
	is := func(other error) bool { return errors.Is(err, other) }
	if err == nil || slices.ContainsFunc(lasting, is) {
		return false
	}
	var path *fs.PathError
	var link *os.LinkError
	if errors.As(err, &path) || errors.As(err, &link) {
		return slices.ContainsFunc(passing, is)
	}
	return true
}
