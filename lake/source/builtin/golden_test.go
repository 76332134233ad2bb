package builtin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

var update = flag.Bool("update", false, "rewrite the expected documents")

const expected = ".expected.ndjson"

// TestGoldens normalises the raw records of every built-in source and compares them with the documents beside them.
func TestGoldens(t *testing.T) {
	root := filepath.Join("..", "..", "..", "testdata")
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.All() {
		files, err := filepath.Glob(filepath.Join(root, "raw", s.Name, "*"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, file := range files {
			if strings.HasSuffix(file, expected) {
				continue
			}
			found = true
			key := "raw/" + s.Name + "/" + filepath.Base(file)
			t.Run(key, func(t *testing.T) { checkGolden(t, s, root, key) })
		}
		if !found {
			t.Errorf("%s has no raw records in testdata", s.Name)
		}
	}
}

func checkGolden(t *testing.T, s *source.Compiled, root, key string) {
	got := normalize(t, s, root, key)
	path := filepath.Join(root, filepath.FromSlash(key)+expected)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; -update writes it", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("documents differ from those expected (-want +got):\n%s", diff)
	}
}

// normalize writes a document for each record of an object, or why it was rejected.
func normalize(t *testing.T, s *source.Compiled, root, key string) []byte {
	t.Helper()
	bucket, err := raw.OpenFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	defer bucket.Close()
	object, err := bucket.Stat(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	records, err := raw.Open(context.Background(), bucket, object, s.Framing, raw.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer records.Close()
	batch := ecs.NewBatch(s.Schema())
	n, err := s.New(batch)
	if err != nil {
		t.Fatal(err)
	}
	n.Begin(source.Origin{Key: key, Ingested: sourcetest.Ingested})
	var out bytes.Buffer
	documents := ecs.NewDocuments(batch)
	for {
		record, err := records.Next()
		if errors.Is(err, io.EOF) {
			return out.Bytes()
		}
		if err == nil {
			n.Delivered(record.Envelope)
			err = n.Add(record.Data, record.Offset, record.Index)
		}
		switch {
		case errors.Is(err, source.ErrNoRecord):
		case err != nil:
			reject(t, &out, err)
		default:
			line := documents.Append(nil, batch.Rows()-1)
			if !json.Valid(line) {
				t.Fatalf("the document is not JSON: %s", line)
			}
			out.Write(append(line, '\n'))
		}
	}
}

func reject(t *testing.T, out *bytes.Buffer, err error) {
	t.Helper()
	var bad *raw.RecordError
	reason := err.Error()
	if errors.As(err, &bad) {
		reason = bad.Reason
	}
	line, err := json.Marshal(map[string]string{"rejected": reason})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(append(line, '\n'))
}
