package trinotest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Trino has no UNLOAD; its query is Trino's own.
func TestTrinoRunsTheQueryOfAnUnload(t *testing.T) {
	w := estate(t)
	cut := time.Date(2026, 1, 2, 3, 14, 0, 0, time.UTC)
	statement := dialect.Unload{
		Table: "aws_cloudtrail", Day: "2026-01-02", Columns: []string{"timestamp", "event_id", "related_ip", "aws_cloudtrail_read_only"},
		To: "s3://lake/x/", Cuts: []time.Time{cut},
	}.Statement().String()
	query, rest, found := strings.Cut(strings.TrimPrefix(statement, "UNLOAD ("), ") TO 's3://lake/x/'")
	if !found || !strings.HasPrefix(statement, "UNLOAD (") {
		t.Fatalf("no query stands in %s", statement)
	}
	if !strings.Contains(rest, "format = 'PARQUET'") {
		t.Errorf("it is written as %s", rest)
	}
	at := func(minute int) time.Time { return time.Date(2026, 1, 2, 3, minute, 0, 0, time.UTC) }
	ip := []string{"203.0.113.9"}
	want := [][]any{
		{at(10), "aws_cloudtrail-02", ip, nil, "00"},
		{at(11), "aws_cloudtrail-03", ip, nil, "00"},
		{at(15), "aws_cloudtrail-04", ip, false, "01"},
		{at(20), "aws_cloudtrail-05", []string{"203.0.113.9", "10.0.0.5"}, nil, "01"},
	}
	if diff := cmp.Diff(want, w.ask(t, query)); diff != "" {
		t.Errorf("%s\n(-want +Trino)\n%s", query, diff)
	}
}
