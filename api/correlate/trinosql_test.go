package correlate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
	"github.com/hindcast/hindcast/lake/view"
)

// TestAthenasSQLTranslatedGivesTheRowsOfDuckDBs holds the translator of Athena's SQL to every golden.
func TestAthenasSQLTranslatedGivesTheRowsOfDuckDBs(t *testing.T) {
	lake := enginetest.Estate(t)
	e := open(t, lake)
	folders, err := filepath.Glob("testdata/goldens/*/request.yaml")
	if err != nil || len(folders) == 0 {
		t.Fatalf("there are no goldens: %v", err)
	}
	compared := 0
	for _, file := range folders {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var q question
			if err := yaml.UnmarshalWithOptions(text, &q, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			plan, err := NewPlanner(lake).Keeping(q.Retention).Plan(t.Context(), q.request(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, query := range plan.queries() {
				compared += compareTranslated(t, lake, e, query)
			}
		})
	}
	if compared < 250 {
		t.Errorf("only %d rows were compared", compared)
	}
}

func compareTranslated(t *testing.T, lake *enginetest.Lake, e *duckdb.Engine, query Query) int {
	t.Helper()
	tables, err := lake.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	translated, err := trinosql.Translate(query.Athena, view.Schema(tables), trinosql.Options{Catalog: "awsdatacatalog", Database: "lake"})
	if err != nil {
		t.Fatalf("%s: %v\n%s", query.Purpose, err, query.Athena)
	}
	duck := query.In(e.Dialect())
	want := rowsOf(t, e, duck)
	duck.SQL = translated.SQL
	got := rowsOf(t, e, duck)
	for i, c := range translated.Columns {
		if !slices.Contains(query.lists(), c.Name) {
			continue
		}
		for n := range min(len(want), len(got)) {
			want[n][i], got[n][i] = elements(t, want[n][i]), elements(t, got[n][i])
		}
	}
	if query.Purpose == "statistics" { // whose order leaves equals as they come
		sorted := cmpopts.SortSlices(func(a, b []any) bool { return fmt.Sprint(a...) < fmt.Sprint(b...) })
		if diff := cmp.Diff(want, got, sorted); diff != "" {
			t.Errorf("%s (-DuckDB +translated)\n%s\n%s", query.Purpose, diff, translated.SQL)
		}
		return len(got)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-DuckDB +translated)\n%s\n%s", query.Purpose, diff, translated.SQL)
	}
	return len(got)
}

func rowsOf(t *testing.T, e *duckdb.Engine, s engine.Statement) (out [][]any) {
	t.Helper()
	rows, err := e.Query(t.Context(), s)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.SQL)
	}
	defer rows.Close()
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, s.SQL)
		}
		out = append(out, append([]any(nil), row...))
	}
}

// elements are a list's, which is JSON in Athena's SQL.
func elements(t *testing.T, v any) (out []any) {
	t.Helper()
	switch v := v.(type) {
	case []string:
		for _, e := range v {
			out = append(out, e)
		}
	case json.RawMessage:
		return elements(t, string(v))
	case string:
		if err := json.Unmarshal([]byte(v), &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
