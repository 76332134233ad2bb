package s3http

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// getObject answers GetObject and HeadObject.
func (s *Server) getObject(w http.ResponseWriter, c *Call) error {
	known, body, err := s.look(c)
	if err != nil {
		return err
	}
	defer body.Close()
	if err := known.readable(c.Header); err != nil {
		w.Header().Set("ETag", `"`+known.etag+`"`)
		return err
	}
	r, partial, err := parseRange(c.Header.Get("Range"), known.of.Size)
	if err != nil {
		return err
	}
	if err := skip(body, r.from); err != nil {
		return fmt.Errorf("read %s: %w", c.Key, err)
	}
	s.describe(w.Header(), c, known, r, partial)
	status := http.StatusOK
	if partial {
		status = http.StatusPartialContent
	}
	w.WriteHeader(status)
	if c.Operation == "GetObject" {
		_, _ = io.CopyN(w, body, r.size) // an answer that ends early is seen by its length
	}
	return nil
}

// look opens an object, whose bytes and notes are those of one time.
func (s *Server) look(c *Call) (note, io.ReadCloser, error) {
	lock := s.lock(c.Bucket, c.Key)
	lock.RLock()
	defer lock.RUnlock()
	ctx := c.request.Context()
	known, err := s.stat(ctx, c.store, c.Bucket, c.Key)
	if err != nil {
		return note{}, nil, err
	}
	body, err := c.store.Open(ctx, c.Key)
	return known, body, err
}

// skip goes on to a place.
func skip(body io.Reader, n int64) error {
	if seeker, ok := body.(io.Seeker); ok {
		_, err := seeker.Seek(n, io.SeekStart)
		return err
	}
	_, err := io.CopyN(io.Discard, body, n)
	return err
}

// describe sets the headers of an object, or of a part of it.
func (s *Server) describe(h http.Header, c *Call, known note, r span, partial bool) {
	for name, values := range known.header {
		if strings.HasPrefix(name, metaPrefix) {
			name = strings.ToLower(name) // as S3 spells it, and clients keep it
		}
		h[name] = values
	}
	sum := known.sum
	if known.sum.value = ""; c.Header.Get("x-amz-checksum-mode") == "ENABLED" && !partial {
		known.sum = sum
	}
	known.tell(h)
	h.Set("Accept-Ranges", "bytes")
	h.Set("Last-Modified", known.of.ModTime.UTC().Format(http.TimeFormat))
	h.Set("Content-Length", strconv.FormatInt(r.size, 10))
	if partial {
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", r.from, r.from+r.size-1, known.of.Size))
	}
	if c.Header.Get("x-amz-request-payer") != "" {
		h.Set("x-amz-request-charged", "requester")
	}
	for _, name := range kept { // a link that is signed may name the answer's headers
		if value := c.Query.Get("response-" + strings.ToLower(name)); value != "" {
			h.Set(name, value)
		}
	}
}

func (s *Server) putObject(w http.ResponseWriter, c *Call) error {
	header, err := keep(c.Header)
	if err != nil {
		return err
	}
	body, err := s.receive(c.request)
	if err != nil {
		return err
	}
	known := note{etag: hex.EncodeToString(body.md5), sum: body.sum, header: header}
	known, err = s.commit(c, known, body.reader())
	if err = errors.Join(err, body.close()); err != nil {
		return err
	}
	known.tell(w.Header())
	w.WriteHeader(http.StatusOK)
	return nil
}

// commit puts an object, if the request's conditions hold.
func (s *Server) commit(c *Call, known note, body io.Reader) (note, error) {
	lock := s.lock(c.Bucket, c.Key)
	lock.Lock()
	defer lock.Unlock()
	ctx := c.request.Context()
	err := s.writable(ctx, c)
	if err == nil {
		known.of, err = c.store.Put(ctx, c.Key, body)
	}
	if err != nil {
		return note{}, err
	}
	s.notes.set(c.Bucket, known)
	return known, nil
}
