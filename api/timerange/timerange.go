// Package timerange reads the times that people give: half-open ranges in UTC, with a precision of milliseconds.
package timerange

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Range is From ≤ t < To.
type Range struct{ From, To time.Time }

// New makes a range of whole milliseconds in UTC. It must not be empty.
func New(from, to time.Time) (Range, error) {
	r := Range{From: ceil(from), To: ceil(to)}
	if !r.From.Before(r.To) {
		return Range{}, fmt.Errorf("the range ends at %s, which is not after its start at %s",
			r.To.Format(time.RFC3339Nano), r.From.Format(time.RFC3339Nano))
	}
	return r, nil
}

// ParseRange reads both ends; see [Parse].
func ParseRange(from, to string, now time.Time) (Range, error) {
	f, err := Parse(from, now)
	if err != nil {
		return Range{}, fmt.Errorf("start of the range: %w", err)
	}
	t, err := Parse(to, now)
	if err != nil {
		return Range{}, fmt.Errorf("end of the range: %w", err)
	}
	return New(f, t)
}

// Days are the first and the last UTC day that the range has a part of.
func (r Range) Days() (first, last string) {
	return r.From.UTC().Format(time.DateOnly), r.To.Add(-time.Millisecond).UTC().Format(time.DateOnly)
}

// Contains tells whether t lies in the range.
func (r Range) Contains(t time.Time) bool { return !t.Before(r.From) && t.Before(r.To) }

// ceil is the first whole millisecond that is not before t: an event of millisecond m has m ≥ t exactly when m ≥ ceil(t).
func ceil(t time.Time) time.Time {
	c := t.UTC().Truncate(time.Millisecond)
	if c.Before(t) {
		c = c.Add(time.Millisecond)
	}
	return c
}

// layouts are the absolute times; without an offset they are UTC.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly,
}

// Parse reads a time: RFC 3339 with any offset, a date (its first moment), a time without an offset (UTC), now, or a
// time before now such as -7d, -36h or now-90m. Units are w, d, h, m and s, where a day has 24 hours.
func Parse(s string, now time.Time) (time.Time, error) {
	text := strings.TrimSpace(s)
	upper := strings.ToUpper(text)
	for _, layout := range layouts {
		if t, err := time.Parse(layout, upper); err == nil {
			return inYears(s, t.UTC())
		}
	}
	rest := strings.TrimPrefix(strings.ToLower(text), "now")
	switch {
	case rest == "" && text != "":
		return now.UTC(), nil
	case strings.HasPrefix(rest, "-"):
		d, err := span(rest[1:])
		if err != nil {
			return time.Time{}, fmt.Errorf("time %q: %w", s, err)
		}
		return inYears(s, now.UTC().Add(-d))
	}
	if d, err := span(rest); err == nil && d > 0 {
		return time.Time{}, fmt.Errorf("time %q: say -%s for that long ago", s, text)
	}
	return time.Time{}, fmt.Errorf("time %q: want one such as 2026-01-31, 2026-01-31T15:04:05Z, 2026-01-31T15:04:05+02:00, now, -7d or -36h", s)
}

func inYears(s string, t time.Time) (time.Time, error) {
	if y := t.Year(); y < 1900 || y > 9998 {
		return time.Time{}, fmt.Errorf("time %q: the year %d is out of range", s, y)
	}
	return t, nil
}

var units = map[byte]time.Duration{
	'w': 7 * 24 * time.Hour, 'd': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute, 's': time.Second,
}

const maxSpan = 200 * 366 * 24 * time.Hour

// span reads a sum such as 1d12h.
func span(s string) (time.Duration, error) {
	var sum time.Duration
	for rest := s; ; {
		i := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if i <= 0 {
			return 0, fmt.Errorf("want a number and a unit (w, d, h, m, s), such as 7d or 36h")
		}
		n, err := strconv.ParseInt(rest[:i], 10, 32)
		unit := units[rest[i]]
		if err != nil || unit == 0 || n > int64((maxSpan-sum)/unit) {
			return 0, fmt.Errorf("want a number and a unit (w, d, h, m, s), such as 7d or 36h")
		}
		sum += time.Duration(n) * unit
		if rest = rest[i+1:]; rest == "" {
			return sum, nil
		}
	}
}
