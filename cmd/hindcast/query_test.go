package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func (w *world) query(t *testing.T, args ...string) outcome {
	t.Helper()
	return hindcast(t, append([]string{"query", "--dir", w.dir}, args...)...)
}

func TestASelectRunsOverEveryTable(t *testing.T) {
	w := sharedWorld(t)
	for source, wrote := range w.Sources {
		rows := lined(t, w.query(t, "--json", "SELECT count(*) AS n, count(DISTINCT day) AS days FROM "+source).want(t, exitDone).out)
		if len(rows) != 1 || rows[0]["n"] != float64(wrote.Events()) || rows[0]["days"] != float64(w.report.Sources[source].Partitions) {
			t.Errorf("%s: %v, want %d events", source, rows, wrote.Events())
		}
	}
}

func TestRowsComeAsATableAsLinesAndAsCSV(t *testing.T) {
	w := sharedWorld(t)
	sql := fmt.Sprintf("SELECT timestamp, event_action, related_ip, error_code_text FROM (SELECT *, event_outcome AS error_code_text FROM aws_cloudtrail) "+
		"WHERE source_ip = '%s' ORDER BY timestamp, event_id LIMIT 3", w.Incident.Address)
	table := w.query(t, sql).want(t, exitDone)
	says(t, table.out, "event_action", "ConsoleLogin", w.Incident.From.Format("2006-01-02"))
	says(t, table.err, "Read ", " s.")
	rows := lined(t, w.query(t, "--format", "ndjson", sql).want(t, exitDone).out)
	if len(rows) != 3 || rows[0]["event_action"] != "ConsoleLogin" || fmt.Sprint(rows[0]["related_ip"]) != "["+w.Incident.Address+"]" {
		t.Errorf("as lines: %v", rows)
	}
	sheet, err := csv.NewReader(strings.NewReader(w.query(t, "--format", "csv", sql).want(t, exitDone).out)).ReadAll()
	if err != nil || len(sheet) != 4 || sheet[0][1] != "event_action" || sheet[1][1] != "ConsoleLogin" {
		t.Errorf("as CSV: %v %v", sheet, err)
	}
}

func TestTheLimitCutsRowsAndSaysSo(t *testing.T) {
	w := sharedWorld(t)
	got := w.query(t, "--limit", "2", "--json", "SELECT event_id FROM aws_vpcflow").want(t, exitDone)
	if rows := lined(t, got.out); len(rows) != 2 {
		t.Errorf("%d rows", len(rows))
	}
	says(t, got.err, "more rows")
	all := w.query(t, "--limit", "0", "--json", "SELECT event_id FROM aws_vpcflow").want(t, exitDone)
	if n := strings.Count(all.out, "\n"); int64(n) != w.Sources["aws_vpcflow"].Events() || strings.Contains(all.err, "more rows") {
		t.Errorf("%d rows without a limit: %s", n, all.err)
	}
}

func TestOnlyOneSelectOverTheTablesIsRun(t *testing.T) {
	w := sharedWorld(t)
	secret := place(t, t.TempDir(), "secret.csv", "a,b\nconfidential,2\n")
	for name, sql := range map[string]string{
		"nothing":                      " ",
		"a statement that changes":     "DELETE FROM aws_elb",
		"a statement that writes":      "COPY aws_elb TO '" + secret + "'",
		"two statements":               "SELECT 1; SELECT 2",
		"a file":                       "SELECT * FROM '" + secret + "'",
		"a function that reads a file": "SELECT * FROM read_csv('" + secret + "')",
		"a file's text":                "SELECT * FROM read_text('" + secret + "')",
		"the engine's own tables":      "SELECT * FROM duckdb_settings()",
		"a setting":                    "SET threads = 64",
		"an extension":                 "INSTALL httpfs",
		"a table that is not there":    "SELECT * FROM aws_wafd",
		"a column that is not there":   "SELECT sorce_ip FROM aws_elb",
		"a mistake":                    "SELECT FROM WHERE",
		"brackets that do not close":   "SELECT (1 FROM aws_elb",
	} {
		t.Run(name, func(t *testing.T) {
			got := w.query(t, sql).want(t, exitUsage)
			if strings.Contains(got.out+got.err, "confidential") {
				t.Errorf("a file was read:\n%s%s", got.out, got.err)
			}
			if !strings.HasPrefix(got.err, "hindcast: ") || got.out != "" {
				t.Errorf("said %q, printed %q", got.err, got.out)
			}
		})
	}
	says(t, w.query(t, "SELECT * FROM aws_wafd").err, "aws_wafd")
	says(t, w.query(t, "SELECT sorce_ip FROM aws_elb").err, "sorce_ip")
}

