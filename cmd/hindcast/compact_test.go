package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/lake/compact"
)

func TestCompactAccountsForEveryRecordOfTheEstate(t *testing.T) {
	w := sharedWorld(t)
	w.compact.want(t, exitRejected) // the estate has malformed records
	if got, want := slices.Sorted(maps.Keys(w.report.Sources)), slices.Sorted(maps.Keys(w.Sources)); !slices.Equal(got, want) {
		t.Fatalf("sources %v, want %v", got, want)
	}
	for name, wrote := range w.Sources {
		got := w.report.Sources[name]
		if got.RecordsIn != wrote.Records || got.EventsOut != wrote.Events() || got.Duplicates != wrote.Duplicates || got.Rejected != wrote.Malformed {
			t.Errorf("%s: %d in, %d out, %d duplicates, %d rejected; %d were written, with %d duplicates and %d malformed",
				name, got.RecordsIn, got.EventsOut, got.Duplicates, got.Rejected, wrote.Records, wrote.Duplicates, wrote.Malformed)
		}
		if got.Objects != int64(wrote.Objects) || got.BytesIn != wrote.Bytes || got.Partitions == 0 || got.Files < got.Partitions || got.BytesOut == 0 {
			t.Errorf("%s: %+v; wrote %d objects of %d bytes", name, *got, wrote.Objects, wrote.Bytes)
		}
	}
	if all := w.report.Totals; all.RecordsIn != all.EventsOut+all.Duplicates+all.Rejected || all.Rejected == 0 || all.Duplicates == 0 {
		t.Errorf("all: %+v", all)
	}
}

func TestTheCompactionReportHasTheFieldsThatScriptsRead(t *testing.T) {
	names := []string{"objects", "records_in", "events_out", "duplicates", "rejected", "partitions", "files", "bytes_in", "bytes_out", "seconds"}
	report := parsed[map[string]any](t, sharedWorld(t).compact.out)
	parts := map[string]map[string]any{"all": report}
	for name, totals := range report["sources"].(map[string]any) {
		parts[name] = totals.(map[string]any)
	}
	for part, fields := range parts {
		for _, name := range names {
			if _, ok := fields[name].(float64); !ok {
				t.Errorf("%s: %s is %v, want a number", part, name, fields[name])
			}
		}
	}
}

func TestCompactAgainDoesNothing(t *testing.T) {
	w := sharedWorld(t)
	before := keys(t, w.dir)
	got := hindcast(t, "compact", "--raw", w.raw, "--dir", w.dir).want(t, exitDone)
	says(t, got.out, "Nothing is new.")
	again := parsed[*compact.Report](t, hindcast(t, "compact", "--raw", w.raw, "--dir", w.dir, "--json").want(t, exitDone).out)
	if again.Objects != 0 || again.RecordsIn != 0 || again.Files != 0 {
		t.Errorf("did %+v", again.Totals)
	}
	if after := keys(t, w.dir); !slices.Equal(tables(before), tables(after)) {
		t.Errorf("files before: %d, after: %d", len(before), len(after))
	}
}

func TestMoreWorkersThanAnyMachineHasUseForAreRefused(t *testing.T) {
	for workers, allowed := range map[int]bool{-1: false, 0: true, maxWorkers: true, maxWorkers + 1: false} {
		if err := (&compactCommand{Raw: "logs", Order: "found", Workers: workers}).check(); (err == nil) != allowed {
			t.Errorf("%d workers: %v", workers, err)
		}
	}
}

func TestARunThatLoadedNothingSaysWhy(t *testing.T) {
	for _, c := range []struct {
		name   string
		report *compact.Report
		failed error
		want   string
	}{
		{"all was loaded before", &compact.Report{Listed: 1}, nil, "Nothing is new.\n"},
		{"it failed", &compact.Report{Listed: 1}, errors.New("the disk is full"), "Nothing was loaded.\n"},
		{"an object could not be read", &compact.Report{Listed: 1, Failed: 1}, nil, "Nothing was loaded.\n"},
		{"there is none", &compact.Report{}, nil, "There is no object to look at.\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := printReport(&terminal{out: &out, err: io.Discard}, c.report, c.failed, false, false); err != nil || out.String() != c.want {
				t.Errorf("said %q, %v, want %q", out.String(), err, c.want)
			}
		})
	}
}

// Before the first logs come nothing is wrong: a scheduled run says what it has found, also where its report goes elsewhere.
func TestAPlaceWithoutLogsIsNamedAndNoFailure(t *testing.T) {
	raw := t.TempDir()
	for name, c := range map[string]struct {
		args []string
		says bool
	}{
		"nothing is there":               {nil, true},
		"nothing is there, in a report":  {[]string{"--json"}, true},
		"nothing is there, in a dry run": {[]string{"--dry-run"}, true},
		"nothing is asked for by a list": {[]string{"--list", place(t, t.TempDir(), "keys", "")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := hindcast(t, append([]string{"compact", "--raw", raw, "--dir", t.TempDir()}, c.args...)...).want(t, exitDone)
			if said := strings.Contains(got.err, "Warning: nothing lies below "+raw); said != c.says {
				t.Errorf("it says %q", got.err)
			}
		})
	}
}

