package duckdb_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, dir string, o duckdb.Options) *duckdb.Engine {
	t.Helper()
	at := noon
	o.Clock = func() time.Time { at = at.Add(time.Millisecond); return at }
	e, err := duckdb.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func fields(t testing.TB) []ecs.Field {
	return enginetest.Fields(t, "@timestamp", "event.id", "source.ip", "source.port", "event.risk_score",
		"tls.established", "related.ip", "message")
}

func event(i int) enginetest.Row {
	ip := fmt.Sprintf("198.51.100.%d", i%250)
	return enginetest.Row{
		"@timestamp": noon.Add(time.Duration(i) * time.Second), "event.id": fmt.Sprintf("%06d", i), "source.ip": ip,
		"message":     fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i), byte(i >> 8)})),
		"source.port": 1024 + i, "event.risk_score": float64(i) / 2, "tls.established": i%2 == 0,
		"related.ip": []string{ip, "10.0.0.1"},
	}
}

// lakeOf has a table with n events, a second apart from noon on.
func lakeOf(t testing.TB, n int) *enginetest.Lake {
	l := enginetest.New(t)
	all := fields(t)
	l.Create(t, "aws_test", append(all, enginetest.Fields(t, "user.name")...)...)
	rows := make([]enginetest.Row, n)
	for i := range rows {
		rows[i] = event(i)
	}
	l.Add(t, "aws_test", all, rows...)
	return l
}

func scan(t testing.TB, l *enginetest.Lake) engine.Scan {
	t.Helper()
	tables, _ := l.Tables(t.Context())
	files, _ := l.Files(t.Context(), catalog.FileQuery{})
	return engine.Scan{Table: tables[0].Name, Columns: tables[0].Columns, Files: files}
}

func query(t testing.TB, e *duckdb.Engine, s engine.Statement) ([][]any, engine.Stats, error) {
	t.Helper()
	rows, err := e.Query(t.Context(), s)
	if err != nil {
		return nil, engine.Stats{}, err
	}
	var out [][]any
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, append([]any(nil), row...))
	}
	stats, err := rows.Close()
	if err != nil {
		t.Fatal(err)
	}
	return out, stats, nil
}

