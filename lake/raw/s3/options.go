package s3

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/schedule"
)

// Encryption is how objects that are put are encrypted at rest.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
type Encryption string

// Kinds of encryption.
const (
	BucketDefault Encryption = "" // as the bucket is set up
	SSES3         Encryption = "SSE-S3"
	SSEKMS        Encryption = "SSE-KMS"
)

// Options are how buckets are spoken to.
type Options struct {
	PathStyle  bool       // the bucket stands in the path, not in the host's name
	Encryption Encryption // of what is put
	KMSKey     string     // for SSE-KMS: its id, alias or ARN; the account's key for S3 if empty
	Owner      string     // account that buckets must belong to, if not empty
	Attempts   int        // of a call; 8 if zero
	PartSize   int64      // bytes of a part of a large object, and from how many on an object has parts; 8 MiB if zero

	Patience time.Duration // an answer, or a body, that gives nothing for so long is asked for again; a minute if zero

	Now       func() time.Time                                   // the clock
	Sleep     func(ctx context.Context, d time.Duration) error   // waits; by a timer if nil
	AfterFunc func(d time.Duration, f func()) (stop func() bool) // time.AfterFunc if nil
	Random    func() float64                                     // from 0 to 1: of a pause, the second half is left to it
}

// BucketOptions are the settings of the buckets of a name.
type BucketOptions struct {
	Name             string // a bucket's name, or a pattern as of path.Match; an exact name goes before patterns, and earlier ones before later
	Role, ExternalID string // a role to be assumed, and what its trust asks for
	Region           string // that of the configuration if empty
	Owner            string // account that the bucket must belong to; that of Options if empty
	RequesterPays    bool   // the caller agrees to pay for requests
}

// minPartSize is what S3 takes for a part.
const minPartSize = 5 << 20

func (o Options) withDefaults() (Options, error) {
	switch {
	case o.Now == nil:
		return o, errors.New("s3: Options.Now is not set")
	case o.Encryption != BucketDefault && o.Encryption != SSES3 && o.Encryption != SSEKMS:
		return o, fmt.Errorf("s3: there is no encryption %q; there are %s and %s, and none is the bucket's own", o.Encryption, SSES3, SSEKMS)
	case o.KMSKey != "" && o.Encryption != SSEKMS:
		return o, fmt.Errorf("s3: a KMS key is of use with encryption %s only", SSEKMS)
	case o.PartSize != 0 && o.PartSize < minPartSize:
		return o, fmt.Errorf("s3: parts of %d bytes: S3 takes no less than %d", o.PartSize, minPartSize)
	}
	if o.PartSize == 0 {
		o.PartSize = 8 << 20
	}
	if o.Attempts <= 0 {
		o.Attempts = 8
	}
	if o.Patience <= 0 {
		o.Patience = time.Minute
	}
	if o.AfterFunc == nil {
		o.AfterFunc = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	if o.Sleep == nil {
		o.Sleep = schedule.Wall{}.Wait
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	return o, nil
}

// Pauses after failures: the first, which doubles, and the longest.
const (
	firstPause = 100 * time.Millisecond
	mostPause  = 10 * time.Second
)

// pause waits after the n-th failure.
func (o Options) pause(ctx context.Context, n int) error {
	d := min(firstPause<<min(max(n-1, 0), 20), mostPause)
	return o.Sleep(ctx, d/2+time.Duration(o.Random()*float64(d/2)))
}

// settings are those of a bucket.
func settings(all []BucketOptions, bucket string) BucketOptions {
	for _, b := range all {
		if b.Name == bucket {
			return b
		}
	}
	for _, b := range all {
		if ok, err := path.Match(b.Name, bucket); ok && err == nil {
			return b
		}
	}
	return BucketOptions{}
}

func (b BucketOptions) check() error {
	_, err := path.Match(b.Name, "")
	switch {
	case b.Name == "":
		return errors.New("s3: settings of buckets without a name or pattern")
	case err != nil:
		return fmt.Errorf("s3: settings of buckets %q: %w", b.Name, err)
	case b.ExternalID != "" && b.Role == "":
		return fmt.Errorf("s3: settings of buckets %q: an external id is of use with a role only", b.Name)
	case b.Role != "" && !strings.HasPrefix(b.Role, "arn:"):
		return fmt.Errorf("s3: settings of buckets %q: a role is named by its ARN, as in arn:aws:iam::111122223333:role/logs, not %q", b.Name, b.Role)
	}
	return nil
}

const scheme = "s3://"

// parseURL divides s3://bucket/prefix. A prefix that is not empty and has no slash at its end is left as it is.
func parseURL(url string) (bucket, prefix string, err error) {
	rest, ok := strings.CutPrefix(url, scheme)
	bucket, prefix, _ = strings.Cut(rest, "/")
	if !ok || bucket == "" || strings.ContainsAny(bucket, "*?[ ") {
		return "", "", fmt.Errorf("%q is not of the form s3://bucket/prefix", url)
	}
	return bucket, prefix, nil
}
