package raw

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
var lasting = []error{
	ErrNotFound, ErrInvalidKey, ErrChanged, context.Canceled,
	fs.ErrPermission, fs.ErrExist, fs.ErrInvalid, fs.ErrClosed,
	syscall.ENOSPC, syscall.EROFS, syscall.EDQUOT, syscall.ENAMETOOLONG, syscall.ENOTDIR, syscall.EISDIR,
}

// Transient tells whether an error of a bucket is of the moment, so that the call may be repeated.
func Transient(err error) bool {
	if err == nil {
		return false
	}
	for _, l := range lasting {
		if errors.Is(err, l) {
			return false
		}
	}
	return true
}
