package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/retain"
)

// keepFrom is the policy that keeps the shared estate's days from the n-th on.
func keepFrom(n int) string {
	first := small.From().AddDate(0, 0, n)
	return fmt.Sprintf("%dd", int(time.Now().UTC().Truncate(24*time.Hour).Sub(first)/(24*time.Hour)))
}

// day is the n-th of the shared estate.
func day(n int) string { return small.From().AddDate(0, 0, n).Format(time.DateOnly) }

func (w *world) retention(t *testing.T, args ...string) outcome {
	t.Helper()
	return hindcast(t, slices.Concat([]string{"retention"}, args, []string{"--dir", w.dir})...)
}

// daysOf are a table's days, by query.
func (w *world) daysOf(t *testing.T, table string) (days []string) {
	t.Helper()
	got := hindcast(t, "query", "--dir", w.dir, "--json", "SELECT DISTINCT day FROM "+table+" ORDER BY 1").want(t, exitDone)
	for _, row := range lined(t, got.out) {
		days = append(days, row["day"].(string))
	}
	return days
}

func TestEventsGoAsTheirPolicySaysAndComeBack(t *testing.T) {
	w := sharedWorld(t).copied(t)
	const table = "aws_vpcflow"
	says(t, w.retention(t, "show").want(t, exitDone).out, "events stay for ever")
	w.retention(t, "set", table, "--keep", keepFrom(2)).want(t, exitDone)
	says(t, w.retention(t, "show").want(t, exitDone).out, table, strings.TrimSuffix(keepFrom(2), "d")+" days")

	// Past its retention is not shown, though it is all still there.
	if got := w.daysOf(t, table); slices.Contains(got, day(0)) || slices.Contains(got, day(1)) || !slices.Contains(got, day(3)) {
		t.Errorf("a query sees the days %v", got)
	}
	got := hindcast(t, "query", "--dir", w.dir, "SELECT count(*) FROM "+table).want(t, exitDone)
	says(t, got.err, "retention: events of aws_vpcflow are kept for", "days before", "are not shown")
	answer := w.ask(t, "--ip", w.Incident.Address, "--explain").want(t, exitDone)
	says(t, answer.out, "retention: events of aws_vpcflow are kept for", "are not searched")
	for _, c := range w.answer(t, "--ip", w.Incident.Address).Summary.Coverage {
		if (c.Table == table) != (c.DaysPast > 0 && c.KeptFrom != "") {
			t.Errorf("coverage: %+v", c)
		}
	}

	plan := parsed[retain.Plan](t, w.retention(t, "plan", "--json").want(t, exitDone).out)
	if len(plan.Go) != 2 || plan.Go[0].Day != day(0) || plan.Rows == 0 || plan.Saves <= 0 {
		t.Errorf("planned is %+v", plan)
	}
	dry := w.retention(t, "apply").want(t, exitDone)
	says(t, dry.out, "2 days would go")
	says(t, dry.err, "Nothing was done; --yes does it.")
	applied := w.retention(t, "apply", "--yes").want(t, exitDone)
	says(t, applied.out, "2 days have expired: "+count(plan.Rows)+" rows", "0 files of earlier ones were deleted")
	says(t, hindcast(t, "verify", "--dir", w.dir).want(t, exitDone).out, "The lake is whole")
	says(t, w.retention(t, "plan").want(t, exitDone).out, "0 days would go", day(0)+" of aws_vpcflow has expired", "can be restored until")

	back := w.retention(t, "restore", table, day(0)).want(t, exitDone)
	says(t, back.out, day(0)+" of aws_vpcflow is back", count(plan.Go[0].Rows)+" rows")
	says(t, back.err, "still past its retention")
	w.retention(t, "apply", "--yes", "--delay", "0s").want(t, exitDone)
	says(t, w.retention(t, "restore", table, day(0)).want(t, exitFailed).err, "its files are deleted already")
	says(t, hindcast(t, "verify", "--dir", w.dir, "--deep").want(t, exitDone).out, "The lake is whole")

	says(t, w.retention(t, "drop", table).want(t, exitDone).out, "stay for ever from now on")
	if got := w.daysOf(t, table); slices.Contains(got, day(0)) || slices.Contains(got, day(1)) {
		t.Errorf("what has expired is shown again: %v", got)
	}
	w.retention(t, "restore", table, day(1)).want(t, exitDone)
	if got := w.daysOf(t, table); !slices.Contains(got, day(1)) {
		t.Errorf("what was restored is not shown: %v", got)
	}
}

