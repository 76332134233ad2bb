package correlate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

// checkDays makes sure that wherever a statement for Athena reads a table, the first thing that it asks is the day.
func checkDays(t testing.TB, p *Plan) {
	t.Helper()
	for _, q := range p.queries() {
		read := 0
		tokens, err := dialect.Tokens(q.Athena)
		if err != nil {
			t.Fatal(err)
		}
		for i, at := range tokens {
			if !at.Is("FROM") || !slices.ContainsFunc(q.Scans, func(s engine.Scan) bool { return tokens[i+1].Text == `"`+s.Table+`"` }) {
				continue
			}
			read++
			rest := tokens[i+2:]
			for len(rest) > 3 && rest[0].Is("CROSS") && rest[1].Is("JOIN") {
				rest = rest[3:]
			}
			if !rest[0].Is("WHERE") {
				t.Fatalf("%s: %s is read without a condition", q.Purpose, tokens[i+1].Text)
			}
			rest = rest[1:]
			for rest[0].Text == "(" {
				rest = rest[1:]
			}
			if rest[0].Text != `"day"` || rest[1].Text != "=" && rest[1].Text+rest[2].Text != ">=" {
				t.Errorf("%s: %s is read by %s, not by day", q.Purpose, tokens[i+1].Text, rest[0].Text)
			}
		}
		if read != len(q.Scans) {
			t.Errorf("%s: %d tables are read of %d", q.Purpose, read, len(q.Scans))
		}
	}
}

// unpublished are days that Athena does not see as they are.
type unpublished []catalog.Unpublished

func (u unpublished) Unpublished(context.Context, int) ([]catalog.Unpublished, error) { return u, nil }

const root = "s3://lake/hindcast"

func TestStatementsForAthenaNameTheFilesOfAPartOfADay(t *testing.T) {
	lake := enginetest.Estate(t)
	morning := func(r *Request) { r.To = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name   string
		change func(*Request)
		behind unpublished
		paths  int
	}{
		{"one of a day's two files", morning, nil, 1},
		{"all files of the days", func(*Request) {}, nil, 0},
		{"a day that is not published as it is", morning, unpublished{{Partition: catalog.Partition{Table: "aws_cloudtrail", Day: "2026-01-01"}}}, 0},
		{"another day that is not", morning, unpublished{{Partition: catalog.Partition{Table: "aws_cloudtrail", Day: "2026-01-02"}}}, 1},
		{"another table that is not", morning, unpublished{{Partition: catalog.Partition{Table: "aws_elb", Day: "2026-01-01"}}}, 1},
		{"whole documents too", func(r *Request) { morning(r); r.Full = true }, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := january(t, func(r *Request) { r.Sources = []string{"aws_cloudtrail"} }, c.change)
			p, err := NewPlanner(lake).At(root, c.behind).Plan(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			checkDays(t, p)
			for _, q := range p.queries() {
				if n := strings.Count(q.Athena, root+"/tables/aws_cloudtrail/day=2026-01-01/"); n != c.paths || strings.Contains(q.Athena, `"$path"`) != (n > 0) {
					t.Errorf("%s names %d files:\n%s", q.Purpose, n, q.Athena)
				}
				if strings.Contains(q.DuckDB, "$path") {
					t.Errorf("DuckDB is given names: %s", q.DuckDB)
				}
			}
			if warned := strings.Contains(strings.Join(p.Warnings, "\n"), "does not see"); warned != (len(c.behind) > 0 && c.paths == 0) {
				t.Errorf("warnings %q", p.Warnings)
			}
		})
	}
}

// listed is a catalog of tables with so many files each, all of the first of January and one a minute.
type listed struct{ tables, files int }

func (l listed) Tables(context.Context) (out []catalog.Table, err error) {
	for n := range l.tables {
		out = append(out, catalog.Table{Name: fmt.Sprintf("table%02d", n), Columns: []catalog.Column{
			{Name: "timestamp", ECS: "@timestamp", Type: ecs.Time}, {Name: "source_ip", ECS: "source.ip", Kind: ecs.IP},
		}})
	}
	return out, nil
}

