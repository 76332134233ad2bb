package server

import (
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc/codes"

	"github.com/hindcast/hindcast/api/athena"
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
	executions   *prometheus.CounterVec
	execSeconds  prometheus.Histogram
	execBytes    prometheus.Counter
	awsCalls     *prometheus.CounterVec
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
		executions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hindcast_athena_executions_total", Help: "Query executions over the Athena API that ended, by state.",
		}, []string{"state"}),
		execSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "hindcast_athena_execution_duration_seconds", Help: "Duration of query executions.", Buckets: prometheus.ExponentialBuckets(0.01, 4, 10),
		}),
		execBytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hindcast_athena_scanned_bytes_total", Help: "Bytes of table files that query executions read.",
		}),
		awsCalls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hindcast_athena_calls_total", Help: "Calls to the Athena API's address by service (athena, glue, s3 or sts), operation and HTTP status.",
		}, []string{"service", "operation", "status"}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hindcast_panics_total", Help: "Panics that were caught.",
		}),
		buildInfo: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "hindcast_build_info", Help: "Always 1; the version is a label.",
		}, []string{"version"}),
	}
	m.buildInfo.WithLabelValues(version).Set(1)
	r.MustRegister(m.calls, m.callSeconds, m.responses, m.queries, m.querySeconds, m.queryBytes,
		m.executions, m.execSeconds, m.execBytes, m.awsCalls, m.panics, m.buildInfo,
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

func (m *metrics) execution(o athena.Outcome) {
	m.executions.WithLabelValues(strings.ToLower(o.State)).Inc()
	m.execSeconds.Observe(o.Elapsed.Seconds())
	m.execBytes.Add(float64(o.BytesRead))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
