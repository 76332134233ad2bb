package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheLakeAndTheRawLogsMustNotLieInEachOther(t *testing.T) {
	root := t.TempDir()
	rawDir, link := filepath.Join(root, "raw"), filepath.Join(root, "link")
	if err := os.MkdirAll(filepath.Join(rawDir, "deep"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(rawDir, link); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]int{
		rawDir:                              exitUsage,
		filepath.Join(rawDir, "lake"):       exitUsage,
		root:                                exitUsage,
		filepath.Join(link, "deep", "lake"): exitUsage,
		filepath.Join(root, "lake"):         exitDone,
		filepath.Join(root, "raw-lake"):     exitDone,
	} {
		hindcast(t, "compact", "--raw", rawDir, "--dir", dir).want(t, want)
	}
}
