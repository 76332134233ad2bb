package s3http

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/hindcast/hindcast/lake/raw"
)

// Call is one request to S3.
type Call struct {
	Operation   string // as S3 names it: GetObject
	Bucket, Key string
	Query       url.Values
	Header      http.Header

	request  *http.Request
	store    raw.Store // of the bucket
	onObject bool
	refused  error // what is wrong with the request
}

// amazon is a host of S3's own: a bucket's name before s3, a region or not, and the domain.
var amazon = regexp.MustCompile(`^(?:(.+)\.)?s3[.-](?:dualstack\.)?(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$`)

// parse tells what a request asks for.
func (s *Server) parse(r *http.Request) *Call {
	c := &Call{Header: r.Header, request: r}
	var err error
	if c.Query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		c.refused = errorf(http.StatusBadRequest, "InvalidURI", "Couldn't parse the specified URI.")
	}
	path := strings.TrimPrefix(r.URL.Path, "/")
	if c.Bucket = s.hostBucket(r.Host); c.Bucket != "" {
		c.Key = path
	} else {
		c.Bucket, c.Key, _ = strings.Cut(path, "/")
	}
	c.onObject = c.Key != ""
	c.Operation = c.operation(r.Method)
	return c
}

// hostBucket is the bucket that stands in a host's name, if any.
func (s *Server) hostBucket(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if m := amazon.FindStringSubmatch(host); m != nil {
		return m[1]
	}
	for _, own := range s.o.Hosts {
		if bucket, ok := strings.CutSuffix(host, "."+own); ok {
			return bucket
		}
	}
	return ""
}

// subresources are what stands in a query for something that is not served here.
var subresources = []string{
	"accelerate", "acl", "analytics", "attributes", "cors", "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "logging",
	"metrics", "notification", "object-lock", "ownershipControls", "partNumber", "policy", "policyStatus", "publicAccessBlock", "replication",
	"requestPayment", "restore", "retention", "select", "tagging", "torrent", "versionId", "versions", "website",
}

// operation is S3's name for what a request asks for.
func (c *Call) operation(method string) string {
	part := c.Query.Has("uploadId") && c.Query.Has("partNumber") && method == http.MethodPut
	if part && c.Header.Get("x-amz-copy-source") == "" {
		return "UploadPart"
	}
	for _, name := range subresources {
		if c.Query.Has(name) {
			return method + " ?" + name
		}
	}
	switch {
	case c.Bucket == "" && method == http.MethodGet:
		return "ListBuckets"
	case c.Bucket == "":
		return method + " without a bucket"
	case c.onObject:
		return c.objectOperation(method)
	}
	return c.bucketOperation(method)
}

func (c *Call) bucketOperation(method string) string {
	switch {
	case method == http.MethodGet && c.Query.Has("location"):
		return "GetBucketLocation"
	case method == http.MethodGet && c.Query.Has("versioning"):
		return "GetBucketVersioning"
	case method == http.MethodGet && c.Query.Has("uploads"):
		return "ListMultipartUploads"
	case method == http.MethodGet && c.Query.Get("list-type") == "2":
		return "ListObjectsV2"
	case method == http.MethodGet:
		return "ListObjects"
	case method == http.MethodHead:
		return "HeadBucket"
	case method == http.MethodPut && !c.Query.Has("versioning"):
		return "CreateBucket"
	case method == http.MethodDelete:
		return "DeleteBucket"
	case method == http.MethodPost && c.Query.Has("delete"):
		return "DeleteObjects"
	}
	return method + " of a bucket"
}

func (c *Call) objectOperation(method string) string {
	upload := c.Query.Has("uploadId")
	switch {
	case method == http.MethodGet && upload:
		return "ListParts"
	case method == http.MethodGet:
		return "GetObject"
	case method == http.MethodHead:
		return "HeadObject"
	case method == http.MethodPut && c.Header.Get("x-amz-copy-source") != "":
		return "CopyObject"
	case method == http.MethodPut:
		return "PutObject"
	case method == http.MethodPost && c.Query.Has("uploads"):
		return "CreateMultipartUpload"
	case method == http.MethodPost && upload:
		return "CompleteMultipartUpload"
	case method == http.MethodDelete && upload:
		return "AbortMultipartUpload"
	case method == http.MethodDelete:
		return "DeleteObject"
	}
	return method + " of an object"
}

// signed tells whether a request has a signature, in its header or in its query.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
func signed(r *http.Request) bool {
	header := r.Header.Get("Authorization")
	return strings.HasPrefix(header, "AWS4-HMAC-SHA256 ") && strings.Contains(header, "Signature=") || r.URL.Query().Get("X-Amz-Signature") != ""
}
