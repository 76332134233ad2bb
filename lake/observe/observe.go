// Package observe shows what compactions, merges and expiries do, as Prometheus metrics and OpenTelemetry traces.
package observe

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Stage is a step of the work that is timed.
type Stage string

// The stages, with what one measurement of each is of.
const (
	Run       Stage = "run"       // one compaction, from its lists to its last commit
	Find      Stage = "find"      // listing, asking the ledger and telling sources, for one wave of objects
	Plan      Stage = "plan"      // recording the batches of a wave
	Batch     Stage = "batch"     // one batch, from its first object to its commit
	Open      Stage = "open"      // opening the objects of a batch
	Normalise Stage = "normalise" // reading, unpacking and mapping the records of a batch
	Write     Stage = "write"     // one file
	Verify    Stage = "verify"    // reading one file back
	Put       Stage = "put"       // putting the files of a batch, or of a merge, into the lake
	Commit    Stage = "commit"    // making a batch visible
	Merge     Stage = "merge"     // one partition
	Expire    Stage = "expire"    // one partition
	Publish   Stage = "publish"   // showing in Glue what has changed
)

// Recorder keeps the metrics and sends the traces. The nil recorder does nothing, at no cost.
type Recorder struct {
	now    func() time.Time
	tracer trace.Tracer
	m      *metrics
}

// New makes a recorder of a command; without a provider of traces there are metrics only.
func New(now func() time.Time, command, version string, traces trace.TracerProvider) *Recorder {
	r := &Recorder{now: now, m: newMetrics(command, version)}
	if traces != nil {
		r.tracer = traces.Tracer("github.com/hindcast/hindcast", trace.WithInstrumentationVersion(version))
	}
	return r
}

// Label says what a stage worked on. Labels are in traces only: metrics would not stand so many.
type Label = attribute.KeyValue

// Of is the table that a stage worked on.
func Of(table string) Label { return attribute.String("hindcast.table", table) }

// In is the batch or merge that a stage belongs to.
func In(batch string) Label { return attribute.String("hindcast.batch", batch) }

// On is the day of a partition.
func On(day string) Label { return attribute.String("hindcast.day", day) }

// Count is a number of things: objects, rows, bytes.
func Count[N int | int32 | int64](what string, n N) Label {
	return attribute.Int64("hindcast."+what, int64(n))
}

// Timer measures one stage.
type Timer struct {
	r       *Recorder
	stage   Stage
	span    trace.Span // nil without traces
	started time.Time
	busy    time.Duration // of the laps that are over
	lap     time.Time     // when the lap at hand began; zero while there is none
	laps    bool
}

// Start begins a stage. What is started with the context that it answers belongs to it.
func (r *Recorder) Start(ctx context.Context, s Stage, labels ...Label) (context.Context, *Timer) {
	if r == nil {
		return ctx, nil
	}
	t := &Timer{r: r, stage: s, started: r.now()}
	if r.tracer != nil {
		ctx, t.span = r.tracer.Start(ctx, string(s), trace.WithTimestamp(t.started), trace.WithAttributes(labels...))
	}
	return ctx, t
}

// StartLaps begins a stage that alternates with others: only the time between Lap and Rest counts.
func (r *Recorder) StartLaps(ctx context.Context, s Stage, labels ...Label) *Timer {
	_, t := r.Start(ctx, s, labels...)
	if t != nil {
		t.laps = true
	}
	return t
}

// Lap goes on with a stage.
func (t *Timer) Lap() {
	if t != nil && t.lap.IsZero() {
		t.lap = t.r.now()
	}
}

// Rest pauses it.
func (t *Timer) Rest() {
	if t != nil && !t.lap.IsZero() {
		t.busy += t.r.now().Sub(t.lap)
		t.lap = time.Time{}
	}
}

// Say adds what became known of the stage while it lasted.
func (t *Timer) Say(labels ...Label) {
	if t != nil && t.span != nil {
		t.span.SetAttributes(labels...)
	}
}

// End ends the stage, well or not, and answers the error.
func (t *Timer) End(err error) error {
	if t == nil {
		return err
	}
	t.Rest()
	now := t.r.now()
	took := now.Sub(t.started)
	if t.laps {
		took = t.busy
		t.Say(attribute.Float64("hindcast.busy_seconds", took.Seconds()))
	}
	t.r.m.stage(t.stage, took, err != nil && !errors.Is(err, context.Canceled))
	if t.span != nil {
		if err != nil {
			t.span.RecordError(err)
			t.span.SetStatus(codes.Error, err.Error())
		}
		t.span.End(trace.WithTimestamp(now))
	}
	return err
}
