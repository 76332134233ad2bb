package main

import (
	"encoding/csv"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/api/correlate"
)

// ask correlates over all of the shared estate.
func (w *world) ask(t *testing.T, args ...string) outcome {
	t.Helper()
	return hindcast(t, append([]string{"correlate", "--dir", w.dir, "--from", w.from, "--to", w.to}, args...)...)
}

// answered is the document of correlate --json, so far as tests read it.
type answered struct {
	Events  []event
	Summary correlate.Summary
}

type event struct {
	Time            time.Time
	Source, Summary string
	Matched         []int
	Document        map[string]any
}

func (w *world) answer(t *testing.T, args ...string) answered {
	t.Helper()
	return parsed[answered](t, w.ask(t, append(args, "--json")...).want(t, exitDone).out)
}

func TestTheIntrudersAddressIsFoundInEverySource(t *testing.T) {
	w := sharedWorld(t)
	got := w.answer(t, "--ip", w.Incident.Address, "--limit", "5000")
	bySource, returned := map[string]int{}, map[string]int{}
	for _, b := range got.Summary.Histogram {
		bySource[b.Source] += int(b.Count)
	}
	for i, e := range got.Events {
		returned[e.Source]++
		if i > 0 && e.Time.After(got.Events[i-1].Time) {
			t.Fatalf("event %d is newer than the one before it", i)
		}
	}
	for source, want := range w.Incident.Records {
		if bySource[source] != want || returned[source] != want {
			t.Errorf("%s: %d counted, %d returned, want %d", source, bySource[source], returned[source], want)
		}
	}
	if first := got.Events[len(got.Events)-1].Time; !first.Equal(w.Incident.From) {
		t.Errorf("seen first at %s, want %s", first, w.Incident.From)
	}
	if len(got.Summary.Coverage) != len(w.Sources) || got.Summary.BytesRead == 0 || len(got.Summary.SQL) == 0 {
		t.Errorf("coverage of %d tables, %d bytes read, %d statements", len(got.Summary.Coverage), got.Summary.BytesRead, len(got.Summary.SQL))
	}
}

func TestAnAnswerInEveryFormWarns(t *testing.T) {
	w := sharedWorld(t)
	for _, form := range [][]string{nil, {"--format", "ndjson"}, {"--format", "csv"}, {"--json"}} {
		got := hindcast(t, append([]string{"correlate", "--dir", w.dir, "--ip", w.Incident.Address, "--from", "2001-01-01", "--to", "2001-01-02"}, form...)...).want(t, exitDone)
		says(t, got.out+got.err, "the lake has data from")
	}
}

func TestEveryKindOfIndicatorLeadsToTheIncident(t *testing.T) {
	w := sharedWorld(t)
	in := w.Incident
	for _, c := range []struct {
		flag, value, says string
	}{
		{"--instance", in.Instance, in.InstancePrivate},
		{"--user", in.BackdoorUser, "GetObject"},
		{"--access-key", in.BackdoorKey, "GetObject"},
		{"--access-key", in.ConsoleKey, "by " + in.Victim},
		{"--account", in.Account, "aws_cloudtrail"},
		{"--arn", in.VictimARN, "CreateAccessKey"},
	} {
		t.Run(c.flag+" "+c.value, func(t *testing.T) {
			got := w.ask(t, c.flag, c.value, "--limit", "5000").want(t, exitDone)
			says(t, got.out, "events match", c.says)
		})
	}
}

func TestOneValueWrittenInManyWaysIsOneQuestion(t *testing.T) {
	w := sharedWorld(t)
	want := w.answer(t, "--ip", w.Incident.Address).Summary
	for _, spelling := range []string{"203[.]0[.]113[.]77", "::ffff:203.0.113.77", "203.0.113.77/32", "hxxp://203.0.113.77/login", " 203.0.113.77 "} {
		if got := w.answer(t, "--ip", spelling).Summary; got.Matched != want.Matched {
			t.Errorf("%q: %d events, want %d", spelling, got.Matched, want.Matched)
		}
	}
	if got := w.answer(t, "--ip", "203.0.113.64/26").Summary; got.Matched < want.Matched {
		t.Errorf("the range around it: %d events, want at least %d", got.Matched, want.Matched)
	}
	upper := w.answer(t, "--instance", strings.ToUpper(w.Incident.Instance)).Summary
	if lower := w.answer(t, "--instance", w.Incident.Instance).Summary; lower.Matched == 0 || upper.Matched != lower.Matched {
		t.Errorf("an instance in capitals: %d events, in small letters %d", upper.Matched, lower.Matched)
	}
}

