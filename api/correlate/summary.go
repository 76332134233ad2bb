package correlate

import (
	"errors"
	"slices"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
)

// Outcome is a correlation's answer in a word.
type Outcome string

const (
	Found   Outcome = "found"
	NoMatch Outcome = "no match" // there is data, and nothing in it matches
	NoData  Outcome = "no data"  // no table that could hold a match has data in the time range
)

// Summary is what a correlation found, apart from its events.
type Summary struct {
	Outcome   Outcome         `json:"outcome"`
	Matched   int64           `json:"matched"`  // events that match
	Returned  int             `json:"returned"` // events that were given; fewer than Matched when the limit cut the timeline off
	Histogram []Bucket        `json:"histogram"`
	Top       []TopValues     `json:"top"`
	Coverage  []TableCoverage `json:"coverage"`
	Warnings  []string        `json:"-"` // of the plans that were run
	BytesRead int64           `json:"bytes_read"`
	Elapsed   time.Duration   `json:"elapsed_nanoseconds"`
	SQL       []string        `json:"sql"` // every statement that was run; last those that were run again, since files went meanwhile

	MicroUSD   int64              `json:"price_micro_usd,omitempty"` // of all executions, in millionths of a US dollar
	Executions []engine.Execution `json:"executions,omitempty"`      // of an engine that runs statements elsewhere
}

// add adds what a statement cost.
func (s *Summary) add(stats engine.Stats) {
	s.BytesRead += stats.BytesRead
	if x := stats.Execution; x.ID != "" {
		s.MicroUSD += x.MicroUSD
		s.Executions = append(s.Executions, x)
	}
}

// warn adds what is not said yet.
func (s *Summary) warn(texts []string) {
	for _, text := range texts {
		if !slices.Contains(s.Warnings, text) {
			s.Warnings = append(s.Warnings[:len(s.Warnings):len(s.Warnings)], text)
		}
	}
}

// ran adds a statement that was started, and what it cost if it failed.
func (s *Summary) ran(st started) {
	if st.sql == "" {
		return
	}
	s.SQL = append(s.SQL, st.sql)
	if failed := (*engine.FailedError)(nil); errors.As(st.err, &failed) {
		s.add(failed.Stats)
	}
}

// also adds the statements of another summary, and what they cost.
func (s *Summary) also(o *Summary) {
	s.SQL = append(s.SQL, o.SQL...)
	s.BytesRead += o.BytesRead
	s.MicroUSD += o.MicroUSD
	s.Executions = append(s.Executions, o.Executions...)
}

// Bucket is how many events of a source match on a day.
type Bucket struct {
	Source string `json:"source"`
	Day    string `json:"day"`
	Count  int64  `json:"count"`
}

// TopValues are a field's most frequent values among the events that match, most frequent first.
type TopValues struct {
	Field  string       `json:"field"` // user.name
	Values []ValueCount `json:"values"`
}

// ValueCount is a value and how many events that match have it.
type ValueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}
