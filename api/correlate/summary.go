package correlate

import "time"

// Outcome is a correlation's answer in a word.
type Outcome string

const (
	Found   Outcome = "found"
	NoMatch Outcome = "no match" // there is data, and nothing in it matches
	NoData  Outcome = "no data"  // no table that could hold a match has data in the time range
)

// Summary is what a correlation found, apart from its events.
type Summary struct {
	Outcome   Outcome
	Matched   int64 // events that match
	Returned  int   // events that were given; fewer than Matched when the limit cut the timeline off
	Histogram []Bucket
	Top       []TopValues
	Coverage  []TableCoverage
	BytesRead int64
	Elapsed   time.Duration
	SQL       []string // every statement that was run
}

// Bucket is how many events of a source match on a day.
type Bucket struct {
	Source string
	Day    string
	Count  int64
}

// TopValues are a field's most frequent values among the events that match, most frequent first.
type TopValues struct {
	Field  string // user.name
	Values []ValueCount
}

// ValueCount is a value and how many events that match have it.
type ValueCount struct {
	Value string
	Count int64
}