// tables are the table files among the files of a lake.
func tables(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(key string) bool { return !strings.HasPrefix(key, "tables/") })
}

func TestCompactPrintsATableForPeople(t *testing.T) {
	w, dir := sharedWorld(t), t.TempDir()
	got := hindcast(t, "compact", "--raw", w.raw, "--dir", dir, "--source", "aws_elb").want(t, exitRejected)
	says(t, got.out, "records in", "events out", "duplicates", "rejected", "aws_elb", "MB/s")
	says(t, got.err, "Records rejected: 1", "quarantine list")
	if strings.Contains(got.out, "aws_cloudtrail") {
		t.Errorf("other sources than the one that was named were loaded:\n%s", got.out)
	}
}

func TestADryRunSaysWhatItWouldLoadAndLeavesNothing(t *testing.T) {
	w, dir := sharedWorld(t), filepath.Join(t.TempDir(), "lake")
	got := hindcast(t, "compact", "--raw", w.raw, "--dir", dir, "--dry-run").want(t, exitDone)
	says(t, got.out, "Would convert", "aws_cloudtrail", "objects")
	if left := keys(t, dir); len(left) > 0 {
		t.Errorf("a dry run left %v", left)
	}
	asJSON := parsed[*compact.Report](t, hindcast(t, "compact", "--raw", w.raw, "--dir", dir, "--dry-run", "--json").want(t, exitDone).out)
	if asJSON.Objects != w.report.Objects || asJSON.Files != 0 || asJSON.EventsOut != 0 {
		t.Errorf("would load %d objects, want %d; wrote %d files", asJSON.Objects, w.report.Objects, asJSON.Files)
	}
}

func TestCompactLoadsTheKeysOfAList(t *testing.T) {
	w := sharedWorld(t)
	elb, apache := w.keyOf(t, "elasticloadbalancing"), w.keyOf(t, "apache")
	for _, c := range []struct {
		name, list string
		objects    int64
		status     int
		says       string
	}{
		{"bare keys", elb + "\n" + apache + "\n", 2, exitDone, ""},
		{"the output of aws s3 ls --recursive", "2026-01-31 12:00:00     1234 " + elb + "\n\nTotal Objects: 1\n   Total Size: 1234\n", 1, exitDone, ""},
		{"an S3 Inventory, packed", packed(t, `"logs","`+elb+`","1234","2026-01-31T12:00:00.000Z"`+"\n"+`"logs","`+apache+`","99"`+"\n"), 2, exitDone, ""},
		{"a key that is not there", elb + "\nAWSLogs/not/there.gz\n", 1, exitFailed, "AWSLogs/not/there.gz"},
		{"no keys", "", 0, exitDone, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := place(t, t.TempDir(), "keys", c.list)
			got := hindcast(t, "compact", "--raw", w.raw, "--dir", t.TempDir(), "--list", list, "--json").want(t, c.status)
			if r := parsed[*compact.Report](t, got.out); r.Objects != c.objects {
				t.Errorf("%d objects, want %d\n%s", r.Objects, c.objects, short(got.out))
			}
			says(t, got.out+got.err, c.says)
		})
	}
}

// packed is a text in gzip.
func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnOrderOfDaysAndARateLoseNothing(t *testing.T) {
	w := sharedWorld(t)
	for _, order := range []string{"newest", "oldest"} {
		got := hindcast(t, "compact", "--raw", w.raw, "--dir", t.TempDir(), "--source", "aws_guardduty", "--source", "aws_elb",
			"--order", order, "--rate", "1GB", "--json").want(t, exitRejected)
		r, want := parsed[*compact.Report](t, got.out), w.Sources["aws_guardduty"].Events()+w.Sources["aws_elb"].Events()
		if r.EventsOut != want {
			t.Errorf("%s first: %d events, want %d", order, r.EventsOut, want)
		}
	}
}

