package enrich_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/enrich"
)

var errBad = errors.New("bad content")

// text reads a file whole; one that says "bad" can't be read.
func text(content []byte) (string, enrich.Version, error) {
	if string(content) == "bad" {
		return "", enrich.Version{}, errBad
	}
	return string(content), enrich.Version{Kind: "test"}, nil
}

// put writes a file of a time of its own, in place or in place of the one that is there.
func put(t *testing.T, path, content string, at int64, replace bool) {
	t.Helper()
	to := path
	if replace {
		to += ".new"
	}
	if err := os.WriteFile(to, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(to, time.Unix(at, 0), time.Unix(at, 0)); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(to, path); err != nil {
		t.Fatal(err)
	}
}

func TestAFileIsReadAgainWhenItHasChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.txt")
	put(t, path, "one", 1, false)
	f, err := enrich.Open(path, text)
	if err != nil {
		t.Fatal(err)
	}
	if v := f.Now().Version; v.Name != "list.txt" || v.Date != "1970-01-01T00:00:01Z" || len(v.SHA256) != 16 {
		t.Errorf("the version is %+v", v)
	}
	for _, c := range []struct {
		change, content string
		at              int64
		replace         bool
		want            string
		err             error
	}{
		{"nothing", "one", 1, false, "one", nil},
		{"another time", "two", 2, false, "two", nil},
		{"another size", "three", 2, false, "three", nil},
		{"another file of the same size and time", "seven", 2, true, "seven", nil},
		{"a file that can't be read", "bad", 3, false, "seven", errBad},
		{"still that file", "bad", 3, false, "seven", nil},
		{"a mended file", "eight", 4, false, "eight", nil},
	} {
		put(t, path, c.content, c.at, c.replace)
		if err := f.Refresh(); !errors.Is(err, c.err) || err != nil && !errors.Is(err, enrich.ErrKept) {
			t.Errorf("%s: error %v", c.change, err)
		}
		if got := f.Now().Value; got != c.want {
			t.Errorf("%s: it is %q, want %q", c.change, got, c.want)
		}
	}
}

func TestAFileThatIsGoneIsToldOnceAndTakenWhenItIsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.txt")
	put(t, path, "one", 1, false)
	f, err := enrich.Open(path, text)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Refresh(); !errors.Is(err, enrich.ErrKept) {
		t.Errorf("error %v", err)
	}
	if err := f.Refresh(); err != nil {
		t.Errorf("told twice: %v", err)
	}
	put(t, path, "two", 1, false)
	if err := f.Refresh(); err != nil || f.Now().Value != "two" {
		t.Errorf("%q, %v", f.Now().Value, err)
	}
	if _, err := enrich.Open(filepath.Join(t.TempDir(), "none"), text); err == nil {
		t.Error("a file that is not there is opened")
	}
}
