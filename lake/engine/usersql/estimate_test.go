package usersql_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
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
			want := func(s engine.Statement) int64 {
				if c.columns == whole {
					return engine.Statement{Scans: s.Scans}.Bytes()
				}
				return read(t, l, c.columns)
			}
			if s, err := usersql.Prepare(t.Context(), l, e, c.sql, 5); err != nil || s.Bytes() != want(s) {
				t.Errorf("DuckDB: %d, %v; want %d", s.Bytes(), err, want(s))
			}
			if s, err := usersql.PrepareAthena(t.Context(), l, e, in, c.sql, 5); err != nil || s.Bytes() != want(s) {
				t.Errorf("Athena: %d, %v; want %d", s.Bytes(), err, want(s))
			}
		})
	}
}

func TestWhatOnlyOneDialectHasIsEstimatedToo(t *testing.T) {
	l, e := setup(t)
	for _, sql := range []string{`SELECT a FROM aws_one AS a`, `SELECT aws_one FROM aws_one`, `SELECT COLUMNS('u.*') FROM aws_one`, `(FROM aws_one)`,
		`SELECT main.aws_one FROM aws_one`, `SELECT temp.a FROM aws_one AS a`} {
		s, err := usersql.Prepare(t.Context(), l, e, sql, 5)
		if want := (engine.Statement{Scans: s.Scans}).Bytes(); err != nil || s.Bytes() != want {
			t.Errorf("%s: %d bytes, %v; want the %d of the files", sql, s.Bytes(), err, want)
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

func TestATableCountsAtEachPlaceWhereItIsRead(t *testing.T) {
	l, e := setup(t)
	in := usersql.Database{Catalog: "awsdatacatalog", Name: "security"}
	doubled := `WITH c0 AS (SELECT event_id FROM aws_one)`
	for i := range 80 {
		doubled += fmt.Sprintf(", c%[1]d AS (SELECT event_id FROM c%[2]d UNION ALL SELECT event_id FROM c%[2]d)", i+1, i)
	}
	once := read(t, l, "aws_one.event_id")
	for _, c := range []struct {
		name, sql string
		want      int64
	}{
		{"joined with itself", `SELECT 1 FROM aws_one a JOIN aws_one b ON a.event_id = b.event_id`, 2 * once},
		{"in a union and a subquery", `SELECT event_id FROM aws_one UNION ALL SELECT event_id FROM aws_one WHERE event_id IN (SELECT event_id FROM aws_one)`, 3 * once},
		{"in an expression that is named once", `WITH c AS (SELECT event_id FROM aws_one) SELECT 1 FROM c`, once},
		{"in one that is named twice by one that is named twice", `WITH c AS (SELECT event_id FROM aws_one), d AS (SELECT c.event_id FROM c, c AS e) SELECT 1 FROM d, d AS f`, 4 * once},
		{"in one that names it too", `WITH c AS (SELECT event_id FROM aws_one), d AS (SELECT event_id FROM c UNION ALL SELECT event_id FROM aws_one) SELECT 1 FROM c, d`, 3 * once},
		{"so often that it is no number", doubled + ` SELECT count(*) FROM c80`, 1 << 60},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s, err := usersql.Prepare(t.Context(), l, e, c.sql, 5); err != nil || s.Bytes() != c.want {
				t.Errorf("DuckDB: %d, %v; want %d", s.Bytes(), err, c.want)
			}
			if s, err := usersql.PrepareAthena(t.Context(), l, e, in, c.sql, 5); err != nil || s.Bytes() != c.want {
				t.Errorf("Athena: %d, %v; want %d", s.Bytes(), err, c.want)
			}
		})
	}
	s, err := usersql.Prepare(t.Context(), l, e, `SELECT a.* FROM aws_one a, aws_one b`, 5)
	if want := 2 * (engine.Statement{Scans: s.Scans}).Bytes(); err != nil || s.Bytes() != want {
		t.Errorf("all columns: %d, %v; want %d", s.Bytes(), err, want)
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
