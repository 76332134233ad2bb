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

func TestNoTwoStatementsWriteBelowOnePlace(t *testing.T) {
	for _, c := range []struct {
		name, first, second string
		want                bool
	}{
		{"the same place", "a/x/", "a/x/", false},
		{"a place below", "a/x/", "a/x/y/", false},
		{"a place above", "a/x/y/", "a/x/", false},
		{"a place whose name begins alike", "a/x/", "a/xy/", true},
		{"another bucket", "a/x/", "b/x/", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &Service{writing: map[location]bool{}}
			at := func(text string) location {
				bucket, key, _ := strings.Cut(text, "/")
				return location{bucket, key}
			}
			if err := s.claim(at(c.first)); err != nil {
				t.Fatal(err)
			}
			if err := s.claim(at(c.second)); (err == nil) != c.want {
				t.Errorf("got %v", err)
			}
		})
	}
}
