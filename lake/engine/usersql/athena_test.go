package usersql_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/usersql"
)

func TestWhatAthenaIsToRead(t *testing.T) {
	l, e := setup(t)
	in := usersql.Database{Catalog: "awsdatacatalog", Name: "security"}
	for _, c := range []struct {
		name, sql string
		days      string // of the files that are read, by table
		refusal   string
	}{
		{name: "all days of the tables", sql: `SELECT * FROM aws_one JOIN aws_two USING (event_id)`,
			days: "aws_one 2026-01-01 2026-01-02 2026-01-03 aws_two 2026-01-01 2026-01-02 2026-01-03"},
		{name: "the days that the conditions leave", sql: `SELECT count(*) FROM aws_one WHERE "day" = '2026-01-02'`, days: "aws_one 2026-01-02"},
		{name: "days without an end", sql: `SELECT count(*) FROM aws_one WHERE day >= '2026-01-02'`, days: "aws_one 2026-01-02 2026-01-03"},
		{name: "the days that are left through an expression", sql: `WITH x AS (SELECT * FROM aws_one) SELECT count(*) FROM x WHERE day >= '2026-01-02'`,
			days: "aws_one 2026-01-02 2026-01-03"},
		{name: "a table with its database", sql: `SELECT 1 FROM security.aws_two WHERE day <= '2026-01-01'`, days: "aws_two 2026-01-01"},
		{name: "what only Athena understands", sql: `SELECT geometry_union_agg(user_name) FROM aws_one`, days: "aws_one 2026-01-01 2026-01-02 2026-01-03"},
		{name: "no table at all", sql: `SELECT 1`},
		{name: "a table that is not there", sql: `SELECT * FROM aws_three`, refusal: "aws_three"},
		{name: "another database", sql: `SELECT * FROM billing.cur`, refusal: "billing"},
		{name: "a column that is not there", sql: `SELECT nothing FROM aws_one`, refusal: "nothing"},
		{name: "no SELECT", sql: `DROP TABLE aws_one`, refusal: "begins with DROP"},
		{name: "two statements", sql: `SELECT 1; SELECT 2`, refusal: "a second statement"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := usersql.PrepareAthena(t.Context(), l, e, in, c.sql, 5)
			if c.refusal != "" {
				if !errors.Is(err, engine.ErrStatement) || !strings.Contains(err.Error(), c.refusal) {
					t.Fatalf("%v; want one about %q", err, c.refusal)
				}
				return
			}
			var days []string
			for _, scan := range s.Scans {
				days = append(days, scan.Table)
				for _, f := range scan.Files {
					days = append(days, f.Day)
				}
			}
			if got := strings.Join(days, " "); err != nil || got != c.days || s.SQL != c.sql || s.MaxRows != 5 {
				t.Errorf("%q of %+v: %v; want %q", got, s, err, c.days)
			}
		})
	}
}
