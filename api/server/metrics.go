package server

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc/codes"

	"github.com/hindcast/hindcast/api/jobs"
)

// metrics are what Prometheus reads at /metrics.
type metrics struct {
	registry     *prometheus.Registry
	calls        *prometheus.CounterVec
	callSeconds  *prometheus.HistogramVec
	responses    *prometheus.CounterVec
	queries      *prometheus.CounterVec
	querySeconds prometheus.Histogram
	queryBytes   prometheus.Counter
	panics       prometheus.Counter
	buildInfo    *prometheus.GaugeVec
}

func newMetrics(version string) *metrics {
	r := prometheus.NewRegistry()
	m := &metrics{
		registry: r,
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hindcast_calls_total", Help: "API calls by method, protocol (grpc or rest) and gRPC status code.",
		}, []string{"method", "protocol", "code"}),
		callSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hindcast_call_duration_seconds", Help: "Duration of API calls.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 10),
		}, []string{"method", "protocol"}),
		responses: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hindcast_http_responses_total", Help: "HTTP responses by status, those that reached no API method included.",
		}, []string{"status"}),
		queries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hindcast_queries_total", Help: "Queries that ended, by state.",
		}, []string{"state"}),
		querySeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "hindcast_query_duration_seconds", Help: "Duration of queries.", Buckets: prometheus.ExponentialBuckets(0.01, 4, 10),
		}),
		queryBytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hindcast_query_read_bytes_total", Help: "Bytes of table files that queries read.",
		}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hindcast_panics_total", Help: "Panics that were caught.",
		}),
		buildInfo: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "hindcast_build_info", Help: "Always 1; the version is a label.",
		}, []string{"version"}),
	}
	m.buildInfo.WithLabelValues(version).Set(1)
	r.MustRegister(m.calls, m.callSeconds, m.responses, m.queries, m.querySeconds, m.queryBytes, m.panics, m.buildInfo,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch reads the load of the queue whenever metrics are asked for.
func (m *metrics) watch(load func() (running, queued int)) {
	gauge := func(name, help string, value func() int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
	}
	m.registry.MustRegister(
		gauge("hindcast_queries_running", "Queries that run.", func() int { n, _ := load(); return n }),
		gauge("hindcast_queries_queued", "Queries that wait for a place.", func() int { _, n := load(); return n }),
	)
}

func (m *metrics) call(method, protocol string, code codes.Code, took time.Duration) {
	m.calls.WithLabelValues(method, protocol, code.String()).Inc()
	m.callSeconds.WithLabelValues(method, protocol).Observe(took.Seconds())
}

func (m *metrics) query(o jobs.Outcome) {
	m.queries.WithLabelValues(jobs.StateName(o.State)).Inc()
	m.querySeconds.Observe(o.Elapsed.Seconds())
	m.queryBytes.Add(float64(o.BytesRead))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
