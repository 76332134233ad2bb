package s3http

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"

	"github.com/hindcast/hindcast/lake/raw"
)

// Error is an error that a client gets. Clients go by its code.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
type Error struct {
	Status  int
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func errorf(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

var (
	errNoSuchKey    = errorf(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	errNoSuchUpload = errorf(http.StatusNotFound, "NoSuchUpload",
		"The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.")
	errPrecondition = errorf(http.StatusPreconditionFailed, "PreconditionFailed",
		"At least one of the pre-conditions you specified did not hold")
	errMalformedXML = errorf(http.StatusBadRequest, "MalformedXML",
		"The XML you provided was not well-formed or did not validate against our published schema")
	errIncomplete = errorf(http.StatusBadRequest, "IncompleteBody",
		"You did not provide the number of bytes specified by the Content-Length HTTP header")
	errRange = errorf(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable")
)

// invalid is an argument that is wrong.
func invalid(format string, args ...any) *Error {
	return errorf(http.StatusBadRequest, "InvalidArgument", format, args...)
}

type errorBody struct {
	XMLName    xml.Name `xml:"Error"`
	Code       string
	Message    string
	BucketName string `xml:",omitempty"`
	Key        string `xml:",omitempty"`
	Resource   string
	RequestID  string `xml:"RequestId"`
	HostID     string `xml:"HostId"`
}

// refuse answers an error. What is none of S3's is the server's own fault.
func refuse(w http.ResponseWriter, c *Call, err error) {
	e := asError(err)
	if e.Status == http.StatusNotModified {
		w.WriteHeader(e.Status)
		return
	}
	body, err := xml.Marshal(errorBody{
		Code: e.Code, Message: e.Message, BucketName: c.Bucket, Key: c.Key, Resource: c.request.URL.Path,
		RequestID: w.Header().Get("x-amz-request-id"), HostID: w.Header().Get("x-amz-id-2"),
	})
	if err != nil {
		body = nil
	}
	w.Header().Del("ETag")
	w.Header().Set("Content-Type", "application/xml")
	if c.request.Method == http.MethodHead {
		w.Header().Del("Content-Length")
		w.WriteHeader(e.Status)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(xml.Header)+len(body)))
	w.WriteHeader(e.Status)
	_, _ = w.Write([]byte(xml.Header + string(body))) // whoever asked is gone, if it fails
}

func asError(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, raw.ErrNotFound):
		return errNoSuchKey
	case errors.Is(err, raw.ErrExists):
		return errPrecondition
	case errors.Is(err, raw.ErrInvalidKey):
		return errorf(http.StatusBadRequest, "InvalidRequest", "a folder cannot hold this key")
	case errors.Is(err, fs.ErrPermission):
		return errorf(http.StatusForbidden, "AccessDenied", "Access Denied")
	}
	return errorf(http.StatusInternalServerError, "InternalError", "%v", err)
}

// answerXML answers with a document.
func answerXML(w http.ResponseWriter, document any) error {
	body, err := xml.Marshal(document)
	if err != nil {
		return fmt.Errorf("write %T: %w", document, err)
	}
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(xml.Header)+len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write([]byte(xml.Header + string(body))) // whoever asked is gone, if it fails
	return nil
}
