// Package endpoint serves on one address what clients of Athena talk to: Athena, S3 for results, the Glue catalog and
// STS, so that AWS_ENDPOINT_URL is all that a client must be told.
package endpoint

import (
	"encoding/xml"
	"net"
	"net/http"
	"strings"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/catalog/awsjson"
)

// Handler tells requests apart by their target, and by the service that their signature names. Signatures are not
// verified: whoever reaches the address may ask.
type Handler struct {
	Athena *awsjson.Service
	Glue   *awsjson.Service
	S3     http.Handler
	// Local refuses requests for hosts that are not this machine, as pages of other sites make whose names point here.
	Local bool
	Saw   func(service, operation string, status int) // told of each request; may be nil
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.Local && !local(r.Host) {
		http.Error(w, "this service answers for this machine alone", http.StatusForbidden)
		return
	}
	service, operation, handler := h.route(r)
	rec := &recorder{ResponseWriter: w, status: http.StatusOK}
	handler.ServeHTTP(rec, r)
	if h.Saw != nil {
		h.Saw(service, operation, rec.status)
	}
}

// route is who answers a request, and how the operation is called in metrics.
func (h *Handler) route(r *http.Request) (service, operation string, handler http.Handler) {
	for _, s := range []*awsjson.Service{h.Athena, h.Glue} {
		if !s.Serves(r) {
			continue
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if s.Operations[operation] == nil {
			operation = "unknown"
		}
		return strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(s.Prefix, "Amazon"), "AWS")), operation, s
	}
	switch scope(r) {
	case "sts":
		return "sts", "GetCallerIdentity", http.HandlerFunc(callerIdentity)
	case "athena", "glue":
		return scope(r), "unknown", h.Athena
	}
	return "s3", r.Method, h.S3
}

// scope is the service that a request's signature is for:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
func scope(r *http.Request) string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	if parts := strings.Split(credential, "/"); len(parts) == 5 {
		return parts[3]
	}
	return ""
}

// local tells whether a host is this machine, or a bucket of this machine.
func local(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets a handler reach what the connection can do.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// identity is the answer of GetCallerIdentity:
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html.
type identity struct {
	XMLName   xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
	Arn       string   `xml:"GetCallerIdentityResult>Arn"`
	UserID    string   `xml:"GetCallerIdentityResult>UserId"`
	Account   string   `xml:"GetCallerIdentityResult>Account"`
	RequestID string   `xml:"ResponseMetadata>RequestId"`
}

type stsError struct {
	XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ ErrorResponse"`
	Type    string   `xml:"Error>Type"`
	Code    string   `xml:"Error>Code"`
	Message string   `xml:"Error>Message"`
}

// callerIdentity answers who the caller is, which is the same for everyone.
func callerIdentity(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	w.Header().Set("Content-Type", "text/xml")
	var out any = identity{
		Arn: "arn:aws:iam::" + athena.Account + ":user/hindcast", UserID: "AIDAHINDCAST", Account: athena.Account, RequestID: "hindcast",
	}
	if action := r.FormValue("Action"); action != "GetCallerIdentity" {
		w.WriteHeader(http.StatusBadRequest)
		out = stsError{Type: "Sender", Code: "InvalidAction", Message: "of STS only GetCallerIdentity is served here, not " + action}
	}
	_ = xml.NewEncoder(w).Encode(out) // whoever asked is gone, if it fails
}
