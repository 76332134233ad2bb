// Package problem makes the errors of the API: a code, a sentence, and details that a program can read.
package problem

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
)

// domain is who defines the reasons of ErrorInfo details.
const domain = "hindcast"

// Fields collects what is wrong with a request, field by field.
type Fields struct {
	violations []*errdetails.BadRequest_FieldViolation
}

// Add says what is wrong with a field, named as in the .proto file: query.indicators[0].value.
func (f *Fields) Add(field, format string, args ...any) {
	f.violations = append(f.violations, &errdetails.BadRequest_FieldViolation{
		Field: field, Description: fmt.Sprintf(format, args...),
	})
}

// Err is INVALID_ARGUMENT with every field that was added, or nil.
func (f *Fields) Err() error {
	if len(f.violations) == 0 {
		return nil
	}
	first := f.violations[0]
	text := first.Field + ": " + first.Description
	if more := len(f.violations) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return with(codes.InvalidArgument, text, &errdetails.BadRequest{FieldViolations: f.violations})
}

// Invalid is INVALID_ARGUMENT for one field.
func Invalid(field, format string, args ...any) error {
	var f Fields
	f.Add(field, format, args...)
	return f.Err()
}

// NotFound says that a resource is not there.
func NotFound(kind, name string) error {
	return with(codes.NotFound, fmt.Sprintf("%s %q does not exist", kind, name),
		&errdetails.ResourceInfo{ResourceType: kind, ResourceName: name, Description: "it was never created, or is no longer kept"})
}

// New is an error with a machine-readable reason in UPPER_SNAKE_CASE.
func New(code codes.Code, reason, format string, args ...any) error {
	return with(code, fmt.Sprintf(format, args...), &errdetails.ErrorInfo{Reason: reason, Domain: domain})
}

// From gives any error a status: one it carries already, the context's, or INTERNAL without the error's text, which
// may tell of the machine.
func From(err error) error {
	if _, ok := status.FromError(err); ok {
		return err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return New(codes.Canceled, "CANCELLED", "the call was broken off")
	case errors.Is(err, context.DeadlineExceeded):
		return New(codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "the call took longer than it was given")
	}
	return New(codes.Internal, "INTERNAL", "an internal error; the server's log has it under this request's id")
}

func with(code codes.Code, text string, detail protoadapt.MessageV1) error {
	s := status.New(code, text)
	if d, err := s.WithDetails(detail); err == nil {
		s = d
	}
	return s.Err()
}
