package observe

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/hindcast/hindcast/catalog"
)

// lastSuccess stays as it was when a run fails.
const lastSuccess = "hindcast_compaction_last_success_timestamp_seconds"

// metrics are what Prometheus reads.
type metrics struct {
	registry *prometheus.Registry

	stageSeconds  *prometheus.HistogramVec
	stageFailures *prometheus.CounterVec

	objects, failed      *prometheus.CounterVec
	stored, unpacked     *prometheus.CounterVec
	recordsRead, records *prometheus.CounterVec
	batches              *prometheus.CounterVec

	waiting, waitingBytes, oldest *prometheus.GaugeVec

	mu     sync.Mutex
	waited map[string]bool // sources of which something has ever waited

	runs                          *prometheus.CounterVec
	ran                           sync.Once // registers the gauges
	failures                      prometheus.Gauge
	lastRun, lastSuccess, nextRun prometheus.Gauge

	queueMetrics queueMetrics
}

func newMetrics(command, version string) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hindcast_" + name, Help: help}, labels)
	}
	gauges := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "hindcast_" + name, Help: help}, labels)
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: "hindcast_" + name, Help: help})
	}
	m := &metrics{
		registry: prometheus.NewRegistry(), waited: map[string]bool{},
		stageSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hindcast_stage_duration_seconds", Help: "Duration of the stages of compactions, merges and expiries.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 10),
		}, []string{"stage"}),
		stageFailures: counter("stage_failures_total", "Stages that ended with an error.", "stage"),
		objects:       counter("compaction_objects_total", "Raw objects loaded.", "source"),
		failed:        counter("compaction_objects_failed_total", "Raw objects that could not be read; the next run tries them again.", "source"),
		stored:        counter("compaction_stored_bytes_total", "Bytes of the raw objects loaded, as stored.", "source"),
		unpacked:      counter("compaction_unpacked_bytes_total", "Bytes of the raw objects loaded, unpacked.", "source"),
		recordsRead:   counter("compaction_records_read_total", "Records read: the sum of hindcast_compaction_records_total.", "source"),
		records:       counter("compaction_records_total", "Records by what became of them: event, duplicate or rejected.", "source", "outcome"),
		batches:       counter("compaction_batches_total", "Batches committed.", "source"),
		waiting:       gauges("backlog_objects", "Raw objects that were found and are not loaded yet.", "source"),
		waitingBytes:  gauges("backlog_bytes", "Bytes of the raw objects that were found and are not loaded yet, as stored.", "source"),
		oldest:        gauges("backlog_oldest_timestamp_seconds", "When the oldest of the raw objects found waiting was written.", "source"),
		runs:          counter("compaction_runs_total", "Compactions by result: done or failed.", "result"),
		failures:      gauge("compaction_failures_in_a_row", "Compactions that have failed since the last one that was done."),
		lastRun:       gauge("compaction_last_run_timestamp_seconds", "When the last compaction ended."),
		lastSuccess:   gauge("compaction_last_success_timestamp_seconds", "When the last compaction ended that was done."),
		nextRun:       gauge("compaction_next_run_timestamp_seconds", "When the next compaction is due; 0 if none is."),
	}
	build := gauges("build_info", "Always 1; the version is a label.", "command", "version")
	build.WithLabelValues(command, version).Set(1)
	m.registry.MustRegister(m.stageSeconds, m.stageFailures, m.objects, m.failed, m.stored, m.unpacked, m.recordsRead, m.records,
		m.batches, m.waiting, m.waitingBytes, m.oldest, m.runs, build)
	return m
}

// process are the figures of the program itself. A file for node-exporter must not have them: it has its own.
func process() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

func (m *metrics) stage(s Stage, took time.Duration, failed bool) {
	m.stageSeconds.WithLabelValues(string(s)).Observe(took.Seconds())
	if failed {
		m.stageFailures.WithLabelValues(string(s)).Inc()
	}
}

// Committed counts a batch of a source that is visible now.
func (r *Recorder) Committed(source string, objects []catalog.ObjectResult) {
	if r == nil {
		return
	}
	var all catalog.ObjectResult
	for i := range objects {
		o := &objects[i]
		all.Size += o.Size
		all.RawBytes += o.RawBytes
		all.RecordsIn += o.RecordsIn
		all.EventsOut += o.EventsOut
		all.Duplicates += o.Duplicates
		all.Rejected += o.Rejected
	}
	r.m.batches.WithLabelValues(source).Inc()
	r.m.objects.WithLabelValues(source).Add(float64(len(objects)))
	r.m.stored.WithLabelValues(source).Add(float64(all.Size))
	r.m.unpacked.WithLabelValues(source).Add(float64(all.RawBytes))
	r.m.recordsRead.WithLabelValues(source).Add(float64(all.RecordsIn))
	for outcome, n := range map[string]int64{"event": all.EventsOut, "duplicate": all.Duplicates, "rejected": all.Rejected} {
		r.m.records.WithLabelValues(source, outcome).Add(float64(n))
	}
}

// Failed counts a raw object that could not be read; the source is empty where it is not known.
func (r *Recorder) Failed(source string) {
	if r != nil {
		r.m.failed.WithLabelValues(source).Inc()
	}
}

// Backlog is what waits of a source.
type Backlog struct {
	Source         string
	Objects, Bytes int64
	Oldest         time.Time // zero when nothing waits
}

// Waiting sets what waits. Of sources that are not named any more, nothing does.
func (r *Recorder) Waiting(all []*Backlog) {
	if r == nil {
		return
	}
	m := r.m
	m.mu.Lock()
	defer m.mu.Unlock()
	m.oldest.Reset()
	for source := range m.waited {
		m.waiting.WithLabelValues(source).Set(0)
		m.waitingBytes.WithLabelValues(source).Set(0)
	}
	for _, b := range all {
		m.waited[b.Source] = true
		m.waiting.WithLabelValues(b.Source).Set(float64(b.Objects))
		m.waitingBytes.WithLabelValues(b.Source).Set(float64(b.Bytes))
		if !b.Oldest.IsZero() {
			m.oldest.WithLabelValues(b.Source).Set(seconds(b.Oldest))
		}
	}
}

// Ran counts a compaction that ended. Failures are those in a row, this one included; next is when the next one is
// due, zero if none is. Gauges of compactions are there from the first on: a merge's zeros would stand in node-exporter
// for those of the compactions beside it, and those of a service that has just started for years without a success.
func (r *Recorder) Ran(err error, failures int, next time.Time) {
	if r == nil {
		return
	}
	now, result := seconds(r.now()), "done"
	if err != nil {
		result = "failed"
	} else {
		r.m.lastSuccess.Set(now)
	}
	r.m.runs.WithLabelValues(result).Inc()
	r.m.failures.Set(float64(failures))
	r.m.lastRun.Set(now)
	r.m.nextRun.Set(seconds(next))
	r.m.ran.Do(func() { r.m.registry.MustRegister(r.m.failures, r.m.lastRun, r.m.lastSuccess, r.m.nextRun) })
}

func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1e3
}
