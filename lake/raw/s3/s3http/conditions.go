package s3http

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/hindcast/hindcast/lake/raw"
)

// readable tells whether an object may be read under a request's conditions.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
func (n note) readable(h http.Header) error {
	if match := h.Get("If-Match"); match != "" {
		if !n.matches(match) {
			return errPrecondition
		}
	} else if t, err := http.ParseTime(h.Get("If-Unmodified-Since")); err == nil && n.of.ModTime.Truncate(1e9).After(t) {
		return errPrecondition
	}
	if match := h.Get("If-None-Match"); match != "" {
		if n.matches(match) {
			return &Error{Status: http.StatusNotModified}
		}
	} else if t, err := http.ParseTime(h.Get("If-Modified-Since")); err == nil && !n.of.ModTime.Truncate(1e9).After(t) {
		return &Error{Status: http.StatusNotModified}
	}
	return nil
}

// matches tells whether a list of ETags names the object's.
func (n note) matches(list string) bool {
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || strings.Trim(tag, `"`) == n.etag {
			return true
		}
	}
	return false
}

// writable tells whether an object may be put under a request's conditions. The key must be locked.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
func (s *Server) writable(ctx context.Context, c *Call) error {
	match, none := c.Header.Get("If-Match"), c.Header.Get("If-None-Match")
	if match == "" && none == "" {
		return nil
	}
	if none != "" && none != "*" {
		return errorf(http.StatusNotImplemented, "NotImplemented", "A header you provided implies functionality that is not implemented: If-None-Match takes *")
	}
	known, err := s.stat(ctx, c.store, c.Bucket, c.Key)
	there := err == nil
	switch {
	case err != nil && !errors.Is(err, raw.ErrNotFound):
		return err
	case none != "" && there:
		return errPrecondition
	case match != "" && !there:
		return errNoSuchKey
	case match != "" && !known.matches(match):
		return errPrecondition
	}
	return nil
}

// span is a range of bytes.
type span struct{ from, size int64 }

// parseRange reads a range of bytes of an object of a size. What is no range is passed over, as S3 does.
func parseRange(text string, size int64) (r span, partial bool, _ error) {
	whole := span{0, size}
	text, ok := strings.CutPrefix(text, "bytes=")
	first, last, found := strings.Cut(strings.TrimSpace(text), "-")
	if !ok || !found {
		return whole, false, nil
	}
	if first == "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < 0 {
			return whole, false, nil
		}
		if n == 0 || size == 0 {
			return whole, false, errRange
		}
		n = min(n, size)
		return span{size - n, n}, true, nil
	}
	from, err := strconv.ParseInt(first, 10, 64)
	if err != nil || from < 0 {
		return whole, false, nil
	}
	to := size - 1
	if last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < from {
			return whole, false, nil
		}
		to = min(to, n)
	}
	if from >= size {
		return whole, false, errRange
	}
	return span{from, to - from + 1}, true, nil
}
