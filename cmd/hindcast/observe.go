package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/schedule"
)

// fileFlag says into which file metrics go. Where traces go is in the environment.
type fileFlag struct {
	MetricsFile string `type:"path" placeholder:"FILE" help:"Write metrics to this file at the end, for node-exporter's textfile collector; counters go on from what it says. Each command that runs needs a file of its own. OTEL_EXPORTER_OTLP_ENDPOINT has traces sent."`
}

// observeFlags are those of a command that may go on.
type observeFlags struct {
	fileFlag
	Metrics string `placeholder:"ADDRESS" help:"With --every or --queue: serve Prometheus metrics there, at /metrics."`
}

// observer is where metrics and traces go; its recorder is nil if they go nowhere.
type observer struct {
	recorder *observe.Recorder
	endpoint *observe.Endpoint
	file     *observe.TextFile
	traces   func() error // sends what has not been sent
	t        *terminal
}

// observe opens it for a command that ends.
func (f fileFlag) observe(ctx context.Context, t *terminal, command string) (observer, error) {
	return observeFlags{fileFlag: f}.observe(ctx, t, command)
}

// observe opens it.
func (f observeFlags) observe(ctx context.Context, t *terminal, command string) (o observer, err error) {
	o.t = t
	version := built().Version
	provider, end, err := observe.Traces(ctx, version, os.Getenv)
	o.traces = end
	if err != nil {
		return o, &exitError{exitUsage, err}
	}
	if provider == nil && f.Metrics == "" && f.MetricsFile == "" {
		return o, nil
	}
	o.recorder = observe.New(time.Now, command, version, provider)
	if f.MetricsFile != "" {
		if o.file, err = observe.OpenTextFile(f.MetricsFile); err != nil {
			return o, usageError("--metrics-file: %w", err)
		}
	}
	if f.Metrics != "" {
		if o.endpoint, err = o.recorder.Serve(f.Metrics); err != nil {
			return o, usageError("--metrics: %w", err)
		}
	}
	return o, nil
}

// address is where metrics are served.
func (o observer) address() string {
	if o.endpoint == nil {
		return ""
	}
	return o.endpoint.Addr().String()
}

// ran counts a run after which none comes.
func (o observer) ran(err error) {
	failures := 0
	if err != nil {
		failures = 1
	}
	o.recorder.Ran(err, failures, time.Time{})
	o.write()
}

// turn counts a run after which others come.
func (o observer) turn(r schedule.Outcome) {
	o.recorder.Ran(r.Err, r.Failures, time.Now().Add(r.Next))
	o.write()
}

// write writes the file. That it cannot be written ends no run.
func (o observer) write() {
	if o.file == nil {
		return
	}
	if err := o.file.Write(o.recorder); err != nil {
		slog.New(slog.NewTextHandler(o.t.err, nil)).Error("metrics", "error", err)
	}
}

// close sends what has not been sent.
func (o observer) close() {
	if o.endpoint != nil {
		_ = o.endpoint.Close() // whoever asks just now asks again
	}
	if err := o.traces(); err != nil {
		fmt.Fprintln(o.t.err, "hindcast: traces:", err)
	}
}
