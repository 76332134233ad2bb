package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// copied is a copy of the shared lake that a test may damage.
func (w *world) copied(t *testing.T) *world {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lake")
	if err := os.CopyFS(dir, os.DirFS(w.dir)); err != nil {
		t.Fatal(err)
	}
	other := *w
	other.dir = dir
	return &other
}

func TestACatalogThatWasReplacedIsNoticed(t *testing.T) {
	w := sharedWorld(t).copied(t)
	path := filepath.Join(w.dir, "catalog.db")
	for _, suffix := range []string{"-wal", "-shm"} {
		os.Remove(path + suffix)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"query", "SELECT 1"}, {"tables"}, {"quarantine", "list"}, {"serve"}, {"verify"}, {"compact", "--raw", w.raw},
		{"correlate", "--ip", "203.0.113.77", "--from", w.from, "--to", w.to},
	} {
		got := hindcast(t, append(args, "--dir", w.dir)...).want(t, exitFailed)
		says(t, got.err, "the catalog knows none of the files in tables/: was catalog.db replaced, or is the catalog in a database that --catalog must name?")
	}
}

func TestALakeWithoutItsCatalogIsNotSaidToBeNone(t *testing.T) {
	w := sharedWorld(t).copied(t)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(filepath.Join(w.dir, "catalog.db"+suffix))
	}
	for _, args := range [][]string{{"tables"}, {"verify"}, {"compact", "--raw", w.raw, "--dry-run"}} {
		says(t, hindcast(t, append(args, "--dir", w.dir)...).want(t, exitFailed).err, "there are tables and no catalog.db", "--catalog must name")
	}
}

func TestALakeThatCannotBeWrittenIsRead(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	w := sharedWorld(t).copied(t)
	modes := func(file, folder os.FileMode) {
		err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir():
				return os.Chmod(path, folder)
			}
			return os.Chmod(path, file)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	modes(0o444, 0o555)
	t.Cleanup(func() { modes(0o644, 0o755) })
	for _, args := range [][]string{
		{"query", "SELECT count(*) FROM aws_elb"}, {"tables"}, {"quarantine", "list"}, {"verify"}, {"verify", "--deep"},
		{"correlate", "--ip", "203.0.113.77", "--from", w.from, "--to", w.to},
	} {
		hindcast(t, append(args, "--dir", w.dir)...).want(t, exitDone)
	}
	says(t, hindcast(t, "compact", "--dir", w.dir, "--raw", w.raw).want(t, exitFailed).err, "not writable")
}
