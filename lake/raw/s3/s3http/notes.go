package s3http

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// place is where an object is.
type place struct{ bucket, key string }

// note is what is known of an object that its bucket does not hold.
type note struct {
	of     catalog.Object // at the time; another size or time is another object
	etag   string
	sum    checksum
	header http.Header
}

type notes struct {
	mu sync.RWMutex
	of map[place]note
}

// find is what is known of an object.
func (n *notes) find(bucket string, o catalog.Object) note {
	n.mu.RLock()
	known, ok := n.of[place{bucket, o.Key}]
	n.mu.RUnlock()
	if ok && known.of.Size == o.Size && known.of.ModTime.Equal(o.ModTime) {
		return known
	}
	told := md5.Sum(fmt.Appendf(nil, "%d %d", o.Size, o.ModTime.UnixNano()))
	return note{of: o, etag: hex.EncodeToString(told[:]) + "-1", header: http.Header{"Content-Type": {"binary/octet-stream"}}}
}

func (n *notes) set(bucket string, known note) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.of[place{bucket, known.of.Key}] = known
}

func (n *notes) drop(bucket, key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.of, place{bucket, key})
}

// stat describes an object and what is known of it. The key must be locked.
func (s *Server) stat(ctx context.Context, store raw.Store, bucket, key string) (note, error) {
	o, err := store.Stat(ctx, key)
	if err != nil {
		return note{}, err
	}
	return s.notes.find(bucket, o), nil
}

// metaPrefix begins the headers that users make up.
const metaPrefix = "X-Amz-Meta-"

// kept are the headers that come back with an object as they came with it.
var kept = []string{
	"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires",
}

// encryption are the headers that say how an object is encrypted at rest: the kind, and for KMS the key.
var encryption = []string{
	"X-Amz-Server-Side-Encryption", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", "X-Amz-Server-Side-Encryption-Bucket-Key-Enabled",
}

// encryptions are the kinds of encryption at rest that an object may be put with.
var encryptions = []string{"", "AES256", "aws:kms", "aws:kms:dsse"}

// keep takes an object's headers out of a request's.
func keep(from http.Header) (http.Header, error) {
	to := http.Header{}
	for name, values := range from {
		if slices.Contains(kept, name) || slices.Contains(encryption, name) || strings.HasPrefix(name, metaPrefix) {
			to[name] = values
		}
	}
	var encodings []string
	for e := range strings.SplitSeq(from.Get("Content-Encoding"), ",") {
		if e = strings.TrimSpace(e); e != "" && e != "aws-chunked" {
			encodings = append(encodings, e)
		}
	}
	if to.Del("Content-Encoding"); len(encodings) > 0 {
		to.Set("Content-Encoding", strings.Join(encodings, ","))
	}
	if to.Get("Content-Type") == "" {
		to.Set("Content-Type", "binary/octet-stream")
	}
	kind := to.Get(encryption[0])
	if !slices.Contains(encryptions, kind) {
		return nil, invalid("The encryption method specified is not supported")
	}
	if to.Get(encryption[1]) != "" && !strings.HasPrefix(kind, "aws:kms") {
		return nil, invalid("Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms")
	}
	if kind == "" { // what S3 does with all that is put
		to.Set(encryption[0], encryptions[1])
	}
	return to, nil
}

// tell sets the headers of an answer about an object that was put.
func (n note) tell(h http.Header) {
	h.Set("ETag", `"`+n.etag+`"`)
	for _, name := range encryption {
		if value := n.header.Get(name); value != "" {
			h.Set(name, value)
		}
	}
	if n.sum.value != "" {
		h.Set(n.sum.header(), n.sum.value)
		h.Set("x-amz-checksum-type", n.sum.kind())
	}
}