func TestCompactLoadsWhatWasDeliveredSince(t *testing.T) {
	rawDir, now := t.TempDir(), time.Now()
	for key, age := range map[string]time.Duration{"old.log": 10 * 24 * time.Hour, "new.log": time.Hour} {
		path := place(t, rawDir, "UserLogs/apache/httpd/"+key, apacheLine)
		if err := os.Chtimes(path, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"compact", "--raw", rawDir, "--dir", t.TempDir(), "--definition", testdata(t, "definitions", "apache_httpd.yaml"), "--json"}
	for _, c := range []struct {
		since   string
		objects int64
	}{{"-7d", 1}, {"-30d", 1}} { // the second time, the new one is done already
		if r := parsed[*compact.Report](t, hindcast(t, append(args, "--since", c.since)...).want(t, exitDone).out); r.Objects != c.objects {
			t.Errorf("--since %s: %d objects, want %d", c.since, r.Objects, c.objects)
		}
	}
}

const apacheLine = `203.0.113.9 - alice [31/Jan/2026:23:59:59 +0000] "GET /index.html HTTP/1.1" 200 512 "-" "curl/8.5.0"` + "\n"

func TestCompactLoadsACustomSourceAndItsRowsCanBeFound(t *testing.T) {
	rawDir, dir := t.TempDir(), t.TempDir()
	place(t, rawDir, "UserLogs/apache/httpd/2026/01/31/23/part-1", apacheLine+strings.Replace(apacheLine, "/index.html", "/admin", 1))
	r := parsed[*compact.Report](t, hindcast(t, "compact", "--raw", rawDir, "--dir", dir, "--json",
		"--definition", testdata(t, "definitions", "apache_httpd.yaml")).want(t, exitDone).out)
	if got := r.Sources["apache_httpd"]; got == nil || got.EventsOut != 2 {
		t.Fatalf("sources: %+v", r.Sources)
	}
	got := hindcast(t, "correlate", "--dir", dir, "--user", "alice", "--from", "2026-01-31", "--to", "2026-02-01").want(t, exitDone)
	says(t, got.out, "2 events match", "/index.html", "apache_httpd")
}

func TestADamagedObjectFailsAndTheRestIsLoaded(t *testing.T) {
	w, rawDir, dir := sharedWorld(t), t.TempDir(), t.TempDir()
	good, bad := w.keyOf(t, "elasticloadbalancing"), w.keyOf(t, "/CloudTrail/")
	for _, key := range []string{good, bad} {
		body, err := os.ReadFile(filepath.Join(w.raw, filepath.FromSlash(key)))
		if err != nil {
			t.Fatal(err)
		}
		if key == bad {
			body = body[:len(body)/2]
		}
		place(t, rawDir, key, string(body))
	}
	got := hindcast(t, "compact", "--raw", rawDir, "--dir", dir, "--json")
	if got.status != exitFailed && got.status != exitRejected {
		t.Fatalf("exit status %d of a damaged object", got.status)
	}
	if r := parsed[*compact.Report](t, got.out); r.Sources["aws_elb"] == nil || r.Sources["aws_elb"].EventsOut == 0 {
		t.Errorf("the sound object was not loaded: %s", got.out)
	}
	says(t, got.out+got.err, bad)
}

func TestAnInterruptedCompactionIsFinishedByTheNext(t *testing.T) {
	w, dir := sharedWorld(t), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	args := []string{"compact", "--raw", w.raw, "--dir", dir, "--source", "aws_vpcflow"}
	if status := run(ctx, args, strings.NewReader(""), &stdout, &stderr); status != exitFailed {
		t.Fatalf("exit status %d\n%s", status, stderr.String())
	}
	says(t, stderr.String(), "interrupted")
	r := parsed[*compact.Report](t, hindcast(t, append(args, "--json")...).want(t, exitDone).out)
	if want := w.Sources["aws_vpcflow"].Events(); r.EventsOut != want {
		t.Errorf("%d events, want %d", r.EventsOut, want)
	}
}

func TestWrongUseOfCompactIsToldApart(t *testing.T) {
	w, dir := sharedWorld(t), t.TempDir()
	base := []string{"compact", "--raw", w.raw, "--dir", dir}
	mistaken := place(t, t.TempDir(), "mistaken.yaml", "name: acme\nkeys: ['^acme/']\nframeing: lines\n")
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"an unknown source":           {append(slices.Clone(base), "--source", "aws_clodtrail"), []string{"aws_clodtrail", "aws_cloudtrail"}},
		"a bad time":                  {append(slices.Clone(base), "--since", "yesterday"), []string{"--since", "yesterday", "-7d"}},
		"a folder that is not there":  {[]string{"compact", "--raw", filepath.Join(dir, "none"), "--dir", dir}, []string{"none"}},
		"no folder of raw logs":       {[]string{"compact", "--dir", dir}, []string{"--raw"}},
		"no lake":                     {[]string{"compact", "--raw", w.raw}, []string{"--dir"}},
		"a mistake in a definition":   {append(slices.Clone(base), "--definition", mistaken), []string{"mistaken.yaml:3", "frameing", "framing"}},
		"a definition not there":      {append(slices.Clone(base), "--definition", filepath.Join(dir, "x.yaml")), []string{"x.yaml"}},
		"a list of keys is not there": {append(slices.Clone(base), "--list", filepath.Join(dir, "keys")), []string{"keys"}},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, hindcast(t, c.args...).want(t, exitUsage).err, c.says...)
		})
	}
}

func TestTheMoreWorkersTheMoreMemory(t *testing.T) {
	for workers, want := range map[int]int64{1: 400 << 20, 2: 400 << 20, 3: 600 << 20, 8: 1600 << 20} {
		if got := softMemory(workers); got != want {
			t.Errorf("%d workers: %d bytes, want %d", workers, got, want)
		}
	}
}
