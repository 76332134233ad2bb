package athena

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// location is an object, or a prefix of objects, in S3.
type location struct{ bucket, key string }

// bucketName is what S3 allows: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// parseLocation reads s3://bucket/key.
func parseLocation(uri string) (location, error) {
	rest, ok := strings.CutPrefix(uri, "s3://")
	bucket, key, _ := strings.Cut(rest, "/")
	switch {
	case !ok:
		return location{}, fmt.Errorf("%q does not begin with s3://", uri)
	case !bucketName.MatchString(bucket):
		return location{}, fmt.Errorf("%q is not the name of a bucket", bucket)
	}
	if clean := path.Clean("/" + key); strings.TrimSuffix(key, "/") != strings.TrimPrefix(clean, "/") {
		return location{}, fmt.Errorf("%q is not a path of plain names", key)
	}
	for part := range strings.SplitSeq(key, "/") {
		if strings.HasPrefix(part, ".") {
			return location{}, fmt.Errorf("%q: names that begin with a dot are not kept here", key)
		}
	}
	return location{bucket, key}, nil
}

// join is an object below a prefix.
func (l location) join(name string) location {
	if l.key == "" || strings.HasSuffix(l.key, "/") {
		return location{l.bucket, l.key + name}
	}
	return location{l.bucket, l.key + "/" + name}
}

// object is the key of the object in [Options.Objects].
func (l location) object() string { return l.bucket + "/" + l.key }

func (l location) String() string { return "s3://" + l.bucket + "/" + l.key }
