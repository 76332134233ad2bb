package threat_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/enrich/enrichtest"
	"github.com/hindcast/hindcast/lake/enrich/threat"
)

// open reads a list of a content; its file is from the first of 2026.
func open(t testing.TB, name, content string, confidence int) *threat.List {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	l, err := threat.Open(path, threat.Options{Name: name, Confidence: confidence})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// row is a table of all that is checked.
func rows(t testing.TB) *enrichtest.Rows {
	t.Helper()
	return enrichtest.New(t, "@timestamp", "event.id", "source.ip", "destination.ip", "dns.question.name", "url.domain", "url.full", "url.original",
		"file.hash.sha256", "related.ip", "related.hosts", "related.hash", "threat.indicator.type")
}

const (
	list = "192.0.2.1\n198.51.100.0/24\nevil.example\nhttp://bad.example/x\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
	at   = "1767300000000"
)

func TestARowSaysWhichIndicatorItHolds(t *testing.T) {
	said := func(kind, name string, more ...string) map[string]any {
		m := map[string]any{
			"threat.indicator.type": kind, "threat.indicator.name": name, "threat.indicator.confidence": "High", "threat.indicator.provider": "feed",
			"threat.feed.name": "feed", "threat.indicator.modified_at": "2026-01-01T00:00:00.000Z",
		}
		for i := 0; i < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return m
	}
	const sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for name, c := range map[string]struct {
		row  []string
		want map[string]any
	}{
		"an address":         {[]string{"source.ip", "192.0.2.1", "related.ip", "192.0.2.1"}, said("ipv4-addr", "192.0.2.1", "threat.indicator.ip", "192.0.2.1")},
		"one of a range":     {[]string{"related.ip", "10.0.0.1", "related.ip", "198.51.100.7"}, said("ipv4-addr", "198.51.100.0/24", "threat.indicator.ip", "198.51.100.7")},
		"a domain below one": {[]string{"dns.question.name", "a.EVIL.example", "related.hosts", "a.EVIL.example"}, said("domain-name", "evil.example", "threat.indicator.url.domain", "evil.example")},
		"a URL": {[]string{"url.full", "https://bad.example:443/x", "url.original", "https://bad.example:443/x"},
			said("url", "https://bad.example:443/x", "threat.indicator.url.full", "https://bad.example:443/x")},
		"a hash":                {[]string{"file.hash.sha256", sha, "related.hash", sha}, said("file", sha, "threat.indicator.file.hash.sha256", sha)},
		"nothing":               {[]string{"related.ip", "192.0.2.2", "related.hosts", "notevil.example", "url.full", "http://bad.example/y"}, map[string]any{}},
		"a path without a host": {[]string{"url.original", "/x"}, map[string]any{}},
	} {
		r := rows(t)
		r.Add(append([]string{"@timestamp", at}, c.row...)...)
		r.Enrich(threat.Lists{open(t, "feed", list, 90)})
		got := map[string]any{}
		for k, v := range r.Flat(0) {
			if len(k) > 7 && k[:7] == "threat." {
				got[k] = v
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhatSeveralListsSayIsInTheEnrichmentsAndTheSurestInTheColumns(t *testing.T) {
	r := rows(t)
	r.Add("@timestamp", at, "source.ip", "192.0.2.1", "related.ip", "192.0.2.1", "related.hosts", "evil.example", "url.domain", "evil.example")
	r.Add("@timestamp", at, "related.ip", "192.0.2.9")
	r.Add("@timestamp", at, "related.ip", "192.0.2.1")
	r.Enrich(threat.Lists{open(t, "one", "192.0.2.1\nevil.example\n", 20), open(t, "two", "ip,confidence\n192.0.2.0/30,75\n", -1)})
	first := r.Flat(0)
	if first["threat.feed.name"] != "two" || first["threat.indicator.confidence"] != "High" || first["threat.indicator.name"] != "192.0.2.0/30" {
		t.Errorf("the columns are %v", first)
	}
	var got []string
	all, _ := json.Marshal(first["threat.enrichments"])
	var parsed []struct {
		Indicator struct{ Type, Name, Confidence string }
		Feed      struct{ Name string }
		Matched   struct{ Atomic, Field, Type string }
	}
	if err := json.Unmarshal(all, &parsed); err != nil {
		t.Fatal(err)
	}
	for _, p := range parsed {
		got = append(got, p.Feed.Name+" "+p.Indicator.Type+" "+p.Indicator.Name+" "+p.Indicator.Confidence+" "+p.Matched.Field+" "+p.Matched.Atomic)
	}
	want := []string{
		"two ipv4-addr 192.0.2.0/30 High source.ip 192.0.2.1", "one ipv4-addr 192.0.2.1 Low source.ip 192.0.2.1",
		"one domain-name evil.example Low url.domain evil.example",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r.Flat(1)["threat.feed.name"] != nil || r.Flat(2)["threat.feed.name"] != "two" {
		t.Errorf("the other rows are %v and %v", r.Flat(1), r.Flat(2))
	}
}

func TestAnEntryCountsAtTheTimeOfTheEvent(t *testing.T) {
	l := open(t, "feed", "ip,valid_from,valid_until\n192.0.2.1,2026-01-02,2026-01-03\n", -1)
	for day, want := range map[string]any{"2026-01-01": nil, "2026-01-02": "feed", "2026-01-03": nil} {
		when, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		r := rows(t)
		r.SetTime(r.Schema().Col("@timestamp"), when.UnixMilli())
		r.Add("related.ip", "192.0.2.1")
		r.Enrich(threat.Lists{l})
		if got := r.Flat(0)["threat.feed.name"]; got != want {
			t.Errorf("on %s it is on list %v, want %v", day, got, want)
		}
	}
}

func TestAnIndicatorThatTheLogTellsIsKept(t *testing.T) {
	r := rows(t)
	r.Add("@timestamp", at, "related.ip", "192.0.2.1", "threat.indicator.type", "file")
	r.Enrich(threat.Lists{open(t, "feed", list, 90)})
	flat := r.Flat(0)
	if flat["threat.indicator.type"] != "file" || flat["threat.indicator.ip"] != nil || flat["threat.enrichments"] == nil {
		t.Errorf("the row is %v", flat)
	}
}

func TestAListThatIsReplacedIsTakenWithTheNextBatch(t *testing.T) {
	l := open(t, "feed", "192.0.2.1\n", -1)
	path := filepath.Join(t.TempDir(), "feed")
	if err := os.WriteFile(path, []byte("192.0.2.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := threat.Open(path, l.Options)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("192.0.2.1\n192.0.2.2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := rows(t)
	r.Add("@timestamp", at, "related.ip", "192.0.2.2")
	versions := r.Enrich(threat.Lists{l})
	if r.Flat(0)["threat.feed.name"] != "feed" || len(versions) != 1 || versions[0].Entries != 2 {
		t.Errorf("the row is %v, by %+v", r.Flat(0), versions)
	}
	if got := l.Report().String(); got != "2 entries" {
		t.Errorf("the report is %q", got)
	}
}
