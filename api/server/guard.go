package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/hindcast/hindcast/api/problem"
)

// guard is what every HTTP request passes: an id, a name for this machine, a body within bounds, and a net for panics.
func (s *Server) guard(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := requestID(r.Header.Get(requestIDHeader))
		r.Header.Set(requestIDHeader, id)
		r.Header.Set(clientHeader, r.RemoteAddr)
		w.Header().Set("X-Request-Id", id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				s.panicked(rec, id, p)
			}
			rec.finish()
			if rec.status >= http.StatusBadRequest {
				s.cfg.Log.Info("refused", "request_id", id, "verb", r.Method, "path", r.URL.Path, "status", rec.status)
			}
			s.metrics.responses.WithLabelValues(strconv.Itoa(rec.status)).Inc()
		}()
		if err := crossOrigin.Check(r); err != nil || !s.knows(r.Host) {
			writeError(rec, http.StatusForbidden, problem.New(codes.PermissionDenied, "FOREIGN_ORIGIN",
				"requests come from this machine's own names only, not from another site's page"))
			return
		}
		if s.admitBody(rec, r) {
			next.ServeHTTP(rec, r)
		}
	})
}

func (s *Server) panicked(rec *recorder, id string, p any) {
	if p == http.ErrAbortHandler {
		panic(p) //nolint:forbidigo // so net/http breaks an answer off
	}
	s.metrics.panics.Inc()
	s.cfg.Log.Error("panic in a request", slog.Any("panic", p), slog.String("request_id", id), slog.String("stack", string(debug.Stack())))
	if rec.status == 0 {
		writeError(rec, http.StatusInternalServerError,
			problem.New(codes.Internal, "INTERNAL", "an internal error; the server's log has it under this request's id"))
	}
}

// knows keeps pages of other sites out whose name was made to point at this machine. A server that listens on more than
// the loopback is known by names it cannot know itself.
func (s *Server) knows(hostport string) bool {
	if a, ok := s.http.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return true
	}
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	ip := net.ParseIP(trimBrackets(host))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func trimBrackets(host string) string {
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

// admitBody reads the body, which is small, and answers itself when it may not pass.
func (s *Server) admitBody(w http.ResponseWriter, r *http.Request) bool {
	limit := int64(s.cfg.Limits.BodyBytes)
	body, err := s.readBody(w, r, limit+1)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.Header().Set("Connection", "close")
		writeError(w, http.StatusRequestTimeout,
			problem.New(codes.DeadlineExceeded, "BODY_TOO_SLOW", "the body did not come within %s", s.cfg.Limits.BodyTime))
		return false
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, problem.Invalid("body", "could not be read: %v", err))
		return false
	}
	if int64(len(body)) > limit {
		w.Header().Set("Connection", "close")
		writeError(w, http.StatusRequestEntityTooLarge,
			problem.New(codes.ResourceExhausted, "BODY_TOO_LARGE", "the body is larger than the %d bytes that are allowed", limit))
		return false
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if len(body) > 0 && kind != "application/json" {
		writeError(w, http.StatusUnsupportedMediaType,
			problem.New(codes.InvalidArgument, "UNSUPPORTED_MEDIA_TYPE", "the body must be application/json, not %q", kind))
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return true
}

// readBody gives at most so many bytes of a body that comes in time. The connection's deadline stays when there is an
// error or more to come, so that what net/http still reads of the request takes no longer either.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	if r.Body == http.NoBody {
		return nil, nil
	}
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(s.cfg.Now().Add(s.cfg.Limits.BodyTime)); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil || int64(len(body)) == most {
		return body, err
	}
	return body, control.SetReadDeadline(time.Time{})
}

// recorder notes the status, and takes errors out of the envelope that the gateway puts around those of streams, so
// that every error response is a google.rpc.Status.
type recorder struct {
	http.ResponseWriter
	status int
	held   []byte
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	if status < http.StatusBadRequest {
		r.ResponseWriter.WriteHeader(status)
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	if r.status >= http.StatusBadRequest {
		r.held = append(r.held, b...)
		return len(b), nil
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets the gateway flush streams.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// finish sends the error that was held back.
func (r *recorder) finish() {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if r.status < http.StatusBadRequest {
		return
	}
	var envelope struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(r.held, &envelope) == nil && envelope.Error != nil {
		r.held = envelope.Error
	}
	r.Header().Del("Transfer-Encoding")
	r.Header().Del("Content-Length")
	r.ResponseWriter.WriteHeader(r.status)
	r.ResponseWriter.Write(r.held)
}
