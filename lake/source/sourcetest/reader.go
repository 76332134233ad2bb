// Package sourcetest is what the tests of sources share: records become documents whose fields are compared.
package sourcetest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// Ingested is the time at which the batches of tests are planned.
var Ingested = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)

// Reader normalises the records of one object.
type Reader struct {
	T     testing.TB
	Batch *ecs.Batch
	Norm  *source.Normalizer
}

// New begins with an object of a key.
func New(t testing.TB, s *source.Source, key string) *Reader {
	t.Helper()
	c, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	r := &Reader{T: t, Batch: ecs.NewBatch(c.Schema())}
	if r.Norm, err = c.New(r.Batch); err != nil {
		t.Fatal(err)
	}
	r.Norm.Begin(source.Origin{Key: key, Ingested: Ingested})
	return r
}

// Add makes a row of a record.
func (r *Reader) Add(record string) error { return r.Norm.Add([]byte(record), 0, 0) }

// Document is the document of a record, by its fields' names.
func (r *Reader) Document(record string) map[string]any {
	r.T.Helper()
	if err := r.Add(record); err != nil {
		r.T.Fatalf("%q: %v", record, err)
	}
	return r.Last()
}

// Last is the document of the last row.
func (r *Reader) Last() map[string]any {
	r.T.Helper()
	var nested map[string]any
	if err := json.Unmarshal(ecs.NewDocuments(r.Batch).Append(nil, r.Batch.Rows()-1), &nested); err != nil {
		r.T.Fatal(err)
	}
	flat := map[string]any{}
	flatten(flat, "", nested)
	return flat
}

func flatten(out map[string]any, prefix string, nested map[string]any) {
	for name, v := range nested {
		if inner, ok := v.(map[string]any); ok {
			flatten(out, prefix+name+".", inner)
			continue
		}
		out[prefix+name] = v
	}
}

// Check compares some fields of a document; nil stands for a field that must be missing. Numbers are float64.
func Check(t testing.TB, got, want map[string]any) {
	t.Helper()
	have := map[string]any{}
	for name := range want {
		have[name] = got[name]
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// List is the value of a field that has several.
func List(items ...any) []any { return items }