func TestAHoldKeepsEventsAndSaysWhy(t *testing.T) {
	w := sharedWorld(t).copied(t)
	w.retention(t, "set", "default", "--keep", "30d").want(t, exitDone)
	w.retention(t, "hold", "add", "case-17", "--account", "1111-2222-3333", "--table", "aws_cloudtrail", "--to", day(2), "--reason", "case 17", "--owner", "legal").want(t, exitDone)
	says(t, w.retention(t, "hold", "list").want(t, exitDone).out, "case-17", "111122223333", "aws_cloudtrail", "legal")
	says(t, w.retention(t, "plan").want(t, exitDone).out, "hold case-17 of account 111122223333: case 17 (legal)")
	w.retention(t, "apply", "--yes").want(t, exitDone)
	if got := w.daysOf(t, "aws_cloudtrail"); !slices.Equal(got, []string{day(0), day(1)}) {
		t.Errorf("kept are %v", got)
	}
	if got := w.daysOf(t, "aws_elb"); len(got) != 0 {
		t.Errorf("of another table %v is kept", got)
	}
	answer := w.ask(t, "--account", "111122223333").want(t, exitDone)
	says(t, answer.out, "2 days before it are, because a hold keeps them")

	more := w.retention(t, "hold", "add", "case-18", "--table", "aws_elb", "--from", day(1), "--to", day(2), "--reason", "case 18", "--owner", "legal").want(t, exitDone)
	says(t, more.out, "Hold case-18 is set.", day(1)+" of aws_elb had expired and is back")
	if got := w.daysOf(t, "aws_elb"); !slices.Equal(got, []string{day(1)}) {
		t.Errorf("of the load balancer %v is kept", got)
	}
	w.retention(t, "hold", "drop", "case-17").want(t, exitDone)
	w.retention(t, "apply", "--yes").want(t, exitDone)
	if got := w.daysOf(t, "aws_cloudtrail"); len(got) != 0 {
		t.Errorf("after the hold, %v is kept", got)
	}
	holds := parsed[[]holdRow](t, w.retention(t, "hold", "list", "--json").want(t, exitDone).out)
	if len(holds) != 1 || holds[0].ID != "case-18" || holds[0].From == nil || holds[0].Account != "" {
		t.Errorf("holds: %+v", holds)
	}
}

func TestAHoldOfAnAccountSaysWhichTablesHaveNone(t *testing.T) {
	w := sharedWorld(t).copied(t)
	w.retention(t, "set", "default", "--keep", "30d").want(t, exitDone)
	add := []string{"hold", "add", "case-17", "--account", "111122223333", "--reason", "case 17", "--owner", "legal"}
	set := w.retention(t, add...).want(t, exitDone)
	says(t, set.out, "It keeps nothing of ", "apache_access", "retention hold add NAME --table TABLE")
	if strings.Contains(set.out, "aws_cloudtrail") {
		t.Errorf("a table with accounts is told of: %s", set.out)
	}
	of := parsed[struct {
		Beyond []string `json:"tables_without_accounts"`
	}](t, w.retention(t, append(add, "--table", "aws_cloudtrail", "--json")...).want(t, exitDone).out)
	if of.Beyond == nil || len(of.Beyond) != 0 {
		t.Errorf("of a table with accounts: %v", of.Beyond)
	}
	w.retention(t, add...).want(t, exitDone)
	plan := w.retention(t, "plan").want(t, exitDone)
	says(t, plan.out, "are not kept though there is a hold of an account (case-17), since no event of theirs names it: of apache_access")
	for _, d := range parsed[retain.Plan](t, w.retention(t, "plan", "--json").want(t, exitDone).out).Go {
		if !slices.Equal(d.Unmet, []string{"case-17"}) || d.Table == "aws_cloudtrail" {
			t.Errorf("it goes: %+v", d)
		}
	}
	all := w.retention(t, "hold", "add", "web", "--table", "apache_access", "--reason", "case 17", "--owner", "legal").want(t, exitDone)
	if strings.Contains(all.out, "keeps nothing") {
		t.Errorf("of a hold of a table: %s", all.out)
	}
}

func TestTheReportIsForPeopleAndPrograms(t *testing.T) {
	w := sharedWorld(t)
	args := []string{"report", "--what-if", "aws_vpcflow=30d", "--what-if", "default=forever,raw:30d:STANDARD_IA"}
	text := w.retention(t, args...).want(t, exitDone)
	says(t, text.out, "aws_cloudtrail", "compression", "in 7 years", "Parquet in STANDARD", "raw logs in STANDARD", "what if", "Prices of us-east-1 as of", "https://aws.amazon.com/s3/pricing/")
	r := parsed[retain.Report](t, w.retention(t, append(args, "--json")...).want(t, exitDone).out)
	if len(r.Tables) != len(w.Sources) || len(r.Costs) != 4 || r.Costs[3].Total <= r.Costs[0].Total || len(r.WhatIf.Tables) != len(w.Sources) {
		t.Errorf("the report: %+v", r)
	}
	frankfurt := parsed[retain.Report](t, w.retention(t, "report", "--region", "eu-central-1", "--json").want(t, exitDone).out)
	if frankfurt.Costs[3].Total <= r.Costs[3].Total || frankfurt.Prices.Region != "eu-central-1" {
		t.Errorf("in Frankfurt it costs %v", frankfurt.Costs[3])
	}
}

