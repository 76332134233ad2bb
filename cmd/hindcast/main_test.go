package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/simulate"
)

// outcome is what one command line came to.
type outcome struct {
	status   int
	out, err string
}

// hindcast runs a command line in this process.
func hindcast(t *testing.T, args ...string) outcome {
	t.Helper()
	return hindcastWith(t, "", args...)
}

func hindcastWith(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr)
	return outcome{status, stdout.String(), stderr.String()}
}

// want fails the test unless the command ended with the status.
func (o outcome) want(t *testing.T, status int) outcome {
	t.Helper()
	if o.status != status {
		t.Fatalf("exit status %d, want %d\nstdout: %s\nstderr: %s", o.status, status, short(o.out), short(o.err))
	}
	return o
}

// says fails the test unless the text has all of the parts.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not said in:\n%s", part, short(text))
		}
	}
}

func short(text string) string {
	if len(text) > 3000 {
		return text[:3000] + " …"
	}
	return text
}

// parsed reads JSON that a command printed.
func parsed[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in:\n%s", err, short(text))
	}
	return v
}

// lined reads a JSON object a line.
func lined(t *testing.T, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(text) {
		all = append(all, parsed[map[string]any](t, line))
	}
	return all
}

// field is a value of a nested document by its dotted name.
func field(doc map[string]any, name string) any {
	var v any = doc
	for part := range strings.SplitSeq(name, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[part]
	}
	return v
}

// world is a small estate's raw logs, and the lake made from them.
type world struct {
	raw, dir string
	simulate.Summary
	from, to string
	compact  outcome // of the compaction that made the lake, as JSON
	report   *compact.Report
}

// small is four days of the estate, with the whole incident.
var small = simulate.Estate{Seed: 3, Days: 4, Scale: 0.05}

// asProgram in the environment has the test's binary be the program.
const asProgram = "HINDCAST_TEST_AS_PROGRAM"

// scratch is where what the tests share lies; set before the first of them.
var scratch string

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" { // a test runs this binary as the program itself
		main()
	}
	dir, err := os.MkdirTemp("", "hindcast-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	scratch = dir
	status := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(status)
}

// shared is made once and only read.
var shared = sync.OnceValues(func() (*world, error) {
	w := &world{raw: filepath.Join(scratch, "raw"), dir: filepath.Join(scratch, "lake")}
	w.from, w.to = small.From().Format(time.DateOnly), small.From().AddDate(0, 0, small.Days).Format(time.DateOnly)
	var err error
	if w.Summary, err = writeEstate(w.raw); err != nil {
		return nil, err
	}
	var stdout, stderr bytes.Buffer
	args := []string{"compact", "--raw", w.raw, "--dir", w.dir, "--json"}
	w.compact.status = run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
	w.compact.out, w.compact.err = stdout.String(), stderr.String()
	if err := json.Unmarshal(stdout.Bytes(), &w.report); err != nil {
		return nil, fmt.Errorf("compact the estate: %w\n%s", err, w.compact.err)
	}
	return w, nil
})

func sharedWorld(t *testing.T) *world {
	t.Helper()
	w, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func writeEstate(dir string) (simulate.Summary, error) {
	return small.Generate(context.Background(), func(key string, body []byte) error {
		path := filepath.Join(dir, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, body, 0o644)
	})
}

// testdata is the path of a file of the repository's testdata.
func testdata(t *testing.T, parts ...string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(append([]string{"..", "..", "testdata"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// place writes a file below a folder, under a key as in a bucket.
func place(t *testing.T, dir, key, body string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// keys are the objects of a raw folder.
func keys(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			rel, _ := filepath.Rel(dir, path)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return all
}

// keyOf is the first object of the shared estate whose key has the part.
func (w *world) keyOf(t *testing.T, part string) string {
	t.Helper()
	for _, key := range keys(t, w.raw) {
		if strings.Contains(key, part) {
			return key
		}
	}
	t.Fatalf("no raw object's key has %q", part)
	return ""
}
