package trinotest_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/engine/trinotest"
)

// odd is a table of values that are easily read wrongly. Columns of equal values share their pages in the file.
func odd(t *testing.T) *enginetest.Lake {
	t.Helper()
	fields := append(enginetest.Fields(t, "@timestamp", "event.id", "source.address", "source.ip", "related.ip", "message"),
		ecs.Field{Name: "odd.int", Type: ecs.Int}, ecs.Field{Name: "odd.float", Type: ecs.Float}, ecs.Field{Name: "odd.bool", Type: ecs.Bool},
		ecs.Field{Name: "odd.time", Type: ecs.Time}, ecs.Field{Name: "odd.list", Type: ecs.Strings}, ecs.Field{Name: "odd.never"},
		ecs.Field{Name: "odd.same", Type: ecs.Strings}, ecs.Field{Name: "odd.likewise", Type: ecs.Strings})
	l := enginetest.New(t)
	l.Create(t, "odd", fields...)
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	var rows []enginetest.Row
	for i, values := range []enginetest.Row{
		{},
		{"message": "", "odd.list": []string{""}, "odd.int": 0, "odd.float": 0.0, "odd.bool": false, "odd.time": time.UnixMilli(0).UTC()},
		{"message": "NULL", "odd.list": []string{"", "NULL", "null", ""}, "odd.int": math.MaxInt64, "odd.float": math.MaxFloat64, "odd.bool": true},
		{"message": "it's \"quoted\" \\ and\n\tbroken\r\n", "odd.list": []string{"a, b", "[c]", "d\ne", `"f"`, "'g'"}, "odd.int": math.MinInt64, "odd.float": math.SmallestNonzeroFloat64},
		{"message": "Ünïcödé 日本語 🦆 \u0000 e\u0301", "odd.list": []string{"日本", "🦆", "é", "e\u0301"}, "odd.float": math.Inf(1)},
		{"message": strings.Repeat("long ", 20_000), "odd.float": math.Inf(-1), "odd.time": time.Date(1969, 12, 31, 23, 59, 59, 999e6, time.UTC)},
		{"odd.float": -1.5, "odd.time": time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)},
		{"odd.float": 1e-7, "odd.time": time.Date(1900, 1, 1, 0, 0, 0, 1e6, time.UTC)},
	} {
		ip := fmt.Sprintf("192.0.2.%d", i)
		row := enginetest.Row{
			"@timestamp": day.Add(time.Duration(i) * time.Millisecond), "event.id": fmt.Sprintf("odd-%02d", i),
			"source.address": ip, "source.ip": ip, "related.ip": []string{ip}, "odd.same": []string{ip, "x"}, "odd.likewise": []string{ip, "x"},
		}
		for name, v := range values {
			row[name] = v
		}
		rows = append(rows, row)
	}
	for i := range 30_000 { // several pages of each column
		ip := fmt.Sprintf("198.51.100.%d", i%251)
		rows = append(rows, enginetest.Row{
			"@timestamp": day.Add(time.Duration(i)*time.Second + time.Second), "event.id": fmt.Sprintf("page-%06d", i), "source.address": ip, "source.ip": ip,
			"related.ip": []string{ip}, "message": fmt.Sprint("message ", i), "odd.same": []string{ip, "x"}, "odd.likewise": []string{ip, "x"}, "odd.int": i,
		})
	}
	l.Add(t, "odd", fields, rows[:20_000]...)
	l.Add(t, "odd", fields, rows[20_000:]...)
	return l
}

func TestTrinoReadsEveryTypeAsDuckDBDoes(t *testing.T) {
	lake := odd(t)
	pagesAreShared(t, lake)
	w := show(t, lake, lake.Dir)
	for _, text := range []string{
		`SELECT * FROM "odd" WHERE "event_id" LIKE 'odd-%' ORDER BY "event_id"`,
		`SELECT count(*), count(DISTINCT "source_ip"), sum("odd_int"), min("timestamp"), max("timestamp"), min("message"), max("message") FROM "odd" WHERE "event_id" LIKE 'page-%'`,
		`SELECT "event_id", "source_address", "source_ip", "related_ip", "odd_same", "odd_likewise" FROM "odd"
			WHERE "source_address" <> "source_ip" OR "odd_same"[1] <> "source_ip" OR "odd_likewise"[2] <> 'x' OR "related_ip"[1] <> "source_address"`,
		`SELECT "event_id" FROM "odd" WHERE "source_address" = '192.0.2.3' AND "source_ip" = '192.0.2.3'`,
		`SELECT "event_id", "source_ip", "odd_likewise" FROM "odd" WHERE "timestamp" >= TIMESTAMP '2026-01-02 07:00:00.000' AND "timestamp" < TIMESTAMP '2026-01-02 07:00:03.000' ORDER BY 1`,
	} {
		want := onDuckDB(t, lake, text)
		if len(want) == 0 && !strings.Contains(text, "<>") {
			t.Errorf("%s\ngives nothing", text)
		}
		if diff := cmp.Diff(want, w.ask(t, text), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s\n(-DuckDB +Trino)\n%.4000s", text, diff)
		}
	}
}

// pagesAreShared makes sure that the files are what the test is about.
func pagesAreShared(t *testing.T, lake *enginetest.Lake) {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var chunks, places int
	err = db.QueryRowContext(t.Context(), `SELECT count(*), count(DISTINCT (file_name, data_page_offset)) FROM parquet_metadata(?)
		WHERE path_in_schema IN ('source_address', 'source_ip')`, lake.Dir+"/tables/odd/*/*/*.parquet").Scan(&chunks, &places)
	if err != nil || chunks == 0 || places*2 != chunks {
		t.Fatalf("%d chunks of source_address and source_ip begin at %d places: %v", chunks, places, err)
	}
}

// onDuckDB runs a statement on all tables of a lake.
func onDuckDB(t *testing.T, lake *enginetest.Lake, text string) (all [][]any) {
	t.Helper()
	e, err := duckdb.Open(lake.Dir, duckdb.Options{Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	tables, err := lake.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := engine.Statement{SQL: text}
	for _, table := range tables {
		files, err := lake.Files(t.Context(), catalog.FileQuery{Tables: []string{table.Name}})
		if err != nil {
			t.Fatal(err)
		}
		s.Scans = append(s.Scans, engine.Scan{Table: table.Name, Columns: table.Columns, Files: files})
	}
	rows, err := e.Query(t.Context(), s)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, append([]any(nil), row...))
	}
	if _, err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTrinoGivesListsWithNullsAsTheyAre(t *testing.T) {
	lake := odd(t)
	w := show(t, lake, lake.Dir)
	const text = `SELECT ARRAY['a', NULL, ''], CAST(ARRAY[] AS array(varchar)), ARRAY[1, NULL], CAST(NULL AS array(varchar)), TIMESTAMP '2026-01-02 03:04:05.678'`
	a, err := w.Run(t.Context(), trinotest.Ask{SQL: text})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s", a.Rows); got != `[[["a",null,""] [] [1,null] <nil> 2026-01-02 03:04:05.678 +0000 UTC]]` {
		t.Error(got)
	}
}