func TestLifecycleRulesAreReadyForS3(t *testing.T) {
	w := sharedWorld(t).copied(t)
	w.retention(t, "set", "aws_vpcflow", "--keep", "400d", "--parquet", "90d:glacier_ir", "--raw", "30d:STANDARD_IA", "--raw", "60d:DEEP_ARCHIVE").want(t, exitDone)
	rules := func(args ...string) (prefixes []string) {
		got := w.retention(t, append([]string{"lifecycle"}, args...)...).want(t, exitDone)
		d := json.NewDecoder(strings.NewReader(got.out))
		d.DisallowUnknownFields()
		var l retain.Lifecycle
		if err := d.Decode(&l); err != nil {
			t.Fatal(err)
		}
		for _, r := range l.Rules {
			if r.Status != "Enabled" || r.ID == "" {
				t.Errorf("%+v", r)
			}
			if len(r.Transitions) > 0 {
				prefixes = append(prefixes, r.Filter.And.Prefix)
			}
		}
		return prefixes
	}
	if got := rules(); !slices.Equal(got, []string{"tables/aws_vpcflow/"}) {
		t.Errorf("of the lake: %v", got)
	}
	found := rules("--raw", w.raw)
	if len(found) == 0 {
		t.Error("no raw logs move")
	}
	for _, prefix := range found {
		if !strings.Contains(prefix, "vpcflow") {
			t.Errorf("by %q others than flow logs move", prefix)
		}
	}
	if got := rules("--prefix", "aws_vpcflow=flows/"); !slices.Equal(got, []string{"flows/"}) {
		t.Errorf("of a prefix: %v", got)
	}
	says(t, w.retention(t, "set", "aws_elb", "--keep", "400d", "--parquet", "90d:DEEP_ARCHIVE").want(t, exitDone).err, "queries cannot read files in DEEP_ARCHIVE")
}

func TestWrongUseOfRetentionIsRefused(t *testing.T) {
	w := sharedWorld(t)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no time to keep":                   {[]string{"set", "aws_elb"}, "--keep"},
		"a time that is none":               {[]string{"set", "aws_elb", "--keep", "long"}, `--keep: "long" is not a time to keep`},
		"a move that is none":               {[]string{"set", "aws_elb", "--keep", "90d", "--parquet", "GLACIER"}, "--parquet"},
		"a class that S3 does not have":     {[]string{"set", "aws_elb", "--keep", "90d", "--raw", "30d:COLD"}, "not a colder storage class"},
		"a table that cannot be":            {[]string{"set", "AWS-ELB", "--keep", "90d"}, "not a name"},
		"a policy that is not there":        {[]string{"drop", "aws_elb"}, "has no policy of its own"},
		"a hold that is not there":          {[]string{"hold", "drop", "case-1"}, "there is no hold"},
		"a hold for no reason":              {[]string{"hold", "add", "x", "--owner", "me"}, "--reason"},
		"a hold for an empty reason":        {[]string{"hold", "add", "x", "--owner", "me", "--reason", " "}, "--reason"},
		"a hold of an account that is none": {[]string{"hold", "add", "x", "--account", "12", "--owner", "me", "--reason", "r"}, "--account"},
		"a hold that ends before it begins": {[]string{"hold", "add", "x", "--from", "2026-02-01", "--to", "2026-01-01", "--owner", "me", "--reason", "r"}, "--to: the hold ends at 2026-01-01, no later than it begins, at 2026-02-01\n"},
		"a hold since a time that is none":  {[]string{"hold", "add", "x", "--from", "soon", "--owner", "me", "--reason", "r"}, "--from"},
		"a region without prices":           {[]string{"report", "--region", "mars-north-1"}, "there are those of eu-central-1, us-east-1"},
		"another policy that is none":       {[]string{"report", "--what-if", "aws_elb"}, "--what-if"},
		"a day that is none":                {[]string{"restore", "aws_elb", "yesterday"}, "is not a day"},
		"a day that has not expired":        {[]string{"restore", "aws_elb", "2001-01-01"}, "has not expired"},
		"a deletion before the expiry":      {[]string{"apply", "--delay", "-1h"}, "--delay"},
		"a prefix that is none":             {[]string{"lifecycle", "--prefix", "flows/"}, "is not TABLE=PREFIX"},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, w.retention(t, c.args...).want(t, exitUsage).err, c.says)
		})
	}
}
