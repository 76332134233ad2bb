package s3

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// identity answers the credentials for a bucket: those of the configuration, or of a role that they assume.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
func identity(cfg aws.Config, set BucketOptions) aws.CredentialsProvider {
	if set.Role == "" {
		return telling(cfg.Credentials)
	}
	role := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), set.Role, func(r *stscreds.AssumeRoleOptions) {
		r.RoleSessionName = "hindcast"
		if set.ExternalID != "" {
			r.ExternalID = &set.ExternalID
		}
	})
	return telling(aws.NewCredentialsCache(role, func(c *aws.CredentialsCacheOptions) {
		c.ExpiryWindow, c.ExpiryWindowJitterFrac = early, 0.5
	}))
}

// early is how long before they expire credentials are asked for anew. S3 refuses a call that was signed by those that
// have expired by its clock, and a refusal is for good.
const early = 5 * time.Minute

// teller says of errors of a provider that they are of credentials.
type teller struct{ aws.CredentialsProvider }

func telling(p aws.CredentialsProvider) aws.CredentialsProvider {
	if aws.IsCredentialsProvider(p, (*aws.AnonymousCredentials)(nil)) {
		return p
	}
	return teller{p}
}

var errNone = errors.New("none are configured")

func (t teller) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if t.CredentialsProvider == nil {
		return aws.Credentials{}, &credentialsError{errNone}
	}
	c, err := t.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return c, &credentialsError{err}
	}
	return c, nil
}

// credentialsError is why there are no credentials.
type credentialsError struct{ err error }

func (e *credentialsError) Error() string { return e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

// passes tells whether it may be otherwise in a moment: whoever gives credentials out was not reached, or failed. An
// instance that has none does not answer either.
func (e *credentialsError) passes() bool {
	var op *smithy.OperationError
	if !errors.As(e.err, &op) || op.Service() == "ec2imds" {
		return false
	}
	var unsent *smithyhttp.RequestSendError
	_, status := codeOf(op)
	return errors.As(op, &unsent) || status >= 500 || throttles(op)
}

// stranger says what to do about credentials that are not to be had.
func (b *bucket) stranger(e *credentialsError) error {
	if e.passes() {
		return fmt.Errorf("get credentials: %w", e)
	}
	if b.set.Role == "" {
		return &RefusedError{Err: e, Advice: "there are no credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the task a role: " + e.Error()}
	}
	id := ""
	if b.set.ExternalID != "" {
		id = " and the external id that is set"
	}
	return &RefusedError{Err: e, Advice: fmt.Sprintf("the role %s of the bucket %s cannot be assumed: its trust policy must name the caller%s, and the caller needs sts:AssumeRole on it: %v",
		b.set.Role, b.name, id, e)}
}