func TestAllNarrowsAndAnyWidens(t *testing.T) {
	w := sharedWorld(t)
	address, user := []string{"--ip", w.Incident.Address}, []string{"--user", w.Incident.Victim}
	both := append(slices.Clone(address), user...)
	a, b := w.answer(t, address...).Summary.Matched, w.answer(t, user...).Summary.Matched
	either := w.answer(t, both...).Summary.Matched
	all := w.answer(t, append(both, "--match", "all")...).Summary.Matched
	if all == 0 || all >= a || all >= b || either != a+b-all {
		t.Errorf("address %d, user %d, either %d, both %d", a, b, either, all)
	}
}

func TestSourcesAndLimitCutTheTimeline(t *testing.T) {
	w := sharedWorld(t)
	got := w.answer(t, "--ip", w.Incident.Address, "--source", "aws_elb", "--source", "aws_vpcflow", "--limit", "5")
	want := int64(w.Incident.Records["aws_elb"] + w.Incident.Records["aws_vpcflow"])
	if len(got.Events) != 5 || got.Summary.Matched != want {
		t.Errorf("%d events of %d, want 5 of %d", len(got.Events), got.Summary.Matched, want)
	}
	says(t, w.ask(t, "--ip", w.Incident.Address, "--limit", "5").want(t, exitDone).out, "the newest 5 are shown")
}

func TestNoMatchIsToldApartFromNoData(t *testing.T) {
	w := sharedWorld(t)
	none := w.ask(t, "--ip", "198.18.7.7").want(t, exitDone)
	says(t, none.out, "No match in the columns searched", "hindcast query", "LIKE", "aws_cloudtrail", "days with data")
	const exact = "matched exactly, capitals too"
	if strings.Contains(none.out, exact) {
		t.Errorf("of an address: %s", none.out)
	}
	for _, args := range [][]string{{"--user", strings.ToUpper(w.Incident.Victim)}, {"--user", "*"}, {"--arn", "arn:aws:iam::111122223333:user/*"}, {"--ip", w.Incident.Address, "--action", "consolelogin"}} {
		says(t, w.ask(t, args...).want(t, exitDone).out, "No match in the columns searched", exact, "a * stands for itself", "Free text")
	}
	if got := w.answer(t, "--ip", "198.18.7.7"); got.Summary.Outcome != correlate.NoMatch || got.Events == nil {
		t.Errorf("outcome %q, events %v", got.Summary.Outcome, got.Events)
	}
	years := []string{"correlate", "--dir", w.dir, "--ip", w.Incident.Address, "--from", "2019-01-01", "--to", "2019-02-01"}
	says(t, hindcast(t, years...).want(t, exitDone).out, "No data", "the lake has data from "+w.from)
	if got := parsed[answered](t, hindcast(t, append(years, "--json")...).want(t, exitDone).out); got.Summary.Outcome != correlate.NoData {
		t.Errorf("outcome %q", got.Summary.Outcome)
	}
}

func TestTheTimelineComesAsDocumentsAndAsCSV(t *testing.T) {
	w := sharedWorld(t)
	docs := w.ask(t, "--ip", w.Incident.Address, "--format", "ndjson").want(t, exitDone)
	events := lined(t, docs.out)
	if len(events) != 100 {
		t.Errorf("%d documents, want 100, the limit", len(events))
	}
	for _, doc := range events {
		if field(doc, "log.file.path") == nil || field(doc, "@timestamp") == nil || field(doc, "event.id") == nil {
			t.Fatalf("a document without its place or time: %v", doc)
		}
	}
	says(t, docs.err, "events match")
	sheet := w.ask(t, "--ip", w.Incident.Address, "--format", "csv", "--limit", "7").want(t, exitDone)
	rows, err := csv.NewReader(strings.NewReader(sheet.out)).ReadAll()
	if err != nil || len(rows) != 8 || rows[0][0] != "time" || !slices.Contains(rows[0], "source.ip") ||
		!slices.Contains(rows[0], "target") || !slices.Contains(rows[0], "access_key") {
		t.Errorf("%v: %d rows\n%s", err, len(rows), short(sheet.out))
	}
	empty := w.ask(t, "--ip", "198.18.7.7", "--format", "csv").want(t, exitDone)
	if strings.Count(empty.out, "\n") != 1 {
		t.Errorf("an empty timeline in CSV: %q", empty.out)
	}
}

