package simulate

import "time"

// Summary counts what was handed to put, record by record.
type Summary struct {
	Objects  int
	Bytes    int64 // as delivered
	RawBytes int64 // unpacked
	Late     int   // objects that arrived hours after their events
	Digests  int64 // CloudTrail digest files, each one record of aws_cloudtrail at its digestEndTime
	Insights int64 // CloudTrail Insights records, which are of aws_cloudtrail, too
	Sources  map[string]Counts
	Incident Incident // of Generate only
}

// Counts are one source's. Records = Events + Duplicates + Malformed.
type Counts struct {
	Objects    int
	Records    int64
	Duplicates int64            // records of an object that was delivered a second time under another key
	Malformed  int64            // records that no reader can make sense of
	Days       map[string]int64 // events by the UTC day of their time
	Bytes      int64            // as delivered
	RawBytes   int64            // unpacked
}

// Events is the number of different well-formed records.
func (c Counts) Events() int64 { return c.Records - c.Duplicates - c.Malformed }

// Total adds up all sources.
func (s Summary) Total() Counts {
	t := Counts{Days: map[string]int64{}}
	for _, c := range s.Sources {
		t.Objects += c.Objects
		t.Records += c.Records
		t.Duplicates += c.Duplicates
		t.Malformed += c.Malformed
		t.Bytes += c.Bytes
		t.RawBytes += c.RawBytes
		for day, n := range c.Days {
			t.Days[day] += n
		}
	}
	return t
}

// tally counts one object while it is written.
type tally struct {
	records, duplicates, malformed int64
	days                           []int64 // by day since the outbox's first
	last                           time.Time
}

func (t *tally) event(first, at time.Time) {
	t.records++
	i := int(at.Sub(first) / (24 * time.Hour))
	for len(t.days) <= i {
		t.days = append(t.days, 0)
	}
	t.days[i]++
	if at.After(t.last) {
		t.last = at
	}
}

func (t *tally) reset() {
	*t = tally{days: t.days[:0]}
}
