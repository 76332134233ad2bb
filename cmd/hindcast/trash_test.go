package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/merge"
)

// stuck makes a lake of a log's two objects, of which one file of those that a merge has replaced cannot be deleted:
// a folder with something in it is in its place.
func stuck(t *testing.T) (rawDir, dir string) {
	t.Helper()
	rawDir, dir = t.TempDir(), t.TempDir()
	for _, name := range []string{"a", "b"} {
		place(t, rawDir, apacheKey+name, apacheLine)
		hindcast(t, "compact", "--raw", rawDir, "--dir", dir).want(t, exitDone)
	}
	replaced := slices.Min(tables(keys(t, dir)))
	hindcast(t, "merge", "--dir", dir, "--delay", "0s").want(t, exitDone)
	do(t, os.Remove(filepath.Join(dir, replaced)))
	place(t, dir, replaced+"/in/the/way", "x")
	return rawDir, dir
}

const undeletable = "delete files that have been replaced or have expired: delete waste"

func TestLogsAreLoadedThoughAFileCannotBeDeleted(t *testing.T) {
	rawDir, dir := stuck(t)
	place(t, rawDir, apacheKey+"c", apacheLine)
	got := hindcast(t, "compact", "--raw", rawDir, "--dir", dir, "--json").want(t, exitFailed)
	if r := parsed[*compact.Report](t, got.out); r.EventsOut != 1 {
		t.Errorf("%+v", r)
	}
	says(t, got.err, undeletable)
	says(t, hindcast(t, "compact", "--raw", rawDir, "--dir", dir, "--renormalise").want(t, exitFailed).err, undeletable)
}

func TestDaysAreMergedThoughAFileCannotBeDeleted(t *testing.T) {
	rawDir, dir := stuck(t)
	place(t, rawDir, apacheKey+"c", apacheLine)
	hindcast(t, "compact", "--raw", rawDir, "--dir", dir).want(t, exitFailed)
	got := hindcast(t, "merge", "--dir", dir, "--json").want(t, exitFailed)
	if r := parsed[*merge.Report](t, got.out); r.Merged != 1 || r.Failed != 0 {
		t.Errorf("%+v", r)
	}
	says(t, got.err, "empty the trash: delete waste")
}

func TestAServiceGoesOnAsUsualThoughAFileCannotBeDeleted(t *testing.T) {
	rawDir, dir := stuck(t)
	p := startProgram(t, "compact", "--raw", rawDir, "--dir", dir, "--every", "50ms", "--metrics", "127.0.0.1:0")
	metrics := "http://" + p.until(`metrics=(127\.0\.0\.1:\d+)`)[1] + "/metrics"
	p.until(`level=ERROR msg=trash error=.*delete waste`)
	place(t, rawDir, apacheKey+"c", apacheLine)
	p.until(`msg=compacted objects=1 events=1 `)
	p.until(`msg=compacted objects=0 `)
	says(t, get(t, metrics), "hindcast_compaction_failures_in_a_row 0")
	if status := p.terminate(); status != exitDone {
		t.Errorf("exit status %d", status)
	}
}

func TestAQueueIsWorkedOffThoughAFileCannotBeDeleted(t *testing.T) {
	c := newCloud(t)
	_, dir := stuck(t)
	c.put("one-logs", apacheKey+"a", apacheLine)
	got := hindcast(t, "compact", "--queue", "sqs://logs", "--dir", dir, "--queue-empty").want(t, exitFailed)
	says(t, got.err, "level=ERROR msg=trash", undeletable, "msg=compacted objects=1", "deleted=1 buried=0 returned=0 kept=0")
	c.left(0, 0)
}
