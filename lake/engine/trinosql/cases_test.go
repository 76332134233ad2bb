package trinosql_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
	"github.com/hindcast/hindcast/lake/engine/trinotest"
	"github.com/hindcast/hindcast/lake/view"
)

var update = flag.Bool("update", false, "write what Trino answers into the cases, and what is refused here")

// A case is a query, what Trino answers, and whether it is refused here:
//
//	-- integers are divided towards zero
//	SELECT -7 / 2
//	: _col0 integer
//	> [-3]
//
// : has the columns, > a row, ! the error that Trino gives, and ~ what is refused here for want of a translation. A # begins
// a remark. The answers are written by a Trino server, with -update.
type testCase struct {
	name    string
	sql     string
	types   string
	rows    []string
	err     string
	refused string
}

func (c testCase) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "-- %s\n%s\n", c.name, c.sql)
	if c.refused != "" {
		fmt.Fprintf(&b, "~ %s\n", c.refused)
	}
	if c.err != "" {
		fmt.Fprintf(&b, "! %s\n", c.err)
		return b.String()
	}
	fmt.Fprintf(&b, ": %s\n", c.types)
	for _, r := range c.rows {
		fmt.Fprintf(&b, "> %s\n", r)
	}
	return b.String()
}

// readCases reads a file's cases, and what stands before the first.
func readCases(t testing.TB, file string) (remark string, cases []testCase) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		kind, rest, _ := strings.Cut(line, " ")
		if kind == "--" {
			cases = append(cases, testCase{name: rest})
			continue
		}
		if len(cases) == 0 {
			remark += line + "\n"
			continue
		}
		c := &cases[len(cases)-1]
		switch kind {
		case ":":
			c.types = rest
		case ">":
			c.rows = append(c.rows, rest)
		case "!":
			c.err = rest
		case "~":
			c.refused = rest
		case "":
		default:
			c.sql = strings.TrimPrefix(c.sql+"\n"+line, "\n")
		}
	}
	return remark, cases
}

func caseFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no cases: %v", err)
	}
	return files
}

// world is a lake, and what answers for it.
type world struct {
	lake   *enginetest.Lake
	duckdb *duckdb.Engine
	tables []catalog.Table
	files  []catalog.File
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{lake: enginetest.Estate(t)}
	var err error
	if w.duckdb, err = duckdb.Open(w.lake.Dir, duckdb.Options{Clock: func() time.Time { return time.Time{} }}); err != nil {
		t.Fatal(err)
	}
	if w.tables, err = w.lake.Tables(t.Context()); err != nil {
		t.Fatal(err)
	}
	if w.files, err = w.lake.Files(t.Context(), catalog.FileQuery{}); err != nil {
		t.Fatal(err)
	}
	return w
}

var options = trinosql.Options{Catalog: "plain", Database: "lake", Now: time.Date(2026, 1, 5, 12, 30, 15, 123_000_000, time.UTC)}

// translated runs a query here. The error tells what is refused, or how it failed.
func (w *world) translated(ctx context.Context, sql string) (types string, rows []string, err error) {
	tr, err := trinosql.Translate(sql, view.Schema(w.tables), options)
	if err != nil {
		return "", nil, err
	}
	result, err := w.query(ctx, tr)
	if err != nil {
		return "", nil, fmt.Errorf("%w\n\n%s", err, tr.SQL)
	}
	defer result.Close()
	exact, ok := result.(engine.Exact)
	if !ok {
		return "", nil, errors.New("the result is not exact")
	}
	names := make([]string, len(tr.Columns))
	for i, c := range tr.Columns {
		names[i] = c.Name + " " + c.Type
	}
	for {
		_, err := result.Next()
		if errors.Is(err, io.EOF) {
			return strings.Join(names, ", "), rows, nil
		}
		if err != nil {
			return "", nil, fmt.Errorf("%w\n\n%s", err, tr.SQL)
		}
		texts := make([]string, len(tr.Columns))
		for i, v := range exact.Exact() {
			texts[i] = shown(v, tr.Columns[i].Type)
		}
		rows = append(rows, "["+strings.Join(texts, ", ")+"]")
	}
}

func (w *world) query(ctx context.Context, tr *trinosql.Translated) (engine.Rows, error) {
	scans, err := view.Schema(w.tables).Scans(ctx, w.lake, "s3://"+trinotest.Bucket+"/", tr)
	if err != nil {
		return nil, err
	}
	return w.duckdb.Query(ctx, engine.Statement{SQL: tr.SQL, Scans: scans})
}

