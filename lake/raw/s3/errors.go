package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/hindcast/hindcast/lake/raw"
)

// RefusedError is a call that fails for good, with what to do about it. It is raw.ErrRefused.
type RefusedError struct {
	Code   string // S3's
	Advice string
	Err    error
}

func (e *RefusedError) Error() string {
	if e.Code == "" {
		return e.Advice
	}
	return e.Advice + " (" + e.Code + ")"
}

func (e *RefusedError) Unwrap() []error { return []error{raw.ErrRefused, e.Err} }

// mapped is S3's error as one of package raw's, which is what it reads as.
type mapped struct{ as, err error }

func (m *mapped) Error() string   { return m.as.Error() }
func (m *mapped) Unwrap() []error { return []error{m.as, m.err} }

// deed is what a call does, and what it needs to be allowed.
type deed struct {
	name, permission string
	ofBucket         bool // the permission is one of the bucket, not of its objects
	kms              string
}

var (
	listing  = deed{name: "list", permission: "s3:ListBucket", ofBucket: true}
	reading  = deed{name: "open", permission: "s3:GetObject", kms: "kms:Decrypt"}
	statting = deed{name: "stat", permission: "s3:GetObject", kms: "kms:Decrypt"}
	putting  = deed{name: "put", permission: "s3:PutObject", kms: "kms:GenerateDataKey and kms:Decrypt"}
	deleting = deed{name: "delete", permission: "s3:DeleteObject"}
	aborting = deed{name: "abort upload to", permission: "s3:AbortMultipartUpload"}
)

// passing are codes of errors of the caller's that another attempt may not meet.
var passing = []string{
	"BadDigest", "ConditionalRequestConflict", "IncompleteBody", "NoSuchUpload", "OperationAborted", "RequestTimeTooSkewed", "RequestTimeout",
	"XAmzContentSHA256Mismatch",
}

// fail says what was attempted, and what came of it in the terms of package raw.
func (b *bucket) fail(d deed, key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", d.name, b.uri(key), b.cause(d, err))
}

func (b *bucket) cause(d deed, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var none *credentialsError
	if errors.As(err, &none) {
		return b.stranger(none)
	}
	code, status := codeOf(err)
	switch {
	case throttles(err):
		return &mapped{&raw.ThrottledError{}, err}
	case code == "NoSuchKey", code == "NotFound" && !d.ofBucket:
		return &mapped{raw.ErrNotFound, err}
	case code == "PreconditionFailed" && d == putting:
		return &mapped{raw.ErrExists, err}
	case code == "PreconditionFailed", code == "InvalidRange":
		return &mapped{raw.ErrChanged, err}
	case status < 300 || status >= 500 || slices.Contains(passing, code) || status == http.StatusRequestTimeout:
		return err
	}
	return &RefusedError{Code: code, Advice: b.advice(d, code, err), Err: err}
}

// codeOf is S3's code of an error, and the status of the answer, or zero.
func codeOf(err error) (code string, status int) {
	var api smithy.APIError
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	var answer interface{ HTTPStatusCode() int }
	if errors.As(err, &answer) {
		status = answer.HTTPStatusCode()
	}
	return code, status
}

// advice is what to look at when S3 refuses a call.
func (b *bucket) advice(d deed, code string, err error) string {
	switch {
	case code == "AccessDenied", code == "Forbidden", code == "AllAccessDisabled", code == "403":
		return b.denied(d)
	case code == "NoSuchBucket", code == "NotFound" && d.ofBucket:
		return fmt.Sprintf("there is no bucket %s: is its name right, and the endpoint that of its partition?", b.name)
	case slices.Contains([]string{"PermanentRedirect", "TemporaryRedirect", "MovedPermanently", "Moved Permanently", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"}, code):
		return fmt.Sprintf("the bucket %s lies in region %s, and was asked for in %s: set its region", b.name, regionOf(err), b.region)
	case slices.Contains([]string{"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired"}, code):
		return fmt.Sprintf("S3 does not take the credentials for the bucket %s: are they right, and not expired?", b.name)
	case code == "InvalidObjectState":
		return "the object is archived: restore it from Glacier first"
	case strings.HasPrefix(code, "KMS."):
		return fmt.Sprintf("KMS refuses the key that the bucket %s or its object is encrypted with: is it enabled, and may %s use it?", b.name, b.caller())
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return fmt.Sprintf("S3 refuses it for the bucket %s: %s", b.name, api.ErrorMessage())
	}
	return fmt.Sprintf("S3 refuses it for the bucket %s: %v", b.name, err)
}

// caller is who makes the calls.
func (b *bucket) caller() string {
	if b.set.Role != "" {
		return "the role " + b.set.Role
	}
	return "the caller"
}

func (b *bucket) denied(d deed) string {
	resource := "arn:aws:s3:::" + b.name
	if !d.ofBucket {
		resource += "/*"
	}
	text := fmt.Sprintf("access denied: %s needs %s on %s, in its own policy and, in another account, in the bucket's", b.caller(), d.permission, resource)
	if d.kms != "" {
		text += ", and " + d.kms + " on the key if it is encrypted with KMS"
	}
	if d == statting || d == reading {
		text += "; without s3:ListBucket, what is not there is denied too"
	}
	if b.set.Owner != "" {
		text += "; the bucket must belong to account " + b.set.Owner
	}
	if !b.set.RequesterPays {
		text += "; if its requesters pay, say so in the bucket's settings"
	}
	return text
}

// regionOf is where an answer says that the bucket lies.
func regionOf(err error) string {
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		if region := answer.Response.Header.Get("x-amz-bucket-region"); region != "" {
			return region
		}
	}
	return "another"
}
