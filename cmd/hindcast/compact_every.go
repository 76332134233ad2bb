package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/schedule"
)

const (
	startJitter = 0.1 // of the interval
	firstRetry  = 10 * time.Second
	longestWait = time.Hour
)

// repeat compacts at the interval until the context is done, which is no failure.
func (c *compactCommand) repeat(ctx context.Context, j *compaction) error {
	log := slog.New(slog.NewTextHandler(j.t.err, nil))
	log.Info("compacting", "every", c.Every.String(), "raw", string(c.Raw), "lake", j.lake.String(), "metrics", j.address(), "version", built().Version)
	loop := schedule.Loop{
		Every: c.Every, Jitter: startJitter, Retry: min(firstRetry, c.Every), Limit: max(longestWait, c.Every),
		Clock: schedule.Wall{Time: time.Now},
	}
	loop.Run(ctx, func(ctx context.Context) error {
		_ = j.emptyBeside(ctx, log) // the next run tries again
		report, err := j.once(ctx)
		if err == nil && report.Failed > 0 && report.Objects == 0 {
			err = fmt.Errorf("none of %d objects could be read", report.Failed)
		}
		if report != nil && (err == nil || report.Objects > 0) {
			j.tell(log, report)
		}
		if err == nil && c.bare(report) {
			log.Warn("nothing lies below --raw", "raw", string(c.Raw))
		}
		return err
	}, func(o schedule.Outcome) {
		if o.Err != nil {
			log.Error("compaction failed", "error", o.Err, "failures", o.Failures, "again_in", o.Next.Round(time.Second).String())
		}
		j.turn(o)
	})
	log.Info("stopped")
	return nil
}

// emptyBeside deletes what is due. That something cannot be deleted is told at once, and makes no failure of a run whose
// logs are loaded.
func (j *compaction) emptyBeside(ctx context.Context, log *slog.Logger) error {
	err := j.empty(ctx)
	if err == nil || ctx.Err() != nil {
		return nil
	}
	log.Error("trash", "error", err)
	return err
}

// tell says what a run did.
func (j *compaction) tell(log *slog.Logger, r *compact.Report) {
	if j.JSON {
		if err := json.NewEncoder(j.t.out).Encode(r); err != nil {
			log.Error("print the report", "error", err)
		}
	}
	for i, p := range r.Problems {
		if i == shownProblems {
			log.Warn("more problems", "number", len(r.Problems)-i)
			break
		}
		log.Warn("problem", "object", p.Object, "reason", p.Reason)
	}
	if r.Rejected > 0 {
		log.Warn("records rejected", "number", r.Rejected, "see", "hindcast quarantine list")
	}
	log.Info("compacted", "objects", r.Objects, "events", r.EventsOut, "duplicates", r.Duplicates, "rejected", r.Rejected,
		"failed", r.Failed, "files", r.Files, "stored", size(r.BytesIn), "unpacked", size(r.BytesRaw), "parquet", size(r.BytesOut),
		"took", time.Duration(r.Seconds*float64(time.Second)).Round(time.Millisecond).String())
}

// shownProblems is how many objects that were not loaded a run names.
const shownProblems = 10
