// Package enrichtest makes rows for the tests of enrichers, and shows what they have become.
package enrichtest

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// Rows are rows of a table that has some fields of ECS, and those that are derived from them.
type Rows struct {
	t testing.TB
	*ecs.Batch
}

// New makes no rows yet.
func New(t testing.TB, fields ...string) *Rows {
	t.Helper()
	all := make([]ecs.Field, len(fields))
	for i, name := range fields {
		f, ok := ecs.Lookup(name)
		if !ok {
			t.Fatalf("%s is no field of ECS", name)
		}
		all[i] = f
	}
	s, err := ecs.NewSchema(append(all, ecs.Derived(all)...)...)
	if err != nil {
		t.Fatal(err)
	}
	return &Rows{t, ecs.NewBatch(s)}
}

// Add adds a row of fields and their values, by turns. A list's field may stand several times.
func (r *Rows) Add(pairs ...string) {
	r.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		col, value := r.Schema().Col(pairs[i]), []byte(pairs[i+1])
		if col < 0 {
			r.t.Fatalf("the table has no %s", pairs[i])
		}
		switch r.Schema().Fields()[col].Type {
		case ecs.String:
			r.SetString(col, value)
		case ecs.Strings:
			r.Append(col, value)
		default:
			n, err := strconv.ParseInt(pairs[i+1], 10, 64)
			if err != nil {
				r.t.Fatal(err)
			}
			r.SetInt(col, n)
		}
	}
	r.Commit()
}

// Enrich enriches the rows, and tells by what.
func (r *Rows) Enrich(by ...enrich.Enricher) []enrich.Version {
	r.t.Helper()
	f := enrich.NewSet(func(err error) { r.t.Error(err) }, by...).Begin(r.Schema())
	f.Fill(r.Batch)
	return f.Versions()
}

// Flat is a row as a flat map of fields.
func (r *Rows) Flat(row int) map[string]any {
	r.t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(ecs.NewDocuments(r.Batch).Append(nil, row), &doc); err != nil {
		r.t.Fatal(err)
	}
	out := map[string]any{}
	flatten(out, "", doc)
	return out
}

func flatten(out map[string]any, prefix string, doc map[string]any) {
	for k, v := range doc {
		if below, ok := v.(map[string]any); ok {
			flatten(out, prefix+k+".", below)
			continue
		}
		out[prefix+k] = v
	}
}