// inOrder gives rows in the order of the case's where they are the same and the query asks for no order: Trino gives the
// branches of a UNION as they come.
func (c testCase) inOrder(rows []string) []string {
	if strings.Contains(strings.ToUpper(c.sql), "ORDER BY") || !slices.Equal(slices.Sorted(slices.Values(rows)), slices.Sorted(slices.Values(c.rows))) {
		return rows
	}
	return c.rows
}

// TestCases compares what queries give here with what Trino gave.
func TestCases(t *testing.T) {
	w := newWorld(t)
	for _, file := range caseFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			_, cases := readCases(t, file)
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) { w.check(t, c) })
			}
		})
	}
}

func (w *world) check(t *testing.T, c testCase) {
	t.Helper()
	types, rows, err := w.translated(t.Context(), c.sql)
	var refusal *trinosql.Error
	switch {
	case errors.As(err, &refusal) && refusal.Construct != "":
		if refusal.Construct != c.refused {
			t.Errorf("refused: %v", err)
		}
		return
	case c.refused != "":
		t.Errorf("it was not refused: %v %v", rows, err)
	case c.err != "":
		c.checkFailure(t, rows, err)
		return
	case err != nil:
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.types, types); diff != "" {
		t.Errorf("columns (-Trino +here)\n%s", diff)
	}
	if diff := cmp.Diff(c.rows, c.inOrder(rows)); diff != "" {
		tr, _ := trinosql.Translate(c.sql, view.Schema(w.tables), options)
		t.Errorf("rows (-Trino +here)\n%s\n%s", diff, tr.SQL)
	}
}

// checkFailure holds what fails as it runs to the kind that Trino gives it, where Trino does not refuse it before: at a place.
func (c testCase) checkFailure(t *testing.T, rows []string, err error) {
	t.Helper()
	var told *trinosql.Error
	switch {
	case err == nil:
		t.Errorf("it gave %v: Trino says %s", rows, c.err)
	case errors.As(err, &told), strings.Contains(c.err, ": line "):
	default:
		want, _, _ := strings.Cut(c.err, ":")
		if got, _, _ := strings.Cut(trinosql.Failure(err), ":"); got != want {
			t.Errorf("it failed with %q: Trino says %s", trinosql.Failure(err), c.err)
		}
	}
}

// TestCasesOnTrino compares what Trino gives with what the files say, or writes it there.
func TestCasesOnTrino(t *testing.T) {
	w := newWorld(t)
	server := trinotest.Open(t, w.lake.Dir, nil)
	server.Describe(t, w.tables, w.files)
	over, err := view.Of(w.tables)
	if err != nil {
		t.Fatal(err)
	}
	server.DescribeView(t, over)
	for _, file := range caseFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			remark, cases := readCases(t, file)
			text := remark
			for i, c := range cases {
				got := testCase{name: c.name, sql: c.sql, refused: c.refused}
				got.ask(t, server)
				got.rows = c.inOrder(got.rows)
				if *update {
					got.refused = w.refusal(t, c.sql)
				} else if diff := cmp.Diff(c.text(), got.text()); diff != "" {
					t.Errorf("%s\n%s", c.name, diff)
				}
				if i > 0 {
					text += "\n"
				}
				text += got.text()
			}
			if *update {
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

var (
	// decimals has a blank in the protocol's types, which typeof has not.
	decimals = regexp.MustCompile(`decimal\((\d+), (\d+)\)`)
	// lengths are guesses of Trino's about the longest text.
	lengths = regexp.MustCompile(`varchar\(\d+\)`)
)

func (c *testCase) ask(t *testing.T, server *trinotest.Server) {
	t.Helper()
	answer, err := server.Run(t.Context(), trinotest.Ask{SQL: c.sql, Session: map[string]string{}})
	var failed *trinotest.Failure
	if errors.As(err, &failed) {
		c.err = strings.ReplaceAll(failed.Error(), "\n", " ")
		return
	}
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	names := make([]string, len(answer.Columns))
	for i, column := range answer.Columns {
		names[i] = column.Name + " " + lengths.ReplaceAllString(decimals.ReplaceAllString(column.Type, "decimal($1,$2)"), "varchar")
	}
	c.types = strings.Join(names, ", ")
	for _, row := range answer.Rows {
		texts := make([]string, len(row))
		for i, v := range row {
			texts[i] = shownByTrino(v)
		}
		c.rows = append(c.rows, "["+strings.Join(texts, ", ")+"]")
	}
}

func (w *world) refusal(t *testing.T, sql string) string {
	t.Helper()
	_, err := trinosql.Translate(sql, view.Schema(w.tables), options)
	var refusal *trinosql.Error
	if errors.As(err, &refusal) {
		return refusal.Construct
	}
	return ""
}
