package server

import (
	"context"
	"fmt"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/hindcast/hindcast/api/problem"
	"github.com/hindcast/hindcast/proto"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// jsonForm is how messages look over REST: names as in the .proto files, and unknown fields in requests are refused.
var jsonForm = runtime.JSONPb{MarshalOptions: protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: true}}

// newGateway translates REST to gRPC over a connection to the inner server.
func newGateway(ctx context.Context, conn *grpc.ClientConn) (http.Handler, error) {
	mux := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &jsonForm),
		runtime.WithErrorHandler(gatewayError),
		runtime.WithRoutingErrorHandler(routingError),
		runtime.WithIncomingHeaderMatcher(passHeader),
		runtime.WithOutgoingHeaderMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithDisableHTTPMethodOverride(),
	)
	if err := hindcastv1.RegisterCorrelationServiceHandler(ctx, mux, conn); err != nil {
		return nil, fmt.Errorf("register the REST gateway: %w", err)
	}
	if err := hindcastv1.RegisterCatalogServiceHandler(ctx, mux, conn); err != nil {
		return nil, fmt.Errorf("register the REST gateway: %w", err)
	}
	return mux, nil
}

// passHeader lets only the request's id and the client's address, which the guard has set, cross from HTTP to gRPC.
func passHeader(name string) (string, bool) {
	for _, header := range []string{requestIDHeader, clientHeader} {
		if textproto.CanonicalMIMEHeaderKey(name) == textproto.CanonicalMIMEHeaderKey(header) {
			return header, true
		}
	}
	return "", false
}

// gatewayError adds to the gateway's own complaints about a request the detail that ours have.
func gatewayError(ctx context.Context, mux *runtime.ServeMux, m runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
	s := status.Convert(err)
	if s.Code() == codes.InvalidArgument && len(s.Details()) == 0 {
		field := "body"
		if r.Method == http.MethodGet {
			field = "query parameters"
		}
		err = problem.Invalid(field, "%s", plain(s.Message()))
	}
	runtime.DefaultHTTPErrorHandler(ctx, mux, m, w, r, err)
}

// plain undoes protojson's varying white space.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func routingError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, httpStatus int) {
	switch httpStatus {
	case http.StatusNotFound:
		writeError(w, httpStatus, problem.New(codes.NotFound, "NO_SUCH_PATH", "there is nothing at %s; /openapi.json lists what there is", r.URL.Path))
	case http.StatusMethodNotAllowed:
		writeError(w, httpStatus, problem.New(codes.Unimplemented, "METHOD_NOT_ALLOWED", "%s does not go with %s", r.Method, r.URL.Path))
	default:
		writeError(w, httpStatus, problem.Invalid("path", "%s is not a path of this API", r.URL.Path))
	}
}

// writeError answers with google.rpc.Status as JSON.
func writeError(w http.ResponseWriter, httpStatus int, err error) {
	body, merr := jsonForm.Marshal(status.Convert(err).Proto())
	if merr != nil {
		body = []byte(`{"code":13,"message":"an internal error"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(httpStatus)
	w.Write(body)
}

// route sends a request to the document, health, metrics or the API.
func (s *Server) route(api http.Handler) http.Handler {
	metrics := s.metrics.handler()
	api = s.admit(api)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var h http.Handler
		switch r.URL.Path {
		case "/openapi.json":
			h = http.HandlerFunc(serveOpenAPI)
		case "/healthz":
			h = http.HandlerFunc(s.serveHealth)
		case "/metrics":
			h = metrics
		default:
			api.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			routingError(r.Context(), nil, nil, w, r, http.StatusMethodNotAllowed)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// admit lets so many requests through to the API at once. Health and metrics do not pass here.
func (s *Server) admit(api http.Handler) http.Handler {
	places := make(chan struct{}, s.cfg.Limits.Requests)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			api.ServeHTTP(w, r)
		default:
			w.Header().Set("Retry-After", "1")
			writeError(w, http.StatusServiceUnavailable,
				problem.New(codes.Unavailable, "TOO_MANY_REQUESTS", "%d requests are being answered already; try again", cap(places)))
		}
	})
}

func serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Write(proto.OpenAPI)
}

func (s *Server) serveHealth(w http.ResponseWriter, r *http.Request) {
	resp, err := s.health.Check(r.Context(), &grpc_health_v1.HealthCheckRequest{})
	if err != nil || resp.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		writeError(w, http.StatusServiceUnavailable, problem.New(codes.Unavailable, "SHUTTING_DOWN", "the server is not serving"))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"status":"SERVING","version":%q}`, s.cfg.Version)
}
