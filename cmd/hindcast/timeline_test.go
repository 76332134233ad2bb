package main

import (
	"bytes"
	"testing"

	"github.com/hindcast/hindcast/api/correlate"
)

func TestCountsByDayAreAsNarrowAsTheyCanBe(t *testing.T) {
	for _, c := range []struct {
		name    string
		buckets []correlate.Bucket
		want    string
	}{
		{"more days than sources", []correlate.Bucket{{Source: "b", Day: "2026-01-02", Count: 3}, {Source: "b", Day: "2026-01-01", Count: 1}},
			"day\tb\t\n2026-01-01\t1\t\n2026-01-02\t3\t\n"},
		{"more sources than days", []correlate.Bucket{{Source: "b", Day: "2026-01-01", Count: 1}, {Source: "a", Day: "2026-01-01", Count: 2000}},
			"source\t2026-01-01\t\na\t2,000\t\nb\t1\t\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			histogram(&out, c.buckets)
			if out.String() != c.want {
				t.Errorf("got %q", out.String())
			}
		})
	}
}

func TestTheHeadlineCounts(t *testing.T) {
	for n, want := range map[int64]string{1: "1 event matches.", 2000: "2,000 events match."} {
		if got := headline(&correlate.Plan{}, &correlate.Summary{Outcome: correlate.Found, Matched: n, Returned: int(n)}); got != want {
			t.Errorf("got %q", got)
		}
	}
}
