package observe

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Endpoint serves the metrics at /metrics.
type Endpoint struct {
	addr   net.Addr
	server *http.Server
	done   chan error
}

// readTime is how long a client may take to ask.
const readTime = 10 * time.Second

// Serve serves the metrics of a recorder, and those of the program, at host:port.
func (r *Recorder) Serve(address string) (*Endpoint, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(prometheus.Gatherers{r.m.registry, process()}, promhttp.HandlerOpts{}))
	e := &Endpoint{
		addr: listener.Addr(), done: make(chan error, 1),
		server: &http.Server{Handler: mux, ReadTimeout: readTime, WriteTimeout: 3 * readTime},
	}
	go func() { e.done <- e.server.Serve(listener) }()
	return e, nil
}

// Addr is where it listens.
func (e *Endpoint) Addr() net.Addr { return e.addr }

// Close stops serving, once answers that have begun are given.
func (e *Endpoint) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), readTime)
	defer cancel()
	err := e.server.Shutdown(ctx)
	<-e.done
	return err
}
