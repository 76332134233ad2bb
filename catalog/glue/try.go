package glue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// Errors of this package, for errors.Is. The SDK's own error is among what they wrap.
var (
	ErrNotFound  = errors.New("not in Glue's catalog")
	ErrExists    = errors.New("in Glue's catalog already")
	ErrConflict  = errors.New("it was changed at the same time")
	ErrThrottled = errors.New("too many calls to Glue")
	ErrDenied    = errors.New("not permitted: the role lacks a permission of Glue, or of Lake Formation")
	ErrLimit     = errors.New("a limit of the account in Glue is reached")
	ErrInvalid   = errors.New("not something that Glue can take")
	ErrForeign   = errors.New("it was not made by Hindcast, which leaves it alone: drop it, or choose another database")
	ErrOtherLake = errors.New("a database of Glue shows one lake")
	ErrNewer     = errors.New("it is of a version that this program does not know: update hindcast")
	errMoment    = errors.New("a failure of Glue's for the moment")
)

// kinds says what an error's code comes to. Codes: https://docs.aws.amazon.com/glue/latest/webapi/CommonErrors.html.
func kindOf(code string) error {
	switch code {
	case "EntityNotFoundException":
		return ErrNotFound
	case "AlreadyExistsException", "IdempotentParameterMismatchException":
		return ErrExists
	case "ConcurrentModificationException", "VersionMismatchException":
		return ErrConflict
	case "ThrottlingException", "Throttling", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded":
		return ErrThrottled
	case "AccessDeniedException", "AccessDenied", "UnrecognizedClientException", "ExpiredTokenException", "GlueEncryptionException":
		return ErrDenied
	case "ResourceNumberLimitExceededException":
		return ErrLimit
	case "InvalidInputException", "ValidationException":
		return ErrInvalid
	case "InternalServiceException", "InternalFailure", "InternalServerException", "OperationTimeoutException",
		"ResourceNotReadyException", "ServiceUnavailable", "ServiceUnavailableException":
		return errMoment
	}
	return nil
}

// explain adds what kind of error it is.
func explain(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	if kind := kindOf(api.ErrorCode()); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

// passing tells whether an error is of the moment.
func passing(err error) bool {
	if errors.Is(err, ErrThrottled) || errors.Is(err, errMoment) {
		return true
	}
	return !errors.Is(err, context.Canceled) && retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

// callTime is how long one call may take.
const callTime = 30 * time.Second

// try makes a call, again if it fails for the moment, with growing pauses. All calls here may be repeated.
func (c *Catalog) try(ctx context.Context, what string, call func(context.Context) error) error {
	for n := 1; ; n++ {
		err := explain(within(ctx, call))
		if err == nil {
			return nil
		}
		if n >= c.Tries || ctx.Err() != nil || !passing(err) && !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("%s: %w", what, err)
		}
		if e := c.pause(ctx, n); e != nil {
			return fmt.Errorf("%s: %w", what, errors.Join(err, e))
		}
	}
}

func within(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return call(ctx)
}

// The pauses between tries: 0.1 s, twice as long each time, at most 20 s, each shortened by up to a half so that those
// that were throttled together do not come back together.
const (
	firstPause = 100 * time.Millisecond
	maxPause   = 20 * time.Second
)

func (c *Catalog) pause(ctx context.Context, n int) error {
	d := min(firstPause<<min(n-1, 10), maxPause)
	return c.Sleep(ctx, d/2+rand.N(d/2))
}
