// Package backlog tells what waits to be compacted, how fast more comes, and how long it takes until nothing waits.
package backlog

import (
	"context"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
)

// Source is what waits of a source, and what came of it.
type Source struct {
	Waiting Amount    `json:"waiting"` // not planned yet
	Planned Amount    `json:"planned"` // planned and not committed
	Oldest  time.Time `json:"oldest,omitzero"`
	Arrived Amount    `json:"arrived"` // in the window, whether it waits or not
}

// Amount is a number of raw objects, and their bytes as stored.
type Amount struct {
	Objects int64 `json:"objects"`
	Bytes   int64 `json:"bytes"`
}

func (a *Amount) add(b Amount) {
	a.Objects += b.Objects
	a.Bytes += b.Bytes
}

// Speed is amounts a second.
type Speed struct {
	Objects float64 `json:"objects_per_second"`
	Bytes   float64 `json:"bytes_per_second"`
}

// Report is the backlog of a lake.
type Report struct {
	At      time.Time          `json:"at"`
	Sources map[string]*Source `json:"sources"`
	All     Source             `json:"all"`
	InWork  int64              `json:"in_work"` // batches that somebody is converting
	Window  float64            `json:"window_seconds"`
	Arrival Speed              `json:"arrival"`        // in the window
	Pace    *Speed             `json:"pace"`           // of recent batches; null when there are none
	Clear   *float64           `json:"clear_seconds"`  // until nothing waits; null when it never comes to that at this pace, or nothing is known of the pace
	Behind  float64            `json:"behind_seconds"` // age of the oldest object that waits
	Unknown int64              `json:"unknown"`        // objects of no source, which do not count
	Failed  int64              `json:"failed"`         // objects that could not be looked into
}

// Take looks through the raw objects. What arrived in the window before now makes the rate of arrival, by the times
// that the bucket gives the objects.
func Take(ctx context.Context, cfg compact.Config, sel compact.Selection, window time.Duration) (*Report, error) {
	r := &Report{At: cfg.Now().UTC(), Sources: map[string]*Source{}, Window: window.Seconds()}
	met, err := compact.Survey(ctx, cfg, sel, func(o compact.Surveyed) { r.count(o, window) })
	if err != nil {
		return nil, err
	}
	r.Unknown, r.Failed = met.Unknown, met.Failed
	held, err := cfg.Catalog.Held(ctx, catalog.BatchLease(""))
	if err != nil {
		return nil, fmt.Errorf("look what is in work: %w", err)
	}
	r.InWork = int64(len(held))
	if r.Pace, err = Pace(ctx, cfg.Catalog, r.At); err != nil {
		return nil, fmt.Errorf("look how fast batches were: %w", err)
	}
	r.finish(window)
	return r, nil
}

func (r *Report) count(o compact.Surveyed, window time.Duration) {
	s := r.Sources[o.Source]
	if s == nil {
		s = &Source{}
		r.Sources[o.Source] = s
	}
	one := Amount{1, o.Size}
	if age := r.At.Sub(o.ModTime); age >= 0 && age < window {
		s.Arrived.add(one)
	}
	switch o.State {
	case catalog.Committed:
		return
	case catalog.Planned:
		s.Planned.add(one)
	default:
		s.Waiting.add(one)
	}
	if s.Oldest.IsZero() || o.ModTime.Before(s.Oldest) {
		s.Oldest = o.ModTime
	}
}

// finish sums up.
func (r *Report) finish(window time.Duration) {
	all := &r.All
	for _, s := range r.Sources {
		all.Waiting.add(s.Waiting)
		all.Planned.add(s.Planned)
		all.Arrived.add(s.Arrived)
		if !s.Oldest.IsZero() && (all.Oldest.IsZero() || s.Oldest.Before(all.Oldest)) {
			all.Oldest = s.Oldest
		}
	}
	r.Arrival = speed(all.Arrived, window)
	if !all.Oldest.IsZero() {
		r.Behind = max(r.At.Sub(all.Oldest).Seconds(), 0)
	}
	r.Clear = until(all.Waiting, all.Planned, r.Arrival, r.Pace)
}

// until is the time until nothing waits, while more arrives. Small objects cost by number and large ones by size: the
// longer of both holds.
func until(waiting, planned Amount, arrival Speed, pace *Speed) *float64 {
	waiting.add(planned)
	if waiting.Objects == 0 {
		return new(float64)
	}
	if pace == nil || pace.Bytes <= arrival.Bytes || pace.Objects <= arrival.Objects {
		return nil
	}
	seconds := takes(waiting, Speed{pace.Objects - arrival.Objects, pace.Bytes - arrival.Bytes})
	return &seconds
}

func takes(a Amount, s Speed) float64 {
	return max(float64(a.Bytes)/s.Bytes, float64(a.Objects)/s.Objects)
}

func speed(a Amount, d time.Duration) Speed {
	return Speed{float64(a.Objects) / d.Seconds(), float64(a.Bytes) / d.Seconds()}
}

// Over tells whether the backlog is one to worry about: something waits for longer than the limit, or what waits takes
// longer, even if nothing more arrived.
func (r *Report) Over(limit time.Duration) bool {
	waiting := r.All.Waiting
	waiting.add(r.All.Planned)
	switch {
	case waiting.Objects == 0:
		return false
	case r.Behind > limit.Seconds():
		return true
	case r.Clear != nil:
		return *r.Clear > limit.Seconds()
	}
	return r.Pace != nil && takes(waiting, *r.Pace) > limit.Seconds()
}