func TestWrongStatementsAreToldTheWayOut(t *testing.T) {
	w := sharedWorld(t)
	for name, c := range map[string]struct{ sql, says string }{
		"an ECS name with dots":          {"SELECT source.ip FROM aws_vpcflow", "Columns are ECS fields with _ for '.': source_ip"},
		"a longer one":                   {"SELECT count(*) FROM aws_elb WHERE http.response.status_code = 403", "_ for '.': http_response_status_code"},
		"SHOW":                           {"SHOW TABLES", "hindcast tables NAME"},
		"DESCRIBE":                       {"describe aws_elb", "hindcast tables NAME"},
		"DESCRIBE in FROM":               {"SELECT * FROM (DESCRIBE aws_elb)", "hindcast tables NAME"},
		"another name that is not there": {"SELECT x.source_ip FROM aws_elb", `"x" not found`},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.query(t, c.sql).want(t, exitUsage)
			says(t, got.err, c.says)
			if name == "another name that is not there" && strings.Contains(got.err, "ECS fields") {
				t.Errorf("a hint that does not help: %s", got.err)
			}
		})
	}
	says(t, w.query(t, "--limit", "-1", "SELECT 1").want(t, exitUsage).err, "--limit: -1")
}

func TestAnInterruptedQuerySaysSo(t *testing.T) {
	w := sharedWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"query", "--dir", w.dir, "SELECT count(*) FROM range(100000000000) a(i) WHERE i % 7 = 3"}, strings.NewReader(""), &out, &errs)
	if status != exitFailed || errs.String() != "hindcast: interrupted\n" {
		t.Errorf("status %d: %q", status, errs.String())
	}
}

func TestAQueryOfADamagedFileIsAFailure(t *testing.T) {
	w := sharedWorld(t).copied(t)
	files, err := filepath.Glob(filepath.Join(w.dir, "tables", "aws_elb", "*", "*", "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, damage := range []func(path string) error{
		func(path string) error { return os.Truncate(path, 100) },
		os.Remove,
	} {
		if err := damage(files[0]); err != nil {
			t.Fatal(err)
		}
		got := w.query(t, "SELECT count(*) FROM aws_elb").want(t, exitFailed)
		says(t, got.err, filepath.Base(files[0]), "hindcast verify --deep")
	}
}

func TestTablesListsWhatTheLakeHolds(t *testing.T) {
	w := sharedWorld(t)
	rows := parsed[[]tableRow](t, hindcast(t, "tables", "--dir", w.dir, "--json").want(t, exitDone).out)
	if len(rows) != len(w.Sources) {
		t.Fatalf("%d tables", len(rows))
	}
	for _, r := range rows {
		wrote, did := w.Sources[r.Name], w.report.Sources[r.Name]
		if r.Events != wrote.Events() || r.Rejected != wrote.Malformed || r.Days != did.Partitions || r.Files != did.Files || r.Bytes != did.BytesOut || r.RawBytes != did.BytesRaw {
			t.Errorf("%+v; compacted %+v", r, *did)
		}
		if r.FirstDay < w.from || r.LastDay >= w.to || r.FirstDay > r.LastDay {
			t.Errorf("%s: days %s to %s", r.Name, r.FirstDay, r.LastDay)
		}
	}
	says(t, hindcast(t, "tables", "--dir", w.dir).want(t, exitDone).out, "aws_cloudtrail", "events", "first day", "raw bytes")
}

func TestATableShowsItsColumnsAndDays(t *testing.T) {
	w := sharedWorld(t)
	got := hindcast(t, "tables", "--dir", w.dir, "aws_cloudtrail").want(t, exitDone)
	says(t, got.out, "source_ip", "source.ip", "array<string>", "bigint", "access-key", "partition: the UTC day", w.from)
	table := parsed[struct {
		Name    string
		Columns []columnRow
		Days    []dayRow
	}](t, hindcast(t, "tables", "--dir", w.dir, "aws_cloudtrail", "--json").want(t, exitDone).out)
	sum := int64(0)
	for _, d := range table.Days {
		sum += d.Rows
	}
	if sum != w.Sources["aws_cloudtrail"].Events() {
		t.Errorf("the days have %d rows, want %d", sum, w.Sources["aws_cloudtrail"].Events())
	}
	rows := lined(t, w.query(t, "--json", "SELECT * FROM aws_cloudtrail LIMIT 1").want(t, exitDone).out)
	for _, c := range table.Columns {
		if _, ok := rows[0][c.Name]; !ok {
			t.Errorf("column %s is listed and cannot be selected", c.Name)
		}
	}
	says(t, hindcast(t, "tables", "--dir", w.dir, "aws_wafd").want(t, exitUsage).err, "aws_wafd", "hindcast tables")
}
