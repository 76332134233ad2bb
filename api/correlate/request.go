// Package correlate answers the main question: where has a value been seen, what did it do, and what did it touch? A
// request becomes a plan, the plan becomes SQL for each engine, and a runner turns its rows into one timeline.
package correlate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/api/timerange"
)

// Match says how many of a request's indicators an event must match.
type Match string

const (
	Any Match = "any"
	All Match = "all" // in the same event
)

// Limits of a request.
const (
	DefaultLimit  = 1000    // events
	MaxLimit      = 1000000 // events
	MaxIndicators = 10000
	MaxPatterns   = 200 // ranges of addresses and domains with all below them, each
	MaxAll        = 50  // indicators that one event must match
)

// Request is a question.
type Request struct {
	Indicators []indicator.Indicator
	From, To   time.Time // From ≤ timestamp < To
	Sources    []string  // none means all
	Match      Match     // "" means any
	Limit      int       // events; 0 means DefaultLimit
	Full       bool      // events carry every column, not only the timeline's
	Oldest     bool      // the timeline begins with the oldest, not the newest
	Actions    []string  // only events whose event.action is one of them; none means all
	Outcome    string    // only events that came out so: Success or Failure; "" means all
	Writes     bool      // without the calls that CloudTrail says only read
}

// RequestError says what is wrong with a request. It is the caller's to mend.
type RequestError struct {
	Field  string // of the request: indicators, range, sources, match, limit, actions or outcome
	Reason string
}

func (e *RequestError) Error() string { return e.Field + ": " + e.Reason }

func refuse(field, format string, args ...any) error {
	return &RequestError{Field: field, Reason: fmt.Sprintf(format, args...)}
}

// normal checks the request and fills in what it leaves open.
func (r Request) normal() (Request, error) {
	if r.Match == "" {
		r.Match = Any
	}
	if r.Limit == 0 {
		r.Limit = DefaultLimit
	}
	whole, err := timerange.New(r.From, r.To)
	if err != nil {
		return r, refuse("range", "%v", err)
	}
	r.From, r.To = whole.From, whole.To
	r.Indicators = distinct(r.Indicators)
	r.Sources = slices.Compact(slices.Sorted(slices.Values(r.Sources)))
	r.Actions = slices.Compact(slices.Sorted(slices.Values(r.Actions)))
	return r, r.check()
}

func (r Request) check() error {
	switch n := len(r.Indicators); {
	case n == 0:
		return refuse("indicators", "give at least one value to look for")
	case n > MaxIndicators:
		return refuse("indicators", "%d are more than the %d of one request", n, MaxIndicators)
	case r.Match == All && n > MaxAll:
		return refuse("indicators", "no event matches all of %d: match any of them, or at most %d", n, MaxAll)
	case r.Match != Any && r.Match != All:
		return refuse("match", "%q is neither any nor all", r.Match)
	case r.Limit < 0 || r.Limit > MaxLimit:
		return refuse("limit", "%d is not between 1 and %d", r.Limit, MaxLimit)
	}
	if err := r.checkFilters(); err != nil {
		return err
	}
	return r.checkPatterns()
}

func (r Request) checkPatterns() error {
	counts := map[indicator.Op]int{}
	for _, i := range r.Indicators {
		for _, t := range i.Terms() {
			counts[t.Op]++
		}
	}
	for op, what := range map[indicator.Op]string{
		indicator.Within: "ranges of addresses", indicator.Below: "domains with all below them",
	} {
		if counts[op] > MaxPatterns {
			return refuse("indicators", "%d %s are more than the %d of one request", counts[op], what, MaxPatterns)
		}
	}
	return nil
}

// distinct keeps the first of equal indicators.
func distinct(all []indicator.Indicator) []indicator.Indicator {
	seen := make(map[string]bool, len(all))
	var out []indicator.Indicator
	for _, i := range all {
		if key := strings.Join([]string{string(i.Kind), i.Value}, "\x00"); !seen[key] {
			seen[key] = true
			out = append(out, i)
		}
	}
	return out
}
