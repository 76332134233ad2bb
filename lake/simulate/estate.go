// Package simulate writes the raw logs of a small estate, with an incident in them, in the layouts and encodings in which AWS delivers them.
package simulate

import (
	"context"
	"fmt"
	"time"
)

// Names of the sources that are written, as in Summary.Sources.
const (
	CloudTrailSource = "aws_cloudtrail"
	VPCFlowSource    = "aws_vpcflow"
	ELBSource        = "aws_elb"
	S3AccessSource   = "aws_s3access"
	GuardDutySource  = "aws_guardduty"
	ApacheSource     = "apache_access"
)

// Put takes one raw object. The body is valid only during the call.
type Put func(key string, body []byte) error

// Estate says what to write. The zero value is 30 days of about 200,000 events.
// Equal values give equal bytes.
type Estate struct {
	Seed  uint64
	Days  int       // 0 means 30
	End   time.Time // exclusive, cut to its UTC day; zero means DefaultEnd
	Scale float64   // multiplies everything but the incident; 0 means 1
	Clean bool      // leave out the doubled object and the malformed records
}

// DefaultEnd is the end of an estate that names none.
func DefaultEnd() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) }

func (e Estate) withDefaults() Estate {
	if e.Days <= 0 {
		e.Days = 30
	}
	if e.End.IsZero() {
		e.End = DefaultEnd()
	}
	e.End = e.End.UTC().Truncate(24 * time.Hour)
	if e.Scale <= 0 {
		e.Scale = 1
	}
	return e
}

// From is the first instant of the estate's first day.
func (e Estate) From() time.Time {
	e = e.withDefaults()
	return e.End.AddDate(0, 0, -e.Days)
}

// Generate hands every raw object of the estate to put, day after day. Memory does not grow with the estate.
func (e Estate) Generate(ctx context.Context, put Put) (Summary, error) {
	w := newWorld(e)
	out := newOutbox(put, w.From())
	streams := w.streams()
	for day := w.From(); day.Before(w.End); day = day.AddDate(0, 0, 1) {
		for _, write := range streams {
			if err := ctx.Err(); err != nil {
				return out.sum, fmt.Errorf("simulate %s: %w", day.Format(time.DateOnly), err)
			}
			if err := write(out, day); err != nil {
				return out.sum, fmt.Errorf("simulate %s: %w", day.Format(time.DateOnly), err)
			}
		}
	}
	out.sum.Incident = w.incident.Incident
	return out.sum, nil
}

// Incident tells the story that Generate hides in the logs of this estate.
func (e Estate) Incident() Incident { return newWorld(e).incident.Incident }

// world is an estate with everything that lives in it.
type world struct {
	Estate
	cast     *cast
	incident *script
}

func newWorld(e Estate) *world {
	e = e.withDefaults()
	c := newCast()
	return &world{Estate: e, cast: c, incident: newScript(e, c)}
}

// stream writes what one log delivers on one day.
type stream func(out *outbox, day time.Time) error

func (w *world) streams() []stream {
	var s []stream
	for _, t := range newTrails(w) {
		s = append(s, t.day)
	}
	s = append(s, w.insightDay)
	for _, f := range newFlowLogs(w) {
		s = append(s, f.day)
	}
	for _, b := range w.cast.balancers {
		s = append(s, (&balancerLog{w, b}).day)
	}
	for _, b := range w.cast.buckets {
		s = append(s, (&bucketLog{w, b, w.cast.hostsOf(b.account.id, b.region)}).day)
	}
	return append(s, w.guardDutyDay, w.apacheDay)
}

// window is a piece of a day that one object covers.
type window struct {
	from time.Time
	span time.Duration
	n    int // events in it
}

func (w window) to() time.Time { return w.from.Add(w.span) }

// at is the time of the i-th event: rising, not evenly spread.
func (w window) at(d *dice, i int) time.Time {
	return w.from.Add(time.Duration((float64(i) + d.Float64()) / float64(w.n) * float64(w.span)))
}

// holds reports whether an instant lies in the window.
func (w window) holds(t time.Time) bool { return !t.Before(w.from) && t.Before(w.to()) }

// windows cuts a day into objects and gives each its share of perDay events.
func (w *world) windows(d *dice, day time.Time, span time.Duration, perDay float64, r rhythm) []window {
	var all []window
	for from := day; from.Before(day.AddDate(0, 0, 1)); from = from.Add(span) {
		want := w.Scale * perDay * r.share(from, span) * (0.85 + 0.3*d.Float64())
		n := int(want + d.Float64())
		all = append(all, window{from, span, n})
	}
	return all
}

// rhythm is how much happens in each hour of the day, and how little of it at the weekend.
type rhythm struct {
	hours   [24]float64
	weekend float64
}

func people() rhythm {
	return rhythm{[24]float64{2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 18, 14, 17, 19, 18, 16, 12, 8, 6, 5, 4, 3, 2}, 0.3}
}

func machines() rhythm {
	return rhythm{[24]float64{12, 9, 8, 7, 7, 7, 8, 9, 11, 12, 12, 12, 11, 12, 12, 12, 12, 11, 11, 10, 10, 9, 9, 9}, 0.8}
}

// share is the part of an average day that falls between from and from+span.
func (r rhythm) share(from time.Time, span time.Duration) float64 {
	var all, part float64
	for h, v := range r.hours {
		all += v
		if h >= from.Hour() && h < from.Hour()+int(span.Hours()) {
			part += v
		}
	}
	weekday := 7 / (5 + 2*r.weekend)
	if wd := from.Weekday(); wd == time.Saturday || wd == time.Sunday {
		weekday *= r.weekend
	}
	return part / all * weekday
}
