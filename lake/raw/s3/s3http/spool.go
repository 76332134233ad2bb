package s3http

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// spool is a body that was received as a whole and found to be what its checksums say.
type spool struct {
	memory []byte
	file   *os.File // of a body that is too large for memory
	size   int64
	md5    []byte
	sum    checksum
}

const (
	maxMemory = 1 << 20 // bytes of a body that is held in memory
	maxPut    = 5 << 30 // bytes of a body: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
)

// reader reads the body from its beginning.
func (s *spool) reader() io.Reader {
	if s.file != nil {
		return io.NewSectionReader(s.file, 0, s.size)
	}
	return bytes.NewReader(s.memory)
}

// close removes the body.
func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := os.Remove(s.file.Name())
	return errors.Join(s.file.Close(), err)
}

// receive takes a request's body.
func (s *Server) receive(r *http.Request) (*spool, error) {
	want, err := asked(r.Header)
	if err != nil {
		return nil, err
	}
	body, length, err := open(r)
	if err != nil {
		return nil, err
	}
	b := &spool{}
	sum, sha, md := newHash(want.algorithm), sha256.New(), md5.New()
	hashes := []io.Writer{sum, md}
	payload := r.Header.Get("x-amz-content-sha256")
	if payload = strings.ToLower(payload); len(payload) == 2*sha256.Size {
		hashes = append(hashes, sha)
	}
	if err := b.fill(io.TeeReader(body, io.MultiWriter(hashes...)), s.o.Scratch); err != nil {
		return nil, errors.Join(err, b.close())
	}
	if b.md5, b.sum = md.Sum(nil), sumOf(want.algorithm, sum); b.size != length {
		return nil, errors.Join(errIncomplete, b.close())
	}
	if c, ok := body.(*chunked); ok && want.value == "" {
		want.value = c.trailer.Get(want.header())
	}
	if err := b.verify(r, want.value, payload, sha); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// open is a request's body as it is stored, and how long it says it is.
func open(r *http.Request) (io.Reader, int64, error) {
	encoded := strings.HasPrefix(r.Header.Get("x-amz-content-sha256"), "STREAMING-") || strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked")
	length := r.ContentLength
	if encoded {
		n, err := strconv.ParseInt(r.Header.Get("x-amz-decoded-content-length"), 10, 64)
		if err != nil || n < 0 {
			return nil, 0, errorf(http.StatusLengthRequired, "MissingContentLength", "You must provide the x-amz-decoded-content-length HTTP header.")
		}
		length = n
	}
	switch {
	case length < 0:
		return nil, 0, errorf(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	case length > maxPut:
		return nil, 0, errorf(http.StatusBadRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.")
	case encoded:
		return newChunked(r.Body), length, nil
	}
	return r.Body, length, nil
}

// fill reads a body to its end.
func (b *spool) fill(body io.Reader, scratch string) error {
	head, err := io.ReadAll(io.LimitReader(body, maxMemory+1))
	b.memory, b.size = head, int64(len(head))
	if err == nil && len(head) > maxMemory {
		err = b.spill(body, scratch)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errIncomplete
	}
	return err
}

// spill goes on in a file.
func (b *spool) spill(body io.Reader, scratch string) (err error) {
	if b.file, err = os.CreateTemp(scratch, "s3-body-*"); err != nil {
		return fmt.Errorf("make room for a body: %w", err)
	}
	b.size, err = io.Copy(b.file, io.MultiReader(bytes.NewReader(b.memory), io.LimitReader(body, maxPut)))
	b.memory = nil
	return err
}

// verify compares a body with what its headers say of it.
func (b *spool) verify(r *http.Request, sum, payload string, sha hash.Hash) error {
	if sum != "" && sum != b.sum.value {
		return errorf(http.StatusBadRequest, "BadDigest", "The %s you specified did not match the calculated checksum.", b.sum.algorithm)
	}
	if want := r.Header.Get("Content-MD5"); want != "" {
		got, err := base64.StdEncoding.DecodeString(want)
		if err != nil || len(got) != md5.Size {
			return errorf(http.StatusBadRequest, "InvalidDigest", "The Content-MD5 you specified is not valid.")
		}
		if !bytes.Equal(got, b.md5) {
			return errorf(http.StatusBadRequest, "BadDigest", "The Content-MD5 you specified did not match what we received.")
		}
	}
	if len(payload) == 2*sha256.Size && payload != hex.EncodeToString(sha.Sum(nil)) {
		return errorf(http.StatusBadRequest, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	return nil
}
