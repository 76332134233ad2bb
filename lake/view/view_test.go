package view_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/source/builtin"
	"github.com/hindcast/hindcast/lake/view"
)

func columnNames(columns []glue.ViewColumn) (names []string) {
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}

func TestTheViewHasWhatPeopleLookAtAndWhatAllTablesShare(t *testing.T) {
	common := []catalog.Column{{Name: "log_offset", Type: ecs.Int}, {Name: "timestamp", Type: ecs.Time}, {Name: "shared", Type: ecs.String}}
	with := func(name string, more ...catalog.Column) catalog.Table {
		return catalog.Table{Name: name, Columns: append(common[:3:3], more...)}
	}
	v, err := view.Of([]catalog.Table{
		with("a", catalog.Column{Name: "source_ip", Type: ecs.String}, catalog.Column{Name: "mine", Type: ecs.String}, catalog.Column{Name: "source_domain", Type: ecs.String}),
		with("b", catalog.Column{Name: "related_ip", Type: ecs.Strings}, catalog.Column{Name: "source_domain", Type: ecs.Strings}, catalog.Column{Name: "dataset", Type: ecs.Int}),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `SELECT CAST('a' AS varchar) AS "dataset", "day", "timestamp", "source_ip", CAST(NULL AS array(varchar)) AS "related_ip", "log_offset", "shared" FROM "a"` +
		` UNION ALL SELECT CAST('b' AS varchar), "day", "timestamp", CAST(NULL AS varchar), "related_ip", "log_offset", "shared" FROM "b"`
	if diff := cmp.Diff(want, v.SQL); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"dataset", "day", "timestamp", "source_ip", "related_ip", "log_offset", "shared"}, columnNames(v.Columns)); diff != "" {
		t.Error(diff)
	}
	if _, err := view.Of(nil); !errors.Is(err, view.ErrNoTables) {
		t.Errorf("of no tables: %v", err)
	}
}

func TestTheViewOfAllSourcesFitsIntoGlueAndAthena(t *testing.T) {
	var tables []catalog.Table
	for _, s := range builtin.Sources() {
		c, err := s.Compile()
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, catalog.TableOf(s.Name, s.Title, c.Schema()))
	}
	v, err := view.Of(tables)
	if err != nil {
		t.Fatal(err)
	}
	text, err := v.Text(glue.AthenaCatalog, "hindcast")
	if err != nil || len(v.SQL) > dialect.AthenaMaxBytes || len(v.Columns) < 100 {
		t.Errorf("%d columns, %d bytes of SQL, %d in Glue: %v", len(v.Columns), len(v.SQL), len(text), err)
	}
	t.Logf("%d tables, %d columns: %d bytes of SQL, %d in Glue", len(tables), len(v.Columns), len(v.SQL), len(text))
}

func tableOf(name string, columns ...string) catalog.Table {
	t := catalog.Table{Name: name, Columns: []catalog.Column{{Name: "timestamp", Type: ecs.Time}}}
	for _, c := range columns {
		t.Columns = append(t.Columns, catalog.Column{Name: c, Type: ecs.String})
	}
	return t
}

func TestAViewThatWouldBeTooLongLosesItsLastColumns(t *testing.T) {
	var tables []catalog.Table
	for i := range 200 {
		tables = append(tables, tableOf(fmt.Sprintf("table_%s_%03d", strings.Repeat("x", 100), i), strings.Repeat("long_", 40)+"a", strings.Repeat("long_", 40)+"b",
			strings.Repeat("long_", 40)+"c", strings.Repeat("long_", 40)+"d", strings.Repeat("long_", 40)+"e"))
	}
	v, err := view.Of(tables)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Text(glue.AthenaCatalog, "hindcast"); err != nil || len(v.Columns) < 4 || len(v.Columns) > 8 || v.Columns[2].Name != "timestamp" {
		t.Errorf("columns %v: %v", columnNames(v.Columns), err)
	}
	for len(tables) < 1000 {
		tables = append(tables, tables...)
	}
	if _, err := view.Of(tables); !errors.Is(err, glue.ErrInvalid) {
		t.Errorf("of %d tables: %v", len(tables), err)
	}
}

// The same SELECT in DuckDB's dialect gives each event of each table once, and one table's or day's when it is asked for.
func TestTheViewGivesTheEventsOfAllTables(t *testing.T) {
	lake := enginetest.Estate(t)
	tables, err := lake.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sql, columns, err := view.SQL(dialect.DuckDB(), tables)
	if err != nil {
		t.Fatal(err)
	}
	e, err := duckdb.Open(lake.Dir, duckdb.Options{Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	statement := engine.Statement{SQL: sql.String()}
	want := map[string]int64{}
	for _, table := range tables {
		files, err := lake.Files(t.Context(), catalog.FileQuery{Tables: []string{table.Name}})
		if err != nil {
			t.Fatal(err)
		}
		statement.Scans = append(statement.Scans, engine.Scan{Table: table.Name, Columns: table.Columns, Files: files})
		for _, f := range files {
			want[table.Name+" "+f.Day] += f.Rows
		}
	}
	rows, err := e.Query(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for i, c := range rows.Columns() {
		if c.Name != columns[i].Name || c.Type != columns[i].Type.DuckDB() {
			t.Errorf("column %d is %s %s, not %s %s", i, c.Name, c.Type, columns[i].Name, columns[i].Type.DuckDB())
		}
	}
	got := map[string]int64{}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if at := row[2].(time.Time); catalog.Day(at) != row[1] {
			t.Errorf("an event of %v is in day %v", at, row[1])
		}
		got[fmt.Sprint(row[0], " ", row[1])]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
