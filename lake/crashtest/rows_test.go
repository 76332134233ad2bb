package crashtest

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/catalog"
)

// expected are the rows that the raw objects must give, by table. Nothing of what makes the lake is used to find them.
func (w world) expected(t *testing.T) map[string][]string {
	t.Helper()
	rows, seen := map[string][]string{}, map[string]bool{}
	root := os.DirFS(w.path("raw"))
	err := fs.WalkDir(root, ".", func(key string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(key, ".") {
			return err
		}
		body, err := fs.ReadFile(root, key)
		if err != nil {
			return err
		}
		if strings.HasPrefix(key, "visits/") {
			rows["visits"] = append(rows["visits"], visitsOf(key, body)...)
			return nil
		}
		for _, r := range loginsOf(t, body) {
			if !seen[r] {
				seen[r] = true
				rows["logins"] = append(rows["logins"], r)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		slices.Sort(r)
	}
	return rows
}

// visitsOf are the rows of lines: their place is part of them, since equal lines are events of their own.
func visitsOf(key string, body []byte) (rows []string) {
	offset := 0
	for line := range bytes.Lines(body) {
		var r struct{ At, Path string }
		if json.Unmarshal(line, &r) == nil {
			rows = append(rows, fmt.Sprintf("%d %s %s %d", millis(r.At), r.Path, key, offset))
		}
		offset += len(line)
	}
	return rows
}

// loginsOf are the rows of records, each of which counts once however often it was delivered.
func loginsOf(t *testing.T, body []byte) (rows []string) {
	t.Helper()
	unpacked, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	var object struct {
		Logins []struct{ At, ID, User, IP string }
	}
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	for _, r := range object.Logins {
		if r.At != "" {
			rows = append(rows, fmt.Sprintf("%d %s %s %s", millis(r.At), r.ID, r.User, r.IP))
		}
	}
	return rows
}

func millis(text string) int64 {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return at.UnixMilli()
}

// columns make the same texts of a table's rows.
var columns = map[string]string{
	"logins": "epoch_ms(timestamp) || ' ' || event_id || ' ' || user_name || ' ' || source_ip",
	"visits": "epoch_ms(timestamp) || ' ' || url_path || ' ' || log_file_path || ' ' || log_offset",
}

// actual are the rows that are in the tables, or were until retention took them.
func (s *session) actual(ctx context.Context, t *testing.T) map[string][]string {
	t.Helper()
	files, err := s.catalog.Files(ctx, catalog.FileQuery{})
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string][]string{}
	for _, f := range files {
		paths[f.Table] = append(paths[f.Table], s.folder.Path(f.Path))
	}
	waste, err := s.catalog.Wasted(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range waste {
		if w.Why == catalog.WasteExpired {
			if _, err := os.Stat(s.folder.Path(w.Path)); err == nil { // else it is in the graveyard
				paths[w.Table] = append(paths[w.Table], s.folder.Path(w.Path))
			}
		}
	}
	for name := range columns {
		graves, err := filepath.Glob(s.path("grave", "tables", name, "*", "*", "*.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range graves {
			if rel, err := filepath.Rel(s.path("grave"), g); err != nil || !slices.Contains(paths[name], s.folder.Path(filepath.ToSlash(rel))) {
				paths[name] = append(paths[name], g)
			}
		}
	}
	rows := map[string][]string{}
	for name, p := range paths {
		rows[name] = query(t, columns[name], p)
	}
	return rows
}

// query reads files by DuckDB.
func query(t *testing.T, column string, paths []string) (rows []string) {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	result, err := db.Query("SELECT " + column + " FROM read_parquet(['" + strings.Join(paths, "', '") + "'], union_by_name=true)")
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	for result.Next() {
		var text string
		if err := result.Scan(&text); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, text)
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(rows)
	return rows
}

// same compares rows, and shows some that differ.
func same(t *testing.T, want, got map[string][]string) {
	t.Helper()
	for name := range columns {
		lost, doubled := less(want[name], got[name]), less(got[name], want[name])
		if len(lost)+len(doubled) > 0 {
			t.Errorf("%s: of %d rows %d are lost, and %d are more than there should be, such as\n%q\n%q",
				name, len(want[name]), len(lost), len(doubled), lost[:min(3, len(lost))], doubled[:min(3, len(doubled))])
		}
	}
}

// less are the texts of a that b has not, or not as often.
func less(a, b []string) (rest []string) {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	for _, s := range a {
		if count[s]--; count[s] < 0 {
			rest = append(rest, s)
		}
	}
	return rest
}
