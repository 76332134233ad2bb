package s3http

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// maxKeys is how many keys and common prefixes a page has at most.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
const maxKeys = 1000

// entry is an object in a list.
type entry struct {
	Key          string
	LastModified string
	ETag         string
	Size         int64
	StorageClass string
}

func (s *Server) entry(bucket string, o catalog.Object) entry {
	return entry{Key: o.Key, LastModified: xmlTime(o.ModTime), ETag: `"` + s.notes.find(bucket, o).etag + `"`, Size: o.Size, StorageClass: "STANDARD"}
}

// listing is what a page is asked for.
type listing struct {
	prefix, delimiter, after string
	max                      int
	encode                   func(string) string
}

type commonPrefix struct{ Prefix string }

// page is one answer to a listing.
type page struct {
	Contents       []entry        `xml:"Contents"`
	CommonPrefixes []commonPrefix `xml:"CommonPrefixes"`
	truncated      bool
	last           string // what the next page begins behind
}

type listV2 struct {
	XMLName               xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name                  string
	Prefix                string
	Delimiter             string `xml:",omitempty"`
	MaxKeys               int
	EncodingType          string `xml:",omitempty"`
	KeyCount              int
	IsTruncated           bool
	ContinuationToken     string `xml:",omitempty"`
	NextContinuationToken string `xml:",omitempty"`
	StartAfter            string `xml:",omitempty"`
	page
}

type listV1 struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name         string
	Prefix       string
	Marker       string
	Delimiter    string `xml:",omitempty"`
	MaxKeys      int
	EncodingType string `xml:",omitempty"`
	IsTruncated  bool
	NextMarker   string `xml:",omitempty"`
	page
}

// listObjects answers ListObjects and ListObjectsV2.
func (s *Server) listObjects(w http.ResponseWriter, c *Call) error {
	l, err := newListing(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, l)
	if err != nil {
		return err
	}
	q, kind := c.Query, c.Query.Get("encoding-type")
	if c.Operation == "ListObjects" {
		out := listV1{Name: c.Bucket, Prefix: l.encode(l.prefix), Marker: l.encode(q.Get("marker")), Delimiter: l.encode(l.delimiter),
			MaxKeys: l.max, EncodingType: kind, IsTruncated: p.truncated, page: p}
		if p.truncated && l.delimiter != "" {
			out.NextMarker = l.encode(p.last)
		}
		return answerXML(w, out)
	}
	out := listV2{Name: c.Bucket, Prefix: l.encode(l.prefix), Delimiter: l.encode(l.delimiter), MaxKeys: l.max, EncodingType: kind,
		KeyCount: len(p.Contents) + len(p.CommonPrefixes), IsTruncated: p.truncated,
		ContinuationToken: q.Get("continuation-token"), StartAfter: l.encode(q.Get("start-after")), page: p}
	if p.truncated {
		out.NextContinuationToken = token(p.last)
	}
	return answerXML(w, out)
}

func newListing(c *Call) (listing, error) {
	q := c.Query
	l := listing{prefix: q.Get("prefix"), delimiter: q.Get("delimiter"), max: maxKeys, encode: func(s string) string { return s }}
	if text := q.Get("max-keys"); text != "" {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 0 {
			return l, invalid("Provided max-keys not an integer or within integer range")
		}
		l.max = min(int(n), maxKeys)
	}
	switch kind := q.Get("encoding-type"); kind {
	case "":
	case "url":
		l.encode = urlEncode
	default:
		return l, invalid("Invalid Encoding Method specified in Request")
	}
	if c.Operation == "ListObjects" {
		l.after = q.Get("marker")
		return l, nil
	}
	l.after = q.Get("start-after")
	if q.Has("continuation-token") {
		last, err := base64.RawURLEncoding.DecodeString(q.Get("continuation-token"))
		if err != nil || len(last) == 0 {
			return l, invalid("The continuation token provided is incorrect")
		}
		l.after = string(last)
	}
	return l, nil
}

func token(last string) string { return base64.RawURLEncoding.EncodeToString([]byte(last)) }

// urlEncode encodes a key as lists do: slashes stay.
func urlEncode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") }

// page takes a page from a list. Keys that have a common prefix count as one.
func (s *Server) page(c *Call, l listing) (p page, _ error) {
	p.last = l.after
	for from := l.from(); l.max > 0; {
		jump := ""
		for o, err := range listFrom(c.request.Context(), c.store, l.prefix, from) {
			if err != nil {
				return p, err
			}
			common := l.common(o.Key)
			if o.Key <= l.after || common != "" && common == p.last {
				continue
			}
			if len(p.Contents)+len(p.CommonPrefixes) == l.max {
				p.truncated = true
				return p, nil
			}
			if common != "" {
				p.CommonPrefixes, p.last = append(p.CommonPrefixes, commonPrefix{l.encode(common)}), common
				jump = common + "\xff"
				break
			}
			e := s.entry(c.Bucket, o)
			e.Key = l.encode(o.Key)
			p.Contents, p.last = append(p.Contents, e), o.Key
		}
		if jump == "" {
			return p, nil
		}
		from = jump
	}
	return p, nil
}

// from is where a page begins to look.
func (l listing) from() string {
	if common := l.common(l.after); common != "" && common == l.after {
		return common + "\xff"
	}
	return l.after
}

// common is the prefix under which a key is listed, if it is not listed by itself.
func (l listing) common(key string) string {
	if l.delimiter == "" || !strings.HasPrefix(key, l.prefix) {
		return ""
	}
	i := strings.Index(key[len(l.prefix):], l.delimiter)
	if i < 0 {
		return ""
	}
	return key[:len(l.prefix)+i+len(l.delimiter)]
}

// listFrom lists the objects whose keys are not before from.
func listFrom(ctx context.Context, store raw.Store, prefix, from string) iter.Seq2[catalog.Object, error] {
	if seeking, ok := store.(interface {
		ListFrom(ctx context.Context, prefix, from string) iter.Seq2[catalog.Object, error]
	}); ok {
		return seeking.ListFrom(ctx, prefix, from)
	}
	return func(yield func(catalog.Object, error) bool) {
		for o, err := range store.List(ctx, prefix) {
			if (err != nil || o.Key >= from) && !yield(o, err) {
				return
			}
		}
	}
}
