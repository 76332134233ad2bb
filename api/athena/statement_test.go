package athena

import (
	"strings"
	"testing"
)

func FuzzStatementsAreParsedOrRefused(f *testing.F) {
	for _, sql := range []string{
		"SELECT 1;", "SHOW TABLES IN `a` 'x*'", "DESCRIBE a.b", "UNLOAD (SELECT ')' FROM t) TO 's3://b/c' WITH (format = 'JSON', partitioned_by = ARRAY['a'])",
		"CREATE TABLE \"a\".b WITH (x = 1) AS SELECT 1", "EXECUTE p USING 'a', ARRAY[1, 2], f(1, 2)", "PREPARE p FROM SELECT ?", "EXPLAIN (SELECT 1)", "DROP TABLE IF EXISTS a",
	} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		st, err := parse(sql)
		if err != nil {
			return
		}
		if st.kind == "" || !strings.Contains(sql, st.query) {
			t.Errorf("%q is %+v", sql, st)
		}
		for _, a := range st.arguments {
			if !strings.Contains(sql, a) {
				t.Errorf("%q has the argument %q", sql, a)
			}
		}
	})
}

func FuzzLocationsStayInTheirBucket(f *testing.F) {
	for _, uri := range []string{"s3://bucket/a/b", "s3://bucket", "s3://bucket/../x", "s3://bucket/a//b", "s3://bucket/.x"} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		at, err := parseLocation(uri)
		if err != nil {
			return
		}
		for part := range strings.SplitSeq(at.object(), "/") {
			if part == ".." || part == "." {
				t.Errorf("%q is %q", uri, at.object())
			}
		}
		if again, err := parseLocation(at.String()); err != nil || again != at {
			t.Errorf("%q is %v, and that is %v: %v", uri, at, again, err)
		}
	})
}
