package definition_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/definition"
)

var update = flag.Bool("update", false, "rewrite the expected documents")

const expected = ".expected.ndjson"

var testdata = filepath.Join("..", "..", "..", "testdata")

// TestGoldens normalises the raw records of every definition and compares them with the documents beside them.
func TestGoldens(t *testing.T) {
	all, err := definition.LoadDir(filepath.Join(testdata, "definitions"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		files, err := filepath.Glob(filepath.Join(testdata, "raw", s.Name, "*"))
		if err != nil {
			t.Fatal(err)
		}
		files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, expected) })
		if len(files) == 0 {
			t.Errorf("%s has no raw records in testdata", s.Name)
		}
		for _, file := range files {
			t.Run(s.Name+"/"+filepath.Base(file), func(t *testing.T) { checkGolden(t, s, file) })
		}
	}
}

func checkGolden(t *testing.T, s *source.Source, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s.Version = "1" // it is tested elsewhere, and would change the documents with every word of a definition
	got, _, _ := normalize(t, s, bytes.NewReader(text))
	if *update {
		if err := os.WriteFile(file+expected, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file + expected)
	if err != nil {
		t.Fatalf("%v; -update writes it", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("documents differ from those expected (-want +got):\n%s", diff)
	}
}

// normalize writes a document for each record, or why it was rejected, and counts both.
func normalize(t *testing.T, s *source.Source, r io.Reader) (text string, events, rejected int) {
	t.Helper()
	c, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	b := ecs.NewBatch(c.Schema())
	n, err := c.New(b)
	if err != nil {
		t.Fatal(err)
	}
	n.Begin(source.Origin{Key: "raw/" + s.Name, Ingested: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)})
	var out strings.Builder
	documents, records := ecs.NewDocuments(b), frame.New(r, 0, s.Framing, frame.Limits{})
	for {
		record, err := records.Next()
		if errors.Is(err, io.EOF) {
			return out.String(), events, rejected
		}
		if err == nil {
			err = n.Add(record.Data, record.Offset, 0)
		}
		switch {
		case errors.Is(err, source.ErrNoRecord):
		case err != nil:
			rejected++
			reason, _ := json.Marshal(map[string]string{"rejected": err.Error()})
			out.Write(append(reason, '\n'))
		default:
			events++
			out.Write(append(documents.Append(nil, b.Rows()-1), '\n'))
		}
	}
}

func TestTheExampleReadsARealAccessLogWhole(t *testing.T) {
	f, err := os.Open(filepath.Join(testdata, "..", "..", "shared", "corpora", "apache", "access_log.gz"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the corpus is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	s, err := definition.Load(filepath.Join(testdata, "definitions", "apache_httpd.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text, events, rejected := normalize(t, s, unpacked)
	if events != 10000 || rejected != 0 {
		t.Errorf("%d events and %d rejected of 10,000 lines", events, rejected)
	}
	for _, want := range []string{`"ip":"83.149.9.216"`, `"path":"/presentations/logstash-monitorama-2013/images/kibana-search.png"`, `"bytes":203023`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is in no event", want)
		}
	}
}

func TestTheVersionChangesWithTheDefinition(t *testing.T) {
	first, second, again := mustParse(t, valid), mustParse(t, valid+"\nstatic: {event.kind: event}\n"), mustParse(t, valid)
	if first.Version == second.Version {
		t.Errorf("two definitions have the version %s", first.Version)
	}
	if first.Version != again.Version || len(first.Version) < 8 {
		t.Errorf("one definition has the versions %q and %q", first.Version, again.Version)
	}
}

func TestAFolderIsLoadedInTheOrderOfItsNames(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "b.yml", strings.Replace(valid, "acme_test", "acme_b", 1))
	write(t, dir, "a.yaml", strings.Replace(valid, "acme_test", "acme_a", 1))
	write(t, dir, "README.md", "not a definition")
	all, err := definition.LoadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Name != "acme_a" || all[1].Name != "acme_b" {
		t.Errorf("%d definitions", len(all))
	}
}

func TestTheMistakesOfAWholeFolderAreReported(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", valid)
	write(t, dir, "b.yaml", valid)
	write(t, dir, "c.yaml", strings.Replace(valid, "keys:", "kyes:", 1))
	_, err := definition.LoadDir(dir)
	if err == nil {
		t.Fatal("no mistake was found")
	}
	for _, want := range []string{"b.yaml: the name acme_test is taken by", "c.yaml:2:1: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func mustParse(t *testing.T, text string) *source.Source {
	t.Helper()
	s, err := definition.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
