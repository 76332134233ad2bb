package athena

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
	"github.com/aws/smithy-go"

	"github.com/hindcast/hindcast/lake/engine"
)

// Errors of the set-up, for errors.Is: no statement runs before somebody mends it.
var (
	ErrDenied = errors.New("the permissions do not suffice")
	ErrSetup  = errors.New("Athena is not set up for the lake")
)

// How calls are repeated. Athena allows 20 starts a second of an account and 100 looks, and throttles what is more:
// https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
const (
	callTries  = 10
	firstPause = 250 * time.Millisecond
	longPause  = 20 * time.Second
)

// call makes a call of the API until it is answered. It repeats what was throttled or got no answer: the calls change
// nothing when they are repeated, starting an execution because it has a token.
func (e *Engine) call(ctx context.Context, what string, f func(ctx context.Context) error) error {
	pause := firstPause
	for try := 1; ; try++ {
		err := e.within(ctx, f)
		if err == nil {
			return nil
		}
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if !passing(err) {
			return fmt.Errorf("%s: %w", what, e.explain(err))
		}
		if try == callTries {
			return fmt.Errorf("%s: %w, after %d tries: %w", what, lasting(err), try, err)
		}
		if err := e.options.Sleep(ctx, pause); err != nil {
			return err
		}
		pause = min(2*pause, longPause)
	}
}

// within makes a call that is given up when it is not answered.
func (e *Engine) within(ctx context.Context, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, e.options.Patience)
	defer cancel()
	return f(ctx)
}

// passing tells whether a call may succeed when it is repeated: it was throttled, or got no answer, or not all of one.
func passing(err error) bool {
	var torn *smithy.DeserializationError
	return throttled(err) || errors.As(err, &torn) || errors.Is(err, context.DeadlineExceeded) || retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

// throttled tells whether a call, or the execution that it would start, was one too many.
func throttled(err error) bool {
	var many *types.TooManyRequestsException
	if errors.As(err, &many) {
		return true
	}
	return retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == aws.TrueTernary
}

// errNoAnswer says that Athena could not be reached.
var errNoAnswer = errors.New("Athena does not answer")

func lasting(err error) error {
	if throttled(err) {
		return engine.ErrBusy
	}
	return errNoAnswer
}

// action is how IAM names the permission that lacks.
var action = regexp.MustCompile(`perform: ([a-z0-9-]+:[A-Za-z0-9]+)(?: on resource: (\S+))?`)

// explain says what a refusal comes from. The service has one code for all that is wrong with a request.
func (e *Engine) explain(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	message := api.ErrorMessage()
	var answer *awshttp.ResponseError
	forbidden := errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusForbidden
	switch {
	case api.ErrorCode() == "AccessDeniedException", forbidden, denial.MatchString(message):
		return denied(message)
	case noGroup.MatchString(message):
		return fmt.Errorf("%w: there is no workgroup %s in %s: create it (deploy/ has a template), or name another: %s",
			ErrSetup, e.options.WorkGroup, e.region, message)
	case noOutput.MatchString(message):
		return fmt.Errorf("%w: the workgroup %s does not say where results go: name a place s3://BUCKET/PREFIX/, or set it in the workgroup: %s",
			ErrSetup, e.options.WorkGroup, message)
	}
	var invalid *types.InvalidRequestException
	if errors.As(err, &invalid) && aws.ToString(invalid.AthenaErrorCode) == "MALFORMED_QUERY" {
		return fmt.Errorf("%w: %s", engine.ErrStatement, message)
	}
	return err
}

var (
	denial   = regexp.MustCompile(`(?i)not authorized to perform|insufficient permissions|access denied`)
	noGroup  = regexp.MustCompile(`(?i)workgroup \S+ is not found|workgroup .*(not found|does not exist)`)
	noOutput = regexp.MustCompile(`(?i)no output location provided`)
)

// denied names the permission that lacks.
func denied(message string) error {
	if found := action.FindStringSubmatch(message); found != nil {
		where := ""
		if found[2] != "" {
			where = " on " + found[2]
		}
		return fmt.Errorf("%w: allow %s%s: %s", ErrDenied, found[1], where, message)
	}
	return fmt.Errorf("%w: %s", ErrDenied, message)
}