func (l listed) Files(_ context.Context, q catalog.FileQuery) (out []catalog.File, err error) {
	for _, name := range q.Tables {
		for i := range l.files {
			if at := day.Add(time.Minute * time.Duration(i)); q.ToTime.IsZero() || at.Before(q.ToTime) {
				path := fmt.Sprintf("tables/%s/day=2026-01-01/g000001/0123456789abcdef0123456789abcdef-%d.parquet", name, i)
				out = append(out, catalog.File{Table: name, Day: "2026-01-01", Path: path, Rows: 1, Bytes: 1, MinTime: at, MaxTime: at})
			}
		}
	}
	return out, nil
}

func (l listed) Coverage(_ context.Context, tables []string, _, _ string) (out []catalog.Partition, err error) {
	for _, name := range tables {
		out = append(out, catalog.Partition{Table: name, Day: "2026-01-01", Generation: 1, Version: 1, Rows: int64(l.files), Files: int64(l.files)})
	}
	return out, nil
}

var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func TestManyFilesAreNotNamed(t *testing.T) {
	for _, c := range []struct{ tables, files, named int }{
		{1, dialect.MaxPaths, dialect.MaxPaths},
		{1, dialect.MaxPaths + 1, 0},
		{30, 90, 0}, // each table alone would do, but Athena takes no statement of that length
	} {
		r := january(t, func(r *Request) { r.To = day.Add(time.Minute * time.Duration(c.files)) })
		planner := NewPlanner(listed{c.tables, c.files + 1}).At("s3://a-bucket-with-a-name-that-is-as-long-as-such-may-be/and-a-prefix", unpublished{})
		p, err := planner.Plan(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(p.Timeline[0].Athena, ".parquet'"); n != c.named || len(p.Timeline[0].Athena) > dialect.AthenaMaxBytes {
			t.Errorf("%+v: %d files are named in %d bytes", c, n, len(p.Timeline[0].Athena))
		}
	}
}

func TestListsAreAskedForAsJSON(t *testing.T) {
	lake := enginetest.Estate(t)
	p, err := NewPlanner(lake).Plan(t.Context(), january(t, func(r *Request) { r.Indicators = append(r.Indicators, parse(t, ecs.User, "bob")) }))
	if err != nil {
		t.Fatal(err)
	}
	s := p.Timeline[0].In(dialect.Athena())
	if want := []string{"event_category", "match_ip", "match_user"}; !slices.Equal(s.Lists, want) {
		t.Errorf("lists are %q", s.Lists)
	}
	for _, name := range s.Lists {
		if !strings.Contains(s.SQL, `json_format(CAST("`+name+`" AS JSON)) AS "`+name+`"`) {
			t.Errorf("%s is not asked for as JSON: %s", name, s.SQL)
		}
	}
	if d := p.Timeline[0].In(dialect.DuckDB()); len(d.Lists) > 0 || strings.Contains(d.SQL, "json_format") {
		t.Errorf("DuckDB, which knows lists, is asked for JSON: %s", d.SQL)
	}
}

// priced costs a micro-dollar a byte.
type priced struct{}

func (priced) Price(bytes int64) int64 { return bytes }
func (priced) PriceBasis() string      { return "a micro-dollar a byte" }

func TestAnEstimateHasItsPrice(t *testing.T) {
	p, err := NewPlanner(enginetest.Estate(t)).Plan(t.Context(), january(t))
	if err != nil {
		t.Fatal(err)
	}
	p.PriceBy(priced{})
	var text strings.Builder
	if err := p.Explain().Text(&text, false); err != nil {
		t.Fatal(err)
	}
	want := p.Timeline[0].Bytes + p.Statistics.Bytes
	if p.Estimate.MicroUSD != want || want == 0 || !strings.Contains(text.String(), "Would cost at most "+engine.USD(want)+" (a micro-dollar a byte)") {
		t.Errorf("got %+v of %d:\n%s", p.Estimate, want, text.String())
	}
}
