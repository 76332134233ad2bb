package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/test/bufconn"

	"github.com/hindcast/hindcast/api/jobs"
	"github.com/hindcast/hindcast/api/jobs/rpc"
	"github.com/hindcast/hindcast/api/tables"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// killWait is how long interrupted queries may take to end.
const killWait = 5 * time.Second

// Server answers gRPC on one port and REST on another. REST calls go through an inner gRPC server in memory, so that
// limits, logs and metrics are the same for both.
type Server struct {
	cfg          Config
	metrics      *metrics
	health       *health.Server
	jobs         *jobs.Manager
	correlations *rpc.Service
	tables       *tables.Service

	grpc  net.Listener
	http  net.Listener
	inner *bufconn.Listener

	public  *grpc.Server
	private *grpc.Server
	gateway *grpc.ClientConn
	rest    *http.Server
	athena  *athenaServer // nil if it is not served
}

// New takes the ports and takes up the stored correlations. Run must follow.
func New(cfg Config) (*Server, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, metrics: newMetrics(cfg.Version), health: health.NewServer(), inner: bufconn.Listen(1 << 20)}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.abandon())
	}
	if err := s.wire(); err != nil {
		return nil, errors.Join(err, s.abandon())
	}
	return s, nil
}

// GRPCAddr is where gRPC is served.
func (s *Server) GRPCAddr() net.Addr { return s.grpc.Addr() }

// HTTPAddr is where REST is served.
func (s *Server) HTTPAddr() net.Addr { return s.http.Addr() }

func (s *Server) listen() (err error) {
	if s.grpc, err = net.Listen("tcp", s.cfg.GRPCAddr); err != nil {
		return fmt.Errorf("listen for gRPC: %w", err)
	}
	if s.http, err = net.Listen("tcp", s.cfg.HTTPAddr); err != nil {
		return fmt.Errorf("listen for REST: %w", err)
	}
	return s.openAthena()
}

func (s *Server) wire() (err error) {
	l := s.cfg.Limits
	s.jobs, err = jobs.Open(s.cfg.Dir, s.cfg.Correlator, jobs.Options{
		Running: l.Queries, Queued: l.QueuedQueries, QueryTime: l.QueryTime,
		Kept: l.Results, KeptFor: l.ResultAge, ResultBytes: l.ResultBytes, PageBytes: int64(l.PageBytes),
		Archive: s.cfg.Archive, KillWait: killWait, Now: s.cfg.Now, Sleep: s.cfg.Sleep, Log: s.cfg.Log, Ended: s.metrics.query,
	})
	if err != nil {
		return err
	}
	s.metrics.watch(s.jobs.Load)
	s.correlations = rpc.New(s.jobs, s.cfg.Correlator, l.rpc())
	s.tables = tables.New(s.cfg.Catalog, s.cfg.Retention, l.tables())
	s.public, s.private = s.newGRPC(), s.newGRPC()
	s.gateway, err = grpc.NewClient("passthrough:///inner",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return s.inner.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(1<<30)))
	if err != nil {
		return fmt.Errorf("connect the REST gateway: %w", err)
	}
	api, err := newGateway(context.Background(), s.gateway)
	if err != nil {
		return err
	}
	s.rest = &http.Server{
		Handler:           s.guard(s.route(api)),
		ReadHeaderTimeout: l.HeaderTime, // the guard bounds the body, and answers may take longer than either
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	return nil
}

// abandon closes what a New that did not succeed has opened.
func (s *Server) abandon() error {
	var err error
	for _, l := range []net.Listener{s.grpc, s.http} {
		if l != nil {
			err = errors.Join(err, l.Close())
		}
	}
	if s.athena != nil {
		err = errors.Join(err, s.athena.abandon())
	}
	if s.jobs != nil {
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		err = errors.Join(err, s.jobs.Close(gone))
	}
	return err
}

// Run serves until the context ends or a port breaks, then lets what runs come to its end within the grace time.
func (s *Server) Run(ctx context.Context) error {
	for _, name := range []string{"", hindcastv1.CorrelationService_ServiceDesc.ServiceName, hindcastv1.CatalogService_ServiceDesc.ServiceName} {
		s.health.SetServingStatus(name, grpc_health_v1.HealthCheckResponse_SERVING)
	}
	s.warnIfOpen()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.public.Serve(s.grpc) })
	group.Go(func() error { return s.private.Serve(s.inner) })
	group.Go(func() error {
		if err := s.rest.Serve(netutil.LimitListener(s.http, s.cfg.Limits.Connections)); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve REST: %w", err)
		}
		return nil
	})
	if s.athena != nil {
		group.Go(func() error { return s.athena.run(s.cfg.Limits.Connections) })
	}
	group.Go(func() error {
		<-ctx.Done()
		return s.shutdown()
	})
	return group.Wait()
}

// warnIfOpen tells an operator what listening on other addresses means: there is no authentication.
func (s *Server) warnIfOpen() {
	addresses := []net.Addr{s.grpc.Addr(), s.http.Addr()}
	if s.athena != nil {
		addresses = append(addresses, s.AthenaAddr())
	}
	for _, a := range addresses {
		if !loopback(a) {
			s.cfg.Log.Warn("listening beyond this machine, and whoever reaches the port may ask anything", "addr", a.String())
		}
	}
}

// shutdown stops taking calls, waits for those that run, and interrupts them when the grace time is over.
func (s *Server) shutdown() error {
	s.cfg.Log.Info("shutting down", "grace", s.cfg.Limits.Grace.String())
	s.health.Shutdown()
	grace, cancel := context.WithTimeout(context.Background(), s.cfg.Limits.Grace)
	defer cancel()
	var group errgroup.Group
	group.Go(func() error { return s.jobs.Close(grace) })
	group.Go(func() error {
		stopGRPC(grace, s.public)
		return nil
	})
	group.Go(func() error {
		err := s.rest.Shutdown(grace)
		stopGRPC(grace, s.private)
		if err != nil {
			err = s.rest.Close()
		}
		return errors.Join(err, s.gateway.Close())
	})
	if s.athena != nil {
		group.Go(func() error { return s.athena.shutdown(grace) })
	}
	err := group.Wait()
	s.cfg.Log.Info("shut down", "error", err)
	return err
}

// stopGRPC waits for running calls until the context ends, then breaks them off.
func stopGRPC(ctx context.Context, g *grpc.Server) {
	done := make(chan struct{})
	go func() { g.GracefulStop(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		g.Stop()
		<-done
	}
}