func TestExplainShowsBothDialectsAndReadsNothing(t *testing.T) {
	w := sharedWorld(t)
	got := w.ask(t, "--ip", w.Incident.Address, "--user", w.Incident.Victim, "--explain", "--files").want(t, exitDone)
	says(t, got.out, "in Athena", "in DuckDB", "SELECT", "day", w.from, "tables/aws_cloudtrail/day=", "Would read")
	if strings.Contains(got.out, "events match") {
		t.Errorf("the plan was run:\n%s", short(got.out))
	}
	plan := parsed[correlate.Explanation](t, w.ask(t, "--ip", w.Incident.Address, "--explain", "--json").want(t, exitDone).out)
	for _, s := range plan.Statements {
		for dialect, sql := range map[string]string{"Athena": s.Athena, "DuckDB": s.DuckDB} {
			if !strings.Contains(sql, "day") || !strings.Contains(sql, w.from) {
				t.Errorf("%s of %s does not say which days it reads:\n%s", dialect, s.Purpose, sql)
			}
		}
	}
	if len(plan.Statements) == 0 || plan.Bytes == 0 || plan.Files == 0 || plan.Rows == 0 {
		t.Errorf("would read %d bytes, %d rows of %d files in %d statements", plan.Bytes, plan.Rows, plan.Files, len(plan.Statements))
	}
}

func TestTheTimelineNamesWhatWasActedOn(t *testing.T) {
	w := sharedWorld(t)
	got := w.ask(t, "--user", w.Incident.Victim, "--writes", "--limit", "5000").want(t, exitDone)
	says(t, got.out, "CreateAccessKey on "+w.Incident.BackdoorUser+" by "+w.Incident.Victim)
	sheet := w.ask(t, "--user", w.Incident.Victim, "--action", "CreateAccessKey", "--format", "csv").want(t, exitDone)
	rows, err := csv.NewReader(strings.NewReader(sheet.out)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%v: %d rows", err, len(rows))
	}
	for name, want := range map[string]string{"target": w.Incident.BackdoorUser, "access_key": w.Incident.LeakedKey, "event.action": "CreateAccessKey"} {
		if i := slices.Index(rows[0], name); i < 0 || rows[1][i] != want {
			t.Errorf("%s: want %s in %v", name, want, rows[1])
		}
	}
}

func TestTheOldestComeFirstWhenAskedFor(t *testing.T) {
	w := sharedWorld(t)
	got := w.answer(t, "--ip", w.Incident.Address, "--oldest", "--limit", "20")
	if len(got.Events) != 20 || !got.Events[0].Time.Equal(w.Incident.From) ||
		!slices.IsSortedFunc(got.Events, func(a, b event) int { return a.Time.Compare(b.Time) }) {
		t.Errorf("%d events from %v", len(got.Events), got.Events[0].Time)
	}
	says(t, w.ask(t, "--ip", w.Incident.Address, "--oldest", "--limit", "5").want(t, exitDone).out, "the oldest 5 are shown")
}

func TestFiltersNarrowTheTimeline(t *testing.T) {
	w := sharedWorld(t)
	matched := func(args ...string) int64 {
		return w.answer(t, append([]string{"--ip", w.Incident.Address, "--source", "aws_cloudtrail"}, args...)...).Summary.Matched
	}
	all, writes := matched(), matched("--writes")
	failures, successes := matched("--outcome", "failure"), matched("--outcome", "success")
	if writes == 0 || writes >= all || failures == 0 || successes == 0 || failures+successes > all {
		t.Errorf("%d calls, %d that write, %d failures, %d successes", all, writes, failures, successes)
	}
	one, other := matched("--action", "CreateAccessKey"), matched("--action", "ConsoleLogin")
	if both := matched("--action", "CreateAccessKey", "--action", "ConsoleLogin"); one == 0 || other == 0 || both != one+other {
		t.Errorf("%d and %d are %d", one, other, both)
	}
}

