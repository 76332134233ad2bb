package usersql_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/engine/usersql"
)

// read is what a statement reads if it reads these columns, table.column, of all days.
func read(t *testing.T, l *enginetest.Lake, columns string) (n int64) {
	t.Helper()
	for _, table := range []string{"aws_one", "aws_two"} {
		if !strings.Contains(columns, table) {
			continue
		}
		files, err := l.Files(t.Context(), catalog.FileQuery{Tables: []string{table}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			n += f.Sizes.Rest
			for _, c := range strings.Fields(columns) {
				if of, name, _ := strings.Cut(c, "."); of == table {
					n += f.Sizes.Columns[name]
				}
			}
		}
	}
	return n
}

func TestStatementsAreEstimatedByTheColumnsThatTheyMention(t *testing.T) {
	l, e := setup(t)
	in := usersql.Database{Catalog: "awsdatacatalog", Name: "security"}
	const whole = ""
	for _, c := range []struct{ name, sql, columns string }{
		{"no column", `SELECT count(*) FROM aws_one`, "aws_one."},
		{"a column, in capitals and quoted", `SELECT "USER_NAME" FROM aws_one`, "aws_one.user_name"},
		{"a column of a condition", `SELECT count(*) FROM aws_one WHERE user_name = 'x'`, "aws_one.user_name"},
		{"the key, which no file has", `SELECT max(day) FROM aws_one`, "aws_one."},
		{"columns that tables are joined by", `SELECT 1 FROM aws_one JOIN aws_two USING (event_id)`, "aws_one.event_id aws_two.event_id"},
		{"tables with a comma between", `SELECT 2 * 3 FROM aws_one a, aws_two b WHERE a.user_name = b.user_name`, "aws_one.user_name aws_two.user_name"},
		{"a column of a subquery", `SELECT 1 FROM (SELECT event_id AS x FROM aws_one) AS s WHERE s.x = '1'`, "aws_one.event_id"},
		{"a star", `SELECT * FROM aws_one`, whole},
		{"a table's star", `SELECT a.* FROM aws_one AS a`, whole},
		{"a star within", `WITH x AS (SELECT * FROM aws_one) SELECT user_name FROM x`, whole},
		{"a join by what is alike", `SELECT 1 FROM aws_one NATURAL JOIN aws_two`, whole},
		{"columns called otherwise", `SELECT x FROM aws_one AS a (x, y, z, d)`, whole},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := read(t, l, c.columns)
			if s, err := usersql.Prepare(t.Context(), l, e, c.sql, 5); err != nil || s.Estimate != want {
				t.Errorf("DuckDB: %d, %v; want %d", s.Estimate, err, want)
			}
			if s, err := usersql.PrepareAthena(t.Context(), l, e, in, c.sql, 5); err != nil || s.Estimate != want {
				t.Errorf("Athena: %d, %v; want %d", s.Estimate, err, want)
			}
		})
	}
}

func TestWhatOnlyOneDialectHasIsEstimatedToo(t *testing.T) {
	l, e := setup(t)
	for _, sql := range []string{`SELECT a FROM aws_one AS a`, `SELECT aws_one FROM aws_one`, `SELECT COLUMNS('u.*') FROM aws_one`, `(FROM aws_one)`} {
		if s, err := usersql.Prepare(t.Context(), l, e, sql, 5); err != nil || s.Estimate != 0 {
			t.Errorf("%s: %d bytes, %v; want those of the files", sql, s.Estimate, err)
		}
	}
	in := usersql.Database{Catalog: "awsdatacatalog", Name: "security"}
	for _, c := range []struct{ sql, columns string }{
		{`SELECT user_name FROM security.aws_one`, "aws_one.user_name"},
		{`SELECT user_name FROM events`, ""},
		{`SELECT user_name FROM aws_one WHERE user_name IN (SELECT v FROM (VALUES 'a', 'b') AS t (v))`, ""},
	} {
		if s, err := usersql.PrepareAthena(t.Context(), l, e, in, c.sql, 5); err != nil || s.Estimate != read(t, l, c.columns) {
			t.Errorf("%s: %d bytes, %v; want %d", c.sql, s.Estimate, err, read(t, l, c.columns))
		}
	}
}

// sizeless is a catalog that does not know sizes for the moment.
type sizeless struct{ *enginetest.Lake }

var errSizes = errors.New("the catalog is gone")

func (sizeless) ColumnBytes(context.Context, string, []catalog.File) (b catalog.ColumnBytes, err error) {
	return b, errSizes
}

func TestAStatementThatCannotBeEstimatedFails(t *testing.T) {
	l, e := setup(t)
	if _, err := usersql.Prepare(t.Context(), sizeless{l}, e, `SELECT user_name FROM aws_one`, 5); !errors.Is(err, errSizes) {
		t.Errorf("got %v", err)
	}
}
