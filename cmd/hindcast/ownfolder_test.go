package main

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"
)

func TestFoldersOfProcessesThatAreGoneAreRemovedAndNoOthers(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "work", "duckdb")
	own := func() *ownFolder {
		t.Helper()
		o, err := newOwnFolder(parent)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(o.dir, "spilled"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return o
	}
	lives, dead := own(), own()
	if err := os.Mkdir(filepath.Join(parent, "other"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := dead.lock.Close(); err != nil { // as the system does when a process ends
		t.Fatal(err)
	}
	next := own()
	for dir, want := range map[string]bool{lives.dir: true, dead.dir: false, next.dir: true, filepath.Join(parent, "other"): true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: %v", filepath.Base(dir), err)
		}
	}
	for _, o := range []*ownFolder{lives, next} {
		if err := o.remove(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 1 {
		t.Errorf("%v are left: %v", left, err)
	}
}

func TestProcessesThatBeginTogetherHaveTheirFolders(t *testing.T) {
	parent := t.TempDir()
	var all errgroup.Group
	for range 8 {
		all.Go(func() error {
			o, err := newOwnFolder(parent)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(o.dir, "spilled"), nil, 0o644); err != nil {
				return err
			}
			return o.remove()
		})
	}
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
}
