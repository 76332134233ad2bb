package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"path"
	"runtime/debug"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"

	"github.com/hindcast/hindcast/api/problem"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// requestIDHeader names a call in logs; a client may choose the name, and is told it.
const requestIDHeader = "x-request-id"

// clientHeader carries a REST client's address to the inner gRPC server, which sees the gateway's alone.
const clientHeader = "x-hindcast-client"

const maxRequestID = 128

// newGRPC makes a gRPC server with every service. The public one and the one that only the REST gateway talks to are
// alike.
func (s *Server) newGRPC() *grpc.Server {
	g := grpc.NewServer(
		grpc.MaxRecvMsgSize(s.cfg.Limits.BodyBytes),
		grpc.MaxConcurrentStreams(uint32(s.cfg.Limits.Requests)),
		grpc.ConnectionTimeout(10*time.Second),
		grpc.WaitForHandlers(true),
		grpc.ChainUnaryInterceptor(s.unary),
		grpc.ChainStreamInterceptor(s.stream),
	)
	hindcastv1.RegisterCorrelationServiceServer(g, s.correlations)
	hindcastv1.RegisterCatalogServiceServer(g, s.tables)
	grpc_health_v1.RegisterHealthServer(g, s.health)
	reflection.Register(g)
	return g
}

func (s *Server) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (resp any, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Limits.CallTime)
	defer cancel()
	c := s.begin(ctx, info.FullMethod)
	_ = grpc.SetHeader(ctx, metadata.Pairs(requestIDHeader, c.id))
	defer func() { err = s.end(c, recover(), err) }()
	return next(ctx, req)
}

func (s *Server) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
	c := s.begin(ss.Context(), info.FullMethod)
	_ = ss.SetHeader(metadata.Pairs(requestIDHeader, c.id))
	defer func() { err = s.end(c, recover(), err) }()
	return next(srv, ss)
}

// call is one call on its way, for logs and metrics.
type call struct {
	id, method, protocol, peer string
	start                      time.Time
}

func (s *Server) begin(ctx context.Context, fullMethod string) call {
	c := call{method: path.Base(fullMethod), protocol: "grpc", start: s.cfg.Now()}
	if p, ok := peer.FromContext(ctx); ok {
		c.peer = p.Addr.String()
		if p.Addr.Network() == s.inner.Addr().Network() {
			c.protocol = "rest"
		}
	}
	md, _ := metadata.FromIncomingContext(ctx)
	if from := md.Get(clientHeader); len(from) > 0 && c.protocol == "rest" {
		c.peer = from[0]
	}
	if ids := md.Get(requestIDHeader); len(ids) > 0 {
		c.id = ids[0]
	}
	c.id = requestID(c.id)
	return c
}

// end gives the error its status, and tells of internal ones only in the log.
func (s *Server) end(c call, panicked any, err error) error {
	log := s.cfg.Log.With("request_id", c.id, "method", c.method, "protocol", c.protocol)
	if panicked != nil {
		s.metrics.panics.Inc()
		log.Error("panic in a call", slog.Any("panic", panicked), slog.String("stack", string(debug.Stack())))
		err = problem.New(codes.Internal, "INTERNAL", "an internal error; the server's log has it under this request's id")
	}
	told := error(nil)
	if err != nil {
		told = problem.From(err)
	}
	code := status.Code(told)
	took := s.cfg.Now().Sub(c.start)
	s.metrics.call(c.method, c.protocol, code, took)
	attrs := []any{"code", code.String(), "seconds", took.Seconds(), "peer", c.peer}
	if err != nil {
		attrs = append(attrs, "error", err.Error())
	}
	if code == codes.Internal || code == codes.Unknown || code == codes.DataLoss {
		log.Error("call", attrs...)
	} else {
		log.Info("call", attrs...)
	}
	return told
}

// requestID is the client's own id for a request, if it can stand in a log, or a new one.
func requestID(given string) string {
	ok := given != "" && len(given) <= maxRequestID
	for _, r := range []byte(given) {
		ok = ok && r > ' ' && r < 0x7f
	}
	if ok {
		return given
	}
	b := make([]byte, 8)
	rand.Read(b)
	return hex.EncodeToString(b)
}
