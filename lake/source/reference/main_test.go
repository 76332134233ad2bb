package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestThePagesAreCurrent(t *testing.T) {
	want, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := filepath.Glob("*.md")
	if err != nil || len(stored) != len(want) {
		t.Errorf("there are %d pages instead of %d (%v): run go generate ./lake/source/reference", len(stored), len(want), err)
	}
	for name, page := range want {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v: run go generate ./lake/source/reference", err)
		}
		if diff := cmp.Diff(string(got), string(page)); diff != "" {
			t.Errorf("%s is not current: run go generate ./lake/source/reference\n%.2000s", name, diff)
		}
	}
}

func TestWritingPagesRemovesThoseOfSourcesThatAreGone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "gone.md"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "gone.md")); !os.IsNotExist(err) {
		t.Errorf("the page of a source that is gone is still there: %v", err)
	}
}
