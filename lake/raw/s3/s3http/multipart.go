package s3http

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits of parts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const (
	minPart  = 5 << 20 // bytes, but for the last one
	maxParts = 10_000
)

// uploads are those in parts that are under way.
type uploads struct {
	mu    sync.Mutex
	open  map[string]*upload
	begun int64
}

type upload struct {
	id    string
	of    place
	begun time.Time
	note  note // the checksum is of the algorithm alone, and empty if none was asked for
	kind  string
	parts map[int]part
}

type part struct {
	*spool
	at time.Time
}

func (p part) etag() string { return hex.EncodeToString(p.md5) }

// find answers an upload of a call's key.
func (u *uploads) find(c *Call) (*upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	up := u.open[c.Query.Get("uploadId")]
	if up == nil || up.of != (place{c.Bucket, c.Key}) {
		return nil, errNoSuchUpload
	}
	return up, nil
}

// end forgets an upload. It answers false when another call has done so.
func (u *uploads) end(up *upload) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	_, open := u.open[up.id]
	delete(u.open, up.id)
	return open
}

func (u *uploads) close() (err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, up := range u.open {
		delete(u.open, id)
		err = errors.Join(err, up.free())
	}
	return err
}

// free removes what was received.
func (up *upload) free() (err error) {
	for _, p := range up.parts {
		err = errors.Join(err, p.close())
	}
	return err
}

func (s *Server) createUpload(w http.ResponseWriter, c *Call) error {
	header, err := keep(c.Header)
	if err != nil {
		return err
	}
	up := &upload{of: place{c.Bucket, c.Key}, begun: s.o.Now(), note: note{header: header}, parts: map[int]part{}}
	if err := up.choose(c.Header); err != nil {
		return err
	}
	s.uploads.mu.Lock()
	s.uploads.begun++
	up.id = fmt.Sprintf("upload-%d-%x", s.uploads.begun, md5.Sum([]byte(c.Bucket+"/"+c.Key)))
	s.uploads.open[up.id] = up
	s.uploads.mu.Unlock()
	if up.note.sum.algorithm != "" {
		w.Header().Set("x-amz-checksum-algorithm", up.note.sum.algorithm)
		w.Header().Set("x-amz-checksum-type", up.kind)
	}
	for _, name := range encryption {
		if value := header.Get(name); value != "" {
			w.Header().Set(name, value)
		}
	}
	return answerXML(w, struct {
		XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
		Bucket   string
		Key      string
		UploadID string `xml:"UploadId"`
	}{Bucket: c.Bucket, Key: c.Key, UploadID: up.id})
}

// choose says which checksum an upload has, and of what it is made.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
func (up *upload) choose(h http.Header) (err error) {
	algorithm := h.Get("x-amz-checksum-algorithm")
	if algorithm == "" {
		return nil
	}
	if up.note.sum, err = known(algorithm, ""); err != nil {
		return err
	}
	whole := strings.HasPrefix(up.note.sum.algorithm, "CRC")
	up.kind = h.Get("x-amz-checksum-type")
	switch {
	case up.kind == "" && up.note.sum.algorithm == "CRC64NVME":
		up.kind = "FULL_OBJECT"
	case up.kind == "":
		up.kind = "COMPOSITE"
	case up.kind == "COMPOSITE" && up.note.sum.algorithm == "CRC64NVME", up.kind == "FULL_OBJECT" && !whole, up.kind != "COMPOSITE" && up.kind != "FULL_OBJECT":
		return errorf(http.StatusBadRequest, "InvalidRequest", "The %s checksum type cannot be used with the %s checksum algorithm.", up.kind, up.note.sum.algorithm)
	}
	return nil
}

func (s *Server) uploadPart(w http.ResponseWriter, c *Call) error {
	number, err := strconv.Atoi(c.Query.Get("partNumber"))
	if err != nil || number < 1 || number > maxParts {
		return invalid("Part number must be an integer between 1 and %d, inclusive", maxParts)
	}
	up, err := s.uploads.find(c)
	if err != nil {
		return err
	}
	body, err := s.receive(c.request)
	if err != nil {
		return err
	}
	if want := up.note.sum.algorithm; want != "" && want != body.sum.algorithm {
		return errors.Join(errorf(http.StatusBadRequest, "InvalidRequest",
			"Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s", want, body.sum.algorithm), body.close())
	}
	s.uploads.mu.Lock()
	_, open := s.uploads.open[up.id]
	replaced := up.parts[number]
	if open {
		up.parts[number] = part{body, s.o.Now()}
	}
	s.uploads.mu.Unlock()
	if !open {
		return errors.Join(errNoSuchUpload, body.close())
	}
	if replaced.spool != nil {
		err = replaced.close()
	}
	note{etag: hex.EncodeToString(body.md5), sum: body.sum, header: up.note.header}.tell(w.Header())
	w.Header().Del("x-amz-checksum-type")
	w.WriteHeader(http.StatusOK)
	return err
}

func (s *Server) abortUpload(w http.ResponseWriter, c *Call) error {
	up, err := s.uploads.find(c)
	if err != nil {
		return err
	}
	if !s.uploads.end(up) {
		return errNoSuchUpload
	}
	if err := up.free(); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