func TestTablesHaveNoBlanksAtTheEndOfLines(t *testing.T) {
	w := sharedWorld(t)
	for line := range strings.Lines(w.ask(t, "--ip", w.Incident.Address).want(t, exitDone).out) {
		if line != strings.TrimRight(line, " \n")+"\n" {
			t.Errorf("%q", line)
		}
	}
}

func TestWrongUseOfCorrelateIsToldApart(t *testing.T) {
	w := sharedWorld(t)
	base := []string{"correlate", "--dir", w.dir}
	span := append(slices.Clone(base), "--from", w.from, "--to", w.to)
	with := func(args []string, more ...string) []string { return append(slices.Clone(args), more...) }
	for name, c := range map[string]struct {
		args   []string
		status int
		says   []string
	}{
		"nothing to look for":      {span, exitUsage, []string{"--ip", "--access-key"}},
		"a bad address":            {with(span, "--ip", "203.0.113.777"), exitUsage, []string{"--ip", "203.0.113.777"}},
		"a bad key":                {with(span, "--access-key", "hello"), exitUsage, []string{"--access-key", "hello", "AKIA"}},
		"a bad account":            {with(span, "--account", "12"), exitUsage, []string{"--account", "12"}},
		"a bad hash":               {with(span, "--hash", "xyz"), exitUsage, []string{"--hash", "xyz"}},
		"a bad time":               {with(base, "--ip", "1.2.3.4", "--from", "31.1.2026", "--to", "now"), exitUsage, []string{"31.1.2026", "2026-01-31"}},
		"a range that is reversed": {with(base, "--ip", "1.2.3.4", "--from", w.to, "--to", w.from), exitUsage, []string{"after"}},
		"no range":                 {with(base, "--ip", "1.2.3.4"), exitUsage, []string{"--from", "--to"}},
		"an unknown source":        {with(span, "--ip", "1.2.3.4", "--source", "aws_wafd"), exitUsage, []string{"aws_wafd"}},
		"an unknown match":         {with(span, "--ip", "1.2.3.4", "--match", "some"), exitUsage, []string{"any", "all"}},
		"an unknown format":        {with(span, "--ip", "1.2.3.4", "--format", "xml"), exitUsage, []string{"ndjson"}},
		"an unknown outcome":       {with(span, "--ip", "1.2.3.4", "--outcome", "denied"), exitUsage, []string{"success", "failure"}},
		"an empty action":          {with(span, "--ip", "1.2.3.4", "--action", ""), exitUsage, []string{"actions", "nothing"}},
		"a limit of nothing":       {with(span, "--ip", "1.2.3.4", "--limit", "0"), exitUsage, []string{"--limit"}},
		"a flag that is not known": {with(span, "--ipv4", "1.2.3.4"), exitUsage, []string{"--ipv4"}},
		"a lake that is not there": {[]string{"correlate", "--dir", filepath.Join(scratch, "none"), "--ip", "1.2.3.4", "--from", "-7d", "--to", "now"}, exitFailed, []string{"no lake", "hindcast compact"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := hindcast(t, c.args...).want(t, c.status)
			says(t, got.err, c.says...)
			if got.out != "" {
				t.Errorf("printed: %s", short(got.out))
			}
		})
	}
}

func TestAValueWithCommasIsOneValue(t *testing.T) {
	w := sharedWorld(t)
	plan := parsed[correlate.Explanation](t, w.ask(t, "--user", "Doe, John", "--explain", "--json").want(t, exitDone).out)
	if len(plan.Indicators) != 1 || !strings.Contains(plan.Indicators[0], ",") {
		t.Errorf("looks for %q", plan.Indicators)
	}
}

func TestTimesBeforeNowAreUnderstood(t *testing.T) {
	w := sharedWorld(t)
	got := hindcast(t, "correlate", "--dir", w.dir, "--ip", "198.18.7.7", "--from", "-30d", "--to", "-1d", "--explain", "--json").want(t, exitDone)
	plan := parsed[correlate.Explanation](t, got.out)
	if span := plan.To.Sub(plan.From); span != 29*24*time.Hour {
		t.Errorf("from %s to %s", plan.From, plan.To)
	}
}
