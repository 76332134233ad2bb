package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/api/athena/endpoint"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// Athena says how the Athena API is served. Without an address it is not.
type Athena struct {
	Addr     string         // host:port; port 0 takes a free one
	Dir      string         // where results lie, as the objects of buckets, and what clients have made; made when it is not there
	Catalog  athena.Catalog //
	Planner  athena.Planner //
	Engine   athena.Engine  //
	Database string         // by which the lake's tables go
	Location string         // URI of the lake's root, with a slash at its end
	Output   string         // s3://bucket/prefix/ of results, unless a client or work group says otherwise
}

// athenaServer is the Athena API on its own address, with the results over S3.
type athenaServer struct {
	service  *athena.Service
	listener net.Listener
	http     *http.Server
	closers  []func() error // of the files, in the order of closing
}

// openAthena takes the port and takes up what an earlier server left.
func (s *Server) openAthena() (err error) {
	cfg := s.cfg.Athena
	if cfg.Addr == "" {
		return nil
	}
	a := &athenaServer{}
	s.athena = a
	if a.listener, err = net.Listen("tcp", cfg.Addr); err != nil {
		return fmt.Errorf("listen for Athena: %w", err)
	}
	state, err := a.folder(filepath.Join(cfg.Dir, "state"))
	if err != nil {
		return err
	}
	root := filepath.Join(cfg.Dir, "buckets")
	objects, err := a.folder(root)
	if err != nil {
		return err
	}
	a.service, err = athena.Open(context.Background(), athena.Options{
		Catalog: cfg.Catalog, Planner: cfg.Planner, Engine: cfg.Engine, State: state, Objects: objects,
		Database: cfg.Database, Location: cfg.Location, Output: cfg.Output, Limits: s.cfg.Limits.athena(), Now: s.cfg.Now, Log: s.cfg.Log, Ended: s.metrics.execution,
	})
	if err != nil {
		return err
	}
	s3, err := s3http.New(s3http.Options{Root: root, Now: s.cfg.Now, Strict: true})
	if err != nil {
		return err
	}
	a.closers = append([]func() error{s3.Close}, a.closers...)
	a.http = &http.Server{
		Handler:           s.athenaHandler(a, s3),
		ReadHeaderTimeout: s.cfg.Limits.HeaderTime,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	return nil
}

// athenaHandler answers for all services that a client of Athena talks to.
func (s *Server) athenaHandler(a *athenaServer, s3 http.Handler) http.Handler {
	return &endpoint.Handler{
		Athena: a.service.Service(), Glue: a.service.Glue(), S3: s3, Local: loopback(a.listener.Addr()),
		Saw: func(service, operation string, status int) {
			s.metrics.awsCalls.WithLabelValues(service, operation, strconv.Itoa(status)).Inc()
		},
	}
}

// folder opens a folder that is closed with the server.
func (a *athenaServer) folder(dir string) (*raw.Folder, error) {
	f, err := raw.CreateFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of Athena's results: %w", err)
	}
	a.closers = append(a.closers, f.Close)
	return f, nil
}

func loopback(addr net.Addr) bool {
	a, ok := addr.(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// AthenaAddr is where the Athena API is served; nil if it is not.
func (s *Server) AthenaAddr() net.Addr {
	if s.athena == nil {
		return nil
	}
	return s.athena.listener.Addr()
}

// run serves until the server is shut down.
func (a *athenaServer) run(connections int) error {
	if err := a.http.Serve(netutil.LimitListener(a.listener, connections)); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve Athena: %w", err)
	}
	return nil
}

// shutdown waits for executions and calls, and breaks them off when the grace time is over.
func (a *athenaServer) shutdown(grace context.Context) error {
	var group errgroup.Group
	group.Go(func() error { return a.service.Close(grace) })
	group.Go(func() error {
		if err := a.http.Shutdown(grace); err != nil {
			return a.http.Close()
		}
		return nil
	})
	return errors.Join(group.Wait(), a.close())
}

// abandon closes what was opened by a New that did not succeed.
func (a *athenaServer) abandon() error {
	var err error
	if a.listener != nil {
		err = a.listener.Close()
	}
	if a.service != nil {
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		err = errors.Join(err, a.service.Close(gone))
	}
	return errors.Join(err, a.close())
}

func (a *athenaServer) close() error {
	var errs []error
	for _, c := range a.closers {
		errs = append(errs, c())
	}
	a.closers = nil
	return errors.Join(errs...)
}
