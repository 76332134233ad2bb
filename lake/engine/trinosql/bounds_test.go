package trinosql_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/engine/trinosql"
	"github.com/hindcast/hindcast/lake/view"
)

// TestDaysAreDerived from what the statement says of the key.
func TestDaysAreDerived(t *testing.T) {
	w := newWorld(t)
	trail := func(from, to string) trinosql.Read { return trinosql.Read{Table: "aws_cloudtrail", From: from, To: to} }
	flows := func(from, to string) trinosql.Read { return trinosql.Read{Table: "aws_vpcflow", From: from, To: to} }
	for _, c := range []struct {
		name, from string
		want       []trinosql.Read
	}{
		{"no condition", "aws_cloudtrail", []trinosql.Read{trail("", "")}},
		{"a day", "aws_cloudtrail WHERE day = '2026-01-02'", []trinosql.Read{trail("2026-01-02", "2026-01-02")}},
		{"two bounds", "aws_cloudtrail WHERE day >= '2026-01-01' AND '2026-01-03' > day AND user_name = 'x'", []trinosql.Read{trail("2026-01-01", "2026-01-03")}},
		{"between", "aws_cloudtrail WHERE day BETWEEN '2026-01-01' AND '2026-01-03'", []trinosql.Read{trail("2026-01-01", "2026-01-03")}},
		{"a list", "aws_cloudtrail WHERE day IN ('2026-01-04', '2026-01-02')", []trinosql.Read{trail("2026-01-02", "2026-01-04")}},
		{"one or the other", "aws_cloudtrail WHERE day = '2026-01-02' OR user_name = 'x'", []trinosql.Read{trail("", "")}},
		{"not a day", "aws_cloudtrail WHERE day NOT IN ('2026-01-02')", []trinosql.Read{trail("", "")}},
		{"two tables, one of them bounded", "aws_cloudtrail CROSS JOIN aws_vpcflow AS v WHERE aws_cloudtrail.day = '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02"), flows("", "")}},
		{"two tables, both bounded", "aws_cloudtrail AS c CROSS JOIN aws_vpcflow AS v WHERE c.day = '2026-01-02' AND v.day < '2026-01-04'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02"), flows("", "2026-01-04")}},
		{"a table that is read twice", "aws_cloudtrail AS a JOIN aws_cloudtrail AS b ON a.day = '2026-01-02' AND b.day > '2026-01-03'", []trinosql.Read{trail("2026-01-02", "")}},
		{"a file", `aws_cloudtrail WHERE "$path" = 'a' AND day = '2026-01-02'`, []trinosql.Read{{Table: "aws_cloudtrail", From: "2026-01-02", To: "2026-01-02", Paths: []string{"a"}}}},
		{"files around a subquery", `(SELECT "$path" AS p FROM aws_cloudtrail WHERE "$path" IN ('a', 'b')) AS t WHERE p IN ('b', 'c') AND p > 'a'`,
			[]trinosql.Read{{Table: "aws_cloudtrail", Paths: []string{"b"}}}},
		{"a file, and all", `aws_cloudtrail AS a, aws_cloudtrail AS b WHERE a."$path" = 'a'`, []trinosql.Read{trail("", "")}},
		{"a join's condition", "aws_cloudtrail AS c JOIN aws_vpcflow AS v ON v.day = '2026-01-03' WHERE c.day = '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02"), flows("2026-01-03", "2026-01-03")}},
		{"an outer join's condition", "aws_cloudtrail AS c LEFT JOIN aws_vpcflow AS v ON v.day = '2026-01-03' WHERE c.day = '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02"), flows("", "")}},
		{"around a subquery", "(SELECT event_id, day AS d FROM aws_cloudtrail WHERE day < '2026-01-03') AS t WHERE d >= '2026-01-02'", []trinosql.Read{trail("2026-01-02", "2026-01-03")}},
		{"around a union", "(SELECT day FROM aws_cloudtrail UNION SELECT day FROM aws_vpcflow) AS t (d) WHERE d = '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02"), flows("2026-01-02", "2026-01-02")}},
		{"around a union of which one part says nothing of its days", "(SELECT day FROM aws_cloudtrail UNION SELECT max(day) FROM aws_vpcflow) AS t (d) WHERE d = '2026-01-02'",
			[]trinosql.Read{trail("", ""), flows("", "")}},
		{"around what rows of other days change", "(SELECT day, count(*) OVER () AS n FROM aws_cloudtrail) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"around a limit", "(SELECT day FROM aws_cloudtrail ORDER BY day LIMIT 2) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"around a limit of a union", "(SELECT day FROM aws_cloudtrail UNION ALL SELECT day FROM aws_cloudtrail OFFSET 2) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"around groups", "(SELECT day, count(*) AS n FROM aws_cloudtrail GROUP BY GROUPING SETS (day, ())) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"around a difference", "(SELECT day FROM aws_cloudtrail EXCEPT SELECT day FROM aws_vpcflow) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", ""), flows("", "")}},
		{"another column of that name", "(SELECT event_id AS day FROM aws_cloudtrail) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"a part of a union by what tells it", "(SELECT 'a' AS k, day FROM aws_cloudtrail UNION ALL SELECT CAST('b' AS varchar), day FROM aws_vpcflow) AS t WHERE k = 'b' AND day > '2026-01-02'",
			[]trinosql.Read{{Table: "aws_cloudtrail", From: "2026-01-02", None: true}, flows("2026-01-02", "")}},
		{"around groups of days", "(SELECT day AS d, count(*) AS n FROM aws_cloudtrail WHERE day < '2026-01-04' GROUP BY 1 HAVING count(*) > 0) AS t WHERE d >= '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-04")}},
		{"around groups of what is counted over all", "(SELECT day, sum(count(*)) OVER () AS n FROM aws_cloudtrail GROUP BY day) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"around a rollup", "(SELECT day, count(*) AS n FROM aws_cloudtrail GROUP BY ROLLUP (day)) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"around the greatest day", "(SELECT max(day) AS day FROM aws_cloudtrail GROUP BY user_name) AS t WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, err := trinosql.Translate("SELECT count(*) FROM "+c.from, view.Schema(w.tables), options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, tr.Reads); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDaysAreDerivedThroughCommonTableExpressions: each place that refers to one has conditions of its own.
func TestDaysAreDerivedThroughCommonTableExpressions(t *testing.T) {
	w := newWorld(t)
	trail := func(from, to string) trinosql.Read { return trinosql.Read{Table: "aws_cloudtrail", From: from, To: to} }
	doubled := "WITH x0 AS (SELECT day FROM aws_cloudtrail WHERE day > '2026-01-01')"
	for i := range 30 {
		doubled += fmt.Sprintf(", x%d AS (SELECT a.day FROM x%d AS a, x%d AS b)", i+1, i, i)
	}
	for _, c := range []struct {
		name, sql string
		want      []trinosql.Read
	}{
		{"a condition", "WITH x AS (SELECT * FROM aws_cloudtrail) SELECT count(*) FROM x WHERE day >= '2026-01-02'", []trinosql.Read{trail("2026-01-02", "")}},
		{"within and around", "WITH x AS (SELECT * FROM aws_cloudtrail WHERE day < '2026-01-04') SELECT count(*) FROM x AS y WHERE y.day >= '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-04")}},
		{"columns that are renamed", "WITH x (d, n) AS (SELECT day, event_id FROM aws_cloudtrail) SELECT count(*) FROM x WHERE d = '2026-01-02' AND n > 'a'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02")}},
		{"a column that takes the name", "WITH x (day, n) AS (SELECT event_id, day FROM aws_cloudtrail) SELECT count(*) FROM x WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"two places of two days", "WITH x AS (SELECT * FROM aws_cloudtrail) SELECT count(*) FROM x AS a JOIN x AS b ON a.day = '2026-01-01' AND b.day = '2026-01-03'",
			[]trinosql.Read{trail("2026-01-01", "2026-01-03")}},
		{"two places, one of them without a condition", "WITH x AS (SELECT * FROM aws_cloudtrail) SELECT count(*) FROM x WHERE day = '2026-01-01' AND event_id IN (SELECT event_id FROM x)",
			[]trinosql.Read{trail("", "")}},
		{"one that refers to another", "WITH x AS (SELECT * FROM aws_cloudtrail), y AS (SELECT day FROM x WHERE day < '2026-01-03') SELECT count(*) FROM y WHERE day > '2026-01-01'",
			[]trinosql.Read{trail("2026-01-01", "2026-01-03")}},
		{"groups of days", "WITH x AS (SELECT day, user_name, count(*) AS n FROM aws_cloudtrail GROUP BY day, user_name) SELECT sum(n) FROM x WHERE day = '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02")}},
		{"what rows of other days change", "WITH x AS (SELECT day, row_number() OVER (PARTITION BY user_name ORDER BY day) AS n FROM aws_cloudtrail) SELECT count(*) FROM x WHERE day = '2026-01-02' AND n = 1",
			[]trinosql.Read{trail("", "")}},
		{"a limit", "WITH x AS (SELECT day FROM aws_cloudtrail ORDER BY day LIMIT 2) SELECT count(*) FROM x WHERE day = '2026-01-02'", []trinosql.Read{trail("", "")}},
		{"a part of a union", "WITH x AS (SELECT 'a' AS k, day FROM aws_cloudtrail UNION ALL SELECT 'b', day FROM aws_vpcflow) SELECT count(*) FROM x WHERE k = 'a' AND day = '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02"), {Table: "aws_vpcflow", From: "2026-01-02", To: "2026-01-02", None: true}}},
		{"one that nothing refers to", "WITH x AS (SELECT day FROM aws_vpcflow) SELECT count(*) FROM aws_cloudtrail WHERE day = '2026-01-02'",
			[]trinosql.Read{trail("2026-01-02", "2026-01-02"), {Table: "aws_vpcflow", None: true}}},
		{"places without end", doubled + " SELECT count(*) FROM x30 WHERE day < '2026-01-03'", []trinosql.Read{trail("2026-01-01", "")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, err := trinosql.Translate(c.sql, view.Schema(w.tables), options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, tr.Reads); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTheViewReadsWhatIsAskedFor: of tables and days that no row of the answer can be of, nothing.
func TestTheViewReadsWhatIsAskedFor(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, where string
		tables      int // of which something is read
		from, to    string
	}{
		{"all", "", 6, "", ""},
		{"a day", "WHERE day = '2026-01-02'", 6, "2026-01-02", "2026-01-02"},
		{"a table", "WHERE dataset = 'doors'", 1, "", ""},
		{"two tables of a day", "WHERE dataset IN ('doors', 'aws_cloudtrail') AND e.day <= '2026-01-02'", 2, "", "2026-01-02"},
		{"tables by their order", "WHERE dataset > 'aws_r'", 3, "", ""},
		{"any but one", "WHERE dataset <> 'doors'", 6, "", ""},
		{"no table at all", "WHERE dataset = 'absent'", 0, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, err := trinosql.Translate("SELECT count(*) FROM events AS e "+c.where, view.Schema(w.tables), options)
			if err != nil {
				t.Fatal(err)
			}
			read := 0
			for _, r := range tr.Reads {
				if !r.None {
					read++
				}
				if r.From != c.from || r.To != c.to {
					t.Errorf("%+v", r)
				}
			}
			if len(tr.Reads) != len(w.tables) || read != c.tables {
				t.Errorf("%+v", tr.Reads)
			}
		})
	}
}
