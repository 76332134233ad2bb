package duckdb_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
)

func TestAFolderThatLooksLikeADayIsRefused(t *testing.T) {
	clock := func() time.Time { return noon }
	if _, err := duckdb.Open(filepath.Join(t.TempDir(), "day=2020-01-01", "lake"), duckdb.Options{Clock: clock}); err == nil {
		t.Error("every event would be of 2020-01-01")
	}
}

func TestSandbox(t *testing.T) {
	l := lakeOf(t, 5)
	e := open(t, l.Dir, duckdb.Options{TempDir: t.TempDir()})
	secret := filepath.Join(l.Dir, "catalog.csv")
	if err := os.WriteFile(secret, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := lakeOf(t, 5)
	otherFile := filepath.Join(other.Dir, filepath.FromSlash(scan(t, other).Files[0].Path))
	for _, c := range []struct{ name, sql string }{
		{"a file beside the tables cannot be read", `SELECT * FROM read_csv('` + secret + `')`},
		{"a file cannot be read by its name", `SELECT * FROM '` + secret + `'`},
		{"another lake's file cannot be read", `SELECT * FROM read_parquet('` + otherFile + `')`},
		{"nothing can be written", `COPY (SELECT 1) TO '` + filepath.Join(l.Dir, "out.csv") + `'`},
		{"no database can be attached", `ATTACH '` + filepath.Join(l.Dir, "x.db") + `' AS x`},
		{"no extension can be installed", `INSTALL httpfs`},
		{"no setting can be changed", `SET memory_limit = '20GB'`},
		{"the sandbox cannot be opened", `SET enable_external_access = true`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := query(t, e, engine.Statement{SQL: c.sql, Scans: []engine.Scan{scan(t, l)}})
			if !errors.Is(err, engine.ErrStatement) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(l.Dir, "out.csv")); !os.IsNotExist(err) {
		t.Error("a file was written")
	}
}

func TestFailures(t *testing.T) {
	l := lakeOf(t, 5)
	e := open(t, l.Dir, duckdb.Options{MemoryBytes: 64 << 20})
	gone, outside := scan(t, l), scan(t, l)
	gone.Files = append(gone.Files[:0:0], gone.Files...)
	gone.Files[0].Path = "tables/aws_test/day=2026-01-31/g000001/gone.parquet"
	outside.Files = append(outside.Files[:0:0], outside.Files...)
	outside.Files[0].Path = "../secret.parquet"
	for _, c := range []struct {
		name, sql string
		scan      engine.Scan
		want      error
	}{
		{"a column that is not there", `SELECT nothing FROM aws_test`, scan(t, l), engine.ErrStatement},
		{"a text that is not SQL", `SELEKT 1`, scan(t, l), engine.ErrStatement},
		{"a file that is gone", `SELECT * FROM aws_test`, gone, engine.ErrDamaged},
		{"more memory than allowed", `SELECT count(*) FROM (SELECT DISTINCT i, md5(i::VARCHAR) FROM range(20000000) r(i))`, scan(t, l), engine.ErrResources},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := query(t, e, engine.Statement{SQL: c.sql, Scans: []engine.Scan{c.scan}})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("a file outside of the lake", func(t *testing.T) {
		if _, _, err := query(t, e, engine.Statement{SQL: `SELECT 1`, Scans: []engine.Scan{outside}}); err == nil {
			t.Error("it was opened")
		}
	})
}

// TestWhatIsNotSupportedPassesTRY, whether rows are read or written.
func TestWhatIsNotSupportedPassesTRY(t *testing.T) {
	e := open(t, t.TempDir(), duckdb.Options{})
	s := engine.Statement{SQL: `SELECT TRY(trino_from_iso8601('2026-01-01T00:00:00+02:00'))`}
	if _, rows, err := query(t, e, s); !errors.Is(err, engine.ErrStatement) {
		t.Errorf("rows: %v %v", rows, err)
	}
	if _, err := e.Export(t.Context(), s, engine.Export{Dir: filepath.Join(t.TempDir(), "out"), Format: "csv"}); !errors.Is(err, engine.ErrStatement) {
		t.Errorf("files: %v", err)
	}
	s.SQL = `SELECT TRY(trino_from_iso8601('x'))`
	if _, rows, err := query(t, e, s); err != nil {
		t.Errorf("what is null to Trino: %v %v", rows, err)
	}
}

func TestMemoryIsSpilledToTheTemporaryFolder(t *testing.T) {
	l := lakeOf(t, 5)
	dir := filepath.Join(t.TempDir(), "work", "spill")
	e := open(t, l.Dir, duckdb.Options{MemoryBytes: 64 << 20, TempDir: dir})
	sql := `SELECT count(*) FROM (SELECT i, md5(i::VARCHAR) AS h FROM range(1200000) r(i) ORDER BY h LIMIT 1199999)`
	rows, _, err := query(t, e, engine.Statement{SQL: sql})
	if diff := cmp.Diff([][]any{{int64(1199999)}}, rows); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v are left: %v", left, err)
	}
}

// DuckDBs that share a temporary folder write over each other's files in it.
func TestEachStatementHasATemporaryFolderOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	e := open(t, lakeOf(t, 1).Dir, duckdb.Options{TempDir: dir})
	seen := map[any]bool{}
	for range 3 {
		rows, _, err := query(t, e, engine.Statement{SQL: `SELECT current_setting('temp_directory')`})
		if err != nil {
			t.Fatal(err)
		}
		if folder := rows[0][0].(string); filepath.Dir(folder) != dir || seen[folder] {
			t.Errorf("one is %s, below %s", folder, dir)
		}
		seen[rows[0][0]] = true
	}
}

func TestCancellationInterruptsTheStatement(t *testing.T) {
	l := lakeOf(t, 1)
	e := open(t, l.Dir, duckdb.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := e.Query(ctx, engine.Statement{SQL: `SELECT count(*) FROM range(1000000000000000) a(i) WHERE i % 7 = 3`}) // which takes days
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
