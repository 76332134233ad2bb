package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestTheDemoTellsItsStory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	args := []string{"demo", "--dir", dir, "--days", "4", "--scale", "0.02"}
	got := hindcast(t, args...).want(t, exitDone)
	says(t, got.out, "1. The raw logs", "2. Compact", "3. An alert names", "ConsoleLogin", "CreateAccessKey", "AuthorizeSecurityGroupIngress",
		"GetObject", "aws_guardduty", "events match", "days with data", "Read ", "Go on with:", "--explain")
	lake := filepath.Join(dir, "lake")
	for line := range strings.Lines(got.out[strings.Index(got.out, "Go on with:"):]) {
		if !strings.Contains(line, "tables --dir") {
			continue
		}
		says(t, line, lake)
	}
	says(t, hindcast(t, "tables", "--dir", lake).want(t, exitDone).out, "aws_cloudtrail")
	before := keys(t, filepath.Join(dir, "raw"))
	hindcast(t, args...).want(t, exitDone)
	if after := keys(t, filepath.Join(dir, "raw")); strings.Join(before, "\n") != strings.Join(after, "\n") {
		t.Errorf("another run wrote %d objects, the first %d", len(after), len(before))
	}
}

func TestTheDemoLeavesForeignFoldersAlone(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "raw/mine.txt", "mine")
	says(t, hindcast(t, "demo", "--dir", dir).want(t, exitUsage).err, dir, "--dir")
	if left := keys(t, dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}
