package athena_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAQueryRuns(t *testing.T) {
	w := start(t)
	e := w.run(t, `SELECT event_id, "timestamp", user_name, related_ip FROM aws_guardduty`)
	want := [][]string{
		{"event_id", "timestamp", "user_name", "related_ip"},
		{"aws_guardduty-01", "2026-01-03 04:00:00.000", "ALICE", "[203.0.113.9]"},
	}
	if diff := cmp.Diff(want, w.rows(t, *e.QueryExecutionId)); diff != "" {
		t.Error(diff)
	}
	if *e.Statistics.DataScannedInBytes == 0 {
		t.Error("nothing was read")
	}
}
