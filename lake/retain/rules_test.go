package retain

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
)

func TestADayIsPastOnceItsPolicysDaysAreOver(t *testing.T) {
	rules := NewRules([]catalog.Policy{{Keep: 400}, {Table: "flows", Keep: 1}, {Table: "trail"}}, nil)
	for _, c := range []struct {
		name       string
		table, day string
		now        string
		past       bool
	}{
		{"today stays", "flows", "2026-01-10", "2026-01-10T23:59:59Z", false},
		{"yesterday stays all of a day after its end", "flows", "2026-01-10", "2026-01-11T23:59:59.999Z", false},
		{"a day goes when its time is over to the moment", "flows", "2026-01-10", "2026-01-12T00:00:00Z", true},
		{"the hour is that of UTC", "flows", "2026-01-10", "2026-01-12T01:00:00+02:00", false},
		{"tomorrow stays", "flows", "2026-01-13", "2026-01-12T00:00:00Z", false},
		{"a table without a policy has that of all", "doors", "2025-01-01", "2026-02-06T00:00:00Z", true},
		{"and not a day earlier", "doors", "2025-01-02", "2026-02-06T00:00:00Z", false},
		{"a table's own policy may be to keep all", "trail", "1999-01-01", "2026-01-01T00:00:00Z", false},
		{"a leap day counts", "flows", "2024-02-28", "2024-02-29T12:00:00Z", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339Nano, c.now)
			if err != nil {
				t.Fatal(err)
			}
			if past := rules.past(c.table, c.day, now); past != c.past {
				t.Errorf("past is %v, the first day kept %s", past, rules.FirstDay(c.table, now))
			}
			if keep := rules.Policy(c.table).Keep; keep > 0 && (age(c.day, now) >= keep) != c.past {
				t.Errorf("its age is %d of %d days", age(c.day, now), keep)
			}
		})
	}
}

func TestHoldsOfADay(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 1, day, hour, 0, 0, 0, time.UTC) }
	rules := NewRules(nil, []catalog.Hold{
		{ID: "all"}, {ID: "table", Table: "flows"}, {ID: "other", Table: "trail"},
		{ID: "until", To: at(10, 0)}, {ID: "until noon", To: at(10, 12)}, {ID: "from", From: at(11, 0)}, {ID: "from night", From: at(10, 23)},
		{ID: "within", From: at(10, 5), To: at(10, 6)},
	})
	var got []string
	for _, h := range rules.holdsOn("flows", "2026-01-10") {
		got = append(got, h.ID)
	}
	if diff := cmp.Diff([]string{"all", "table", "until noon", "from night", "within"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPoliciesAreRead(t *testing.T) {
	for _, c := range []struct {
		text string
		want catalog.Policy
	}{
		{"aws_vpcflow=90d", catalog.Policy{Table: "aws_vpcflow", Keep: 90}},
		{"default=7y", catalog.Policy{Keep: 7 * 365}},
		{"x=forever", catalog.Policy{Table: "x"}},
		{"x=13w,30d:standard_ia,60d:GLACIER_IR,raw:0d:GLACIER,raw:6m:DEEP_ARCHIVE", catalog.Policy{
			Table: "x", Keep: 91, Parquet: []catalog.Move{{After: 30, Class: "STANDARD_IA"}, {After: 60, Class: "GLACIER_IR"}},
			Raw: []catalog.Move{{After: 0, Class: "GLACIER"}, {After: 180, Class: "DEEP_ARCHIVE"}},
		}},
	} {
		got, err := ParsePolicy(c.text)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", c.text, err, diff)
		}
	}
}

func TestPoliciesThatAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no table":                             "=90d",
		"no time":                              "aws_vpcflow",
		"a table that cannot be one":           "AWS VPC=90d",
		"no days":                              "x=0d",
		"a number without a unit":              "x=90",
		"a unit that is not there":             "x=90h",
		"a negative number":                    "x=-90d",
		"more than a century":                  "x=101y",
		"more than a number holds":             "x=99999999999999999999d",
		"a move without a class":               "x=90d,30d",
		"a move at no time":                    "x=90d,forever:GLACIER_IR",
		"a class that is not there":            "x=90d,30d:GLACIER_COLD",
		"a move to where objects begin":        "x=90d,30d:STANDARD",
		"a move to a warmer class":             "x=400d,90d:GLACIER,120d:GLACIER_IR",
		"moves in the wrong order":             "x=400d,90d:GLACIER_IR,60d:GLACIER",
		"STANDARD_IA before S3 takes it":       "x=400d,29d:STANDARD_IA",
		"out of STANDARD_IA before S3 does it": "x=400d,30d:STANDARD_IA,59d:GLACIER_IR",
		"a move after the end":                 "x=90d,90d:GLACIER_IR",
	} {
		if p, err := ParsePolicy(text); err == nil {
			t.Errorf("%s is taken: %+v", name, p)
		}
	}
}

func TestOtherPoliciesTakeThePlaceOfThoseThereAre(t *testing.T) {
	rules := NewRules([]catalog.Policy{{Keep: 1}, {Table: "a", Keep: 2}}, []catalog.Hold{{ID: "h"}})
	then := rules.With(catalog.Policy{Table: "a", Keep: 20}, catalog.Policy{Table: "b", Keep: 30})
	for table, want := range map[string]int{"a": 20, "b": 30, "c": 1} {
		if got := then.Policy(table).Keep; got != want {
			t.Errorf("%s is kept for %d days, want %d", table, got, want)
		}
	}
	if rules.Policy("a").Keep != 2 || len(then.holdsOn("a", "2026-01-01")) != 1 {
		t.Error("the rules themselves have changed, or the holds are lost")
	}
}
