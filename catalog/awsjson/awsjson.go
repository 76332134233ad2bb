// Package awsjson serves AWS's JSON protocols, 1.0 and 1.1, as the SDKs and the command line speak them: one POST for
// each operation, which the header X-Amz-Target names, and errors by their code.
//
// The protocols are defined by Smithy, https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html.
package awsjson

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// Error is an error that a client gets. Clients go by its code.
type Error struct {
	Code    string
	Message string
	Status  int            // 400 if zero
	Fields  map[string]any // members of the error's shape beside its message
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf is an error of the client's doing.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Operation answers one call, whose input is a JSON object, with what is to be encoded as one.
type Operation func(ctx context.Context, input json.RawMessage) (any, error)

// Op is a function of decoded input as an operation. A nil output is an empty object.
func Op[In, Out any](f func(ctx context.Context, in *In) (*Out, error)) Operation {
	return func(ctx context.Context, input json.RawMessage) (any, error) {
		in := new(In)
		if err := json.Unmarshal(input, in); err != nil {
			return nil, Errorf("SerializationException", "%v", err)
		}
		out, err := f(ctx, in)
		if err != nil || out == nil {
			return struct{}{}, err
		}
		return out, nil
	}
}

// Service is the operations under one target prefix.
type Service struct {
	Prefix     string // of X-Amz-Target, without the dot: AmazonAthena
	Version    string // of the protocol: 1.0 or 1.1
	Operations map[string]Operation

	// Before, if set, is asked before each call. Its error is the call's.
	Before func(ctx context.Context, operation string) error
}

// maxInput is more than any operation's input may be.
const maxInput = 16 << 20

// Serves tells whether a request is for this service.
func (s *Service) Serves(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("X-Amz-Target"), s.Prefix+".")
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := s.answer(r)
	if err != nil {
		s.refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-"+s.Version)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(out) // whoever asked is gone, if it fails
}

func (s *Service) answer(r *http.Request) ([]byte, error) {
	name, ours := strings.CutPrefix(r.Header.Get("X-Amz-Target"), s.Prefix+".")
	op := s.Operations[name]
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/", !ours, op == nil:
		return nil, Errorf("UnknownOperationException", "%s of %s is not served here", name, s.Prefix)
	case kind != "application/x-amz-json-"+s.Version:
		return nil, Errorf("SerializationException", "the content type is %q, not application/x-amz-json-%s", kind, s.Version)
	}
	if s.Before != nil {
		if err := s.Before(r.Context(), name); err != nil {
			return nil, err
		}
	}
	input, err := io.ReadAll(io.LimitReader(r.Body, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read the input: %w", err)
	}
	if len(input) > maxInput {
		return nil, &Error{Code: "RequestEntityTooLargeException", Message: "the input is too large", Status: http.StatusRequestEntityTooLarge}
	}
	if len(input) == 0 {
		input = []byte("{}")
	}
	out, err := op(r.Context(), input)
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// refuse answers an error. What is no [Error] is the service's own fault.
func (s *Service) refuse(w http.ResponseWriter, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: "InternalServerException", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	body := map[string]any{"__type": e.Code, "message": e.Message, "Message": e.Message}
	for k, v := range e.Fields {
		body[k] = v
	}
	out, err := json.Marshal(body)
	if err != nil {
		out = []byte(`{"__type":"InternalServerException"}`)
	}
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	w.Header().Set("Content-Type", "application/x-amz-json-"+s.Version)
	w.Header().Set("X-Amzn-ErrorType", e.Code)
	w.WriteHeader(status)
	_, _ = w.Write(out)
}