func TestValuesComeAsGoTypes(t *testing.T) {
	l := lakeOf(t, 3)
	e := open(t, l.Dir, duckdb.Options{})
	for _, c := range []struct {
		name, sql string
		want      []any
	}{
		{"a row of every column type", `SELECT * EXCLUDE ("day", "user_name", "message") FROM aws_test ORDER BY "timestamp" DESC LIMIT 1`, []any{
			noon.Add(2 * time.Second), "000002", "198.51.100.2", int64(1026), 1.0, true, []string{"198.51.100.2", "10.0.0.1"}}},
		{"the day of the path is text", `SELECT DISTINCT "day" FROM aws_test`, []any{"2026-01-31"}},
		{"a column that no file has is null, of its type", `SELECT any_value(user_name), typeof(any_value(user_name)) FROM aws_test`, []any{nil, "VARCHAR"}},
		{"a large sum that fits is an int64", `SELECT sum(source_port) FROM aws_test`, []any{int64(1024 + 1025 + 1026)}},
		{"a sum that fits no int64 keeps its digits", `SELECT 9223372036854775807::HUGEINT + 1`, []any{"9223372036854775808"}},
		{"decimals keep their digits", `SELECT 1.50::DECIMAL(9,2)`, []any{"1.5"}},
		{"dates and times of day are text", `SELECT DATE '2026-01-31', TIME '01:02:03'`, []any{"2026-01-31", "01:02:03"}},
		{"an instant with a zone is UTC", `SELECT TIMESTAMPTZ '2026-01-31 12:00:00+02'`, []any{noon.Add(-2 * time.Hour)}},
		{"structures are JSON", `SELECT {'a': 1, 'b': [1.5, NULL]}`, []any{json.RawMessage(`{"a":1,"b":["1.5",null]}`)}},
		{"maps are JSON", `SELECT MAP {'k': 'v'}`, []any{json.RawMessage(`{"k":"v"}`)}},
		{"a list of texts with a null is JSON", `SELECT ['a', NULL]`, []any{json.RawMessage(`["a",null]`)}},
		{"what is not a number is text", `SELECT 'nan'::DOUBLE, -1e308::DOUBLE * 10, ['inf'::DOUBLE]`, []any{"NaN", "-Infinity", json.RawMessage(`["Infinity"]`)}},
		{"lists of numbers are JSON", `SELECT [1, 2]`, []any{json.RawMessage(`[1,2]`)}},
		{"blobs are hexadecimal", `SELECT 'ab'::BLOB`, []any{"6162"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, _, err := query(t, e, engine.Statement{SQL: c.sql, Scans: []engine.Scan{scan(t, l)}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([][]any{c.want}, rows); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestViews(t *testing.T) {
	l := lakeOf(t, 10000)
	e := open(t, l.Dir, duckdb.Options{})
	whole := scan(t, l)
	count := engine.Statement{SQL: `SELECT count(*), min("timestamp") FROM aws_test`}

	t.Run("a table without files is empty", func(t *testing.T) {
		s := count
		s.Scans = []engine.Scan{{Table: whole.Table, Columns: whole.Columns}}
		rows, stats, err := query(t, e, s)
		if diff := cmp.Diff([][]any{{int64(0), nil}}, rows); diff != "" || err != nil || stats.BytesRead != 0 {
			t.Errorf("read %d bytes: %v\n%s", stats.BytesRead, err, diff)
		}
	})
	t.Run("a scan's time range leaves out other rows", func(t *testing.T) {
		s := count
		narrow := whole
		narrow.From, narrow.To = noon.Add(9000*time.Second), noon.Add(9010*time.Second)
		s.Scans = []engine.Scan{narrow}
		rows, _, err := query(t, e, s)
		if diff := cmp.Diff([][]any{{int64(10), narrow.From}}, rows); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
	})
	t.Run("row groups outside of a scan's time range are not read", func(t *testing.T) {
		s := engine.Statement{SQL: `SELECT max(event_id), max(message) > '' FROM aws_test`, Scans: []engine.Scan{whole}}
		_, all, _ := query(t, e, s)
		s.Scans[0].From, s.Scans[0].To = noon.Add(9000*time.Second), noon.Add(9010*time.Second)
		rows, some, err := query(t, e, s)
		if diff := cmp.Diff([][]any{{"009009", true}}, rows); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
		if some.BytesRead == 0 || some.BytesRead > all.BytesRead*2/3 {
			t.Errorf("read %d bytes of a tenth of the rows, %d of all", some.BytesRead, all.BytesRead)
		}
	})
	t.Run("fewer columns cost fewer bytes", func(t *testing.T) {
		_, one, _ := query(t, e, engine.Statement{SQL: `SELECT max(source_ip) FROM aws_test`, Scans: []engine.Scan{whole}})
		_, all, _ := query(t, e, engine.Statement{SQL: `SELECT * FROM aws_test`, Scans: []engine.Scan{whole}})
		if one.BytesRead == 0 || one.BytesRead*2 > all.BytesRead {
			t.Errorf("one column cost %d bytes, all %d", one.BytesRead, all.BytesRead)
		}
	})
	t.Run("rows beyond the bound are cut off, and it is told", func(t *testing.T) {
		s := engine.Statement{SQL: `SELECT event_id FROM aws_test`, Scans: []engine.Scan{whole}, MaxRows: 7}
		rows, stats, err := query(t, e, s)
		if len(rows) != 7 || !stats.Truncated || err != nil {
			t.Errorf("%d rows, truncated %v: %v", len(rows), stats.Truncated, err)
		}
	})
}

func TestFilesOfSeveralSchemasAreOneTable(t *testing.T) {
	l := lakeOf(t, 3)
	e := open(t, l.Dir, duckdb.Options{})
	s := engine.Statement{SQL: `SELECT count(*), count(source_port), max(user_name) FROM aws_test`, Scans: []engine.Scan{scan(t, l)}}
	if rows, _, err := query(t, e, s); err != nil || !cmp.Equal([][]any{{int64(3), int64(3), nil}}, rows) {
		t.Fatalf("%v: %v", rows, err)
	}
	newer := enginetest.Fields(t, "user.name", "@timestamp", "event.id")
	l.Add(t, "aws_test", newer, enginetest.Row{"@timestamp": noon, "event.id": "x", "user.name": "alice"})
	s.Scans[0] = scan(t, l)
	if rows, _, err := query(t, e, s); err != nil || !cmp.Equal([][]any{{int64(4), int64(3), "alice"}}, rows) {
		t.Errorf("%v: %v", rows, err)
	}
}

func TestAFileThatIsWrittenAnewIsReadAnew(t *testing.T) {
	before, after := lakeOf(t, 3), enginetest.New(t)
	fields := enginetest.Fields(t, "@timestamp", "event.id", "user.name")
	after.Create(t, "aws_test", fields...)
	after.Add(t, "aws_test", fields, enginetest.Row{"@timestamp": noon, "event.id": "x", "user.name": "alice"})
	e := open(t, before.Dir, duckdb.Options{})
	s := engine.Statement{SQL: `SELECT max(user_name), count(source_port) FROM aws_test`, Scans: []engine.Scan{scan(t, before)}}
	if rows, _, err := query(t, e, s); err != nil || !cmp.Equal([][]any{{nil, int64(3)}}, rows) {
		t.Fatalf("%v: %v", rows, err)
	}
	path := filepath.FromSlash(s.Scans[0].Files[0].Path)
	if err := os.Rename(filepath.Join(after.Dir, path), filepath.Join(before.Dir, path)); err != nil {
		t.Fatal(err)
	}
	s.Scans[0].Files = scan(t, after).Files
	if rows, _, err := query(t, e, s); err != nil || !cmp.Equal([][]any{{"alice", int64(0)}}, rows) {
		t.Errorf("%v: %v", rows, err)
	}
}

func TestLakesInOddFolders(t *testing.T) {
	for _, name := range []string{"with spaces", "it's", "gl[o]b*?", "team=red"} {
		t.Run(name, func(t *testing.T) {
			l := lakeOf(t, 5)
			dir := filepath.Join(t.TempDir(), name)
			if err := os.Rename(l.Dir, dir); err != nil {
				t.Fatal(err)
			}
			s := engine.Statement{SQL: `SELECT count(*), max("day") FROM aws_test`, Scans: []engine.Scan{scan(t, l)}}
			rows, _, err := query(t, open(t, dir, duckdb.Options{}), s)
			if diff := cmp.Diff([][]any{{int64(5), "2026-01-31"}}, rows); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}
