package main

import (
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/engine/budget"
)

func TestBudgetsAreSizesOrPrices(t *testing.T) {
	for _, c := range []struct {
		query, day string
		want       budget.Limits
		wrong      bool
	}{
		{"", "", budget.Limits{}, false},
		{"500GB", "2TiB", budget.Limits{QueryBytes: 500e9, DayBytes: 2 << 40}, false},
		{"2.50USD", "10 usd", budget.Limits{QueryMicroUSD: 2_500_000, DayMicroUSD: 10_000_000}, false},
		{"0.00000001USD", "1", budget.Limits{QueryMicroUSD: 1, DayBytes: 1}, false},
		{"much", "", budget.Limits{}, true},
		{"", "-1GB", budget.Limits{}, true},
		{"0", "", budget.Limits{}, true},
		{"-1USD", "", budget.Limits{}, true},
		{"NaNUSD", "", budget.Limits{}, true},
		{"USD", "", budget.Limits{}, true},
	} {
		got, err := budgetFlags{c.query, c.day}.limits()
		if (err != nil) != c.wrong || !c.wrong && got != c.want {
			t.Errorf("%q, %q: got %+v, %v", c.query, c.day, got, err)
		}
	}
}

func TestAQueryBeyondItsBudgetIsRefused(t *testing.T) {
	w := sharedWorld(t)
	const sql = "SELECT count(*) FROM aws_cloudtrail"
	for name, c := range map[string]struct {
		args []string
		says string
		exit int
	}{
		"within it":                          {[]string{"--max-scan", "1TB", "--max-scan-day", "1TB"}, "", exitDone},
		"more than a query may read":         {[]string{"--max-scan", "1kB"}, "a query may read 1.0 kB", exitFailed},
		"more than all may read on this day": {[]string{"--max-scan-day", "1kB"}, "are spent or reserved", exitFailed},
		"a price where nothing has one":      {[]string{"--max-scan", "1USD"}, "give it in bytes", exitUsage},
		"no budget":                          {[]string{"--max-scan", "all"}, "neither a size", exitUsage},
	} {
		for _, command := range [][]string{
			{"query", sql}, {"correlate", "--ip", "203.0.113.7", "--from", "2020-01-01", "--to", "2030-01-01"},
		} {
			got := hindcast(t, append(append([]string{command[0], "--dir", w.dir}, c.args...), command[1:]...)...).want(t, c.exit)
			if !strings.Contains(got.err, c.says) {
				t.Errorf("%s, %s: says %q", command[0], name, got.err)
			}
		}
	}
}
