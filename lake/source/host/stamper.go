package host

import (
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/lake/source"
)

var errBadTime = errors.New("no time of syslog")

// stamper gives events their time. What a time of syslog lacks, its year and its zone, is resolved by when the line was
// sent, else by the date in the object's key, else by when it was ingested.
type stamper struct {
	text source.In
	time source.Out
	tags source.Out

	key  string // whose date is in
	end  int64
	year int
}

func bindStamper(b *source.Binding, path string) *stamper {
	return &stamper{text: b.In(path), time: b.Out("@timestamp"), tags: b.Out("tags")}
}

// set fills @timestamp.
func (s *stamper) set(e *source.Event) error {
	if !e.Has(s.text) {
		return s.setSent(e)
	}
	text := e.Text(s.text)
	t, ok := parseStamp(text)
	if !ok {
		return fmt.Errorf("%w: %.40q", errBadTime, text)
	}
	ms, ok := t.unixMilli()
	if t.year == 0 {
		known, year, guess := s.known(e)
		if ms, ok = t.before(known, year); guess {
			e.SetText(s.tags, "year-of-ingestion")
		}
	}
	if !ok {
		return fmt.Errorf("%w: %.40q", errBadTime, text)
	}
	e.SetTime(s.time, ms)
	return nil
}

// setSent takes the time at which a line was sent, for one of RFC 5424 whose own is a dash.
func (s *stamper) setSent(e *source.Event) error {
	if ms, ok := e.Sent(); ok {
		e.SetTime(s.time, ms)
		e.SetText(s.tags, "time-of-delivery")
	}
	return nil
}

// known is a time that the event is not later than, its year, and whether that is only the time of ingestion.
func (s *stamper) known(e *source.Event) (ms int64, year int, guess bool) {
	if ms, ok := e.Sent(); ok {
		return ms, yearOf(ms), false
	}
	if key := e.Key(); key != s.key {
		s.key = key
		s.end, s.year = dayInKey(key)
	}
	if s.year > 0 {
		return s.end, s.year, false
	}
	return e.Ingested(), yearOf(e.Ingested()), true
}

func yearOf(ms int64) int { return time.UnixMilli(ms).UTC().Year() }
