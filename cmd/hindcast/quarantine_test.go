package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/compact"
)

// doors is a source whose definition reads only some of the lines.
const doors = `name: acme_doors
title: Doors of Acme
keys: ['^UserLogs/acme/doors/']
framing: lines
parse:
  format: regexp
  regexp: '^(?P<at>\S+) (?P<user>[a-z]+) (?P<door>\d+)$'
time: {from: at, format: rfc3339}
map:
  user.name: user
  acme.doors.door: door
static: {event.kind: event}
`

const doorLines = "2026-01-31T08:00:00Z alice 1\n2026-01-31T08:01:00Z Bob 2\n2026-01-31T08:02:00Z carol 3\nnonsense\n"

// quarantined is a lake of the doors, in which Bob's line and the nonsense were rejected.
func doorLake(t *testing.T) (rawDir, dir, definition string) {
	t.Helper()
	rawDir, dir = t.TempDir(), t.TempDir()
	definition = place(t, t.TempDir(), "doors.yaml", doors)
	place(t, rawDir, "UserLogs/acme/doors/1.log", doorLines)
	got := hindcast(t, "compact", "--raw", rawDir, "--dir", dir, "--definition", definition, "--json").want(t, exitRejected)
	if r := parsed[*compact.Report](t, got.out); r.RecordsIn != 4 || r.EventsOut != 2 || r.Rejected != 2 {
		t.Fatalf("%+v", r.Totals)
	}
	return rawDir, dir, definition
}

func held(t *testing.T, dir string, args ...string) []quarantined {
	t.Helper()
	return parsed[[]quarantined](t, hindcast(t, append([]string{"quarantine", "list", "--dir", dir, "--json"}, args...)...).want(t, exitDone).out)
}

func TestRejectedRecordsAreListedAndShown(t *testing.T) {
	_, dir, _ := doorLake(t)
	rows := held(t, dir)
	if len(rows) != 2 {
		t.Fatalf("%d records in quarantine", len(rows))
	}
	slices.SortFunc(rows, func(a, b quarantined) int { return int(a.Offset - b.Offset) })
	bob := rows[0]
	if bob.Source != "acme_doors" || bob.State != "held" || bob.Object != "UserLogs/acme/doors/1.log" || bob.Offset != 29 || bob.Length != 26 || bob.Reason == "" {
		t.Errorf("%+v", bob)
	}
	says(t, hindcast(t, "quarantine", "list", "--dir", dir).want(t, exitDone).out, bob.ID, bob.Reason, "UserLogs/acme/doors/1.log")
	shown := hindcast(t, "quarantine", "show", "--dir", dir, bob.ID).want(t, exitDone)
	if shown.out != "2026-01-31T08:01:00Z Bob 2\n" {
		t.Errorf("shown: %q", shown.out)
	}
	says(t, shown.err, "offset 29", bob.Reason)
	asJSON := parsed[map[string]any](t, hindcast(t, "quarantine", "show", "--dir", dir, bob.ID, "--json").want(t, exitDone).out)
	if asJSON["text"] != "2026-01-31T08:01:00Z Bob 2" || asJSON["reason"] != bob.Reason {
		t.Errorf("%v", asJSON)
	}
	if one := held(t, dir, "--limit", "1"); len(one) != 1 {
		t.Errorf("%d records, want 1, the limit", len(one))
	}
	if none := held(t, dir, "--source", "aws_elb"); len(none) != 0 {
		t.Errorf("%d records of another source", len(none))
	}
	says(t, hindcast(t, "quarantine", "show", "--dir", dir, "nothing").want(t, exitUsage).err, "nothing", "quarantine list")
}

func TestAMendedSourceReleasesRecords(t *testing.T) {
	_, dir, definition := doorLake(t)
	retry := []string{"quarantine", "retry", "--dir", dir, "--definition"}
	says(t, hindcast(t, append(retry, definition, "--dry-run")...).want(t, exitDone).out, "2 records")
	unchanged := parsed[map[string]any](t, hindcast(t, append(retry, definition, "--json")...).want(t, exitRejected).out)
	if n, _ := json.Marshal(unchanged); len(held(t, dir)) != 2 {
		t.Errorf("with the same definition: %s, and %d are held", n, len(held(t, dir)))
	}
	says(t, hindcast(t, "quarantine", "retry", "--dir", dir).want(t, exitRejected).err, "acme_doors", "--definition")
	mended := place(t, t.TempDir(), "doors.yaml", strings.Replace(doors, "[a-z]+", "[A-Za-z]+", 1))
	says(t, hindcast(t, append(retry, mended)...).want(t, exitRejected).out, "Tried 2 records", "1 became events", "1 stay")
	if left := held(t, dir); len(left) != 1 {
		t.Errorf("%d records stay in quarantine, want 1", len(left))
	}
	if released := held(t, dir, "--state", "released"); len(released) != 1 || released[0].Offset != 29 {
		t.Errorf("released: %+v", released)
	}
	got := hindcast(t, "query", "--dir", dir, "--json", "SELECT user_name, log_offset, log_file_path FROM acme_doors ORDER BY timestamp").want(t, exitDone)
	rows := lined(t, got.out)
	if len(rows) != 3 || rows[1]["user_name"] != "Bob" || rows[1]["log_offset"] != 29.0 || rows[1]["log_file_path"] != "UserLogs/acme/doors/1.log" {
		t.Errorf("rows: %v", rows)
	}
	hindcast(t, append(retry, mended)...).want(t, exitRejected)
	if again := lined(t, hindcast(t, "query", "--dir", dir, "--json", "SELECT * FROM acme_doors").want(t, exitDone).out); len(again) != 3 {
		t.Errorf("%d rows after another try, want 3", len(again))
	}
}

func TestAnEmptyQuarantineSaysSo(t *testing.T) {
	rawDir, dir := t.TempDir(), t.TempDir()
	place(t, rawDir, "UserLogs/apache/httpd/1", apacheLine)
	hindcast(t, "compact", "--raw", rawDir, "--dir", dir, "--definition", testdata(t, "definitions", "apache_httpd.yaml")).want(t, exitDone)
	says(t, hindcast(t, "quarantine", "list", "--dir", dir).want(t, exitDone).out, "No records")
	if rows := held(t, dir); rows == nil || len(rows) != 0 {
		t.Errorf("as JSON: %v", rows)
	}
	says(t, hindcast(t, "quarantine", "retry", "--dir", dir).want(t, exitDone).out, "0 records")
}
