package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// rowsOf are some rows' places in the raw logs, and the table's own columns that tell them apart.
func (w *world) rowsOf(t *testing.T, table, columns string) []map[string]any {
	t.Helper()
	sql := fmt.Sprintf("SELECT log_file_path, log_offset, %s FROM %s ORDER BY timestamp, event_id LIMIT 5", columns, table)
	return lined(t, w.query(t, "--json", sql).want(t, exitDone).out)
}

func TestEveryRowLeadsBackToItsRawBytes(t *testing.T) {
	w := sharedWorld(t)
	for _, c := range []struct{ table, column, name string }{
		{"aws_cloudtrail", "event_id", "event.id"},
		{"aws_guardduty", "event_id", "event.id"},
		{"aws_elb", "source_port", "source.port"},
		{"aws_s3access", "aws_s3access_request_id", "aws.s3access.request_id"},
		{"apache_access", "url_original", "url.original"},
	} {
		t.Run(c.table, func(t *testing.T) {
			rows := w.rowsOf(t, c.table, c.column)
			if len(rows) == 0 {
				t.Fatal("no rows")
			}
			for _, row := range rows {
				raw := w.record(t, row).want(t, exitDone).out
				docs := lined(t, hindcastWith(t, raw, "normalize", "--source", c.table, "-").want(t, exitDone).out)
				if len(docs) != 1 || fmt.Sprint(field(docs[0], c.name)) != fmt.Sprint(row[c.column]) {
					t.Fatalf("%v is in the row, and the record is\n%s", row[c.column], raw)
				}
			}
		})
	}
}

func (w *world) record(t *testing.T, row map[string]any) outcome {
	t.Helper()
	offset := strconv.FormatInt(int64(row["log_offset"].(float64)), 10)
	return hindcast(t, "record", "--raw", w.raw, row["log_file_path"].(string), offset)
}

func TestAFlowRecordIsShownAsItWasWritten(t *testing.T) {
	w := sharedWorld(t)
	for _, row := range w.rowsOf(t, "aws_vpcflow", "source_ip, destination_ip, source_port") {
		got := w.record(t, row).want(t, exitDone)
		for _, column := range []string{"source_ip", "destination_ip"} {
			if v, ok := row[column].(string); ok {
				says(t, got.out, v)
			}
		}
		if strings.Count(got.out, "\n") != 1 {
			t.Errorf("more than a line: %q", got.out)
		}
	}
}

func TestARecordThatIsNotThereIsToldApart(t *testing.T) {
	w := sharedWorld(t)
	key := w.keyOf(t, "elasticloadbalancing")
	says(t, hindcast(t, "record", "--raw", w.raw, "AWSLogs/none.gz", "0").want(t, exitFailed).err, "AWSLogs/none.gz")
	says(t, hindcast(t, "record", "--raw", w.raw, key, "999999999").want(t, exitFailed).err, "999999999")
	says(t, hindcast(t, "record", "--raw", w.raw, key, "first").want(t, exitUsage).err, "first")
	says(t, hindcast(t, "record", "--raw", w.raw, "../"+key, "0").want(t, exitFailed).err, key)
}

func TestARecordInS3IsAskedForByItsURI(t *testing.T) {
	says(t, hindcast(t, "record", "--raw", "s3://logs", "AWSLogs/a.gz", "0").want(t, exitUsage).err, "s3://BUCKET/KEY")
}
