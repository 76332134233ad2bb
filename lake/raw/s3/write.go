package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	tmtypes "github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hindcast/hindcast/catalog"
)

const (
	concurrentParts = 4
	conflicts       = 4 // times that a new object is put from the beginning, since another put was in its way
	giveUp          = 30 * time.Second
)

// put puts an object; anew says that none is to be replaced.
func (b *bucket) put(ctx context.Context, key string, body io.Reader, anew bool) (catalog.Object, error) {
	begin, seekable := place(body)
	for n := 1; ; n++ {
		o, err := b.putOnce(ctx, key, body, anew)
		if err == nil {
			return o, nil
		}
		if !seekable || n == conflicts || !conflict(err) {
			return catalog.Object{}, b.fail(putting, key, err)
		}
		if err := b.o.pause(ctx, n); err != nil {
			return catalog.Object{}, b.fail(putting, key, err)
		}
		if _, err := begin.Seek(0, io.SeekStart); err != nil {
			return catalog.Object{}, b.fail(putting, key, fmt.Errorf("begin again: %w", err))
		}
	}
}

// place is a body that can be read again from where it is now.
func place(body io.Reader) (io.Seeker, bool) {
	s, ok := body.(io.Seeker)
	if !ok {
		return nil, false
	}
	at, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, false
	}
	return from{s, at}, true
}

// from is a place in a body.
type from struct {
	io.Seeker
	at int64
}

// Seek goes back to the place.
func (f from) Seek(int64, int) (int64, error) { return f.Seeker.Seek(f.at, io.SeekStart) }

// conflict tells whether an upload is lost to another one that was made at a time, and is to be made again.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
func conflict(err error) bool {
	code, _ := codeOf(err)
	return code == "ConditionalRequestConflict" || code == "NoSuchUpload"
}

func (b *bucket) putOnce(ctx context.Context, key string, body io.Reader, anew bool) (catalog.Object, error) {
	in := &transfermanager.UploadObjectInput{Bucket: &b.name, Key: &key, Body: body, ExpectedBucketOwner: b.owner(), RequestPayer: tmtypes.RequestPayer(b.payer())}
	switch b.o.Encryption {
	case SSES3:
		in.ServerSideEncryption = tmtypes.ServerSideEncryptionAes256
	case SSEKMS:
		in.ServerSideEncryption, in.BucketKeyEnabled = tmtypes.ServerSideEncryptionAwsKms, aws.Bool(true)
		if b.o.KMSKey != "" {
			in.SSEKMSKeyID = &b.o.KMSKey
		}
	}
	if anew {
		in.IfNoneMatch = aws.String("*")
	}
	last := &completing{S3APIClient: b.client}
	up := transfermanager.New(last, func(o *transfermanager.Options) {
		o.PartSizeBytes, o.MultipartUploadThreshold = b.o.PartSize, b.o.PartSize
		o.Concurrency, o.FailTimeout = concurrentParts, giveUp
	})
	out, err := up.UploadObject(ctx, in)
	if err == nil && last.failed != nil {
		err = b.abandon(ctx, key, last)
	}
	if err != nil {
		return catalog.Object{}, err
	}
	at, ok := awsmiddleware.GetServerTime(out.ResultMetadata)
	if !ok {
		at = b.o.Now()
	}
	return catalog.Object{Key: key, Size: aws.ToInt64(out.ContentLength), ModTime: at.UTC(), ETag: tag(out.ETag)}, nil
}

// tag is an ETag without quotes.
func tag(quoted *string) string { return strings.Trim(aws.ToString(quoted), `"`) }

// completing notes why parts were not put together, rather than let the transfer manager log it: to find that an
// object is there already is no event.
type completing struct {
	transfermanager.S3APIClient
	failed error
	id     *string
}

// CompleteMultipartUpload implements transfermanager.S3APIClient.
func (c *completing) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput, options ...func(*s3.Options)) (*s3.CompleteMultipartUploadOutput, error) {
	out, err := c.S3APIClient.CompleteMultipartUpload(ctx, in, options...)
	if err != nil {
		c.failed, c.id = err, in.UploadId
		return &s3.CompleteMultipartUploadOutput{}, nil
	}
	return out, nil
}

// abandon frees the parts of an upload that failed, and answers why it did.
func (b *bucket) abandon(ctx context.Context, key string, up *completing) error {
	if conflict(up.failed) {
		return up.failed // it is gone
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveUp)
	defer cancel()
	_, err := b.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
		Bucket: &b.name, Key: &key, UploadId: up.id, ExpectedBucketOwner: b.owner(), RequestPayer: b.payer(),
	})
	if err != nil && !conflict(err) {
		return errors.Join(up.failed, b.fail(aborting, key, err))
	}
	return up.failed
}

// stat describes an object.
func (b *bucket) stat(ctx context.Context, key string) (catalog.Object, error) {
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key, ExpectedBucketOwner: b.owner(), RequestPayer: b.payer()})
	if err != nil {
		return catalog.Object{}, b.fail(statting, key, err)
	}
	return catalog.Object{Key: key, Size: aws.ToInt64(out.ContentLength), ModTime: aws.ToTime(out.LastModified).UTC(), ETag: tag(out.ETag)}, nil
}

func (b *bucket) delete(ctx context.Context, key string) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key, ExpectedBucketOwner: b.owner(), RequestPayer: b.payer()})
	return b.fail(deleting, key, err)
}

// check tells whether the objects of a prefix can be listed.
func (b *bucket) check(ctx context.Context, prefix string) error {
	_, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &b.name, Prefix: &prefix, MaxKeys: aws.Int32(1), ExpectedBucketOwner: b.owner(), RequestPayer: b.payer(),
	})
	return b.fail(listing, prefix, err)
}
