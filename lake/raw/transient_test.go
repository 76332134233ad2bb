package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

func TestErrorsOfTheMomentAreToldFromThoseThatLast(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"no error":                             {nil, false},
		"an error that nobody knows":           {errors.New("connection reset by peer"), true},
		"a connection that ended early":        {io.ErrUnexpectedEOF, true},
		"a bucket that asks to slow down":      {fmt.Errorf("put: %w", &ThrottledError{}), true},
		"an object that is not there":          {fmt.Errorf("open: %w", ErrNotFound), false},
		"an object that is there already":      {fmt.Errorf("put: %w", ErrExists), false},
		"an object that has changed":           {ErrChanged, false},
		"a bucket that refuses":                {fmt.Errorf("open: %w", ErrRefused), false},
		"a caller who wants no more":           {context.Canceled, false},
		"a file that must not be read":         {&fs.PathError{Op: "open", Err: syscall.EACCES}, false},
		"a disk that is full":                  {&fs.PathError{Op: "write", Err: syscall.ENOSPC}, false},
		"a link that leads out of the folder":  {&fs.PathError{Op: "openat", Err: errors.New("path escapes from parent")}, false},
		"a link that cannot be made":           {&os.LinkError{Op: "link", Err: syscall.EXDEV}, false},
		"too many open files":                  {&fs.PathError{Op: "open", Err: syscall.EMFILE}, true},
		"a file server that was started again": {fmt.Errorf("read: %w", &fs.PathError{Op: "read", Err: syscall.ESTALE}), true},
	} {
		if got := Transient(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
