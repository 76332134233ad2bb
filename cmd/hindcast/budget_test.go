package main

import (
	"strings"
	"testing"
)

func TestBudgetsAreSizesOrPrices(t *testing.T) {
	for text, want := range map[string]amount{
		"500GB": {bytes: 500e9}, "2TiB": {bytes: 2 << 40}, "1": {bytes: 1}, "none": {},
		"2.50USD": {microUSD: 2_500_000}, "10 usd": {microUSD: 10_000_000}, "0.00000001USD": {microUSD: 1},
	} {
		got := amount{1, 1}
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q: got %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", " ", "much", "-1GB", "0", "-1USD", "NaNUSD", "USD"} {
		if err := new(amount).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
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
		"none":                               {[]string{"--max-scan", "none"}, "", exitDone},
		"no budget":                          {[]string{"--max-scan", "all"}, "neither a size", exitUsage},
		"a variable that is not set":         {[]string{"--max-scan="}, "--max-scan: \"\" is neither a size such as 500GB nor a price such as 2.50USD; none is no limit", exitUsage},
		"for a day":                          {[]string{"--max-scan-day", ""}, "--max-scan-day: \"\" is neither", exitUsage},
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
