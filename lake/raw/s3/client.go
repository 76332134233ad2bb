package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"
)

// bucket is one bucket and how it is spoken to. Its keys are S3's.
type bucket struct {
	name   string
	client *s3.Client
	o      Options
	set    BucketOptions
	region string
}

// newBucket makes no call.
func newBucket(cfg aws.Config, name string, o Options, set BucketOptions) (*bucket, error) {
	cfg = cfg.Copy()
	if set.Region != "" {
		cfg.Region = set.Region
	}
	if cfg.Region == "" {
		return nil, fmt.Errorf("s3://%s: no region is known: set AWS_REGION, or the region of the profile or of the bucket", name)
	}
	cfg.HTTPClient = connections(cfg.HTTPClient, o.Patience)
	cfg.Credentials = identity(cfg, set)
	if set.Owner == "" {
		set.Owner = o.Owner
	}
	tries := &attempts{o: o, pace: &pace{now: o.Now, sleep: o.Sleep}}
	client := s3.NewFromConfig(cfg, func(so *s3.Options) {
		so.UsePathStyle = o.PathStyle
		so.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts = o.Attempts
			r.RateLimiter = ratelimit.None // the pace is what spares S3
			r.Retryables = append(r.Retryables, retry.RetryableErrorCode{Codes: map[string]struct{}{"ConditionalRequestConflict": {}, "OperationAborted": {}, busyKMS: {}}})
			r.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil }) // attempts waits, by our clock
		})
		so.APIOptions = append(so.APIOptions, tries.add)
		so.DisableLogOutputChecksumValidationSkipped = true
	})
	return &bucket{name: name, client: client, o: o, set: set, region: cfg.Region}, nil
}

// connections lets a client keep as many connections as lists and readers use at a time, and not wait for ever.
func connections(client aws.HTTPClient, patience time.Duration) aws.HTTPClient {
	if client == nil {
		client = awshttp.NewBuildableClient()
	}
	if b, ok := client.(*awshttp.BuildableClient); ok {
		return b.WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost, t.MaxIdleConns, t.ResponseHeaderTimeout = 2*ahead, 8*ahead, patience
		})
	}
	return client
}

// owner is the account that the bucket must belong to.
func (b *bucket) owner() *string {
	if b.set.Owner == "" {
		return nil
	}
	return &b.set.Owner
}

func (b *bucket) payer() types.RequestPayer {
	if b.set.RequesterPays {
		return types.RequestPayerRequester
	}
	return ""
}

// uri is the whole name of a key, or of a prefix.
func (b *bucket) uri(key string) string { return scheme + b.name + "/" + key }

// attempts makes the attempts of a call keep the pace, and pause after failures.
type attempts struct {
	o    Options
	pace *pace
}

type attemptsKey struct{}

func (a *attempts) add(stack *middleware.Stack) error {
	begin := middleware.InitializeMiddlewareFunc("HindcastAttempts", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		return next.HandleInitialize(middleware.WithStackValue(ctx, attemptsKey{}, new(int)), in)
	})
	if err := stack.Initialize.Add(begin, middleware.Before); err != nil {
		return err
	}
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("HindcastPace", a.attempt), "Retry", middleware.After)
}

// attempt makes one.
func (a *attempts) attempt(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	var none middleware.FinalizeOutput
	if made, ok := middleware.GetStackValue(ctx, attemptsKey{}).(*int); ok {
		if *made > 0 {
			if err := a.o.pause(ctx, *made); err != nil {
				return none, middleware.Metadata{}, &aws.RequestCanceledError{Err: err}
			}
		}
		*made++
	}
	made, err := a.pace.wait(ctx)
	if err != nil {
		return none, middleware.Metadata{}, &aws.RequestCanceledError{Err: err}
	}
	out, meta, err := next.HandleFinalize(ctx, in)
	switch {
	case throttles(err):
		a.pace.throttled(made)
	case err == nil:
		a.pace.succeeded()
	}
	return out, meta, err
}

// busyKMS is S3's code when KMS, which it asks for keys, has too many calls. It comes with status 400.
const busyKMS = "KMS.ThrottlingException"

// throttles tells whether an error asks to slow down.
func throttles(err error) bool {
	var answer interface{ HTTPStatusCode() int }
	if errors.As(err, &answer) && (answer.HTTPStatusCode() == http.StatusServiceUnavailable || answer.HTTPStatusCode() == http.StatusTooManyRequests) {
		return true
	}
	if code, _ := codeOf(err); code == busyKMS {
		return true
	}
	return err != nil && retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}.IsErrorThrottle(err).Bool()
}
