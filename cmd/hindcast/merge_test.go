package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/merge"
)

// inTwo makes a lake of CloudTrail's objects whose days have two files each.
func inTwo(t *testing.T) (dir string) {
	t.Helper()
	w := sharedWorld(t)
	dir = t.TempDir()
	var trails []string
	for _, key := range keys(t, w.raw) {
		if strings.Contains(key, "/CloudTrail/") {
			trails = append(trails, key)
		}
	}
	slices.Sort(trails)
	for half := range 2 {
		var list strings.Builder
		for i, key := range trails {
			if i%2 == half {
				list.WriteString(key + "\n")
			}
		}
		path := filepath.Join(t.TempDir(), "keys")
		do(t, os.WriteFile(path, []byte(list.String()), 0o600))
		if got := hindcast(t, "compact", "--raw", w.raw, "--dir", dir, "--source", "aws_cloudtrail", "--list", path); got.status != exitDone && got.status != exitRejected {
			t.Fatal(got.err)
		}
	}
	return dir
}

func TestMergeMakesOneFileOfADaysSeveral(t *testing.T) {
	dir := inTwo(t)
	rows := []string{"query", "SELECT count(*), count(DISTINCT event_id), min(timestamp), max(timestamp) FROM aws_cloudtrail", "--dir", dir}
	before, files := hindcast(t, rows...).want(t, exitDone).out, tables(keys(t, dir))

	says(t, hindcast(t, "merge", "--dir", dir, "--dry-run").want(t, exitDone).out, "Would merge", "aws_cloudtrail", "2 → 1", "1 → 2", "about")
	if now := tables(keys(t, dir)); !slices.Equal(files, now) {
		t.Errorf("a dry run changed the files:\n%q\n%q", files, now)
	}
	one := hindcast(t, "merge", "--dir", dir, "--from", "2026-01-01", "--to", "2030-01-01", "--table", "aws_cloudtrail", "--json").want(t, exitDone)
	report := parsed[*merge.Report](t, one.out)
	if report.Merged == 0 || report.FilesAfter != report.Merged || report.FilesBefore != 2*report.Merged || report.Failed != 0 {
		t.Errorf("%+v", report)
	}
	if after := hindcast(t, rows...).want(t, exitDone).out; after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	says(t, hindcast(t, "verify", "--dir", dir, "--deep").want(t, exitDone).out, "The lake is whole")
	says(t, hindcast(t, "merge", "--dir", dir).want(t, exitDone).out, "No day gains by a merge")
}

func TestADayThatCannotBeMergedIsToldAndTheStatusIsFailure(t *testing.T) {
	dir := inTwo(t)
	file := slices.Min(tables(keys(t, dir)))
	flip(t, dir, file)
	got := hindcast(t, "merge", "--dir", dir).want(t, exitFailed)
	says(t, got.out, "not merged", file)
	says(t, got.err, file, "damaged")
}

func TestWrongUseOfMerge(t *testing.T) {
	w := sharedWorld(t)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"days that end too early":   {[]string{"--from", "2026-02-01", "--to", "2026-01-01"}, "--to: 2026-01-01 is before 2026-02-01"},
		"a size that is none":       {[]string{"--target-size", "big"}, "--target-size"},
		"a day that is none":        {[]string{"--from", "someday"}, "--from"},
		"a grace below zero":        {[]string{"--grace=-1h"}, "--grace"},
		"a table that is not there": {[]string{"--table", "aws_clodtrail"}, "aws_clodtrail"},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, hindcast(t, append([]string{"merge", "--dry-run", "--dir", w.dir}, c.args...)...).want(t, exitUsage).err, c.says)
		})
	}
}
